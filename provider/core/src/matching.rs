//! Which elements of two lists are the same thing. Knows keys; must not know what is done with the pairs.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::iter;

use crate::compare::{covers, same, says_nothing};
use crate::meaning::{self, Side};
use crate::shape::{Attribute, Kind, List, Shape};
use crate::value::Value;

/// For each element of `left` the position of its partner in `right`; nobody has two partners.
///
/// Keys decide wherever both elements have one. What is left open (no key, or one that libvirt has yet to choose) is
/// paired with an element that says all that the left one says, those that say most choosing first; and what is still
/// alone with what is left, unless a part of a key speaks against it. Among equals the same position comes first, then
/// the order.
pub(crate) fn pair(shape: &Shape, list: &List, left: &[Value], right: &[Value]) -> Vec<Option<usize>> {
    by_key(shape, list, left, right).partners
}

/// The same where `reported` is what libvirt made of `written`. It may have given an element another key: ports are
/// numbered by position, a MAC address of zeros is replaced. So what is still alone is paired with an element that says all
/// that it says, keys aside.
pub(crate) fn pair_reported(shape: &Shape, list: &List, written: &[Value], reported: &[Value]) -> Vec<Option<usize>> {
    let mut pairs = by_key(shape, list, written, reported);
    if pairs.partners.contains(&None) && pairs.taken.contains(&false) {
        let anonymous: Vec<Value> = written.iter().map(|item| without_keys(list, item)).collect();
        pairs.add(0..written.len(), |i, j| covers(shape, &reported[j], &anonymous[i]));
    }
    pairs.partners
}

fn by_key(shape: &Shape, list: &List, left: &[Value], right: &[Value]) -> Pairs {
    let keyed = |i: usize, j: usize| same_key(shape, list, &left[i], &right[j]) == Some(true);
    let open = |i: usize, j: usize| !contradict(shape, list, &left[i], &right[j]);
    let alike = |i: usize, j: usize| open(i, j) && covers(shape, &right[j], &left[i]);

    let mut pairs = Pairs { partners: vec![None; left.len()], taken: vec![false; right.len()] };
    pairs.add(0..left.len(), keyed);
    if pairs.partners.contains(&None) {
        let mut talkative: Vec<usize> = (0..left.len()).collect();
        talkative.sort_by_key(|i| Reverse(leaves(shape, &left[*i])));
        pairs.add(talkative.into_iter(), alike);
        pairs.add(0..left.len(), open);
    }
    pairs
}

fn without_keys(list: &List, item: &Value) -> Value {
    let paths = list.keys.iter().flat_map(|paths| paths.iter());
    paths.fold(item.clone(), |item, path| without(item, path))
}

fn without(mut object: Value, path: &str) -> Value {
    if let Value::Object(members) = &mut object {
        match path.split_once('.') {
            None => drop(members.remove(path)),
            Some((name, rest)) => {
                if let Some(member) = members.get_mut(name) {
                    *member = without(std::mem::take(member), rest);
                }
            }
        }
    }
    object
}

struct Pairs {
    partners: Vec<Option<usize>>,
    taken: Vec<bool>,
}

impl Pairs {
    /// Gives those on the left that are still alone a free partner that matches, in the order given.
    fn add(&mut self, order: impl Iterator<Item = usize>, matches: impl Fn(usize, usize) -> bool) {
        for i in order {
            if self.partners[i].is_some() {
                continue;
            }
            let free = |j: &usize| self.taken.get(*j) == Some(&false);
            let mut candidates = iter::once(i).chain(0..self.taken.len()).filter(free);
            if let Some(j) = candidates.find(|j| matches(i, *j)) {
                self.partners[i] = Some(j);
                self.taken[j] = true;
            }
        }
    }
}

/// How many leaves below an object ask for something.
fn leaves(shape: &Shape, value: &Value) -> usize {
    let count = |attribute: &Attribute| match (attribute.kind, value.get(attribute.name)) {
        (_, value) if says_nothing(attribute, value) => 0,
        (Kind::Object(inner), value) => leaves(inner, value),
        (Kind::List(inner, _), value) => value.items().iter().map(|item| leaves(inner, item)).sum(),
        _ => 1,
    };
    shape.attributes.iter().map(count).sum()
}

/// The paths of the key that decides whether two elements are the same: the first that both have in full.
pub(crate) fn common_key(list: &List, a: &Value, b: &Value) -> Option<&'static [&'static str]> {
    let complete = |paths: &&&[&str]| paths.iter().all(|path| is_set(a.at(path)) && is_set(b.at(path)));
    list.keys.iter().find(complete).copied()
}

/// Whether two elements have the same key; `None` where they have none in common.
pub(crate) fn same_key(shape: &Shape, list: &List, a: &Value, b: &Value) -> Option<bool> {
    common_key(list, a, b).map(|paths| paths.iter().all(|path| same_part(shape, path, a, b)))
}

/// The elements that have the key of an earlier one: the position of the first that has it, and their own. Lists may be
/// long, so that not each is compared with each.
pub(crate) fn duplicates(shape: &Shape, list: &List, items: &[Value]) -> Vec<(usize, usize)> {
    let mut known: HashMap<(usize, String), Vec<usize>> = HashMap::new();
    let mut found = Vec::new();
    for (later, item) in items.iter().enumerate() {
        let is_same = |earlier: &usize| same_key(shape, list, &items[*earlier], item) == Some(true);
        let complete = |(_, paths): &(usize, &&[&str])| paths.iter().all(|path| is_set(item.at(path)));
        let mut first = None;
        for (position, paths) in list.keys.iter().enumerate().filter(complete) {
            let print = paths.iter().map(|path| print_of_part(shape, path, item) + "\n").collect();
            let alike = known.entry((position, print)).or_default();
            first = first.into_iter().chain(alike.iter().copied().find(is_same)).min();
            alike.push(later);
        }
        found.extend(first.map(|earlier| (earlier, later)));
    }
    found
}

/// A text that a part of a key has in common with all that are the same.
fn print_of_part(shape: &Shape, path: &str, object: &Value) -> String {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    match (shape.attribute(name).map(|attribute| attribute.kind), rest) {
        (Some(Kind::Leaf(scalar)), None) => meaning::fingerprint(scalar, &Side { value: object.get(name), object }),
        (Some(Kind::Object(inner)), Some(rest)) => print_of_part(inner, rest, object.get(name)),
        _ => String::new(),
    }
}

/// Whether some part of a key is set in both elements and differs.
fn contradict(shape: &Shape, list: &List, a: &Value, b: &Value) -> bool {
    let mut parts = list.keys.iter().flat_map(|paths| paths.iter());
    parts.any(|path| is_set(a.at(path)) && is_set(b.at(path)) && !same_part(shape, path, a, b))
}

pub(crate) fn same_part(shape: &Shape, path: &str, a: &Value, b: &Value) -> bool {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    match (shape.attribute(name), rest) {
        (Some(attribute), None) => same(attribute, a, b),
        (Some(attribute), Some(rest)) => match attribute.kind {
            Kind::Object(inner) => same_part(inner, rest, a.get(name), b.get(name)),
            _ => false,
        },
        (None, _) => false,
    }
}

fn is_set(value: &Value) -> bool {
    !value.is_null() && !value.is_unknown()
}
