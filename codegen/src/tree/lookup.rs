//! Which override entries speak of a place. An entry's path names an element or an attribute at one place; it holds
//! wherever else the same element stands, unless it says `here`. Must not know what the verbs do.

use std::collections::{BTreeMap, BTreeSet};

use crate::grammar::{ElementId, Grammars, PatternId};
use crate::members::{self, ChildMember};
use crate::overrides::{DOC, Entry, FAMILY, Overrides, PATTERN};
use crate::scalar::Form;

/// A place in the tree: its path, the elements it may be, and the attribute of theirs.
#[derive(Clone, Debug)]
pub struct Spot<'a> {
    /// The path, with the branches taken in brackets.
    pub path: String,
    /// The element patterns: of the place, or of the owner of the attribute.
    pub elements: &'a BTreeSet<ElementId>,
    /// The attribute's name, empty for the element itself.
    pub attribute: String,
}

/// What stands behind an element's path for its text, where the element is an object.
pub const TEXT: &str = "#text";

/// Entries by element.
#[derive(Debug)]
pub struct Lookup<'a> {
    overrides: &'a Overrides,
    entries: ByElement,
    docs: ByElement,
    /// Descriptions of whole families: what the path of a place must end with, the longest first.
    families: Vec<(&'a str, &'a String)>,
}

/// Paths by the element patterns they lead to and the attribute of theirs.
type ByElement = BTreeMap<(ElementId, String), Vec<String>>;

