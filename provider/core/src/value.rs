//! Terraform's values as the provider holds them. Knows nothing of wire formats, XML or libvirt.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// The attributes of an object by name. A name that is not there is null, so an object holds only what is set.
pub type Object = BTreeMap<&'static str, Value>;

/// A Terraform value.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// `null`: not set.
    #[default]
    Null,
    /// Not known before apply.
    Unknown(Refinement),
    /// A bool.
    Bool(bool),
    /// A number of any size.
    Number(Number),
    /// A string.
    String(String),
    /// A list or a set, in the order Terraform gave it.
    List(Vec<Value>),
    /// An object; `null` attributes are left out.
    Object(Object),
}

/// What Terraform already knows of an unknown value, as the msgpack it sent: passed on unread.
/// `None` is an unknown without refinements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refinement(pub Option<Arc<[u8]>>);

/// A number: Terraform's are decimal and unbounded, libvirt's are integers but for a few.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Number {
    /// An integer; every integer of 64 bits, signed or not, fits.
    Integer(i128),
    /// Anything else, in decimal notation.
    Decimal(String),
}

impl Number {
    /// Reads decimal notation (`12`, `-1`, `0.5`, `1e3`). `None` if it is not a number.
    pub fn parse(text: &str) -> Option<Number> {
        if let Ok(integer) = text.parse::<i128>() {
            return Some(Number::Integer(integer));
        }
        let float: f64 = text.parse().ok()?;
        if !float.is_finite() {
            return None;
        }
        Some(Number::from_float(float).unwrap_or_else(|| Number::Decimal(text.to_string())))
    }

    /// Reads decimal notation and keeps every digit, so that what Terraform sent comes back equal.
    pub fn parse_exactly(text: &str) -> Option<Number> {
        match text.parse::<i128>() {
            Ok(integer) => Some(Number::Integer(integer)),
            Err(_) if text.contains(['e', 'E']) => Number::parse(text),
            Err(_) => {
                text.parse::<f64>().ok().filter(|float| float.is_finite()).map(|_| Number::Decimal(text.to_string()))
            }
        }
    }

    /// A finite float; whole ones become integers. `None` for infinities and NaN.
    pub fn from_float(float: f64) -> Option<Number> {
        if !float.is_finite() {
            None
        } else if float.fract() == 0.0 && float.abs() < 1e18 {
            Some(Number::Integer(float as i128))
        } else {
            Some(Number::Decimal(float.to_string()))
        }
    }

    /// The integer, where it is one.
    pub fn as_integer(&self) -> Option<i128> {
        match self {
            Number::Integer(integer) => Some(*integer),
            Number::Decimal(_) => None,
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Number::Integer(integer) => write!(f, "{integer}"),
            Number::Decimal(text) => f.write_str(text),
        }
    }
}

impl Value {
    /// An unknown value of which nothing is known.
    pub const UNKNOWN: Value = Value::Unknown(Refinement(None));

    /// What a message calls its type.
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Unknown(_) => "a value that is not known yet",
            Value::Bool(_) => "a bool",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::List(_) => "a list",
            Value::Object(_) => "an object",
        }
    }

    /// The value with null for everything unknown.
    pub fn known(&self) -> Value {
        match self {
            Value::Unknown(_) => Value::Null,
            Value::List(items) => Value::List(items.iter().map(Value::known).collect()),
            Value::Object(object) => {
                let known = object.iter().map(|(name, value)| (*name, value.known()));
                Value::Object(known.filter(|(_, value)| !value.is_null()).collect())
            }
            other => other.clone(),
        }
    }

    /// Whether this is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// Whether this very value is unknown (see [`Value::is_wholly_known`] for what is inside it).
    pub fn is_unknown(&self) -> bool {
        matches!(self, Value::Unknown(_))
    }

    /// Whether nothing in this value is unknown.
    pub fn is_wholly_known(&self) -> bool {
        match self {
            Value::Unknown(_) => false,
            Value::List(items) => items.iter().all(Value::is_wholly_known),
            Value::Object(object) => object.values().all(Value::is_wholly_known),
            _ => true,
        }
    }

    /// The attribute `name` of an object; null where this is no object or has no such attribute.
    pub fn get(&self, name: &str) -> &Value {
        match self {
            Value::Object(object) => object.get(name).unwrap_or(&Value::Null),
            _ => &Value::Null,
        }
    }

    /// The value below a dotted path of attribute names (`create.content.url`).
    pub fn at(&self, path: &str) -> &Value {
        path.split('.').fold(self, |value, name| value.get(name))
    }

    /// The text of a known string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// A known bool.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// A known integer.
    pub fn as_integer(&self) -> Option<i128> {
        match self {
            Value::Number(number) => number.as_integer(),
            _ => None,
        }
    }

    /// The integer it stands for. Text is read in `radix`, or in base 16 after `0x`; a number stands for itself,
    /// whichever base the XML uses.
    pub(crate) fn to_integer(&self, radix: u32) -> Option<i128> {
        let text = match self {
            Value::String(text) => text.trim(),
            other => return other.as_integer(),
        };
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let magnitude = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
            Some(digits) => i128::from_str_radix(digits, 16),
            None => i128::from_str_radix(digits, radix),
        };
        magnitude.ok().map(|magnitude| if negative { -magnitude } else { magnitude })
    }

    /// The elements of a known list; empty for anything else.
    pub fn items(&self) -> &[Value] {
        match self {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The attributes of a known object.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Value::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Sets an attribute of an object; null takes it out. Anything but an object is left as it is.
    pub fn set(&mut self, name: &'static str, value: Value) {
        if let Value::Object(object) = self {
            match value {
                Value::Null => object.remove(name),
                value => object.insert(name, value),
            };
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Value {
        Value::Number(Number::Integer(value.into()))
    }
}

impl From<usize> for Value {
    fn from(value: usize) -> Value {
        Value::Number(Number::Integer(value as i128))
    }
}

impl From<u64> for Value {
    fn from(value: u64) -> Value {
        Value::Number(Number::Integer(value.into()))
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Value {
        Value::String(value.to_string())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Value {
        Value::String(value)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

impl<const N: usize> From<[(&'static str, Value); N]> for Value {
    fn from(attributes: [(&'static str, Value); N]) -> Value {
        Value::Object(attributes.into_iter().filter(|(_, value)| !value.is_null()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_has_nothing_unknown() {
        let inside = Value::List(vec![Value::from([("c", Value::UNKNOWN)])]);
        let value = Value::from([("a", Value::UNKNOWN), ("b", inside)]);
        assert_eq!(value.known(), Value::from([("b", Value::List(vec![Value::from([])]))]));
    }
}
