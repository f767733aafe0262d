//! Integers of any size as XML writes them, compared without computing. Knows nothing of datatypes' names.

use std::cmp::Ordering;

/// An integer: its sign and its digits without leading zeros; zero has neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Integer<'a> {
    negative: bool,
    digits: &'a str,
}

impl<'a> Integer<'a> {
    /// Reads an optional sign and at least one digit.
    pub fn parse(text: &'a str) -> Option<Integer<'a>> {
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        if unsigned.is_empty() || !unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let digits = unsigned.trim_start_matches('0');
        Some(Integer { negative: text.starts_with('-') && !digits.is_empty(), digits })
    }

    /// Whether it reaches the bound, where there is one.
    pub fn at_least(&self, bound: Option<&str>) -> bool {
        bound.and_then(Integer::parse).is_none_or(|bound| bound <= *self)
    }

    /// Whether it keeps below the bound, where there is one.
    pub fn at_most(&self, bound: Option<&str>) -> bool {
        bound.and_then(Integer::parse).is_none_or(|bound| *self <= bound)
    }
}

impl Ord for Integer<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let size = |number: &Self| (number.digits.len(), number.digits);
        match (self.negative, other.negative) {
            (false, false) => size(self).cmp(&size(other)),
            (true, true) => size(other).cmp(&size(self)),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Integer<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
