//! Places in the XML as people write them: `device/target@dev`. Knows the shape's vocabulary only.

use crate::shape::{Leaf, Step, When, Xml};

/// The element a shape is anchored at: the places of its attributes start there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Anchor(String);

impl Anchor {
    /// The element that `steps` lead to.
    pub fn element(&self, steps: &[Step]) -> Anchor {
        let mut place = self.0.clone();
        for step in steps {
            if !place.is_empty() {
                place.push('/');
            }
            place.push_str(step.name.local);
            if let Some((attribute, value)) = step.only {
                place.push_str(&format!("[{attribute}={value}]"));
            }
        }
        Anchor(place)
    }

    /// The anchor for the members of an object or list that lives at `xml`; what only groups has that of its parent.
    pub fn inside(&self, xml: Option<&Xml>) -> Anchor {
        match xml {
            Some(xml) if xml.anchored => self.element(xml.steps),
            _ => self.clone(),
        }
    }

    /// An attribute's place: the XML attribute after `@`, otherwise the element.
    pub fn of(&self, xml: &Xml) -> String {
        let element = self.element(xml.steps).0;
        match xml.leaf {
            Leaf::Attribute(name) => format!("{element}@{}", name.local),
            Leaf::Missing(local) => format!("{element}@{local}"),
            Leaf::Text | Leaf::Element | Leaf::Raw | Leaf::Verbatim | Leaf::Group => element,
        }
    }

    /// The place of the XML attribute that a condition is about.
    pub fn of_condition(&self, when: &When) -> String {
        format!("{}@{}", self.element(when.steps).0, when.attribute)
    }
}
