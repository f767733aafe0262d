//! Values → HCL that `terraform fmt` leaves as it is. Knows shapes; must not know any attribute.

use provider_core::select::is_set_by_libvirt;
use provider_core::shape::{Attribute, Kind, Meaning, Scalar, Shape};
use provider_core::value::{Object, Value};

use super::layout::{Expression, Members, members};
use super::quote::{heredoc, quoted};
use super::reported;

/// A resource block. Attributes that Terraform asks for and the value lacks are named in a comment, and so is what only
/// libvirt sets.
pub fn resource(kind: &str, label: &str, shape: &Shape, value: &Value) -> String {
    let nothing = Object::new();
    let mut content = content(shape, value.as_object().unwrap_or(&nothing));
    let missing = |attribute: &&Attribute| attribute.required && value.get(attribute.name).is_null();
    let missing = shape.attributes.iter().filter(missing);
    let comment = |attribute: &Attribute| format!("# Required, and not part of libvirt's document: {}", attribute.name);
    content.comments.splice(0..0, missing.map(comment));
    let mut out = format!("resource {} {} {{\n", quoted(kind), quoted(label));
    members(&content, 1, &mut out);
    out.push_str("}\n");
    out
}

/// An import block for a resource.
pub fn import(kind: &str, label: &str, id: &str) -> String {
    format!("import {{\n  to = {kind}.{label}\n  id = {}\n}}\n", quoted(id))
}

/// A block of locals with one object, for what is no resource.
pub fn locals(name: &str, shape: &Shape, value: &Value) -> String {
    let mut out = String::from("locals {\n");
    let content = Members { comments: Vec::new(), entries: vec![(name.to_string(), object(shape, value))] };
    members(&content, 1, &mut out);
    out.push_str("}\n");
    out
}

fn object(shape: &Shape, value: &Value) -> Expression {
    Expression::Object(value.as_object().map(|object| content(shape, object)).unwrap_or_default())
}

/// The attributes in the order in which they are read best: what names the object, single values, then what is nested.
fn content(shape: &Shape, object: &Object) -> Members {
    let set = |attribute: &'static Attribute| match object.get(attribute.name) {
        None | Some(Value::Null | Value::Unknown(_)) => None,
        Some(value) => Some((attribute, value)),
    };
    let attributes = shape.attributes.iter().filter_map(set);
    let (reported, mut attributes): (Vec<_>, Vec<_>) =
        attributes.partition(|(attribute, value)| is_only_reported(shape, attribute, value));
    attributes.sort_by_key(|(attribute, _)| (attribute.name != "name", !matches!(attribute.kind, Kind::Leaf(_))));
    let comment =
        |(attribute, value): (&Attribute, &Value)| Some(reported::comment(attribute.name, &plain(value).inline()?));
    let entry = |(attribute, value): (&Attribute, &Value)| (key(attribute.name), expression(attribute.kind, value));
    Members {
        comments: reported.into_iter().filter_map(comment).collect(),
        entries: attributes.into_iter().map(entry).collect(),
    }
}

/// Whether libvirt alone sets the attribute, or all that is in it.
fn is_only_reported(shape: &Shape, attribute: &Attribute, value: &Value) -> bool {
    is_set_by_libvirt(shape, attribute)
        || match (attribute.kind.shape(), value) {
            (Some(inner), Value::Object(object)) => !object.is_empty() && is_object_only_reported(inner, object),
            _ => false,
        }
}

fn is_object_only_reported(shape: &Shape, object: &Object) -> bool {
    let attribute = |(name, value): (&&str, &Value)| {
        shape.attribute(name).is_some_and(|attribute| is_only_reported(shape, attribute, value))
    };
    object.iter().all(attribute)
}

/// A value without regard to how it reads best.
fn plain(value: &Value) -> Expression {
    match value {
        Value::List(items) => Expression::List(items.iter().map(plain).collect()),
        Value::Object(object) => {
            let entries = object.iter().map(|(name, value)| (key(name), plain(value))).collect();
            Expression::Object(Members { comments: Vec::new(), entries })
        }
        scalar => Expression::Scalar(scalar_text(scalar)),
    }
}

/// A name as the key of an object; what is no identifier goes in quotes.
fn key(name: &str) -> String {
    let is_identifier = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    if is_identifier { name.to_string() } else { quoted(name) }
}

fn expression(kind: Kind, value: &Value) -> Expression {
    match (kind, value) {
        (Kind::Leaf(scalar), value) => leaf(scalar, value),
        (Kind::Leaves(_) | Kind::Set(_), value) => {
            Expression::List(value.items().iter().map(|item| Expression::Scalar(scalar_text(item))).collect())
        }
        (Kind::Object(shape), value) => object(shape, value),
        (Kind::List(shape, _), value) => {
            Expression::List(value.items().iter().map(|item| object(shape, item)).collect())
        }
    }
}

fn leaf(scalar: &Scalar, value: &Value) -> Expression {
    let lines = value.as_str().and_then(|text| heredoc(text, scalar.meaning == Meaning::Xml));
    lines.map_or_else(|| Expression::Scalar(scalar_text(value)), Expression::Heredoc)
}

fn scalar_text(value: &Value) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => quoted(text),
        _ => "null".to_string(),
    }
}
