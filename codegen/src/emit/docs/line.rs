//! An attribute in a line of the reference. Knows how the lines of an object follow each other; must not know which
//! objects have sections of their own.

use std::fmt::Write;

use super::sections::{Section, Sections, sorted};
use super::{Facts, PLACES, values::values};
use crate::defaults::{Row, sentence};
use crate::overrides::Class;
use crate::scalar::Primitive;
use crate::tree::{Attribute, Kind, ListRule, Place, When};

/// The lines of an object's attributes, those of small objects inside indented below them.
pub fn lines(sections: &Sections, facts: Facts, rows: &[Row], section: &Section) -> String {
    let mut text = String::new();
    object(&mut text, sections, facts, section, &Above { indent: String::new(), since: "", rows });
    text
}

/// What a line stands below.
struct Above<'a> {
    indent: String,
    /// Since when what it is inside exists, which need not be said again.
    since: &'a str,
    /// What libvirt does by itself in the document.
    rows: &'a [Row],
}

fn object(text: &mut String, sections: &Sections, facts: Facts, section: &Section, above: &Above) {
    for attribute in sorted(section.object) {
        let inner = attribute.kind.object().and_then(|object| sections.section(object));
        text.push_str(&line(attribute, section, inner, facts, above));
        if let Some(inner) = inner.filter(|inner| inner.is_inline()) {
            let below = Above { indent: format!("{}  ", above.indent), since: &attribute.since, rows: above.rows };
            object(text, sections, facts, inner, &below);
        }
    }
}

fn line(attribute: &Attribute, section: &Section, inner: Option<&Section>, facts: Facts, above: &Above) -> String {
    let (indent, place) = (&above.indent, section.places[0].of(attribute));
    let mut text = format!("{indent}- `{}` ({}{})", attribute.name, kind(&attribute.kind, inner), marks(attribute));
    let mut say = |sentence: &str| {
        if !sentence.is_empty() {
            let _ = write!(text, " {sentence}");
        }
    };
    say(&attribute.doc);
    match &attribute.kind {
        Kind::Leaf(scalar) | Kind::Leaves(scalar) | Kind::Set(scalar) => {
            say(&values(scalar, &attribute.doc, facts.patterns))
        }
        Kind::List(_, rule) => say(&list(rule)),
        Kind::Object(_) => {}
    }
    say(&defaults(attribute, section, above.rows));
    if attribute.outside_grammar {
        say("Not in libvirt's grammar.");
    }
    // Versions between the two may have it as well: only some have been compared.
    let newer = facts.history.before(&attribute.since).filter(|_| attribute.since != above.since);
    if let Some(before) = newer {
        say(&format!("Newer than libvirt {before}."));
    }
    if !place.xml.is_empty() {
        let when = attribute.xml.as_ref().map_or(&[][..], |xml| &xml.when);
        say(&format!("`{}`{}", place.xml, conditions(when)));
    }
    text.push('\n');
    text
}

/// Terraform's type, a link where the object is described elsewhere.
fn kind(kind: &Kind, inner: Option<&Section>) -> String {
    let primitive = |primitive| match primitive {
        Primitive::Bool => "Bool",
        Primitive::Number => "Number",
        Primitive::String => "String",
    };
    let linked = |text: &str| match inner.filter(|inner| !inner.is_inline()) {
        Some(section) => format!("[{text}](#{})", section.anchor()),
        None => text.to_string(),
    };
    match kind {
        Kind::Leaf(scalar) => primitive(scalar.primitive).to_string(),
        Kind::Leaves(scalar) => format!("List of {}", primitive(scalar.primitive)),
        Kind::Set(scalar) => format!("Set of {}", primitive(scalar.primitive)),
        Kind::Object(_) => linked("Object"),
        Kind::List(..) => linked("List of objects"),
    }
}

fn marks(attribute: &Attribute) -> String {
    let class = match attribute.class {
        Class::Configured if attribute.required => ", required",
        Class::Configured | Class::Choice => "",
        Class::Identity | Class::Placement => ", kept when removed",
        Class::ServerDefault => ", server default",
        Class::Runtime => ", read-only",
        Class::WriteOnly => ", write-only",
    };
    let sensitive = if attribute.sensitive { ", sensitive" } else { "" };
    let replace = if attribute.replace { ", replaces" } else { "" };
    let volatile = if attribute.volatile { ", volatile" } else { "" };
    format!("{class}{sensitive}{replace}{volatile}")
}

/// What libvirt does by itself at an attribute. Where the object stands in several places, it may differ.
fn defaults(attribute: &Attribute, section: &Section, rows: &[Row]) -> String {
    let element = matches!(attribute.kind, Kind::List(..));
    let at = |place: &Place| {
        let path = place.of(attribute).terraform;
        sentence(&rows.iter().filter(|row| row.path == path).collect::<Vec<_>>(), element)
    };
    let first = at(&section.places[0]);
    if section.places.iter().all(|place| at(place) == first) {
        return first;
    }
    let said = |place: &Place| Some((place.terraform.clone(), at(place))).filter(|(_, said)| !said.is_empty());
    let said = section.places.iter().filter_map(said).take(PLACES);
    said.map(|(place, said)| format!("In `{place}`: {said}")).collect::<Vec<_>>().join(" ")
}

/// What identifies the elements of a list, and whose they are.
fn list(rule: &ListRule) -> String {
    let mut sentences = Vec::new();
    let path = |path: &String| format!("`{path}`");
    let key = |key: &Vec<String>| key.iter().map(path).collect::<Vec<_>>().join(" and ");
    if !rule.keys.is_empty() {
        sentences.push(format!("Identified by {}.", rule.keys.iter().map(key).collect::<Vec<_>>().join(", else ")));
    }
    if rule.skip > 0 {
        sentences.push("Those after the first one, which has an attribute of its own.".to_string());
    }
    sentences.join(" ")
}

/// What choosing a branch writes.
fn conditions(when: &[When]) -> String {
    let written = when.iter().filter_map(|when| {
        let steps: String = when.steps.iter().map(|step| format!("{}/", step.name.local)).collect();
        let steps = steps.strip_suffix('/').map_or(String::new(), |steps| format!("{steps}@"));
        Some(format!("`{steps}{}=\"{}\"`", when.attribute, when.values.first()?))
    });
    let written: Vec<String> = written.collect();
    if written.is_empty() { String::new() } else { format!(" with {}", written.join(", ")) }
}
