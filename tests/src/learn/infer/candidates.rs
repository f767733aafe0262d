//! Which values a place may have by itself: constants, and what another place has. Knows observations of one place; must not
//! know how conditions are found.

use std::collections::{BTreeMap, BTreeSet};

use provider_core::json::encode;
use provider_core::shape::{Attribute, Form, Kind, Meaning, Primitive, Shape};
use provider_core::value::{Object, Value};
use serde_json::{Value as Json, json};

use super::condition::{Case, conditions, conditions_by};
use super::{Entry, Input, seen_in};
use crate::learn::choices::{choice, is_by_architecture, is_kept, is_position};
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
            rows.extend(place.row(&value, &positions, &mut covered));
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
        for (at, entry) in self.entries.iter().enumerate().filter(|(_, entry)| !entry.value.is_null()) {
            if let Some(value) = value(entry) {
                groups.entry(value.to_string()).or_insert((value, vec![])).1.push(at);
            }
        }
        groups.into_values().collect()
    }

    /// An object with its address left free; none where something else in it is a choice.
    fn free(&self, shape: &Shape, value: &Value) -> Option<Json> {
        let addressed = shape.attribute(FREE).is_some_and(has_own_element);
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
        let Some((above, own)) = self.path.strip_suffix("[]").and_then(|path| path.rsplit_once('.')) else {
            return vec![];
        };
        let holders = || itself().filter_map(|entry| holder(entry).as_object());
        let distinct = |object: &'_ Object| -> Vec<String> {
            object.iter().filter(|(_, value)| is_distinct(value)).map(|(name, _)| format!("..{name}")).collect()
        };
        let mut originals: BTreeSet<String> = holders().flat_map(distinct).collect();
        let lists: BTreeSet<&str> =
            holders().flat_map(|object| object.keys().copied()).filter(|name| *name != own).collect();
        for attribute in shape.attributes.iter().filter(|attribute| matches!(attribute.kind, Kind::Object(_))) {
            originals.extend(lists.iter().map(|list| format!("{above}.{list}[0].{}", attribute.name)));
        }
        let mut values = Values::new();
        for path in originals {
            let copied = self.grouped(|entry| {
                let original = original(entry, &path);
                let own = get(entry.whole, &entry.path.0).as_object()?;
                let mut value = self.free(shape, &entry.value)?;
                let reference = json!(format!("={path}"));
                match member_like(own, original)? {
                    (name, None) => {
                        value.as_object_mut()?.insert(name.to_string(), reference);
                    }
                    (name, Some(inner)) => *value.get_mut(name)?.get_mut(inner)? = reference,
                }
                Some(value)
            });
            let several = |positions: &[usize]| {
                let itself = positions.iter().map(|at| &self.entries[*at]).filter(|entry| entry.itself);
                let originals: Vec<&Value> = itself.map(|entry| original(entry, &path)).collect();
                originals.iter().any(|original| *original != originals[0])
            };
            values.extend(copied.into_iter().filter(|(_, positions)| several(positions)));
        }
        values
    }

    /// The rows for a value that these observations have.
    fn row(&self, value: &Json, all: &[usize], covered: &mut [bool]) -> Vec<Row> {
        let positions: Vec<usize> = all.iter().copied().filter(|at| !covered[*at]).collect();
        let counts =
            is_position(self.path) && (value.as_i64().is_none_or(|number| number > 0) || !self.path.ends_with("port"));
        if counts || is_kept(self.path) {
            return vec![];
        }
        let mut cases: Vec<Case> = positions.iter().map(|at| self.case(value, *at)).collect();
        if !self.path.ends_with(']') && !is_position(self.path) {
            // Where another value came by itself, this one would not have.
            let own: BTreeSet<usize> = all.iter().copied().collect();
            let others = (0..self.entries.len()).filter(|at| {
                let entry = &self.entries[*at];
                entry.itself && !entry.value.is_null() && !own.contains(at) && differ(value, &encode(&entry.value))
            });
            cases.extend(others.map(|at| Case { itself: false, ..self.case(value, at) }));
        }
        let tables = [self.documents, &self.beside];
        let found = if is_by_architecture(self.path) {
            conditions_by(ARCHITECTURE, self.input, tables, &cases)
        } else if self.is_chance(value, &cases) {
            vec![]
        } else {
            conditions(self.input, tables, &cases)
        };
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

    fn case(&self, value: &Json, at: usize) -> Case<'_> {
        let entry = &self.entries[at];
        let driver = self.input.seen[entry.host].driver.as_str();
        let blame = (self.path.to_string(), value.to_string(), entry.name.to_string());
        let itself = entry.itself && !self.input.blame.contains(&blame);
        let features = [self.documents.rows[entry.document].as_slice(), &self.beside.rows[at]];
        Case { host: entry.host, driver, name: entry.name, itself, features }
    }

    /// Whether free text or a number in a value is nothing to go by: text that only few documents have, or one of many values
    /// that come by themselves here, so that each follows from something else, such as the position in a list. The first
    /// number is 0 whatever follows.
    fn is_chance(&self, value: &Json, cases: &[Case]) -> bool {
        const MANY: usize = 4;
        let open = open_part(self.attribute.kind, value);
        let names: BTreeSet<&str> = cases.iter().filter(|case| case.itself).map(|case| case.name).collect();
        if open.iter().any(Json::is_string) && names.len() < OPEN {
            return true;
        }
        let mut all: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        for entry in self.entries.iter().filter(|entry| entry.itself && !entry.value.is_null()) {
            let open = open_part(self.attribute.kind, &encode(&entry.value));
            all.entry(json!(open).to_string()).or_default().insert(entry.name);
        }
        all.retain(|open, names| open != "[]" && names.len() >= 3);
        all.len() >= MANY && !open.iter().all(|part| *part == "0")
    }
}

