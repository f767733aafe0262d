//! Which values a place may have by itself: constants, and what another place has. Knows observations of one place; must not
//! know how conditions are found.

use std::collections::{BTreeMap, BTreeSet};

use provider_core::json::encode;
use provider_core::shape::{Attribute, Kind, Shape};
use provider_core::value::Value;
use serde_json::{Value as Json, json};

use super::condition::{Case, conditions};
use super::{Entry, Input, seen_in};
use crate::learn::choices::choice;
use crate::learn::features::{Features, Table, of_element};
use crate::learn::place::{FREE, attribute, get, innermost};
use crate::learn::row::Row;

/// The rows of one place.
pub(super) fn rows(input: &Input, documents: &Table, path: &str, entries: &[Entry]) -> Vec<Row> {
    let Some(attribute) = entries.first().and_then(|entry| attribute(input.root.shape, entry.path)) else {
        return vec![];
    };
    let place = Place { input, documents, path, attribute, entries, beside: beside(input, path, entries) };
    let mut rows = Vec::new();
    let mut covered = vec![false; entries.len()];
    for values in place.candidates() {
        for (value, positions) in values {
            let open: Vec<usize> = positions.into_iter().filter(|at| !covered[*at]).collect();
            let found = place.row(&value, &open, &mut covered);
            rows.extend(found);
        }
    }
    rows
}

/// Values and the observations that have them.
type Values = Vec<(Json, Vec<usize>)>;

struct Place<'i, 'a> {
    input: &'i Input<'a>,
    documents: &'i Table,
    path: &'i str,
    attribute: &'static Attribute,
    entries: &'i [Entry<'a>],
    beside: Table,
}

impl Place<'_, '_> {
    /// The candidates, those first that need the fewest rows: what another place has, where that explains several values, then
    /// constants.
    fn candidates(&self) -> Vec<Values> {
        match self.attribute.kind {
            Kind::Object(shape) | Kind::List(shape, _) => {
                let constants = self.grouped(|entry| self.free(shape, &entry.value));
                vec![self.copies(shape), constants]
            }
            _ => {
                let constants = self.grouped(|entry| Some(encode(&entry.value)));
                vec![self.references(), constants]
            }
        }
    }

    fn grouped(&self, value: impl Fn(&Entry) -> Option<Json>) -> Values {
        let mut groups: BTreeMap<String, (Json, Vec<usize>)> = BTreeMap::new();
        for (at, entry) in self.entries.iter().enumerate() {
            if let Some(value) = value(entry) {
                groups.entry(value.to_string()).or_insert((value, vec![])).1.push(at);
            }
        }
        groups.into_values().collect()
    }

    /// An object with its address left free; none where something else in it is a choice.
    fn free(&self, shape: &Shape, value: &Value) -> Option<Json> {
        let addressed = shape.attribute(FREE).is_some();
        let mut value = value.clone();
        if addressed {
            value.set(FREE, Value::Null);
        }
        if holds_choice(shape, &value, self.path) {
            return None;
        }
        let mut value = encode(&value);
        if let (Json::Object(members), true) = (&mut value, addressed) {
            members.insert(FREE.to_string(), json!("=*"));
        }
        Some(value)
    }

    /// Places beside it, or at the root, that have the same value wherever it came by itself, in at least three values.
    fn references(&self) -> Values {
        let itself: Vec<&Entry> = self.entries.iter().filter(|entry| entry.itself).collect();
        let values: BTreeSet<String> = itself.iter().map(|entry| encode(&entry.value).to_string()).collect();
        if values.len() < 3 {
            return vec![];
        }
        let Some(first) = itself.first() else { return vec![] };
        let mut paths: Vec<String> = leaves(first.whole, "");
        if self.path.contains("[]") {
            paths.extend(leaves(innermost(first.whole, first.path), "."));
        }
        let own = |path: &String| *path == self.path || self.path.ends_with(&format!("]{path}"));
        let same = |path: &String| {
            let agree = itself.iter().filter(|entry| *look_up(entry, path) == entry.value).count();
            agree * 10 >= itself.len() * 9
        };
        paths.retain(|path| !own(path) && same(path));
        let reference = paths.into_iter().min_by_key(|path| path.len());
        let Some(path) = reference else { return vec![] };
        self.grouped(|entry| (*look_up(entry, &path) == entry.value).then(|| json!(format!("={path}"))))
    }

