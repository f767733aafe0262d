//! XML text → node. Each slot that a node shows takes what belongs to it from the element's attributes and
//! children; what is left over then is unknown. Must not know any element.

use roxmltree::{Attribute, Node as Element};

use super::{Document, Unknown, UnknownWhat, XmlError, line};
use crate::node::{Children, ForeignAttribute, Node, Rest, Visitor};
use crate::shape::Name;

/// The node of a document, and what in the document the grammar does not know.
pub fn read(document: &Document, text: &str) -> Result<(Box<dyn Node>, Vec<Unknown>), XmlError> {
    let mut node = (document.new)();
    let unknown = read_into(node.as_mut(), &document.element, text)?;
    Ok((node, unknown))
}

/// Reads a document that starts with `name` into an empty node, and says what the grammar does not know.
pub fn read_into(node: &mut dyn Node, name: &Name, text: &str) -> Result<Vec<Unknown>, XmlError> {
    let document = super::parse(text)?;
    let root = document.root_element();
    if !is_called(root.tag_name(), name) {
        return Err(XmlError::Root {
            expected: shown((name.namespace, name.local).into()),
            found: shown(root.tag_name()),
            line: line(root),
        });
    }
    let mut reader = Reader { attributes: Vec::new(), children: Vec::new(), unknown: Vec::new() };
    reader.element(node, root);
    Ok(reader.unknown)
}

/// Reads elements that are all called `name` into children of that name, behind those that are there. Says whether
/// there was place for all of them.
pub fn read_children(children: &mut dyn Children, name: &Name, text: &str) -> Result<bool, XmlError> {
    let text = format!("<a>{text}</a>");
    let document = super::parse(&text)?;
    let mut reader = Reader { attributes: Vec::new(), children: Vec::new(), unknown: Vec::new() };
    for element in document.root_element().children().filter(Element::is_element) {
        if !is_called(element.tag_name(), name) {
            let (expected, found) = (name.local.into(), element.tag_name().name().into());
            return Err(XmlError::Root { expected, found, line: line(element) });
        }
        if children.is_full() {
            return Ok(false);
        }
        reader.element(children.add(), element);
    }
    Ok(true)
}

/// A name as it would stand in a document that has no prefixes.
fn shown(name: roxmltree::ExpandedName) -> String {
    match name.namespace() {
        Some(namespace) if !namespace.is_empty() => format!("{} xmlns='{namespace}'", name.name()),
        _ => name.name().to_string(),
    }
}

fn is_called(found: roxmltree::ExpandedName, name: &Name) -> bool {
    found.name() == name.local && found.namespace().unwrap_or_default() == name.namespace
}

/// What is common to all elements of a document. The two lists are stacks: an element has its own part on top
/// while it is read, so that nothing is allocated per element.
struct Reader<'d> {
    attributes: Vec<Attribute<'d, 'd>>,
    children: Vec<Child<'d>>,
    unknown: Vec<Unknown>,
}

/// A child element, its name looked up once, and the slot that took it, [`Rest::FOREIGN`] for none.
struct Child<'d> {
    element: Element<'d, 'd>,
    local: &'d str,
    namespace: &'d str,
    slot: u16,
}

impl<'d> Child<'d> {
    fn new(element: Element<'d, 'd>) -> Child<'d> {
        let name = element.tag_name();
        let (local, namespace) = (name.name(), name.namespace().unwrap_or_default());
        Child { element, local, namespace, slot: Rest::FOREIGN }
    }
}

impl<'d> Reader<'d> {
    fn element(&mut self, node: &mut dyn Node, element: Element<'d, 'd>) {
        let (first_attribute, first_child) = (self.attributes.len(), self.children.len());
        self.attributes.extend(element.attributes());
        let elements = element.children().filter(Element::is_element);
        self.children.extend(elements.map(Child::new));
        let mut one = One {
            waiting: self.children.len() - first_child,
            first_waiting: first_child,
            text: text_of(element),
            reader: self,
            element,
            first_attribute,
            first_child,
            slot: 0,
            rest: None,
        };
        node.visit(&mut one);
        one.finish();
        self.attributes.truncate(first_attribute);
        self.children.truncate(first_child);
    }
}

/// Reads one element.
struct One<'a, 'r, 'd> {
    reader: &'r mut Reader<'d>,
    element: Element<'d, 'd>,
    first_attribute: usize,
    first_child: usize,
    /// How many children no slot has taken yet.
    waiting: usize,
    /// No child before this one is waiting.
    first_waiting: usize,
    /// The text that no slot has taken yet.
    text: Option<String>,
    /// How many slots for children were shown.
    slot: u16,
    rest: Option<&'a mut Rest>,
}

