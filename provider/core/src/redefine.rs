//! What a definition becomes when a configuration changes: what is unchanged stays to the letter, what is changed is as a
//! create would write it.
//!
//! A definition falls into units: a device, or a group that libvirt decides as one ([`Unit`]). A unit that the plan leaves
//! as it was and that is as our last apply left it is carried over with all that libvirt chose in it. A unit that changed, here
//! or from outside, is written from the plan alone, plus what must not change with it: identities, and choices of libvirt's
//! whose reasons still hold. Knows values and shapes; must not know any attribute or documents.

use std::collections::BTreeMap;

use crate::compare::equal;
use crate::depends::Whole;
use crate::fragments;
use crate::matching;
use crate::shape::{Attribute, Class, Kind, Leaf, List, Shape, Unit};
use crate::value::{Object, Value};

/// The object from all sides.
#[derive(Clone, Copy, Debug)]
pub struct Sides<'a> {
    /// What is to be.
    pub planned: &'a Value,
    /// The state that the plan was made from.
    pub prior: &'a Value,
    /// What libvirt has.
    pub actual: &'a Value,
    /// What libvirt had after our last apply; `None` where that is not known.
    pub baseline: Option<&'a Value>,
}

/// How much of what libvirt chose is carried over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carry {
    /// All whose reasons still hold.
    All,
    /// The same without the places of devices.
    NoPlacements,
    /// Nothing but what the plan names.
    Nothing,
}

/// Whether the change is one of the definition at all, and not of spelling or of what the provider itself does.
pub fn changes_definition(shape: &Shape, sides: &Sides<'_>) -> bool {
    !equal(shape, sides.prior, &sides.planned.known())
}

/// The definition that is to be.
pub fn redefine(shape: &Shape, sides: &Sides<'_>, carry: Carry) -> Value {
    let planned = sides.planned.known();
    let whole = Whole { shape, before: sides.prior, after: &planned, reported: false };
    let baseline = Whole { before: sides.baseline.unwrap_or(sides.actual), reported: true, ..whole };
    let redefiner = Redefiner { whole, baseline, carry };
    Value::Object(redefiner.parts(shape, &Sides { planned: &planned, ..*sides }))
}

impl<'a> Sides<'a> {
    fn at(&self, name: &str) -> Sides<'a> {
        Sides {
            planned: self.planned.get(name),
            prior: self.prior.get(name),
            actual: self.actual.get(name),
            baseline: self.baseline.map(|baseline| baseline.get(name)),
        }
    }
}

static NULL: Value = Value::Null;

struct Redefiner<'a> {
    whole: Whole<'a>,
    /// The same from what libvirt had after our last apply.
    baseline: Whole<'a>,
    carry: Carry,
}

