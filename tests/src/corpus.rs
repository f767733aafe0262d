//! libvirt documents to test with. They are not part of the repository: tests say so and pass where they are not.

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
