//! Whether a primitive value is one the grammar accepts, and what it accepts instead. Knows one scalar at a time.

use crate::canonical::canonical;
use crate::nearest::nearest;
use crate::shape::{Form, Meaning, Scalar};
use crate::value::{Number, Value};

/// More words than this are not listed in a message.
const LISTED_WORDS: usize = 24;

/// Whether a known value is one of the scalar's forms. No forms: anything goes, but for a switch only
/// its words.
pub(crate) fn accepts(scalar: &Scalar, value: &Value) -> bool {
    match (scalar.meaning, value) {
        (Meaning::Xml, Value::String(text)) => canonical(text).is_some(),
        (_, Value::Null | Value::Unknown(_) | Value::Bool(_)) => true,
        (Meaning::Switch(on, off), Value::String(text)) => {
            [on, off, "true", "false"].contains(&text.as_str())
                || scalar.forms.iter().any(|form| form_accepts(form, scalar, value))
        }
        _ => scalar.forms.is_empty() || scalar.forms.iter().any(|form| form_accepts(form, scalar, value)),
    }
}

/// Whether libvirt takes text that is none of the forms.
pub(crate) fn is_lax(scalar: &Scalar) -> bool {
    scalar.forms.iter().any(|form| matches!(form, Form::Usual(_)))
}

fn form_accepts(form: &Form, scalar: &Scalar, value: &Value) -> bool {
    match form {
        Form::Words(words) => spellings(scalar, value).iter().any(|text| words.contains(&text.as_str())),
        Form::Integer(low, high) => {
            let radix = if scalar.meaning == Meaning::Hexadecimal { 16 } else { 10 };
            value.to_integer(radix).is_some_and(|number| (*low..=*high).contains(&number))
        }
        Form::Decimal => match value {
            Value::Number(_) => true,
            value => value.as_str().is_some_and(|text| Number::parse(text).is_some()),
        },
        Form::Pattern(pattern) | Form::Usual(pattern) => {
            spellings(scalar, value).iter().any(|text| pattern.matches(text))
        }
    }
}

/// The texts that the XML may hold for a value. Terraform's numbers have lost the base and the leading zeros that
/// a pattern may ask for.
fn spellings(scalar: &Scalar, value: &Value) -> Vec<String> {
    let number = match value {
        Value::String(text) => return vec![text.clone()],
        Value::Number(number) => number,
        _ => return Vec::new(),
    };
    let mut texts = vec![number.to_string()];
    match (scalar.meaning, number.as_integer()) {
        (Meaning::Number | Meaning::Hexadecimal | Meaning::Exact, Some(integer)) if integer >= 0 => {
            texts.extend((1..=16).map(|width| format!("{integer:0width$x}")));
            texts.extend((1..=16).map(|width| format!("0x{integer:0width$x}")));
        }
        (Meaning::Octal, Some(integer)) => texts.extend((3..=5).map(|width| format!("{integer:0width$}"))),
        _ => {}
    }
    texts
}

/// How the XML writes an integer: in base 16 where that is all the grammar has, else in base 10. With `0x` before it
/// there is no doubt, whichever base libvirt takes digits alone for.
pub(crate) fn spelled(scalar: &Scalar, number: i128) -> String {
    let decimal = |form: &Form| !matches!(form, Form::Pattern(_) | Form::Usual(_));
    let value = Value::Number(Number::Integer(number));
    let texts = match scalar.forms.iter().any(decimal) {
        true => Vec::new(),
        false => spellings(scalar, &value),
    };
    let accepted = |text: &String| {
        text.starts_with("0x") && scalar.forms.iter().any(|form| form_accepts(form, scalar, &text.as_str().into()))
    };
    texts.into_iter().find(accepted).unwrap_or_else(|| number.to_string())
}

/// What the scalar accepts, for a message.
pub(crate) fn describe(scalar: &Scalar) -> String {
    if scalar.meaning == Meaning::Xml {
        return "well-formed XML with every namespace prefix declared".to_string();
    }
    let mut parts = Vec::new();
    if let Meaning::Switch(on, off) = scalar.meaning {
        parts.extend([on, off, "true", "false"].map(|word| format!("{word:?}")));
    }
    let words: Vec<String> =
        words(scalar).map(|word| format!("{word:?}")).filter(|word| !parts.contains(word)).collect();
    let more = words.len().saturating_sub(LISTED_WORDS);
    parts.extend(words.into_iter().take(LISTED_WORDS));
    if more > 0 {
        parts.push(format!("{more} other words"));
    }
    for form in scalar.forms {
        match form {
            Form::Words(_) => {}
            Form::Integer(low, high) => parts.push(integer_range(*low, *high)),
            Form::Decimal => parts.push("a decimal number".to_string()),
            Form::Pattern(pattern) | Form::Usual(pattern) => {
                parts.push(pattern.words.map_or_else(|| format!("text that matches {}", pattern.text), str::to_string));
            }
        }
    }
    let mut listed = Vec::new();
    for part in parts.into_iter().filter(|part| !part.is_empty()) {
        if !listed.contains(&part) {
            listed.push(part);
        }
    }
    listed.join(", ")
}

fn integer_range(low: i128, high: i128) -> String {
    // The bound of a machine type says nothing to a person.
    match (low <= i32::MIN.into(), high >= i32::MAX.into()) {
        (true, true) => "an integer".to_string(),
        (false, true) => format!("an integer from {low} up"),
        (true, false) => format!("an integer up to {high}"),
        (false, false) => format!("an integer from {low} to {high}"),
    }
}

/// The word that was probably meant: for a switch the one that says the same elsewhere, otherwise one near enough that
/// a slip explains the difference, or a few in a long word.
pub(crate) fn suggestion(scalar: &Scalar, value: &Value) -> Option<&'static str> {
    let text = value.as_str()?.to_lowercase();
    if let Meaning::Switch(on, off) = scalar.meaning {
        match text.as_str() {
            "1" | "on" | "yes" | "true" | "enable" | "enabled" => return Some(on),
            "0" | "off" | "no" | "false" | "disable" | "disabled" => return Some(off),
            _ => {}
        }
    }
    nearest(&text, words(scalar))
}

fn words(scalar: &Scalar) -> impl Iterator<Item = &'static str> {
    let of_form = |form: &'static Form| match form {
        Form::Words(words) => *words,
        _ => &[],
    };
    scalar.forms.iter().flat_map(of_form).copied()
}
