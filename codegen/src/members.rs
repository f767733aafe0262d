//! What an element may hold: its attributes, children and text with their cardinality, gathered from a pattern;
//! and what remains of a pattern once an attribute's value is known. Knows XML; must not know Rust or Terraform.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::grammar::{ElementId, Grammars, Node, PatternId};
use crate::rng::{NameClass, QName};

/// The members of an element: alternatives are merged, cardinality is the greatest, presence the least of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Members {
    /// The attributes, in the grammar's order.
    pub attributes: Vec<AttributeMember>,
    /// The children by name, in the grammar's order.
    pub children: Vec<ChildMember>,
    /// The text, where there may be any.
    pub text: Option<TextMember>,
    /// Whether anything at all may stand in it: raw XML.
    pub any: bool,
}

/// An attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeMember {
    /// Its name.
    pub name: QName,
    /// Whether it must be there.
    pub required: bool,
    /// What it may hold: any of these.
    pub values: Vec<PatternId>,
    /// The place of the override that adds it; none where libvirt's grammar has it.
    pub added: Option<Rc<str>>,
}

/// A child element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChildMember {
    /// Its name.
    pub name: QName,
    /// Whether there must be one.
    pub required: bool,
    /// Whether there may be several.
    pub many: bool,
    /// The element patterns it may match.
    pub elements: BTreeSet<ElementId>,
    /// The place of the override that adds it; none where libvirt's grammar has it.
    pub added: Option<Rc<str>>,
}

/// The text of an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextMember {
    /// Whether it must be there.
    pub required: bool,
    /// What it may be: any of these.
    pub values: Vec<PatternId>,
}

impl Members {
    /// The attribute of this local name.
    pub fn attribute(&self, local: &str) -> Option<&AttributeMember> {
        self.attributes.iter().find(|attribute| attribute.name.local == local)
    }

    /// The child of this local name.
    pub fn child(&self, local: &str) -> Option<&ChildMember> {
        self.children.iter().find(|child| child.name.local == local)
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.attributes.is_empty() && self.children.is_empty() && self.text.is_none() && !self.any
    }

    /// Both, one after the other.
    fn and(mut self, other: Members) -> Members {
        for theirs in other.attributes {
            match self.attributes.iter_mut().find(|mine| mine.name == theirs.name) {
                Some(mine) => {
                    mine.required |= theirs.required;
                    mine.added = mine.added.take().and(theirs.added);
                    extend(&mut mine.values, &theirs.values);
                }
                None => self.attributes.push(theirs),
            }
        }
        for theirs in other.children {
            match self.children.iter_mut().find(|mine| mine.name == theirs.name) {
                Some(mine) => {
                    mine.required |= theirs.required;
                    mine.many = true;
                    mine.added = mine.added.take().and(theirs.added);
                    mine.elements.extend(theirs.elements);
                }
                None => self.children.push(theirs),
            }
        }
        self.text = merge_text(self.text, other.text, |mine, theirs| mine || theirs, false);
        self.any |= other.any;
        self
    }

    /// One of them.
    fn or(mut self, other: Members) -> Members {
        for mine in &mut self.attributes {
            mine.required &= other.attributes.iter().any(|theirs| theirs.name == mine.name && theirs.required);
        }
        for theirs in other.attributes {
            match self.attributes.iter_mut().find(|mine| mine.name == theirs.name) {
                Some(mine) => {
                    mine.added = mine.added.take().and(theirs.added);
                    extend(&mut mine.values, &theirs.values);
                }
                None => self.attributes.push(AttributeMember { required: false, ..theirs }),
            }
        }
        for mine in &mut self.children {
            mine.required &= other.children.iter().any(|theirs| theirs.name == mine.name && theirs.required);
        }
        for theirs in other.children {
            match self.children.iter_mut().find(|mine| mine.name == theirs.name) {
                Some(mine) => {
                    mine.many |= theirs.many;
                    mine.added = mine.added.take().and(theirs.added);
                    mine.elements.extend(theirs.elements);
                }
                None => self.children.push(ChildMember { required: false, ..theirs }),
            }
        }
        self.text = merge_text(self.text, other.text, |mine, theirs| mine && theirs, true);
        self.any |= other.any;
        self
    }
}

fn extend(values: &mut Vec<PatternId>, more: &[PatternId]) {
    for value in more {
        if !values.contains(value) {
            values.push(*value);
        }
    }
}

fn merge_text(
    mine: Option<TextMember>,
    theirs: Option<TextMember>,
    required: fn(bool, bool) -> bool,
    alone_is_optional: bool,
) -> Option<TextMember> {
    match (mine, theirs) {
        (Some(mut mine), Some(theirs)) => {
            mine.required = required(mine.required, theirs.required);
            extend(&mut mine.values, &theirs.values);
            Some(mine)
        }
        (Some(one), None) | (None, Some(one)) => {
            Some(TextMember { required: one.required && !alone_is_optional, ..one })
        }
        (None, None) => None,
    }
}

/// The members of whatever matches the pattern.
pub fn gather(grammars: &Grammars, id: PatternId) -> Rc<Members> {
    if let Some(known) = grammars.gathered.borrow().get(&id) {
        return Rc::clone(known);
    }
    let members = Rc::new(gathered(grammars, id));
    grammars.gathered.borrow_mut().insert(id, Rc::clone(&members));
    members
}

