//! XML → struct → XML loses nothing: over the corpus, and over any libvirt source tree named by `LIBVIRT_SRC`.
//!
//! The tree's files count by their first element; nothing that is well-formed is left out, not even what libvirt
//! rejects, because what a grammar does not know is kept as well.

use std::path::Path;

use generated::structs::DOCUMENTS;
use provider_core::xml::{Document, read, write};
use tests::{canonical, corpus};

/// Files that may differ, by name. Empty is the rule.
const ALLOWED: &[&str] = &[];

#[test]
fn corpus_documents_come_back_the_same() {
    if corpus::folder().is_none() {
        println!("skipped: needs ../shared/corpus or LIBVIRT_CORPUS");
        return;
    }
    let mut total = Count::default();
    for document in DOCUMENTS {
        let mut count = Count::default();
        for (path, text) in corpus::documents(document.kind) {
            count.add(document, &path, &text);
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
    let Ok(folder) = std::env::var("LIBVIRT_SRC") else {
        println!("skipped: needs LIBVIRT_SRC");
        return;
    };
    let mut count = Count::default();
    for (path, text) in corpus::xml_files(&Path::new(&folder).join("tests")) {
        let Ok(parsed) = first_element(&text) else { continue };
        for document in DOCUMENTS.iter().filter(|document| document.element.local == parsed) {
            count.add(document, &path, &text);
        }
    }
    count.unknown.iter().for_each(|unknown| println!("{unknown}"));
    println!("{}", count.line());
    assert!(count.failures.is_empty(), "{}", count.failures.join("\n"));
}

/// The local name of a document's first element.
fn first_element(text: &str) -> Result<String, roxmltree::Error> {
    roxmltree::Document::parse(text).map(|document| document.root_element().tag_name().name().to_string())
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
