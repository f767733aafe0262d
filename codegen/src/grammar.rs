//! All grammars in one arena of shared patterns: references are followed, equal patterns are one, and elements
//! that say the same, in whichever root, are one. Knows XML; must not know Rust or Terraform.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use crate::members::Members;
use crate::rng::{self, Data, NameClass, Pattern, QName};

/// An element pattern in [`Grammars::elements`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ElementId(pub u32);

/// A pattern in [`Grammars::patterns`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PatternId(pub u32);

/// A pattern whose parts are shared. Optional is a choice with [`Node::Empty`], zero or more an optional
/// [`Node::OneOrMore`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// Nothing at all.
    Empty,
    /// An alternative that cannot be taken.
    NotAllowed,
    /// Any text.
    Text,
    /// Exactly this text, white space normalised.
    Value(String),
    /// Text of a datatype.
    Data(Data),
    /// An attribute and its value.
    Attribute(NameClass, PatternId),
    /// An element.
    Element(ElementId),
    /// One of them.
    Choice(Vec<PatternId>),
    /// All, in this order.
    Group(Vec<PatternId>),
    /// All, in any order.
    Interleave(Vec<PatternId>),
    /// At least once.
    OneOrMore(PatternId),
    /// What an override adds to the grammar, and the place at which the override stands.
    Added(PatternId, Rc<str>),
}

impl Node {
    /// The patterns that it joins; none where it is no choice, group, interleave, repetition or addition.
    pub fn parts(&self) -> &[PatternId] {
        match self {
            Node::Choice(parts) | Node::Group(parts) | Node::Interleave(parts) => parts,
            Node::OneOrMore(part) | Node::Added(part, _) => std::slice::from_ref(part),
            _ => &[],
        }
    }
}

/// An element pattern.
#[derive(Clone, Debug)]
pub struct Element {
    /// Its names.
    pub name: NameClass,
    /// Its content.
    pub content: PatternId,
    /// The define it was found in, for messages; where equal elements were made one, that of the first.
    pub define: String,
}

/// All grammars that were added, by root.
#[derive(Debug, Default)]
pub struct Grammars {
    /// The patterns; a pattern's parts stand before it.
    pub patterns: Vec<Node>,
    /// The elements.
    pub elements: Vec<Element>,
    /// What a document of each kind starts with.
    pub roots: BTreeMap<String, PatternId>,
    known: HashMap<Node, PatternId>,
    /// The members of patterns that were asked for before. A pattern never changes, so neither do they.
    pub(crate) gathered: RefCell<HashMap<PatternId, Rc<Members>>>,
}

