//! Raw XML that several programs share: its elements are distinguished by their namespaces. Knows XML only; must not know whose
//! a namespace is.

use std::collections::BTreeSet;

use crate::canonical::undeclared;
use crate::tree::{Content, Element};
use crate::value::Value;

/// Of the fragment in `value` the elements of the namespaces that `like` has; null where there is none.
pub(crate) fn of_same_namespaces(value: &Value, like: &Value) -> Value {
    let wanted = namespaces(like);
    written(elements(value).into_iter().filter(|element| wanted.contains(&element.name.namespace)).collect())
}

/// What a fragment becomes: `now` without the elements of namespaces that `before` or `after` have, and then those of `after`.
pub(crate) fn change(now: &Value, before: &Value, after: &Value) -> Value {
    let ours: BTreeSet<String> = namespaces(before).into_iter().chain(namespaces(after)).collect();
    let others =
        elements(now).into_iter().filter(|element| !ours.contains(&element.name.namespace)).collect::<Vec<_>>();
    if others.is_empty() {
        return after.clone();
    }
    written(others.into_iter().chain(elements(after)).collect())
}

fn namespaces(value: &Value) -> BTreeSet<String> {
    elements(value).into_iter().map(|element| element.name.namespace).collect()
}

/// The elements of a fragment; none where it is not well-formed, which validation reports.
fn elements(value: &Value) -> Vec<Element> {
    let Some(text) = value.as_str() else { return Vec::new() };
    let Ok(whole) = Element::parse(&format!("<fragment>{}</fragment>", undeclared(text).trim())) else {
        return Vec::new();
    };
    let found = whole.content.into_iter().filter_map(|content| match content {
        Content::Element(element) => Some(element),
        Content::Text(_) => None,
    });
    found.collect()
}

fn written(elements: Vec<Element>) -> Value {
    match elements.is_empty() {
        true => Value::Null,
        false => Value::String(elements.iter().map(Element::to_string).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        if text.is_empty() { Value::Null } else { text.into() }
    }

    #[test]
    fn what_others_wrote_stays() {
        // what is there, what we had written, what we write, what becomes of it
        let table = [
            ("", "", "<a xmlns='u'/>", "<a xmlns='u'/>"),
            ("<a xmlns='u'/>", "<a xmlns='u'/>", "", ""),
            ("<a xmlns='u'/><b xmlns='v'/>", "<a xmlns='u'/>", "", "<b xmlns='v'/>"),
            ("<a xmlns='u'/><b xmlns='v'/>", "", "<c xmlns='u'/>", "<b xmlns='v'/><c xmlns='u'/>"),
        ];
        for (now, before, after, expected) in table {
            assert_eq!(change(&text(now), &text(before), &text(after)), text(expected), "{now} {before} {after}");
        }
    }

    #[test]
    fn what_is_ours_is_known_by_its_namespace() {
        let both = text("<p:a xmlns:p='u' x='1'/><b xmlns='v'/>");
        assert_eq!(of_same_namespaces(&both, &text("<old xmlns='u'/>")), text("<p:a xmlns:p='u' x='1'/>"));
        assert_eq!(of_same_namespaces(&both, &Value::Null), Value::Null);
    }
}
