//! What a pattern would take next and what it cannot do without: for messages. Knows no document.

use std::collections::BTreeSet;

use super::derivative::{Id, Join, Kind, Patterns};
use super::mismatch::Member;
use super::{ElementId, Grammar, NameClass};

/// Reads the patterns of a check.
pub struct Expected<'a> {
    /// The grammar.
    pub grammar: &'static Grammar,
    /// The patterns.
    pub patterns: &'a mut Patterns,
}

impl Expected<'_> {
    /// The element patterns that could match the next child.
    pub fn elements(&mut self, id: Id) -> Vec<ElementId> {
        let mut found = Vec::new();
        self.next(id, &mut |kind| match kind {
            Kind::Element(element) if !found.contains(&element) => found.push(element),
            _ => {}
        });
        found
    }

    /// The attributes there may be, with their value patterns.
    pub fn attributes(&mut self, id: Id) -> Vec<(&'static NameClass, Id)> {
        let mut found: Vec<(&'static NameClass, Id)> = Vec::new();
        self.anywhere(id, &mut |kind| {
            if let Kind::Attribute(name, value) = kind {
                found.push((name, value));
            }
        });
        found
    }

    /// The texts there may be next, in words.
    pub fn texts(&mut self, id: Id) -> Vec<String> {
        let mut found = Vec::new();
        self.next(id, &mut |kind| {
            let text = match kind {
                Kind::Text => "any text".to_string(),
                Kind::Value(value) => value.to_string(),
                Kind::Data(data) => data.to_string(),
                _ => return,
            };
            if !found.contains(&text) {
                found.push(text);
            }
        });
        found
    }

    /// What every way to match the pattern needs.
    pub fn needs(&self, id: Id) -> BTreeSet<Member> {
        let mut parts = self.patterns.parts(id).map(|part| self.needs(part));
        match self.patterns.kind(id) {
            Kind::Joined(Join::Choice) => {
                let first = parts.next().unwrap_or_default();
                parts.fold(first, |all, one| all.intersection(&one).cloned().collect())
            }
            Kind::Joined(_) => parts.flatten().collect(),
            kind => self.member(kind).into_iter().collect(),
        }
    }

    /// The members one of which would do: what a pattern could take next, attributes anywhere.
    pub fn alternatives(&mut self, id: Id) -> Vec<Member> {
        let mut kinds = Vec::new();
        self.anywhere(id, &mut |kind| kinds.extend(matches!(kind, Kind::Attribute(..)).then_some(kind)));
        self.next(id, &mut |kind| kinds.push(kind));
        let mut members: Vec<Member> = Vec::new();
        for member in kinds.into_iter().filter_map(|kind| self.member(kind)) {
            if !members.contains(&member) {
                members.push(member);
            }
        }
        members
    }

    fn member(&self, kind: Kind) -> Option<Member> {
        match kind {
            Kind::Attribute(name, _) => Some(Member::Attribute(local(name))),
            Kind::Element(element) => Some(Member::Element(local(&self.grammar.elements[element as usize].name))),
            Kind::Value(_) | Kind::Data(_) => Some(Member::Text),
            Kind::Empty | Kind::NotAllowed | Kind::Text | Kind::Joined(_) => None,
        }
    }

    /// Shows every leaf of the pattern.
    fn anywhere(&self, id: Id, see: &mut dyn FnMut(Kind)) {
        match self.patterns.kind(id) {
            Kind::Joined(_) => self.patterns.parts(id).for_each(|part| self.anywhere(part, see)),
            kind => see(kind),
        }
    }

    /// Shows the leaves that could come next.
    fn next(&mut self, id: Id, see: &mut dyn FnMut(Kind)) {
        let join = match self.patterns.kind(id) {
            Kind::Joined(join) => join,
            kind => return see(kind),
        };
        let parts: Vec<Id> = self.patterns.parts(id).collect();
        for part in parts {
            self.next(part, see);
            if join == Join::Group && !self.patterns.nullable(part) {
                break;
            }
        }
    }
}

/// A name in words.
pub fn local(name: &NameClass) -> String {
    match name {
        NameClass::Any => "any name".to_string(),
        NameClass::Name(name) => name.local.to_string(),
    }
}
