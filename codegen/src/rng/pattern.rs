//! The RELAX NG algebra as one enum. Knows nothing of files.

use std::collections::BTreeMap;

/// Defines by name.
pub type Definitions = BTreeMap<String, Pattern>;

/// A grammar: where it starts and what its names mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grammar {
    /// What a document must match.
    pub start: Pattern,
    /// The defines, by name.
    pub defines: Definitions,
}

impl Grammar {
    /// The expression that is all there is to a define.
    pub fn expression(&self, define: &str) -> Option<&str> {
        match self.defines.get(define)? {
            Pattern::Data(data) => {
                data.params.iter().find(|(name, _)| name == "pattern").map(|(_, text)| text.as_str())
            }
            _ => None,
        }
    }
}

/// A pattern: what part of a document may look like.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pattern {
    /// Nothing at all.
    Empty,
    /// Nothing that exists: an alternative that cannot be taken.
    NotAllowed,
    /// Any text, also none.
    Text,
    /// Exactly this text, white space normalised (the datatype `token`).
    Value(String),
    /// Text of a datatype.
    Data(Data),
    /// Whatever the define of this name means.
    Ref(String),
    /// An element and its content.
    Element(NameClass, Box<Pattern>),
    /// An attribute and its value.
    Attribute(NameClass, Box<Pattern>),
    /// One of them.
    Choice(Vec<Pattern>),
    /// All of them, in this order.
    Group(Vec<Pattern>),
    /// All of them, in any order.
    Interleave(Vec<Pattern>),
    /// Once or not at all.
    Optional(Box<Pattern>),
    /// Any number of times.
    ZeroOrMore(Box<Pattern>),
    /// At least once.
    OneOrMore(Box<Pattern>),
    /// A grammar of its own scope; only while loading.
    Nested(Box<NestedGrammar>),
}

/// A grammar inside a pattern.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NestedGrammar {
    /// Where it starts.
    pub start: Pattern,
    /// Its own defines.
    pub defines: Definitions,
}

/// A datatype with its facets.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Data {
    /// The name in XML Schema's datatype library.
    pub datatype: String,
    /// Facets (`pattern`, `minInclusive`, ...) in the order of the file.
    pub params: Vec<(String, String)>,
    /// What is left out.
    pub except: Option<Box<Pattern>>,
}

/// The names that an element or attribute may have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameClass {
    /// Any name of any namespace.
    Any,
    /// One name.
    Name(QName),
}

/// A name and its namespace, which is empty for none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QName {
    /// The namespace.
    pub namespace: String,
    /// The local name.
    pub local: String,
}

impl QName {
    /// A name without a namespace.
    pub fn plain(local: impl Into<String>) -> QName {
        QName { namespace: String::new(), local: local.into() }
    }

    /// The conventional prefix of its namespace, as libvirt's own choice is: the last part that starts with a letter.
    pub fn prefix(&self) -> Option<&str> {
        let mut parts = self.namespace.rsplit(['/', ':', '#']);
        parts.find(|part| part.starts_with(|first: char| first.is_ascii_alphabetic()))
    }

    /// As paths write it: `disk`, `qemu:commandline`.
    pub fn prefixed(&self) -> String {
        self.prefix().map_or_else(|| self.local.clone(), |prefix| format!("{prefix}:{}", self.local))
    }
}

impl Pattern {
    /// The patterns directly inside this one.
    pub fn children(&self) -> Vec<&Pattern> {
        match self {
            Pattern::Empty
            | Pattern::NotAllowed
            | Pattern::Text
            | Pattern::Value(_)
            | Pattern::Data(_)
            | Pattern::Ref(_)
            | Pattern::Nested(_) => vec![],
            Pattern::Element(_, inner) | Pattern::Attribute(_, inner) => vec![inner],
            Pattern::Choice(items) | Pattern::Group(items) | Pattern::Interleave(items) => items.iter().collect(),
            Pattern::Optional(inner) | Pattern::ZeroOrMore(inner) | Pattern::OneOrMore(inner) => vec![inner],
        }
    }

    /// The same pattern with each pattern directly inside it replaced.
    pub fn map(self, mut f: impl FnMut(Pattern) -> Pattern) -> Pattern {
        let mut all = |items: Vec<Pattern>| items.into_iter().map(&mut f).collect();
        match self {
            Pattern::Choice(items) => Pattern::Choice(all(items)),
            Pattern::Group(items) => Pattern::Group(all(items)),
            Pattern::Interleave(items) => Pattern::Interleave(all(items)),
            Pattern::Element(name, inner) => Pattern::Element(name, Box::new(f(*inner))),
            Pattern::Attribute(name, inner) => Pattern::Attribute(name, Box::new(f(*inner))),
            Pattern::Optional(inner) => Pattern::Optional(Box::new(f(*inner))),
            Pattern::ZeroOrMore(inner) => Pattern::ZeroOrMore(Box::new(f(*inner))),
            Pattern::OneOrMore(inner) => Pattern::OneOrMore(Box::new(f(*inner))),
            other => other,
        }
    }
}
