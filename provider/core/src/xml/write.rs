//! Node → XML text as libvirt writes it: two blanks per level, attributes in single quotes, namespaces declared at
//! the root. Must not know any element.

use super::Document;
use crate::node::{Children, Node, Rest, Visitor};
use crate::shape::Name;

/// The document of a node, with a line break at its end.
pub fn write(document: &Document, node: &mut dyn Node) -> String {
    one(document.prefixes, document.element, node)
}

/// The children of a name as XML text that stands for itself, one behind the other.
pub fn write_children(name: &Name, children: &mut dyn Children) -> String {
    (0..children.count()).filter_map(|index| children.child(index).map(|child| one(&[], *name, child))).collect()
}

fn one(prefixes: &'static [(&'static str, &'static str)], name: Name, node: &mut dyn Node) -> String {
    let mut writer = Writer {
        out: String::with_capacity(4096),
        prefixes,
        scope: Vec::new(),
        added: Vec::new(),
        root_name_end: None,
        level: 0,
    };
    writer.element(name, node);
    writer.finish()
}

struct Writer {
    out: String,
    prefixes: &'static [(&'static str, &'static str)],
    /// The namespaces in scope, innermost last: prefix and name.
    scope: Vec<(String, String)>,
    /// Namespaces that no element of the document declares: they are declared at the root when all is written.
    added: Vec<(String, String)>,
    root_name_end: Option<usize>,
    level: usize,
}

impl Writer {
    fn element(&mut self, name: Name, node: &mut dyn Node) {
        let outer = self.scope.len();
        let mut one =
            One { writer: self, name, prefix: String::new(), rest: None, slots: Vec::new(), state: State::Open };
        node.visit(&mut one);
        one.finish();
        self.scope.truncate(outer);
    }

    fn finish(self) -> String {
        let mut out = self.out;
        if let Some(at) = self.root_name_end {
            let declarations: String =
                self.added.iter().map(|(prefix, namespace)| declaration(prefix, namespace)).collect();
            out.insert_str(at, &declarations);
        }
        out
    }

    fn indent(&mut self) {
        (0..self.level).for_each(|_| self.out.push_str("  "));
    }

    /// The prefix for a namespace; attributes cannot use the default one.
    fn prefix(&mut self, namespace: &str, for_attribute: bool) -> String {
        if namespace == roxmltree::NS_XML_URI {
            return "xml".into();
        }
        let is_outermost = |prefix: &str| !self.scope.iter().any(|(other, _)| other == prefix);
        let visible = |at: usize, prefix: &str| !self.scope[at + 1..].iter().any(|(other, _)| other == prefix);
        let declared = self.scope.iter().enumerate().rev().find(|(at, (prefix, uri))| {
            uri == namespace && visible(*at, prefix) && !(for_attribute && prefix.is_empty())
        });
        if let Some((_, (prefix, _))) = declared {
            return prefix.clone();
        }
        if let Some((prefix, _)) = self.added.iter().find(|(prefix, uri)| uri == namespace && is_outermost(prefix)) {
            return prefix.clone();
        }
        let usual = self.prefixes.iter().find(|(uri, _)| *uri == namespace).map_or("ns", |(_, prefix)| prefix);
        let is_free = |prefix: &String| is_outermost(prefix) && !self.added.iter().any(|(other, _)| other == prefix);
        let mut choices = std::iter::once(usual.to_string()).chain((2..).map(|number| format!("{usual}{number}")));
        let prefix = choices.find(is_free).unwrap_or_default();
        self.added.push((prefix.clone(), namespace.to_string()));
        prefix
    }

    fn attribute(&mut self, namespace: &str, local: &str, value: &str) {
        self.out.push(' ');
        if !namespace.is_empty() {
            let prefix = self.prefix(namespace, true);
            self.out.push_str(&prefix);
            self.out.push(':');
        }
        self.out.push_str(local);
        self.out.push_str("='");
        push_escaped(&mut self.out, value, in_attribute);
        self.out.push('\'');
    }
}

/// How far an element is written.
#[derive(Clone, Copy, PartialEq)]
enum State {
    /// Its start tag is open.
    Open,
    /// It holds text: nothing may be added around it.
    Inline,
    /// It holds children on lines of their own.
    Lines,
}

/// Writes one element.
struct One<'a, 'w> {
    writer: &'w mut Writer,
    name: Name,
    /// The name's prefix with its colon.
    prefix: String,
    rest: Option<&'a mut Rest>,
    /// The children, where the document has its own order.
    slots: Vec<WaitingChildren<'a>>,
    state: State,
}

/// The children of one name, and how many of them are written.
struct WaitingChildren<'a> {
    name: Name,
    children: &'a mut dyn Children,
    written: usize,
}

impl<'a> Visitor<'a> for One<'a, '_> {
    /// The rest is shown first, so this writes the start tag's beginning.
    fn rest(&mut self, slot: &'a mut Rest) {
        let writer = &mut *self.writer;
        writer.scope.extend(slot.namespaces.iter().cloned());
        let default = writer.scope.iter().rev().find(|(prefix, _)| prefix.is_empty());
        let undeclare = self.name.namespace.is_empty() && default.is_some_and(|(_, uri)| !uri.is_empty());
        if !self.name.namespace.is_empty() {
            self.prefix = writer.prefix(self.name.namespace, false);
            if !self.prefix.is_empty() {
                self.prefix.push(':');
            }
        }
        writer.indent();
        writer.out.push('<');
        writer.out.push_str(&self.prefix);
        writer.out.push_str(self.name.local);
        writer.root_name_end.get_or_insert(writer.out.len());
        for (prefix, namespace) in slot.namespaces.iter().filter(|(prefix, _)| !(undeclare && prefix.is_empty())) {
            writer.out.push_str(&declaration(prefix, namespace));
        }
        if undeclare {
            writer.scope.push((String::new(), String::new()));
            writer.out.push_str(&declaration("", ""));
        }
        for attribute in &slot.attributes {
            writer.attribute(&attribute.namespace, &attribute.local, &attribute.value);
        }
        self.rest = Some(slot);
    }

