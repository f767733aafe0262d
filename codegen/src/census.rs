//! What there is and what is not decided, in numbers: constructs of the grammars, attributes, and how much of what the
//! Go provider has is here. Must not know any element.

use std::collections::BTreeSet;
use std::fmt;
use std::rc::Rc;

use crate::go_provider::{Coverage, coverage};
use crate::grammar::{ElementId, Grammars, Node, PatternId};
use crate::members::{self, Members};
use crate::overrides::OverrideError;
use crate::tree;
use crate::{Model, Sources};

/// The census of all kinds of documents.
#[derive(Debug)]
pub struct Census {
    version: String,
    kinds: Vec<Kind>,
    undecided: Vec<String>,
    unused: Vec<OverrideError>,
    descriptions: usize,
}

#[derive(Debug)]
struct Kind {
    name: String,
    constructs: Constructs,
    attributes: usize,
    described: usize,
    coverage: Option<Coverage>,
}

/// What the grammar of one kind is made of; everything that is shared counts once.
#[derive(Debug, Default)]
struct Constructs {
    elements: usize,
    attributes: usize,
    texts: usize,
    choices: Choices,
}

/// Choices by what they are between.
#[derive(Debug, Default)]
struct Choices {
    /// Something or nothing.
    optional: usize,
    /// Values of an attribute or a text.
    values: usize,
    /// Branches that the value of an attribute distinguishes.
    distinguished: usize,
    /// Other branches.
    merged: usize,
}

/// Counts everything.
pub fn census(sources: &Sources, model: &Model) -> Census {
    let (grammars, _) = sources.extended();
    let kind = |tree: &tree::Tree| {
        let start = grammars.roots.get(&tree.kind).copied();
        let placed = tree.placed();
        let theirs = tree.resource.as_ref().and_then(|resource| sources.counterparts.get(resource));
        Kind {
            name: tree.kind.clone(),
            constructs: start.map(|start| Constructs::of(&grammars, start)).unwrap_or_default(),
            attributes: placed.len(),
            described: placed.iter().filter(|placed| !placed.attribute.doc.is_empty()).count(),
            coverage: theirs.map(|theirs| coverage(theirs, &tree.object)),
        }
    };
    Census {
        version: sources.version.clone(),
        kinds: model.trees.iter().map(kind).collect(),
        undecided: model.findings.undecided.clone(),
        unused: model.unused(&sources.overrides),
        descriptions: sources.overrides.docs.len(),
    }
}

impl Constructs {
    fn of(grammars: &Grammars, start: PatternId) -> Constructs {
        let mut count = Constructs::default();
        let mut seen: BTreeSet<PatternId> = BTreeSet::new();
        let mut elements: BTreeSet<ElementId> = BTreeSet::new();
        let mut waiting = vec![start];
        while let Some(id) = waiting.pop() {
            if !seen.insert(id) {
                continue;
            }
            match grammars.node(id) {
                Node::Element(element) if elements.insert(*element) => {
                    count.elements += 1;
                    waiting.push(grammars.element(*element).content);
                    count.texts += usize::from(gather(grammars, *element).text.is_some());
                }
                Node::Attribute(_, value) => {
                    count.attributes += 1;
                    waiting.push(*value);
                }
                Node::Choice(items) => count.choices.add(grammars, items),
                _ => {}
            }
            waiting.extend(grammars.node(id).parts());
        }
        count
    }
}

fn gather(grammars: &Grammars, element: ElementId) -> Rc<Members> {
    members::gather(grammars, grammars.element(element).content)
}

impl Choices {
    fn add(&mut self, grammars: &Grammars, items: &[PatternId]) {
        let empty = items.iter().any(|item| *grammars.node(*item) == Node::Empty);
        self.optional += usize::from(empty);
        let branches: Vec<Rc<Members>> = items
            .iter()
            .filter(|item| *grammars.node(**item) != Node::Empty)
            .map(|item| members::gather(grammars, *item))
            .collect();
        if branches.len() < 2 {
            return;
        }
        let only_text = |branch: &Rc<Members>| branch.attributes.is_empty() && branch.children.is_empty();
        if branches.iter().all(only_text) {
            self.values += 1;
        } else if are_distinguished(grammars, &branches) {
            self.distinguished += 1;
        } else {
            self.merged += 1;
        }
    }
}

/// Whether there is an attribute that each branch has, with other words in each.
fn are_distinguished(grammars: &Grammars, branches: &[Rc<Members>]) -> bool {
    branches[0].attributes.iter().any(|attribute| {
        let words = branches.iter().map(|branch| {
            let values = &branch.attribute(&attribute.name.local)?.values;
            values.iter().map(|value| members::enumerated(grammars, *value)).collect::<Option<Vec<_>>>()
        });
        let words: Option<Vec<Vec<String>>> =
            words.map(|words| words.map(|words| words.into_iter().flatten().collect())).collect();
        words.is_some_and(|words| {
            let all: usize = words.iter().map(Vec::len).sum();
            words.iter().flatten().collect::<BTreeSet<_>>().len() == all
        })
    })
}

impl fmt::Display for Census {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "libvirt {}, {} descriptions", self.version, self.descriptions)?;
        writeln!(
            f,
            "{:16}{:>9}{:>11}{:>7} | choices: {:>9}{:>8}{:>12}{:>8} | {:>10}{:>11}  Go provider",
            "",
            "elements",
            "attributes",
            "texts",
            "optional",
            "values",
            "by a value",
            "merged",
            "Terraform",
            "described"
        )?;
        for kind in &self.kinds {
            writeln!(f, "{kind}")?;
        }
        for missing in
            self.kinds.iter().filter_map(|kind| kind.coverage.as_ref()).flat_map(|coverage| &coverage.missing)
        {
            writeln!(f, "the Go provider has {missing}")?;
        }
        writeln!(f, "{} undecided, {} overrides without effect", self.undecided.len(), self.unused.len())?;
        self.undecided.iter().try_for_each(|line| writeln!(f, "undecided: {line}"))?;
        self.unused.iter().try_for_each(|error| writeln!(f, "{error}"))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Constructs { elements, attributes, texts, choices } = &self.constructs;
        let Choices { optional, values, distinguished, merged } = choices;
        write!(f, "{:16}{elements:>9}{attributes:>11}{texts:>7} | ", self.name)?;
        write!(f, "{:>18}{values:>8}{distinguished:>12}{merged:>8} | ", optional)?;
        write!(f, "{:>10}{:>11}", self.attributes, self.described)?;
        self.coverage.as_ref().map_or(Ok(()), |coverage| write!(f, "  {} of {}", coverage.same, coverage.all))
    }
}
