//! What a condition may be about: the driver, the document's own small words, what stands beside the place. Knows shapes;
//! must not know what is concluded.

use std::collections::{BTreeMap, BTreeSet};

use provider_core::defaults::DRIVER;
use provider_core::shape::{Form, Kind, Primitive, Scalar, Shape};
use provider_core::value::Value;

use super::choices::{choice, is_reason};
use super::place::FREE;

/// The words of conditions by their paths: an empty word for what is not set, `*` for an object or a list that is.
pub type Features = BTreeMap<String, String>;

/// The place whose words are versions of one family.
const MACHINE: &str = "os.type_machine";

/// The place whose words begin with what they are of: `hda`, `vdb`.
const TARGET: &str = ".target.dev";

/// How deep words are looked for: in the root's object and inside an element.
const DEPTH: usize = 3;

/// The features of a document.
pub fn of_document(shape: &Shape, value: &Value, driver: &str) -> Features {
    let mut found = Features::from([(DRIVER.to_string(), driver.to_string())]);
    collect(shape, value, "", DEPTH, &mut found);
    found
}

/// The features beside a place inside an element of a list.
pub fn of_element(shape: &Shape, value: &Value) -> Features {
    let mut found = Features::new();
    collect(shape, value, ".", DEPTH, &mut found);
    found
}

fn collect(shape: &Shape, value: &Value, above: &str, depth: usize, found: &mut Features) {
    for attribute in shape.attributes.iter().filter(|attribute| attribute.xml.is_some() && !attribute.sensitive) {
        let dot = if above.is_empty() || above == "." { "" } else { "." };
        let (path, value) = (format!("{above}{dot}{}", attribute.name), value.get(attribute.name));
        if attribute.name == FREE
            || above.starts_with('.') && choice(path.trim_start_matches('.')).is_some() && attribute.name != "type"
        {
            continue;
        }
        match attribute.kind {
            Kind::Leaf(scalar) if is_decided_by_word(scalar, &path) => {
                found.insert(path.clone(), word(&path, value));
            }
            Kind::Leaf(_) | Kind::Leaves(_) | Kind::Set(_) => {
                found.insert(path, presence(value));
            }
            Kind::Object(inner) => {
                found.insert(path.clone(), presence(value));
                if depth > 1 && !value.is_null() {
                    collect(inner, value, &path, depth - 1, found);
                }
            }
            Kind::List(inner, _) => {
                found.insert(path.clone(), presence(value));
                let branches = inner.attributes.iter().filter(|inner| matches!(inner.kind, Kind::Object(_)));
                for branch in branches {
                    let any = value.items().iter().map(|item| item.get(branch.name)).find(|value| !value.is_null());
                    found.insert(format!("{path}[].{}", branch.name), any.map_or(String::new(), presence));
                }
            }
        }
    }
    if above.is_empty() {
        found.retain(|path, _| is_reason(path) || path == DRIVER);
    }
}

/// Whether a value has few words: the others only count as set or not.
fn is_decided_by_word(scalar: &Scalar, path: &str) -> bool {
    let words = !scalar.forms.is_empty() && scalar.forms.iter().all(|form| matches!(form, Form::Words(_)));
    let known = [MACHINE, TARGET, "os.type_arch", "type", ".model.type", ".model"].contains(&path);
    scalar.primitive != Primitive::String || words || known
}

fn presence(value: &Value) -> String {
    let empty = value.is_null() || matches!(value, Value::List(items) if items.is_empty());
    if empty { String::new() } else { "*".to_string() }
}

fn word(path: &str, value: &Value) -> String {
    match value {
        Value::String(text) if path == MACHINE => family(text),
        Value::String(text) if path == TARGET => format!("{}*", text.get(..2).unwrap_or(text)),
        Value::String(text) => text.clone(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// A machine type without its version: `pc-q35-10.0` is of `pc-q35-*`. Where the rest would begin others as well, it stays.
fn family(machine: &str) -> String {
    match machine.rsplit_once('-') {
        Some((stem, version))
            if stem.contains('-') && version.starts_with(|c: char| c.is_ascii_digit())
                || stem == "virt" && version.starts_with(|c: char| c.is_ascii_digit()) =>
        {
            format!("{stem}-*")
        }
        _ => machine.to_string(),
    }
}

/// The features of many places, each path a column and each word a number, since they are compared many times.
pub struct Table {
    /// The columns.
    pub paths: Vec<String>,
    /// The words.
    pub words: Vec<String>,
    /// For each place, each column's word.
    pub rows: Vec<Vec<usize>>,
}

/// What has more different words than this only counts as set or not.
const FEW: usize = 16;

impl Table {
    /// The features of places, in their order.
    pub fn new(features: &[Features]) -> Table {
        let mut by_path: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (path, word) in features.iter().flatten() {
            by_path.entry(path).or_default().insert(word);
        }
        let mut known = BTreeMap::from([(String::new(), 0), ("*".to_string(), 1)]);
        let mut rows = vec![Vec::new(); features.len()];
        for (path, words) in &by_path {
            let many = words.len() > FEW && ![MACHINE, TARGET].contains(path);
            for (row, features) in rows.iter_mut().zip(features) {
                let word = match features.get(*path).map_or("", String::as_str) {
                    "" => "",
                    _ if many => "*",
                    word => word,
                };
                let next = known.len();
                row.push(match known.get(word) {
                    Some(number) => *number,
                    None => *known.entry(word.to_string()).or_insert(next),
                });
            }
        }
        let mut words = vec![String::new(); known.len()];
        for (word, number) in known {
            words[number] = word;
        }
        Table { paths: by_path.into_keys().map(str::to_string).collect(), words, rows }
    }
}
