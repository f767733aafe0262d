//! Finding the defaults below an attribute without looking at all of them. Knows how paths are ordered.

use std::cmp::Ordering;

use super::Default;

/// The order in which a root's defaults stand: by the names in their paths, so that all of one object are side by side.
pub fn order(a: &str, b: &str) -> Ordering {
    let names = |path: &str| -> Vec<String> { path.replace("[]", ".[]").split('.').map(str::to_string).collect() };
    names(a).cmp(&names(b))
}

/// The defaults at an attribute and below it: a run of the root's.
#[derive(Clone, Copy)]
pub(super) struct Rows {
    rows: &'static [Default],
    /// How much of their paths leads to where we are.
    done: usize,
}

impl Rows {
    /// All of a root.
    pub(super) fn of(rows: &'static [Default]) -> Rows {
        Rows { rows, done: 0 }
    }

    pub(super) fn is_empty(self) -> bool {
        self.rows.is_empty()
    }

    /// Those of the attribute of this name, and of what is in it.
    pub(super) fn named(self, name: &str) -> Rows {
        let start = self.rows.partition_point(|row| self.next(row) < name);
        let found = self.rows.get(start..).unwrap_or_default();
        let end = found.partition_point(|row| self.next(row) == name);
        Rows { rows: found.get(..end).unwrap_or_default(), done: self.done + name.len() }
    }

    /// Those of the very place.
    pub(super) fn here(self) -> &'static [Default] {
        let end = self.rows.partition_point(|row| self.rest(row).is_empty());
        self.rows.get(..end).unwrap_or_default()
    }

    /// Those of an object's attributes.
    pub(super) fn inside(self) -> Rows {
        self.after(".")
    }

    /// Those of a list's elements.
    pub(super) fn elements(self) -> Rows {
        self.after("[]")
    }

    fn after(self, mark: &str) -> Rows {
        let start = self.rows.partition_point(|row| self.rest(row).is_empty());
        let found = self.rows.get(start..).unwrap_or_default();
        let end = found.partition_point(|row| self.rest(row).starts_with(mark));
        Rows { rows: found.get(..end).unwrap_or_default(), done: self.done + mark.len() }
    }

    fn rest(self, row: &Default) -> &'static str {
        row.path.get(self.done..).unwrap_or_default()
    }

    /// The next name of a path.
    fn next(self, row: &Default) -> &'static str {
        let rest = self.rest(row);
        rest.split(['.', '[']).next().unwrap_or_default()
    }
}
