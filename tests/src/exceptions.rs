//! The places of libvirt's documents that no conversion gives back, as tests/corpus-exceptions.toml lists them. Knows
//! the file's form only.

use serde::Deserialize;

use crate::repository;

/// A place that does not come back.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// The kind of document.
    pub kind: String,
    /// The place, as `a/b@c`.
    pub path: String,
    /// The one conversion that loses it; none: all do.
    only: Option<String>,
    #[allow(dead_code, reason = "for people")]
    why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    exception: Vec<Exception>,
}

/// The exceptions of a conversion.
pub fn of(conversion: &str) -> Vec<Exception> {
    let text = repository::read(&repository::root().join("tests/corpus-exceptions.toml"));
    let all: File = toml::from_str(&text).expect("the list of exceptions");
    all.exception.into_iter().filter(|one| one.only.as_deref().is_none_or(|only| only == conversion)).collect()
}
