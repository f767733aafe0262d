//! RELAX NG's derivatives: what remains of a pattern once an attribute, a child or a text has been seen. Each remainder
//! exists once and is computed once per check, so that interleaves do not blow up. Knows no document.

use std::collections::HashMap;
use std::rc::Rc;

use super::datatype::{Data, is_blank, is_token};
use super::{ElementId, Grammar, NameClass, Pattern};

/// A pattern: one of the grammar's, by its position there, or one that was built since.
pub type Id = u32;

/// Nothing at all.
pub const EMPTY: Id = u32::MAX;

/// An alternative that cannot be taken.
pub const NOT_ALLOWED: Id = u32::MAX - 1;

/// Something seen in a document.
pub type EventId = u32;

/// What can be seen.
#[derive(Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// An attribute: its namespace, its local name and its value.
    Attribute(String, String, EventId),
    /// A child, by the element patterns that it matches.
    Element(Vec<ElementId>),
    /// A text.
    Text(String),
}

/// A pattern without its parts, which [`Patterns::part`] gives.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Empty,
    NotAllowed,
    Text,
    Value(&'static str),
    Data(&'static Data),
    Attribute(&'static NameClass, Id),
    Element(ElementId),
    Joined(Join),
}

/// How the parts of a pattern belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Join {
    Choice,
    Group,
    Interleave,
    OneOrMore,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Built {
    join: Join,
    parts: Vec<Id>,
}

/// The grammar's patterns and those built during one check.
#[derive(Debug)]
pub struct Patterns {
    grammar: &'static Grammar,
    built: Vec<Rc<Built>>,
    ids: HashMap<Rc<Built>, Id>,
    events: Vec<Rc<Event>>,
    event_ids: HashMap<Rc<Event>, EventId>,
    derived: HashMap<(Id, EventId), Id>,
    closed: HashMap<Id, Id>,
    nullable: HashMap<Id, bool>,
}

impl Patterns {
    /// The grammar's patterns alone.
    pub fn new(grammar: &'static Grammar) -> Patterns {
        Patterns {
            grammar,
            built: Vec::new(),
            ids: HashMap::new(),
            events: Vec::new(),
            event_ids: HashMap::new(),
            derived: HashMap::new(),
            closed: HashMap::new(),
            nullable: HashMap::new(),
        }
    }

    /// What a pattern is.
    pub fn kind(&self, id: Id) -> Kind {
        match id {
            EMPTY => return Kind::Empty,
            NOT_ALLOWED => return Kind::NotAllowed,
            _ => {}
        }
        let Some(pattern) = self.grammar.patterns.get(id as usize) else {
            return Kind::Joined(self.built[id as usize - self.grammar.patterns.len()].join);
        };
        match pattern {
            Pattern::Empty => Kind::Empty,
            Pattern::NotAllowed => Kind::NotAllowed,
            Pattern::Text => Kind::Text,
            Pattern::Value(value) => Kind::Value(value),
            Pattern::Data(data) => Kind::Data(data),
            Pattern::Attribute(name, value) => Kind::Attribute(name, Id::from(*value)),
            Pattern::Element(element) => Kind::Element(*element),
            Pattern::Choice(_) => Kind::Joined(Join::Choice),
            Pattern::Group(_) => Kind::Joined(Join::Group),
            Pattern::Interleave(_) => Kind::Joined(Join::Interleave),
            Pattern::OneOrMore(_) => Kind::Joined(Join::OneOrMore),
        }
    }

    /// A part of a joined pattern; `None` behind the last one.
    pub fn part(&self, id: Id, position: usize) -> Option<Id> {
        let Some(pattern) = self.grammar.patterns.get(id as usize) else {
            let built = self.built.get(id as usize - self.grammar.patterns.len())?;
            return built.parts.get(position).copied();
        };
        let part = match pattern {
            Pattern::Choice(parts) | Pattern::Group(parts) | Pattern::Interleave(parts) => parts.get(position),
            Pattern::OneOrMore(part) if position == 0 => Some(part),
            _ => None,
        };
        part.map(|part| Id::from(*part))
    }

    /// The parts of a joined pattern.
    pub fn parts(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        (0..).map_while(move |position| self.part(id, position))
    }

    /// The number of something seen: the same for the same thing.
    pub fn event(&mut self, event: Event) -> EventId {
        if let Some(id) = self.event_ids.get(&event) {
            return *id;
        }
        let id = self.events.len() as EventId;
        let event = Rc::new(event);
        self.events.push(event.clone());
        self.event_ids.insert(event, id);
        id
    }

    /// One of the patterns; the same alternatives in whatever order are the same pattern.
    pub fn choice(&mut self, alternatives: Vec<Id>) -> Id {
        let mut kept = self.flat(Join::Choice, alternatives, NOT_ALLOWED);
        kept.sort_unstable();
        kept.dedup();
        match kept.len() {
            0 => NOT_ALLOWED,
            1 => kept[0],
            _ => self.intern(Join::Choice, kept),
        }
    }

    /// All of the patterns, in order or (`Join::Interleave`) in any.
    fn all(&mut self, join: Join, parts: Vec<Id>) -> Id {
        let mut kept = self.flat(join, parts, EMPTY);
        if kept.contains(&NOT_ALLOWED) {
            return NOT_ALLOWED;
        }
        if join == Join::Interleave {
            kept.sort_unstable();
        }
        match kept.len() {
            0 => EMPTY,
            1 => kept[0],
            _ => self.intern(join, kept),
        }
    }

    /// The parts with those of parts joined in the same way put in their place, without the neutral ones.
    fn flat(&self, join: Join, parts: Vec<Id>, neutral: Id) -> Vec<Id> {
        let mut kept = Vec::with_capacity(parts.len());
        for part in parts {
            match self.kind(part) {
                Kind::Joined(inner) if inner == join => {
                    kept.extend(self.flat(join, self.parts(part).collect(), neutral));
                }
                Kind::Empty => kept.push(EMPTY),
                Kind::NotAllowed => kept.push(NOT_ALLOWED),
                _ => kept.push(part),
            }
        }
        kept.retain(|part| *part != neutral);
        kept
    }

    fn intern(&mut self, join: Join, parts: Vec<Id>) -> Id {
        let built = Built { join, parts };
        if let Some(id) = self.ids.get(&built) {
            return *id;
        }
        let id = (self.grammar.patterns.len() + self.built.len()) as Id;
        let built = Rc::new(built);
        self.built.push(built.clone());
        self.ids.insert(built, id);
        id
    }

    /// Whether nothing at all matches the pattern.
    pub fn nullable(&mut self, id: Id) -> bool {
        let join = match self.kind(id) {
            Kind::Joined(join) => join,
            kind => return matches!(kind, Kind::Empty | Kind::Text),
        };
        if let Some(known) = self.nullable.get(&id) {
            return *known;
        }
        let parts: Vec<Id> = self.parts(id).collect();
        let nullable = match join {
            Join::Choice => parts.into_iter().any(|part| self.nullable(part)),
            Join::Group | Join::Interleave | Join::OneOrMore => parts.into_iter().all(|part| self.nullable(part)),
        };
        self.nullable.insert(id, nullable);
        nullable
    }

    /// What remains of the pattern behind something seen.
    pub fn derive(&mut self, id: Id, event: EventId) -> Id {
        let seen = &self.events[event as usize];
        let matches = match (self.kind(id), seen.as_ref()) {
            (Kind::Text, Event::Text(_)) => return id,
            (Kind::Element(element), Event::Element(elements)) => elements.contains(&element),
            (Kind::Value(value), Event::Text(text)) => is_token(value, text),
            (Kind::Attribute(name, value), Event::Attribute(namespace, local, text)) => {
                let text = *text;
                name.contains(namespace, local) && self.takes(value, text)
            }
            (Kind::Joined(_), _) | (Kind::Data(_), Event::Text(_)) => return self.derive_once(id, event),
            _ => false,
        };
        if matches { EMPTY } else { NOT_ALLOWED }
    }

    /// Whether a whole text, alone in its element or attribute, matches the pattern.
    pub fn takes(&mut self, id: Id, text: EventId) -> bool {
        let blank = matches!(self.events[text as usize].as_ref(), Event::Text(text) if is_blank(text));
        let behind = self.derive(id, text);
        self.nullable(behind) || blank && self.nullable(id)
    }

    fn derive_once(&mut self, id: Id, event: EventId) -> Id {
        if let Some(known) = self.derived.get(&(id, event)) {
            return *known;
        }
        let behind = match (self.kind(id), self.events[event as usize].as_ref()) {
            (Kind::Joined(join), _) => self.derive_joined(id, join, event),
            (Kind::Data(data), Event::Text(text)) if data.accepts(text) => EMPTY,
            _ => NOT_ALLOWED,
        };
        self.derived.insert((id, event), behind);
        behind
    }

    fn derive_joined(&mut self, id: Id, join: Join, event: EventId) -> Id {
        let parts: Vec<Id> = self.parts(id).collect();
        match join {
            Join::Choice => {
                let alternatives = parts.into_iter().map(|part| self.derive(part, event)).collect();
                self.choice(alternatives)
            }
            Join::Group | Join::Interleave => self.derive_one_of_all(join, &parts, event),
            Join::OneOrMore => match self.derive(parts[0], event) {
                NOT_ALLOWED => NOT_ALLOWED,
                once => {
                    let more = self.choice(vec![id, EMPTY]);
                    self.all(Join::Group, vec![once, more])
                }
            },
        }
    }

    /// Attributes have no order; anything else in a group may only be what no part before it misses.
    fn derive_one_of_all(&mut self, join: Join, parts: &[Id], event: EventId) -> Id {
        let ordered = join == Join::Group && !matches!(self.events[event as usize].as_ref(), Event::Attribute(..));
        let mut alternatives = Vec::new();
        for (position, part) in parts.iter().enumerate() {
            let behind = self.derive(*part, event);
            if behind != NOT_ALLOWED {
                let mut rest = if ordered { parts[position..].to_vec() } else { parts.to_vec() };
                rest[if ordered { 0 } else { position }] = behind;
                alternatives.push(self.all(join, rest));
            }
            if ordered && !self.nullable(*part) {
                break;
            }
        }
        self.choice(alternatives)
    }

    /// What remains of the pattern once there are no more attributes.
    pub fn close(&mut self, id: Id) -> Id {
        let join = match self.kind(id) {
            Kind::Attribute(..) => return NOT_ALLOWED,
            Kind::Joined(join) => join,
            _ => return id,
        };
        if let Some(known) = self.closed.get(&id) {
            return *known;
        }
        let parts: Vec<Id> = self.parts(id).collect();
        let closed: Vec<Id> = parts.iter().map(|part| self.close(*part)).collect();
        let closed = match join {
            _ if closed == parts => id,
            Join::Choice => self.choice(closed),
            Join::Group | Join::Interleave => self.all(join, closed),
            Join::OneOrMore if closed[0] == NOT_ALLOWED => NOT_ALLOWED,
            Join::OneOrMore => self.intern(join, closed),
        };
        self.closed.insert(id, closed);
        closed
    }
}
