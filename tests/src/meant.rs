//! Whether two documents mean the same although numbers are written in another base and children in another order. Knows
//! XML; must not know any element.

use roxmltree::{Document, Node};

/// The places that only one of them has, by the path of names, with `()` where nothing is in an element: `-` before those of the first, `+` before the second's.
pub fn differences(before: &str, after: &str) -> Vec<String> {
    let (before, after) = match (Document::parse(before), Document::parse(after)) {
        (Ok(before), Ok(after)) => (before, after),
        (before, after) => return before.err().into_iter().chain(after.err()).map(|error| error.to_string()).collect(),
    };
    let (mut gone, mut new) = (facts(before.root_element()), facts(after.root_element()));
    gone.retain(|fact| match new.iter().position(|other| other.0 == fact.0 && same(&other.1, &fact.1)) {
        Some(position) => {
            new.swap_remove(position);
            false
        }
        None => true,
    });
    let gone = gone.into_iter().map(|(place, _)| format!("-{place}"));
    let mut found: Vec<String> = gone.chain(new.into_iter().map(|(place, _)| format!("+{place}"))).collect();
    found.sort();
    found.dedup();
    found
}

/// What a document says: each place with its value.
fn facts(root: Node) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    collect(root, "", &mut facts);
    facts
}

fn collect(node: Node, above: &str, facts: &mut Vec<(String, String)>) {
    let name = node.tag_name().name();
    let path = if above.is_empty() { name.to_string() } else { format!("{above}/{name}") };
    let empty = node.attributes().len() == 0 && !node.has_children();
    facts.push((format!("{path}{}", if empty { "()" } else { "" }), String::new()));
    let attributes = node.attributes().map(|own| (format!("{path}@{}", own.name()), own.value().to_string()));
    facts.extend(attributes);
    let text: String = node.children().filter(Node::is_text).filter_map(|child| child.text()).collect();
    if !text.trim().is_empty() {
        facts.push((format!("{path}#text"), text));
    }
    node.children().filter(Node::is_element).for_each(|child| collect(child, &path, facts));
}

/// Whether two values may mean the same: the same text but for white space around it, or the same number in one of the
/// bases that it may be meant in.
fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.trim(), other.trim());
    one == other || readings(one).iter().any(|number| readings(other).contains(number))
}

fn readings(text: &str) -> Vec<i128> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => i128::from_str_radix(digits, 16).into_iter().collect(),
        None => text.parse().into_iter().chain(i128::from_str_radix(text, 16)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_the_same() {
        assert!(differences("<a x='0x10' y='b'><c/><d/></a>", "<a y=' b' x='16'><d/><c/></a>").is_empty());
        assert_eq!(differences("<a x='1'><c/></a>", "<a x='2'/>"), ["+a@x", "-a/c()", "-a@x"]);
    }
}
