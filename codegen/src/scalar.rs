//! Value patterns into scalars: the type, the accepted forms and when two spellings mean the same. Knows RELAX NG's
//! datatypes; must not know any element.

use crate::grammar::{Grammars, Node, PatternId};
use crate::overrides::{ExpressionKind, Rules};
use crate::rng::Data;

/// A primitive type of Terraform's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Primitive {
    /// `bool`
    Bool,
    /// `number`
    Number,
    /// `string`
    String,
}

/// What a leaf holds; the twin of the runtime's `Scalar`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scalar {
    /// The type in Terraform.
    pub primitive: Primitive,
    /// Accepted forms; none means anything of the type.
    pub forms: Vec<Form>,
    /// When two spellings mean the same.
    pub meaning: Meaning,
}

/// One accepted form.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// One of these words.
    Words(Vec<String>),
    /// An integer between two bounds, both included.
    Integer(i128, i128),
    /// Any decimal number.
    Decimal,
    /// Text that matches a pattern in Rust's syntax, anchored.
    Pattern(String),
    /// The same, but libvirt takes other text too.
    Usual(String),
}

/// When two spellings mean the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// Only the same text, number or bool.
    Exact,
    /// A switch with a word for true and one for false.
    Switch(String, String),
    /// A number, decimal or hexadecimal.
    Number,
    /// A number always written in base 16.
    Hexadecimal,
    /// A size: the sibling that holds the unit, and the unit where it holds none.
    #[serde(skip)]
    Sized(String, String),
    /// Octal file permissions.
    Octal,
    /// Letters in either case.
    AnyCase,
    /// A path.
    Path,
    /// XML in canonical form.
    Xml,
}

/// The scalar for a value that may match any of the patterns, and its expressions as the grammar writes them.
pub fn scalar(grammars: &Grammars, values: &[PatternId], rules: &Rules) -> (Scalar, Vec<String>) {
    let mut alternatives = Alternatives::default();
    for value in values {
        alternatives.collect(grammars, *value);
    }
    let expressions = alternatives.data.iter().filter_map(expression).map(str::to_string).collect();
    (alternatives.scalar(rules), expressions)
}

impl Scalar {
    /// Anything of the type.
    pub fn any(primitive: Primitive) -> Scalar {
        Scalar { primitive, forms: vec![], meaning: Meaning::Exact }
    }

    /// Whether the grammar accepts text that is no value of the type, which then was chosen by someone else.
    pub fn is_narrow(&self, rules: &Rules) -> bool {
        let holds = |form: &Form| match form {
            Form::Words(words) => words.iter().all(|word| word.parse::<i128>().is_ok()),
            Form::Integer(..) | Form::Decimal => true,
            Form::Pattern(_) | Form::Usual(_) => {
                form.pattern().is_some_and(|expression| rules.is(expression, ExpressionKind::Digits))
            }
        };
        self.primitive == Primitive::Number && (self.forms.is_empty() || !self.forms.iter().all(holds))
    }

    /// Takes an empty text too, which only a string can hold.
    pub fn or_nothing(&mut self) {
        if self.primitive != Primitive::String || self.forms.is_empty() {
            return;
        }
        match self.forms.iter_mut().find_map(|form| if let Form::Words(words) = form { Some(words) } else { None }) {
            Some(words) if words.iter().any(String::is_empty) => {}
            Some(words) => words.push(String::new()),
            None => self.forms.push(Form::Words(vec![String::new()])),
        }
    }
}

#[derive(Default)]
struct Alternatives {
    any: bool,
    words: Vec<String>,
    data: Vec<Data>,
}

impl Alternatives {
    fn collect(&mut self, grammars: &Grammars, id: PatternId) {
        match grammars.node(id) {
            Node::Value(word) if !self.words.contains(word) => self.words.push(word.clone()),
            Node::Data(data) if !self.data.contains(data) => self.data.push(data.clone()),
            Node::Text => self.any = true,
            other => other.parts().iter().for_each(|part| self.collect(grammars, *part)),
        }
    }

    fn scalar(self, rules: &Rules) -> Scalar {
        if let (Some(meaning), true, false) = (switch(&self.words), self.data.is_empty(), self.any) {
            return Scalar { primitive: Primitive::Bool, forms: vec![], meaning };
        }
        let mut forms: Vec<Form> = Vec::new();
        for form in self.data.iter().filter_map(form) {
            if !forms.contains(&form) {
                forms.push(form);
            }
        }
        let open = self.any || self.data.iter().any(|data| form(data).is_none());
        let numeric_words = self.words.iter().all(|word| word.parse::<i128>().is_ok());
        let numeric = !open && !forms.is_empty() && numeric_words && forms.iter().all(|form| form.is_numeric(rules));
        let meaning = meaning(&self.data, numeric, rules);
        let octal = meaning == Meaning::Octal;
        if !self.words.is_empty() {
            forms.push(Form::Words(self.words));
        }
        let forms = if open { vec![] } else { forms };
        let primitive = if numeric && !octal { Primitive::Number } else { Primitive::String };
        Scalar { primitive, forms, meaning }
    }
}

