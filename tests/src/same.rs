//! Whether two documents say the same up to how numbers are written and how children of different names are ordered:
//! what Terraform's values do not hold.

use std::collections::{BTreeMap, BTreeSet};

use roxmltree::{Document, Node};

/// The places in which they differ, as `a/b@c`; an element that one of them lacks stands for all that is in it.
pub fn differences(left: &str, right: &str) -> BTreeSet<String> {
    let read = |text| Document::parse(text).unwrap_or_else(|error| panic!("{error} in {text}"));
    let (left, right) = (read(left), read(right));
    let mut found = BTreeSet::new();
    elements(left.root_element(), right.root_element(), "", &mut found);
    found
}

fn elements(left: Node, right: Node, above: &str, found: &mut BTreeSet<String>) {
    let path = format!("{above}{}", left.tag_name().name());
    if left.tag_name() != right.tag_name() {
        found.insert(path);
        return;
    }
    let (mine, other) = (attributes(left), attributes(right));
    let names: BTreeSet<_> = mine.keys().chain(other.keys()).collect();
    found.extend(
        names.into_iter().filter(|name| mine.get(name) != other.get(name)).map(|name| format!("{path}@{}", name.1)),
    );
    if text(left) != text(right) {
        found.insert(path.clone());
    }
    let (mine, other) = (children(left), children(right));
    let names: BTreeSet<_> = mine.keys().chain(other.keys()).cloned().collect();
    let none = Vec::new();
    for name in names {
        let (mine, other) = (mine.get(&name).unwrap_or(&none), other.get(&name).unwrap_or(&none));
        if mine.len() != other.len() {
            found.insert(format!("{path}/{}", name.1));
        }
        for (left, right) in mine.iter().zip(other).filter(|_| mine.len() == other.len()) {
            elements(*left, *right, &format!("{path}/"), found);
        }
    }
}

type Name<'a> = (Option<&'a str>, &'a str);

fn attributes<'a>(node: Node<'a, '_>) -> BTreeMap<Name<'a>, String> {
    node.attributes().map(|one| ((one.namespace(), one.name()), plain(one.value()))).collect()
}

fn children<'a, 'd>(node: Node<'a, 'd>) -> BTreeMap<Name<'a>, Vec<Node<'a, 'd>>> {
    let mut found: BTreeMap<Name, Vec<Node>> = BTreeMap::new();
    for child in node.children().filter(Node::is_element) {
        found.entry((child.tag_name().namespace(), child.tag_name().name())).or_default().push(child);
    }
    found
}

fn text(node: Node) -> String {
    let text: String = node.children().filter(Node::is_text).filter_map(|text| text.text()).collect();
    if text.trim().is_empty() && (text.contains('\n') || node.children().any(|child| child.is_element())) {
        return String::new();
    }
    plain(&text)
}

/// A number in one notation; other text as it is.
fn plain(text: &str) -> String {
    let trimmed = text.trim();
    let hexadecimal = trimmed.strip_prefix("0x").or_else(|| trimmed.strip_prefix("0X"));
    let integer = match hexadecimal {
        Some(digits) => i128::from_str_radix(digits, 16).ok(),
        None => trimmed.parse().ok(),
    };
    integer.map_or_else(|| text.to_string(), |integer| integer.to_string())
}
