//! The experiments: each place of each document taken out, and what libvirt makes of the rest. Knows hosts and places; must
//! not know what is concluded.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::Path;

use provider_core::convert::{Root, from_newer_xml, to_xml};
use provider_core::diagnostics::{AttributePath, PathStep};
use provider_core::json::{Unknown, decode, encode};
use provider_core::select::settable;
use provider_core::value::Value;
use serde_json::{Value as Json, json};

use super::choices::is_kept;
use super::host::{Host, Refusal};
use super::place::{attribute, general, get, places, unplaced, with, without};
use crate::corpus::entries;

/// A document as a libvirt defines it, and what it did without each place.
pub struct Document {
    /// The name of its file.
    pub name: String,
    /// Its definition.
    pub value: Value,
    /// The places tried, and whether each came back.
    pub tried: Vec<(AttributePath, bool)>,
}

/// What was seen at one libvirt.
pub struct Seen {
    /// How rows name it.
    pub label: String,
    /// Its driver's name.
    pub driver: String,
    /// Its versions.
    pub versions: String,
    /// The documents that it takes.
    pub documents: Vec<Document>,
}

/// The documents of a folder that can be read, in the order of their names.
pub fn corpus(root: &Root, folder: &Path) -> Vec<(String, Value)> {
    let files = entries(folder).into_iter().filter(|file| file.extension().is_some_and(|end| end == "xml"));
    let read = files.filter_map(|file| {
        let text = fs::read_to_string(&file).ok()?;
        let (value, _) = from_newer_xml(root, &text).ok()?;
        Some((file.file_stem()?.to_string_lossy().into_owned(), value))
    });
    read.collect()
}

/// Tries all documents.
pub fn observe(host: &Host, corpus: &[(String, Value)]) -> Seen {
    let mut known = HashMap::new();
    let mut documents = Vec::new();
    for (at, (name, value)) in corpus.iter().enumerate() {
        if let Some(value) = definition(host, value) {
            let tried = experiments(host, &value, &mut known);
            documents.push(Document { name: name.clone(), value, tried });
        }
        if let Err(error) = host.remove() {
            eprintln!("{}: {name} stays behind: {error}", host.label);
        }
        if at % 100 == 99 {
            eprintln!("{}: {} of {} documents, {} taken", host.label, at + 1, corpus.len(), documents.len());
        }
    }
    let (label, driver, versions) = (host.label.clone(), host.driver.clone(), host.versions.clone());
    Seen { label, driver, versions, documents }
}

/// What a libvirt makes of a document, where it takes it and stands by its own words.
pub fn definition(host: &Host, value: &Value) -> Option<Value> {
    // What was defined once may be libvirt's only in part.
    let value = host.define(&host.ours(value)).and_then(|value| host.define(&value)).ok()?;
    host.define(&value).is_ok_and(|again| again == value).then_some(value)
}

/// Whether a document is another one without a place: what chooses a branch is written with anything in it.
fn is_in_document(root: &Root, value: &Value, path: &[PathStep]) -> bool {
    let text = |value: &Value| to_xml(root, value).ok();
    text(&without(value, path)) != text(value)
}

/// How often the same place with the same value was tried with the same outcome, all that there were.
type Known = HashMap<(String, String), (bool, usize)>;

/// What was the same this often is tried in every fifth document only.
const ENOUGH: usize = 40;

fn experiments(host: &Host, value: &Value, known: &mut Known) -> Vec<(AttributePath, bool)> {
    let mut tried = Vec::new();
    for place in places(host.root.shape, value).into_iter().filter(|place| !place.required) {
        let path = &place.path.0;
        if matches!(path.last(), Some(PathStep::Element(_))) || !is_in_document(host.root, value, path) {
            continue;
        }
        let key = (general(&place.path), encode(&unplaced(get(value, path))).to_string());
        let count = known.get(&key).map_or(0, |(_, count)| *count);
        if count > ENOUGH && !count.is_multiple_of(5) {
            known.entry(key).and_modify(|(_, count)| *count += 1);
            continue;
        }
        let Some(itself) = comes_back(host, value, path, &without(value, path)) else { continue };
        known
            .entry(key)
            .and_modify(|(was, count)| *count = if *was == itself { *count + 1 } else { 0 })
            .or_insert((itself, 1));
        tried.push((place.path, itself));
    }
    tried.extend(of_elements(host, value));
    tried
}

