//! A row before it is written. Knows how conditions are told; must not know how they are found.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use provider_core::convert::Root;
use provider_core::defaults::{Condition, Default, order};
use serde_json::Value as Json;

/// What libvirt does by itself at a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The place.
    pub path: String,
    /// The value.
    pub value: Json,
    /// The conditions: a path and the words for which it holds.
    pub when: Vec<(String, Vec<String>)>,
    /// In how many documents it was seen, by the label of the libvirt.
    pub seen: BTreeMap<String, usize>,
}

impl Row {
    /// In how many documents in all.
    pub fn support(&self) -> usize {
        self.seen.values().sum()
    }

    /// What tells it from others.
    pub fn key(&self) -> (String, String, String) {
        (self.path.clone(), self.value.to_string(), format!("{:?}", self.when))
    }
}

/// A root with these rows in place of its own. They are never freed: a run of the command makes a few thousand.
pub fn root_with(root: &'static Root, rows: &[Row]) -> Root {
    let condition = |(path, words): &(String, Vec<String>)| Condition {
        path: forever(path),
        any_of: Box::leak(words.iter().map(|word| forever(word)).collect()),
    };
    let mut defaults: Vec<Default> = rows
        .iter()
        .map(|row| {
            let when: Box<[Condition]> = row.when.iter().map(condition).collect();
            Default::new(forever(&row.path), forever(&row.value.to_string()), Box::leak(when))
        })
        .collect();
    defaults.sort_by(|a, b| order(a.path, b.path));
    let Root { kind, resource, shape, document, .. } = *root;
    Root { kind, resource, shape, document, defaults: Box::leak(defaults.into_boxed_slice()) }
}

/// A text that is never freed, kept once.
fn forever(text: &str) -> &'static str {
    static KNOWN: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = known.get(text) {
        return known;
    }
    let kept: &'static str = Box::leak(text.to_string().into_boxed_str());
    known.insert(kept);
    kept
}

/// The rows that a root has.
pub fn of_root(root: &Root) -> Vec<Row> {
    let condition = |condition: &Condition| {
        (condition.path.to_string(), condition.any_of.iter().map(ToString::to_string).collect())
    };
    let row = |row: &Default| Row {
        path: row.path.to_string(),
        value: serde_json::from_str(row.value).unwrap_or_default(),
        when: row.when.iter().map(condition).collect(),
        seen: BTreeMap::new(),
    };
    root.defaults.iter().map(row).collect()
}
