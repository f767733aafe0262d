//! Rows tried as a whole: each document without all that they say, and what libvirt makes of it. Knows hosts and rows.

use std::collections::BTreeMap;

use provider_core::convert::Root;
use provider_core::defaults::{Facts, lean};
use provider_core::value::Value;

use super::host::Host;
use super::infer::Blame;
use super::observe::Document;
use super::place::unplaced;
use super::row::{Row, root_with};

/// What came of it.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Documents tried.
    pub tried: usize,
    /// Those that came back equal but for addresses.
    pub moved: Vec<String>,
    /// Those that did not, with the rows that are to blame.
    pub failed: BTreeMap<String, Vec<Row>>,
}

impl Outcome {
    /// The share of documents that hold.
    pub fn share(&self) -> f64 {
        1.0 - self.failed.len() as f64 / self.tried.max(1) as f64
    }

    /// What the rows of failed documents are to blame for.
    pub fn blame(&self) -> Blame {
        let of = |(name, rows): (&String, &Vec<Row>)| {
            let entry = |row: &Row| (row.path.clone(), row.value.to_string(), name.clone());
            rows.iter().map(entry).collect::<Vec<_>>()
        };
        self.failed.iter().flat_map(of).collect()
    }
}

/// Tries documents. `search` says whether to look for the rows to blame.
pub fn verify(host: &Host, rows: &[Row], documents: &[&Document], search: bool) -> Outcome {
    let root = root_with(host.root, rows);
    let singles = if search { singles(host.root, rows) } else { vec![] };
    let mut outcome = Outcome { tried: documents.len(), ..Outcome::default() };
    for document in documents {
        // libvirt keeps nothing of what was there before, so each begins with what it is to come back as.
        let back = host.define(&lean(&root, &document.value, &facts(host)));
        match back {
            Ok(value) if value == document.value => {}
            Ok(value) if unplaced(&value) == unplaced(&document.value) => outcome.moved.push(document.name.clone()),
            _ => {
                let blamed = if search { blamed(host, &singles, &document.value) } else { vec![] };
                outcome.failed.insert(document.name.clone(), blamed);
            }
        }
        if let Err(error) = host.remove() {
            eprintln!("{}: {} stays behind: {error}", host.label, document.name);
        }
    }
    outcome
}

fn facts(host: &Host) -> Facts<'_> {
    Facts { driver: Some(&host.driver) }
}

/// The rows that cannot be taken with those before them, the best supported first.
fn blamed(host: &Host, singles: &[Single], value: &Value) -> Vec<Row> {
    let holds = |rows: &[Row]| {
        let root = root_with(host.root, rows);
        let back = host.define(&lean(&root, value, &facts(host)));
        back.is_ok_and(|back| unplaced(&back) == unplaced(value))
    };
    let mut applied = applied(singles, value, host);
    // What is inside an object comes before the object, whose row is of what is left of it.
    applied.sort_by_key(|row| (std::cmp::Reverse(steps(&row.path)), std::cmp::Reverse(row.support())));
    let (mut taken, mut blamed): (Vec<Row>, Vec<Row>) = (vec![], vec![]);
    for row in applied {
        taken.push(row);
        if !holds(&taken) {
            blamed.extend(taken.pop());
        }
    }
    blamed
}

fn steps(path: &str) -> usize {
    path.split('.').count() + path.matches("[]").count()
}

/// A row with those of what is inside its object or element, and these alone.
struct Single {
    row: Row,
    with: Root,
    without: Root,
}

fn singles(root: &'static Root, rows: &[Row]) -> Vec<Single> {
    let single = |row: &Row| {
        let above = format!("{}.", row.path);
        let mut inside: Vec<Row> = rows.iter().filter(|other| other.path.starts_with(&above)).cloned().collect();
        let without = root_with(root, &inside);
        inside.push(row.clone());
        Single { row: row.clone(), with: root_with(root, &inside), without }
    };
    rows.iter().map(single).collect()
}

/// The rows that take something out of the value.
fn applied(singles: &[Single], value: &Value, host: &Host) -> Vec<Row> {
    let matters =
        |single: &&Single| lean(&single.with, value, &facts(host)) != lean(&single.without, value, &facts(host));
    singles.iter().filter(matters).map(|single| single.row.clone()).collect()
}
