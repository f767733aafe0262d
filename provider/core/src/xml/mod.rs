//! XML text ⇄ nodes, without loss: every value keeps its lexical form, children their order, namespaces their
//! prefixes, and what the grammar does not know stays. Knows XML and [`Node`]; must not know any element.

mod expand;
mod parse;
mod raw;
mod read;
mod write;

pub use parse::{SyntaxError, line, parse};
pub use read::{read, read_children, read_into};
pub(crate) use write::{escaped_attribute, escaped_text};
pub use write::{write, write_children};

use crate::node::Node;
use crate::shape::Name;

/// Whether a document can hold a character at all, by itself or by its number.
pub(crate) fn is_character(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// One kind of document, as the generated crate describes it.
#[derive(Debug)]
pub struct Document {
    /// The name of its grammar.
    pub kind: &'static str,
    /// Its first element.
    pub element: Name,
    /// An empty one.
    pub new: fn() -> Box<dyn Node>,
    /// Namespaces and the prefix that is written for them where the document does not say.
    pub prefixes: &'static [(&'static str, &'static str)],
}

/// Something in a document that its grammar does not know. It is kept in the node and written back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The element it is in, or the element itself: local names from the root, `/` between them.
    pub path: String,
    /// Its line, from 1.
    pub line: u32,
    /// What it is.
    pub what: UnknownWhat,
    /// The local name of the element or attribute; the text.
    pub name: String,
}

/// What kind of thing is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownWhat {
    /// An attribute.
    Attribute,
    /// A child element.
    Element,
    /// Text where there can be none.
    Text,
}

impl std::fmt::Display for Unknown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Unknown { path, line, name, .. } = self;
        match self.what {
            UnknownWhat::Attribute => write!(f, "line {line}: <{path}> has no attribute '{name}'"),
            UnknownWhat::Element => write!(f, "line {line}: <{path}> has no element '{name}', or not so many"),
            UnknownWhat::Text => write!(f, "line {line}: <{path}> has no text, but here is '{name}'"),
        }
    }
}

/// Why a document cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum XmlError {
    /// It is no well-formed XML.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// It starts with another element.
    #[error("line {line}: expected <{expected}>, found <{found}>")]
    Root {
        /// The element it should start with.
        expected: String,
        /// The element it starts with.
        found: String,
        /// The line, from 1.
        line: u32,
    },
}