fn switch(words: &[String]) -> Option<Meaning> {
    let has = |word: &str| words.iter().any(|own| own == word);
    [("yes", "no"), ("on", "off"), ("true", "false")]
        .into_iter()
        .find(|(yes, no)| words.len() == 2 && has(yes) && has(no))
        .map(|(yes, no)| Meaning::Switch(yes.to_string(), no.to_string()))
}

impl Form {
    /// The pattern as the grammar has it.
    pub fn pattern(&self) -> Option<&str> {
        match self {
            Form::Pattern(text) | Form::Usual(text) => {
                Some(text.strip_prefix("^(?:").and_then(|text| text.strip_suffix(")$")).unwrap_or(text))
            }
            _ => None,
        }
    }

    fn is_numeric(&self, rules: &Rules) -> bool {
        match self {
            Form::Integer(..) | Form::Decimal => true,
            Form::Pattern(_) => self.pattern().is_some_and(|expression| rules.is(expression, ExpressionKind::Number)),
            Form::Words(_) | Form::Usual(_) => false,
        }
    }
}

/// When two spellings mean the same, as far as the expressions show. Permissions are in base 8 where the grammar says that
/// they are an integer.
fn meaning(data: &[Data], numeric: bool, rules: &Rules) -> Meaning {
    let expressions: Vec<&str> = data.iter().filter_map(expression).collect();
    let integers = data.iter().any(|data| data.datatype != "string");
    if integers && expressions.iter().any(|expression| rules.is(expression, ExpressionKind::Octal)) {
        Meaning::Octal
    } else if numeric {
        Meaning::Number
    } else if !expressions.is_empty()
        && expressions.iter().all(|expression| rules.is(expression, ExpressionKind::AnyCase))
    {
        Meaning::AnyCase
    } else {
        Meaning::Exact
    }
}

/// The expression that a datatype's text must match.
fn expression(data: &Data) -> Option<&str> {
    data.params.iter().find(|(name, _)| name == "pattern").map(|(_, expression)| expression.as_str())
}

/// The form of a datatype; `None` where it takes any text.
fn form(data: &Data) -> Option<Form> {
    let facet = |name: &str| data.params.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str());
    let bounds = |low: i128, high: i128| {
        let bound =
            |name: &str, default: i128| facet(name).and_then(|text| text.trim().parse().ok()).unwrap_or(default);
        Some(Form::Integer(bound("minInclusive", low), bound("maxInclusive", high)))
    };
    match data.datatype.as_str() {
        "unsignedLong" => bounds(0, u64::MAX.into()),
        "unsignedInt" => bounds(0, u32::MAX.into()),
        "unsignedShort" => bounds(0, u16::MAX.into()),
        "long" => bounds(i64::MIN.into(), i64::MAX.into()),
        "int" => bounds(i32::MIN.into(), i32::MAX.into()),
        "short" => bounds(i16::MIN.into(), i16::MAX.into()),
        "positiveInteger" => bounds(1, i128::MAX),
        "integer" => bounds(i128::MIN, i128::MAX),
        "double" => Some(Form::Decimal),
        _ => expression(data).map(|pattern| Form::Pattern(rust_regex(pattern))),
    }
}

/// An XML Schema pattern in Rust's syntax. XML Schema anchors patterns at both ends and knows no anchors, so `^` and
/// `$` are plain characters there (but for `^` at the start of a class).
pub fn rust_regex(pattern: &str) -> String {
    let mut out = String::from("^(?:");
    let mut class = false;
    let mut start_of_class = false;
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        let first = std::mem::take(&mut start_of_class);
        match character {
            '\\' => {
                out.push('\\');
                out.extend(characters.next());
            }
            '[' if !class => {
                class = true;
                start_of_class = true;
                out.push('[');
            }
            ']' if class => {
                class = false;
                out.push(']');
            }
            '^' if class && first => out.push('^'),
            '^' | '$' if !class => {
                out.push('\\');
                out.push(character);
            }
            '[' | '&' | '~' if class => {
                out.push('\\');
                out.push(character);
            }
            other => out.push(other),
        }
    }
    out.push_str(")$");
    out
}
