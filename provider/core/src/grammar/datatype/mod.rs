//! XML Schema's datatypes: whether a text belongs to one, white space and facets included. Knows no pattern.

mod calendar;
mod integer;
mod uri;

use std::fmt;

use crate::shape::Pattern as Expression;
use integer::Integer;

/// A datatype with its facets.
#[derive(Debug)]
pub struct Data {
    /// The datatype.
    pub datatype: Datatype,
    /// What narrows it; all must hold.
    pub facets: &'static [Facet],
    /// Words that are left out.
    pub except: &'static [&'static str],
}

/// A datatype of XML Schema, or of RELAX NG's own two, which mean the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Datatype {
    /// `string`: any text, as it stands.
    String,
    /// `token`: any text, white space normalised.
    Token,
    /// An integer of a name, between two bounds where it has them.
    Integer(&'static str, Option<&'static str>, Option<&'static str>),
    /// `double`
    Double,
    /// `dateTime`
    DateTime,
    /// `NCName`: an XML name without a colon.
    NcName,
    /// `anyURI`
    AnyUri,
}

/// A facet.
#[derive(Debug)]
pub enum Facet {
    /// The whole text matches.
    Pattern(&'static Expression),
    /// The number is at least this.
    MinInclusive(&'static str),
    /// The number is at most this.
    MaxInclusive(&'static str),
    /// At most as many characters.
    MaxLength(usize),
}

impl Data {
    /// Whether the text belongs to the datatype.
    pub fn accepts(&self, text: &str) -> bool {
        let collapsed;
        let lexical = match self.datatype {
            Datatype::String => text,
            _ => {
                collapsed = collapse(text);
                &collapsed
            }
        };
        self.datatype.accepts(lexical)
            && self.facets.iter().all(|facet| facet.accepts(lexical))
            && !self.except.iter().any(|word| is_token(word, text))
    }
}

impl Datatype {
    /// `unsignedLong`
    pub const UNSIGNED_LONG: Datatype = Datatype::Integer("unsignedLong", Some("0"), Some("18446744073709551615"));
    /// `unsignedInt`
    pub const UNSIGNED_INT: Datatype = Datatype::Integer("unsignedInt", Some("0"), Some("4294967295"));
    /// `unsignedShort`
    pub const UNSIGNED_SHORT: Datatype = Datatype::Integer("unsignedShort", Some("0"), Some("65535"));
    /// `long`
    pub const LONG: Datatype = Datatype::Integer("long", Some("-9223372036854775808"), Some("9223372036854775807"));
    /// `int`
    pub const INT: Datatype = Datatype::Integer("int", Some("-2147483648"), Some("2147483647"));
    /// `short`
    pub const SHORT: Datatype = Datatype::Integer("short", Some("-32768"), Some("32767"));
    /// `positiveInteger`
    pub const POSITIVE_INTEGER: Datatype = Datatype::Integer("positiveInteger", Some("1"), None);
    /// `nonNegativeInteger`
    pub const NON_NEGATIVE_INTEGER: Datatype = Datatype::Integer("nonNegativeInteger", Some("0"), None);
    /// `integer`, which has no bounds.
    pub const INTEGER: Datatype = Datatype::Integer("integer", None, None);

    /// Its name in XML Schema.
    pub fn name(&self) -> &'static str {
        match self {
            Datatype::String => "string",
            Datatype::Token => "token",
            Datatype::Integer(name, _, _) => name,
            Datatype::Double => "double",
            Datatype::DateTime => "dateTime",
            Datatype::NcName => "NCName",
            Datatype::AnyUri => "anyURI",
        }
    }

    /// Whether a text whose white space is already treated belongs to it.
    fn accepts(&self, text: &str) -> bool {
        match self {
            Datatype::String | Datatype::Token => true,
            Datatype::Integer(_, low, high) => {
                Integer::parse(text).is_some_and(|number| number.at_least(*low) && number.at_most(*high))
            }
            Datatype::Double => is_double(text),
            Datatype::DateTime => calendar::is_date_time(text),
            Datatype::NcName => is_ncname(text),
            Datatype::AnyUri => uri::is_any_uri(text),
        }
    }
}

impl Facet {
    fn accepts(&self, text: &str) -> bool {
        match self {
            Facet::Pattern(pattern) => pattern.matches(text),
            Facet::MinInclusive(bound) => within(bound, text),
            Facet::MaxInclusive(bound) => within(text, bound),
            Facet::MaxLength(length) => text.chars().count() <= *length,
        }
    }
}

/// Whether the first number is not greater than the second: exactly where both are integers.
fn within(low: &str, high: &str) -> bool {
    match (Integer::parse(low), Integer::parse(high)) {
        (Some(low), Some(high)) => low <= high,
        _ => match (low.parse::<f64>(), high.parse::<f64>()) {
            (Ok(low), Ok(high)) => low <= high,
            _ => false,
        },
    }
}

/// XML's white space; Unicode has more.
pub fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r')
}

/// Whether there is nothing but white space.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(is_space)
}

/// The words of a text.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(is_space).filter(|word| !word.is_empty())
}

/// The text with its white space normalised.
fn collapse(text: &str) -> String {
    words(text).collect::<Vec<_>>().join(" ")
}

/// Whether both are the same but for white space: what a `value` pattern asks.
pub fn is_token(value: &str, text: &str) -> bool {
    words(value).eq(words(text))
}

fn is_double(text: &str) -> bool {
    if matches!(text, "INF" | "-INF" | "NaN") {
        return true;
    }
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = unsigned(mantissa).split_once('.').unwrap_or((unsigned(mantissa), ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|exponent| Integer::parse(exponent).is_some())
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

fn is_ncname(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(starts_name) && characters.all(|c| starts_name(c) || continues_name(c))
}

fn starts_name(character: char) -> bool {
    matches!(character,
        'A'..='Z' | '_' | 'a'..='z' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}'
        | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}'
        | '\u{10000}'..='\u{EFFFF}')
}

fn continues_name(character: char) -> bool {
    matches!(character, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

impl fmt::Display for Data {
    /// In words for a person: `unsignedInt (at least 1)`, `text like [0-9]+`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.datatype {
            Datatype::String | Datatype::Token => f.write_str("text")?,
            datatype => f.write_str(datatype.name())?,
        }
        let mut limits: Vec<String> = self.facets.iter().map(Facet::to_string).collect();
        limits.extend((!self.except.is_empty()).then(|| format!("not {}", self.except.join(" or "))));
        if limits.is_empty() { Ok(()) } else { write!(f, " ({})", limits.join(", ")) }
    }
}

impl fmt::Display for Facet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Facet::Pattern(pattern) => {
                let bare = pattern.text.strip_prefix("^(?:").and_then(|text| text.strip_suffix(")$"));
                write!(f, "matching {}", bare.unwrap_or(pattern.text))
            }
            Facet::MinInclusive(bound) => write!(f, "at least {bound}"),
            Facet::MaxInclusive(bound) => write!(f, "at most {bound}"),
            Facet::MaxLength(length) => write!(f, "at most {length} characters"),
        }
    }
}

#[cfg(test)]
mod tests;
