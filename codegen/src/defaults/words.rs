//! Defaults as sentences of the reference. Knows rows; must not know any element.

use serde_json::Value as Json;

use super::{Condition, Row};

/// More at one place would only be a table in a sentence.
const SHOWN: usize = 4;

/// What the reference says of the rows at a place; empty where there are none. `element` says whether they are of whole
/// elements of a list.
pub fn sentence(rows: &[&Row], element: bool) -> String {
    let what = if element { "libvirt adds" } else { "Default" };
    let sentences: Vec<String> = rows
        .iter()
        .take(SHOWN)
        .map(|row| match (conditions(&row.when), value_in_words(&row.value)) {
            (when, value) if element => format!("{what} {value} by itself{when}."),
            (when, value) => format!("{what}{when}: {value}."),
        })
        .collect();
    let more = rows.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!(" And {more} more, depending on the document.") } else { String::new() };
    format!("{}{more}", sentences.join(" "))
}

/// A value, or what it refers to.
pub fn value_in_words(value: &Json) -> String {
    match value {
        Json::String(text) => match text.strip_prefix('=') {
            Some(path) => format!("that of `{}`", path.trim_start_matches('.')),
            None => format!("`{text}`"),
        },
        Json::Object(members) if members.is_empty() => "the object with its own defaults".to_string(),
        Json::Object(members) => {
            let shown = members.iter().filter(|(_, value)| value.as_str() != Some("=*"));
            let shown: Vec<String> = shown.map(|(name, value)| format!("{name} = {}", in_braces(value))).collect();
            format!("`{{ {} }}`", shown.join(", "))
        }
        other => format!("`{other}`"),
    }
}

fn in_braces(value: &Json) -> String {
    match value {
        Json::String(text) => match text.strip_prefix('=') {
            Some(path) => path.trim_start_matches('.').to_string(),
            None => format!("{text:?}"),
        },
        Json::Object(members) => {
            let shown = members.iter().filter(|(_, value)| value.as_str() != Some("=*"));
            let shown: Vec<String> = shown.map(|(name, value)| format!("{name} = {}", in_braces(value))).collect();
            if shown.is_empty() { "{}".to_string() } else { format!("{{ {} }}", shown.join(", ")) }
        }
        Json::Array(items) => format!("[{}]", items.iter().map(in_braces).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

/// ` where ... and ...`, or nothing.
fn conditions(when: &[Condition]) -> String {
    let conditions: Vec<String> = when.iter().map(condition).collect();
    if conditions.is_empty() { String::new() } else { format!(" where {}", conditions.join(" and ")) }
}

fn condition(condition: &Condition) -> String {
    let path = match condition.path.strip_prefix('@') {
        Some(fact) => format!("the {fact}"),
        None => format!("`{}`", condition.path.trim_start_matches('.')),
    };
    let words: Vec<String> = condition.any_of.iter().map(|word| self::word(word)).collect();
    let words = match words.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        _ => words.join(""),
    };
    format!("{path} is {words}")
}

fn word(word: &str) -> String {
    match word {
        "" => "not set".to_string(),
        "*" => "set".to_string(),
        word => format!("`{word}`"),
    }
}
