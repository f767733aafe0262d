//! STAND-IN, replaced when the branch that plans is merged: marks what only libvirt can know as unknown.

use crate::diagnostics::{AttributePath, Diagnostics};
use crate::shape::{Class, Shape};
use crate::value::Value;

/// What a change will lead to.
#[derive(Debug, Default)]
pub struct Planned {
    /// The planned state.
    pub value: Value,
    /// The attributes for which the object must be made anew.
    pub replace: Vec<AttributePath>,
    /// Errors and warnings.
    pub diagnostics: Diagnostics,
}

/// Plans a create (`prior` is null) or an update.
pub fn plan(shape: &Shape, config: &Value, prior: &Value, proposed: &Value) -> Planned {
    let _ = config;
    let mut planned = Planned { value: proposed.clone(), ..Planned::default() };
    for attribute in shape.attributes {
        let computed = matches!(attribute.class, Class::ServerDefault | Class::Runtime);
        if computed && proposed.get(attribute.name).is_null() {
            planned.value.set(attribute.name, Value::UNKNOWN);
        }
        if attribute.class == Class::WriteOnly {
            planned.value.set(attribute.name, Value::Null);
        }
        if attribute.replace && !prior.is_null() && prior.get(attribute.name) != proposed.get(attribute.name) {
            planned.replace.push(AttributePath::root(attribute.name));
        }
    }
    planned
}
