//! What a plan promises to be there after an apply. Pure: knows configuration, prior state and shape, nothing of
//! the host.
//!
//! The rules:
//!
//! * What the configuration sets is planned as it stands there, or as the prior state spells it where that means
//!   the same. What it does not set is null, unless the attribute is computed, or an identity, which stays as it was.
//! * A computed attribute keeps its prior value. It is unknown in what is new, and it becomes unknown when it was
//!   null and anything else in the resource changes: a change may bring it about. No update makes a value that is there unknown
//!   again: identities never change in place, and the rest is read again with the next refresh. A resource for
//!   which one does change says so itself.
//! * A size and its unit are kept together or not at all. A computed size whose unit changes is unknown.
//! * List elements are matched by key; Terraform compares them by position, so an element that moved is spelled as the
//!   configuration has it.
//! * Nothing changed: exactly the prior state.

use crate::compare;
use crate::depends::Whole;
use crate::diagnostics::AttributePath;
use crate::matching;
use crate::select::lasting;
use crate::shape::{Attribute, Class, Kind, List, Shape};
use crate::size::{self, Bundle};
use crate::value::{Object, Value};

/// A plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Planned {
    /// The object after the apply; null when it is to be destroyed.
    pub value: Value,
    /// The changed attributes for which a new object is needed.
    pub replace: Vec<AttributePath>,
}

/// Plans the way from `prior` (null when creating) to `config`. `proposed` is Terraform's own draft, of which only
/// that it is null matters: then the object is to be destroyed.
/// `set` says which computed attributes the last configuration set, as in [`crate::reconcile::Observed`].
pub fn plan(shape: &Shape, config: &Value, prior: &Value, proposed: &Value, set: &Value) -> Planned {
    if proposed.is_null() {
        return Planned::default();
    }
    let origin = if prior.is_null() { Origin::New } else { Origin::SamePlace };
    let site = Site { config, prior, set, origin, path: AttributePath::default() };
    let whole = Whole { shape, before: prior, after: config, reported: false };
    let mut steady = Planner { whole, changing: false, replace: Vec::new() };
    let value = steady.object(shape, &site);
    if prior.is_null() || value == *prior {
        return Planned { value, replace: Vec::new() };
    }
    // Something changes, and only now is it known: so once more, with that in mind.
    let value = Planner { whole, changing: true, replace: Vec::new() }.object(shape, &site);
    Planned { value, replace: steady.replace }
}

struct Planner<'a> {
    whole: Whole<'a>,
    /// Whether anything in the resource changes.
    changing: bool,
    replace: Vec<AttributePath>,
}

/// An object on both sides.
struct Site<'a> {
    config: &'a Value,
    /// Null where the object is new.
    prior: &'a Value,
    set: &'a Value,
    origin: Origin,
    path: AttributePath,
}

/// Where a list element, or what is in it, comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    SamePlace,
    /// It had another position, so its prior spelling stands where Terraform does not look for it.
    Moved,
    /// It is created, which is no reason to replace anything.
    New,
}

impl<'a> Site<'a> {
    fn attribute(&self, attribute: &Attribute) -> Site<'a> {
        Site {
            config: self.config.get(attribute.name),
            prior: self.prior.get(attribute.name),
            set: self.set.get(attribute.name),
            origin: self.origin,
            path: self.path.attribute(attribute.name),
        }
    }

    /// The element at `position`, whose counterpart in the prior list was at `before`.
    fn element(&self, position: usize, before: Option<usize>) -> Site<'a> {
        let origin = match (before, self.origin) {
            (None, _) => Origin::New,
            (Some(before), Origin::SamePlace) if before != position => Origin::Moved,
            (Some(_), origin) => origin,
        };
        Site {
            config: self.config.items().get(position).unwrap_or(&Value::Null),
            prior: before.and_then(|before| self.prior.items().get(before)).unwrap_or(&Value::Null),
            set: before.and_then(|before| self.set.items().get(before)).unwrap_or(&Value::Null),
            origin,
            path: self.path.element(position),
        }
    }
}

