//! overrides/defaults/: what libvirt does by itself, as it was seen. Reads the rows, one file for each kind of document;
//! must not know any element, nor what becomes of a row.

mod verify;
mod words;

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value as Json;

use crate::Error;

pub use verify::verify;
pub use words::{sentence, value_in_words};

/// The rows by kind of document.
pub type Defaults = BTreeMap<String, Vec<Row>>;

/// A value, an object or an element of a list that libvirt gives by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Terraform's path from the root's object, `[]` behind lists; `[]` at its end is a whole element.
    pub path: String,
    /// The value; text that begins with `=` refers to another place.
    pub value: Json,
    /// What must hold for it.
    pub when: Vec<Condition>,
    /// In how many documents it was seen, and where.
    pub seen: String,
    /// Its line in the file.
    pub line: usize,
}

/// A condition of a row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Condition {
    /// A path from the root, `.path` inside the innermost element of a list, or `@driver`.
    pub path: String,
    /// The values for which it holds.
    pub any_of: Vec<String>,
}

/// What can be wrong with a row.
#[derive(Debug, thiserror::Error)]
#[error("overrides/defaults/{file}:{line}: {problem}")]
pub struct DefaultsError {
    /// The file.
    pub file: String,
    /// The line.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
}

/// The line above the rows.
pub const HEAD: &str = "path\tvalue\twhen\tseen";

/// Reads the folder's files; no such folder is no rows.
pub fn read(folder: &Path) -> Result<Defaults, Error> {
    let error = |path: &Path, source| Error::File { path: path.display().to_string(), source };
    let mut defaults = Defaults::new();
    if !folder.is_dir() {
        return Ok(defaults);
    }
    for entry in std::fs::read_dir(folder).map_err(|source| error(folder, source))? {
        let path = entry.map_err(|source| error(folder, source))?.path();
        let text = std::fs::read_to_string(&path).map_err(|source| error(&path, source))?;
        let kind = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        defaults.insert(kind.clone(), parse(&kind, &text)?);
    }
    Ok(defaults)
}

/// The rows of a file, in the order in which they are looked up.
pub fn parse(kind: &str, text: &str) -> Result<Vec<Row>, DefaultsError> {
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line));
    let mut lines = lines.filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty());
    let error = |line, problem: String| DefaultsError { file: format!("{kind}.tsv"), line, problem };
    match lines.next() {
        Some((_, HEAD)) | None => {}
        Some((line, _)) => return Err(error(line, format!("the first line is not '{}'", HEAD.replace('\t', " ")))),
    }
    let mut rows = lines
        .map(|(line, text)| row(line, text).map_err(|problem| error(line, problem)))
        .collect::<Result<Vec<Row>, _>>()?;
    rows.sort_by(|a, b| order(&a.path, &b.path).then_with(|| a.text().cmp(&b.text())));
    Ok(rows)
}

fn row(line: usize, text: &str) -> Result<Row, String> {
    let columns: Vec<&str> = text.split('\t').collect();
    let [path, value, when, seen] = columns[..] else {
        return Err(format!("a row has 4 columns, this has {}", columns.len()));
    };
    if seen.trim().is_empty() {
        return Err("nothing says where this was seen".to_string());
    }
    let value = serde_json::from_str(value).map_err(|error| format!("the value is no JSON: {error}"))?;
    let when = when.split("; ").filter(|condition| !condition.is_empty()).map(condition).collect::<Result<_, _>>()?;
    Ok(Row { path: path.to_string(), value, when, seen: seen.to_string(), line })
}

/// `path=one|two`.
fn condition(text: &str) -> Result<Condition, String> {
    let (path, words) = text.split_once('=').ok_or_else(|| format!("the condition '{text}' has no '='"))?;
    Ok(Condition { path: path.to_string(), any_of: words.split('|').map(str::to_string).collect() })
}

/// The order of paths: by their names, so that all of one object are side by side. The runtime looks them up in it.
pub fn order(a: &str, b: &str) -> Ordering {
    let names = |path: &str| path.replace("[]", ".[]").split('.').map(str::to_string).collect::<Vec<_>>();
    names(a).cmp(&names(b))
}

impl Row {
    /// The row as a file has it.
    pub fn text(&self) -> String {
        let when: Vec<String> = self.when.iter().map(Condition::text).collect();
        format!("{}\t{}\t{}\t{}", self.path, self.value, when.join("; "), self.seen)
    }
}

impl Condition {
    fn text(&self) -> String {
        format!("{}={}", self.path, self.any_of.join("|"))
    }
}
