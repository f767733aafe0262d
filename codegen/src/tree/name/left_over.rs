//! What is left over: attributes without a counterpart, and attributes of the Go provider's in the same object that nothing
//! here is. Where the name of one begins or ends with the name of the other, and of no other, or where one of each is left,
//! they are the same. Must not know any name.

use std::collections::BTreeSet;

use crate::go_provider::{Counterpart, squash};

use super::super::draft::{Draft, Naming, attributes_mut};
use super::super::provenance::{Decision, Origin};
use super::RULE;

/// Gives the attributes of an object that are left over their names.
pub(super) fn name<'a>(rows: &mut [Draft<'a>], counterpart: Option<&'a Counterpart>) {
    let Some(counterpart) = counterpart else { return };
    let mut attributes = attributes_mut(rows);
    let taken: BTreeSet<String> = attributes.iter().map(|row| row.attribute.name.clone()).collect();
    let theirs: Vec<&str> =
        counterpart.below.keys().map(String::as_str).filter(|name| !taken.contains(*name)).collect();
    if theirs.is_empty() {
        return;
    }
    let mut ours: Vec<&mut Draft> =
        attributes.iter_mut().filter(|row| is_left_over(row)).map(|row| &mut **row).collect();
    let names: Vec<String> = ours.iter().map(|row| row.attribute.name.clone()).collect();
    for (row, own) in ours.iter_mut().zip(&names) {
        let found = match (&theirs[..], names.len()) {
            ([only], 1) => Some(*only),
            _ => the_only(theirs.iter().copied(), |name| is_like(name, own))
                .filter(|name| the_only(names.iter().map(String::as_str), |own| is_like(name, own)).is_some()),
        };
        if let Some((name, below)) = found.and_then(|name| counterpart.below.get_key_value(name)) {
            row.attribute.name = name.clone();
            row.counterpart = Some(below);
            row.decisions.0.retain(|decision| decision.what != "name");
            row.decisions.0.push(Decision { what: "name", origin: Origin::GoProvider });
        }
    }
}

/// Whether an attribute has its name by nothing but spelling.
fn is_left_over(row: &Draft) -> bool {
    let by_rule = |decision: &Decision| decision.what == "name" && decision.origin == RULE;
    row.counterpart.is_none() && matches!(row.naming, Naming::Member(..)) && row.decisions.0.iter().any(by_rule)
}

/// Whether the letters of one name begin or end with those of the other.
fn is_like(one: &str, other: &str) -> bool {
    let (one, other) = (squash(one), squash(other));
    let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
    long.starts_with(&short) || long.ends_with(&short)
}

/// The one of which it is true, if it is true of one alone.
fn the_only<'n>(names: impl Iterator<Item = &'n str>, is: impl Fn(&str) -> bool) -> Option<&'n str> {
    let mut fitting = names.filter(|name| is(name));
    fitting.next().filter(|_| fitting.next().is_none())
}