impl Planner<'_> {
    fn object(&mut self, shape: &Shape, site: &Site<'_>) -> Value {
        let mut object = Object::new();
        for attribute in shape.attributes {
            let value = self.attribute(shape, attribute, site);
            if attribute.replace && site.origin != Origin::New && self.needs_new(shape, attribute, site, &value) {
                self.replace.push(site.path.attribute(attribute.name));
            }
            if !value.is_null() {
                object.insert(attribute.name, value);
            }
        }
        Value::Object(object)
    }

    fn attribute(&mut self, shape: &Shape, attribute: &'static Attribute, site: &Site<'_>) -> Value {
        let inner = site.attribute(attribute);
        match (attribute.class, inner.config) {
            (Class::WriteOnly, _) => Value::Null,
            (Class::Runtime, _) | (Class::ServerDefault, Value::Null) => self.computed(shape, attribute, site),
            (class, Value::Null) if class.is_kept() && !self.depends_on_change(shape, attribute, site) => {
                inner.prior.clone()
            }
            (_, Value::Null) => {
                self.note_removed(attribute, &inner);
                Value::Null
            }
            (_, Value::Unknown(_)) => inner.config.clone(),
            (_, config) => match attribute.kind {
                Kind::Object(shape) => self.object(shape, &inner),
                Kind::List(shape, list) => self.list(shape, list, &inner),
                _ if site.origin == Origin::SamePlace && self.keeps(shape, attribute, site) => inner.prior.clone(),
                _ => config.clone(),
            },
        }
    }

    fn list(&mut self, shape: &Shape, list: &List, site: &Site<'_>) -> Value {
        let partners = matching::pair(shape, list, site.config.items(), site.prior.items());
        let elements = partners.into_iter().enumerate().map(|(position, before)| {
            let inner = site.element(position, before);
            match inner.config {
                Value::Object(_) => self.object(shape, &inner),
                other => other.clone(),
            }
        });
        Value::List(elements.collect())
    }

    fn computed(&self, shape: &Shape, attribute: &'static Attribute, site: &Site<'_>) -> Value {
        let prior = site.prior.get(attribute.name);
        let comes_about = prior.is_null() && (self.changing || site.prior.is_null());
        let is_chosen_again = !prior.is_null()
            && !attribute.depends.is_empty()
            && (self.depends_on_change(shape, attribute, site) || sets_anything(site.set.get(attribute.name)));
        if comes_about || is_chosen_again || !self.keeps(shape, attribute, site) {
            Value::UNKNOWN
        } else {
            prior.clone()
        }
    }

    /// Whether something that libvirt derives its choice from changes.
    fn depends_on_change(&self, shape: &Shape, attribute: &Attribute, site: &Site<'_>) -> bool {
        self.whole.changes(attribute, shape, site.prior, site.config)
    }

    /// Whether the prior value may stand for the configured one: an attribute by itself, a size with its unit.
    fn keeps(&self, shape: &Shape, attribute: &'static Attribute, site: &Site<'_>) -> bool {
        let fits = |member: &Attribute| {
            let (config, prior) = (site.config.get(member.name), site.prior.get(member.name));
            config.is_null() == prior.is_null() || config.is_null() && !member.class.is_null_unless_set()
        };
        let same_unit = |bundle: &Bundle| bundle.is_used(site.config) || self.same(bundle.unit, site);
        self.asks_the_same(shape, attribute, site)
            && match size::bundle(shape, attribute) {
                Some(bundle) => bundle.members().all(fits) && same_unit(&bundle),
                None => fits(attribute),
            }
    }

    /// Whether the configuration asks for nothing else than the prior state has. A unit asks for nothing by itself: the
    /// sizes are compared with it.
    fn asks_the_same(&self, shape: &Shape, attribute: &'static Attribute, site: &Site<'_>) -> bool {
        match size::bundle(shape, attribute) {
            Some(bundle) => bundle.sizes.iter().all(|size| self.same(size, site)),
            None => self.same(attribute, site),
        }
    }

    fn same(&self, attribute: &Attribute, site: &Site<'_>) -> bool {
        match site.config.get(attribute.name) {
            Value::Null => !attribute.class.is_null_unless_set() || site.prior.get(attribute.name).is_null(),
            _ => compare::same(attribute, site.config, site.prior),
        }
    }

    /// Whether the value planned for an attribute that cannot change in place is a change.
    fn needs_new(&self, shape: &Shape, attribute: &'static Attribute, site: &Site<'_>, planned: &Value) -> bool {
        match attribute.kind {
            _ if attribute.class == Class::WriteOnly => false,
            Kind::Object(inner) | Kind::List(inner, _) => {
                lasting(inner, planned) != lasting(inner, site.prior.get(attribute.name))
            }
            _ => !self.asks_the_same(shape, attribute, site),
        }
    }

    /// What goes with an object that is removed may be such that a new object is needed.
    fn note_removed(&mut self, attribute: &Attribute, site: &Site<'_>) {
        let Kind::Object(shape) = attribute.kind else { return };
        for inner in shape.attributes.iter().filter(|inner| inner.class.is_null_unless_set()) {
            let below = site.attribute(inner);
            if inner.replace && !below.prior.is_null() {
                self.replace.push(below.path.clone());
            }
            self.note_removed(inner, &below);
        }
    }
}

/// Whether anything is marked as set.
fn sets_anything(set: &Value) -> bool {
    match set {
        Value::Object(object) => object.values().any(sets_anything),
        Value::List(items) => items.iter().any(sets_anything),
        other => *other == Value::Bool(true),
    }
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
