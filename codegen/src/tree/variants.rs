//! Branches of an element that the value of an attribute distinguishes. Knows patterns; must not know Terraform's
//! names or any element.

use std::rc::Rc;

use crate::grammar::{Grammars, Node, PatternId};
use crate::members::{self, Members};
use crate::overrides::VariantsRule;

/// One branch: the values that choose it and what it then may hold.
#[derive(Clone, Debug)]
pub struct Branch {
    /// A value for each of the attributes; `None` where it is missing.
    pub values: Vec<Option<String>>,
    /// What remains of the pattern.
    pub pattern: PatternId,
    /// Its members, without those attributes.
    pub members: Rc<Members>,
    /// The names of the members it has, where the grammar does not show it.
    pub only: Option<Vec<String>>,
    /// The override that adds it to libvirt's grammar.
    pub added: Option<Rc<str>>,
}

impl Branch {
    /// Whether a member of this name (an attribute's with an `@`) may stand in the branch.
    pub fn has(&self, name: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only.iter().any(|member| member == name))
    }
}

/// The branches of a pattern by the values of some attributes.
pub fn branches(grammars: &mut Grammars, pattern: PatternId, by: &[String]) -> Vec<Branch> {
    let mut found = vec![(Vec::new(), pattern)];
    for attribute in by {
        let mut next = Vec::new();
        for (values, pattern) in found {
            for (value, pattern) in values_of(grammars, pattern, attribute) {
                let mut values: Vec<Option<String>> = values.clone();
                values.push(value);
                next.push((values, pattern));
            }
        }
        found = next;
    }
    found
        .into_iter()
        .map(|(values, pattern)| {
            let added = match grammars.node(pattern) {
                Node::Added(_, by) => Some(Rc::clone(by)),
                _ => None,
            };
            Branch { values, pattern, members: members::gather(grammars, pattern), only: None, added }
        })
        .collect()
}

fn values_of(grammars: &mut Grammars, pattern: PatternId, attribute: &str) -> Vec<(Option<String>, PatternId)> {
    let members = members::gather(grammars, pattern);
    let mut found = Vec::new();
    if let Some(member) = members.attribute(attribute) {
        for word in words(grammars, &member.values) {
            let rest = members::with_attribute(grammars, pattern, attribute, &word);
            if *grammars.node(rest) != Node::NotAllowed {
                found.push((Some(word), rest));
            }
        }
    }
    let rest = members::without_attribute(grammars, pattern, attribute);
    if *grammars.node(rest) != Node::NotAllowed {
        found.push((None, rest));
    }
    found
}

/// Whether one of the attributes can have nothing but other values.
pub fn is_outside(grammars: &Grammars, members: &Members, by: &[String], value: &str) -> bool {
    by.iter().filter_map(|by| members.attribute(by)).any(|attribute| {
        let closed = attribute.values.iter().all(|value| members::enumerated(grammars, *value).is_some());
        closed && !words(grammars, &attribute.values).iter().any(|word| word == value)
    })
}

fn words(grammars: &Grammars, values: &[PatternId]) -> Vec<String> {
    let mut words = Vec::new();
    for value in values {
        for word in members::enumerated(grammars, *value).unwrap_or_default() {
            if !words.contains(&word) {
                words.push(word);
            }
        }
    }
    words
}

/// What the grammar itself shows: an attribute called `by` whose every value is a word and that decides what else there
/// may be. The carrier is the child that differs in most branches, if any differs; else the element itself.
pub fn detect(grammars: &mut Grammars, pattern: PatternId, members: &Members, by: &str) -> Option<VariantsRule> {
    let attribute = members.attribute(by)?;
    let closed = attribute.values.iter().all(|value| members::enumerated(grammars, *value).is_some());
    if !closed {
        return None;
    }
    let branches = branches(grammars, pattern, &[by.to_string()]);
    let valued: Vec<&Branch> = branches.iter().filter(|branch| branch.values[0].is_some()).collect();
    if valued.len() < 2 {
        return None;
    }
    let varying = |name: &crate::rng::QName| {
        let mut seen: Vec<_> = valued
            .iter()
            .filter_map(|b| b.members.children.iter().find(|c| c.name == *name))
            .map(|c| &c.elements)
            .collect();
        seen.sort();
        seen.dedup();
        seen.len()
    };
    // Children that may stand several times cannot be one object.
    let most = members
        .children
        .iter()
        .filter(|child| !child.many)
        .map(|child| (varying(&child.name), child))
        .filter(|(count, _)| *count > 1)
        .max_by_key(|(count, _)| *count);
    let carrier = most.map(|(_, child)| child.name.local.clone());
    let differ = valued.iter().any(|branch| member_names(&branch.members) != member_names(&valued[0].members));
    (carrier.is_some() || differ).then(|| VariantsRule { by: vec![by.to_string()], carrier, ..VariantsRule::default() })
}

/// The names of all members, attributes with an `@`.
pub fn member_names(members: &Members) -> Vec<String> {
    let attributes = members.attributes.iter().map(|attribute| format!("@{}", attribute.name.local));
    let children = members.children.iter().map(|child| child.name.local.clone());
    let text = members.text.iter().map(|_| "#text".to_string());
    let mut names: Vec<String> = attributes.chain(children).chain(text).collect();
    names.sort();
    names
}