impl<'a> Visitor<'a> for One<'a, '_, '_> {
    fn attribute(&mut self, name: &'static Name, slot: &'a mut Option<String>) {
        let mine = &self.reader.attributes[self.first_attribute..];
        if mine.is_empty() {
            return;
        }
        let is_it = |attribute: &Attribute| {
            same(attribute.name(), name.local) && same(attribute.namespace().unwrap_or_default(), name.namespace)
        };
        if let Some(found) = mine.iter().position(is_it) {
            let attribute = self.reader.attributes.remove(self.first_attribute + found);
            *slot = Some(attribute.value().to_string());
        }
    }

    fn text(&mut self, slot: &'a mut Option<String>) {
        *slot = self.text.take();
    }

    fn raw(&mut self, slot: &'a mut Option<String>) {
        *slot = super::raw::content(self.element);
        self.reader.children.truncate(self.first_child);
        self.waiting = 0;
        self.text = None;
    }

    fn children(&mut self, name: &'static Name, slot: &'a mut dyn Children) {
        let position = self.slot;
        self.slot += 1;
        if self.waiting == 0 {
            return;
        }
        for at in self.first_waiting..self.reader.children.len() {
            let child = &mut self.reader.children[at];
            let is_it =
                child.slot == Rest::FOREIGN && same(child.local, name.local) && same(child.namespace, name.namespace);
            if is_it && !slot.is_full() {
                child.slot = position;
                self.waiting -= 1;
                let element = child.element;
                self.reader.element(slot.add(), element);
            }
        }
        let taken = |child: &&Child| child.slot != Rest::FOREIGN;
        self.first_waiting += self.reader.children[self.first_waiting..].iter().take_while(taken).count();
    }

    fn rest(&mut self, slot: &'a mut Rest) {
        self.rest = Some(slot);
    }
}

impl One<'_, '_, '_> {
    /// Puts into the rest what no slot took.
    fn finish(self) {
        let One { reader, element, first_attribute, first_child, waiting, text, rest, .. } = self;
        let mut nowhere = Rest::default();
        let rest = rest.unwrap_or(&mut nowhere);
        rest.namespaces = super::raw::declared(element);
        let children = &reader.children[first_child..];
        if waiting > 0 || !children.is_sorted_by_key(|child| child.slot) {
            rest.order = children.iter().map(|child| child.slot).collect();
        }
        for attribute in reader.attributes.drain(first_attribute..) {
            reader.unknown.push(unknown(element, element, UnknownWhat::Attribute, attribute.name()));
            rest.attributes.push(ForeignAttribute {
                namespace: attribute.namespace().unwrap_or_default().into(),
                local: attribute.name().into(),
                value: attribute.value().into(),
            });
        }
        for child in children.iter().filter(|child| child.slot == Rest::FOREIGN) {
            let name = child.element.tag_name().name();
            reader.unknown.push(unknown(element, child.element, UnknownWhat::Element, name));
            rest.children.push(super::raw::element(child.element));
        }
        if let Some(text) = text
            && !text.trim().is_empty()
        {
            reader.unknown.push(unknown(element, element, UnknownWhat::Text, text.trim()));
            rest.order.insert(0, Rest::FOREIGN);
            rest.children.insert(0, super::write::escaped_text(&text));
        }
    }
}

/// Whether two names, or namespaces, are equal. Their lengths and ends are looked at first: most comparisons end
/// there, and comparing nothing with nothing is what happens most.
fn same(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let ends = |name: &[u8]| (name.first().copied(), name.last().copied());
    left.len() == right.len() && (left.is_empty() || (ends(left) == ends(right) && left == right))
}

/// All text of an element, comments left out. White space around child elements is none.
fn text_of(element: Element) -> Option<String> {
    let first = element.first_child()?;
    if first.is_text() && first.next_sibling().is_none() {
        return first.text().map(str::to_string);
    }
    let texts = || element.children().filter(Element::is_text).filter_map(|text| text.text());
    let is_layout = element.first_element_child().is_some() && texts().all(|text| text.trim().is_empty());
    if is_layout { None } else { Some(texts().collect()).filter(|text: &String| !text.is_empty()) }
}

fn unknown(parent: Element, at: Element, what: UnknownWhat, name: &str) -> Unknown {
    let mut path: Vec<&str> =
        parent.ancestors().filter(Element::is_element).map(|element| element.tag_name().name()).collect();
    path.reverse();
    Unknown { path: path.join("/"), line: line(at), what, name: name.into() }
}
