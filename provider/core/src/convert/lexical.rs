//! One value ⇄ the text the XML has for it. Knows scalars only.

use crate::forms::accepts;
use crate::shape::{Form, Meaning, Primitive, Scalar};
use crate::value::{Number, Value};

use super::ConvertError;

/// The text for a value.
pub(super) fn lexical(scalar: &Scalar, value: &Value, path: &str) -> Result<String, ConvertError> {
    match (value, scalar.meaning) {
        (Value::Bool(value), Meaning::Switch(yes, no)) => Ok(if *value { yes } else { no }.to_string()),
        (Value::Bool(value), _) => Ok(value.to_string()),
        // Terraform turns a bool that is given for a string into these words.
        (Value::String(text), Meaning::Switch(yes, no)) if scalar.primitive == Primitive::String => {
            Ok(match text.as_str() {
                "true" => yes.to_string(),
                "false" => no.to_string(),
                _ => text.clone(),
            })
        }
        (Value::String(text), _) => Ok(text.clone()),
        (Value::Number(number), _) => Ok(spelled(scalar, number)),
        (other, _) => Err(wrong_type(path, expected(scalar), other)),
    }
}

/// A number in the first of its notations that the grammar allows: decimal, or in base 16 with as many digits as it
/// takes. Base 16 comes first where a number without a prefix may be meant in it.
fn spelled(scalar: &Scalar, number: &Number) -> String {
    let decimal = number.to_string();
    let integer = number.as_integer().filter(|integer| *integer >= 0);
    let (Meaning::Number | Meaning::Hexadecimal, Some(integer)) = (scalar.meaning, integer) else { return decimal };
    let first = if may_be_hexadecimal(scalar) { format!("0x{integer:x}") } else { decimal };
    let hexadecimal = (1..=16).map(|width| format!("0x{integer:0width$x}"));
    let mut notations = std::iter::once(first.clone()).chain(hexadecimal);
    notations.find(|text| accepts(scalar, &Value::String(text.clone()))).unwrap_or(first)
}

/// Whether digits alone could be a number in base 16: where it may have letters, and no form is plainly decimal.
fn may_be_hexadecimal(scalar: &Scalar) -> bool {
    let takes_letters = |form: &Form| matches!(form, Form::Pattern(pattern) if pattern.matches("a"));
    let is_pattern = |form: &Form| matches!(form, Form::Pattern(_));
    scalar.meaning == Meaning::Hexadecimal
        || scalar.forms.iter().all(is_pattern) && scalar.forms.iter().any(takes_letters)
}

/// The value for a text.
pub(super) fn parse(scalar: &Scalar, text: String, path: &str) -> Result<Value, ConvertError> {
    let value = match scalar.primitive {
        Primitive::String => Some(Value::String(text.clone())),
        Primitive::Number => number(scalar, text.trim()).map(Value::Number),
        Primitive::Bool => boolean(scalar, text.trim()).map(Value::Bool),
    };
    value.ok_or_else(|| ConvertError::Text { path: path.to_string(), text, expected: expected(scalar) })
}

fn boolean(scalar: &Scalar, text: &str) -> Option<bool> {
    match (scalar.meaning, text) {
        (Meaning::Switch(yes, _), text) if text == yes => Some(true),
        (Meaning::Switch(_, no), text) if text == no => Some(false),
        (_, "yes" | "on" | "true" | "1") => Some(true),
        (_, "no" | "off" | "false" | "0") => Some(false),
        _ => None,
    }
}

/// A number in decimal, or in base 16 after `0x` and where the XML always means that.
fn number(scalar: &Scalar, text: &str) -> Option<Number> {
    let hexadecimal = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    if let Some(digits) = hexadecimal {
        return i128::from_str_radix(digits, 16).ok().map(Number::Integer);
    }
    if scalar.meaning == Meaning::Hexadecimal {
        return i128::from_str_radix(text, 16).ok().map(Number::Integer);
    }
    // A number that is written without a prefix but with letters can only be meant in base 16.
    Number::parse(text).or_else(|| match scalar.meaning {
        Meaning::Number => i128::from_str_radix(text, 16).ok().map(Number::Integer),
        _ => None,
    })
}

fn expected(scalar: &Scalar) -> &'static str {
    match scalar.primitive {
        Primitive::Bool => "a bool",
        Primitive::Number => "a number",
        Primitive::String => "a string",
    }
}

/// The error for a value of another type.
pub(super) fn wrong_type(path: &str, expected: &'static str, found: &Value) -> ConvertError {
    let found = match found {
        Value::Null => "null",
        Value::Unknown(_) => "a value that is not known yet",
        Value::Bool(_) => "a bool",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::List(_) => "a list",
        Value::Object(_) => "an object",
    };
    ConvertError::Type { path: path.to_string(), expected, found }
}
