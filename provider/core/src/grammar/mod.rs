//! The compiled grammar as plain tables, and the check of a whole document against it. Knows RELAX NG's algebra; must
//! not know any element or attribute by name: those stand in the tables, which are generated.

mod arrange;
pub mod datatype;
mod derivative;
mod expected;
mod explain;
mod matcher;
mod mismatch;

pub use mismatch::{Fault, Member, Mismatch, Step};

use roxmltree::Document;

use crate::shape::Name;
use crate::xml::{self, SyntaxError};
use datatype::Data;

/// A pattern in [`Grammar::patterns`].
pub type PatternId = u16;

/// An element in [`Grammar::elements`].
pub type ElementId = u16;

/// All grammars in one: patterns and elements refer to each other by their position.
#[derive(Debug)]
pub struct Grammar {
    /// The patterns.
    pub patterns: &'static [Pattern],
    /// The elements.
    pub elements: &'static [Element],
    /// What a document of each kind starts with, sorted by kind.
    pub roots: &'static [(&'static str, PatternId)],
}

/// A pattern. Optional is a choice with [`Pattern::Empty`], zero or more an optional [`Pattern::OneOrMore`].
#[derive(Debug)]
pub enum Pattern {
    /// Nothing at all.
    Empty,
    /// An alternative that cannot be taken.
    NotAllowed,
    /// Any text.
    Text,
    /// Exactly this text, white space normalised.
    Value(&'static str),
    /// Text of a datatype.
    Data(&'static Data),
    /// An attribute and its value.
    Attribute(NameClass, PatternId),
    /// An element.
    Element(ElementId),
    /// One of them.
    Choice(&'static [PatternId]),
    /// All, in this order.
    Group(&'static [PatternId]),
    /// All, in any order.
    Interleave(&'static [PatternId]),
    /// At least once.
    OneOrMore(PatternId),
}

/// An element pattern.
#[derive(Debug)]
pub struct Element {
    /// Its names.
    pub name: NameClass,
    /// Its content.
    pub content: PatternId,
}

/// The names an element or attribute may have.
#[derive(Debug)]
pub enum NameClass {
    /// Any name of any namespace.
    Any,
    /// One name.
    Name(Name),
}

impl NameClass {
    /// The name without a namespace.
    pub const fn local(local: &'static str) -> NameClass {
        NameClass::of("", local)
    }

    /// The name of a namespace.
    pub const fn of(namespace: &'static str, local: &'static str) -> NameClass {
        NameClass::Name(Name::new(namespace, local))
    }

    /// Whether the name is one of them.
    pub fn contains(&self, namespace: &str, local: &str) -> bool {
        match self {
            NameClass::Any => true,
            NameClass::Name(name) => name.local == local && name.namespace == namespace,
        }
    }
}

/// Why a document does not pass.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// There is no grammar of this kind.
    #[error("no grammar is called '{0}'")]
    Kind(String),
    /// The text is no well-formed XML.
    #[error("not well-formed: {0}")]
    Xml(#[from] SyntaxError),
    /// The document does not match its grammar.
    #[error(transparent)]
    Mismatch(#[from] Box<Mismatch>),
}

impl Grammar {
    /// Checks a document of a kind given as text.
    pub fn check_text(&'static self, kind: &str, text: &str) -> Result<(), CheckError> {
        self.check(kind, &xml::parse(text)?)
    }

    /// Checks a document of a kind.
    pub fn check(&'static self, kind: &str, document: &Document) -> Result<(), CheckError> {
        explain::check(self, self.start(kind)?, document).map_err(CheckError::Mismatch)
    }

    /// A valid document of a kind from one whose elements may have their children in another order than the grammar
    /// allows, as is the case for what is made from values.
    pub fn arrange(&'static self, kind: &str, text: String) -> Result<String, CheckError> {
        let document = xml::parse(&text)?;
        if self.check(kind, &document).is_ok() {
            return Ok(text);
        }
        let arranged = arrange::arrange(self, self.start(kind)?, &document);
        self.check_text(kind, &arranged).map(|()| arranged)
    }

    fn start(&self, kind: &str) -> Result<PatternId, CheckError> {
        let start = self.roots.iter().find(|(name, _)| *name == kind);
        start.map(|(_, start)| *start).ok_or_else(|| CheckError::Kind(kind.to_string()))
    }
}

#[cfg(test)]
mod tests;
