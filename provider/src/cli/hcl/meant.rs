//! What a key that no attribute has was probably meant to be. Knows shapes; must not know any attribute.

use std::fmt;

use provider_core::nearest::{is_slip, nearest};
use provider_core::shape::{Attribute, Kind, Leaf, Shape, Xml};

/// More attributes than this that a key might mean are no help.
const NAMED: usize = 3;

/// How many objects a search goes down.
const DEEP: usize = 3;

/// What a key stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meant {
    /// The attributes of which one was probably meant.
    pub attributes: Vec<String>,
    /// The attributes of which whichever is set says the same: the key is what distinguishes them in the XML.
    pub implied_by: Vec<String>,
}

impl fmt::Display for Meant {
    /// What follows "unknown attribute".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (attributes, branches) = (&self.attributes, &self.implied_by);
        match branches.len() {
            0 if attributes.is_empty() => Ok(()),
            0 => write!(f, "; did you mean {}?", attributes.join(" or ")),
            1..=NAMED => write!(f, "; remove it: setting {} implies it", branches.join(" or ")),
            _ => write!(
                f,
                "; remove it: setting {}, ... implies it",
                branches.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ")
            ),
        }
    }
}

/// What `name` was meant to be in the last of these objects, each given with its path, each within the one before.
pub fn meant(objects: &[(&'static Shape, String)], name: &str) -> Meant {
    let Some((shape, path)) = objects.last() else { return Meant::default() };
    let implied_by = match implied(shape, name, path) {
        found if found.is_empty() => implied_around(objects, name),
        found => found,
    };
    if !implied_by.is_empty() {
        return Meant { attributes: Vec::new(), implied_by };
    }
    let one = |found: Option<String>| Vec::from_iter(found);
    let searches: [&dyn Fn() -> Vec<String>; 7] = [
        &|| one(called_in_xml(shape, name).map(|name| below(path, name))),
        &|| one(put_together(shape, path, name)),
        &|| one(nearest(name, shape.attributes.iter().map(|attribute| attribute.name)).map(|name| below(path, name))),
        &|| named_below(shape, path, &|other| other == name),
        &|| one(enclosing(objects, name)),
        &|| objects.first().map(|(root, path)| named_below(root, path, &|other| other == name)).unwrap_or_default(),
        &|| named_below(shape, path, &|other| is_slip(name, other)),
    ];
    let found = searches.iter().map(|search| search()).find(|found| (1..=NAMED).contains(&found.len()));
    Meant { attributes: found.unwrap_or_default(), implied_by: Vec::new() }
}

/// The branches that an XML attribute of this name distinguishes, at the object's own element.
fn implied(shape: &Shape, name: &str, path: &str) -> Vec<String> {
    let mut found = Vec::new();
    for attribute in shape.attributes {
        let Some(xml) = &attribute.xml else { continue };
        let path = below(path, attribute.name);
        if xml.when.iter().any(|when| when.steps.is_empty() && when.attribute == name) {
            found.push(path);
        } else if let (Kind::Object(inner), false) = (attribute.kind, xml.anchored) {
            found.extend(implied(inner, name, &path));
        }
    }
    found
}

/// The object of a branch in which the key stands, where the key is what distinguishes that branch in the element around it.
fn implied_around(objects: &[(&'static Shape, String)], name: &str) -> Vec<String> {
    let [.., (around, outer), (_, path)] = objects else { return Vec::new() };
    implied(around, name, outer).into_iter().filter(|branch| branch == path).collect()
}

/// The attribute that the words of a key put together: `target_port` is `port` of the object `target`.
fn put_together(shape: &Shape, path: &str, name: &str) -> Option<String> {
    name.match_indices('_').find_map(|(at, _)| {
        let (object, rest) = (shape.attribute(&name[..at])?, &name[at + 1..]);
        let inner = object.kind.shape()?;
        let attribute = inner.attribute(rest).map(|found| found.name).or_else(|| called_in_xml(inner, rest))?;
        let list = if matches!(object.kind, Kind::List(..)) { "[0]" } else { "" };
        Some(below(&format!("{}{list}", below(path, object.name)), attribute))
    })
}

/// The attribute whose element or XML attribute has this name, however it is written.
fn called_in_xml(shape: &Shape, name: &str) -> Option<&'static str> {
    let letters = |text: &str| -> String {
        text.chars().filter(|letter| letter.is_ascii_alphanumeric()).map(|letter| letter.to_ascii_lowercase()).collect()
    };
    let wanted = letters(name);
    let is_called = |attribute: &&Attribute| {
        attribute.xml.as_ref().and_then(last_name).is_some_and(|called| letters(called) == wanted)
    };
    shape.attributes.iter().find(is_called).map(|attribute| attribute.name)
}

/// The last name on the way to a place.
fn last_name(xml: &Xml) -> Option<&'static str> {
    match xml.leaf {
        Leaf::Attribute(name) => Some(name.local),
        _ => xml.steps.last().map(|step| step.name.local),
    }
}

/// The attribute of an enclosing object, the innermost one first.
fn enclosing(objects: &[(&'static Shape, String)], name: &str) -> Option<String> {
    let has = |(shape, path): &(&'static Shape, String)| shape.attribute(name).map(|_| below(path, name));
    objects.iter().rev().skip(1).find_map(has)
}

/// The attributes inside the object's objects that are called so: those nearest to it.
fn named_below(shape: &Shape, path: &str, is_called: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut level: Vec<(&Shape, String)> = vec![(shape, path.to_string())];
    for _ in 0..DEEP {
        level = level.iter().flat_map(|(shape, path)| objects_of(shape, path)).collect();
        let named = level.iter().flat_map(|(shape, path)| {
            let called = shape.attributes.iter().filter(|attribute| is_called(attribute.name));
            called.map(move |attribute| below(path, attribute.name))
        });
        let found: Vec<String> = named.collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

fn objects_of<'s>(shape: &'s Shape, path: &str) -> Vec<(&'s Shape, String)> {
    let inner = |attribute: &'s Attribute| match attribute.kind {
        Kind::Object(inner) => Some((inner, below(path, attribute.name))),
        Kind::List(inner, _) => Some((inner, format!("{}[0]", below(path, attribute.name)))),
        _ => None,
    };
    shape.attributes.iter().filter_map(inner).collect()
}

/// The path of an attribute of the object at `path`.
pub(super) fn below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_string() } else { format!("{path}.{name}") }
}
