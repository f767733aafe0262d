//! Artifacts onto the disk, or compared with what is there. Knows files; must not know what is in them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::Error;
use crate::emit::Artifact;

/// Writes what differs and removes what is no longer generated from the `owned` folders. Returns the paths touched.
pub fn write(top: &Path, artifacts: &[Artifact], owned: &[&str]) -> Result<Vec<String>, Error> {
    let mut touched = differing(top, artifacts);
    for artifact in artifacts.iter().filter(|artifact| touched.contains(&artifact.path)) {
        let path = top.join(&artifact.path);
        let folder = path.parent().unwrap_or(top);
        let error = |source| Error::File { path: artifact.path.clone(), source };
        std::fs::create_dir_all(folder).map_err(error)?;
        std::fs::write(&path, &artifact.text).map_err(error)?;
    }
    for orphan in orphans(top, artifacts, owned)? {
        std::fs::remove_file(top.join(&orphan)).map_err(|source| Error::File { path: orphan.clone(), source })?;
        touched.push(orphan);
    }
    Ok(touched)
}

/// The paths that writing would touch, and why.
pub fn check(top: &Path, artifacts: &[Artifact], owned: &[&str]) -> Result<Vec<String>, Error> {
    let mut wrong: Vec<String> =
        differing(top, artifacts).into_iter().map(|path| format!("{path} is not what the generator writes")).collect();
    wrong.extend(orphans(top, artifacts, owned)?.into_iter().map(|path| format!("{path} is no longer generated")));
    Ok(wrong)
}

fn differing(top: &Path, artifacts: &[Artifact]) -> Vec<String> {
    let differs = |artifact: &&Artifact| {
        std::fs::read_to_string(top.join(&artifact.path)).map_or(true, |text| text != artifact.text)
    };
    artifacts.iter().filter(differs).map(|artifact| artifact.path.clone()).collect()
}

fn orphans(top: &Path, artifacts: &[Artifact], owned: &[&str]) -> Result<Vec<String>, Error> {
    let wanted: BTreeSet<PathBuf> = artifacts.iter().map(|artifact| top.join(&artifact.path)).collect();
    let mut orphans = Vec::new();
    for folder in owned {
        let mut waiting = vec![top.join(folder)];
        while let Some(folder) = waiting.pop() {
            if !folder.is_dir() {
                continue;
            }
            let error = |source| Error::File { path: folder.display().to_string(), source };
            for entry in std::fs::read_dir(&folder).map_err(error)? {
                let path = entry.map_err(error)?.path();
                if path.is_dir() {
                    waiting.push(path);
                } else if !wanted.contains(&path) {
                    orphans.push(path.strip_prefix(top).unwrap_or(&path).to_string_lossy().into_owned());
                }
            }
        }
    }
    orphans.sort();
    Ok(orphans)
}
