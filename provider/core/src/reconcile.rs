//! What goes into state once libvirt has answered: after an apply, a read, an import. Knows plan or prior state and
//! the object in full as libvirt tells it; must not know the configuration or the host.

use crate::compare::{Compare, asks_nothing, says_nothing};
use crate::matching;
use crate::meaning::Hooks;
use crate::shape::{Attribute, Class, Kind, List, Shape};
use crate::size::{self, Bundle, Rounding};
use crate::value::{Object, Value};

static NULL: Value = Value::Null;

/// The state after an apply: every known value of the plan as it is, every unknown one from `actual`, and null where
/// `actual` has none. It never contradicts the plan; where libvirt did, the next read shows it.
pub fn after_apply(shape: &Shape, planned: &Value, actual: &Value, hooks: &dyn Hooks) -> Value {
    match planned {
        Value::Object(_) => Applied(Compare::new(planned, actual, hooks)).object(shape, planned, actual),
        Value::Unknown(_) => after_import(shape, actual),
        planned => planned.clone(),
    }
}

/// The state after a read. What the user left to libvirt stays out; what the user wrote stays as it is written while it
/// means the same, and is what libvirt has where it does not: that is drift.
pub fn after_read(shape: &Shape, prior: &Value, actual: &Value, hooks: &dyn Hooks) -> Value {
    match (prior, actual) {
        (_, Value::Null) => Value::Null,
        (Value::Null, actual) => after_import(shape, actual),
        (prior, actual) => Read(Compare::new(prior, actual, hooks)).object(shape, prior, actual),
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

/// Fills in a plan: the plan on the left, what is there on the right.
struct Applied<'a>(Compare<'a>);

impl Applied<'_> {
    fn object(&self, shape: &Shape, planned: &Value, actual: &Value) -> Value {
        object_of(shape, |attribute| {
            let (value, found) = (planned.get(attribute.name), actual.get(attribute.name));
            match (attribute.kind, value) {
                (Kind::Leaf(_), Value::Unknown(_)) => chosen(shape, attribute, planned, actual),
                (_, Value::Unknown(_)) => imported_value(attribute, found),
                (Kind::Object(inner), Value::Object(_)) => self.object(inner, value, found),
                (Kind::List(inner, list), Value::List(items)) => self.list(inner, list, items, found.items()),
                (_, Value::List(items)) => {
                    let filled = |(at, item): (usize, &Value)| match item {
                        Value::Unknown(_) => found.items().get(at).cloned().unwrap_or_default(),
                        item => item.clone(),
                    };
                    Value::List(items.iter().enumerate().map(filled).collect())
                }
                (_, value) => value.clone(),
            }
        })
    }

    fn list(&self, shape: &Shape, list: &List, planned: &[Value], actual: &[Value]) -> Value {
        let partners = matching::pair(shape, list, planned, actual, &self.0);
        let filled = planned.iter().zip(partners).map(|(element, partner)| {
            let found = partner.and_then(|at| actual.get(at)).unwrap_or(&NULL);
            match element {
                Value::Object(_) => self.object(shape, element, found),
                Value::Unknown(_) => after_import(shape, found),
                other => other.clone(),
            }
        });
        Value::List(filled.collect())
    }
}

/// libvirt's choice for an unknown leaf. A size is told in the unit that is planned for it; and a unit is not chosen for
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
    if value.is_unknown() { &NULL } else { value }
}

/// Brings a state up to date: the prior state on the left, what is there on the right.
struct Read<'a>(Compare<'a>);