    fn attribute(&mut self, name: &'static Name, slot: &'a mut Option<String>) {
        if let Some(value) = slot {
            self.writer.attribute(name.namespace, name.local, value);
        }
    }

    fn text(&mut self, slot: &'a mut Option<String>) {
        if let Some(text) = slot.as_deref().filter(|text| !text.is_empty()) {
            self.begin_inline();
            push_escaped(&mut self.writer.out, text, in_text);
        }
    }

    fn raw(&mut self, slot: &'a mut Option<String>) {
        if let Some(raw) = slot.as_deref().filter(|raw| !raw.is_empty()) {
            self.piece(raw);
        }
    }

    fn children(&mut self, name: &'static Name, slot: &'a mut dyn Children) {
        if self.rest.as_ref().is_some_and(|rest| !rest.order.is_empty()) {
            self.slots.push(WaitingChildren { name: *name, children: slot, written: 0 });
            return;
        }
        for index in 0..slot.count() {
            if let Some(child) = slot.child(index) {
                self.child(*name, child);
            }
        }
    }
}

impl One<'_, '_> {
    fn child(&mut self, name: Name, node: &mut dyn Node) {
        self.begin_lines();
        self.writer.level += 1;
        self.writer.element(name, node);
        self.writer.level -= 1;
    }

    /// XML text as it is: elements on a line of their own, text without any addition.
    fn piece(&mut self, raw: &str) {
        if raw.starts_with('<') && self.state != State::Inline {
            self.begin_lines();
            self.writer.level += 1;
            self.writer.indent();
            self.writer.level -= 1;
            self.writer.out.push_str(raw);
            self.writer.out.push('\n');
        } else {
            self.begin_inline();
            self.writer.out.push_str(raw);
        }
    }

    fn begin_lines(&mut self) {
        if self.state == State::Open {
            self.writer.out.push_str(">\n");
            self.state = State::Lines;
        }
    }

    fn begin_inline(&mut self) {
        if self.state == State::Open {
            self.writer.out.push('>');
            self.state = State::Inline;
        }
    }

    /// Writes the children in the document's order, then those it does not have, and the end tag.
    fn finish(mut self) {
        let (order, mut foreign) = match self.rest.take() {
            Some(rest) => (rest.order.as_slice(), rest.children.iter()),
            None => (&[][..], [].iter()),
        };
        let mut slots = std::mem::take(&mut self.slots);
        for position in order {
            if *position == Rest::FOREIGN {
                foreign.next().into_iter().for_each(|raw| self.piece(raw));
            } else if let Some(slot) = slots.get_mut(usize::from(*position)) {
                self.next_of(slot);
            }
        }
        slots.iter_mut().for_each(|slot| while self.next_of(slot) {});
        foreign.for_each(|raw| self.piece(raw));
        self.end();
    }

    /// Writes the next child of a slot, if there is one.
    fn next_of(&mut self, slot: &mut WaitingChildren) -> bool {
        let Some(child) = slot.children.child(slot.written) else { return false };
        slot.written += 1;
        self.child(slot.name, child);
        true
    }

    fn end(self) {
        let writer = self.writer;
        if self.state == State::Open {
            writer.out.push_str("/>\n");
            return;
        }
        if self.state == State::Lines {
            writer.indent();
        }
        writer.out.push_str("</");
        writer.out.push_str(&self.prefix);
        writer.out.push_str(self.name.local);
        writer.out.push_str(">\n");
    }
}

fn declaration(prefix: &str, namespace: &str) -> String {
    let colon = if prefix.is_empty() { "" } else { ":" };
    format!(" xmlns{colon}{prefix}='{}'", escaped_attribute(namespace))
}

/// Text as it stands between tags.
pub fn escaped_text(text: &str) -> String {
    let mut out = String::new();
    push_escaped(&mut out, text, in_text);
    out
}

/// Text as it stands in an attribute in single quotes.
pub fn escaped_attribute(text: &str) -> String {
    let mut out = String::new();
    push_escaped(&mut out, text, in_attribute);
    out
}

/// Copies what lies between the bytes that `escape` has something else for.
fn push_escaped(out: &mut String, text: &str, escape: fn(u8) -> Option<&'static str>) {
    let mut copied = 0;
    for (at, byte) in text.bytes().enumerate() {
        if let Some(instead) = escape(byte) {
            out.push_str(&text[copied..at]);
            out.push_str(instead);
            copied = at + 1;
        }
    }
    out.push_str(&text[copied..]);
}

/// A reader makes a line feed out of a carriage return in text, so that one is escaped.
fn in_text(byte: u8) -> Option<&'static str> {
    match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'\r' => Some("&#13;"),
        _ => None,
    }
}

/// A reader makes blanks out of all white space in attributes, so that is escaped.
fn in_attribute(byte: u8) -> Option<&'static str> {
    match byte {
        b'\'' => Some("&apos;"),
        b'\n' => Some("&#10;"),
        b'\t' => Some("&#9;"),
        other => in_text(other),
    }
}
