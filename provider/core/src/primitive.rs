//! The conversions between primitive types that Terraform itself makes where they lose nothing. Knows no attribute.

use crate::shape::Primitive;
use crate::value::{Number, Value};

/// The value as the type; `None` where Terraform would refuse it. Null and unknown are of every type.
pub fn convert(primitive: Primitive, value: Value) -> Option<Value> {
    match (primitive, value) {
        (_, value @ (Value::Null | Value::Unknown(_))) => Some(value),
        (Primitive::Bool, value @ Value::Bool(_)) => Some(value),
        (Primitive::Bool, Value::String(text)) => text.parse().ok().map(Value::Bool),
        (Primitive::Number, value @ Value::Number(_)) => Some(value),
        (Primitive::Number, Value::String(text)) => Number::parse_exactly(&text).map(Value::Number),
        (Primitive::String, value @ Value::String(_)) => Some(value),
        (Primitive::String, Value::Bool(value)) => Some(Value::String(value.to_string())),
        (Primitive::String, Value::Number(number)) => Some(Value::String(number.to_string())),
        _ => None,
    }
}

/// What a message calls a value of the type.
pub fn name(primitive: Primitive) -> &'static str {
    match primitive {
        Primitive::Bool => "a bool",
        Primitive::Number => "a number",
        Primitive::String => "a string",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_loses_nothing_is_converted() {
        use Primitive::{Bool, Number as Num, String};
        let rows = [
            (Bool, Value::from("true"), Some(Value::Bool(true))),
            (Bool, Value::from("yes"), None),
            (Bool, Value::from(1i64), None),
            (Num, Value::from("12"), Some(Value::from(12i64))),
            (Num, Value::from("0x12"), None),
            (Num, Value::Bool(true), None),
            (String, Value::from(12i64), Some(Value::from("12"))),
            (String, Value::Bool(false), Some(Value::from("false"))),
            (String, Value::List(Vec::new()), None),
            (Num, Value::Null, Some(Value::Null)),
            (Num, Value::UNKNOWN, Some(Value::UNKNOWN)),
        ];
        for (primitive, value, converted) in rows {
            assert_eq!(convert(primitive, value.clone()), converted, "{value:?} as {primitive:?}");
        }
    }
}