impl Grammars {
    /// All grammars in one arena, elements that say the same made one.
    pub fn new<'a>(roots: impl IntoIterator<Item = (&'a str, &'a rng::Grammar)>) -> Grammars {
        let mut all = Grammars::default();
        for (root, grammar) in roots {
            let mut builder = Builder { all: &mut all, grammar, defines: HashMap::new(), waiting: vec![] };
            let start = builder.pattern(&grammar.start, "start");
            builder.contents();
            all.roots.insert(root.to_string(), start);
        }
        all.merged()
    }

    /// The node of a pattern.
    pub fn node(&self, id: PatternId) -> &Node {
        &self.patterns[id.0 as usize]
    }

    /// The element of an id.
    pub fn element(&self, id: ElementId) -> &Element {
        &self.elements[id.0 as usize]
    }

    /// The one pattern that is this node.
    pub fn intern(&mut self, node: Node) -> PatternId {
        if let Some(id) = self.known.get(&node) {
            return *id;
        }
        let id = PatternId(self.patterns.len() as u32);
        self.patterns.push(node.clone());
        self.known.insert(node, id);
        id
    }

    /// A choice without dead, double or nested alternatives.
    pub fn choice(&mut self, items: Vec<PatternId>) -> PatternId {
        let mut kept: Vec<PatternId> = Vec::new();
        let mut waiting: Vec<PatternId> = items.into_iter().rev().collect();
        while let Some(item) = waiting.pop() {
            match self.node(item) {
                Node::NotAllowed => {}
                Node::Choice(inner) => waiting.extend(inner.iter().rev()),
                _ if kept.contains(&item) => {}
                _ => kept.push(item),
            }
        }
        match kept.len() {
            0 => self.intern(Node::NotAllowed),
            1 => kept[0],
            _ => self.intern(Node::Choice(kept)),
        }
    }

    /// A group without empty parts; dead where one part is.
    pub fn group(&mut self, items: Vec<PatternId>) -> PatternId {
        self.all_of(items, Node::Group)
    }

    /// An interleave without empty parts; dead where one part is.
    pub fn interleave(&mut self, items: Vec<PatternId>) -> PatternId {
        self.all_of(items, Node::Interleave)
    }

    fn all_of(&mut self, items: Vec<PatternId>, build: fn(Vec<PatternId>) -> Node) -> PatternId {
        if items.iter().any(|item| *self.node(*item) == Node::NotAllowed) {
            return self.intern(Node::NotAllowed);
        }
        let kept: Vec<PatternId> = items.into_iter().filter(|item| *self.node(*item) != Node::Empty).collect();
        match kept.len() {
            0 => self.intern(Node::Empty),
            1 => kept[0],
            _ => self.intern(build(kept)),
        }
    }

    /// The pattern or nothing.
    pub fn optional(&mut self, inner: PatternId) -> PatternId {
        let empty = self.intern(Node::Empty);
        self.choice(vec![inner, empty])
    }

    /// The pattern with each of the patterns that it joins replaced; dead where that leaves nothing to match.
    pub fn rejoined(
        &mut self,
        id: PatternId,
        mut replace: impl FnMut(&mut Grammars, PatternId) -> PatternId,
    ) -> PatternId {
        let node = self.node(id).clone();
        let parts: Vec<PatternId> = node.parts().iter().map(|part| replace(self, *part)).collect();
        match (node, &parts[..]) {
            (Node::Choice(_), _) => self.choice(parts),
            (Node::Group(_), _) => self.group(parts),
            (Node::Interleave(_), _) => self.interleave(parts),
            (Node::OneOrMore(_) | Node::Added(..), [part]) if *self.node(*part) == Node::NotAllowed => *part,
            (Node::OneOrMore(_), [part]) => self.intern(Node::OneOrMore(*part)),
            (Node::Added(_, by), [part]) => self.intern(Node::Added(*part, by)),
            _ => id,
        }
    }

    /// The same grammars with elements of the same name and content made one: at first all elements of a name are
    /// thought equal, then distinguished by their content until nothing more distinguishes them.
    fn merged(self) -> Grammars {
        let mut class: Vec<u32> = vec![0; self.elements.len()];
        let mut count = 0;
        loop {
            let mut seen: HashMap<(u32, NameClass, PatternId), u32> = HashMap::new();
            let mut arena = Grammars::default();
            let mut memo = HashMap::new();
            let next: Vec<u32> = self
                .elements
                .iter()
                .zip(&class)
                .map(|(element, old)| {
                    let content = self.translate(element.content, &mut arena, &class, &mut memo);
                    let size = seen.len() as u32;
                    *seen.entry((*old, element.name.clone(), content)).or_insert(size)
                })
                .collect();
            class = next;
            if seen.len() == count {
                break;
            }
            count = seen.len();
        }
        self.with_classes(&class, count)
    }

    /// The arena with one element per class, the first of its members.
    fn with_classes(&self, class: &[u32], count: usize) -> Grammars {
        let mut merged = Grammars::default();
        let mut memo = HashMap::new();
        for wanted in 0..count as u32 {
            if let Some(first) = class.iter().position(|class| *class == wanted) {
                let element = &self.elements[first];
                let content = self.translate(element.content, &mut merged, class, &mut memo);
                merged.elements.push(Element { content, ..element.clone() });
            }
        }
        for (root, start) in &self.roots {
            let start = self.translate(*start, &mut merged, class, &mut memo);
            merged.roots.insert(root.clone(), start);
        }
        merged
    }

    fn translate(
        &self,
        id: PatternId,
        into: &mut Grammars,
        class: &[u32],
        memo: &mut HashMap<PatternId, PatternId>,
    ) -> PatternId {
        if let Some(done) = memo.get(&id) {
            return *done;
        }
        let mut all = |items: &[PatternId], into: &mut Grammars| -> Vec<PatternId> {
            items.iter().map(|item| self.translate(*item, into, class, memo)).collect()
        };
        let node = match self.node(id) {
            Node::Element(element) => Node::Element(ElementId(class[element.0 as usize])),
            Node::Attribute(name, value) => Node::Attribute(name.clone(), all(&[*value], into)[0]),
            Node::OneOrMore(inner) => Node::OneOrMore(all(&[*inner], into)[0]),
            Node::Choice(items) => Node::Choice(all(items, into)),
            Node::Group(items) => Node::Group(all(items, into)),
            Node::Interleave(items) => Node::Interleave(all(items, into)),
            other => other.clone(),
        };
        let done = into.intern(node);
        memo.insert(id, done);
        done
    }
}

