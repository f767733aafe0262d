//! Bringing a state up to date. Knows the prior state and what is there; must not know a plan.

use super::{after_import, imported_value, object_of};
use crate::compare::{asks_nothing, same, says_nothing};
use crate::matching;
use crate::shape::{Attribute, Class, Kind, List, Shape};
use crate::size::{self, Bundle, Rounding};
use crate::value::Value;

/// The prior state, brought up to date.
pub(super) fn object(shape: &Shape, prior: &Value, actual: &Value) -> Value {
    object_of(shape, |attribute| member(shape, attribute, prior, actual))
}

fn member(shape: &Shape, attribute: &'static Attribute, prior: &Value, actual: &Value) -> Value {
    let (before, now) = (prior.get(attribute.name), actual.get(attribute.name));
    let is_written = matches!(attribute.class, Class::Configured | Class::ServerDefault) && !before.is_null();
    if attribute.xml.is_none() && now.is_null() && is_written {
        // The provider's own: the resource has nothing to say of it, so it stands.
        return before.clone();
    }
    match (attribute.class, attribute.kind) {
        (Class::WriteOnly, _) => Value::Null,
        (Class::Configured, Kind::List(inner, list)) => elements(attribute, inner, list, before, now),
        (_, Kind::List(inner, list)) if is_written => elements(attribute, inner, list, before, now),
        (_, Kind::Object(inner)) if is_written => nested(attribute, inner, before, now),
        (Class::Configured, Kind::Object(_)) => Value::Null,
        (_, Kind::Object(_) | Kind::List(..)) => imported_value(attribute, now),
        _ => match size::bundle(shape, attribute) {
            Some(bundle) => sized(&bundle, attribute, prior, actual),
            None => plain(attribute, prior, actual),
        },
    }
}

/// An attribute by itself.
fn plain(attribute: &Attribute, prior: &Value, actual: &Value) -> Value {
    let (before, now) = (prior.get(attribute.name), actual.get(attribute.name));
    match attribute.class {
        Class::Runtime => now.clone(),
        Class::WriteOnly => Value::Null,
        Class::Configured if before.is_null() => Value::Null,
        _ if now.is_null() && asks_nothing(attribute, prior) => before.clone(),
        _ if same(attribute, prior, actual) => before.clone(),
        _ => now.clone(),
    }
}

/// An object that state has. Where libvirt has none it is gone, unless it never asked for anything.
fn nested(attribute: &Attribute, shape: &Shape, before: &Value, now: &Value) -> Value {
    if now.is_null() && !says_nothing(attribute, before) {
        return Value::Null;
    }
    object(shape, before, now)
}

/// The user's elements in the user's order, then those that came from outside, unless libvirt adds such by itself.
fn elements(attribute: &Attribute, shape: &Shape, list: &List, before: &Value, now: &Value) -> Value {
    let (elements, actual) = (before.items(), now.items());
    let partners = matching::pair(shape, list, elements, actual);
    let found = |(element, at): (&Value, &Option<usize>)| {
        at.and_then(|at| actual.get(at)).map(|found| object(shape, element, found))
    };
    let mut kept: Vec<Value> = elements.iter().zip(&partners).filter_map(found).collect();
    if !attribute.filled {
        let foreign = (0..actual.len()).filter(|at| !partners.contains(&Some(*at)));
        kept.extend(foreign.filter_map(|at| actual.get(at)).map(|found| after_import(shape, found)));
    }
    if kept.is_empty() && before.is_null() { Value::Null } else { Value::List(kept) }
}

/// A size or a unit. Sizes are told in the unit that state has, or else the default one. A computed size is
/// rounded up to it, as after an apply: the unit is the user's. A size that the user wrote is never rounded, so where it
/// has drifted to no whole number of its unit, libvirt's unit takes over.
fn sized(bundle: &Bundle, attribute: &Attribute, prior: &Value, actual: &Value) -> Value {
    let unit = bundle.unit.name;
    let in_state_unit = |size: &Attribute| {
        let default = size::unit_of(size).map_or("", |(_, default)| default);
        let rounding = if size.class == Class::Configured { Rounding::Exact } else { Rounding::Up };
        size::convert(actual.get(size.name), actual.get(unit), prior.get(unit), default, rounding)
    };
    let is_gone = |size: &Attribute| actual.get(size.name).is_null();
    let told: Vec<_> = bundle.sizes.iter().filter(|size| is_in_state(size, prior)).collect();
    let fits = told.iter().all(|size| is_gone(size) || in_state_unit(size).is_some());

    let is_unit = attribute.name == unit;
    if is_unit && bundle.is_used(prior) && told.iter().all(|size| is_gone(size)) {
        plain(attribute, prior, actual)
    } else if is_unit {
        if fits { prior.get(unit).clone() } else { actual.get(unit).clone() }
    } else if !is_in_state(attribute, prior) {
        Value::Null
    } else if !fits {
        actual.get(attribute.name).clone()
    } else if same(attribute, prior, actual) {
        prior.get(attribute.name).clone()
    } else {
        in_state_unit(attribute).unwrap_or_default()
    }
}

/// Whether state tells of an attribute at all: what is configured only where it was set.
fn is_in_state(attribute: &Attribute, prior: &Value) -> bool {
    match attribute.class {
        Class::WriteOnly => false,
        Class::Configured => !prior.get(attribute.name).is_null(),
        Class::ServerDefault | Class::Runtime => true,
    }
}
