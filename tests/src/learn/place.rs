//! Places in a value: all of them, one taken out, the path with which rows name it. Knows shapes only.

use provider_core::diagnostics::{AttributePath, PathStep};
use provider_core::shape::{Attribute, Class, Kind, Shape};
use provider_core::value::Value;

use super::choices::choice;

/// What a row leaves free inside an object or element that libvirt adds.
pub const FREE: &str = "address";

/// A place that is set in a value.
#[derive(Clone, Debug)]
pub struct Place {
    /// Where.
    pub path: AttributePath,
    /// Whether it must be set, so that a row can only be of what holds it.
    pub required: bool,
}

/// The places of a value that may be defaults, each object and element behind what is in it.
pub fn places(shape: &Shape, value: &Value) -> Vec<Place> {
    let mut found = Vec::new();
    collect(shape, value, &AttributePath::default(), &mut found);
    found
}

fn collect(shape: &Shape, value: &Value, above: &AttributePath, found: &mut Vec<Place>) {
    for attribute in shape.attributes.iter().filter(|attribute| is_libvirts_or_users(attribute)) {
        let (value, path) = (value.get(attribute.name), above.attribute(attribute.name));
        if value.is_null() || choice(&general(&path)).is_some() {
            continue;
        }
        match (attribute.kind, value) {
            (Kind::List(inner, _), Value::List(items)) => {
                for (index, item) in items.iter().enumerate() {
                    let path = path.element(index);
                    collect(inner, item, &path, found);
                    found.push(Place { path, required: false });
                }
                continue;
            }
            (Kind::Object(inner), _) => collect(inner, value, &path, found),
            _ => {}
        }
        found.push(Place { path, required: attribute.required });
    }
}

/// Whether an attribute is in documents, and is no secret.
fn is_libvirts_or_users(attribute: &Attribute) -> bool {
    let class = matches!(attribute.class, Class::Configured | Class::ServerDefault);
    class && attribute.xml.is_some() && !attribute.sensitive
}

/// The path as rows have it: `devices.disks[].device`.
pub fn general(path: &AttributePath) -> String {
    let mut text = String::new();
    for step in &path.0 {
        match step {
            PathStep::Attribute(name) if text.is_empty() => text.push_str(name),
            PathStep::Attribute(name) => text.push_str(&format!(".{name}")),
            PathStep::Element(_) => text.push_str("[]"),
        }
    }
    text
}

/// The value at a path.
pub fn get<'v>(value: &'v Value, path: &[PathStep]) -> &'v Value {
    path.iter().fold(value, |value, step| match step {
        PathStep::Attribute(name) => value.get(name),
        PathStep::Element(index) => value.items().get(*index).unwrap_or(&Value::Null),
    })
}

/// The innermost element of a list that a path goes through, the path's own end included; else the whole.
pub fn innermost<'v>(value: &'v Value, path: &AttributePath) -> &'v Value {
    let end = path.0.iter().rposition(|step| matches!(step, PathStep::Element(_)));
    get(value, end.map_or(&[][..], |end| &path.0[..=end]))
}

/// The value without what is at a path.
pub fn without(value: &Value, path: &[PathStep]) -> Value {
    with(value, path, &mut |_| Value::Null)
}

/// The value with what is at a path made another; null takes it out.
pub fn with(value: &Value, path: &[PathStep], change: &mut dyn FnMut(&Value) -> Value) -> Value {
    let Some((step, rest)) = path.split_first() else { return change(value) };
    match (step, value) {
        (PathStep::Attribute(name), Value::Object(_)) => {
            let mut changed = value.clone();
            changed.set(name, with(value.get(name), rest, change));
            changed
        }
        (PathStep::Element(index), Value::List(items)) => {
            let items = items.iter().enumerate().filter_map(|(at, item)| {
                let item = if at == *index { with(item, rest, change) } else { item.clone() };
                (!item.is_null()).then_some(item)
            });
            let items: Vec<Value> = items.collect();
            if items.is_empty() { Value::Null } else { Value::List(items) }
        }
        _ => value.clone(),
    }
}

/// A value without the addresses in it.
pub fn unplaced(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let is_address = |name: &str, value: &Value| name == FREE && !value.get("type").is_null();
            let kept = object.iter().filter(|(name, value)| !is_address(name, value));
            Value::Object(kept.map(|(name, value)| (*name, unplaced(value))).collect())
        }
        Value::List(items) => Value::List(items.iter().map(unplaced).collect()),
        other => other.clone(),
    }
}

/// The attribute that a path leads to.
pub fn attribute(shape: &'static Shape, path: &AttributePath) -> Option<&'static Attribute> {
    let names = path.0.iter().filter_map(|step| match step {
        PathStep::Attribute(name) => Some(*name),
        PathStep::Element(_) => None,
    });
    let mut shape = Some(shape);
    let mut found = None;
    for name in names {
        found = Some(shape?.attribute(name)?);
        shape = found.and_then(|attribute: &Attribute| attribute.kind.shape());
    }
    found
}
