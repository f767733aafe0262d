//! Where a conversion is: a path that costs nothing until an error tells it.

use crate::diagnostics::AttributePath;

/// The path to an attribute, each part knowing the one before it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Path<'a> {
    /// The whole object.
    Whole,
    /// An attribute of an object.
    Attribute(&'a Path<'a>, &'static str),
    /// An element of a list.
    Element(&'a Path<'a>, usize),
}

impl Path<'_> {
    /// The path to be told.
    pub(super) fn told(&self) -> AttributePath {
        match self {
            Path::Whole => AttributePath::default(),
            Path::Attribute(above, name) => above.told().attribute(name),
            Path::Element(above, position) => above.told().element(*position),
        }
    }
}
