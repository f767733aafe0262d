//! XML fragments in one form for all spellings of the same content. Knows XML only.

use std::fmt::Write;

use roxmltree::Node;

use crate::xml;

/// The canonical form of a fragment: any number of elements side by side, text between them allowed. Two fragments
/// with the same form differ at most in attribute order, namespace prefixes, quotes, entities, comments and in
/// whitespace between elements. `None` if it is not well-formed, a prefix without declaration included.
/// It is meant to be compared, not to be parsed.
pub fn canonical(fragment: &str) -> Option<String> {
    let wrapped = format!("<fragment>{}</fragment>", undeclared(fragment).trim());
    let document = xml::parse(&wrapped).ok()?;
    let mut out = String::new();
    write_content(document.root_element(), &mut out);
    Some(out)
}

/// A fragment without what a file begins with, a byte order mark and the XML declaration: they are only allowed at the start
/// of a document, and a fragment goes into one.
pub fn undeclared(fragment: &str) -> &str {
    let body = fragment.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    match body.strip_prefix("<?xml").filter(|rest| rest.starts_with(char::is_whitespace)) {
        Some(declared) => declared.split_once("?>").map_or(fragment, |(_, rest)| rest),
        None => fragment,
    }
}

fn write_element(node: Node<'_, '_>, out: &mut String) {
    let mut attributes: Vec<_> =
        node.attributes().map(|found| (found.namespace().unwrap_or(""), found.name(), found.value())).collect();
    attributes.sort_unstable();
    let name = node.tag_name();
    let _ = write!(out, "<{{{}}}{}", name.namespace().unwrap_or(""), name.name());
    for (namespace, name, value) in attributes {
        let _ = write!(out, " {{{namespace}}}{name}={value:?}");
    }
    out.push('>');
    write_content(node, out);
    out.push_str("</>");
}

fn write_content(node: Node<'_, '_>, out: &mut String) {
    let has_elements = node.children().any(|child| child.is_element());
    // A comment splits text in two; without it the parts are one again.
    let mut text = String::new();
    for child in node.children() {
        if child.is_text() {
            text.push_str(child.text().unwrap_or(""));
        } else if child.is_element() {
            write_text(&mut text, has_elements, out);
            write_element(child, out);
        }
    }
    write_text(&mut text, has_elements, out);
}

fn write_text(text: &mut String, between_elements: bool, out: &mut String) {
    let is_insignificant = text.is_empty() || between_elements && text.trim().is_empty();
    if !is_insignificant {
        let _ = write!(out, "{text:?}");
    }
    text.clear();
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn spellings_of_the_same_content() {
        let rows = [
            ("attribute order", r#"<a x="1" y="2"/>"#, r#"<a y='2' x='1'></a>"#, true),
            ("prefixes", r#"<p:a xmlns:p="urn:x" p:k="1"/>"#, r#"<q:a xmlns:q="urn:x" q:k="1"/>"#, true),
            ("default namespace", r#"<a xmlns="urn:x"><b/></a>"#, r#"<p:a xmlns:p="urn:x"><p:b/></p:a>"#, true),
            ("whitespace between elements", "<a>\n  <b/>\n</a>\n", "<a><b/></a>", true),
            ("whitespace in text", "<a> b</a>", "<a>b</a>", false),
            ("comments", "<a>b<!-- c -->d</a><!-- e -->", "<a>bd</a>", true),
            ("entities", "<a>&lt;&#65;</a>", "<a><![CDATA[<A]]></a>", true),
            ("declaration", "<?xml version='1.0'?>\n<a/>", "<a/>", true),
            ("a declaration on two lines", "\u{feff}<?xml\n version='1.0'?>\n<a/>", "<a/>", true),
            ("several roots", "<a/> <b/>", "<a/><b/>", true),
            ("other order of elements", "<a/><b/>", "<b/><a/>", false),
            ("other namespace", r#"<a xmlns="urn:x"/>"#, "<a/>", false),
            ("text is no markup", r#"<a>"x"</a>"#, r#"<a>x</a>"#, false),
        ];
        for (name, left, right, same) in rows {
            let (left, right) = (canonical(left), canonical(right));
            assert!(left.is_some() && right.is_some(), "{name}: parses");
            assert_eq!(left == right, same, "{name}: {left:?} {right:?}");
        }
    }

    #[test]
    fn what_is_not_well_formed_has_no_form() {
        for fragment in ["<a>", "<p:a/>", "</fragment><fragment>", "a < b"] {
            assert_eq!(canonical(fragment), None, "{fragment}");
        }
    }
}
