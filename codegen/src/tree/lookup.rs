//! Which override entries speak of a place. An entry's path names an element or an attribute at one place; it holds
//! wherever else the same element stands, unless it says `here`. Must not know what the verbs do.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::grammar::{ElementId, Grammars, PatternId};
use crate::members::{self, ChildMember};
use crate::overrides::{Entry, FAMILY, Overrides};

/// A place in the grammar: its path, the elements it may be, the attribute of theirs, and what the overrides say of it.
#[derive(Clone, Debug)]
pub struct GrammarPlace<'a> {
    /// The path, with the branches taken in brackets.
    pub path: String,
    /// The element patterns: of the place, or of the owner of the attribute.
    pub elements: Rc<BTreeSet<ElementId>>,
    /// The attribute's name, empty for the element itself.
    pub attribute: String,
    /// The entries that speak of it with their paths: its own first, then those of the same element elsewhere.
    entries: Vec<(&'a str, &'a Entry)>,
}

impl<'a> GrammarPlace<'a> {
    /// What the first entry that has an opinion says, with the entry's path.
    pub fn find<T>(&self, get: impl Fn(&'a Entry) -> Option<T>) -> Option<(&'a str, T)> {
        self.entries.iter().find_map(|(path, entry)| get(entry).map(|value| (*path, value)))
    }
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

    /// The place with the entries that speak of it.
    pub fn place(&self, path: String, elements: Rc<BTreeSet<ElementId>>, attribute: &str) -> GrammarPlace<'a> {
        // An override of an element is one of the whole of it, not once more of each branch.
        let is_branch = elements.is_empty() && path.ends_with(']');
        let plain = Some(without_branches(&path)).filter(|plain| !is_branch && *plain != path);
        let own = [&path].into_iter().chain(&plain).flat_map(|path| self.at(path));
        let elsewhere = shared(&self.entries, &elements, attribute);
        let elsewhere = elsewhere.iter().flat_map(|path| self.at(path)).filter(|(_, entry)| !entry.here);
        let entries = own.chain(elsewhere).collect();
        GrammarPlace { path, elements, attribute: attribute.to_string(), entries }
    }

    fn at(&self, path: &str) -> impl Iterator<Item = (&'a str, &'a Entry)> + use<'a> {
        let overrides = self.overrides;
        let found = overrides.entries.get_key_value(path);
        found.into_iter().flat_map(|(path, entries)| entries.iter().map(|(_, entry)| (path.as_str(), entry)))
    }

    /// The description of a place, with the path under which it stands: its own, else that of the same element
    /// elsewhere, else that of its family. That of an element is not that of its branches.
    pub fn doc(&self, place: &GrammarPlace) -> Option<(&'a str, &'a str)> {
        let plain = if place.path.ends_with(']') { place.path.clone() } else { without_branches(&place.path) };
        let exact = [place.path.clone(), plain];
        let shared = shared(&self.docs, &place.elements, &place.attribute);
        let belongs = |end: &str| exact.iter().any(|path| path.ends_with(end));
        let family = self.families.iter().find(|(end, _)| belongs(end)).map(|(_, path)| *path);
        let found = exact.iter().chain(&shared).chain(family).find_map(|path| self.overrides.docs.get_key_value(path));
        found.map(|(path, (_, sentence))| (path.as_str(), sentence.as_str()))
    }
}

/// Where paths lead. A branch of an element is the element itself: an override of it holds at that place only.
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
fn shared(by_element: &ByElement, elements: &BTreeSet<ElementId>, attribute: &str) -> Vec<String> {
    let mut common: Option<Vec<String>> = None;
    for element in elements {
        let own = by_element.get(&(*element, attribute.to_string())).cloned().unwrap_or_default();
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
