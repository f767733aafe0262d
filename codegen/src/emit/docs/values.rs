//! What a scalar accepts, in words. Must not know where it stands.

use std::collections::BTreeMap;

use crate::scalar::{Form, Meaning, Primitive, Scalar};

/// Patterns of the grammar and what they say to a reader; nothing where that is empty.
pub type Patterns = BTreeMap<String, String>;

/// A sentence or two; empty where anything of the type is accepted. Words that the description has are not repeated.
pub fn values(scalar: &Scalar, doc: &str, patterns: &Patterns) -> String {
    let mut sentences = Vec::new();
    let described = |word: &&str| doc.contains(&code(word));
    let mut words: Vec<&str> = scalar.forms.iter().flat_map(words_of).map(String::as_str).collect();
    if words.iter().all(described) {
        words.clear();
    }
    let by_value = matches!(scalar.meaning, Meaning::Number | Meaning::Hexadecimal | Meaning::Octal);
    let integer = scalar.forms.iter().any(|form| matches!(form, Form::Integer(..)));
    let pattern = |form: &Form| matches!(form, Form::Pattern(_));
    let has_range = states_range(doc);
    let hidden = |form: &Form| {
        by_value && integer && pattern(form)
            || scalar.forms.iter().any(|other| within(form, other))
            || has_range && matches!(form, Form::Integer(..))
    };
    let shown = scalar.forms.iter().filter(|form| !hidden(form));
    let mut forms: Vec<String> = shown.filter_map(|form| form_in_words(form, scalar.primitive, patterns)).collect();
    let lower = doc.to_lowercase();
    forms.retain(|form| !lower.contains(&form.to_lowercase()));
    forms.sort();
    forms.dedup();
    if !words.is_empty() {
        let listed: Vec<String> = words.iter().map(|word| code(word)).collect();
        forms.push(if listed.len() == 1 { listed[0].clone() } else { format!("one of {}", listed.join(", ")) });
    }
    if !forms.is_empty() {
        sentences.push(sentence(&alternatives(&forms)));
    }
    let any_base = matches!(scalar.meaning, Meaning::Number | Meaning::Hexadecimal);
    if any_base && scalar.primitive == Primitive::String && scalar.forms.iter().any(pattern) {
        sentences.push("In base 10, or in base 16 behind `0x`.".to_string());
    }
    sentences.extend(meaning(&scalar.meaning, scalar.primitive));
    sentences.join(" ")
}

/// Whether a description says itself from where to where a number goes: `0 to 7`.
fn states_range(doc: &str) -> bool {
    let words: Vec<&str> = doc.split_whitespace().collect();
    let is_number = |word: &str| word.trim_matches(|c: char| !c.is_ascii_digit()).parse::<i64>().is_ok();
    words.windows(3).any(|three| is_number(three[0]) && three[1] == "to" && is_number(three[2]))
}

/// Whether a range lies within another one.
fn within(form: &Form, other: &Form) -> bool {
    match (form, other) {
        (Form::Integer(low, high), Form::Integer(least, most)) => form != other && least <= low && high <= most,
        _ => false,
    }
}

/// What there are several of in a sentence: `a, b, or c`.
fn alternatives(forms: &[String]) -> String {
    match forms {
        [] => String::new(),
        [one] => one.clone(),
        [all @ .., last] => format!("{}, or {last}", all.join(", ")),
    }
}

fn words_of(form: &Form) -> &[String] {
    match form {
        Form::Words(words) => words,
        _ => &[],
    }
}

/// Longer patterns say nothing to a reader.
const READABLE: usize = 60;

fn form_in_words(form: &Form, primitive: Primitive, patterns: &Patterns) -> Option<String> {
    let number = primitive == Primitive::Number;
    match form {
        Form::Words(_) => None,
        Form::Integer(low, high) => match (low, high) {
            (low, high) if *low <= i64::MIN.into() && *high >= i64::MAX.into() => {
                (!number).then(|| "an integer".into())
            }
            (low, high) if *low <= i32::MIN.into() && *high >= i32::MAX.into() && number => None,
            (0, high) if *high >= u32::MAX.into() && number => None,
            (low, high) if *high >= u32::MAX.into() => Some(format!("{low} or more")),
            (low, high) => Some(format!("{low} to {high}")),
        },
        Form::Decimal => (!number).then(|| "a decimal number".to_string()),
        Form::Pattern(_) if number => Some("hexadecimal in the XML".to_string()),
        Form::Pattern(text) | Form::Usual(text) => {
            let bare = form.pattern().unwrap_or(text);
            if let Some(words) = patterns.get(bare) {
                return (!words.is_empty()).then(|| words.clone());
            }
            let readable = bare.len() <= READABLE && !bare.contains('`');
            Some(if readable { format!("text like `{bare}`") } else { "text of a fixed form".to_string() })
        }
    }
}

fn meaning(meaning: &Meaning, primitive: Primitive) -> Option<String> {
    match meaning {
        Meaning::Switch(..) if primitive == Primitive::Bool => None,
        Meaning::Switch(yes, no) => Some(format!("`{yes}` or `{no}`; `true` and `false` mean the same.")),
        Meaning::Sized(unit, default) => {
            Some(format!("In the unit that `{unit}` names, `{default}` if it is not set."))
        }
        Meaning::Octal => Some("Octal; a leading zero makes no difference.".to_string()),
        Meaning::AnyCase => Some("Upper and lower case mean the same.".to_string()),
        Meaning::Path => Some("A slash at the end makes no difference.".to_string()),
        Meaning::Exact | Meaning::Number | Meaning::Hexadecimal | Meaning::Xml => None,
    }
}

fn code(word: &str) -> String {
    if word.is_empty() { "an empty string".to_string() } else { format!("`{word}`") }
}

fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    format!("{}{}.", first.map(String::from).unwrap_or_default(), characters.as_str())
}
