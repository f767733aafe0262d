//! Filling in a plan after an apply. Knows the plan and what is there; must not know the prior state.

use super::{after_import, imported_value, object_of};
use crate::matching;
use crate::shape::{Attribute, Kind, List, Shape};
use crate::size::{self, Bundle, Rounding};
use crate::value::Value;

/// The plan, completed with what is there.
pub(super) fn object(shape: &Shape, planned: &Value, actual: &Value) -> Value {
    object_of(shape, |attribute| {
        let (value, found) = (planned.get(attribute.name), actual.get(attribute.name));
        match (attribute.kind, value) {
            (Kind::Leaf(_), Value::Unknown(_)) => chosen(shape, attribute, planned, actual),
            (_, Value::Unknown(_)) => imported_value(attribute, found),
            (Kind::Object(inner), Value::Object(_)) => object(inner, value, found),
            (Kind::List(inner, list), Value::List(items)) => elements(inner, list, items, found.items()),
            (_, Value::List(items)) => {
                let completed = |(at, item): (usize, &Value)| match item {
                    Value::Unknown(_) => found.items().get(at).cloned().unwrap_or_default(),
                    item => item.clone(),
                };
                Value::List(items.iter().enumerate().map(completed).collect())
            }
            (_, value) => value.clone(),
        }
    })
}

fn elements(shape: &Shape, list: &List, planned: &[Value], actual: &[Value]) -> Value {
    let partners = matching::pair_reported(shape, list, planned, actual);
    let completed = planned.iter().zip(partners).map(|(element, partner)| {
        let found = partner.and_then(|at| actual.get(at)).unwrap_or(&Value::Null);
        match element {
            Value::Object(_) => object(shape, element, found),
            Value::Unknown(_) => after_import(shape, found),
            other => other.clone(),
        }
    });
    Value::List(completed.collect())
}

/// libvirt's choice for an unknown leaf. A size is reported in the unit that is planned for it; and a unit is not chosen for
/// a size that is planned already, which was meant in the default unit.
fn chosen(shape: &Shape, attribute: &Attribute, planned: &Value, actual: &Value) -> Value {
    let found = actual.get(attribute.name);
    let Some(bundle) = size::bundle(shape, attribute) else { return found.clone() };
    let unit = planned.get(bundle.unit.name);
    match size::unit_of(attribute) {
        Some((unit_name, default)) if !found.is_null() => {
            let from = actual.get(unit_name);
            let to = if unit.is_unknown() && !is_planned(&bundle, planned) { from } else { known(unit) };
            size::convert(found, from, to, default, Rounding::Up).unwrap_or_else(|| found.clone())
        }
        None if is_planned(&bundle, planned) => Value::Null,
        _ => found.clone(),
    }
}

/// Whether some size of the bundle is planned with a known value.
fn is_planned(bundle: &Bundle, planned: &Value) -> bool {
    let mut sizes = bundle.sizes.iter().map(|size| planned.get(size.name));
    sizes.any(|size| !size.is_null() && !size.is_unknown())
}

fn known(value: &Value) -> &Value {
    if value.is_unknown() { &Value::Null } else { value }
}
