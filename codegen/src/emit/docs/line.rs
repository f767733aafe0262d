//! An attribute in a line of the reference. Knows how the lines of an object follow each other; must not know which
//! objects get sections of their own.

use std::fmt::Write;

use super::sections::{Section, Sections, sorted};
use super::{Facts, PLACES, values::values};
use crate::defaults::{Row, sentence};
use crate::overrides::Class;
use crate::scalar::Primitive;
use crate::tree::{Attribute, Kind, ListRule, Object, Place, When};

/// The lines of a section in groups, each below its heading: what must be set, what may be, what can only be read.
pub fn groups(
    sections: &Sections,
    facts: Facts,
    rows: &[Row],
    section: &Section,
    heading: fn(&str) -> String,
) -> String {
    let above = Above { indent: String::new(), since: "", start: &section.places[0].start, rows };
    let (outside, listed) = divided(section.object, sections);
    let mut text = String::new();
    for (name, group) in [("Required", Group::Required), ("Optional", Group::Optional), ("Read-Only", Group::ReadOnly)]
    {
        let mut lines = String::new();
        for attribute in listed.iter().filter(|attribute| group_of(attribute) == group) {
            one(&mut lines, sections, facts, (attribute, &section.places), &above);
        }
        if group == Group::Optional {
            lines.push_str(&names(&outside, sections, &above.indent));
        }
        if !lines.is_empty() {
            let _ = write!(text, "{}\n\n{lines}\n", heading(name));
        }
    }
    text.truncate(text.trim_end().len());
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

#[derive(PartialEq, Eq)]
enum Group {
    Required,
    Optional,
    ReadOnly,
}

fn group_of(attribute: &Attribute) -> Group {
    match attribute.class {
        Class::Runtime => Group::ReadOnly,
        _ if attribute.required => Group::Required,
        _ => Group::Optional,
    }
}

/// What a line stands below.
struct Above<'a> {
    indent: String,
    /// Since when what it is inside exists, which need not be repeated.
    since: &'a str,
    /// The XML path that the section's paths start from.
    start: &'a str,
    /// What libvirt does by itself in the document.
    rows: &'a [Row],
}

/// From so many on, attributes that the grammar does not have share one line.
const MANY: usize = 4;

/// The attributes of an object that are only named, since libvirt's grammar does not have them, and the others.
fn divided<'a>(object: &'a Object, sections: &Sections) -> (Vec<&'a Attribute>, Vec<&'a Attribute>) {
    let is_many = object.attributes.iter().filter(|attribute| attribute.outside_grammar).count() >= MANY;
    let is_undescribed =
        |attribute: &Attribute| attribute.kind.object().is_some_and(|inner| sections.section(inner).is_none());
    sorted(object)
        .into_iter()
        .partition(|attribute| attribute.outside_grammar && (is_many || is_undescribed(attribute)))
}

/// One line that names attributes with all that is in them; nothing for none.
fn names(attributes: &[&Attribute], sections: &Sections, indent: &str) -> String {
    let mut paths = Vec::new();
    attributes.iter().for_each(|attribute| collect(attribute, "", sections, &mut paths));
    if paths.is_empty() { String::new() } else { format!("{indent}- {OUTSIDE}{}\n", paths.join(", ")) }
}

/// How the line begins that names what the grammar does not have.
const OUTSIDE: &str = "Not in libvirt's grammar, here for compatibility: ";

fn collect(attribute: &Attribute, above: &str, sections: &Sections, paths: &mut Vec<String>) {
    let path = format!("{above}{}", attribute.in_path());
    match attribute.kind.object() {
        Some(inner) => match sections.section(inner).filter(|section| !section.is_inline()) {
            Some(section) => paths.push(format!("[`{path}`](#{})", section.anchor())),
            None if inner.attributes.is_empty() => paths.push(format!("`{path}`")),
            None => {
                let below = format!("{path}.");
                sorted(inner).into_iter().for_each(|attribute| collect(attribute, &below, sections, paths));
            }
        },
        None => paths.push(format!("`{path}`")),
    }
}

