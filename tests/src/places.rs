//! Every place of a kind of document as its compiled grammar has them: each path of element names, with the attributes,
//! texts and words that may stand there, and which of them documents have shown. Knows patterns; must not know any
//! element.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use provider_core::grammar::{ElementId, Grammar, NameClass, Pattern, PatternId};

/// A place in [`Places`].
pub type PlaceId = usize;

/// Something that a document can show at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Thing {
    /// An element.
    Element(&'static str),
    /// An attribute.
    Attribute(&'static str),
    /// A word, of the attribute of this name or in the text.
    Word(Option<&'static str>, &'static str),
    /// A value that is none of the grammar's words.
    Value(Option<&'static str>),
}

/// What a pattern may show in the element that it stands in; with an element it may show all that is in it.
type Shown = (Thing, Option<ElementId>);

/// All places, the document itself first.
#[derive(Debug)]
pub struct Places {
    grammar: &'static Grammar,
    places: Vec<Place>,
    shown_by: Vec<Vec<Shown>>,
    /// How much there is to show.
    all: Count,
}

/// The elements at the end of one path.
#[derive(Debug)]
struct Place {
    parent: Option<PlaceId>,
    path: String,
    children: BTreeMap<&'static str, PlaceId>,
    /// What no document has shown here yet.
    unseen: BTreeSet<Thing>,
    /// How much that is, with all that is further down.
    open: usize,
}

/// How many things there are of each sort.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    elements: usize,
    attributes: usize,
    words: usize,
    values: usize,
}

impl Places {
    /// Those of documents that match `start`. `possible` says which patterns have a match at all. In itself an element is
    /// one more place, but with nothing further down.
    pub fn new(grammar: &'static Grammar, start: PatternId, possible: &dyn Fn(PatternId) -> bool) -> Places {
        let shown = |id| {
            let mut found = BTreeSet::new();
            collect(grammar, None, id, possible, &mut found);
            found.into_iter().collect()
        };
        let shown_by = (0..grammar.patterns.len() as PatternId).map(shown).collect();
        let mut places = Places { grammar, places: Vec::new(), shown_by, all: Count::default() };
        places.add(None, String::new(), &[start], &mut Vec::new());
        places
    }

    fn add(
        &mut self,
        parent: Option<PlaceId>,
        path: String,
        contents: &[PatternId],
        around: &mut Vec<BTreeSet<ElementId>>,
    ) -> PlaceId {
        let id = self.places.len();
        let shown = contents.iter().flat_map(|content| self.shown_by[usize::from(*content)].iter());
        let (mut unseen, mut below) = (BTreeSet::new(), BTreeMap::<&'static str, BTreeSet<ElementId>>::new());
        for (thing, element) in shown {
            unseen.insert(*thing);
            if let (Thing::Element(name), Some(element)) = (thing, element) {
                below.entry(name).or_default().insert(*element);
            }
        }
        let open = unseen.len();
        unseen.iter().for_each(|thing| self.all.add(thing));
        self.places.push(Place { parent, path: path.clone(), children: BTreeMap::new(), unseen, open });
        for (name, elements) in below {
            if around.iter().any(|around| !around.is_disjoint(&elements)) {
                continue;
            }
            let content = |element: &ElementId| self.grammar.elements[usize::from(*element)].content;
            let contents: Vec<PatternId> = elements.iter().map(content).collect();
            around.push(elements);
            let child = self.add(Some(id), format!("{path}/{name}"), &contents, around);
            around.pop();
            self.places[id].children.insert(name, child);
            self.places[id].open += self.places[child].open;
        }
        id
    }

    /// The place of a child; none in what is not followed any further.
    pub fn child(&self, at: Option<PlaceId>, element: ElementId) -> Option<PlaceId> {
        self.places[at?].children.get(name(&self.grammar.elements[usize::from(element)].name)).copied()
    }

    /// Notes that a document shows a pattern, in the value of an attribute or not.
    pub fn see(&mut self, at: Option<PlaceId>, attribute: Option<PatternId>, pattern: PatternId) {
        let Some((thing, _)) = thing(self.grammar, self.attribute_name(attribute), pattern) else { return };
        let Some(at) = at.filter(|at| self.places[*at].unseen.remove(&thing)) else { return };
        let mut above = Some(at);
        while let Some(id) = above {
            self.places[id].open -= 1;
            above = self.places[id].parent;
        }
    }

    /// Whether a pattern, in the value of an attribute or not, can show something here that no document has shown.
    pub fn is_open(&self, at: Option<PlaceId>, attribute: Option<PatternId>, pattern: PatternId) -> bool {
        let Some(place) = at.map(|at| &self.places[at]).filter(|place| place.open > 0) else { return false };
        let attribute = self.attribute_name(attribute);
        self.shown_by[usize::from(pattern)].iter().any(|(thing, element)| {
            let thing = match thing {
                Thing::Word(None, word) => &Thing::Word(attribute, word),
                Thing::Value(None) => &Thing::Value(attribute),
                thing => thing,
            };
            let below = || element.is_some_and(|element| self.is_open_below(place, element));
            place.unseen.contains(thing) || below()
        })
    }

    fn is_open_below(&self, place: &Place, element: ElementId) -> bool {
        let pattern = &self.grammar.elements[usize::from(element)];
        self.is_open(place.children.get(name(&pattern.name)).copied(), None, pattern.content)
    }

    fn attribute_name(&self, attribute: Option<PatternId>) -> Option<&'static str> {
        match &self.grammar.patterns[usize::from(attribute?)] {
            Pattern::Attribute(class, _) => Some(name(class)),
            _ => None,
        }
    }

    /// How much no document has shown yet.
    pub fn open(&self) -> usize {
        self.places.first().map_or(0, |place| place.open)
    }

    /// How much there is.
    pub fn all(&self) -> Count {
        self.all
    }

    /// What no document has shown yet, in words.
    pub fn unseen(&self) -> Vec<String> {
        let of = |place: &'_ Place| place.unseen.iter().map(|thing| format!("{} {thing:?}", place.path)).collect();
        self.places.iter().flat_map(|place| -> Vec<String> { of(place) }).collect()
    }
}

/// What a pattern shows by itself.
fn thing(grammar: &Grammar, attribute: Option<&'static str>, id: PatternId) -> Option<Shown> {
    match &grammar.patterns[usize::from(id)] {
        Pattern::Element(element) => {
            Some((Thing::Element(name(&grammar.elements[usize::from(*element)].name)), Some(*element)))
        }
        Pattern::Attribute(class, _) => Some((Thing::Attribute(name(class)), None)),
        Pattern::Value(word) => Some((Thing::Word(attribute, word), None)),
        Pattern::Text | Pattern::Data(_) => Some((Thing::Value(attribute), None)),
        _ => None,
    }
}

/// What a pattern may show in the element that it stands in.
fn collect(
    grammar: &Grammar,
    attribute: Option<&'static str>,
    id: PatternId,
    possible: &dyn Fn(PatternId) -> bool,
    found: &mut BTreeSet<Shown>,
) {
    if !possible(id) {
        return;
    }
    found.extend(thing(grammar, attribute, id));
    match &grammar.patterns[usize::from(id)] {
        Pattern::Attribute(class, inner) => collect(grammar, Some(name(class)), *inner, possible, found),
        Pattern::Choice(items) | Pattern::Group(items) | Pattern::Interleave(items) => {
            items.iter().for_each(|item| collect(grammar, attribute, *item, possible, found));
        }
        Pattern::OneOrMore(inner) => collect(grammar, attribute, *inner, possible, found),
        _ => {}
    }
}

fn name(class: &NameClass) -> &'static str {
    match class {
        NameClass::Any => "*",
        NameClass::Name(name) => name.local,
    }
}

impl Count {
    fn add(&mut self, thing: &Thing) {
        match thing {
            Thing::Element(_) => self.elements += 1,
            Thing::Attribute(_) => self.attributes += 1,
            Thing::Word(..) => self.words += 1,
            Thing::Value(_) => self.values += 1,
        }
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Count { elements, attributes, words, values } = self;
        write!(f, "{elements} elements, {attributes} attributes, {words} words, {values} other values")
    }
}
