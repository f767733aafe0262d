//! What is kept of an object from one apply to the next: its definition with hashes in place of secrets, and which computed
//! attributes the configuration set. Knows shapes and documents; must not know where this is kept.

use serde_json::{Map, Value as Json};
use sha2::{Digest, Sha256};

use crate::compare::equal;
use crate::convert::{ConvertError, Root, from_newer_xml, to_xml};
use crate::select::settable;
use crate::shape::{Attribute, Class, Kind, Shape};
use crate::value::{Object, Value};

/// What begins the hash of a secret. No password that a person chooses looks like one.
const SCHEME: &str = "$sha256$";

/// The document that keeps an object, without its secrets. `salt` is random and differs from one to the next.
pub fn document(root: &Root, actual: &Value, salt: &str) -> Result<String, ConvertError> {
    to_xml(root, &settable(root.shape, &hidden(root.shape, actual, salt)))
}

/// The object that a document of [`document`] keeps.
pub fn restore(root: &Root, document: &str) -> Result<Value, ConvertError> {
    Ok(from_newer_xml(root, document)?.0)
}

/// The object with hashes in place of secrets.
fn hidden(shape: &Shape, value: &Value, salt: &str) -> Value {
    let Value::Object(object) = value else { return value.clone() };
    let member = |(name, value): (&&'static str, &Value)| {
        let value = match shape.attribute(name) {
            Some(attribute) => hidden_member(attribute, value, salt),
            None => value.clone(),
        };
        (*name, value)
    };
    Value::Object(object.iter().map(member).collect())
}

fn hidden_member(attribute: &Attribute, value: &Value, salt: &str) -> Value {
    match (attribute.kind, value) {
        (Kind::Leaf(_), Value::String(text)) if attribute.sensitive => Value::String(hash(salt, text)),
        (Kind::Object(shape), value) => hidden(shape, value, salt),
        (Kind::List(shape, _), Value::List(items)) => {
            Value::List(items.iter().map(|item| hidden(shape, item, salt)).collect())
        }
        _ => value.clone(),
    }
}

fn hash(salt: &str, text: &str) -> String {
    let digest = Sha256::new().chain_update(salt).chain_update([0]).chain_update(text).finalize();
    let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{SCHEME}{salt}${digits}")
}

/// Whether one of two values is the hash of the other.
pub(crate) fn same_secret(one: &Value, other: &Value) -> bool {
    let (Some(one), Some(other)) = (one.as_str(), other.as_str()) else { return false };
    let is_hash_of = |hashed: &str, text: &str| {
        let salt = hashed.strip_prefix(SCHEME).and_then(|rest| rest.split_once('$')).map(|(salt, _)| salt);
        salt.is_some_and(|salt| hash(salt, text) == hashed)
    };
    is_hash_of(one, other) || is_hash_of(other, one)
}

/// Which of what libvirt would choose, or others change as they go, a configuration sets: `true` at each such leaf.
pub fn set_by(shape: &Shape, config: &Value) -> Value {
    marked(shape, config, false)
}

fn marked(shape: &Shape, config: &Value, within: bool) -> Value {
    let mut object = Object::new();
    for attribute in shape.attributes {
        let value = config.get(attribute.name);
        let is_chosen = attribute.class == Class::ServerDefault && !attribute.depends.is_empty();
        let counts = within || attribute.volatile || is_chosen;
        let marks = match (attribute.kind, value) {
            (_, Value::Null) => continue,
            (Kind::Object(inner), value) => marked(inner, value, counts),
            (Kind::List(inner, _), Value::List(items)) => {
                let marks: Vec<Value> = items.iter().map(|item| marked(inner, item, counts)).collect();
                if marks.iter().all(Value::is_null) { Value::Null } else { Value::List(marks) }
            }
            _ if counts => Value::Bool(true),
            _ => Value::Null,
        };
        if !marks.is_null() {
            object.insert(attribute.name, marks);
        }
    }
    if object.is_empty() { Value::Null } else { Value::Object(object) }
}

/// These marks, and one at each choice of libvirt's in the state that others have changed since the last apply: it is made
/// again like one that the configuration names no longer.
pub fn with_changed(shape: &Shape, marks: &Value, baseline: &Value, actual: &Value) -> Value {
    let mut object = marks.as_object().cloned().unwrap_or_default();
    for attribute in shape.attributes {
        let only = |value: &Value| Value::from([(attribute.name, value.get(attribute.name).clone())]);
        let is_chosen = attribute.class == Class::ServerDefault && !attribute.depends.is_empty();
        if is_chosen && !equal(shape, &only(baseline), &only(actual)) {
            object.insert(attribute.name, Value::Bool(true));
        } else if let Kind::Object(inner) = attribute.kind {
            let [marks, baseline, actual] = [marks, baseline, actual].map(|value| value.get(attribute.name));
            let below = with_changed(inner, marks, baseline, actual);
            if !below.is_null() {
                object.insert(attribute.name, below);
            }
        }
    }
    if object.is_empty() { Value::Null } else { Value::Object(object) }
}

/// The marks of [`set_by`] as JSON made them; what the shape does not have is left out.
pub fn marks_from_json(shape: &Shape, json: &Json) -> Value {
    let member = |(name, json): (&String, &Json)| {
        let attribute = shape.attribute(name)?;
        let marks = match (attribute.kind, json) {
            (Kind::Object(inner), json @ Json::Object(_)) => marks_from_json(inner, json),
            (Kind::List(inner, _), Json::Array(items)) => {
                Value::List(items.iter().map(|item| marks_from_json(inner, item)).collect())
            }
            (_, json) => json.as_bool().into(),
        };
        Some((attribute.name, marks))
    };
    json.as_object()
        .map_or(Value::Null, |members: &Map<String, Json>| Value::Object(members.iter().filter_map(member).collect()))
}
