//! Since which libvirt version each path exists, as far as the imported versions show: schemas/history.tsv.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The first and the last imported version that has a path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    versions: BTreeSet<Version>,
    paths: BTreeMap<String, (Version, Version)>,
}

/// `11.3.0`, ordered by its numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(Vec<u32>);

/// A line of the file that is not of its form.
#[derive(Debug, thiserror::Error)]
#[error("schemas/history.tsv:{line}: this is no path with two versions behind it")]
pub struct NoHistory {
    /// The line, from 1.
    pub line: usize,
}

impl Version {
    /// Reads numbers between dots; `None` for anything else.
    pub fn parse(text: &str) -> Option<Version> {
        text.split('.').map(|part| part.parse().ok()).collect::<Option<Vec<u32>>>().map(Version)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = self.0.iter().map(u32::to_string).collect();
        f.write_str(&parts.join("."))
    }
}

impl History {
    /// Reads the file below its head. A line that is not of its form is an error: the next import would write the file
    /// without it.
    pub fn parse(text: &str) -> Result<History, NoHistory> {
        let mut history = History::default();
        for (position, line) in text.lines().enumerate().skip(1) {
            let columns: Vec<&str> = line.split('\t').collect();
            let versions = match columns[..] {
                [_, first, last] => Version::parse(first).zip(Version::parse(last)),
                _ => None,
            };
            let (first, last) = versions.ok_or(NoHistory { line: position + 1 })?;
            history.versions.extend([first.clone(), last.clone()]);
            history.paths.insert(columns[0].to_string(), (first, last));
        }
        Ok(history)
    }

    /// Adds what one version has. Versions may come in any order.
    pub fn add(&mut self, version: &Version, paths: &BTreeSet<String>) {
        self.versions.insert(version.clone());
        for path in paths {
            let range = self.paths.entry(path.clone()).or_insert_with(|| (version.clone(), version.clone()));
            range.0 = range.0.clone().min(version.clone());
            range.1 = range.1.clone().max(version.clone());
        }
    }

    /// The version in which a path first appeared, for those that the oldest imported version does not have.
    pub fn since(&self) -> BTreeMap<String, String> {
        let oldest = self.versions.first();
        let newer = self.paths.iter().filter(|(_, (first, _))| Some(first) != oldest);
        newer.map(|(path, (first, _))| (path.clone(), first.to_string())).collect()
    }

    /// The newest known version that is older than `version`.
    pub fn before(&self, version: &str) -> Option<String> {
        let version = Version::parse(version)?;
        self.versions.range(..version).next_back().map(Version::to_string)
    }

    /// Paths of an older version that the newest does not have any more.
    pub fn gone(&self) -> Vec<&str> {
        let newest = self.versions.last();
        self.paths.iter().filter(|(_, (_, last))| Some(last) != newest).map(|(path, _)| path.as_str()).collect()
    }
}

impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "path\tfirst\tlast")?;
        self.paths.iter().try_for_each(|(path, (first, last))| writeln!(f, "{path}\t{first}\t{last}"))
    }
}
