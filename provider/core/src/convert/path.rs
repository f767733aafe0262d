//! Where a conversion is: a path that costs nothing until an error names it.

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
    /// The path for a message.
    pub(super) fn attribute_path(&self) -> AttributePath {
        match self {
            Path::Whole => AttributePath::default(),
            Path::Attribute(above, name) => above.attribute_path().attribute(name),
            Path::Element(above, position) => above.attribute_path().element(*position),
        }
    }
}