/// An attribute's line, and those of a small object below it. It stands in all of the places; the first is described.
fn one(
    text: &mut String,
    sections: &Sections,
    facts: Facts,
    (attribute, places): (&Attribute, &[Place]),
    above: &Above,
) {
    let inner = attribute.kind.object().and_then(|object| sections.section(object));
    text.push_str(&line(attribute, places, inner, facts, above));
    if let Some(inner) = inner.filter(|inner| inner.is_inline()) {
        let indent = format!("{}  ", above.indent);
        let below = Above { indent, since: &attribute.since, start: above.start, rows: above.rows };
        let places: Vec<Place> = places.iter().map(|place| place.of(attribute)).collect();
        let (outside, listed) = divided(inner.object, sections);
        for attribute in listed {
            one(text, sections, facts, (attribute, &places), &below);
        }
        text.push_str(&names(&outside, sections, &below.indent));
    }
}

fn line(attribute: &Attribute, places: &[Place], inner: Option<&Section>, facts: Facts, above: &Above) -> String {
    let (indent, place) = (&above.indent, places[0].of(attribute));
    let marks = marks(attribute, indent.is_empty());
    let mut text = format!("{indent}- `{}` ({}{marks})", attribute.name, kind(&attribute.kind, inner));
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
    say(&defaults(attribute, places, above.rows));
    if attribute.outside_grammar {
        say("Not in libvirt's grammar.");
    }
    // Versions between the two may have it as well: only some have been compared.
    let before = facts.history.before(&attribute.since).filter(|_| attribute.since != above.since);
    if let Some(before) = before {
        say(&format!("Since libvirt {} (not in {before}).", attribute.since));
    }
    if !place.xml.is_empty() {
        let when = attribute.xml.as_ref().map_or(&[][..], |xml| &xml.when);
        say(&format!("`{}`{}", below(&place.xml, above.start), conditions(when)));
    }
    text.push('\n');
    text
}

/// A path from where the section starts; the whole of it where that is the place itself.
fn below<'p>(path: &'p str, start: &str) -> &'p str {
    let rest = path.strip_prefix(start).unwrap_or(path);
    match rest.strip_prefix('/') {
        Some(rest) => rest,
        None if rest.starts_with('@') => rest,
        None => path,
    }
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

/// What must be known of it besides the type; what the heading says already is left out where it has one.
fn marks(attribute: &Attribute, has_heading: bool) -> String {
    let class = match attribute.class {
        Class::Configured if attribute.required && !has_heading => ", required",
        Class::Runtime if !has_heading => ", read-only",
        Class::Configured | Class::Choice | Class::Runtime => "",
        Class::Identity | Class::Placement => ", kept when removed",
        Class::ServerDefault => ", computed",
        Class::WriteOnly => ", write-only",
    };
    let sensitive = if attribute.sensitive { ", sensitive" } else { "" };
    let replace = if attribute.replace { ", forces replacement" } else { "" };
    let volatile = if attribute.volatile { ", volatile" } else { "" };
    format!("{class}{sensitive}{replace}{volatile}")
}

/// What libvirt does by itself at an attribute. Where the object stands in several places, it may differ.
fn defaults(attribute: &Attribute, places: &[Place], rows: &[Row]) -> String {
    let element = matches!(attribute.kind, Kind::List(..));
    let at = |place: &Place| {
        let path = place.of(attribute).terraform;
        sentence(&rows.iter().filter(|row| row.path == path).collect::<Vec<_>>(), element)
    };
    let first = at(&places[0]);
    if places.iter().all(|place| at(place) == first) {
        return first;
    }
    let stated = |place: &Place| Some((place.terraform.clone(), at(place))).filter(|(_, text)| !text.is_empty());
    let texts = places.iter().filter_map(stated).take(PLACES);
    texts.map(|(place, text)| format!("In `{place}`: {text}")).collect::<Vec<_>>().join(" ")
}

/// By what elements of a list are matched, and which ones it has.
fn list(rule: &ListRule) -> String {
    let mut sentences = Vec::new();
    let path = |path: &String| format!("`{path}`");
    let key = |key: &Vec<String>| key.iter().map(path).collect::<Vec<_>>().join(" and ");
    if !rule.keys.is_empty() {
        sentences
            .push(format!("Matched by {}.", rule.keys.iter().map(key).collect::<Vec<_>>().join(", otherwise by ")));
    }
    if rule.skip > 0 {
        sentences.push("Holds those after the first, which has an attribute of its own.".to_string());
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
