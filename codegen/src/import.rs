//! Takes a directory of libvirt's own .rng files in: simple-form grammars, VERSION and history.tsv. The only
//! stage besides the command line that reads libvirt's files.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::emit::Artifact;
use crate::grammar::{ElementId, Grammars};
use crate::history::{History, Version};
use crate::members;
use crate::overrides::RootRule;
use crate::rng::{self, RngError};

/// Reads the grammars of `directory`, which are libvirt's of `version`. Returns the files to write: all of schemas/
/// where the version is the newest one known, the history alone where it is older.
pub fn import(
    directory: &Path,
    version: &Version,
    roots: &[RootRule],
    history: &mut History,
    newest: bool,
) -> Result<Vec<Artifact>, RngError> {
    let mut grammars = Vec::new();
    for root in roots {
        grammars.push((root.kind.as_str(), rng::load::load(directory, &format!("{}.rng", root.kind))?));
    }
    let mut all = Grammars::new(grammars.iter().map(|(kind, grammar)| (*kind, grammar)));
    history.add(version, &paths(&mut all));
    let mut artifacts = vec![Artifact { path: "schemas/history.tsv".into(), text: history.to_string() }];
    if newest {
        for (kind, grammar) in &grammars {
            artifacts.push(Artifact { path: format!("schemas/{kind}.rng"), text: rng::write::write(grammar) });
        }
        artifacts.push(Artifact { path: "schemas/VERSION".into(), text: version_file(directory, version)? });
    }
    Ok(artifacts)
}

/// The version that schemas/VERSION, whose text this is, says the grammars are of.
pub fn imported(text: &str) -> Option<Version> {
    text.lines().next().and_then(|line| line.strip_prefix("libvirt ")).and_then(Version::parse)
}

/// schemas/VERSION: the version, and the sums of libvirt's files.
fn version_file(directory: &Path, version: &Version) -> Result<String, RngError> {
    let error = |source| RngError::Read { file: directory.display().to_string(), source };
    let mut text = format!("libvirt {version}\n");
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(directory).map_err(error)? {
        let path = entry.map_err(error)?.path();
        if path.extension().is_some_and(|ending| ending == "rng") {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.insert(name, std::fs::read(&path).map_err(error)?);
        }
    }
    for (name, content) in files {
        let _ = writeln!(text, "{}  {name}", hex(&Sha256::digest(&content)));
    }
    Ok(text)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Every element and attribute path of every root. A path does not go into an element it is already inside of.
pub fn paths(grammars: &mut Grammars) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let roots: Vec<_> = grammars.roots.values().copied().collect();
    for root in roots {
        for child in members::gather(grammars, root).children.clone() {
            walk(grammars, &child.name.local, &child.elements, &mut vec![], &mut found);
        }
    }
    found
}

fn walk(
    grammars: &mut Grammars,
    path: &str,
    elements: &BTreeSet<ElementId>,
    around: &mut Vec<BTreeSet<ElementId>>,
    found: &mut BTreeSet<String>,
) {
    found.insert(path.to_string());
    if around.iter().any(|outer| !outer.is_disjoint(elements)) {
        return;
    }
    let content = members::content(grammars, elements);
    let members = members::gather(grammars, content);
    for attribute in &members.attributes {
        found.insert(format!("{path}@{}", attribute.name.prefixed()));
    }
    around.push(elements.clone());
    for child in &members.children {
        let below = format!("{path}/{}", child.name.prefixed());
        walk(grammars, &below, &child.elements, around, found);
    }
    around.pop();
}
