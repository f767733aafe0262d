//! Documents drawn from the compiled grammar: valid, of bounded size, and together of every place it has and every word
//! that may stand there. Knows patterns; must not know any element.

use provider_core::grammar::datatype::{Data, Datatype, Facet};
use provider_core::grammar::{ElementId, Grammar, NameClass, Pattern, PatternId};

use crate::places::{Count, PlaceId, Places};
use crate::random::Random;
use crate::text;

/// A document this large takes only what it must.
const LARGE: usize = 120;
/// Farther than any pattern is.
const FAR: u32 = u32::MAX / 4;

/// Draws documents of one kind of grammar.
pub struct Artist {
    grammar: &'static Grammar,
    start: PatternId,
    random: Random,
    /// What the smallest match of each pattern takes.
    cost: Vec<u32>,
    places: Places,
    size: usize,
}

/// Where something is drawn: the place, none where it is not followed, and the attribute whose value it is.
#[derive(Clone, Copy)]
struct At {
    place: Option<PlaceId>,
    attribute: Option<PatternId>,
}

/// What has been drawn of one element.
#[derive(Default)]
struct Content {
    attributes: Vec<(String, String)>,
    children: Vec<String>,
    text: String,
}

impl Artist {
    /// For the documents of a kind.
    pub fn new(grammar: &'static Grammar, kind: &str, seed: u64) -> Artist {
        let start = grammar.roots.iter().find(|(name, _)| *name == kind).expect("a kind of document").1;
        let cost = costs(grammar);
        let places = Places::new(grammar, start, &|id| cost[usize::from(id)] < FAR);
        Artist { grammar, start, random: Random::new(seed), cost, places, size: 0 }
    }

    /// What there is to show.
    pub fn all(&self) -> Count {
        self.places.all()
    }

    /// How much of it no document has shown yet.
    pub fn open(&self) -> usize {
        self.places.open()
    }

    /// The same in words.
    pub fn unseen(&self) -> Vec<String> {
        self.places.unseen()
    }

    /// One document, of what no document has shown yet where there is any.
    pub fn document(&mut self) -> String {
        self.size = 0;
        let mut content = Content::default();
        self.draw(self.start, At { place: Some(0), attribute: None }, &mut content);
        content.children.concat()
    }

    fn pattern(&self, id: PatternId) -> &'static Pattern {
        &self.grammar.patterns[usize::from(id)]
    }

    fn draw(&mut self, id: PatternId, at: At, into: &mut Content) {
        self.places.see(at.place, at.attribute, id);
        match self.pattern(id) {
            Pattern::Empty | Pattern::NotAllowed => {}
            Pattern::Text => into
                .text
                .push_str(&text::matching("[a-z][a-z0-9 &<>\"']{0,6}[a-z]", &mut self.random).unwrap_or_default()),
            Pattern::Value(value) => into.text.push_str(value),
            Pattern::Data(data) => into.text.push_str(&value(data, &mut self.random)),
            Pattern::Choice(items) => {
                let taken = self.choose(items, at);
                self.draw(taken, at, into);
            }
            Pattern::Group(items) => items.iter().for_each(|item| self.draw(*item, at, into)),
            Pattern::Interleave(items) => {
                let mut items = items.to_vec();
                for position in (1..items.len()).rev() {
                    items.swap(position, self.random.below(position + 1));
                }
                items.into_iter().for_each(|item| self.draw(item, at, into));
            }
            Pattern::OneOrMore(inner) => {
                self.draw(*inner, at, into);
                let mut again = 4;
                while again > 0 && self.size < LARGE && self.may_repeat(*inner) && self.wants_more(*inner, at) {
                    self.draw(*inner, at, into);
                    again -= 1;
                }
            }
            Pattern::Attribute(name, inner) => {
                self.attribute(name, *inner, At { attribute: Some(id), ..at }, into);
            }
            Pattern::Element(element) => {
                let place = self.places.child(at.place, *element);
                let drawn = self.element(*element, At { place, attribute: None });
                into.children.push(drawn);
            }
        }
    }

    /// Attributes and text must not come twice.
    fn may_repeat(&self, id: PatternId) -> bool {
        match self.pattern(id) {
            Pattern::Element(_) => true,
            Pattern::Choice(items) | Pattern::Group(items) | Pattern::Interleave(items) => {
                items.iter().all(|item| self.may_repeat(*item))
            }
            Pattern::OneOrMore(inner) => self.may_repeat(*inner),
            _ => false,
        }
    }

    /// Whether there is something to show yet, or chance says so.
    fn wants_more(&mut self, id: PatternId, at: At) -> bool {
        self.places.is_open(at.place, at.attribute, id) || self.random.below(6) == 0
    }

    /// An alternative that has something to show yet, or any; in a large document the smallest.
    fn choose(&mut self, items: &'static [PatternId], at: At) -> PatternId {
        let possible: Vec<PatternId> =
            items.iter().copied().filter(|item| self.cost[usize::from(*item)] < FAR).collect();
        let smallest = possible.iter().copied().min_by_key(|item| self.cost[usize::from(*item)]);
        let is_open = |item: &PatternId| self.places.is_open(at.place, at.attribute, *item);
        let open: Vec<PatternId> = possible.iter().copied().filter(is_open).collect();
        let chosen = match self.random.one(&open) {
            _ if self.size >= LARGE => smallest,
            Some(open) if self.random.below(5) > 0 => Some(*open),
            _ if self.random.below(4) > 0 => smallest,
            _ => self.random.one(&possible).copied(),
        };
        chosen.unwrap_or(items[0])
    }

    fn attribute(&mut self, name: &NameClass, value: PatternId, at: At, into: &mut Content) {
        self.size += 1;
        let mut content = Content::default();
        self.draw(value, at, &mut content);
        let name = match name {
            NameClass::Any => format!("any{}", into.attributes.len()),
            NameClass::Name(name) if name.namespace.is_empty() => name.local.to_string(),
            NameClass::Name(name) => {
                let prefix = format!("n{}", into.attributes.len());
                into.attributes.push((format!("xmlns:{prefix}"), name.namespace.to_string()));
                format!("{prefix}:{}", name.local)
            }
        };
        if !into.attributes.iter().any(|(own, _)| *own == name) {
            into.attributes.push((name, content.text));
        }
    }

    fn element(&mut self, element: ElementId, at: At) -> String {
        self.size += 1;
        let element = &self.grammar.elements[usize::from(element)];
        let mut content = Content::default();
        self.draw(element.content, at, &mut content);
        let (name, namespace) = match &element.name {
            NameClass::Any => ("anything".to_string(), "urn:any"),
            NameClass::Name(name) if name.namespace.is_empty() => (name.local.to_string(), ""),
            NameClass::Name(name) => (format!("p:{}", name.local), name.namespace),
        };
        let mut out = format!("<{name}");
        if name.starts_with("p:") {
            out.push_str(&format!(" xmlns:p=\"{namespace}\""));
        } else if !namespace.is_empty() {
            out.push_str(&format!(" xmlns=\"{namespace}\""));
        }
        for (name, value) in content.attributes {
            out.push_str(&format!(" {name}=\"{}\"", escaped(&value)));
        }
        out + ">" + &escaped(&content.text) + &content.children.concat() + &format!("</{name}>")
    }
}

