//! From observations to rows: at each place, for each value, the smallest condition under which all observations agree. Knows
//! observations and features; must not ask a libvirt.

mod candidates;
mod condition;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use provider_core::convert::Root;
use provider_core::defaults::{Facts, lean};
use provider_core::diagnostics::AttributePath;
use provider_core::value::Value;

use super::features::{Features, Table, of_document};
use super::observe::Seen;
use super::place::general;
use super::row::{Row, root_with};

pub use condition::Settings;

/// A value at a place in one document, which turned out not to come by itself once all is taken out together: place, value and
/// the document's name.
pub type Blame = HashSet<(String, String, String)>;

/// All that is inferred from.
pub struct Input<'a> {
    /// The kind of documents.
    pub root: &'static Root,
    /// The observations of all libvirts.
    pub seen: &'a [Seen],
    /// Which documents count, by name.
    pub counts: &'a dyn Fn(&str) -> bool,
    /// What was refuted by whole documents.
    pub blame: &'a Blame,
    /// How much must speak for a row.
    pub settings: Settings,
}

/// One observation of a place.
pub(crate) struct Entry<'a> {
    pub(crate) host: usize,
    pub(crate) name: &'a str,
    pub(crate) path: &'a AttributePath,
    pub(crate) whole: &'a Value,
    /// Which of all documents it is.
    pub(crate) document: usize,
    /// What is at the place once the defaults in it are taken out.
    pub(crate) value: Value,
    pub(crate) itself: bool,
}

/// The rows that the observations give.
pub fn infer(input: &Input) -> Vec<Row> {
    let of = |seen: &Seen| -> Vec<Features> {
        let documents = seen.documents.iter();
        documents.map(|document| of_document(input.root.shape, &document.value, &seen.driver)).collect()
    };
    let features = Table::new(&input.seen.iter().flat_map(of).collect::<Vec<_>>());
    let mut rows: Vec<Row> = Vec::new();
    for depth in (1..=deepest(input)).rev() {
        let by_place = level(input, &rows, depth);
        let found: Vec<Row> =
            by_place.iter().flat_map(|(path, entries)| candidates::rows(input, &features, path, entries)).collect();
        rows.extend(found.into_iter().filter(Row::is_credible));
    }
    rows
}

fn deepest(input: &Input) -> usize {
    let tried = input.seen.iter().flat_map(|seen| &seen.documents).flat_map(|document| &document.tried);
    tried.map(|(path, _)| path.0.len()).max().unwrap_or(0)
}

/// The observations of all places at a depth.
fn level<'a>(input: &Input<'a>, rows: &[Row], depth: usize) -> BTreeMap<String, Vec<Entry<'a>>> {
    let root = root_with(input.root, rows);
    let mut by_place: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    let mut position = 0;
    for (host, seen) in input.seen.iter().enumerate() {
        let facts = Facts { driver: Some(&seen.driver) };
        for document in &seen.documents {
            let number = position;
            position += 1;
            if !(input.counts)(&document.name) || !document.tried.iter().any(|(path, _)| path.0.len() == depth) {
                continue;
            }
            // Deeper rows leave the places at this depth where they are.
            let rest = lean(&root, &document.value, &facts);
            for (path, itself) in document.tried.iter().filter(|(path, _)| path.0.len() == depth) {
                let (whole, name) = (&document.value, document.name.as_str());
                let value = super::place::get(&rest, &path.0).clone();
                let entry = Entry { host, name, path, whole, document: number, value, itself: *itself };
                by_place.entry(general(path)).or_default().push(entry);
            }
        }
    }
    by_place
}

/// The labels of the libvirts in which entries were seen, with the number of documents.
pub(crate) fn seen_in(input: &Input, entries: &[&Entry]) -> BTreeMap<String, usize> {
    let mut names: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for entry in entries {
        names.entry(input.seen[entry.host].label.clone()).or_default().insert(entry.name);
    }
    names.into_iter().map(|(label, names)| (label, names.len())).collect()
}
