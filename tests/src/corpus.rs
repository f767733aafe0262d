//! The documents and schemas that lie beside the project; every test must run without them. Knows only where they are.

use std::fs;
use std::path::{Path, PathBuf};

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

/// The top of the repository.
pub fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// What lies beside the project: `../shared` from the repository's top, wherever that is checked out.
pub fn shared() -> Option<PathBuf> {
    let top = top().canonicalize().ok()?;
    top.ancestors().skip(1).map(|folder| folder.join("shared")).find(|folder| folder.join("corpus").is_dir())
}

/// All documents, sorted by kind and name; `None`, and a line that says so, where there are none.
pub fn samples() -> Option<Vec<Sample>> {
    let Some(shared) = shared() else {
        eprintln!("skipped: needs ../shared/corpus");
        return None;
    };
    let mut samples = Vec::new();
    for folder in entries(&shared.join("corpus")) {
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
