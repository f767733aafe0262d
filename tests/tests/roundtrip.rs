//! XML → struct → XML loses nothing: not of libvirt's own documents, and not of what libvirt rejects, because what a
//! grammar does not know is kept as well. XML → value → XML says the same.

use std::collections::BTreeSet;
use std::path::Path;

use generated::shapes::ROOTS;
use generated::structs::DOCUMENTS;
use provider_core::convert::{from_xml, to_xml};
use provider_core::xml::{Document, read, write};
use tests::{canonical, corpus, same};

/// Files that may differ, by name. Empty is the rule.
const ALLOWED: &[&str] = &[];

#[test]
fn corpus_documents_come_back_the_same() {
    let Some(samples) = corpus::samples() else { return };
    let mut total = Count::default();
    for document in DOCUMENTS {
        let mut count = Count::default();
        for sample in samples.iter().filter(|sample| sample.kind == document.kind) {
            count.add(document, &sample.file, &sample.text);
        }
        println!("{:18} {}", document.kind, count.line());
        total.sum(count);
    }
    println!("{:18} {}", "total", total.line());
    assert!(total.failures.is_empty(), "{}", total.failures.join("\n"));
    assert!(total.unknown.is_empty(), "valid documents have unknown parts:\n{}", total.unknown.join("\n"));
}

#[test]
fn what_was_sorted_out_comes_back_the_same() {
    let Some((outdated, invalid)) = corpus::sorted_out() else { return };
    let mut total = Count::default();
    for (name, samples) in [("outdated", outdated), ("invalid", invalid)] {
        let mut count = Count::default();
        for sample in &samples {
            let document = DOCUMENTS.iter().find(|document| document.kind == sample.kind).unwrap();
            count.add(document, &sample.file, &sample.text);
        }
        println!("{name:9} {}", count.line());
        total.sum(count);
    }
    assert!(total.failures.is_empty(), "{}", total.failures.join("\n"));
}

#[test]
fn documents_come_back_through_values() {
    let Some(mut samples) = corpus::samples() else { return };
    samples.extend(corpus::sorted_out().map(|(outdated, _)| outdated).unwrap_or_default());
    let mut wrong = Vec::new();
    for sample in &samples {
        let root = ROOTS.iter().find(|root| root.kind == sample.kind).unwrap();
        let differences = match from_xml(root, &sample.text).and_then(|value| to_xml(root, &value)) {
            Ok(back) => same::differences(&sample.text, &back),
            Err(error) => BTreeSet::from([error.to_string()]),
        };
        wrong.extend(differences.iter().map(|path| format!("{}: {path}", sample.file.display())));
    }
    println!("{} documents", samples.len());
    assert!(wrong.is_empty(), "{} places do not come back:\n{}", wrong.len(), wrong.join("\n"));
}

#[derive(Default)]
struct Count {
    same: usize,
    all: usize,
    failures: Vec<String>,
    unknown: Vec<String>,
}

impl Count {
    fn add(&mut self, document: &Document, path: &Path, text: &str) {
        self.all += 1;
        let failure = match read(document, text) {
            Ok((mut node, unknown)) => {
                self.unknown.extend(unknown.iter().map(|unknown| format!("{}: {unknown}", path.display())));
                let written = write(document, node.as_mut());
                canonical::difference(text, &written).or_else(|| again(document, &written))
            }
            Err(error) => Some(error.to_string()),
        };
        match failure {
            Some(failure) if !ALLOWED.iter().any(|name| path.ends_with(name)) => {
                self.failures.push(format!("{}: {failure}", path.display()));
            }
            _ => self.same += 1,
        }
    }

    fn sum(&mut self, other: Count) {
        self.same += other.same;
        self.all += other.all;
        self.failures.extend(other.failures);
        self.unknown.extend(other.unknown);
    }

    fn line(&self) -> String {
        format!("{} of {}, {} unknown parts", self.same, self.all, self.unknown.len())
    }
}

/// What was written is already as it would be written: the text does not change any more.
fn again(document: &Document, written: &str) -> Option<String> {
    match read(document, written) {
        Ok((mut node, _)) => {
            let changes = write(document, node.as_mut()) != written;
            changes.then(|| "changes when written a second time".into())
        }
        Err(error) => Some(format!("what was written cannot be read: {error}")),
    }
}
