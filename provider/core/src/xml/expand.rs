//! An element as XML text that needs no declaration outside of it: what a document type declares by name is written
//! out. Must not know any element.

use roxmltree::Node as Element;

use super::write::{escaped_attribute, escaped_text};

/// Whether a part of a document refers to entities of its own, which only its document type declares.
pub fn has_entities(element: Element) -> bool {
    let text = element.document().input_text();
    let prolog = &text[..element.document().root_element().range().start];
    if !prolog.contains("<!ENTITY") {
        return false;
    }
    let declares =
        |name: &str| prolog.split("<!ENTITY").any(|declared| declared.split_whitespace().next() == Some(name));
    let references = text[element.range()].split('&').skip(1).filter_map(|after| after.split_once(';'));
    references.into_iter().any(|(name, _)| declares(name))
}

/// The element with the namespaces that are in scope there.
pub fn element(out: &mut String, element: Element) {
    let is_outermost = |prefix: Option<&str>, uri: &str| {
        let outer = element.parent_element().filter(|_| !out.is_empty());
        outer.is_none_or(|outer| !outer.namespaces().any(|other| other.name() == prefix && other.uri() == uri))
    };
    let new: Vec<_> = element.namespaces().filter(|one| is_outermost(one.name(), one.uri())).collect();
    let name = qualified(element, element.tag_name().namespace(), element.tag_name().name());
    out.push_str(&format!("<{name}"));
    for namespace in new.into_iter().filter(|namespace| namespace.name() != Some("xml")) {
        let attribute = namespace.name().map_or("xmlns".to_string(), |prefix| format!("xmlns:{prefix}"));
        out.push_str(&format!(" {attribute}='{}'", escaped_attribute(namespace.uri())));
    }
    for attribute in element.attributes() {
        let name = match attribute.namespace() {
            None => attribute.name().to_string(),
            namespace => qualified(element, namespace, attribute.name()),
        };
        out.push_str(&format!(" {name}='{}'", escaped_attribute(attribute.value())));
    }
    if !element.has_children() {
        return out.push_str("/>");
    }
    out.push('>');
    for child in element.children() {
        if child.is_element() {
            self::element(out, child);
        } else if let Some(text) = child.text().filter(|_| child.is_text()) {
            out.push_str(&escaped_text(text));
        }
    }
    out.push_str(&format!("</{name}>"));
}

fn qualified(element: Element, namespace: Option<&str>, local: &str) -> String {
    match namespace.and_then(|uri| element.lookup_prefix(uri)).filter(|prefix| !prefix.is_empty()) {
        Some(prefix) => format!("{prefix}:{local}"),
        None => local.to_string(),
    }
}
