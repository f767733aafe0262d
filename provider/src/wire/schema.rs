//! Shape → schema message. Knows how the protocol describes attributes; must not know any attribute.

use provider_core::shape::{Attribute, Class, Kind, Primitive, Shape};

use super::proto::StringKind;
use super::proto::schema::{self, Object, object::NestingMode};

/// The schema of the provider's own configuration: nothing in it is computed.
pub(crate) fn provider_schema(shape: &Shape) -> super::proto::Schema {
    let mut schema = schema(shape);
    let attributes = schema.block.iter_mut().flat_map(|block| &mut block.attributes);
    attributes.for_each(|attribute| attribute.computed = false);
    schema
}

/// The schema of a resource or a data source. All are at version 0, the Go provider's version, so that state goes from one
/// to the other unchanged.
pub(crate) fn schema(shape: &Shape) -> super::proto::Schema {
    let block = schema::Block {
        attributes: attributes(shape),
        description_kind: StringKind::Markdown.into(),
        ..schema::Block::default()
    };
    super::proto::Schema { version: 0, block: Some(block) }
}

fn attributes(shape: &Shape) -> Vec<schema::Attribute> {
    shape.attributes.iter().map(attribute).collect()
}

fn attribute(attribute: &Attribute) -> schema::Attribute {
    let (r#type, nested_type) = match attribute.kind {
        Kind::Leaf(scalar) => (format!("\"{}\"", primitive(scalar.primitive)), None),
        Kind::Leaves(scalar) => (format!("[\"list\",\"{}\"]", primitive(scalar.primitive)), None),
        Kind::Set(scalar) => (format!("[\"set\",\"{}\"]", primitive(scalar.primitive)), None),
        Kind::Object(shape) => (String::new(), Some(object(shape, NestingMode::Single))),
        Kind::List(shape, _) => (String::new(), Some(object(shape, NestingMode::List))),
    };
    schema::Attribute {
        name: attribute.name.to_string(),
        r#type: r#type.into_bytes(),
        nested_type,
        description: attribute.doc.to_string(),
        description_kind: StringKind::Markdown.into(),
        required: attribute.required,
        // Terraform takes exactly one of required, optional, computed, or optional and computed. Whatever is optional is
        // computed too: a plan may then hold what is true where the configuration is silent, and cores from 1.14 leave
        // its null out of the configurations that they generate.
        optional: !attribute.required && attribute.class != Class::Runtime,
        computed: !attribute.required && attribute.class != Class::WriteOnly,
        sensitive: attribute.sensitive,
        write_only: attribute.class == Class::WriteOnly,
        deprecated: false,
    }
}

fn object(shape: &Shape, nesting: NestingMode) -> Object {
    Object { attributes: attributes(shape), nesting: nesting.into() }
}

fn primitive(primitive: Primitive) -> &'static str {
    match primitive {
        Primitive::Bool => "bool",
        Primitive::Number => "number",
        Primitive::String => "string",
    }
}
