//! Offsets in a text as lines and columns. Knows nothing of what the text means.

use std::fmt;

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// Where a text's lines start.
#[derive(Debug)]
pub struct Positions<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Positions<'t> {
    /// Of this text.
    pub fn new(text: &'t str) -> Positions<'t> {
        let behind_breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Positions { text, starts: std::iter::once(0).chain(behind_breaks).collect() }
    }

    /// The place of a byte.
    pub fn at(&self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or_default();
        let before = self.text.get(start..offset).unwrap_or_default();
        Position { line, column: before.chars().count() + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_start_at_one() {
        let positions = Positions::new("ab\n\nä c");
        let at = |offset| positions.at(offset).to_string();
        assert_eq!([at(0), at(2), at(3), at(4), at(6), at(99)], ["1:1", "1:3", "2:1", "3:1", "3:2", "3:4"]);
    }
}
