//! Sorts the documents in a libvirt source tree (its tests, examples and defaults) by kind, and by whose schema accepts
//! them. The judge is xmllint, libxml2's own, which owes nothing to our matcher. Knows where a tree keeps its schemas;
//! must not know any document.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use generated::structs::DOCUMENTS;

use crate::corpus;
use crate::jing;
use crate::repository;

/// Documents that the repository's schemas accept: one folder per kind.
pub const VALID: &str = "valid";
/// Documents that only the tree's own schemas, which are older, accept.
pub const OUTDATED: &str = "outdated";
/// Documents that begin with the element of a kind, but are none: fragments, what must be rejected, what is newer.
pub const INVALID: &str = "invalid";

/// How many files one call of xmllint judges.
const BATCH: usize = 500;

/// What was found, and what was left out.
#[derive(Debug, Default)]
pub struct Sorted {
    version: String,
    groups: BTreeMap<&'static str, usize>,
    /// Files with another first element, by that.
    foreign: BTreeMap<String, usize>,
    /// Files that are no XML, or not in UTF-8.
    unreadable: usize,
}

impl fmt::Display for Sorted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |group| self.groups.get(group).copied().unwrap_or_default();
        let foreign: usize = self.foreign.values().sum();
        write!(
            f,
            "libvirt {}: {} valid documents, {} by its own schemas alone, {} that are not valid; left out: {foreign} files \
             with another first element, {} that are no XML or not in UTF-8.",
            self.version,
            count(VALID),
            count(OUTDATED),
            count(INVALID),
            self.unreadable
        )
    }
}

/// Sorts the documents of `tree` into `folder/GROUP/KIND/NAME.xml`. A name is that of the file's folder, `__`, and its own.
pub fn sort(tree: &Path, folder: &Path) -> io::Result<Sorted> {
    let mut sorted = Sorted { version: version(tree)?, ..Sorted::default() };
    let is_newer = newer(&sorted.version, &repository_version()?);
    for (kind, files) in by_kind(tree, &mut sorted) {
        let accepted = accepted(&jing::schema(kind), &files)?;
        let refused: Vec<PathBuf> = files.difference(&accepted).cloned().collect();
        let own = tree.join("src/conf/schemas").join(format!("{kind}.rng"));
        let outdated = if is_newer || !own.is_file() { BTreeSet::new() } else { self::accepted(&own, &refused)? };
        for file in &files {
            let group = match file {
                file if accepted.contains(file) => VALID,
                file if outdated.contains(file) => OUTDATED,
                _ => INVALID,
            };
            let into = folder.join(group).join(kind);
            fs::create_dir_all(&into)?;
            let to = into.join(name(file));
            if to.exists() {
                return Err(io::Error::other(format!("{}: a second file of this name", to.display())));
            }
            fs::copy(file, to)?;
            *sorted.groups.entry(group).or_default() += 1;
        }
    }
    if !sorted.groups.contains_key(VALID) {
        return Err(io::Error::other("there are no libvirt documents in it"));
    }
    Ok(sorted)
}

/// The version that a tree says it has.
fn version(tree: &Path) -> io::Result<String> {
    let file = tree.join("meson.build");
    let text = fs::read_to_string(&file)
        .map_err(|error| io::Error::other(format!("{}: {error}: is it a libvirt source tree?", file.display())))?;
    let line = text.lines().find_map(|line| line.trim().strip_prefix("version: '"));
    let version = line.and_then(|rest| rest.split('\'').next());
    version.map(str::to_string).ok_or_else(|| io::Error::other("meson.build names no version"))
}

/// The version of the repository's schemas.
fn repository_version() -> io::Result<String> {
    let text = fs::read_to_string(repository::root().join("schemas/VERSION"))?;
    Ok(text.lines().next().and_then(|line| line.strip_prefix("libvirt ")).unwrap_or_default().to_string())
}