impl Redefiner<'_> {
    /// An object that is no unit itself.
    fn parts(&self, shape: &Shape, sides: &Sides<'_>) -> Object {
        let mut object = Object::new();
        for unit in units(shape) {
            match unit.as_slice() {
                [attribute] if attribute.unit == Unit::Parts => {
                    if let Kind::Object(inner) = attribute.kind {
                        let below = sides.at(attribute.name);
                        let parts = self.parts(inner, &below);
                        if !parts.is_empty() || !below.planned.is_null() {
                            put(&mut object, attribute, Value::Object(parts));
                        }
                    }
                }
                [Attribute { kind: Kind::List(inner, list), .. }] => {
                    let attribute = unit[0];
                    put(&mut object, attribute, self.list(attribute, inner, list, &sides.at(attribute.name)));
                }
                unit => self.unit(unit, shape, sides, &mut object),
            }
        }
        object
    }

    fn unit(&self, unit: &[&'static Attribute], shape: &Shape, sides: &Sides<'_>, object: &mut Object) {
        let stays =
            self.carry != Carry::Nothing && unit.iter().all(|attribute| self.is_untouched(attribute, shape, sides));
        for attribute in unit {
            let value = match stays {
                true => sides.actual.get(attribute.name).clone(),
                false => self.fresh_member(attribute, shape, sides),
            };
            put(object, attribute, value);
        }
    }

    /// Whether nothing about an attribute changes, here or elsewhere.
    fn is_untouched(&self, attribute: &'static Attribute, shape: &Shape, sides: &Sides<'_>) -> bool {
        let only = |value: &Value| Value::from([(attribute.name, value.get(attribute.name).clone())]);
        let same = |one: &Value, other: &Value| match crate::size::bundle(shape, attribute) {
            // A size means something only with its unit.
            Some(_) => crate::compare::same(attribute, one, other),
            None => equal(shape, &only(one), &only(other)),
        };
        attribute.xml.as_ref().is_none_or(|xml| xml.leaf != Leaf::Raw)
            && same(sides.planned, sides.prior)
            && sides.baseline.is_none_or(|baseline| same(sides.actual, baseline))
            && !self.depends_on_change(attribute, sides.actual.get(attribute.name))
    }

    /// Whether something that is there, the attribute itself or a part of it, depends on what changes elsewhere.
    fn depends_on_change(&self, attribute: &Attribute, there: &Value) -> bool {
        if there.is_null() {
            return false;
        }
        if self.whole.changes_around(attribute) {
            return true;
        }
        let within = |shape: &Shape, there: &Value| {
            shape.attributes.iter().any(|inner| self.depends_on_change(inner, there.get(inner.name)))
        };
        match (attribute.kind, there) {
            (Kind::Object(shape), there) => within(shape, there),
            (Kind::List(shape, _), Value::List(items)) => items.iter().any(|item| within(shape, item)),
            _ => false,
        }
    }

    /// A list whose elements are units, in the order of the plan; what libvirt added stays beside what it stood beside.
    fn list(&self, attribute: &Attribute, shape: &Shape, list: &List, sides: &Sides<'_>) -> Value {
        let (planned, prior, actual) = (sides.planned.items(), sides.prior.items(), sides.actual.items());
        let baseline = sides.baseline.map_or(actual, Value::items);
        let before = matching::pair(shape, list, planned, prior);
        let was_ours = matching::pair_reported(shape, list, prior, actual);
        let there = through_state(matching::pair(shape, list, planned, actual), &before, &was_ours);
        let origins = matching::pair(shape, list, actual, baseline);
        let element = |at: usize| {
            let item =
                |items: &'_ [Value], at: Option<usize>| at.and_then(|at| items.get(at)).cloned().unwrap_or_default();
            let (prior, actual) = (item(prior, before[at]), item(actual, there[at]));
            let origin = there[at].and_then(|at| origins[at]);
            let sides = Sides {
                planned: &planned[at],
                prior: &prior,
                actual: &actual,
                baseline: Some(origin.and_then(|at| baseline.get(at)).unwrap_or(&NULL)),
            };
            self.element(shape, &sides)
        };
        let mut placed: Vec<(Option<usize>, Value)> =
            (0..planned.len()).filter(|at| !planned[*at].is_null()).map(|at| (there[at], element(at))).collect();
        let stale = self.carry == Carry::Nothing || self.whole.changes_around(attribute);
        for (at, item) in actual.iter().enumerate() {
            let is_libvirts = !there.contains(&Some(at)) && !was_ours.contains(&Some(at)) && origins[at].is_some();
            if is_libvirts && !stale && !self.element_depends_on_change(shape, item) {
                let neighbour = placed.iter().rposition(|(other, _)| other.is_some_and(|other| other < at));
                placed.insert(neighbour.map_or(0, |neighbour| neighbour + 1), (Some(at), item.clone()));
            }
        }
        if placed.is_empty() { Value::Null } else { Value::List(placed.into_iter().map(|(_, item)| item).collect()) }
    }

    fn element(&self, shape: &Shape, sides: &Sides<'_>) -> Value {
        let untouched = self.carry != Carry::Nothing
            && !sides.prior.is_null()
            && !sides.actual.is_null()
            && equal(shape, sides.planned, sides.prior)
            && sides.baseline.is_none_or(|baseline| equal(shape, sides.actual, baseline))
            && !self.element_depends_on_change(shape, sides.actual);
        if untouched { sides.actual.clone() } else { Value::Object(self.fresh(shape, sides)) }
    }

    fn element_depends_on_change(&self, shape: &Shape, element: &Value) -> bool {
        shape.attributes.iter().any(|inner| self.depends_on_change(inner, element.get(inner.name)))
    }

    /// What a create would write, and what stays of libvirt's choices.
    fn fresh(&self, shape: &Shape, sides: &Sides<'_>) -> Object {
        let mut object = Object::new();
        for attribute in shape.attributes {
            put(&mut object, attribute, self.fresh_member(attribute, shape, sides));
        }
        object
    }

    fn fresh_member(&self, attribute: &'static Attribute, shape: &Shape, sides: &Sides<'_>) -> Value {
        let below = sides.at(attribute.name);
        let Some(xml) = &attribute.xml else { return below.planned.clone() };
        if xml.leaf == Leaf::Raw {
            return fragments::change(below.actual, below.prior, below.planned);
        }
        if below.planned.is_null()
            && let Some(chosen) = self.carried(attribute, shape, sides)
        {
            return chosen;
        }
        if below.planned.is_null() && matches!(attribute.class, Class::Choice | Class::Identity | Class::Placement) {
            // The whole of it is chosen again.
            return Value::Null;
        }
        match attribute.kind {
            Kind::Object(inner) => {
                let fresh = self.fresh(inner, &below);
                if below.planned.is_null() && fresh.is_empty() { Value::Null } else { Value::Object(fresh) }
            }
            Kind::List(inner, list) => self.fresh_list(inner, list, &below),
            _ => below.planned.clone(),
        }
    }

    fn fresh_list(&self, shape: &Shape, list: &List, sides: &Sides<'_>) -> Value {
        let Value::List(planned) = sides.planned else { return Value::Null };
        let (prior, actual) = (sides.prior.items(), sides.actual.items());
        let before = matching::pair(shape, list, planned, prior);
        let there = matching::pair(shape, list, planned, actual);
        let fresh = |(at, planned): (usize, &Value)| {
            let prior = before[at].and_then(|at| prior.get(at)).unwrap_or(&NULL);
            let actual = there[at].and_then(|at| actual.get(at)).unwrap_or(&NULL);
            Value::Object(self.fresh(shape, &Sides { planned, prior, actual, baseline: None }))
        };
        let there = planned.iter().enumerate().filter(|(_, item)| !item.is_null());
        Value::List(there.map(fresh).collect())
    }

    /// What libvirt chose for an attribute that the plan does not set, where that stays. What others made of a choice since is
    /// not libvirt's.
    fn carried(&self, attribute: &'static Attribute, shape: &Shape, sides: &Sides<'_>) -> Option<Value> {
        let only = |value: &Value| Value::from([(attribute.name, value.get(attribute.name).clone())]);
        let chosen = chosen_with(attribute, shape);
        let before = sides
            .baseline
            .filter(|baseline| chosen.class == Class::Choice && !equal(shape, &only(sides.actual), &only(baseline)));
        match before {
            Some(baseline) => {
                let stays = self.carry != Carry::Nothing
                    && equal(shape, &only(sides.prior), &only(sides.actual))
                    && !self.baseline.changes(chosen, shape, baseline, sides.planned);
                stays.then(|| baseline.get(attribute.name).clone())
            }
            None => self.is_carried(attribute, chosen, shape, sides).then(|| sides.actual.get(attribute.name).clone()),
        }
    }

    fn is_carried(
        &self,
        attribute: &'static Attribute,
        chosen: &'static Attribute,
        shape: &Shape,
        sides: &Sides<'_>,
    ) -> bool {
        // A secret that no configuration names stays: an import knows of it and takes it in nowhere.
        if attribute.sensitive && sides.prior.get(attribute.name).is_null() {
            return true;
        }
        let carries = match chosen.class {
            Class::Choice => self.carry != Carry::Nothing,
            Class::Identity => true,
            Class::Placement => self.carry == Carry::All,
            _ => false,
        };
        // What an earlier configuration set is not libvirt's choice.
        let was_set = !sides.prior.get(attribute.name).is_null() || !sides.prior.get(chosen.name).is_null();
        carries && !was_set && !self.whole.changes(chosen, shape, sides.prior, sides.planned)
    }
}

