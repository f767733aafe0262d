//! The check, and where a document that fails goes wrong: down from the root, the first attribute, child or text that
//! nothing is left to match; into a child where its own inside is to blame. Knows no element by name.

use roxmltree::{Attribute, Document, Node};

use super::datatype::is_blank;
use super::derivative::{EventId, Id, NOT_ALLOWED};
use super::expected::{Expected, local};
use super::matcher::{Body, Matcher};
use super::mismatch::{Fault, Member, Mismatch, Step};
use super::{ElementId, Grammar, NameClass, PatternId};
use crate::xml::line;

/// Checks a document against a start pattern.
pub fn check(grammar: &'static Grammar, start: PatternId, document: &Document) -> Result<(), Box<Mismatch>> {
    let mut matcher = Matcher::new(grammar);
    let mut roots = Vec::new();
    matcher.elements_in(Id::from(start), &mut roots);
    let root = document.root_element();
    if !matcher.matching(root, &roots).is_empty() {
        return Ok(());
    }
    Err(Box::new(Explainer { matcher }.element(root, &roots)))
}

struct Explainer {
    matcher: Matcher,
}

impl Explainer {
    /// Why the element matches none of the candidates.
    fn element(&mut self, node: Node, candidates: &[ElementId]) -> Mismatch {
        let named = self.matcher.named(node, candidates);
        if named.is_empty() {
            return self.unexpected(node, candidates);
        }
        let content = self.matcher.content(node, &named);
        let contents = named.iter().map(|id| Id::from(self.matcher.grammar.elements[*id as usize].content)).collect();
        let mut rest = self.matcher.patterns.choice(contents);
        for (event, attribute) in &content.attributes {
            let behind = self.matcher.patterns.derive(rest, *event);
            if behind == NOT_ALLOWED {
                return self.attribute(node, attribute, rest);
            }
            rest = behind;
        }
        let closed = self.matcher.patterns.close(rest);
        if closed == NOT_ALLOWED {
            return self.missing(node, rest, |member| matches!(member, Member::Attribute(_)));
        }
        match content.body {
            Body::Text(_) => self.text(node, closed),
            Body::Children(children) => self.children(node, closed, &children),
        }
    }

    fn children(&mut self, node: Node, closed: Id, children: &[(EventId, Node)]) -> Mismatch {
        let mut rest = closed;
        for (event, child) in children {
            let behind = self.matcher.patterns.derive(rest, *event);
            if behind == NOT_ALLOWED {
                if !child.is_element() {
                    return self.unexpected_text(node, child.text().unwrap_or(""), rest);
                }
                let next = self.expected().elements(rest);
                return self.element(*child, &next);
            }
            rest = behind;
        }
        self.missing(node, rest, |_| true)
    }

    /// An element without children: its text is wrong, or it misses something.
    fn text(&mut self, node: Node, rest: Id) -> Mismatch {
        let text: String =
            node.children().filter_map(|child| child.is_text().then(|| child.text()).flatten()).collect();
        let texts = self.expected().texts(rest);
        if text.is_empty() || is_blank(&text) && texts.is_empty() {
            return self.missing(node, rest, |_| true);
        }
        self.unexpected_text(node, &text, rest)
    }

    fn unexpected_text(&mut self, node: Node, text: &str, rest: Id) -> Mismatch {
        let mut allowed = self.expected().texts(rest);
        if allowed.is_empty() {
            allowed = self.expected().alternatives(rest).iter().map(Member::to_string).collect();
        }
        Mismatch { found: text.to_string(), allowed, ..self.at(node, Fault::Text) }
    }

    fn unexpected(&mut self, node: Node, candidates: &[ElementId]) -> Mismatch {
        let names = candidates.iter().map(|id| local(&self.matcher.grammar.elements[*id as usize].name));
        let allowed = without_repetitions(names);
        Mismatch { found: node.tag_name().name().to_string(), allowed, ..self.at(node, Fault::Element) }
    }

    /// The attribute's name is wrong, or its value is.
    fn attribute(&mut self, node: Node, attribute: &Attribute, rest: Id) -> Mismatch {
        let namespace = attribute.namespace().unwrap_or("");
        let possible = self.expected().attributes(rest);
        let has_name = |name: &NameClass| name.contains(namespace, attribute.name());
        let values: Vec<Id> = possible.iter().filter(|(name, _)| has_name(name)).map(|(_, value)| *value).collect();
        let name = Some(attribute.name().to_string());
        if values.is_empty() {
            let allowed = without_repetitions(possible.iter().map(|(name, _)| local(name)));
            let found = attribute.name().to_string();
            return Mismatch { attribute: name, found, allowed, ..self.at(node, Fault::Attribute) };
        }
        let texts: Vec<String> = values.into_iter().flat_map(|value| self.expected().texts(value)).collect();
        let found = attribute.value().to_string();
        let allowed = without_repetitions(texts.into_iter());
        Mismatch { attribute: name, found, allowed, ..self.at(node, Fault::Value) }
    }

    fn missing(&mut self, node: Node, rest: Id, about: fn(&Member) -> bool) -> Mismatch {
        let missing: Vec<Member> = self.expected().needs(rest).into_iter().filter(about).collect();
        let allowed = if missing.is_empty() {
            let alternatives = self.expected().alternatives(rest);
            alternatives.iter().filter(|member| about(member)).map(Member::to_string).collect()
        } else if missing.contains(&Member::Text) {
            self.expected().texts(rest)
        } else {
            Vec::new()
        };
        Mismatch { allowed, missing, ..self.at(node, Fault::Missing) }
    }

    fn at(&self, node: Node, fault: Fault) -> Mismatch {
        Mismatch {
            path: Step::path(node),
            attribute: None,
            line: line(node),
            fault,
            found: String::new(),
            allowed: Vec::new(),
            missing: Vec::new(),
        }
    }

    fn expected(&mut self) -> Expected<'_> {
        Expected { grammar: self.matcher.grammar, patterns: &mut self.matcher.patterns }
    }
}

fn without_repetitions(items: impl Iterator<Item = String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for item in items {
        if !kept.contains(&item) {
            kept.push(item);
        }
    }
    kept
}
