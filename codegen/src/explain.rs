//! What a place became and who decided that: the attributes, the overrides with their reasons, the Go provider's
//! attribute, the defines of the grammar. Takes XML paths and Terraform paths. Must not know any element.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::emit::docs::values::values;
use crate::emit::surface::{class, keys, type_name};
use crate::go_provider::Counterpart;
use crate::grammar::{ElementId, Grammars};
use crate::overrides::{DOC, WORDS, closest};
use crate::tree::provenance::{Origin, Record};
use crate::tree::{Kind, Placed, Tree, resolve, without_branches};
use crate::{Error, Model, Sources};

/// How many of the places where the same stands are shown.
const SHOWN: usize = 12;

/// The explanation; where there is no such place, an error with the nearest ones.
pub fn explain(sources: &Sources, model: &Model, path: &str) -> Result<String, Error> {
    let all: Vec<(&Tree, Placed)> =
        model.trees.iter().flat_map(|tree| tree.placed().into_iter().map(move |placed| (tree, placed))).collect();
    let found: Vec<&(&Tree, Placed)> = all.iter().filter(|(tree, placed)| is_at(tree, placed, path)).collect();
    let known = model.findings.known.contains(path) || model.findings.known.contains(&without_branches(path));
    if found.is_empty() && !known {
        return Err(Error::NoSuchPlace(nearest(model, &all, path)));
    }
    let mut text = String::new();
    if found.is_empty() {
        let _ = writeln!(text, "{path} is no attribute of its own");
    }
    for (tree, placed) in found.iter().take(SHOWN) {
        text.push_str(&attribute(sources, tree, placed));
    }
    if found.len() > SHOWN {
        let _ = writeln!(text, "and {} more attributes at this place", found.len() - SHOWN);
    }
    let (mut grammars, _) = sources.extended();
    let written = if path.contains(['/', '@']) || found.is_empty() { vec![path] } else { vec![] };
    let places = found.iter().map(|(_, placed)| placed.place.xml.as_str()).filter(|xml| !xml.is_empty());
    let places: BTreeSet<&str> = if written.is_empty() { places.collect() } else { written.into_iter().collect() };
    for place in places {
        text.push_str(&defines(&mut grammars, place));
        text.push_str(&no_attribute(sources, model, place));
    }
    Ok(text)
}

fn is_at(tree: &Tree, placed: &Placed, path: &str) -> bool {
    let bare = path.replace("[]", "");
    let own = placed.place.terraform.replace("[]", "");
    let full = format!("{}.{own}", tree.resource.as_deref().unwrap_or(&tree.kind));
    placed.place.xml == without_branches(path) || full == bare || (tree.resource.is_some() && own == bare)
}

/// One attribute: a line as in the surface, what it accepts, what the Go provider has and who decided.
fn attribute(sources: &Sources, tree: &Tree, placed: &Placed) -> String {
    let (attribute, terraform) = (placed.attribute, &placed.place.terraform);
    let mut text = format!("{}.{terraform}\n", tree.resource.as_deref().unwrap_or(&tree.kind));
    let mut say = |label: &str, what: &str| {
        if !what.is_empty() {
            let _ = writeln!(text, "  {label:12}{what}");
        }
    };
    say("XML", &placed.place.xml);
    for when in attribute.xml.iter().flat_map(|xml| &xml.when) {
        let missing = if when.absent { ", or missing" } else { "" };
        say("chosen by", &format!("@{} = {}{missing}", when.attribute, when.values.join(" or ")));
    }
    say("type", &type_name(&attribute.kind));
    let flags = [
        ("sensitive", attribute.sensitive),
        ("replaces", attribute.replace),
        ("volatile", attribute.volatile),
        ("changed member by member", attribute.parts),
    ];
    let flags: String = flags.iter().filter(|(_, set)| *set).map(|(flag, _)| format!(", {flag}")).collect();
    say("class", &format!("{}{flags}", class(attribute)));
    if let Kind::Leaf(scalar) | Kind::Leaves(scalar) | Kind::Set(scalar) = &attribute.kind {
        say("accepts", &values(scalar, "", &sources.overrides.words.patterns));
        say("compared", &format!("{:?}", scalar.meaning));
    }
    say("with", &attribute.reported_with);
    say("depends on", &attribute.depends.join(", "));
    say("unit", &attribute.unit);
    say("key", &keys(&attribute.kind));
    say("since", &attribute.since);
    say("description", &attribute.doc);
    for row in defaults(sources, tree, terraform) {
        say("by itself", &row);
    }
    let theirs = tree.resource.as_ref().and_then(|resource| sources.counterparts.get(resource));
    let theirs = theirs.and_then(|theirs| below(theirs, terraform));
    say("Go provider", &theirs.map_or(String::new(), |theirs| format!("{}, {}", theirs.kind, theirs.flags)));
    let added = tree.resource.as_ref().and_then(|resource| sources.overrides.additions.get(resource)?.get(terraform));
    if let Some((file, addition)) = added {
        say("added by", &format!("overrides/{file}: {}", addition.why));
    }
    for record in tree.records.iter().filter(|record| record.terraform.as_ref() == Some(terraform)) {
        for (origin, what) in decided(record) {
            say("decided by", &format!("{}: {}", by(sources, origin, &what), what.join(", ")));
        }
        if let Some(path) = &record.added {
            say("outside", &format!("libvirt's grammar, added by {}", entries(sources, path, &EXTENSIONS)));
        }
    }
    text
}