/// The partners of planned elements in what is there: where a planned one has none of its own, the partner of the element of
/// the state that it is.
fn through_state(
    there: Vec<Option<usize>>,
    before: &[Option<usize>],
    was_ours: &[Option<usize>],
) -> Vec<Option<usize>> {
    let taken = there.clone();
    let by_state = |at: usize| before[at].and_then(|at| was_ours[at]).filter(|found| !taken.contains(&Some(*found)));
    there.into_iter().enumerate().map(|(at, found)| found.or_else(|| by_state(at))).collect()
}

/// What decides for an attribute: itself, or the text of the element that it stands at.
fn chosen_with(attribute: &'static Attribute, shape: &Shape) -> &'static Attribute {
    let Some(xml) =
        attribute.xml.as_ref().filter(|xml| matches!(xml.leaf, Leaf::Attribute(_)) && !xml.steps.is_empty())
    else {
        return attribute;
    };
    let is_text_of_it = |other: &&'static Attribute| {
        other.xml.as_ref().is_some_and(|other| other.leaf == Leaf::Text && other.steps == xml.steps)
    };
    let text = shape.attributes.iter().find(is_text_of_it);
    text.filter(|text| text.class != Class::Configured && attribute.class == Class::Configured).unwrap_or(attribute)
}

/// The attributes of an object by the units that they belong to, each unit where its first attribute stands.
fn units(shape: &Shape) -> Vec<Vec<&'static Attribute>> {
    let element = |attribute: &Attribute| {
        attribute.xml.as_ref().and_then(|xml| xml.steps.first()).map_or(attribute.name, |step| step.name.local)
    };
    let mut joined: BTreeMap<&str, &str> = BTreeMap::new();
    for attribute in shape.attributes {
        if let Unit::With(name) = attribute.unit {
            joined.insert(element(attribute), name);
        }
    }
    let mut units: Vec<(&str, Vec<&'static Attribute>)> = Vec::new();
    for attribute in shape.attributes {
        let element = element(attribute);
        let name = joined.get(element).copied().unwrap_or(element);
        match units.iter_mut().find(|(other, _)| *other == name) {
            Some((_, unit)) => unit.push(attribute),
            None => units.push((name, vec![attribute])),
        }
    }
    units.into_iter().map(|(_, unit)| unit).collect()
}

fn put(object: &mut Object, attribute: &Attribute, value: Value) {
    if !value.is_null() {
        object.insert(attribute.name, value);
    }
}

#[cfg(test)]
#[path = "redefine_tests.rs"]
mod tests;
