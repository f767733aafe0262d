//! Which objects of a page get a section of their own: each distinct one once, so that a shape that stands in many
//! places is described in one. Must not know how a section looks.

use std::collections::{BTreeMap, VecDeque};

use crate::tree::{Attribute, Object, Place};

/// The sections of a page.
#[derive(Debug)]
pub struct Sections<'a> {
    /// The resource's own object.
    pub root: Section<'a>,
    all: Vec<Section<'a>>,
    by_object: BTreeMap<&'a Object, usize>,
}

/// A distinct object and where it stands.
#[derive(Debug)]
pub struct Section<'a> {
    /// The object.
    pub object: &'a Object,
    /// Where it stands; the first place is described.
    pub places: Vec<Place>,
}

/// An object of no more attributes than this that stands in one place is described there.
const SMALL: usize = 6;

impl<'a> Sections<'a> {
    /// The sections of a resource whose root element is `element`.
    pub fn of(object: &'a Object, element: &str) -> Sections<'a> {
        let place = Place::root(element);
        let root = Section { object, places: vec![place.clone()] };
        let mut sections = Sections { root, all: vec![], by_object: BTreeMap::new() };
        sections.collect(object, place);
        sections.order();
        sections
    }

    /// Level by level, so that an object is described where it stands least deep.
    fn collect(&mut self, object: &'a Object, place: Place) {
        let mut waiting = VecDeque::from([(object, place)]);
        while let Some((object, place)) = waiting.pop_front() {
            for attribute in sorted(object) {
                let Some(inner) = attribute.kind.object() else { continue };
                let below = place.of(attribute);
                if let Some(known) = self.by_object.get(inner) {
                    self.all[*known].places.push(below);
                    continue;
                }
                self.by_object.insert(inner, self.all.len());
                self.all.push(Section { object: inner, places: vec![below.clone()] });
                waiting.push_back((inner, below));
            }
        }
    }

    /// What is inside an object follows it.
    fn order(&mut self) {
        self.all.sort_by(|a, b| names(&a.places[0]).cmp(names(&b.places[0])));
        self.by_object = self.all.iter().enumerate().map(|(position, section)| (section.object, position)).collect();
    }

    /// The section of an object of the page.
    pub fn section(&self, object: &Object) -> Option<&Section<'a>> {
        self.by_object.get(object).map(|position| &self.all[*position])
    }

    /// The sections that stand on their own, in the order of their first places.
    pub fn shown(&self) -> impl Iterator<Item = &Section<'a>> {
        self.all.iter().filter(|section| !section.is_inline())
    }
}

impl Section<'_> {
    /// Whether it is described where it stands.
    pub fn is_inline(&self) -> bool {
        let attributes = &self.object.attributes;
        self.places.len() == 1
            && attributes.len() <= SMALL
            && attributes.iter().all(|attribute| attribute.kind.object().is_none())
    }

    /// What links to it say.
    pub fn anchor(&self) -> String {
        format!("nestedatt--{}", self.places[0].terraform.replace("[]", "").replace('.', "--"))
    }
}

/// The names down to a place.
fn names(place: &Place) -> impl Iterator<Item = &str> {
    place.terraform.split('.')
}

/// The attributes of an object: those that must be set first, each half by name.
pub fn sorted(object: &Object) -> Vec<&Attribute> {
    let mut sorted: Vec<&Attribute> = object.attributes.iter().collect();
    sorted.sort_by(|a, b| (!a.required, &a.name).cmp(&(!b.required, &b.name)));
    sorted
}
