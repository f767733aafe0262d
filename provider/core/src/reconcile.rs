//! STAND-IN, replaced when the branch that reconciles is merged.

use crate::shape::{Class, Shape};
use crate::value::Value;

/// State after an apply.
pub fn after_apply(shape: &Shape, planned: &Value, actual: &Value) -> Value {
    let mut state = planned.clone();
    for attribute in shape.attributes {
        if planned.get(attribute.name).is_unknown() {
            state.set(attribute.name, actual.get(attribute.name).clone());
        }
    }
    state
}

/// State after a refresh.
pub fn after_read(shape: &Shape, prior: &Value, actual: &Value) -> Value {
    let mut state = actual.clone();
    for attribute in shape.attributes {
        if attribute.class == Class::Configured && prior.get(attribute.name).is_null() {
            state.set(attribute.name, Value::Null);
        }
    }
    state
}

/// State after the first read of an imported object.
pub fn after_import(shape: &Shape, actual: &Value) -> Value {
    let _ = shape;
    actual.clone()
}
