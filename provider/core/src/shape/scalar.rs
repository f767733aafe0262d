//! What a single value may be: its type in Terraform, what the grammar accepts, when two spellings mean the same. Plain
//! static data; must not know where the value lives.

use std::sync::OnceLock;

use regex::Regex;

/// Terraform's primitive types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Primitive {
    /// `bool`
    Bool,
    /// `number`
    Number,
    /// `string`
    String,
}

/// A primitive value: its type in Terraform, what XML may write for it, and when two spellings mean the same.
#[derive(Debug)]
pub struct Scalar {
    /// The type in Terraform.
    pub primitive: Primitive,
    /// What the grammar accepts: any one of these. Empty means anything of the type.
    pub forms: &'static [Form],
    /// When two spellings mean the same.
    pub meaning: Meaning,
}

/// One alternative of what the grammar accepts for a scalar.
#[derive(Debug)]
pub enum Form {
    /// One of these words.
    Words(&'static [&'static str]),
    /// An integer between two bounds, both included.
    Integer(i128, i128),
    /// Any decimal number.
    Decimal,
    /// Text that matches the pattern as a whole.
    Pattern(Pattern),
    /// The same, but libvirt takes other text too.
    Usual(Pattern),
}

/// A regular expression in Rust's syntax, anchored at both ends, compiled when first used.
#[derive(Debug)]
pub struct Pattern {
    /// The expression, anchors included.
    pub text: &'static str,
    /// What it means, in words; empty where another form beside it means the same.
    pub words: Option<&'static str>,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// A pattern from its text, which the generator has checked.
    pub const fn new(text: &'static str) -> Pattern {
        Pattern { text, words: None, compiled: OnceLock::new() }
    }

    /// One of which it is known what it means, in words.
    pub const fn in_words(text: &'static str, words: &'static str) -> Pattern {
        Pattern { text, words: Some(words), compiled: OnceLock::new() }
    }

    /// Whether the whole of `input` matches.
    pub fn matches(&self, input: &str) -> bool {
        self.compiled.get_or_init(|| Regex::new(self.text).ok()).as_ref().is_none_or(|regex| regex.is_match(input))
    }
}

/// When two spellings of a scalar mean the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Only when they are the same text, number or bool.
    Exact,
    /// A switch: the first word is true, the second false. A string attribute also takes `true` and `false`.
    Switch(&'static str, &'static str),
    /// A number in any of the forms the XML allows (decimal, `0x` hexadecimal).
    Number,
    /// A number the XML always writes in base 16.
    Hexadecimal,
    /// A size whose unit stands in the sibling attribute named here; `None` in that attribute means the given
    /// default unit.
    Sized(&'static str, &'static str),
    /// File permissions in octal: `770` is `0770`.
    Octal,
    /// Letters in either case (MAC addresses; UUIDs, whose dashes do not count either).
    AnyCase,
    /// A path: a trailing slash is no difference.
    Path,
    /// XML, compared in canonical form.
    Xml,
}