fn newer(version: &str, than: &str) -> bool {
    let numbers = |text: &str| -> Vec<u32> { text.split('.').filter_map(|number| number.parse().ok()).collect() };
    numbers(version) > numbers(than)
}

/// The files that begin with the first element of a kind.
fn by_kind(tree: &Path, sorted: &mut Sorted) -> BTreeMap<&'static str, BTreeSet<PathBuf>> {
    let mut found: BTreeMap<&str, BTreeSet<PathBuf>> = BTreeMap::new();
    for file in files(tree) {
        let Some(element) = fs::read_to_string(&file).ok().and_then(|text| first_element(&text)) else {
            sorted.unreadable += 1;
            continue;
        };
        match DOCUMENTS.iter().find(|document| document.element.local == element) {
            Some(document) => _ = found.entry(document.kind).or_default().insert(file),
            None => *sorted.foreign.entry(element).or_default() += 1,
        }
    }
    found
}

/// Those of the files that match the schema.
fn accepted<'f>(schema: &Path, files: impl IntoIterator<Item = &'f PathBuf>) -> io::Result<BTreeSet<PathBuf>> {
    let files: Vec<&PathBuf> = files.into_iter().collect();
    let mut accepted = BTreeSet::new();
    for batch in files.chunks(BATCH) {
        let mut xmllint = Command::new("xmllint");
        let output = xmllint.args(["--noout", "--nonet", "--relaxng"]).arg(schema).args(batch).output()?;
        let report = String::from_utf8_lossy(&output.stderr);
        let judged: BTreeMap<&str, bool> = report
            .lines()
            .filter_map(|line| {
                let no = line.strip_suffix(" fails to validate").map(|file| (file, false));
                no.or_else(|| line.strip_suffix(" validates").map(|file| (file, true)))
            })
            .collect();
        if judged.is_empty() {
            return Err(io::Error::other(format!("xmllint and {}: {report}", schema.display())));
        }
        let valid = |file: &&&PathBuf| judged.get(file.to_string_lossy().as_ref()) == Some(&true);
        accepted.extend(batch.iter().filter(valid).map(|file| file.to_path_buf()));
    }
    Ok(accepted)
}

fn name(file: &Path) -> String {
    let last = |path: Option<&Path>| path.and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned();
    format!("{}__{}", last(file.parent()), last(Some(file)))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        assert!(newer("12.10.0", "12.8.0") && !newer("12.8.0", "12.8.0") && !newer("9.0.0", "12.8.0"));
    }

    #[test]
    fn documents_are_sorted_by_schema() {
        crate::needs!(crate::skip::program("xmllint").is_some(), "xmllint");
        let (tree, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let write = |name: &str, text: &str| {
            let file = tree.path().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        };
        let tree = tree.path();
        assert!(sort(tree, folder.path()).unwrap_err().to_string().contains("is it a libvirt source tree?"));
        write("meson.build", "project(\n  'libvirt', 'c',\n  version: '9.0.0',\n");
        assert!(sort(tree, folder.path()).unwrap_err().to_string().contains("no libvirt documents"));
        write("tests/a/good.xml", "<network><name>n</name></network>");
        write("tests/a/bad.xml", "<network><nome>n</nome></network>");
        write("examples/old.xml", "<network><old/></network>");
        write("tests/other.xml", "<disk/>");
        write("tests/text.xml", "<network>");
        write(
            "src/conf/schemas/network.rng",
            "<element name='network' xmlns='http://relaxng.org/ns/structure/1.0'><element name='old'><empty/></element></element>",
        );
        let sorted = sort(tree, folder.path()).unwrap().to_string();
        for path in ["valid/network/a__good.xml", "invalid/network/a__bad.xml", "outdated/network/examples__old.xml"] {
            assert!(folder.path().join(path).is_file(), "{path}");
        }
        assert!(sorted.contains("1 valid documents, 1 by its own schemas alone, 1 that are not valid"), "{sorted}");
        assert!(sorted.contains("1 files with another first element, 1 that are no XML"), "{sorted}");
    }
}
