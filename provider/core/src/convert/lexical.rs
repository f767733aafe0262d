//! One value ⇄ the text the XML has for it. Knows scalars only.

use crate::forms;
use crate::primitive;
use crate::shape::{Form, Meaning, Primitive, Scalar};
use crate::value::{Number, Value};

use super::ConvertError;
use super::path::Path;

/// The text for a value.
pub(super) fn lexical(scalar: &Scalar, value: &Value, path: &Path) -> Result<String, ConvertError> {
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
        (Value::Number(Number::Integer(number)), Meaning::Hexadecimal) => Ok(format!("0x{number:x}")),
        (Value::Number(Number::Integer(number)), Meaning::Number | Meaning::Exact) => {
            Ok(forms::spelled(scalar, *number))
        }
        (Value::Number(number), _) => Ok(number.to_string()),
        (other, _) => Err(wrong_type(path, primitive::name(scalar.primitive), other)),
    }
}

/// The value for a text.
pub(super) fn parse(scalar: &Scalar, text: String, path: &Path) -> Result<Value, ConvertError> {
    let value = match scalar.primitive {
        Primitive::String => Some(Value::String(text.clone())),
        Primitive::Number => number(scalar, text.trim()).map(Value::Number),
        Primitive::Bool => boolean(scalar, text.trim()).map(Value::Bool),
    };
    value.ok_or_else(|| ConvertError::Text {
        path: path.attribute_path(),
        text,
        expected: primitive::name(scalar.primitive),
    })
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
    // Without a prefix but with letters it can only be meant in base 16, but for the exponent of a decimal one.
    let decimal = scalar.forms.iter().any(|form| matches!(form, Form::Decimal));
    let letters = text.parse::<i128>().is_err() && !decimal;
    let in_base_16 = || i128::from_str_radix(text, 16).ok().map(Number::Integer);
    letters.then(in_base_16).flatten().or_else(|| Number::parse(text))
}

/// The error for a value of another type.
pub(super) fn wrong_type(path: &Path, expected: &'static str, found: &Value) -> ConvertError {
    ConvertError::Type { path: path.attribute_path(), expected, found: found.type_name() }
}