fn gathered(grammars: &Grammars, id: PatternId) -> Members {
    let mut members = Members::default();
    match grammars.node(id) {
        Node::Empty | Node::NotAllowed => {}
        Node::Text => members.text = Some(TextMember { required: false, values: vec![id] }),
        Node::Value(_) | Node::Data(_) => members.text = Some(TextMember { required: true, values: vec![id] }),
        Node::Attribute(NameClass::Any, _) => members.any = true,
        Node::Attribute(NameClass::Name(name), value) => {
            let name = name.clone();
            members.attributes.push(AttributeMember { name, required: true, values: vec![*value], added: None });
        }
        Node::Element(element) => match grammars.element(*element).one_name() {
            None => members.any = true,
            Some(name) => {
                let elements = BTreeSet::from([*element]);
                let name = name.clone();
                members.children.push(ChildMember { name, required: true, many: false, elements, added: None });
            }
        },
        Node::Choice(items) => {
            let mut all = items.iter().map(|item| gather(grammars, *item).as_ref().clone());
            if let Some(first) = all.next() {
                members = all.fold(first, Members::or);
            }
        }
        Node::Group(items) | Node::Interleave(items) => {
            let all = items.iter().map(|item| gather(grammars, *item).as_ref().clone());
            members = all.fold(members, Members::and);
        }
        Node::OneOrMore(inner) => {
            members = gather(grammars, *inner).as_ref().clone();
            members.children.iter_mut().for_each(|child| child.many = true);
        }
        Node::Added(inner, by) => {
            members = gather(grammars, *inner).as_ref().clone();
            members.attributes.iter_mut().for_each(|attribute| attribute.added = Some(Rc::clone(by)));
            members.children.iter_mut().for_each(|child| child.added = Some(Rc::clone(by)));
        }
    }
    members
}

/// What remains of the pattern when an attribute `name` with `value` has been seen (RELAX NG's derivative).
pub fn with_attribute(grammars: &mut Grammars, id: PatternId, name: &str, value: &str) -> PatternId {
    match grammars.node(id).clone() {
        Node::Attribute(NameClass::Name(found), inner) if found.local == name => {
            if enumerated(grammars, inner).is_some_and(|words| words.iter().any(|word| word == value)) {
                grammars.intern(Node::Empty)
            } else {
                grammars.intern(Node::NotAllowed)
            }
        }
        Node::Choice(items) => {
            let items = items.into_iter().map(|item| with_attribute(grammars, item, name, value)).collect();
            grammars.choice(items)
        }
        Node::Group(items) => one_seen(grammars, &items, name, value, Grammars::group),
        Node::Interleave(items) => one_seen(grammars, &items, name, value, Grammars::interleave),
        Node::OneOrMore(inner) => {
            let seen = with_attribute(grammars, inner, name, value);
            let rest = grammars.intern(Node::OneOrMore(inner));
            let rest = grammars.optional(rest);
            grammars.group(vec![seen, rest])
        }
        Node::Added(inner, by) => {
            let seen = with_attribute(grammars, inner, name, value);
            match grammars.node(seen) {
                Node::NotAllowed => seen,
                _ => grammars.intern(Node::Added(seen, by)),
            }
        }
        _ => grammars.intern(Node::NotAllowed),
    }
}

fn one_seen(
    grammars: &mut Grammars,
    items: &[PatternId],
    name: &str,
    value: &str,
    build: fn(&mut Grammars, Vec<PatternId>) -> PatternId,
) -> PatternId {
    let mut alternatives = Vec::new();
    for position in 0..items.len() {
        let mut all = items.to_vec();
        all[position] = with_attribute(grammars, items[position], name, value);
        alternatives.push(build(grammars, all));
    }
    grammars.choice(alternatives)
}

/// What remains of the pattern when there is no attribute `name`.
pub fn without_attribute(grammars: &mut Grammars, id: PatternId, name: &str) -> PatternId {
    match grammars.node(id) {
        Node::Attribute(NameClass::Name(found), _) if found.local == name => grammars.intern(Node::NotAllowed),
        _ => grammars.rejoined(id, |grammars, part| without_attribute(grammars, part, name)),
    }
}

/// The words a value may be, where it can be nothing else.
pub fn enumerated(grammars: &Grammars, id: PatternId) -> Option<Vec<String>> {
    match grammars.node(id) {
        Node::Value(word) => Some(vec![word.clone()]),
        Node::Choice(items) => {
            let mut words = Vec::new();
            for item in items {
                for word in enumerated(grammars, *item)? {
                    if !words.contains(&word) {
                        words.push(word);
                    }
                }
            }
            Some(words)
        }
        _ => None,
    }
}

/// The content of an element type: what any of the element patterns may hold.
pub fn content(grammars: &mut Grammars, elements: &BTreeSet<ElementId>) -> PatternId {
    let contents = elements.iter().map(|element| grammars.element(*element).content).collect();
    grammars.choice(contents)
}

/// Whether an element may stand somewhere in itself.
pub fn is_in_itself(grammars: &Grammars, element: ElementId) -> bool {
    let mut seen = BTreeSet::new();
    let mut waiting = vec![grammars.element(element).content];
    while let Some(id) = waiting.pop() {
        if !seen.insert(id) {
            continue;
        }
        match grammars.node(id) {
            Node::Element(inner) if *inner == element => return true,
            Node::Element(inner) => waiting.push(grammars.element(*inner).content),
            other => waiting.extend(other.parts()),
        }
    }
    false
}
