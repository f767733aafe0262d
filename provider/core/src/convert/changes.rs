//! What of a document gets lost on its way through values: it is converted back and compared. Knows XML; must not
//! know any element.

use std::collections::BTreeMap;
use std::fmt;

use roxmltree::Node;

use crate::value::{Number, Value};
use crate::xml::{self, XmlError, line};

use super::{ConvertError, Root, to_xml};

/// A place where the document that a value makes differs from the one it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The place as people write it: `a/b/c@d`.
    pub path: String,
    /// The line in the document, of the parent where something is new.
    pub line: u32,
    /// What happened there.
    pub what: What,
}

/// What happens to a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// It is not there any more, and neither is what was in it.
    Lost,
    /// Its text is another one.
    Altered,
    /// It was not there before.
    Added,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.what {
            What::Lost => "is lost",
            What::Altered => "is altered",
            What::Added => "is added",
        };
        write!(f, "line {}: {} {what}", self.line, self.path)
    }
}

/// How a document differs from what `value`, which was read from it, makes. How a number is written, and how elements
/// of different names are ordered, is no difference: values do not hold that. What the grammar does not know counts.
pub fn changes(root: &Root, document: &str, value: &Value) -> Result<Vec<Change>, ConvertError> {
    let made = to_xml(root, value)?;
    let before = xml::parse(document).map_err(XmlError::from)?;
    let after = xml::parse(&made).map_err(XmlError::from)?;
    let mut changes = Vec::new();
    let top = before.root_element();
    elements(top, after.root_element(), top.tag_name().name(), &mut changes);
    Ok(changes)
}

/// Whether two texts of elements without a root say the same.
pub(super) fn is_same_text(old: &str, new: &str) -> bool {
    let (old, new) = (format!("<a>{old}</a>"), format!("<a>{new}</a>"));
    match (xml::parse(&old), xml::parse(&new)) {
        (Ok(old), Ok(new)) => is_same(old.root_element(), new.root_element()),
        _ => false,
    }
}

fn elements(before: Node, after: Node, path: &str, changes: &mut Vec<Change>) {
    let change = |path: String, node: Node, what: What| Change { path, line: line(node), what };
    for attribute in before.attributes() {
        let there = after.attributes().find(|other| name(attribute) == name(*other));
        let what = match there {
            None => What::Lost,
            Some(other) if !same(attribute.value(), other.value()) => What::Altered,
            Some(_) => continue,
        };
        changes.push(change(format!("{path}@{}", attribute.name()), before, what));
    }
    for attribute in after.attributes().filter(|new| !before.attributes().any(|old| name(old) == name(*new))) {
        changes.push(change(format!("{path}@{}", attribute.name()), before, What::Added));
    }
    if !same(&text(before), &text(after)) {
        changes.push(change(path.to_string(), before, What::Altered));
    }
    children(before, after, path, changes);
}

/// Children of the same name are compared in their order.
fn children(before: Node, after: Node, path: &str, changes: &mut Vec<Change>) {
    let mut named: BTreeMap<_, (Vec<Node>, Vec<Node>)> = BTreeMap::new();
    for child in before.children().filter(Node::is_element) {
        named.entry(element_name(child)).or_default().0.push(child);
    }
    for child in after.children().filter(Node::is_element) {
        named.entry(element_name(child)).or_default().1.push(child);
    }
    for ((_, local), (old, new)) in named {
        let path = format!("{path}/{local}");
        let (pairs, lost, added) = paired(&old, &new);
        pairs.into_iter().for_each(|(old, new)| elements(old, new, &path, changes));
        changes.extend(lost.into_iter().map(|old| Change { path: path.clone(), line: line(old), what: What::Lost }));
        let new = |_| Change { path: path.clone(), line: line(before), what: What::Added };
        changes.extend(added.into_iter().map(new));
    }
}

