//! Whether two documents mean the same although numbers are written in another base and children in another order. Knows
//! XML; must not know any element.

use roxmltree::{Document, Node};

/// The places that only one of them has, by the path of names: `-` before those of the first, `+` before the second's.
pub fn differences(before: &str, after: &str) -> Vec<String> {
    let (before, after) = match (Document::parse(before), Document::parse(after)) {
        (Ok(before), Ok(after)) => (before, after),
        (before, after) => return before.err().into_iter().chain(after.err()).map(|error| error.to_string()).collect(),
    };
    let (mut gone, mut new) = (facts(before.root_element()), facts(after.root_element()));
    gone.retain(|fact| match new.iter().position(|other| other == fact) {
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
    facts.push((path.clone(), String::new()));
    let attributes = node.attributes().map(|own| (format!("{path}@{}", own.name()), plain(own.value())));
    facts.extend(attributes);
    let text: String = node.children().filter(Node::is_text).filter_map(|child| child.text()).collect();
    if !text.trim().is_empty() {
        facts.push((format!("{path}#text"), plain(&text)));
    }
    node.children().filter(Node::is_element).for_each(|child| collect(child, &path, facts));
}

/// A number in base 10 without leading zeros, anything else as it is but for white space around it.
fn plain(text: &str) -> String {
    let text = text.trim();
    let hexadecimal = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let number = match hexadecimal {
        Some(digits) => i128::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    };
    number.map_or_else(|| text.to_string(), |number: i128| number.to_string())
}
