//! The documents in a libvirt source tree (its tests, examples and defaults), sorted by a rule: which of them are of a
//! kind there is, and valid. Knows where a tree keeps its schemas; must not know any document.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use generated::grammar::GRAMMAR;
use generated::structs::DOCUMENTS;

use crate::corpus::{self, Sample};
use crate::jing;

/// A tree's documents.
#[derive(Debug, Default)]
pub struct SourceTree {
    /// Those that the compiled grammar accepts.
    pub valid: Vec<Sample>,
    /// Those that only the tree's own schema of their kind accepts.
    pub once_valid: Vec<Sample>,
    /// Those that begin with the element of a kind, but are none: fragments of documents, and what must be rejected.
    pub invalid: Vec<Sample>,
    /// Files with another first element, by that.
    foreign: BTreeMap<String, usize>,
    /// Files that are no XML, or not in UTF-8.
    unreadable: usize,
}

impl SourceTree {
    /// The tree that `LIBVIRT_SRC` names; `None`, and a line that says so, where it names none.
    pub fn named() -> Option<SourceTree> {
        let Some(folder) = std::env::var_os("LIBVIRT_SRC").map(PathBuf::from) else {
            crate::skip::skipped("LIBVIRT_SRC, a libvirt source tree");
            return None;
        };
        assert!(folder.join("tests").is_dir(), "LIBVIRT_SRC: there is no folder tests in {}", folder.display());
        Some(SourceTree::read(&folder))
    }

    fn read(folder: &Path) -> SourceTree {
        let mut tree = SourceTree::default();
        let mut refused = Vec::new();
        let mut kinds = BTreeSet::new();
        for file in files(folder) {
            let Ok(text) = std::fs::read_to_string(&file) else {
                tree.unreadable += 1;
                continue;
            };
            let Some(element) = first_element(&text) else {
                tree.unreadable += 1;
                continue;
            };
            let Some(document) = DOCUMENTS.iter().find(|document| document.element.local == element) else {
                *tree.foreign.entry(element).or_default() += 1;
                continue;
            };
            let sample = Sample { kind: document.kind.to_string(), file, text };
            match GRAMMAR.check_text(document.kind, &sample.text) {
                Ok(()) => tree.valid.push(sample),
                Err(_) => {
                    kinds.insert(document.kind);
                    refused.push(sample);
                }
            }
        }
        tree.ask_its_own(folder, refused, kinds);
        tree
    }

    /// What today's grammar refuses may have been valid when the tree was new.
    fn ask_its_own(&mut self, folder: &Path, refused: Vec<Sample>, kinds: BTreeSet<&str>) {
        if !jing::is_here() {
            self.invalid = refused;
            return;
        }
        let into = tempfile::tempdir().expect("a temporary folder");
        for kind in kinds {
            let samples: Vec<&Sample> = refused.iter().filter(|sample| sample.kind == kind).collect();
            let files: Vec<PathBuf> = samples.iter().map(|sample| sample.file.clone()).collect();
            let schema = jing::simple_form(&folder.join("src/conf/schemas"), kind, into.path());
            let invalid = jing::invalid(&schema, &files);
            for sample in samples {
                let group = if invalid.contains(&sample.file) { &mut self.invalid } else { &mut self.once_valid };
                group.push(sample.clone());
            }
        }
    }

    /// All documents of a kind that are or were valid.
    pub fn documents(&self) -> impl Iterator<Item = &Sample> {
        self.valid.iter().chain(&self.once_valid)
    }

    /// Everything that begins with the element of a kind.
    pub fn all(&self) -> impl Iterator<Item = &Sample> {
        self.documents().chain(&self.invalid)
    }
}

impl fmt::Display for SourceTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let foreign: usize = self.foreign.values().sum();
        let (valid, once) = (self.valid.len(), self.once_valid.len());
        writeln!(f, "{valid} documents are valid, {once} more by the schemas of the tree alone")?;
        writeln!(f, "left out: {} that no schema of their kind accepts,", self.invalid.len())?;
        writeln!(f, "left out: {foreign} with a first element that is no kind's: {:?},", self.foreign)?;
        write!(f, "left out: {} that are no XML or not in UTF-8", self.unreadable)
    }
}

/// Everything below a folder that ends as XML files do, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(folder) = waiting.pop() {
        for path in corpus::entries(&folder) {
            if path.is_symlink() {
                continue;
            }
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "xml") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The local name of a document's first element.
fn first_element(text: &str) -> Option<String> {
    let document = roxmltree::Document::parse(text).ok()?;
    Some(document.root_element().tag_name().name().to_string())
}
