//! A row before it is written. Knows how conditions are written; must not know how they are found.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use provider_core::convert::Root;
use provider_core::defaults::{Condition, DRIVER, Default, order};
use serde_json::Value as Json;

/// In how many documents of one libvirt a row with a condition must have been seen.
const DOCUMENTS: usize = 10;

/// In how many where the condition is only that something far off is there or not.
const MANY_DOCUMENTS: usize = 100;

/// What kind of machine, network or volume it is.
pub const MACHINE: &[&str] = &["os.type_arch", "os.type_machine", "type", "os.type", "forward.mode", "target.format"];

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

    /// Whether the conditions can be the reason, and not a coincidence of the documents that were at hand: each is about the
    /// machine or about what stands beside the place, none picks single numbers, and enough documents speak for it.
    pub fn is_credible(&self) -> bool {
        let most = self.seen.values().copied().max().unwrap_or_default();
        let conditions: Vec<_> = self.when.iter().filter(|(path, _)| path != DRIVER).collect();
        conditions.is_empty() || most >= DOCUMENTS && conditions.iter().all(|when| self.is_reason(when, most))
    }

    fn is_reason(&self, (path, words): &(String, Vec<String>), most: usize) -> bool {
        let first = |path: &str| path.split('.').next().unwrap_or_default().to_string();
        let is_presence = words.iter().all(|word| word.is_empty() || word == "*");
        let numbers = words.iter().filter(|word| word.parse::<i64>().is_ok()).count();
        if is_presence && !path.starts_with('.') {
            return self.path.ends_with("[]") || most >= MANY_DOCUMENTS;
        }
        MACHINE.contains(&path.as_str()) || (path.starts_with('.') || first(path) == first(&self.path)) && numbers <= 1
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coincidence_is_no_reason() {
        // place, condition, its words, documents, whether it can be the reason
        let rows: &[(&str, &str, &[&str], usize, bool)] = &[
            ("cpu.check", "os.type_arch", &["x86_64"], 10, true),
            ("cpu.check", "os.type_arch", &["x86_64"], 9, false),
            ("cpu.check", "cpu.mode", &["host-model"], 20, true),
            ("memory.x", "cpu.mode", &["host-model"], 200, false),
            ("disks[].device", ".kind", &["cdrom"], 20, true),
            ("disks[].port", ".number", &["5900", "5903"], 20, false),
            ("disks[].port", ".number", &["-1"], 20, true),
            ("inputs[]", "graphics", &["*"], 20, true),
            ("cpu.model", "graphics", &["*"], 20, false),
            ("cpu.model", "graphics", &["*"], 100, true),
            ("cpu.model", DRIVER, &["QEMU"], 1, true),
        ];
        for (path, condition, words, documents, expected) in rows {
            let words = words.iter().map(|word| word.to_string()).collect();
            let row = Row {
                path: path.to_string(),
                value: Json::Null,
                when: vec![(condition.to_string(), words)],
                seen: BTreeMap::from([("here".to_string(), *documents)]),
            };
            assert_eq!(row.is_credible(), *expected, "{path} {condition} {documents}");
        }
    }
}
