//! The passes from patterns to attributes, in their order: gather members and branches, name, classify, describe, finish.
//! Each works on the drafts that the one before left; what was decided and by whom stays with them. The rules are those of
//! docs/mapping.md. Must not know any element.

use std::collections::{BTreeMap, BTreeSet};

use crate::go_provider::Counterpart;
use crate::grammar::Grammars;
use crate::overrides::{Overrides, PATTERN, USUAL, Used};
use crate::rng::QName;
use crate::scalar::{Form, Scalar};

use super::add::add;
use super::classify::classify;
use super::describe::{describe, describe_units};
use super::finish::Finish;
use super::gather::Gatherer;
use super::lookup::Lookup;
use super::name::name;
use super::provenance::{self, Record};
use super::{Kind, Object};

/// One root's tree, or that of a resource without a document.
#[derive(Debug)]
pub struct Tree {
    /// The kind: the grammar's file name; without a document the resource's name without the provider's.
    pub kind: String,
    /// Terraform's resource, where the kind is one.
    pub resource: Option<String>,
    /// The name of the root element; empty without a document.
    pub element: QName,
    /// The attributes.
    pub object: Object,
    /// Elements that are documents of another kind, and that kind.
    pub embedded: BTreeMap<String, String>,
    /// What was decided at each place, and by whom.
    pub records: Vec<Record>,
}

impl Tree {
    /// The tree of a resource without a document, still empty.
    fn bare(resource: &str) -> Tree {
        let kind = resource.split_once('_').map_or(resource, |(_, name)| name).to_string();
        Tree {
            kind,
            resource: Some(resource.to_string()),
            element: QName::plain(""),
            object: Object::default(),
            embedded: BTreeMap::new(),
            records: Vec::new(),
        }
    }

    /// Whether it stands for a document of libvirt's.
    pub fn is_document(&self) -> bool {
        !self.element.local.is_empty()
    }
}

/// What the passes found besides the trees.
#[derive(Debug, Default)]
pub struct Findings {
    /// Every place that was seen, for messages about overrides that lead nowhere.
    pub known: BTreeSet<String>,
    /// What no rule and no override decides.
    pub undecided: Vec<String>,
    /// What of the overrides decided something.
    pub used: Used,
}

/// Every root's tree, then those of resources without a document. `counterparts` are the Go provider's resources by name, `history` the versions that first had a
/// path.
pub fn trees(
    grammars: &mut Grammars,
    overrides: &Overrides,
    counterparts: &BTreeMap<String, Counterpart>,
    history: &BTreeMap<String, String>,
) -> (Vec<Tree>, Findings) {
    let lookup = Lookup::new(grammars, overrides);
    let words = &overrides.words;
    let mut gatherer = Gatherer::new(grammars, overrides, &lookup, counterparts);
    let gathered: Vec<_> = overrides.roots.iter().filter_map(|root| Some((root, gatherer.root(&root.kind)?))).collect();
    let Gatherer { embedded, mut undecided, .. } = gatherer;
    let mut trees = Vec::new();
    for (root, gathered) in gathered {
        let mut rows = gathered.rows;
        name(&mut rows, root.resource.as_ref().and_then(|resource| counterparts.get(resource)), words);
        classify(&mut rows, grammars, overrides, &mut undecided);
        describe(&mut rows, &lookup, history);
        let mut finish = Finish::default();
        let mut object = finish.root(rows, &gathered.element.local);
        describe_units(&mut object);
        undecided.append(&mut finish.undecided);
        let (kind, resource, embedded) = (root.kind.clone(), root.resource.clone(), embedded.clone());
        trees.push(Tree { kind, resource, element: gathered.element, object, embedded, records: finish.records });
    }
    trees.extend(overrides.bare.iter().map(|bare| Tree::bare(&bare.resource)));
    for tree in &mut trees {
        if let Some(additions) = tree.resource.as_ref().and_then(|resource| overrides.additions.get(resource)) {
            undecided.extend(add(&mut tree.object, additions));
        }
    }
    let findings = Findings { known: known(&trees), undecided, used: used(&trees) };
    (trees, findings)
}

fn known(trees: &[Tree]) -> BTreeSet<String> {
    trees.iter().flat_map(|tree| provenance::places(&tree.records)).collect()
}

/// What decided something: overrides by the decisions, and words for patterns by the values that have them.
fn used(trees: &[Tree]) -> Used {
    let mut used = provenance::used(trees.iter().flat_map(|tree| &tree.records));
    for placed in trees.iter().flat_map(Tree::placed) {
        let (Kind::Leaf(scalar) | Kind::Leaves(scalar) | Kind::Set(scalar)) = &placed.attribute.kind else { continue };
        let Scalar { forms, .. } = scalar;
        for form in forms {
            used.extend(form.pattern().map(|pattern| (pattern.to_string(), PATTERN)));
            let usual = form.pattern().filter(|_| matches!(form, Form::Usual(_)));
            used.extend(usual.map(|pattern| (pattern.to_string(), USUAL)));
        }
    }
    used
}