/// Whether a place comes back when only the rest is defined; nothing where the daemon does not say.
fn comes_back(host: &Host, value: &Value, path: &[PathStep], rest: &Value) -> Option<bool> {
    match host.define(rest) {
        Ok(after) => Some(
            after == *value
                || without(&after, path) == without(value, path)
                    && unplaced(get(&after, path)) == unplaced(get(value, path)),
        ),
        Err(Refusal::Document(_)) => Some(false),
        Err(Refusal::Daemon) => None,
    }
}

/// Elements of lists, taken from the end, where libvirt adds them: each with those behind it, as long as these come back.
fn of_elements(host: &Host, value: &Value) -> Vec<(AttributePath, bool)> {
    let mut tried = Vec::new();
    let mut stay: BTreeSet<Vec<PathStep>> = BTreeSet::new();
    let elements = places(host.root.shape, value).into_iter().rev();
    for AttributePath(path) in elements.map(|place| place.path) {
        let Some((PathStep::Element(index), list)) = path.split_last() else { continue };
        if is_kept(&general(&AttributePath(path.clone()))) || stay.contains(list) {
            continue;
        }
        let rest = with(value, list, &mut |items| match items.items().get(..*index) {
            None | Some([]) => Value::Null,
            Some(before) => Value::List(before.to_vec()),
        });
        let Some(itself) = comes_back(host, value, list, &rest) else { continue };
        if !itself {
            stay.insert(list.to_vec());
        }
        tried.push((AttributePath(path), itself));
    }
    tried
}

impl Seen {
    /// Reads what [`Seen::save`] wrote. `None` where there is none of these versions.
    pub fn load(file: &Path, host: &Host) -> Option<Seen> {
        let json: Json = serde_json::from_str(&fs::read_to_string(file).ok()?).ok()?;
        let text = |name: &str| json.get(name)?.as_str().map(str::to_string);
        if text("versions")? != host.versions {
            return None;
        }
        let documents = json.get("documents")?.as_array()?.iter().map(|json| Document::load(host.root, json));
        let documents = documents.collect::<Option<_>>()?;
        Some(Seen { label: host.label.clone(), driver: text("driver")?, versions: text("versions")?, documents })
    }

    /// Keeps it, so that rows can be inferred again without trying all again.
    pub fn save(&self, file: &Path) -> std::io::Result<()> {
        let documents: Vec<Json> = self.documents.iter().map(Document::save).collect();
        let json = json!({ "driver": self.driver, "versions": self.versions, "documents": documents });
        fs::write(file, json.to_string())
    }
}

impl Document {
    fn save(&self) -> Json {
        let tried: Vec<Json> = self.tried.iter().map(|(path, itself)| json!([path.to_string(), itself])).collect();
        json!({ "name": self.name, "value": encode(&self.value), "tried": tried })
    }

    fn load(root: &'static Root, json: &Json) -> Option<Document> {
        let name = json.get("name")?.as_str()?.to_string();
        let value = settable(root.shape, &decode(root.shape, json.get("value")?, Unknown::Ignored).ok()?);
        let itself: HashMap<&str, bool> = json
            .get("tried")?
            .as_array()?
            .iter()
            .filter_map(|pair| Some((pair.get(0)?.as_str()?, pair.get(1)?.as_bool()?)))
            .collect();
        let tried = places(root.shape, &value).into_iter().filter_map(|place| {
            let itself = *itself.get(place.path.to_string().as_str())?;
            attribute(root.shape, &place.path)?;
            Some((place.path, itself))
        });
        let tried = tried.collect::<Vec<_>>();
        Some(Document { name, value, tried })
    }
}
