//! Where decisions come from: libvirt's grammar, a rule, the Go provider or an override. What is unused, outside the
//! grammar or worth explaining is read from it. Must not know what is decided, or any element.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::overrides::Entry;

use super::lookup::{GrammarPlace, without_branches};

/// Where a decision comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// libvirt's grammar says it.
    Grammar,
    /// A rule of the generator's, in words.
    Rule(&'static str),
    /// The Go provider has it like this at the same place.
    GoProvider,
    /// The override with this path, or what else overrides/ calls by this name: a word, an addition.
    Override(Rc<str>),
}

/// That something was decided, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What: an override's verb.
    pub what: &'static str,
    /// By whom.
    pub origin: Origin,
}

/// All that was decided at one place of a tree.
#[derive(Clone, Debug)]
pub struct Record {
    /// The path in the grammar, the branches taken in brackets.
    pub place: String,
    /// The attribute's path in Terraform, `[]` behind lists; none where no attribute came of it.
    pub terraform: Option<String>,
    /// What was decided, in the order of the passes.
    pub decisions: Vec<Decision>,
    /// The override that adds it to libvirt's grammar.
    pub added: Option<Rc<str>>,
}

impl Record {
    /// A place at which nothing was decided.
    pub fn of(place: String) -> Record {
        Record { place, terraform: None, decisions: vec![], added: None }
    }
}

/// Decisions at one place while they are made.
#[derive(Clone, Debug, Default)]
pub struct Decisions(pub Vec<Decision>);

impl Decisions {
    /// What an override says, or else the rule. An override that says what the rule says decides nothing.
    pub fn decide<'a, T: PartialEq>(
        &mut self,
        place: &GrammarPlace<'a>,
        what: &'static str,
        by_rule: (T, Origin),
        get: impl Fn(&'a Entry) -> Option<T>,
    ) -> T {
        let (by_rule, origin) = by_rule;
        match place.find(get) {
            Some((path, value)) if value != by_rule => {
                self.by_override(what, path);
                value
            }
            _ => {
                self.0.push(Decision { what, origin });
                by_rule
            }
        }
    }

    /// Whether an override says something that no rule ever does.
    pub fn says<'a>(&mut self, place: &GrammarPlace<'a>, what: &'static str, get: impl Fn(&'a Entry) -> bool) -> bool {
        let found = place.find(|entry| get(entry).then_some(()));
        found.inspect(|(path, ())| self.by_override(what, path)).is_some()
    }

    /// Notes that the override at `path` decided it.
    pub fn by_override(&mut self, what: &'static str, path: &str) {
        self.0.push(Decision { what, origin: Origin::Override(path.into()) });
    }
}

/// Every place that the records speak of, with and without the branches taken.
pub fn places(records: &[Record]) -> BTreeSet<String> {
    records.iter().flat_map(|record| [record.place.clone(), without_branches(&record.place)]).collect()
}

/// The overrides that decided something, with what each did.
pub fn used<'r>(records: impl IntoIterator<Item = &'r Record>) -> BTreeSet<(String, &'static str)> {
    let decisions = records.into_iter().flat_map(|record| &record.decisions);
    let used = decisions.filter_map(|decision| match &decision.origin {
        Origin::Override(path) => Some((path.to_string(), decision.what)),
        _ => None,
    });
    used.collect()
}
