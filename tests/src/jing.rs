//! jing, an implementation of RELAX NG that owes us nothing, as the judge of documents. Knows only how to call it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::repository::root;

/// Starting a Java machine costs more than judging a hundred files.
const BATCH: usize = 1000;

/// Whether jing is here.
pub fn is_here() -> bool {
    Command::new("jing").output().is_ok()
}

/// Those of the files that do not match the schema.
pub fn invalid(schema: &Path, files: &[PathBuf]) -> BTreeSet<PathBuf> {
    files.chunks(BATCH).flat_map(|batch| invalid_of(schema, batch)).collect()
}

fn invalid_of(schema: &Path, files: &[PathBuf]) -> BTreeSet<PathBuf> {
    let output = Command::new("jing").arg("-i").arg(schema).args(files).output().expect("jing runs");
    let report = String::from_utf8_lossy(&output.stdout);
    let mut invalid = BTreeSet::new();
    for line in report.lines() {
        // A line is `file:line:column: error: message`.
        let file = line.find(".xml:").map(|end| PathBuf::from(&line[..end + 4]));
        assert!(file.is_some(), "jing says: {line}");
        invalid.extend(file);
    }
    assert_eq!(invalid.is_empty(), output.status.success(), "jing says: {report}");
    invalid
}

/// The repository's schema of a kind of document.
pub fn schema(kind: &str) -> PathBuf {
    root().join("schemas").join(format!("{kind}.rng"))
}