/// Adds one root's grammar to the arena.
struct Builder<'a> {
    all: &'a mut Grammars,
    grammar: &'a rng::Grammar,
    defines: HashMap<&'a str, PatternId>,
    waiting: Vec<(ElementId, &'a Pattern, &'a str)>,
}

impl<'a> Builder<'a> {
    /// Element contents are built after the pattern that holds the element: that is where recursion ends.
    fn contents(&mut self) {
        while let Some((id, pattern, define)) = self.waiting.pop() {
            let content = self.pattern(pattern, define);
            self.all.elements[id.0 as usize].content = content;
        }
    }

    fn pattern(&mut self, pattern: &'a Pattern, define: &'a str) -> PatternId {
        match pattern {
            Pattern::Empty => self.all.intern(Node::Empty),
            Pattern::NotAllowed | Pattern::Nested(_) => self.all.intern(Node::NotAllowed),
            Pattern::Text => self.all.intern(Node::Text),
            Pattern::Value(value) => self.all.intern(Node::Value(value.clone())),
            Pattern::Data(data) => self.all.intern(Node::Data(data.clone())),
            Pattern::Ref(name) => self.define(name),
            Pattern::Attribute(name, inner) => {
                let value = self.pattern(inner, define);
                self.all.intern(Node::Attribute(name.clone(), value))
            }
            Pattern::Element(name, inner) => {
                let id = ElementId(self.all.elements.len() as u32);
                let content = self.all.intern(Node::NotAllowed);
                self.all.elements.push(Element { name: name.clone(), content, define: define.to_string() });
                self.waiting.push((id, inner, define));
                self.all.intern(Node::Element(id))
            }
            Pattern::Choice(items) => {
                let items = self.items(items, define);
                self.all.choice(items)
            }
            Pattern::Group(items) => {
                let items = self.items(items, define);
                self.all.group(items)
            }
            Pattern::Interleave(items) => {
                let items = self.items(items, define);
                self.all.interleave(items)
            }
            Pattern::Optional(inner) => {
                let inner = self.pattern(inner, define);
                self.all.optional(inner)
            }
            Pattern::OneOrMore(inner) => {
                let inner = self.pattern(inner, define);
                self.all.intern(Node::OneOrMore(inner))
            }
            Pattern::ZeroOrMore(inner) => {
                let inner = self.pattern(inner, define);
                let many = self.all.intern(Node::OneOrMore(inner));
                self.all.optional(many)
            }
        }
    }

    fn items(&mut self, items: &'a [Pattern], define: &'a str) -> Vec<PatternId> {
        items.iter().map(|item| self.pattern(item, define)).collect()
    }

    /// A define's pattern. A define cannot reach itself but through an element, so this ends.
    fn define(&mut self, name: &'a str) -> PatternId {
        if let Some(id) = self.defines.get(name) {
            return *id;
        }
        let id = match self.grammar.defines.get(name) {
            Some(pattern) => self.pattern(pattern, name),
            None => self.all.intern(Node::NotAllowed),
        };
        self.defines.insert(name, id);
        id
    }
}

impl Element {
    /// The one name it has; `None` where any name will do.
    pub fn one_name(&self) -> Option<&QName> {
        match &self.name {
            NameClass::Name(name) => Some(name),
            NameClass::Any => None,
        }
    }
}