impl Read<'_> {
    fn object(&self, shape: &Shape, prior: &Value, actual: &Value) -> Value {
        object_of(shape, |attribute| self.attribute(shape, attribute, prior, actual))
    }

    fn attribute(&self, shape: &Shape, attribute: &'static Attribute, prior: &Value, actual: &Value) -> Value {
        let (before, now) = (prior.get(attribute.name), actual.get(attribute.name));
        let is_written = matches!(attribute.class, Class::Configured | Class::ServerDefault) && !before.is_null();
        if attribute.xml.is_none() && now.is_null() && is_written {
            // The provider's own: the resource has nothing to say of it, so it stands.
            return before.clone();
        }
        match (attribute.class, attribute.kind) {
            (Class::WriteOnly, _) => Value::Null,
            (Class::Configured, Kind::List(inner, list)) => self.list(attribute, inner, list, before, now),
            (_, Kind::List(inner, list)) if is_written => self.list(attribute, inner, list, before, now),
            (_, Kind::Object(inner)) if is_written => self.nested(attribute, inner, before, now),
            (Class::Configured, Kind::Object(_)) => Value::Null,
            (_, Kind::Object(_) | Kind::List(..)) => imported_value(attribute, now),
            _ => match size::bundle(shape, attribute) {
                Some(bundle) => self.sized(&bundle, attribute, prior, actual),
                None => self.plain(attribute, prior, actual),
            },
        }
    }

    /// An attribute by itself.
    fn plain(&self, attribute: &Attribute, prior: &Value, actual: &Value) -> Value {
        let (before, now) = (prior.get(attribute.name), actual.get(attribute.name));
        match attribute.class {
            Class::Runtime => now.clone(),
            Class::WriteOnly => Value::Null,
            Class::Configured if before.is_null() => Value::Null,
            _ if now.is_null() && asks_nothing(attribute, prior) => before.clone(),
            _ if self.0.same(attribute, prior, actual) => before.clone(),
            _ => now.clone(),
        }
    }

    /// An object that state has. Where libvirt has none it is gone, unless it never asked for anything.
    fn nested(&self, attribute: &Attribute, shape: &Shape, before: &Value, now: &Value) -> Value {
        if now.is_null() && !says_nothing(attribute, before) {
            return Value::Null;
        }
        self.object(shape, before, now)
    }

    /// The user's elements in the user's order, then those that came from outside, unless libvirt adds such by itself.
    fn list(&self, attribute: &Attribute, shape: &Shape, list: &List, before: &Value, now: &Value) -> Value {
        let (elements, actual) = (before.items(), now.items());
        let partners = matching::pair(shape, list, elements, actual, &self.0);
        let found = |(element, at): (&Value, &Option<usize>)| {
            at.and_then(|at| actual.get(at)).map(|found| self.object(shape, element, found))
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
    fn sized(&self, bundle: &Bundle, attribute: &Attribute, prior: &Value, actual: &Value) -> Value {
        let unit = bundle.unit.name;
        let in_state_unit = |size: &Attribute| {
            let default = size::unit_of(size).map_or("", |(_, default)| default);
            let rounding = if size.class == Class::Configured { Rounding::Exact } else { Rounding::Up };
            size::convert(actual.get(size.name), actual.get(unit), prior.get(unit), default, rounding)
        };
        let is_gone = |size: &Attribute| actual.get(size.name).is_null();
        let told: Vec<_> = bundle.sizes.iter().filter(|size| is_told(size, prior)).collect();
        let fits = told.iter().all(|size| is_gone(size) || in_state_unit(size).is_some());

        let is_unit = attribute.name == unit;
        if is_unit && bundle.is_used(prior) && told.iter().all(|size| is_gone(size)) {
            self.plain(attribute, prior, actual)
        } else if is_unit {
            if fits { prior.get(unit).clone() } else { actual.get(unit).clone() }
        } else if !is_told(attribute, prior) {
            Value::Null
        } else if !fits {
            actual.get(attribute.name).clone()
        } else if self.0.same(attribute, prior, actual) {
            prior.get(attribute.name).clone()
        } else {
            in_state_unit(attribute).unwrap_or_default()
        }
    }
}

/// Whether state tells of an attribute at all: what is configured only where it was set.
fn is_told(attribute: &Attribute, prior: &Value) -> bool {
    match attribute.class {
        Class::WriteOnly => false,
        Class::Configured => !prior.get(attribute.name).is_null(),
        Class::ServerDefault | Class::Runtime => true,
    }
}

#[cfg(test)]
#[path = "reconcile_tests.rs"]
mod tests;
