//! The pass that describes: since when libvirt has an attribute, and a sentence for the reference. Must not know any
//! element.

use std::collections::BTreeMap;

use crate::overrides::DOC;
use crate::scalar::Meaning;

use super::draft::{Body, Draft};
use super::lookup::{Lookup, without_branches};
use super::{Kind, Object};

/// Describes the attributes of a root; `history` has the version that first had a path.
pub fn describe(rows: &mut [Draft], lookup: &Lookup, history: &BTreeMap<String, String>) {
    for row in rows {
        if !row.by_rule && !matches!(row.body, Body::Nothing | Body::Spliced(..)) {
            row.attribute.since = history.get(&without_branches(&row.place.path)).cloned().unwrap_or_default();
            if let Some((path, sentence)) = lookup.doc(row.described_at.as_ref().unwrap_or(&row.place)) {
                row.attribute.doc = sentence.to_string();
                row.decisions.by_override(DOC, path);
            }
        }
        if let Some(rows) = row.rows_mut() {
            describe(rows, lookup, history);
        }
    }
}

/// Describes the units that nothing else describes by the sizes that they are of, in the object and in those inside.
pub fn describe_units(object: &mut Object) {
    let units: BTreeMap<String, String> = object
        .attributes
        .iter()
        .filter_map(|attribute| match &attribute.kind {
            Kind::Leaf(scalar) => match &scalar.meaning {
                Meaning::Sized(unit, default) => Some((unit.clone(), sentence(&attribute.name, default))),
                _ => None,
            },
            _ => None,
        })
        .collect();
    for attribute in &mut object.attributes {
        match units.get(&attribute.name) {
            Some(sentence) if attribute.doc.is_empty() => attribute.doc.clone_from(sentence),
            _ => {}
        }
        if let Kind::Object(inner) | Kind::List(inner, _) = &mut attribute.kind {
            describe_units(inner);
        }
    }
}

fn sentence(size: &str, default: &str) -> String {
    format!("The unit of `{size}`; `{default}` where not set.")
}
