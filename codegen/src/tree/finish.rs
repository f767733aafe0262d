//! The last pass: drafts into attributes, what was decided of them into records, and what cannot be as it is. Must not
//! know any element.

use std::collections::BTreeSet;

use super::draft::{Body, Draft};
use super::provenance::Record;
use super::{Attribute, Kind, Object};

/// What the last pass makes.
#[derive(Debug, Default)]
pub struct Finish {
    /// What was decided, place by place.
    pub records: Vec<Record>,
    /// What is wrong with names and keys.
    pub undecided: Vec<String>,
}

impl Finish {
    /// The object of a root.
    pub fn root(&mut self, rows: Vec<Draft>, path: &str) -> Object {
        self.object(rows, path, "", false)
    }

    /// The object at `path` in the grammar and `above` in Terraform; `outside` where libvirt's grammar does not have it.
    fn object(&mut self, rows: Vec<Draft>, path: &str, above: &str, outside: bool) -> Object {
        let mut attributes = Vec::new();
        self.rows(rows, above, outside, &mut attributes);
        let mut names = BTreeSet::new();
        for attribute in &attributes {
            if !names.insert(&attribute.name) {
                self.undecided.push(format!("{path}: two attributes are called '{}'", attribute.name));
            }
        }
        Object { attributes }
    }

    fn rows(&mut self, rows: Vec<Draft>, above: &str, outside: bool, into: &mut Vec<Attribute>) {
        for row in rows {
            let Draft { place, body, mut attribute, added, decisions, described_at, .. } = row;
            let there = !matches!(body, Body::Nothing | Body::Spliced(..));
            let terraform = there.then(|| format!("{above}{}", attribute.in_path()));
            let below = format!("{}.", terraform.as_deref().unwrap_or_default());
            let path = place.path.clone();
            self.records.push(Record { place: place.path, terraform, decisions: decisions.0, added: added.clone() });
            self.records.extend(described_at.map(|at| Record::of(at.path)));
            attribute.outside_grammar = added.is_some() && !outside;
            match body {
                Body::Nothing => {}
                Body::Spliced(mut rows, _) => {
                    let missing = rows.iter_mut().filter(|row| row.added.is_none());
                    missing.for_each(|row| row.added.clone_from(&added));
                    self.rows(rows, above, outside, into);
                }
                Body::Flag | Body::Xml | Body::Text(_) => into.push(attribute),
                Body::Object(rows) | Body::List(rows) | Body::Branch(rows) => {
                    let object = self.object(rows, &path, &below, outside || added.is_some());
                    self.expect_keys(&attribute.kind, &object, &path);
                    attribute.kind = match attribute.kind {
                        Kind::List(_, rule) => Kind::List(object, rule),
                        Kind::Object(_) => Kind::Object(object),
                        leaf => leaf,
                    };
                    into.push(attribute);
                }
            }
        }
    }

    /// Elements of a list are known again by attributes that there are.
    fn expect_keys(&mut self, kind: &Kind, object: &Object, path: &str) {
        let Kind::List(_, rule) = kind else { return };
        for key in rule.keys.iter().flatten().filter(|key| !has_leaf(object, key)) {
            self.undecided.push(format!("{path}: there is no attribute '{key}' to be a key"));
        }
    }
}

/// Whether a dotted path of names leads to a value.
fn has_leaf(object: &Object, path: &str) -> bool {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    object.attributes.iter().filter(|attribute| attribute.name == name).any(|attribute| match (&attribute.kind, rest) {
        (Kind::Object(inner), Some(rest)) => has_leaf(inner, rest),
        (Kind::Leaf(_), None) => true,
        _ => false,
    })
}
