//! What goes into state once libvirt has answered: after an apply, a read, an import. Knows plan or prior state and
//! the object in full as libvirt tells it; must not know the configuration or the host.

mod applied;
mod read;

use crate::shape::{Attribute, Class, Kind, Shape};
use crate::value::{Object, Value};

/// The state after an apply: every known value of the plan as it is, every unknown one from `actual`, and null where
/// `actual` has none. It never contradicts the plan; where libvirt did, the next read shows it.
pub fn after_apply(shape: &Shape, planned: &Value, actual: &Value) -> Value {
    match planned {
        Value::Object(_) => applied::object(shape, planned, actual),
        Value::Unknown(_) => after_import(shape, actual),
        planned => planned.clone(),
    }
}

/// The state after a read. What the user left to libvirt stays out; what the user wrote stays as it is written while it
/// means the same, and is what libvirt has where it does not: that is drift.
pub fn after_read(shape: &Shape, prior: &Value, actual: &Value) -> Value {
    match (prior, actual) {
        (_, Value::Null) => Value::Null,
        (Value::Null, actual) => after_import(shape, actual),
        (prior, actual) => read::object(shape, prior, actual),
    }
}

/// The state of an object that nobody wrote down yet: all that libvirt tells of it but what is never stored and
/// what libvirt writes by itself. Objects in which nothing but these stood are left out with them. So are secrets: Terraform
/// writes null for them into the configuration that it generates, which would take them away.
pub fn after_import(shape: &Shape, actual: &Value) -> Value {
    if actual.is_null() { Value::Null } else { Value::Object(imported(shape, actual)) }
}

fn imported(shape: &Shape, actual: &Value) -> Object {
    let is_kept = |attribute: &Attribute| !attribute.sensitive || attribute.required;
    let wanted =
        |attribute: &&Attribute| attribute.class != Class::WriteOnly && !attribute.filled && is_kept(attribute);
    let taken = shape.attributes.iter().filter(wanted).map(|attribute| {
        let given = actual.get(attribute.name);
        let value = imported_value(attribute, given);
        let emptied = is_empty_object(&value) && !is_empty_object(given);
        (attribute.name, if emptied { Value::Null } else { value })
    });
    taken.filter(|(_, value)| !value.is_null()).collect()
}

fn imported_value(attribute: &Attribute, value: &Value) -> Value {
    match (attribute.kind, value) {
        (Kind::Object(shape), Value::Object(_)) => Value::Object(imported(shape, value)),
        (Kind::List(shape, _), Value::List(items)) => {
            Value::List(items.iter().map(|item| after_import(shape, item)).collect())
        }
        _ => value.clone(),
    }
}

fn is_empty_object(value: &Value) -> bool {
    value.as_object().is_some_and(Object::is_empty)
}

/// Collects the attributes of an object, nulls left out.
fn object_of(shape: &Shape, value: impl Fn(&'static Attribute) -> Value) -> Value {
    let attributes = shape.attributes.iter().map(|attribute| (attribute.name, value(attribute)));
    Value::Object(attributes.filter(|(_, value)| !value.is_null()).collect())
}

#[cfg(test)]
mod tests;
