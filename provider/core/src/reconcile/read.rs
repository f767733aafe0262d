//! Bringing a state up to date. Knows the prior state, what is there and what was there; must not know a plan.

use super::{Observed, imported_value, is_empty_object, object_of};
use crate::compare::{asks_nothing, same, says_nothing};
use crate::fragments;
use crate::matching;
use crate::shape::{Attribute, Class, Kind, Leaf, List, Shape};
use crate::size::{self, Bundle, Rounding};
use crate::value::Value;

static NULL: Value = Value::Null;

/// One place, seen from all sides.
#[derive(Clone, Copy)]
struct Sides<'a> {
    prior: &'a Value,
    now: &'a Value,
    lean: &'a Value,
    /// `None` where nothing is known of what was there.
    base: Option<&'a Value>,
    set: &'a Value,
    undrifted: bool,
    /// Whether others change what is here as they go.
    volatile: bool,
}

/// The prior state, brought up to date.
pub(super) fn object(shape: &Shape, prior: &Value, observed: &Observed<'_>) -> Value {
    let Observed { actual, lean, baseline, undrifted, set } = *observed;
    Sides { prior, now: actual, lean, base: baseline, set, undrifted, volatile: false }.object(shape)
}

impl<'a> Sides<'a> {
    fn at(&self, name: &str) -> Sides<'a> {
        Sides {
            prior: self.prior.get(name),
            now: self.now.get(name),
            lean: self.lean.get(name),
            base: self.base.map(|base| base.get(name)),
            set: self.set.get(name),
            undrifted: self.undrifted,
            volatile: self.volatile,
        }
    }

    fn object(&self, shape: &Shape) -> Value {
        object_of(shape, |attribute| self.member(shape, attribute))
    }

    fn member(&self, shape: &Shape, attribute: &'static Attribute) -> Value {
        let volatile = self.volatile || attribute.volatile;
        let below = Sides { volatile, ..self.at(attribute.name) };
        let is_set = !below.prior.is_null();
        match attribute.class {
            Class::WriteOnly => return Value::Null,
            Class::Runtime if matches!(attribute.kind, Kind::Object(_) | Kind::List(..)) => {
                return imported_value(attribute, below.now);
            }
            Class::Runtime => return below.now.clone(),
            _ => {}
        }
        if attribute.xml.is_none() && below.now.is_null() && is_set {
            // The provider's own: the resource has nothing to say of it, so it stands.
            return below.prior.clone();
        }
        // What the configuration sets of it stands, whatever libvirt reports later.
        let is_gone = below.now.is_null() && below.set.as_object().is_some();
        if volatile && is_set && (is_gone || *below.set == Value::Bool(true)) {
            return below.prior.clone();
        }
        if volatile && !is_set && attribute.class.is_null_unless_set() {
            return Value::Null;
        }
        match attribute.kind {
            Kind::List(inner, list) if is_set => below.elements(inner, list),
            Kind::Object(inner) if is_set => below.nested(attribute, inner),
            Kind::Object(_) | Kind::List(..) if attribute.class == Class::ServerDefault => {
                imported_value(attribute, below.now)
            }
            Kind::Object(_) | Kind::List(..) => self.foreign_value(attribute),
            _ => match size::bundle(shape, attribute) {
                Some(bundle) => self.sized(&bundle, attribute),
                None => self.plain(attribute),
            },
        }
    }

    /// An attribute by itself.
    fn plain(&self, attribute: &Attribute) -> Value {
        let Sides { prior: before, now, .. } = self.at(attribute.name);
        if attribute.xml.as_ref().is_some_and(|xml| xml.leaf == Leaf::Raw) {
            return self.raw(attribute);
        }
        match attribute.class {
            class if before.is_null() && class.is_null_unless_set() => self.foreign_value(attribute),
            _ if now.is_null() && asks_nothing(attribute, self.prior) => before.clone(),
            _ if same(attribute, self.prior, self.now) || self.is_accepted(attribute) => before.clone(),
            _ => now.clone(),
        }
    }

    /// Raw XML holds children of several programs, distinguished by their namespaces: those that state does not have are not
    /// ours.
    fn raw(&self, attribute: &Attribute) -> Value {
        let Sides { prior: before, now, .. } = self.at(attribute.name);
        let ours = fragments::of_same_namespaces(now, before);
        let unchanged = |other: &Value| {
            let held = Value::from([(attribute.name, fragments::of_same_namespaces(other, before))]);
            same(attribute, &held, &Value::from([(attribute.name, ours.clone())]))
        };
        let accepted = self.base.is_some_and(|base| self.undrifted && unchanged(base.get(attribute.name)));
        if before.is_null() || unchanged(before) || accepted { before.clone() } else { ours }
    }

    /// Whether libvirt reports what it made of the value at our last apply.
    fn is_accepted(&self, attribute: &Attribute) -> bool {
        self.undrifted && self.base.is_some_and(|base| same(attribute, base, self.now))
    }

    /// An object that state has. Where libvirt has none it is gone, unless it never asked for anything, or libvirt never had
    /// it.
    fn nested(&self, attribute: &Attribute, shape: &Shape) -> Value {
        if !self.now.is_null() {
            return self.object(shape);
        }
        match self.base {
            Some(base) if base.is_null() && self.undrifted => self.prior.clone(),
            Some(base) if !base.is_null() => Value::Null,
            _ if says_nothing(attribute, self.prior) => self.object(shape),
            _ => Value::Null,
        }
    }

    /// What is there although state does not have it: nothing while it is as it was or as libvirt would have it by itself.
    fn foreign_value(&self, attribute: &Attribute) -> Value {
        let below = self.at(attribute.name);
        let Some(base) = below.base else { return Value::Null };
        if attribute.class.is_kept() || attribute.xml.is_none() || below.now.is_null() || below.lean.is_null() {
            return Value::Null;
        }
        match attribute.kind {
            Kind::Object(shape) => {
                let inside = below.object(shape);
                // That an element is there may be all that is new: what is in it is what libvirt has by itself.
                let is_element = attribute.xml.as_ref().is_some_and(|xml| xml.leaf == Leaf::Element);
                let is_new = base.is_null() && is_element;
                if is_empty_object(&inside) && !is_new { Value::Null } else { inside }
            }
            Kind::List(shape, list) => match below.elements(shape, list) {
                Value::List(items) if items.is_empty() => Value::Null,
                items => items,
            },
            _ if self.base.is_some_and(|base| same(attribute, base, self.now)) => Value::Null,
            _ => below.lean.clone(),
        }
    }

    /// The configuration's elements in its order, then those that came from outside.
    fn elements(&self, shape: &Shape, list: &List) -> Value {
        let none: &[Value] = &[];
        let (before, now) = (self.prior.items(), self.now.items());
        let base = self.base.map_or(none, Value::items);
        let partners = matching::pair_reported(shape, list, before, now);
        let origins = matching::pair(shape, list, now, base);
        let kept = matching::pair_reported(shape, list, before, base);
        let side = |position: usize| Sides {
            prior: &NULL,
            now: &now[position],
            lean: self.lean.items().get(position).unwrap_or(&NULL),
            base: self.base.map(|_| origins[position].and_then(|origin| base.get(origin)).unwrap_or(&NULL)),
            set: &NULL,
            undrifted: self.undrifted,
            volatile: self.volatile,
        };
        let mut elements = Vec::new();
        for (at, prior) in before.iter().enumerate() {
            let set = self.set.items().get(at).unwrap_or(&NULL);
            match partners[at] {
                Some(position) => elements.push(Sides { prior, set, ..side(position) }.object(shape)),
                // libvirt never had it.
                None if self.undrifted && self.base.is_some() && kept[at].is_none() => elements.push(prior.clone()),
                None => {}
            }
        }
        if self.base.is_some() {
            let foreign = (0..now.len()).filter(|position| !partners.contains(&Some(*position)));
            elements.extend(foreign.filter_map(|position| side(position).foreign(shape, origins[position].is_some())));
        }
        Value::List(elements)
    }

    /// An element that state does not have, where it came from outside or was changed there.
    fn foreign(&self, shape: &Shape, was_there: bool) -> Option<Value> {
        if self.lean.is_null() || was_there && is_empty_object(&self.object(shape)) {
            return None;
        }
        Some(super::after_import(shape, self.lean))
    }

    /// A size or a unit. Sizes are given in the unit that state has, or else the default one. A computed size is
    /// rounded up to it, as after an apply: the unit is the configuration's. A size that the configuration sets is never
    /// rounded, so where it has drifted to no whole number of its unit, libvirt's unit takes over.
    fn sized(&self, bundle: &Bundle, attribute: &Attribute) -> Value {
        let (prior, actual, unit) = (self.prior, self.now, bundle.unit.name);
        let in_state_unit = |size: &Attribute| {
            let default = size::unit_of(size).map_or("", |(_, default)| default);
            let rounding = if size.class.is_null_unless_set() { Rounding::Exact } else { Rounding::Up };
            size::convert(actual.get(size.name), actual.get(unit), prior.get(unit), default, rounding)
        };
        let is_gone = |size: &Attribute| actual.get(size.name).is_null();
        let in_state: Vec<_> = bundle.sizes.iter().filter(|size| is_in_state(size, prior)).collect();
        let fits = in_state.iter().all(|size| is_gone(size) || in_state_unit(size).is_some());
        let is_accepted = in_state.iter().any(|size| size.class.is_null_unless_set())
            && in_state.iter().all(|size| self.is_accepted(size));
        let is_unit = attribute.name == unit;

        if in_state.is_empty() && attribute.class.is_null_unless_set() && prior.get(unit).is_null() {
            self.foreign_size(bundle, attribute)
        } else if is_accepted && is_in_state(attribute, prior) {
            prior.get(attribute.name).clone()
        } else if is_unit && bundle.is_used(prior) && in_state.iter().all(|size| is_gone(size)) {
            if is_in_state(attribute, prior) { self.plain(attribute) } else { Value::Null }
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

    /// A size that state does not have, or its unit: both as libvirt has them where the size came from outside.
    fn foreign_size(&self, bundle: &Bundle, attribute: &Attribute) -> Value {
        let Some(base) = self.base else { return Value::Null };
        let is_foreign = |size: &&&Attribute| !self.lean.get(size.name).is_null() && !same(size, base, self.now);
        let any = bundle.sizes.iter().find(is_foreign).is_some();
        if any { self.lean.get(attribute.name).clone() } else { Value::Null }
    }
}

/// Whether state holds an attribute at all: what is configured only where it was set.
fn is_in_state(attribute: &Attribute, prior: &Value) -> bool {
    match attribute.class {
        Class::WriteOnly => false,
        class if class.is_null_unless_set() => !prior.get(attribute.name).is_null(),
        _ => true,
    }
}
