//! Attributes that the grammar does not have and the provider adds: the `[add]` tables of the override files. Knows
//! Terraform paths; must not know any resource.

use std::collections::BTreeMap;

use crate::overrides::{Addition, AdditionKind};
use crate::scalar::{Meaning, Primitive, Scalar};

use super::{Attribute, Kind, Leaf, ListRule, Object, Xml};

/// Adds them to a resource's object. Returns what could not be added and why.
pub fn add(object: &mut Object, additions: &BTreeMap<String, (String, Addition)>) -> Vec<String> {
    // A shorter path is an object that a longer one goes into; the map's order has it first.
    additions
        .iter()
        .filter_map(|(path, (file, addition))| {
            add_one(object, path, addition).err().map(|why| format!("{file}: {path}: {why}"))
        })
        .collect()
}

fn add_one(object: &mut Object, path: &str, addition: &Addition) -> Result<(), String> {
    if addition.why.trim().is_empty() {
        return Err("it has no reason: `why` is empty".to_string());
    }
    let (above, name) = path.rsplit_once('.').unwrap_or(("", path));
    let mut place = object;
    for part in above.split('.').filter(|part| !part.is_empty()) {
        let part = part.trim_end_matches("[]");
        let found = place.attributes.iter_mut().find(|attribute| attribute.name == part);
        place = match found.map(|attribute| &mut attribute.kind) {
            Some(Kind::Object(inner) | Kind::List(inner, _)) => inner,
            _ => return Err(format!("there is no object '{part}'")),
        };
    }
    let attribute = attribute(name, addition)?;
    match place.attributes.iter_mut().find(|known| known.name == name) {
        // Only where the grammar has the attribute too may the addition take its place.
        Some(known) if addition.xml.is_some() && known.xml.is_some() => *known = attribute,
        Some(_) => return Err("there is an attribute of this name".to_string()),
        None => place.attributes.push(attribute),
    }
    Ok(())
}

fn attribute(name: &str, addition: &Addition) -> Result<Attribute, String> {
    let scalar = |primitive| Scalar { primitive, forms: vec![], meaning: Meaning::Exact };
    let object = Object::default;
    let kind = match addition.kind {
        AdditionKind::Bool => Kind::Leaf(scalar(Primitive::Bool)),
        AdditionKind::Number => Kind::Leaf(scalar(Primitive::Number)),
        AdditionKind::String => Kind::Leaf(scalar(Primitive::String)),
        AdditionKind::Strings => Kind::Leaves(scalar(Primitive::String)),
        AdditionKind::Set => Kind::Set(scalar(Primitive::String)),
        AdditionKind::Object => Kind::Object(object()),
        AdditionKind::List => Kind::List(object(), ListRule::default()),
    };
    let xml = match &addition.xml {
        None => None,
        Some(place) => {
            let local = place.strip_prefix('@').ok_or("`xml` must be '@' and the name of an XML attribute")?;
            let leaf = Leaf::Attribute(String::new(), local.to_string());
            Some(Xml { steps: vec![], leaf, when: vec![], anchored: false })
        }
    };
    Ok(Attribute {
        name: name.to_string(),
        kind,
        class: addition.class,
        required: addition.required,
        sensitive: addition.sensitive,
        replace: addition.replace,
        filled: false,
        fleeting: false,
        told_with: String::new(),
        xml,
        since: String::new(),
        beyond: false,
        doc: addition.doc.clone(),
    })
}
