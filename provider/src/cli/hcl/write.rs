//! Values → HCL that `terraform fmt` leaves as it is. Knows shapes; must not know any attribute.

use provider_core::shape::{Attribute, Kind, Meaning, Scalar, Shape};
use provider_core::value::{Object, Value};

use super::layout::{Expression, members};
use super::quote::{heredoc, quoted};

/// A resource block. Attributes that Terraform asks for and the value lacks are named in a comment.
pub fn resource(kind: &str, label: &str, shape: &Shape, value: &Value) -> String {
    let mut out = format!("resource {} {} {{\n", quoted(kind), quoted(label));
    for attribute in
        shape.attributes.iter().filter(|attribute| attribute.required && value.get(attribute.name).is_null())
    {
        out.push_str(&format!("  # Required, and not part of libvirt's document: {}\n", attribute.name));
    }
    let nothing = Object::new();
    let entries = entries(shape, value.as_object().unwrap_or(&nothing));
    members(&entries, 1, &mut out);
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
    members(&[(name.to_string(), object(shape, value))], 1, &mut out);
    out.push_str("}\n");
    out
}

fn object(shape: &Shape, value: &Value) -> Expression {
    Expression::Object(value.as_object().map(|object| entries(shape, object)).unwrap_or_default())
}

/// The attributes in the order in which they are read best: what names the object, single values, then what is nested.
fn entries(shape: &Shape, object: &Object) -> Vec<(String, Expression)> {
    let set = |attribute: &'static Attribute| match object.get(attribute.name) {
        None | Some(Value::Null | Value::Unknown(_)) => None,
        Some(value) => Some((attribute, value)),
    };
    let mut attributes: Vec<_> = shape.attributes.iter().filter_map(set).collect();
    attributes.sort_by_key(|(attribute, _)| (attribute.name != "name", !matches!(attribute.kind, Kind::Leaf(_))));
    attributes.into_iter().map(|(attribute, value)| (key(attribute.name), expression(attribute.kind, value))).collect()
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
