//! Whether two documents say the same as canonical XML: names with their namespaces, attributes as sets, text to
//! the letter, children in order. White space between elements, comments and prefixes do not count.

use std::collections::BTreeSet;

use roxmltree::{Document, Node};

/// The first difference, or nothing.
pub fn difference(left: &str, right: &str) -> Option<String> {
    let parsed = (Document::parse(left), Document::parse(right));
    let (left, right) = match &parsed {
        (Ok(left), Ok(right)) => (left.root_element(), right.root_element()),
        (Err(error), _) => return Some(format!("left: {error}")),
        (_, Err(error)) => return Some(format!("right: {error}")),
    };
    elements(left, right)
}

fn elements(left: Node, right: Node) -> Option<String> {
    let at = |what: String| Some(format!("{}: {what}", path(left)));
    if left.tag_name() != right.tag_name() {
        return at(format!("{:?} became {:?}", left.tag_name(), right.tag_name()));
    }
    if attributes(left) != attributes(right) {
        return at(format!("attributes {:?} became {:?}", attributes(left), attributes(right)));
    }
    let (content, other) = (content(left), content(right));
    for (left, right) in content.iter().zip(&other) {
        match (left, right) {
            (Item::Element(left), Item::Element(right)) => {
                if let Some(difference) = elements(*left, *right) {
                    return Some(difference);
                }
            }
            (Item::Text(left), Item::Text(right)) if left == right => {}
            _ => return at(format!("{left:?} became {right:?}")),
        }
    }
    let longer = content.get(other.len()).or(other.get(content.len()));
    longer.and_then(|item| at(format!("{} items became {}: {item:?}", content.len(), other.len())))
}

fn attributes<'a>(node: Node<'a, '_>) -> BTreeSet<(Option<&'a str>, &'a str, &'a str)> {
    node.attributes().map(|attribute| (attribute.namespace(), attribute.name(), attribute.value())).collect()
}

#[derive(Debug)]
enum Item<'a, 'd> {
    Element(Node<'a, 'd>),
    Text(String),
}

/// Children and pieces of text; text on both sides of a comment is one piece.
fn content<'a, 'd>(node: Node<'a, 'd>) -> Vec<Item<'a, 'd>> {
    let mut items: Vec<Item> = Vec::new();
    for child in node.children() {
        if child.is_element() {
            items.push(Item::Element(child));
        } else if let (true, Some(text)) = (child.is_text(), child.text()) {
            match items.last_mut() {
                Some(Item::Text(before)) => before.push_str(text),
                _ => items.push(Item::Text(text.to_string())),
            }
        }
    }
    let has_elements = items.iter().any(|item| matches!(item, Item::Element(_)));
    items.retain(|item| !matches!(item, Item::Text(text) if text.trim().is_empty() && (has_elements || layout(text))));
    items
}

/// White space with a line break in it and nothing else is how an empty element is laid out.
fn layout(text: &str) -> bool {
    text.contains('\n')
}

fn path(node: Node) -> String {
    let names: Vec<&str> = node.ancestors().filter(Node::is_element).map(|node| node.tag_name().name()).collect();
    names.into_iter().rev().collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn what_does_not_count() {
        let same = [
            ("<a x='1' y='2'/>", "<a y=\"2\" x=\"1\"></a>"),
            ("<a> <b/> </a>", "<a>\n  <b/><!-- c -->\n</a>"),
            ("<a xmlns:p='u'><p:b/></a>", "<a><b xmlns='u'/></a>"),
            ("<a>1<!-- -->2</a>", "<a>12</a>"),
        ];
        for (left, right) in same {
            assert_eq!(difference(left, right), None, "{left} {right}");
        }
    }

    #[test]
    fn what_counts() {
        let different = [
            ("<a/>", "<b/>"),
            ("<a x='1'/>", "<a/>"),
            ("<a x='1'/>", "<a x='01'/>"),
            ("<a x=''/>", "<a/>"),
            ("<a>1</a>", "<a>1 </a>"),
            ("<a> </a>", "<a/>"),
            ("<a><b/><c/></a>", "<a><c/><b/></a>"),
            ("<a><b/></a>", "<a/>"),
            ("<a><b/></a>", "<a><b/><b/></a>"),
            ("<a xmlns:p='u'><p:b/></a>", "<a><b/></a>"),
        ];
        for (left, right) in different {
            assert!(difference(left, right).is_some(), "{left} {right}");
            assert!(difference(right, left).is_some(), "{right} {left}");
        }
    }
}
