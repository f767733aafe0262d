//! Which objects of a page get a section of their own, and what it is called: each distinct one once, so that a shape
//! that stands in many places is described in one. Must not know how a section looks.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

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
    /// What it is called: the path from the resource, or from the shared object that it is or is in.
    pub name: String,
    /// Whether it is a shared object, or in one.
    pub is_shared: bool,
    /// The section it is first found in, and the attribute there; nothing for the root.
    within: Option<(usize, String)>,
}

/// An object of no more attributes than this that stands in one place is described there.
const SMALL: usize = 6;
/// An object of no more attributes than this is described wherever it stands: a link would be longer.
const TINY: usize = 2;

impl<'a> Sections<'a> {
    /// The sections of a resource whose root element is `element`.
    pub fn of(object: &'a Object, element: &str) -> Sections<'a> {
        let section = |place: &Place, object, within| {
            let (places, name) = (vec![place.clone()], String::new());
            Section { object, places, name, is_shared: false, within }
        };
        let place = Place::root(element);
        let root = section(&place, object, None);
        let mut sections = Sections { root, all: vec![], by_object: BTreeMap::new() };
        // Level by level, so that an object is described where it stands least deep. What libvirt's grammar does not have
        // gets no section: its names are enough, unless it is described for another place.
        let mut waiting = VecDeque::from([(object, place, None)]);
        while let Some((object, place, within)) = waiting.pop_front() {
            for attribute in sorted(object).into_iter().filter(|attribute| !attribute.outside_grammar) {
                let Some(inner) = attribute.kind.object() else { continue };
                let below = place.of(attribute);
                if let Some(known) = sections.by_object.get(inner) {
                    sections.all[*known].places.push(below);
                    continue;
                }
                let position = sections.all.len();
                sections.by_object.insert(inner, position);
                sections.all.push(section(&below, inner, Some((within.unwrap_or(usize::MAX), attribute.in_path()))));
                waiting.push_back((inner, below, Some(position)));
            }
        }
        sections.name_all();
        sections.order();
        sections
    }

    /// Names the sections, those of shared objects by as much of their first path as sets them apart.
    fn name_all(&mut self) {
        let is_shared = |section: &Section| section.places.len() > 1 && !section.is_inline();
        let shared: Vec<&Section> = self.all.iter().filter(|section| is_shared(section)).collect();
        let tail = |section: &Section, count: usize| {
            let names: Vec<&str> = names(&section.places[0]).collect();
            names[names.len().saturating_sub(count)..].join(".").replace("[]", "")
        };
        let mut named: BTreeMap<*const Object, String> = BTreeMap::new();
        let mut left: Vec<&Section> = shared;
        // The one that stands in most places takes the shortest name.
        left.sort_by_key(|section| std::cmp::Reverse(section.places.len()));
        let mut taken = BTreeSet::new();
        for count in 1.. {
            if left.is_empty() {
                break;
            }
            left.retain(|section| {
                let name = tail(section, count);
                // A path cannot get longer than it is.
                let is_whole = count >= names(&section.places[0]).count();
                let is_free = taken.insert(name.clone()) || is_whole;
                if is_free {
                    named.insert(section.object, name);
                }
                !is_free
            });
        }
        for position in 0..self.all.len() {
            let object: *const Object = self.all[position].object;
            let (name, is_shared) = match (named.remove(&object), self.all[position].within.clone()) {
                (Some(name), _) => (name, true),
                (None, Some((within, attribute))) => {
                    let above = self.all.get(within).map(|above| (above.name.clone(), above.is_shared));
                    let (above, is_shared) = above.unwrap_or_default();
                    let dot = if above.is_empty() { "" } else { "." };
                    (format!("{above}{dot}{attribute}"), is_shared)
                }
                (None, None) => continue,
            };
            (self.all[position].name, self.all[position].is_shared) = (name, is_shared);
        }
    }

    /// What is inside an object follows it; shared objects come last.
    fn order(&mut self) {
        let names = |section: &Section| section.name.split('.').map(str::to_string).collect::<Vec<_>>();
        self.all.sort_by_cached_key(|section| (section.is_shared, names(section)));
        self.by_object = self.all.iter().enumerate().map(|(position, section)| (section.object, position)).collect();
    }

    /// The section of an object of the page.
    pub fn section(&self, object: &Object) -> Option<&Section<'a>> {
        self.by_object.get(object).map(|position| &self.all[*position])
    }

    /// The sections that stand on their own, in the order of their names.
    pub fn shown(&self) -> impl Iterator<Item = &Section<'a>> {
        self.all.iter().filter(|section| !section.is_inline())
    }
}

impl Section<'_> {
    /// Whether it is described where it stands.
    pub fn is_inline(&self) -> bool {
        let attributes = &self.object.attributes;
        let is_short = attributes.len() <= TINY || self.places.len() == 1 && attributes.len() <= SMALL;
        is_short && attributes.iter().all(|attribute| attribute.kind.object().is_none())
    }

    /// What links to it say.
    pub fn anchor(&self) -> String {
        let kind = if self.is_shared { "nestedtype" } else { "nestedatt" };
        format!("{kind}--{}", self.name.replace("[]", "").replace('.', "--"))
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
