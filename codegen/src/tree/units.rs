//! Descriptions that follow from what a size means: of the attribute that holds its unit. Must not know any element.

use std::collections::BTreeMap;

use crate::scalar::Meaning;

use super::{Kind, Object};

/// Describes the units that nothing else describes, in the object and in those inside.
pub fn describe(object: &mut Object) {
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
            describe(inner);
        }
    }
}

fn sentence(size: &str, default: &str) -> String {
    format!("The unit of `{size}`; `{default}` where not set.")
}
