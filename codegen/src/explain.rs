//! What a place became and why: the attributes, the overrides that speak of it, the defines it comes from, the peer.
//! Takes XML paths and Terraform paths. Must not know any element.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::emit::docs::values::values;
use crate::emit::surface::{class, keys, type_name};
use crate::grammar::{ElementId, Grammars};
use crate::overrides::closest;
use crate::peer::Peer;
use crate::tree::{Kind, Lookup, Placed, Spot, Tree, resolve, without_branches};
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
    let mut grammars = sources.extended();
    let lookup = Lookup::new(&mut grammars, &sources.overrides);
    let written = if path.contains(['/', '@']) || found.is_empty() { vec![path] } else { vec![] };
    let places = found.iter().map(|(_, placed)| placed.place.xml.as_str()).filter(|xml| !xml.is_empty());
    let places: BTreeSet<&str> = if written.is_empty() { places.collect() } else { written.into_iter().collect() };
    for place in places {
        text.push_str(&grammar(sources, &mut grammars, &lookup, place));
    }
    Ok(text)
}

fn is_at(tree: &Tree, placed: &Placed, path: &str) -> bool {
    let bare = path.replace("[]", "");
    let own = placed.place.terraform.replace("[]", "");
    let full = format!("{}.{own}", tree.resource.as_deref().unwrap_or(&tree.kind));
    placed.place.xml == without_branches(path) || full == bare || (tree.resource.is_some() && own == bare)
}

/// One attribute: a line as in the surface, what it accepts, what is said of it, and what the peer has.
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
    let peer = tree.resource.as_ref().and_then(|resource| sources.peers.get(resource));
    let peer = peer.and_then(|peer| below(peer, terraform));
    say("peer", &peer.map_or(String::new(), |peer| format!("{}, {}", peer.kind, peer.flags)));
    let added = tree.resource.as_ref().and_then(|resource| sources.overrides.additions.get(resource)?.get(terraform));
    if let Some((file, addition)) = added {
        say("added by", &format!("overrides/{file}: {}", addition.why));
    }
    text
}

/// What libvirt does by itself at a place and, for a list, to its elements; as the file has it.
fn defaults(sources: &Sources, tree: &Tree, terraform: &str) -> Vec<String> {
    let rows = sources.defaults.get(&tree.kind).into_iter().flatten().filter(|row| row.path == terraform);
    rows.map(|row| format!("overrides/defaults/{}.tsv: {}", tree.kind, row.text().replace('\t', "  "))).collect()
}

fn below<'p>(peer: &'p Peer, terraform: &str) -> Option<&'p Peer> {
    terraform.split('.').try_fold(peer, |peer, name| peer.below.get(name.trim_end_matches("[]")))
}

/// What the grammar and the overrides say of a place.
fn grammar(sources: &Sources, grammars: &mut Grammars, lookup: &Lookup, path: &str) -> String {
    let (elements, attribute) = path.split_once('@').unwrap_or((path, ""));
    let found: BTreeSet<ElementId> = resolve(grammars, elements).unwrap_or_default();
    let spot = Spot { path: path.to_string(), elements: &found, attribute: attribute.to_string() };
    let mut text = String::new();
    let defines: BTreeSet<&str> = found.iter().map(|element| grammars.element(*element).define.as_str()).collect();
    if !defines.is_empty() {
        let defines: Vec<&str> = defines.into_iter().collect();
        let _ = writeln!(text, "{elements} is in the grammar's {}", defines.join(", "));
    }
    let applying = lookup.applying(&spot);
    for (entry_path, file, entry) in sources.overrides.all().filter(|(path, _, _)| applying.contains(*path)) {
        let verbs = entry.verbs().join(", ");
        let _ = writeln!(text, "overrides/{file}, {entry_path}: {verbs}, because {}", entry.why);
    }
    text
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