/// Whether two values cannot both be the default: objects can where nothing in both differs.
fn differ(value: &Json, other: &Json) -> bool {
    match (value, other) {
        (Json::Object(members), Json::Object(others)) => {
            members.iter().any(|(name, value)| others.get(name).is_some_and(|other| differ(value, other)))
        }
        (Json::String(text), _) if text.starts_with("=*") => false,
        _ => value != other,
    }
}

/// In how many documents free text must have come by itself.
const OPEN: usize = 10;

/// The place that some defaults are a matter of.
const ARCHITECTURE: &str = "os.type_arch";

/// What of a value is no word that the grammar lists, and refers to nothing: text and numbers.
fn open_part(kind: Kind, value: &Json) -> Vec<Json> {
    match (kind, value) {
        (_, Json::String(text)) if text.starts_with('=') => vec![],
        (Kind::Leaf(scalar) | Kind::Leaves(scalar) | Kind::Set(scalar), value) => {
            let words = !scalar.forms.is_empty() && scalar.forms.iter().all(|form| matches!(form, Form::Words(_)));
            let closed = words || scalar.primitive == Primitive::Bool || matches!(scalar.meaning, Meaning::Switch(..));
            if closed { vec![] } else { vec![value.clone()] }
        }
        (Kind::Object(shape) | Kind::List(shape, _), Json::Object(members)) => members
            .iter()
            .filter_map(|(name, value)| Some(open_part(shape.attribute(name)?.kind, value)))
            .flatten()
            .collect(),
        (kind, Json::Array(items)) => items.iter().flat_map(|item| open_part(kind, item)).collect(),
        _ => vec![],
    }
}

/// What stands beside the place in its element, for conditions; without the place itself.
fn beside(input: &Input, path: &str, entries: &[Entry]) -> Table {
    let own = path.rsplit_once("[]").map(|(_, own)| own.to_string());
    let beside = |entry: &Entry| match own.as_deref() {
        None => Features::new(),
        // Whether it is the only element.
        Some("") => {
            let list = path.trim_end_matches("[]");
            let second = entry.whole.at(list).items().get(1).map_or(String::new(), |_| "*".to_string());
            Features::from([(format!("{list}[1]"), second)]).into_iter().filter(|_| !list.contains("[]")).collect()
        }
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

/// Whether an address is an element of its own, as those of devices are, and not what chooses a branch.
fn has_own_element(attribute: &Attribute) -> bool {
    let last = attribute.xml.as_ref().and_then(|xml| xml.steps.last());
    last.is_some_and(|step| step.name.local == FREE)
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

/// The object that has the list that an entry is an element of.
fn holder<'v>(entry: &Entry<'v>) -> &'v Value {
    get(entry.whole, entry.path.0.get(..entry.path.0.len().saturating_sub(2)).unwrap_or_default())
}

/// The value at a path: from the root through the first element of a list, or in the object that has an entry's list.
fn original<'v>(entry: &Entry<'v>, path: &str) -> &'v Value {
    match (path.split_once("[0]."), path.strip_prefix("..")) {
        (Some((list, rest)), _) => entry.whole.at(list).items().first().unwrap_or(&Value::Null).at(rest),
        (None, Some(name)) => holder(entry).get(name),
        (None, None) => entry.whole.at(path),
    }
}

/// Where in an element the same value stands: an attribute of its own, or one in an object of its own.
fn member_like(element: &Object, original: &Value) -> Option<(&'static str, Option<&'static str>)> {
    let same = |value: &Value| is_distinct(value) && value == original;
    let own = element.iter().find(|(name, value)| **name != FREE && same(value)).map(|(name, _)| (*name, None));
    own.or_else(|| {
        element.iter().find_map(|(name, value)| {
            let inner = value.as_object()?.iter().find(|(_, value)| same(value))?;
            Some((*name, Some(*inner.0)))
        })
    })
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
