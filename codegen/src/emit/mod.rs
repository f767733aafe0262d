//! The model into artifacts: pure functions, one file per kind of artifact.

/// A file to write: its path from the repository's top and its text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Artifact {
    /// The path, with `/` between its parts.
    pub path: String,
    /// The whole text.
    pub text: String,
}