/// What the smallest match of each pattern takes: the smallest numbers, from above, that agree with each other.
fn costs(grammar: &Grammar) -> Vec<u32> {
    let mut cost = vec![FAR; grammar.patterns.len()];
    loop {
        let mut changed = false;
        for (id, pattern) in grammar.patterns.iter().enumerate() {
            let of = |id: &PatternId| cost[usize::from(*id)];
            let own = match pattern {
                Pattern::NotAllowed => FAR,
                Pattern::Empty | Pattern::Text | Pattern::Value(_) | Pattern::Data(_) => 0,
                Pattern::Choice(items) => items.iter().map(of).min().unwrap_or(FAR),
                Pattern::Group(items) | Pattern::Interleave(items) => {
                    items.iter().map(of).fold(0, |sum, one| FAR.min(sum + one))
                }
                Pattern::OneOrMore(inner) => of(inner),
                Pattern::Attribute(_, inner) => FAR.min(of(inner) + 1),
                Pattern::Element(element) => FAR.min(of(&grammar.elements[usize::from(*element)].content) + 1),
            };
            changed |= own < cost[id];
            cost[id] = own.min(cost[id]);
        }
        if !changed {
            return cost;
        }
    }
}

/// A value of a datatype.
fn value(data: &Data, random: &mut Random) -> String {
    let patterns: Vec<&str> = data
        .facets
        .iter()
        .filter_map(|facet| match facet {
            Facet::Pattern(pattern) => Some(pattern.text),
            _ => None,
        })
        .collect();
    let bound = data.facets.iter().find_map(|facet| match facet {
        Facet::MinInclusive(bound) | Facet::MaxInclusive(bound) => Some(bound.to_string()),
        _ => None,
    });
    let candidate = |random: &mut Random| match (patterns.first(), data.datatype) {
        (Some(pattern), _) => text::matching(pattern, random).unwrap_or_default(),
        (None, Datatype::Integer(..)) => match random.below(3) {
            0 => bound.clone().unwrap_or_else(|| "1".to_string()),
            _ => random.below(5000).to_string(),
        },
        (None, Datatype::Double) => format!("{}.5", random.below(100)),
        (None, Datatype::DateTime) => "2024-02-29T12:30:00".to_string(),
        (None, Datatype::AnyUri) => "https://example.org/a?b=c".to_string(),
        (None, _) => text::matching("[a-z][a-z0-9]{0,5}", random).unwrap_or_default(),
    };
    let accepted = (0..200).map(|_| candidate(random)).find(|text| data.accepts(text));
    accepted.unwrap_or_else(|| panic!("no value of {data}"))
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push_str(&format!("&#{};", character as u32)),
            other => out.push(other),
        }
    }
    out
}
