//! Where attributes are, in Terraform and in the XML. Knows how paths are written; must not know what is done at them.

use super::{Attribute, Leaf, Object, Tree, Xml};

/// A place in both worlds.
#[derive(Clone, Debug)]
pub struct Place {
    /// Terraform's path, `[]` behind lists; empty for the resource itself.
    pub terraform: String,
    /// The XML path of the attribute; empty for what the provider alone knows.
    pub xml: String,
    /// The XML path at which the places of the object's attributes start.
    pub start: String,
}

impl Place {
    /// Where a document starts whose first element has this name.
    pub fn root(element: &str) -> Place {
        Place { terraform: String::new(), xml: element.to_string(), start: element.to_string() }
    }

    /// The place of an attribute of the object that stands here.
    pub fn of(&self, attribute: &Attribute) -> Place {
        let dot = if self.terraform.is_empty() { "" } else { "." };
        let terraform = format!("{}{dot}{}", self.terraform, attribute.in_path());
        let xml = attribute.xml.as_ref().map_or_else(String::new, |xml| path(&self.start, xml));
        let anchored = attribute.xml.as_ref().is_some_and(|xml| xml.anchored);
        let start = if anchored { xml.clone() } else { self.start.clone() };
        Place { terraform, xml, start }
    }
}

/// An attribute and where it is.
#[derive(Clone, Debug)]
pub struct Placed<'a> {
    /// Where.
    pub place: Place,
    /// The attribute.
    pub attribute: &'a Attribute,
}

impl Tree {
    /// All attributes, those of an object behind it.
    pub fn placed(&self) -> Vec<Placed<'_>> {
        let mut all = Vec::new();
        collect(&self.object, &Place::root(&self.element.local), &mut all);
        all
    }
}

fn collect<'a>(object: &'a Object, above: &Place, all: &mut Vec<Placed<'a>>) {
    for attribute in &object.attributes {
        let place = above.of(attribute);
        all.push(Placed { place: place.clone(), attribute });
        if let Some(inner) = attribute.kind.object() {
            collect(inner, &place, all);
        }
    }
}

/// The XML path of an attribute's place below an anchor's path.
fn path(anchor: &str, xml: &Xml) -> String {
    let mut path = anchor.to_string();
    for step in &xml.steps {
        path.push('/');
        path.push_str(&step.name.prefixed());
    }
    if let Leaf::Attribute(name) = &xml.leaf {
        path.push('@');
        path.push_str(&name.prefixed());
    }
    path
}
