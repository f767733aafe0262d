//! XML → struct → XML loses nothing: over the corpus, and over the libvirt source tree that `LIBVIRT_SRC` names, where
//! not even what libvirt rejects is left out, because what a grammar does not know is kept as well.

use std::path::Path;

use generated::structs::DOCUMENTS;
use provider_core::xml::{Document, read, write};
use tests::corpus::Sample;
use tests::source_tree::SourceTree;
use tests::{canonical, corpus};

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
fn documents_of_a_libvirt_source_tree_come_back_the_same() {
    let Some(tree) = SourceTree::named() else { return };
    println!("{tree}");
    let (mut valid, mut invalid) = (Count::default(), Count::default());
    let add = |sample: &Sample, count: &mut Count| {
        let document = DOCUMENTS.iter().find(|document| document.kind == sample.kind).unwrap();
        count.add(document, &sample.file, &sample.text);
    };
    tree.documents().for_each(|sample| add(sample, &mut valid));
    tree.invalid.iter().for_each(|sample| add(sample, &mut invalid));
    println!("valid    {}\ninvalid  {}", valid.line(), invalid.line());
    assert!(valid.all > 0, "there are no documents in the tree");
    valid.sum(invalid);
    assert!(valid.failures.is_empty(), "{}", valid.failures.join("\n"));
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
