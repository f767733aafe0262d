//! libvirt's own documents to test with. They are not part of the repository: `make test` fetches them, and tests say so
//! and pass where they are not.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use generated::structs::DOCUMENTS;

use crate::repository::root;
use crate::skip::skipped;
use crate::source_tree::{INVALID, OUTDATED};

/// What a test that needs them needs.
const NEED: &str = "libvirt's own documents, which tests/environment/documents.sh fetches";

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

/// The folder with one folder of valid documents per kind: where `LIBVIRT_CORPUS` says, or what was fetched below cargo's
/// target directory, or `shared/corpus` beside the repository, wherever that is checked out.
fn folder() -> Option<PathBuf> {
    if let Some(named) = env::var_os("LIBVIRT_CORPUS") {
        return Some(PathBuf::from(named));
    }
    let nearest = |from: &Path, name: &str| {
        from.ancestors().skip(1).map(|folder| folder.join(name)).find(|folder| folder.is_dir())
    };
    let fetched = env::current_exe().ok().and_then(|test| nearest(&test, "libvirt-documents"));
    let fetched = fetched.filter(|folder| folder.join("STATE").is_file()).map(|folder| folder.join("valid"));
    fetched.or_else(|| nearest(&root().canonicalize().ok()?, "shared/corpus"))
}

/// All valid documents, sorted by kind and name; `None`, and a line that says so, where there are none. Panics where the
/// folder that should have them has none.
pub fn samples() -> Option<Vec<Sample>> {
    let Some(corpus) = folder() else {
        skipped(NEED);
        return None;
    };
    let samples = read(&corpus);
    assert!(!samples.is_empty(), "{}: there are no documents in it", corpus.display());
    Some(samples)
}

/// Documents that only older schemas accept, and what begins like a document and is none: what was sorted out when the
/// source package was fetched. `None`, and a line that says so, where none was.
pub fn sorted_out() -> Option<(Vec<Sample>, Vec<Sample>)> {
    let beside = |name: &str| folder().map(|valid| valid.with_file_name(name)).filter(|folder| folder.is_dir());
    let Some(invalid) = beside(INVALID) else {
        skipped(NEED);
        return None;
    };
    let invalid = read(&invalid);
    assert!(!invalid.is_empty(), "libvirt's own tests have documents that are not valid");
    Some((beside(OUTDATED).map(|folder| read(&folder)).unwrap_or_default(), invalid))
}

fn read(corpus: &Path) -> Vec<Sample> {
    let mut samples = Vec::new();
    for folder in entries(corpus) {
        let kind = folder.file_name().unwrap_or_default().to_string_lossy().to_string();
        assert!(DOCUMENTS.iter().any(|document| document.kind == kind), "{}: no kind of document", folder.display());
        for file in entries(&folder).into_iter().filter(|file| file.extension().is_some_and(|end| end == "xml")) {
            let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            samples.push(Sample { kind: kind.clone(), file, text });
        }
    }
    samples
}

/// What is in a folder, sorted.
pub fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}