/// What libvirt does by itself at a place and, for a list, to its elements; as the file has it.
fn defaults(sources: &Sources, tree: &Tree, terraform: &str) -> Vec<String> {
    let rows = sources.defaults.get(&tree.kind).into_iter().flatten().filter(|row| row.path == terraform);
    rows.map(|row| format!("overrides/defaults/{}.tsv: {}", tree.kind, row.text().replace('\t', "  "))).collect()
}

/// The verbs that add to libvirt's grammar.
const EXTENSIONS: [&str; 4] = ["extend", "like", "branch", "variants"];

/// Who decided, and what each of them. A description is no decision to explain: it is shown itself.
fn decided(record: &Record) -> BTreeMap<&Origin, Vec<&'static str>> {
    let mut decided: BTreeMap<&Origin, Vec<&'static str>> = BTreeMap::new();
    for decision in record.decisions.iter().filter(|decision| decision.what != DOC) {
        decided.entry(&decision.origin).or_default().push(decision.what);
    }
    decided
}

/// Who decided, in words.
fn by(sources: &Sources, origin: &Origin, what: &[&str]) -> String {
    match origin {
        Origin::Grammar => "the grammar".to_string(),
        Origin::Rule(rule) => format!("rule ({rule})"),
        Origin::GoProvider => "the Go provider".to_string(),
        Origin::Override(path) => entries(sources, path, what),
    }
}

/// The entries at a path that use one of the verbs, with their reasons; else what else overrides/ has under this name.
fn entries(sources: &Sources, path: &str, what: &[&str]) -> String {
    let overrides = &sources.overrides;
    let entries = overrides.entries.get(path).into_iter().flatten();
    let fitting = entries.filter(|(_, entry)| entry.verbs().iter().any(|verb| what.contains(verb)));
    let found: Vec<String> =
        fitting.map(|(file, entry)| format!("overrides/{file}, {path} (because {})", entry.why)).collect();
    if found.is_empty() { format!("overrides/{WORDS}, {path}") } else { found.join("; ") }
}

/// Decisions at a place of which no attribute came, or that stand for several.
fn no_attribute(sources: &Sources, model: &Model, path: &str) -> String {
    let plain = without_branches(path);
    let mut lines = BTreeSet::new();
    for record in model.trees.iter().flat_map(|tree| &tree.records) {
        if record.terraform.is_none() && without_branches(&record.place) == plain {
            for (origin, what) in decided(record) {
                let by = by(sources, origin, &what);
                lines.insert(format!("{}: {} decided by {by}\n", record.place, what.join(", ")));
            }
        }
    }
    lines.into_iter().collect()
}

fn below<'p>(theirs: &'p Counterpart, terraform: &str) -> Option<&'p Counterpart> {
    terraform.split('.').try_fold(theirs, |theirs, name| theirs.below.get(name.trim_end_matches("[]")))
}

/// Where the grammar has a place.
fn defines(grammars: &mut Grammars, path: &str) -> String {
    let elements = path.split_once('@').map_or(path, |(elements, _)| elements);
    let found: BTreeSet<ElementId> = resolve(grammars, elements).unwrap_or_default();
    let defines: BTreeSet<&str> = found.iter().map(|element| grammars.element(*element).define.as_str()).collect();
    let defines: Vec<&str> = defines.into_iter().collect();
    if defines.is_empty() { String::new() } else { format!("{elements} is in the grammar's {}\n", defines.join(", ")) }
}

fn nearest(model: &Model, all: &[(&Tree, Placed)], path: &str) -> String {
    let terraform: Vec<String> = all
        .iter()
        .filter_map(|(tree, placed)| Some(format!("{}.{}", tree.resource.as_ref()?, placed.place.terraform)))
        .collect();
    let xml =
        all.iter().map(|(_, placed)| placed.place.xml.as_str()).chain(model.findings.known.iter().map(String::as_str));
    let known: BTreeSet<&str> =
        if path.contains(['/', '@']) { xml.collect() } else { terraform.iter().map(String::as_str).collect() };
    format!("there is no '{path}'; nearest:\n  {}", closest(path, known.into_iter(), 5).join("\n  "))
}
