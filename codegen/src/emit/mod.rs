//! From what the passes found out to the text of files. Pure: nothing here touches a file.

pub mod grammar;

/// A file to be: where it goes, from the top of the repository, and what stands in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// The path, with `/`.
    pub path: String,
    /// The text.
    pub text: String,
}
