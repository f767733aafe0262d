//! What a scalar accepts, in words. Must not know where it stands.

use crate::scalar::{Form, Meaning, Primitive, Scalar};

/// A sentence or two; empty where anything of the type is accepted. Words that the description has are not said again.
pub fn values(scalar: &Scalar, doc: &str) -> String {
    let mut sentences = Vec::new();
    let said = |word: &&str| doc.contains(&code(word));
    let mut words: Vec<&str> = scalar.forms.iter().flat_map(words_of).map(String::as_str).collect();
    if words.iter().all(said) {
        words.clear();
    }
    let by_value = matches!(scalar.meaning, Meaning::Number | Meaning::Hexadecimal);
    let integer = scalar.forms.iter().any(|form| matches!(form, Form::Integer(..)));
    let pattern = |form: &Form| matches!(form, Form::Pattern(_));
    let shown = scalar.forms.iter().filter(|form| !(by_value && integer && pattern(form)));
    let mut forms: Vec<String> = shown.filter_map(|form| form_in_words(form, scalar.primitive)).collect();
    forms.sort();
    forms.dedup();
    if !words.is_empty() {
        let listed: Vec<String> = words.iter().map(|word| code(word)).collect();
        forms.push(if listed.len() == 1 { listed[0].clone() } else { format!("one of {}", listed.join(", ")) });
    }
    if !forms.is_empty() {
        sentences.push(sentence(&forms.join(", or ")));
    }
    if by_value && scalar.primitive == Primitive::String && scalar.forms.iter().any(pattern) {
        sentences.push("In base 10, or in base 16 behind `0x`.".to_string());
    }
    sentences.extend(meaning(&scalar.meaning, scalar.primitive));
    sentences.join(" ")
}

fn words_of(form: &Form) -> &[String] {
    match form {
        Form::Words(words) => words,
        _ => &[],
    }
}

/// Longer patterns say nothing to a reader.
const READABLE: usize = 60;

fn form_in_words(form: &Form, primitive: Primitive) -> Option<String> {
    let number = primitive == Primitive::Number;
    match form {
        Form::Words(_) => None,
        Form::Integer(low, high) => match (low, high) {
            (low, high) if *low <= i64::MIN.into() && *high >= i64::MAX.into() => {
                (!number).then(|| "an integer".into())
            }
            (low, high) if *high >= i64::MAX.into() => Some(format!("{low} or more")),
            (low, high) => Some(format!("{low} to {high}")),
        },
        Form::Decimal => (!number).then(|| "a decimal number".to_string()),
        Form::Pattern(_) if number => Some("hexadecimal in the XML".to_string()),
        Form::Pattern(text) => {
            let bare = text.strip_prefix("^(?:").and_then(|text| text.strip_suffix(")$")).unwrap_or(text);
            let readable = bare.len() <= READABLE && !bare.contains('`');
            Some(if readable { format!("text like `{bare}`") } else { "text of a fixed form".to_string() })
        }
    }
}

fn meaning(meaning: &Meaning, primitive: Primitive) -> Option<String> {
    match meaning {
        Meaning::Switch(yes, no) if primitive == Primitive::Bool => {
            (yes != "true").then(|| format!("`{yes}` or `{no}` in the XML."))
        }
        Meaning::Switch(yes, no) => Some(format!("`{yes}` or `{no}`; `true` and `false` mean the same.")),
        Meaning::Sized(unit, default) => Some(format!("The unit is in `{unit}`, `{default}` where that is not set.")),
        Meaning::Octal => Some("Octal; a leading zero makes no difference.".to_string()),
        Meaning::AnyCase => Some("Upper and lower case mean the same.".to_string()),
        Meaning::Path => Some("A slash at the end makes no difference.".to_string()),
        Meaning::Exact | Meaning::Number | Meaning::Hexadecimal | Meaning::Xml => None,
    }
}

fn code(word: &str) -> String {
    if word.is_empty() { "an empty text".to_string() } else { format!("`{word}`") }
}

fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    format!("{}{}.", first.map(String::from).unwrap_or_default(), characters.as_str())
}
