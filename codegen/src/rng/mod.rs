//! RELAX NG as libvirt writes it: read, resolve, simplify, write. Knows XML and RELAX NG; must not know structs,
//! Terraform or any element of libvirt's.

pub mod load;
pub mod parse;
pub mod pattern;
pub mod simplify;
pub mod write;

pub use pattern::{Data, Definitions, Grammar, NameClass, Pattern, QName};

/// What can be wrong with a grammar.
#[derive(Debug, thiserror::Error)]
pub enum RngError {
    /// A file that cannot be read.
    #[error("{file}: {source}")]
    Read {
        /// The file.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// A file that is no well-formed XML.
    #[error("{file}: {source}")]
    Xml {
        /// The file.
        file: String,
        /// Why.
        source: roxmltree::Error,
    },
    /// A construct that the reader does not know; the set it knows is all that libvirt uses.
    #[error("{file}:{line}: {what}")]
    Unknown {
        /// The file.
        file: String,
        /// Its line, from 1.
        line: u32,
        /// What was found.
        what: String,
    },
    /// A reference to a define that is not there.
    #[error("{file}: reference to the undefined '{name}'")]
    Undefined {
        /// The start file of the grammar.
        file: String,
        /// The missing define.
        name: String,
    },
}
