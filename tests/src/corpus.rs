//! libvirt documents to test with. They are not part of the repository: tests say so and pass where they are not.

use std::fs;
use std::path::{Path, PathBuf};

/// The folder with one folder of documents per kind: beside the repository, or where `LIBVIRT_CORPUS` says.
pub fn folder() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    let folder = std::env::var_os("LIBVIRT_CORPUS").map_or_else(beside, PathBuf::from);
    folder.is_dir().then_some(folder)
}

/// The documents of one kind, by file name.
pub fn documents(kind: &str) -> Vec<(PathBuf, String)> {
    folder().map(|folder| xml_files(&folder.join(kind))).unwrap_or_default()
}

/// All XML files below a folder that are UTF-8, sorted by path.
pub fn xml_files(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
            if path.is_dir() && !is_link {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "xml")
                && let Ok(text) = std::fs::read_to_string(&path)
            {
                found.push((path, text));
            }
        }
    }
    found.sort();
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
