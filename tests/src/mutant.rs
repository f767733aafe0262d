//! Documents with one thing changed, by cutting and pasting their text: an element or attribute removed, renamed, moved
//! or duplicated, a value changed, text added. Knows no grammar, so that many mutants are valid still.

use std::ops::Range;

use roxmltree::{Document, Node};

use crate::random::Random;

/// Values that some datatype or other finds hard.
const VALUES: &[&str] = &[
    "",
    " ",
    "0",
    "1",
    "-1",
    "+1",
    "007",
    "4294967296",
    "18446744073709551616",
    "1.5",
    "0x1F",
    "yes",
    "no",
    "on",
    "file",
    "block",
    "network",
    "pci",
    "foo",
    " yes ",
    "a b",
    "2020-02-30T00:00:00",
    "00:11:22:33:44:55",
    "/a/b",
    "a\nb",
    "é",
];

/// A document with one change.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// What was changed.
    pub change: String,
    /// The text.
    pub text: String,
}

/// A mutant of the document, which must be well-formed; `None` where this time none came out that is well-formed too.
pub fn mutant(text: &str, random: &mut Random) -> Option<Mutant> {
    let document = Document::parse(text).ok()?;
    let elements: Vec<Node> = document.descendants().filter(Node::is_element).collect();
    let element = *random.one(&elements)?;
    let mut surgeon = Surgeon { text, elements, element, random };
    let (change, splices) = match surgeon.random.below(11) {
        0 => ("element removed", surgeon.remove()),
        1 => ("element renamed", surgeon.rename()?),
        2 => ("element moved", surgeon.paste(true)),
        3 => ("element copied", surgeon.paste(false)),
        4 => ("element duplicated", surgeon.duplicate()),
        5 => ("attribute removed", surgeon.remove_attribute()?),
        6 => ("attribute renamed", surgeon.rename_attribute()?),
        7 => ("attribute moved", surgeon.move_attribute()?),
        8 => ("value changed", surgeon.change_value()?),
        9 => ("text changed", surgeon.change_text()?),
        _ => ("text added", surgeon.add_text()?),
    };
    let mutated = spliced(text, splices)?;
    let well_formed = mutated != text && Document::parse(&mutated).is_ok();
    well_formed.then(|| Mutant { change: format!("{change}: {}", element.tag_name().name()), text: mutated })
}

/// A range of the text and what takes its place.
type Splice = (Range<usize>, String);

/// The text with all splices done; `None` where they overlap.
fn spliced(text: &str, mut splices: Vec<Splice>) -> Option<String> {
    splices.sort_by_key(|(range, _)| (range.start, range.end));
    let mut out = String::new();
    let mut end = 0;
    for (range, replacement) in splices {
        out.push_str(text.get(end..range.start)?);
        out.push_str(&replacement);
        end = range.end;
    }
    out.push_str(text.get(end..)?);
    Some(out)
}

struct Surgeon<'a, 'input> {
    text: &'a str,
    elements: Vec<Node<'a, 'input>>,
    element: Node<'a, 'input>,
    random: &'a mut Random,
}

impl<'a, 'input> Surgeon<'a, 'input> {
    fn source(&self, range: Range<usize>) -> String {
        self.text[range].to_string()
    }

    fn remove(&self) -> Vec<Splice> {
        vec![(self.element.range(), String::new())]
    }

    fn duplicate(&self) -> Vec<Splice> {
        let range = self.element.range();
        vec![(range.end..range.end, self.source(range))]
    }

    /// Pastes the element before another one, and cuts it where it was (`cut`).
    fn paste(&mut self, cut: bool) -> Vec<Splice> {
        let to = self.random.one(&self.elements).map_or(0, |node| node.range().start);
        let range = self.element.range();
        let mut splices = vec![(to..to, self.source(range.clone()))];
        splices.extend(cut.then(|| (range, String::new())));
        splices
    }

