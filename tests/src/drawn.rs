//! Documents drawn from the compiled grammar: valid, of bounded size, and together of every pattern it has. Knows
//! patterns; must not know any element.

use std::collections::BTreeSet;

use provider_core::grammar::datatype::{Data, Datatype, Facet};
use provider_core::grammar::{ElementId, Grammar, NameClass, Pattern, PatternId};

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
    /// The patterns that have been drawn.
    seen: BTreeSet<PatternId>,
    /// The patterns there are.
    reachable: BTreeSet<PatternId>,
    /// How far it is from each pattern to one that was not drawn yet.
    distance: Vec<u32>,
    size: usize,
    complete: bool,
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
        let count = grammar.patterns.len();
        let mut artist = Artist {
            grammar,
            start,
            random: Random::new(seed),
            cost: vec![FAR; count],
            seen: BTreeSet::new(),
            reachable: BTreeSet::new(),
            distance: vec![FAR; count],
            size: 0,
            complete: false,
        };
        artist.reach(start);
        artist.cost = artist.fixpoint(|artist, id, cost| artist.cost_of(id, cost));
        artist
    }

    /// How many patterns there are, and how many were drawn.
    pub fn coverage(&self) -> (usize, usize) {
        (self.reachable.len(), self.reachable.intersection(&self.seen).count())
    }

    /// The patterns that no document has shown yet.
    pub fn unseen(&self) -> Vec<PatternId> {
        self.reachable.difference(&self.seen).copied().collect()
    }

    /// One document, of patterns that were not drawn yet where there are any.
    pub fn document(&mut self) -> String {
        if !self.complete {
            self.distance = self.fixpoint(|artist, id, distance| artist.distance_of(id, distance));
            self.complete = self.seen.len() == self.reachable.len();
        }
        self.size = 0;
        let mut content = Content::default();
        self.draw(self.start, &mut content);
        content.children.concat()
    }

    fn reach(&mut self, id: PatternId) {
        if self.reachable.insert(id) {
            self.parts(id).into_iter().for_each(|part| self.reach(part));
        }
    }

    fn parts(&self, id: PatternId) -> Vec<PatternId> {
        match self.pattern(id) {
            Pattern::Choice(items) | Pattern::Group(items) | Pattern::Interleave(items) => items.to_vec(),
            Pattern::OneOrMore(inner) | Pattern::Attribute(_, inner) => vec![*inner],
            Pattern::Element(element) => vec![self.grammar.elements[usize::from(*element)].content],
            _ => Vec::new(),
        }
    }

    fn pattern(&self, id: PatternId) -> &'static Pattern {
        &self.grammar.patterns[usize::from(id)]
    }

    /// The smallest numbers, from above, that agree with each other.
    fn fixpoint(&self, of: impl Fn(&Artist, PatternId, &[u32]) -> u32) -> Vec<u32> {
        let mut numbers = vec![FAR; self.grammar.patterns.len()];
        loop {
            let mut changed = false;
            for id in &self.reachable {
                let number = of(self, *id, &numbers).min(FAR);
                changed |= number < numbers[usize::from(*id)];
                numbers[usize::from(*id)] = number;
            }
            if !changed {
                return numbers;
            }
        }
    }

    fn cost_of(&self, id: PatternId, cost: &[u32]) -> u32 {
        let parts = self.parts(id);
        let costs = parts.iter().map(|part| cost[usize::from(*part)]);
        match self.pattern(id) {
            Pattern::NotAllowed => FAR,
            Pattern::Choice(_) => costs.min().unwrap_or(FAR),
            Pattern::Element(_) | Pattern::Attribute(..) => costs.sum::<u32>() + 1,
            _ => costs.fold(0, |sum, one| FAR.min(sum + one)),
        }
    }

    fn distance_of(&self, id: PatternId, distance: &[u32]) -> u32 {
        if self.cost[usize::from(id)] >= FAR {
            return FAR;
        }
        if !self.seen.contains(&id) {
            return 0;
        }
        self.parts(id).iter().map(|part| distance[usize::from(*part)]).min().map_or(FAR, |least| least + 1)
    }

    fn draw(&mut self, id: PatternId, into: &mut Content) {
        self.seen.insert(id);
        match self.pattern(id) {
            Pattern::Empty | Pattern::NotAllowed => {}
            Pattern::Text => into
                .text
                .push_str(&text::matching("[a-z][a-z0-9 &<>\"']{0,6}[a-z]", &mut self.random).unwrap_or_default()),
            Pattern::Value(value) => into.text.push_str(value),
            Pattern::Data(data) => into.text.push_str(&value(data, &mut self.random)),
            Pattern::Choice(items) => {
                let taken = self.choose(items);
                self.draw(taken, into);
            }
            Pattern::Group(items) => items.iter().for_each(|item| self.draw(*item, into)),
            Pattern::Interleave(items) => {
                let mut items = items.to_vec();
                for position in (1..items.len()).rev() {
                    items.swap(position, self.random.below(position + 1));
                }
                items.into_iter().for_each(|item| self.draw(item, into));
            }
            Pattern::OneOrMore(inner) => {
                self.draw(*inner, into);
                let mut again = 2;
                while again > 0 && self.size < LARGE && self.random.below(3) == 0 && self.may_repeat(*inner) {
                    self.draw(*inner, into);
                    again -= 1;
                }
            }
            Pattern::Attribute(name, inner) => self.attribute(name, *inner, into),
            Pattern::Element(element) => {
                let drawn = self.element(*element);
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

    /// The alternative nearest to what was not drawn yet, or any; in a large document the smallest.
    fn choose(&mut self, items: &'static [PatternId]) -> PatternId {
        let possible: Vec<PatternId> =
            items.iter().copied().filter(|item| self.cost[usize::from(*item)] < FAR).collect();
        let smallest = possible.iter().copied().min_by_key(|item| self.cost[usize::from(*item)]);
        let nearest = possible.iter().copied().min_by_key(|item| self.distance[usize::from(*item)]);
        let chosen = match nearest {
            _ if self.size >= LARGE => smallest,
            Some(nearest) if self.distance[usize::from(nearest)] < FAR && self.random.below(5) > 0 => Some(nearest),
            _ if self.random.below(4) == 0 => smallest,
            _ => self.random.one(&possible).copied(),
        };
        chosen.unwrap_or(items[0])
    }

    fn attribute(&mut self, name: &NameClass, value: PatternId, into: &mut Content) {
        self.size += 1;
        let mut content = Content::default();
        self.draw(value, &mut content);
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

    fn element(&mut self, element: ElementId) -> String {
        self.size += 1;
        let element = &self.grammar.elements[usize::from(element)];
        let mut content = Content::default();
        self.draw(element.content, &mut content);
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
