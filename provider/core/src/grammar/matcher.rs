//! Which element patterns an element of a document matches, from the leaves up: a child is known by the set of patterns
//! it matches, and its parent's content is derived by that set. Knows documents; must not know messages.

use std::collections::HashMap;
use std::rc::Rc;

use roxmltree::{Attribute, Node};

use super::datatype::is_blank;
use super::derivative::{Event, EventId, Id, Kind, NOT_ALLOWED, Patterns};
use super::{ElementId, Grammar};

/// One check of one document.
pub struct Matcher {
    /// The grammar.
    pub grammar: &'static Grammar,
    /// The patterns.
    pub patterns: Patterns,
    below: HashMap<ElementId, Rc<[ElementId]>>,
}

/// What an element holds, as seen by the patterns.
pub struct Content<'a, 'input> {
    /// The attributes in the order of the document.
    pub attributes: Vec<(EventId, Attribute<'a, 'input>)>,
    /// The rest.
    pub body: Body<'a, 'input>,
}

/// What stands between an element's tags.
pub enum Body<'a, 'input> {
    /// Text alone, or nothing.
    Text(EventId),
    /// Children, and text between them that is more than white space.
    Children(Vec<(EventId, Node<'a, 'input>)>),
}

impl Matcher {
    /// A check that has seen nothing.
    pub fn new(grammar: &'static Grammar) -> Matcher {
        Matcher { grammar, patterns: Patterns::new(grammar), below: HashMap::new() }
    }

    /// Those of the candidates that the element matches.
    pub fn matching(&mut self, node: Node, candidates: &[ElementId]) -> Vec<ElementId> {
        let candidates = self.named(node, candidates);
        if candidates.is_empty() {
            return candidates;
        }
        let content = self.content(node, &candidates);
        candidates.into_iter().filter(|candidate| self.accepts(*candidate, &content)).collect()
    }

    /// Those of the candidates that have the element's name.
    pub fn named(&self, node: Node, candidates: &[ElementId]) -> Vec<ElementId> {
        let name = node.tag_name();
        let namespace = name.namespace().unwrap_or("");
        let has_name = |id: &ElementId| self.grammar.elements[*id as usize].name.contains(namespace, name.name());
        candidates.iter().copied().filter(has_name).collect()
    }

    /// What the element holds, its children matched against what the candidates may hold.
    pub fn content<'a, 'input>(&mut self, node: Node<'a, 'input>, candidates: &[ElementId]) -> Content<'a, 'input> {
        let attributes = node.attributes().map(|attribute| (self.attribute(&attribute), attribute)).collect();
        let body = if node.children().any(|child| child.is_element()) {
            Body::Children(self.children(node, candidates))
        } else {
            let text = node.children().filter_map(|child| child.is_text().then(|| child.text()).flatten()).collect();
            Body::Text(self.patterns.event(Event::Text(text)))
        };
        Content { attributes, body }
    }

    fn attribute(&mut self, attribute: &Attribute) -> EventId {
        let value = self.patterns.event(Event::Text(attribute.value().to_string()));
        let namespace = attribute.namespace().unwrap_or("").to_string();
        self.patterns.event(Event::Attribute(namespace, attribute.name().to_string(), value))
    }

    /// Children and the text between them; a comment does not part a text.
    fn children<'a, 'input>(
        &mut self,
        node: Node<'a, 'input>,
        candidates: &[ElementId],
    ) -> Vec<(EventId, Node<'a, 'input>)> {
        let below = self.below_any(candidates);
        let mut seen = Vec::new();
        let mut text: Option<(String, Node)> = None;
        for child in node.children() {
            if child.is_text() {
                let (joined, _) = text.get_or_insert_with(|| (String::new(), child));
                joined.push_str(child.text().unwrap_or(""));
            } else if child.is_element() {
                seen.extend(self.solid(text.take()));
                let matching = self.matching(child, &below);
                seen.push((self.patterns.event(Event::Element(matching)), child));
            }
        }
        seen.extend(self.solid(text));
        seen
    }

    /// A text among children, if it is more than white space.
    fn solid<'a, 'input>(&mut self, text: Option<(String, Node<'a, 'input>)>) -> Option<(EventId, Node<'a, 'input>)> {
        let (text, node) = text.filter(|(text, _)| !is_blank(text))?;
        Some((self.patterns.event(Event::Text(text)), node))
    }

    /// Whether what an element holds matches an element pattern's content.
    pub fn accepts(&mut self, candidate: ElementId, content: &Content) -> bool {
        let rest = self.open(candidate, content);
        match &content.body {
            _ if rest == NOT_ALLOWED => false,
            Body::Text(text) => self.patterns.takes(rest, *text),
            Body::Children(children) => {
                let behind = children.iter().fold(rest, |rest, (event, _)| self.patterns.derive(rest, *event));
                self.patterns.nullable(behind)
            }
        }
    }

    /// What an element pattern wants between the tags, once the attributes have been seen.
    pub fn open(&mut self, candidate: ElementId, content: &Content) -> Id {
        let mut rest = Id::from(self.grammar.elements[candidate as usize].content);
        for (event, _) in &content.attributes {
            rest = self.patterns.derive(rest, *event);
        }
        self.patterns.close(rest)
    }

    /// The element patterns that the candidates' contents refer to.
    pub fn below_any(&mut self, candidates: &[ElementId]) -> Vec<ElementId> {
        let mut all: Vec<ElementId> = Vec::new();
        for candidate in candidates {
            all.extend(self.below(*candidate).iter());
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    fn below(&mut self, element: ElementId) -> Rc<[ElementId]> {
        if let Some(known) = self.below.get(&element) {
            return known.clone();
        }
        let mut found = Vec::new();
        self.elements_in(Id::from(self.grammar.elements[element as usize].content), &mut found);
        let found: Rc<[ElementId]> = found.into();
        self.below.insert(element, found.clone());
        found
    }

    /// The element patterns that the pattern refers to.
    pub fn elements_in(&self, id: Id, found: &mut Vec<ElementId>) {
        match self.patterns.kind(id) {
            Kind::Element(element) => found.push(element),
            Kind::Joined(_) => self.patterns.parts(id).for_each(|part| self.elements_in(part, found)),
            _ => {}
        }
    }
}