    /// Gives the element the name of another one, or one that nothing has.
    fn rename(&mut self) -> Option<Vec<Splice>> {
        let other = *self.random.one(&self.elements)?;
        let name = if self.random.below(3) == 0 { "unheard-of".to_string() } else { self.name(other) };
        let range = self.element.range();
        let old = self.name(self.element);
        let mut splices = vec![(range.start + 1..range.start + 1 + old.len(), name.clone())];
        let closing = format!("</{old}");
        let end = self.text[range.clone()].rfind(&closing).filter(|_| !self.text[range.clone()].ends_with("/>"));
        splices.extend(end.map(|end| (range.start + end + 2..range.start + end + closing.len(), name)));
        Some(splices)
    }

    /// The name as it stands in the text, prefix included.
    fn name(&self, node: Node) -> String {
        let inside = &self.text[node.range().start + 1..];
        inside.split(|c: char| c.is_whitespace() || c == '>' || c == '/').next().unwrap_or("").to_string()
    }

    /// The element's attributes, or, where it has none, those of all elements.
    fn attribute(&mut self) -> Option<roxmltree::Attribute<'a, 'input>> {
        let mut attributes: Vec<_> = self.element.attributes().collect();
        if attributes.is_empty() {
            attributes = self.elements.iter().flat_map(|element| element.attributes()).collect();
        }
        let position = self.random.below(attributes.len());
        (position < attributes.len()).then(|| attributes.swap_remove(position))
    }

    fn remove_attribute(&mut self) -> Option<Vec<Splice>> {
        Some(vec![(self.attribute()?.range(), String::new())])
    }

    fn rename_attribute(&mut self) -> Option<Vec<Splice>> {
        let attribute = self.attribute()?;
        let names: Vec<&str> = self.elements.iter().flat_map(Node::attributes).map(|other| other.name()).collect();
        let name = if self.random.below(3) == 0 { "unheard-of" } else { self.random.one(&names)? };
        Some(vec![(attribute.range_qname(), name.to_string())])
    }

    fn move_attribute(&mut self) -> Option<Vec<Splice>> {
        let attribute = self.attribute()?;
        let to = *self.random.one(&self.elements)?;
        let start = to.range().start + 1 + self.name(to).len();
        let source = self.source(attribute.range());
        Some(vec![(attribute.range(), String::new()), (start..start, format!(" {source}"))])
    }

    /// Another value: that of another attribute or text, or a hard one.
    fn value(&mut self) -> Option<String> {
        if self.random.below(2) == 0 {
            return self.random.one(VALUES).map(|value| escaped(value));
        }
        let other = *self.random.one(&self.elements)?;
        let mut values: Vec<&str> = other.attributes().map(|attribute| attribute.value()).collect();
        values.extend(other.text());
        self.random.one(&values).map(|value| escaped(value))
    }

    fn change_value(&mut self) -> Option<Vec<Splice>> {
        let attribute = self.attribute()?;
        Some(vec![(attribute.range_value(), self.value()?)])
    }

    fn change_text(&mut self) -> Option<Vec<Splice>> {
        let texts: Vec<Node> =
            self.elements.iter().flat_map(|element| element.children()).filter(Node::is_text).collect();
        let solid: Vec<Node> =
            texts.into_iter().filter(|text| text.text().is_some_and(|t| !t.trim().is_empty())).collect();
        let range = self.random.one(&solid)?.range();
        Some(vec![(range, self.value()?)])
    }

    fn add_text(&mut self) -> Option<Vec<Splice>> {
        let value = self.value()?;
        let range = self.element.range();
        if let Some(short) = self.text[range.clone()].strip_suffix("/>").filter(|_| !self.element.has_children()) {
            let end = range.start + short.len();
            return Some(vec![(end..range.end, format!(">{value}</{}>", self.name(self.element)))]);
        }
        let start = self.element.first_child()?.range().start;
        Some(vec![(start..start, value)])
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;").replace('\'', "&apos;")
}
