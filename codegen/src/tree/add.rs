//! Attributes that the grammar does not have and the provider adds: the `[add]` tables of the override files. Knows
//! Terraform paths; must not know any resource.

use std::collections::BTreeMap;

use crate::overrides::{Addition, AdditionKind};
use crate::rng::QName;
use crate::scalar::{Form, Primitive, Scalar};

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
    let mut text = Scalar::any(Primitive::String);
    if !addition.words.is_empty() {
        text.forms.push(Form::Words(addition.words.clone()));
    }
    let kind = match addition.kind {
        AdditionKind::String => Kind::Leaf(text),
        AdditionKind::Strings => Kind::Leaves(text),
        AdditionKind::Set => Kind::Set(text),
        _ if !addition.words.is_empty() => return Err("`words` are for strings".to_string()),
        AdditionKind::Bool => Kind::Leaf(Scalar::any(Primitive::Bool)),
        AdditionKind::Number => Kind::Leaf(Scalar::any(Primitive::Number)),
        AdditionKind::Object => Kind::Object(Object::default()),
        AdditionKind::List => Kind::List(Object::default(), ListRule::default()),
    };
    let xml = match &addition.xml {
        None => None,
        Some(place) => {
            let local = place.strip_prefix('@').ok_or("`xml` must be '@' and the name of an XML attribute")?;
            Some(Xml::at(vec![], Leaf::Attribute(QName::plain(local))))
        }
    };
    Ok(Attribute {
        class: addition.class,
        required: addition.required,
        sensitive: addition.sensitive,
        replace: addition.replace,
        doc: addition.doc.clone(),
        ..Attribute::new(name, kind, xml)
    })
}
