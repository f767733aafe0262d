//! libvirt documents to test with. They are not part of the repository: tests say so and pass where they are not.

use std::fs;
use std::path::{Path, PathBuf};

use crate::repository::root;
use crate::skip::skipped;

/// The folder with one folder of documents per kind: where `LIBVIRT_CORPUS` says, or `shared/corpus` beside the repository,
/// wherever that is checked out.
fn folder() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("LIBVIRT_CORPUS") {
        return Some(PathBuf::from(named)).filter(|folder| folder.is_dir());
    }
    let top = root().canonicalize().ok()?;
    top.ancestors().skip(1).map(|folder| folder.join("shared/corpus")).find(|folder| folder.is_dir())
}

/// The folder of one kind's documents; `None`, and a line that says so, where there are none.
pub fn folder_of(kind: &str) -> Option<PathBuf> {
    let found = folder().map(|folder| folder.join(kind)).filter(|folder| folder.is_dir());
    if found.is_none() {
        skipped("../shared/corpus or LIBVIRT_CORPUS");
    }
    found
}

/// A document of libvirt's.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The kind of document: the root's name.
    pub kind: String,
    /// Where it is.
    pub file: PathBuf,
    /// Its text.
    pub text: String,
}

/// All documents, sorted by kind and name; `None`, and a line that says so, where there are none.
pub fn samples() -> Option<Vec<Sample>> {
    let Some(corpus) = folder() else {
        skipped("../shared/corpus or LIBVIRT_CORPUS");
        return None;
    };
    let mut samples = Vec::new();
    for folder in entries(&corpus) {
        let kind = folder.file_name().unwrap_or_default().to_string_lossy().to_string();
        for file in entries(&folder).into_iter().filter(|file| file.extension().is_some_and(|end| end == "xml")) {
            let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            samples.push(Sample { kind: kind.clone(), file, text });
        }
    }
    Some(samples)
}

/// What is in a folder, sorted.
pub fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}
