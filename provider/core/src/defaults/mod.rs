//! What libvirt does by itself where a document says nothing: the vocabulary of generated tables, and an object without
//! it. Knows how a default is written; must not know any element, nor who asks.

mod expected;
mod lean;
mod rows;
#[cfg(test)]
mod tests;

use std::sync::OnceLock;

use expected::Expected;
pub use lean::{Facts, lean, lean_in_place};
pub use rows::order;

/// A value that libvirt gives an attribute, an object that it writes or an element that it adds, where a document has
/// none.
#[derive(Debug)]
pub struct Default {
    /// The attribute from the root's object, `[]` behind a list on the way. A path that ends in `[]` is of a whole element
    /// of the list.
    pub path: &'static str,
    /// The value as JSON, an object's or element's without what is itself a default. A string that begins with `=` refers
    /// to the value at another path ([`Condition::path`]); `=*` is any value, or none.
    pub value: &'static str,
    /// What must hold of the document for it; all of these.
    pub when: &'static [Condition],
    expected: OnceLock<Option<Expected>>,
}

impl Default {
    /// A default from its JSON, which the generator has checked.
    pub const fn new(path: &'static str, value: &'static str, when: &'static [Condition]) -> Default {
        Default { path, value, when, expected: OnceLock::new() }
    }

    /// The value, parsed when first used. `None` where it is no JSON, which the generator does not let through.
    fn expected(&self) -> Option<&Expected> {
        self.expected.get_or_init(|| Expected::parse(self.value)).as_ref()
    }
}

/// A condition on the document, or on who reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Condition {
    /// Where: `os.type` from the root's object; `.target.bus` inside the element of the innermost list that holds the
    /// default; `..bus` inside the object that has this list; `[]` behind a list on the way stands for each of its elements, `[0]` for the first. `@driver` is the name of
    /// the connection's driver.
    pub path: &'static str,
    /// The values for which it holds. One may end in `*`, which stands for any text; an empty one means that nothing is
    /// set there. An object or a list has no text, so only `*` and the empty one hold for it.
    pub any_of: &'static [&'static str],
}

/// The name of the condition on the driver.
pub const DRIVER: &str = "@driver";
