//! What goes into state once libvirt has answered: after an apply, a read, an import. Knows plan or prior state and
//! the object in full as libvirt reports it; must not know the configuration or the host.

mod applied;
mod read;

use crate::shape::{Attribute, Class, Kind, Shape};
use crate::value::{Object, Value};

/// What is known of an object that is read.
#[derive(Clone, Copy, Debug)]
pub struct Observed<'a> {
    /// All that libvirt reports.
    pub actual: &'a Value,
    /// Of that, what libvirt would not do by itself. List elements that it would add are null, so that the others keep their
    /// positions.
    pub lean: &'a Value,
    /// What libvirt reported after our last apply; `None` where no apply of ours, or an older one, has left it.
    pub baseline: Option<&'a Value>,
    /// Whether the state is as our last apply left it, so that what differed then may differ now.
    pub undrifted: bool,
    /// What the configuration of the last apply set of what is computed: `true` at each such leaf.
    pub set: &'a Value,
}

impl<'a> Observed<'a> {
    /// An object of which nothing is known but what libvirt reports now.
    pub fn new(actual: &'a Value) -> Observed<'a> {
        Observed { actual, lean: actual, baseline: None, undrifted: true, set: &Value::Null }
    }
}

/// The state after an apply: every known value of the plan as it is, every unknown one from `actual`, and null where
/// `actual` has none. It never contradicts the plan; where libvirt did, the next read shows it.
pub fn after_apply(shape: &Shape, planned: &Value, actual: &Value) -> Value {
    match planned {
        Value::Object(_) => applied::object(shape, planned, actual),
        Value::Unknown(_) => after_import(shape, actual),
        planned => planned.clone(),
    }
}

/// The state after a read. What the configuration sets stays as it is written while it means the same or is what libvirt
/// made of it at our last apply, and is what libvirt has where it is not: that is drift. What it does not set is null
/// while it is as our last apply left it, or as libvirt would have it by itself; else it came from outside and is drift too.
pub fn after_read(shape: &Shape, prior: &Value, observed: &Observed<'_>) -> Value {
    match (prior, observed.actual) {
        (_, Value::Null) => Value::Null,
        (Value::Null, _) => after_import(shape, observed.lean),
        (prior, _) => read::object(shape, prior, observed),
    }
}

/// The state of an object that nobody wrote down yet, from what libvirt would not do by itself: all but what is never
/// stored, and what others change as they go. Secrets are left out too: Terraform writes null for them into the configuration that it generates, which would
/// take them away.
pub fn after_import(shape: &Shape, lean: &Value) -> Value {
    if lean.is_null() { Value::Null } else { Value::Object(imported(shape, lean)) }
}

fn imported(shape: &Shape, lean: &Value) -> Object {
    let is_kept = |attribute: &Attribute| !attribute.sensitive || attribute.required;
    let wanted =
        |attribute: &&Attribute| attribute.class != Class::WriteOnly && !attribute.volatile && is_kept(attribute);
    let taken = shape.attributes.iter().filter(wanted).map(|attribute| {
        let given = lean.get(attribute.name);
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
            let there: Vec<&Value> = items.iter().filter(|item| !item.is_null()).collect();
            match there.is_empty() && !items.is_empty() {
                true => Value::Null,
                false => Value::List(there.into_iter().map(|item| after_import(shape, item)).collect()),
            }
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
