//! JSON, as state files hold it, → values, by shape. Knows that state may be of another provider or version and so
//! ignores what the shape does not have; must not know any attribute.

use provider_core::diagnostics::PathStep;
use provider_core::shape::{Kind, Primitive, Shape};
use provider_core::value::{Object, Value};
use serde_json::Value as Json;

use super::{Fault, WireError, number};

/// Reads an object of `shape`.
pub(super) fn decode(shape: &Shape, bytes: &[u8]) -> Result<Value, WireError> {
    object(shape, &serde_json::from_slice(bytes).map_err(Fault::Json)?)
}

fn kind(kind: Kind, json: &Json) -> Result<Value, WireError> {
    match kind {
        Kind::Leaf(scalar) => leaf(scalar.primitive, json),
        Kind::Leaves(scalar) | Kind::Set(scalar) => list(json, |item| leaf(scalar.primitive, item)),
        Kind::Object(shape) => object(shape, json),
        Kind::List(shape, _) => list(json, |item| object(shape, item)),
    }
}

fn object(shape: &Shape, json: &Json) -> Result<Value, WireError> {
    let entries = match json {
        Json::Null => return Ok(Value::Null),
        Json::Object(entries) => entries,
        _ => return Err(unexpected("an object", json)),
    };
    let mut object = Object::new();
    for (name, json) in entries {
        let Some(attribute) = shape.attribute(name) else { continue };
        let step = PathStep::Attribute(attribute.name);
        let value = kind(attribute.kind, json).map_err(|error| error.within(step))?;
        if !value.is_null() {
            object.insert(attribute.name, value);
        }
    }
    Ok(Value::Object(object))
}

fn list(json: &Json, element: impl Fn(&Json) -> Result<Value, WireError>) -> Result<Value, WireError> {
    let items = match json {
        Json::Null => return Ok(Value::Null),
        Json::Array(items) => items,
        _ => return Err(unexpected("a list", json)),
    };
    let read = |(index, item)| element(item).map_err(|error| error.within(PathStep::Element(index)));
    items.iter().enumerate().map(read).collect::<Result<_, _>>().map(Value::List)
}

/// A scalar. What Terraform itself converts without loss is converted: state may be of a schema where the attribute
/// had another primitive type.
fn leaf(primitive: Primitive, json: &Json) -> Result<Value, WireError> {
    match (primitive, json) {
        (_, Json::Null) => Ok(Value::Null),
        (Primitive::Bool, Json::Bool(value)) => Ok(Value::Bool(*value)),
        (Primitive::Bool, Json::String(text)) if text == "true" || text == "false" => Ok(Value::Bool(text == "true")),
        (Primitive::Bool, _) => Err(unexpected("a bool", json)),
        (Primitive::String, Json::String(text)) => Ok(Value::from(text.as_str())),
        (Primitive::String, Json::Bool(value)) => Ok(Value::from(value.to_string())),
        (Primitive::String, Json::Number(number)) => Ok(Value::from(number.to_string())),
        (Primitive::String, _) => Err(unexpected("a string", json)),
        (Primitive::Number, Json::Number(number)) => decimal(&number.to_string(), json),
        (Primitive::Number, Json::String(text)) => decimal(text, json),
        (Primitive::Number, _) => Err(unexpected("a number", json)),
    }
}

fn decimal(text: &str, json: &Json) -> Result<Value, WireError> {
    number::parse(text).map(Value::Number).ok_or_else(|| unexpected("a number", json))
}

fn unexpected(expected: &'static str, json: &Json) -> WireError {
    let found = match json {
        Json::Null => "null",
        Json::Bool(_) => "a bool",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    };
    Fault::Type { expected, found }.into()
}