    /// Objects and elements that hold what another place has, each such place in turn: a single value of the root's, or an
    /// object in the first element of a list beside theirs. What explains only one value is a constant.
    fn copies(&self, shape: &Shape) -> Values {
        let itself = || self.entries.iter().filter(|entry| entry.itself);
        let mut originals: BTreeSet<String> = itself().flat_map(|entry| leaves(entry.whole, "")).collect();
        originals.retain(|path| choice(path).is_none());
        if let Some((above, own)) = self.path.strip_suffix("[]").and_then(|path| path.rsplit_once('.')) {
            let objects = itself().filter_map(|entry| entry.whole.at(above).as_object());
            let lists: BTreeSet<&str> =
                objects.flat_map(|object| object.keys().copied()).filter(|name| *name != own).collect();
            for attribute in shape.attributes.iter().filter(|attribute| matches!(attribute.kind, Kind::Object(_))) {
                originals.extend(lists.iter().map(|list| format!("{above}.{list}[0].{}", attribute.name)));
            }
        }
        let mut values = Values::new();
        for path in originals {
            let copied = self.grouped(|entry| {
                let original = original(entry.whole, &path);
                let own = get(entry.whole, &entry.path.0).as_object()?;
                let name =
                    own.iter().find(|(name, value)| is_distinct(value) && **name != FREE && *value == original)?.0;
                let mut value = self.free(shape, &entry.value)?;
                value.as_object_mut()?.insert((*name).to_string(), json!(format!("={path}")));
                Some(value)
            });
            let several = |positions: &[usize]| {
                let itself = positions.iter().filter(|at| self.entries[**at].itself);
                itself.map(|at| original(self.entries[*at].whole, &path)).any(|value| {
                    positions
                        .iter()
                        .any(|at| self.entries[*at].itself && original(self.entries[*at].whole, &path) != value)
                })
            };
            values.extend(copied.into_iter().filter(|(_, positions)| several(positions)));
        }
        values
    }

    /// The rows for a value that these observations have.
    fn row(&self, value: &Json, positions: &[usize], covered: &mut [bool]) -> Vec<Row> {
        let text = value.to_string();
        let is_blamed =
            |entry: &Entry| self.input.blame.contains(&(self.path.to_string(), text.clone(), entry.name.to_string()));
        let cases: Vec<Case> = positions
            .iter()
            .map(|at| {
                let entry = &self.entries[*at];
                let driver = self.input.seen[entry.host].driver.as_str();
                let itself = entry.itself && !is_blamed(entry);
                let features = [self.documents.rows[entry.document].as_slice(), &self.beside.rows[*at]];
                Case { host: entry.host, driver, name: entry.name, itself, features }
            })
            .collect();
        let found = conditions(self.input, [self.documents, &self.beside], &cases);
        let rows = found.into_iter().map(|(when, holds)| {
            let entries: Vec<&Entry> = holds.iter().map(|at| &self.entries[positions[*at]]).collect();
            for at in &holds {
                covered[positions[*at]] = true;
            }
            let seen = seen_in(self.input, &entries);
            Row { path: self.path.to_string(), value: value.clone(), when, seen }
        });
        rows.collect()
    }
}

/// What stands beside the place in its element, for conditions; without the place itself.
fn beside(input: &Input, path: &str, entries: &[Entry]) -> Table {
    let own = path.rsplit_once("[]").map(|(_, own)| own.to_string());
    let beside = |entry: &Entry| match own.as_deref() {
        None | Some("") => Features::new(),
        Some(own) => {
            let element = innermost(entry.whole, entry.path);
            let mut features =
                element_shape(input.root.shape, entry).map_or_else(Features::new, |shape| of_element(shape, element));
            features.retain(|path, _| {
                path != own && !path.starts_with(&format!("{own}.")) && !own.starts_with(&format!("{path}."))
            });
            features
        }
    };
    Table::new(&entries.iter().map(beside).collect::<Vec<_>>())
}

fn element_shape(shape: &'static Shape, entry: &Entry) -> Option<&'static Shape> {
    use provider_core::diagnostics::{AttributePath, PathStep};
    let end = entry.path.0.iter().rposition(|step| matches!(step, PathStep::Element(_)))?;
    attribute(shape, &AttributePath(entry.path.0[..=end].to_vec()))?.kind.shape()
}

/// Whether something in an object, its own address aside, is a choice.
fn holds_choice(shape: &Shape, value: &Value, path: &str) -> bool {
    value.as_object().into_iter().flatten().any(|(name, value)| {
        let Some(attribute) = shape.attribute(name) else { return false };
        let list = if matches!(attribute.kind, Kind::List(..)) { "[]" } else { "" };
        let path = format!("{path}.{name}{list}");
        let inner = |value: &Value| attribute.kind.shape().is_some_and(|shape| holds_choice(shape, value, &path));
        attribute.sensitive || choice(&path).is_some() || inner(value) || value.items().iter().any(inner)
    })
}

/// Whether a value is unlikely to be another's by chance.
fn is_distinct(value: &Value) -> bool {
    match value {
        Value::String(_) => true,
        Value::Object(object) => !object.is_empty(),
        _ => false,
    }
}

/// The value at a path from the root that may go through the first element of a list.
fn original<'v>(whole: &'v Value, path: &str) -> &'v Value {
    match path.split_once("[0].") {
        Some((list, rest)) => whole.at(list).items().first().unwrap_or(&Value::Null).at(rest),
        None => whole.at(path),
    }
}

/// The value at a condition's path.
fn look_up<'v>(entry: &Entry<'v>, path: &str) -> &'v Value {
    match path.strip_prefix('.') {
        Some(path) => innermost(entry.whole, entry.path).at(path),
        None => entry.whole.at(path),
    }
}

/// The paths of the single values of an object, in no list.
fn leaves(value: &Value, above: &str) -> Vec<String> {
    let dot = if above.is_empty() || above == "." { "" } else { "." };
    let object = value.as_object().into_iter().flatten();
    object
        .flat_map(|(name, value)| match value {
            Value::Object(_) => leaves(value, &format!("{above}{dot}{name}")),
            Value::List(_) => vec![],
            _ => vec![format!("{above}{dot}{name}")],
        })
        .collect()
}
