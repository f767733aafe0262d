//! What can be wrong with the override files. Knows how it is worded; must not know how it is found.

use std::path::PathBuf;

/// What can be wrong with an override file.
#[derive(Debug, thiserror::Error)]
pub enum OverrideError {
    /// A file that cannot be read.
    #[error("{file}: {source}")]
    Read {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file that is no TOML of the form these files have.
    #[error("{file}: {source}")]
    Form {
        /// The file.
        file: PathBuf,
        /// Why, with the line.
        source: Box<toml::de::Error>,
    },
    /// Two entries for one place.
    #[error("{path} has two overrides, in {first} and {second}")]
    Twice {
        /// The place.
        path: String,
        /// The file of the first.
        first: String,
        /// The file of the second.
        second: String,
    },
    /// An entry without a reason.
    #[error("{file}: {path} has no reason: `why` is empty")]
    NoReason {
        /// The file.
        file: String,
        /// The place.
        path: String,
    },
    /// An entry that asks for nothing.
    #[error("{file}: {path} asks for nothing")]
    Nothing {
        /// The file.
        file: String,
        /// The place.
        path: String,
    },
    /// A description of a family whose places need not have anything in common.
    #[error("{file}: {path}: what follows `*` begins with `/`, `@` or `[`")]
    NoFamily {
        /// The file.
        file: String,
        /// The place.
        path: String,
    },
    /// An entry that refers to a rule that is not there, or comes in a later file.
    #[error("{file}: {path}: there is no '{rule}' under [variants] or [members]")]
    NoRule {
        /// The file.
        file: String,
        /// The place.
        path: String,
        /// The rule's name.
        rule: String,
    },
    /// A reason that three entries give.
    #[error("three entries give the reason '{why}': {paths}; make them one [[family]], or a rule", paths = .paths.join(", "))]
    Thrice {
        /// The reason.
        why: String,
        /// The places.
        paths: Vec<String>,
    },
    /// A family of fewer than two places, or an entry of a place that names others.
    #[error("{file}: {path}: `places` belongs to a [[family]], which has at least two")]
    Places {
        /// The file.
        file: String,
        /// The place, or the family's reason.
        path: String,
    },
    /// A rule for branches that says what an attribute means by which it distinguishes nothing.
    #[error("{file}: {path}: `defaults` speaks of '{attribute}', which is not in `by`")]
    NoDiscriminator {
        /// The file.
        file: String,
        /// The place, or the rule's name.
        path: String,
        /// The attribute.
        attribute: String,
    },
    /// An entry that changed nothing.
    #[error("{file}: {path}: {verb} has no effect: {hint}")]
    Unused {
        /// The file.
        file: String,
        /// The place.
        path: String,
        /// The verb of the entry.
        verb: &'static str,
        /// The nearest place that exists, or that the rules already do this.
        hint: String,
    },
}
