//! When two spellings of a scalar mean the same. Knows the rules of [`Meaning`]; must not know any element.

use crate::canonical::canonical;
use crate::shape::{Meaning, Scalar};
use crate::size;
use crate::value::{Number, Value};

/// One of two values that are compared, and what stands around it.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The value.
    pub value: &'a Value,
    /// The object that holds it.
    pub object: &'a Value,
}

/// Whether two values of a scalar mean the same. Null and unknown mean the same as nothing but themselves.
pub fn same(scalar: &Scalar, a: &Side<'_>, b: &Side<'_>) -> bool {
    if [a, b].iter().any(|side| side.value.is_null() || side.value.is_unknown()) {
        return a.value == b.value;
    }
    if let Meaning::Sized(unit, default) = scalar.meaning {
        return same_size(a, b, unit, default);
    }
    a.value == b.value
        || match scalar.meaning {
            Meaning::Exact => same_number(a.value, b.value),
            Meaning::Switch(on, off) => both(a, b, |value| switch(value, on, off)),
            Meaning::Number => both(a, b, |value| value.to_integer(10)),
            Meaning::Hexadecimal => both(a, b, |value| value.to_integer(16)),
            Meaning::Octal => both(a, b, |value| value.to_integer(8)),
            Meaning::AnyCase => both(a, b, |value| value.as_str().map(fold_case)),
            Meaning::Path => both(a, b, |value| value.as_str().map(without_trailing_slash)),
            Meaning::Xml => both(a, b, |value| value.as_str().and_then(canonical)),
            Meaning::Sized(..) => false,
        }
}

/// A text that all values of a scalar have in common that mean the same as this one. Others may share it.
pub(crate) fn fingerprint(scalar: &Scalar, side: &Side<'_>) -> String {
    let value = side.value;
    let meant = match scalar.meaning {
        Meaning::Sized(unit, default) => {
            size::bytes(value, side.object.get(unit), default).map(|bytes| format!("{bytes:?}"))
        }
        Meaning::Exact => match value {
            // Zero has two signs, which are equal.
            Value::Number(Number::Decimal(text)) => text.parse::<f64>().ok().map(|number| (number + 0.0).to_string()),
            _ => None,
        },
        Meaning::Switch(on, off) => switch(value, on, off).map(|on| on.to_string()),
        Meaning::Number => value.to_integer(10).map(|number| format!("{number:?}")),
        Meaning::Hexadecimal => value.to_integer(16).map(|number| format!("{number:?}")),
        Meaning::Octal => value.to_integer(8).map(|number| format!("{number:?}")),
        Meaning::AnyCase => value.as_str().map(fold_case),
        Meaning::Path => value.as_str().map(|path| without_trailing_slash(path).to_string()),
        Meaning::Xml => value.as_str().and_then(canonical).map(|text| format!("{text:?}")),
    };
    meant.unwrap_or_else(|| format!("{value:?}"))
}

/// Whether both sides can be read, as the same.
fn both<'a, T: PartialEq>(a: &Side<'a>, b: &Side<'a>, read: impl Fn(&'a Value) -> Option<T>) -> bool {
    match (read(a.value), read(b.value)) {
        (Some(a), Some(b)) => a == b,
        _ => false,
    }
}

fn same_size(a: &Side<'_>, b: &Side<'_>, unit: &str, default: &str) -> bool {
    let (unit_a, unit_b) = (a.object.get(unit), b.object.get(unit));
    match (size::bytes(a.value, unit_a, default), size::bytes(b.value, unit_b, default)) {
        (Some(a), Some(b)) => a == b,
        // A unit that is no size (or unknown): only the very same pair will do.
        _ => a.value == b.value && unit_a == unit_b,
    }
}

/// Decimals come from two writers that may pad them differently (`0.5`, `0.50`).
fn same_number(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(Number::Decimal(a)), Value::Number(Number::Decimal(b))) => {
            matches!((a.parse::<f64>(), b.parse::<f64>()), (Ok(a), Ok(b)) if a == b)
        }
        _ => false,
    }
}

fn switch(value: &Value, on: &str, off: &str) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::String(text) if text == on || text == "true" => Some(true),
        Value::String(text) if text == off || text == "false" => Some(false),
        _ => None,
    }
}

/// Lower case; a UUID (32 hexadecimal digits in all) also without its dashes.
fn fold_case(text: &str) -> String {
    let digits = text.chars().filter(|c| *c != '-').collect::<String>();
    let is_uuid = digits.len() == 32 && digits.chars().all(|c| c.is_ascii_hexdigit());
    if is_uuid { digits.to_ascii_lowercase() } else { text.to_lowercase() }
}

fn without_trailing_slash(path: &str) -> &str {
    match path.trim_end_matches('/') {
        "" => path.get(..1).unwrap_or(path),
        trimmed => trimmed,
    }
}

#[cfg(test)]
#[path = "meaning_tests.rs"]
mod tests;
