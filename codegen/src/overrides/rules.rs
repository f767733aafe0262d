//! overrides/rules.toml: what the generator's rules must know of libvirt's names and expressions, so that none stands in
//! its code. Knows what may be written there; must not know what was.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Which elements have branches.
    #[serde(default)]
    pub branches: BranchesRule,
    /// Which numbers are sizes.
    #[serde(default)]
    pub sizes: SizesRule,
    /// How elements of lists are known again.
    #[serde(default)]
    pub lists: ListsRule,
    /// Expressions of the grammar whose texts are more than text.
    #[serde(default)]
    pub expressions: BTreeMap<String, ExpressionKinds>,
}

/// Which elements have branches where no override says so.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BranchesRule {
    /// The attribute that chooses a branch, where it can only be certain words and other members differ by them.
    pub by: String,
}

/// Which numbers are sizes.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SizesRule {
    /// The attribute that holds the unit of the text beside it.
    pub unit: String,
    /// The unit where it holds none.
    pub default: String,
    /// The same in documents of another kind, by the name of their first element.
    #[serde(default)]
    pub documents: BTreeMap<String, String>,
}

/// How elements of lists are known again.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListsRule {
    /// A key that comes before all others wherever the elements of a list have it, as a dotted path of attributes.
    pub first_key: String,
}

/// What the texts of an expression are.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum ExpressionKinds {
    /// One thing.
    One(ExpressionKind),
    /// Several.
    Several(Vec<ExpressionKind>),
}

/// What the texts of an expression are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpressionKind {
    /// A number: digits of base 10, or of base 16 behind `0x`. Leading zeros and the case of letters say nothing.
    Number,
    /// Digits that a number can hold, although the grammar does not show that it is one.
    Digits,
    /// Digits of base 8.
    Octal,
    /// Letters in either case mean the same.
    AnyCase,
}

impl Rules {
    /// Whether the texts of an expression are of a kind. A number is digits, in either case.
    pub fn is(&self, expression: &str, kind: ExpressionKind) -> bool {
        let implied =
            |own: ExpressionKind| own == kind || own == ExpressionKind::Number && kind != ExpressionKind::Octal;
        self.expressions.get(expression).is_some_and(|kinds| match kinds {
            ExpressionKinds::One(own) => implied(*own),
            ExpressionKinds::Several(all) => all.iter().copied().any(implied),
        })
    }
}
