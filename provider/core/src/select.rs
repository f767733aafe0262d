//! Parts of an object, chosen by what its attributes are. Knows shapes; must not know what the parts are for.

use crate::shape::{Attribute, Class, Kind, Meaning, Shape};
use crate::value::{Object, Value};

/// What an object asks of libvirt: without what the provider alone knows and what only libvirt sets, which is not
/// asked for but reported.
pub fn settable(shape: &Shape, value: &Value) -> Value {
    select(shape, value, &is_settable)
}

/// What a configuration can have of an object: without what only libvirt sets, and without objects of which nothing else is
/// left.
pub fn configurable(shape: &Shape, value: &Value) -> Value {
    let Value::Object(object) = value else { return value.clone() };
    let kept = object.iter().filter_map(|(name, value)| {
        let attribute = shape.attribute(name).filter(|attribute| !is_set_by_libvirt(shape, attribute))?;
        let kept = match (attribute.kind, value) {
            (_, Value::Null) => return None,
            (Kind::Object(inner), Value::Object(_)) => configurable(inner, value),
            (Kind::List(inner, _), Value::List(items)) => {
                Value::List(items.iter().map(|item| configurable(inner, item)).collect())
            }
            _ => value.clone(),
        };
        let is_left = attribute.required || !is_empty(&kept) || is_empty(value);
        is_left.then_some((*name, kept))
    });
    Value::Object(kept.collect())
}

/// The value without the places in lists of elements that are not there.
pub fn compact(value: &Value) -> Value {
    match value {
        Value::List(items) => Value::List(items.iter().filter(|item| !item.is_null()).map(compact).collect()),
        Value::Object(members) => Value::Object(members.iter().map(|(name, value)| (*name, compact(value))).collect()),
        other => other.clone(),
    }
}

fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(Object::is_empty)
}

/// What of that libvirt's own grammar has words for.
pub fn within_grammar(shape: &Shape, value: &Value) -> Value {
    select(shape, value, &|shape, attribute| is_settable(shape, attribute) && !attribute.outside_grammar)
}

/// What of an object stays as the user wrote it: without what others change as they go.
pub fn lasting(shape: &Shape, value: &Value) -> Value {
    select(shape, value, &|_, attribute| !attribute.volatile)
}

fn is_settable(shape: &Shape, attribute: &Attribute) -> bool {
    attribute.xml.is_some() && !is_set_by_libvirt(shape, attribute)
}

/// Whether only libvirt sets an attribute of the shape. A size that it sets comes with its unit.
pub fn is_set_by_libvirt(shape: &Shape, attribute: &Attribute) -> bool {
    let is_unit = |other: &Attribute| match other.kind {
        Kind::Leaf(scalar) if other.class == Class::Runtime => {
            matches!(scalar.meaning, Meaning::Sized(unit, _) if unit == attribute.name)
        }
        _ => false,
    };
    attribute.class == Class::Runtime || shape.attributes.iter().any(is_unit)
}

/// The value with those attributes, on every level, that `keep` says. What the shape does not have stays out.
fn select(shape: &Shape, value: &Value, keep: &dyn Fn(&Shape, &Attribute) -> bool) -> Value {
    match value {
        Value::List(items) => Value::List(items.iter().map(|item| select(shape, item, keep)).collect()),
        Value::Object(object) => {
            let kept = object.iter().filter_map(|(name, value)| {
                let attribute = shape.attribute(name).filter(|attribute| keep(shape, attribute))?;
                let value = attribute.kind.shape().map_or_else(|| value.clone(), |below| select(below, value, keep));
                Some((*name, value))
            });
            Value::Object(kept.collect())
        }
        other => other.clone(),
    }
}