/// Which belongs to which: by position where there are as many; otherwise equal ones in their order, and the rest is
/// left over.
fn paired<'a, 'd, 'b, 'e>(
    old: &[Node<'a, 'd>],
    new: &[Node<'b, 'e>],
) -> (Vec<(Node<'a, 'd>, Node<'b, 'e>)>, Vec<Node<'a, 'd>>, Vec<Node<'b, 'e>>) {
    if old.len() == new.len() {
        return (old.iter().copied().zip(new.iter().copied()).collect(), Vec::new(), Vec::new());
    }
    let (mut pairs, mut lost, mut next) = (Vec::new(), Vec::new(), 0);
    let mut added: Vec<Node> = new.to_vec();
    for old in old {
        match added[next..].iter().position(|new| is_same(*old, *new)) {
            Some(found) => {
                next += found;
                pairs.push((*old, added.remove(next)));
            }
            None => lost.push(*old),
        }
    }
    (pairs, lost, added)
}

fn is_same(old: Node, new: Node) -> bool {
    let mut changes = Vec::new();
    elements(old, new, "", &mut changes);
    changes.is_empty()
}

/// Whether two texts are equal, or numbers of the same value.
fn same(old: &str, new: &str) -> bool {
    old == new || number(old).is_some_and(|old| Some(old) == number(new))
}

fn number(text: &str) -> Option<Number> {
    let text = text.trim();
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => i128::from_str_radix(digits, 16).ok().map(Number::Integer),
        None => Number::parse(text),
    }
}

/// An element's text; between child elements white space is none.
fn text(node: Node) -> String {
    let text: String = node.children().filter(Node::is_text).filter_map(|text| text.text()).collect();
    let is_layout = text.trim().is_empty() && (node.first_element_child().is_some() || text.contains('\n'));
    if is_layout { String::new() } else { text }
}

fn name<'a>(attribute: roxmltree::Attribute<'a, '_>) -> (Option<&'a str>, &'a str) {
    (attribute.namespace(), attribute.name())
}

fn element_name(node: Node) -> (String, String) {
    let name = node.tag_name();
    (name.namespace().unwrap_or_default().to_string(), name.name().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(before: &str, after: &str) -> Vec<String> {
        let (before, after) = (xml::parse(before).unwrap(), xml::parse(after).unwrap());
        let mut changes = Vec::new();
        elements(before.root_element(), after.root_element(), "a", &mut changes);
        changes.iter().map(Change::to_string).collect()
    }

    #[test]
    fn numbers_layout_and_the_order_of_names_are_no_difference() {
        let rows = [
            ("<a b='0x8' c=' 5'/>", "<a c='5' b='8'/>"),
            ("<a>\n</a>", "<a/>"),
            ("<a><b/><c/><b/></a>", "<a>\n  <b/>\n  <b/>\n  <c/>\n</a>"),
            ("<a xmlns:p='u'><p:b/></a>", "<a><b xmlns='u'/></a>"),
        ];
        for (before, after) in rows {
            assert_eq!(found(before, after), Vec::<String>::new(), "{before} {after}");
        }
    }

    #[test]
    fn everything_else_is() {
        let rows = [
            ("<a b='1'/>", "<a/>", "line 1: a@b is lost"),
            ("<a/>", "<a b='1'/>", "line 1: a@b is added"),
            ("<a b='x'/>", "<a b='y'/>", "line 1: a@b is altered"),
            ("<a>x</a>", "<a/>", "line 1: a is altered"),
            ("<a>\n <b><c/></b></a>", "<a/>", "line 2: a/b is lost"),
            ("<a>\n <b c='1'/>\n <b c='2'/></a>", "<a><b c='1'/></a>", "line 3: a/b is lost"),
            ("<a><b c='x'/></a>", "<a><b c='x'/><b/></a>", "line 1: a/b is added"),
            ("<a><p:b xmlns:p='u'/></a>", "<a><p:b xmlns:p='v'/></a>", "line 1: a/b is lost"),
        ];
        for (before, after, first) in rows {
            assert_eq!(found(before, after).first().map(String::as_str), Some(first), "{before} {after}");
        }
    }
}