impl<'a> Lookup<'a> {
    /// Resolves the path of every entry. One that leads nowhere is found by its never being used.
    pub fn new(grammars: &mut Grammars, overrides: &'a Overrides) -> Lookup<'a> {
        let everywhere = overrides.all().filter(|(_, _, entry)| !entry.here).map(|(path, _, _)| path);
        let entries = by_element(grammars, everywhere);
        let docs = by_element(grammars, overrides.docs.keys());
        let family = |path: &'a String| Some((path.strip_prefix(FAMILY)?, path));
        let mut families: Vec<_> = overrides.docs.keys().filter_map(family).collect();
        families.sort_by_key(|(end, _)| std::cmp::Reverse(end.len()));
        Lookup { overrides, entries, docs, families }
    }

    /// What the first entry that has an opinion says, with the entry's path. The caller marks it as used when it
    /// makes a difference.
    pub fn find<T>(&self, spot: &Spot, get: impl Fn(&'a Entry) -> Option<T>) -> Option<(String, T)> {
        let plain = without_branches(&spot.path);
        // What is said of an element is said of the whole of it, not once more of each branch.
        let is_branch = spot.elements.is_empty() && spot.path.ends_with(']');
        let exact = if is_branch { vec![spot.path.clone()] } else { vec![spot.path.clone(), plain] };
        let told = |path: &String, elsewhere: bool| {
            let entries = self.overrides.entries.get(path)?.iter().filter(|(_, entry)| !(elsewhere && entry.here));
            entries.map(|(_, entry)| entry).find_map(&get).map(|value| (path.clone(), value))
        };
        let here = exact.iter().find_map(|path| told(path, false));
        here.or_else(|| shared(&self.entries, spot).iter().find_map(|path| told(path, true)))
    }

    /// The description of a place, noted as used: its own, else that of the same element elsewhere, else that of its
    /// family. That of an element is not that of its branches.
    pub fn doc(&self, spot: &Spot) -> String {
        let plain = if spot.path.ends_with(']') { spot.path.clone() } else { without_branches(&spot.path) };
        let exact = [spot.path.clone(), plain];
        let shared = shared(&self.docs, spot);
        let belongs = |end: &str| exact.iter().any(|path| path.ends_with(end));
        let family = self.families.iter().find(|(end, _)| belongs(end)).map(|(_, path)| *path);
        let found = exact.iter().chain(&shared).chain(family).find_map(|path| self.overrides.docs.get_key_value(path));
        found.map_or_else(String::new, |(path, (_, sentence))| {
            self.mark(path, DOC);
            sentence.clone()
        })
    }

    /// The paths of all entries that speak of a place.
    pub fn applying(&self, spot: &Spot) -> BTreeSet<String> {
        let plain = without_branches(&spot.path);
        let here = self.overrides.entries.keys().filter(|path| without_branches(path) == plain).cloned();
        here.chain(shared(&self.entries, spot)).collect()
    }

    /// Notes that a value of this form is there.
    pub fn mark_form(&self, form: &Form) {
        if let Some(pattern) = form.pattern() {
            self.mark(pattern, PATTERN);
        }
    }

    /// Notes that an entry had an effect.
    pub fn mark(&self, path: &str, verb: &'static str) {
        self.overrides.mark(path, verb);
    }
}

/// Where paths lead. A branch of an element is the element itself: what is said of it holds at that place only.
fn by_element<'p>(grammars: &mut Grammars, paths: impl Iterator<Item = &'p String>) -> ByElement {
    let mut found = ByElement::new();
    let own = |path: &&String| !path.ends_with(']') && !path.contains("]@") && !path.starts_with(FAMILY);
    for path in paths.filter(own) {
        let (elements, attribute) = path.split_once('@').unwrap_or((path, ""));
        let (elements, attribute) = elements.strip_suffix(TEXT).map_or((elements, attribute), |above| (above, TEXT));
        for element in resolve(grammars, elements).unwrap_or_default() {
            found.entry((element, attribute.to_string())).or_default().push(path.clone());
        }
    }
    found
}

/// Paths whose elements are all that may stand at a place, or more.
fn shared(by_element: &ByElement, spot: &Spot) -> Vec<String> {
    let mut common: Option<Vec<String>> = None;
    for element in spot.elements {
        let own = by_element.get(&(*element, spot.attribute.clone())).cloned().unwrap_or_default();
        common = Some(match common {
            None => own,
            Some(before) => before.into_iter().filter(|path| own.contains(path)).collect(),
        });
    }
    common.unwrap_or_default()
}

/// A path without the branches in brackets.
pub fn without_branches(path: &str) -> String {
    let mut plain = String::new();
    let mut inside = false;
    for character in path.chars() {
        match character {
            '[' => inside = true,
            ']' => inside = false,
            other if !inside => plain.push(other),
            _ => {}
        }
    }
    plain
}

/// The element patterns at a path of names from a root's element. A name may be followed by the branch to take, the
/// values of its attributes in brackets: `disk[network]/source`.
pub fn resolve(grammars: &mut Grammars, path: &str) -> Option<BTreeSet<ElementId>> {
    let mut names = path.split('/');
    let (first, branch) = name_and_branch(names.next()?);
    let roots: Vec<_> = grammars.roots.values().copied().collect();
    let mut found: BTreeSet<ElementId> = BTreeSet::new();
    for root in roots {
        for child in members::gather(grammars, root).children.clone() {
            if child.name.local == first {
                found.extend(child.elements);
            }
        }
    }
    let mut content = members::content(grammars, &found);
    content = taken(grammars, content, branch)?;
    for name in names {
        let (name, branch) = name_and_branch(name);
        let here = |child: &&ChildMember| child.name.prefixed() == name;
        found = members::gather(grammars, content).children.iter().find(here)?.elements.clone();
        content = members::content(grammars, &found);
        content = taken(grammars, content, branch)?;
    }
    Some(found)
}

fn name_and_branch(part: &str) -> (&str, &str) {
    part.split_once('[').map_or((part, ""), |(name, branch)| (name, branch.trim_end_matches(']')))
}

/// What remains of a pattern in a branch, given by the values that choose it.
fn taken(grammars: &mut Grammars, pattern: PatternId, branch: &str) -> Option<PatternId> {
    branch.split_whitespace().try_fold(pattern, |pattern, value| {
        let attribute = chooser(grammars, pattern, value)?;
        Some(members::with_attribute(grammars, pattern, &attribute, value))
    })
}

/// The attribute that can have the value.
pub fn chooser(grammars: &Grammars, pattern: PatternId, value: &str) -> Option<String> {
    let members = members::gather(grammars, pattern);
    let has = |values: &[PatternId]| {
        values.iter().filter_map(|pattern| members::enumerated(grammars, *pattern)).flatten().any(|word| word == value)
    };
    members.attributes.iter().find(|attribute| has(&attribute.values)).map(|attribute| attribute.name.local.clone())
}
