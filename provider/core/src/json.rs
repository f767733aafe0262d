//! JSON, as Terraform writes objects, ⇄ values, by shape. Knows shapes; must not know any attribute.

use serde_json::{Map, Number as JsonNumber, Value as Json};

use crate::diagnostics::{AttributePath, PathStep};
use crate::primitive;
use crate::shape::{Kind, Primitive, Shape};
use crate::value::{Number, Object, Value};

/// What becomes of a key that the shape does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// It is left out: state may be of another version or provider.
    Ignored,
    /// It is an error: what a person wrote is meant.
    Refused,
}

/// Why JSON is no object of a shape, and where. No value is quoted, since it may be secret.
#[derive(Debug, thiserror::Error)]
#[error("{misfit}")]
pub struct JsonError {
    /// The attribute it is about.
    pub path: AttributePath,
    /// What is wrong.
    pub misfit: Misfit,
}

/// How a value does not fit its place in a shape, whichever format it is written in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// It is of another type.
    #[error("Expected {expected}, found {found}")]
    Type {
        /// What the attribute takes.
        expected: &'static str,
        /// What it got.
        found: &'static str,
    },
    /// The object has no such key.
    #[error("Unknown attribute {0:?}")]
    Attribute(String),
}

impl JsonError {
    fn new(misfit: Misfit) -> JsonError {
        JsonError { path: AttributePath::default(), misfit }
    }

    /// The same error seen from one step further out: paths are built only once something is wrong.
    fn within(mut self, step: PathStep) -> JsonError {
        self.path.0.insert(0, step);
        self
    }
}

/// Reads an object of `shape`.
pub fn decode(shape: &Shape, json: &Json, unknown: Unknown) -> Result<Value, JsonError> {
    Reader { unknown }.object(shape, json)
}

/// A known value as JSON; what is not known is null. Numbers keep every digit.
pub fn encode(value: &Value) -> Json {
    match value {
        Value::Null | Value::Unknown(_) => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Number(number) => encode_number(number),
        Value::String(text) => Json::String(text.clone()),
        Value::List(items) => Json::Array(items.iter().map(encode).collect()),
        Value::Object(object) => {
            let members = object.iter().filter(|(_, value)| !value.is_null());
            Json::Object(members.map(|(name, value)| (name.to_string(), encode(value))).collect::<Map<_, _>>())
        }
    }
}

/// Notations that JSON lacks (`.5`) become text, which every reader here takes for a number again.
fn encode_number(number: &Number) -> Json {
    let text = number.to_string();
    text.parse::<JsonNumber>().map_or(Json::String(text), Json::Number)
}

struct Reader {
    unknown: Unknown,
}

impl Reader {
    fn kind(&self, kind: Kind, json: &Json) -> Result<Value, JsonError> {
        match kind {
            Kind::Leaf(scalar) => leaf(scalar.primitive, json),
            Kind::Leaves(scalar) | Kind::Set(scalar) => list(json, |item| leaf(scalar.primitive, item)),
            Kind::Object(shape) => self.object(shape, json),
            Kind::List(shape, _) => list(json, |item| self.object(shape, item)),
        }
    }

    fn object(&self, shape: &Shape, json: &Json) -> Result<Value, JsonError> {
        let entries = match json {
            Json::Null => return Ok(Value::Null),
            Json::Object(entries) => entries,
            _ => return Err(unexpected("an object", json)),
        };
        let mut object = Object::new();
        for (name, json) in entries {
            let Some(attribute) = shape.attribute(name) else {
                match self.unknown {
                    Unknown::Ignored => continue,
                    Unknown::Refused => return Err(JsonError::new(Misfit::Attribute(name.clone()))),
                }
            };
            let step = PathStep::Attribute(attribute.name);
            let value = self.kind(attribute.kind, json).map_err(|error| error.within(step))?;
            if !value.is_null() {
                object.insert(attribute.name, value);
            }
        }
        Ok(Value::Object(object))
    }
}

fn list(json: &Json, element: impl Fn(&Json) -> Result<Value, JsonError>) -> Result<Value, JsonError> {
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
fn leaf(primitive: Primitive, json: &Json) -> Result<Value, JsonError> {
    let value = match json {
        Json::Null => Some(Value::Null),
        Json::Bool(value) => Some(Value::Bool(*value)),
        Json::String(text) => Some(Value::from(text.as_str())),
        // The digits as they stand: whoever wants text gets no other ones.
        Json::Number(number) if primitive == Primitive::String => Some(Value::from(number.to_string())),
        Json::Number(number) => Number::parse_exactly(&number.to_string()).map(Value::Number),
        Json::Array(_) | Json::Object(_) => None,
    };
    let converted = value.and_then(|value| primitive::convert(primitive, value));
    converted.ok_or_else(|| unexpected(primitive::name(primitive), json))
}

fn unexpected(expected: &'static str, json: &Json) -> JsonError {
    let found = match json {
        Json::Null => "null",
        Json::Bool(_) => "a bool",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    };
    JsonError::new(Misfit::Type { expected, found })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::{Attribute, List};
    use crate::testing::{COUNT, FLAG, TEXT};

    static ITEM: Shape = Shape { attributes: &[Attribute::new("count", Kind::Leaf(&COUNT))] };
    static LIST: List = List { keys: &[], skip: 0 };
    static SHAPE: Shape = Shape {
        attributes: &[
            Attribute::new("flag", Kind::Leaf(&FLAG)),
            Attribute::new("items", Kind::List(&ITEM, &LIST)),
            Attribute::new("text", Kind::Leaf(&TEXT)),
        ],
    };

    fn read(text: &str, unknown: Unknown) -> Result<Value, String> {
        let json: Json = serde_json::from_str(text).unwrap();
        decode(&SHAPE, &json, unknown).map_err(|error| format!("{}: {error}", error.path))
    }

    #[test]
    fn objects_come_back() {
        let text = r#"{"flag":true,"items":[{"count":18446744073709551616},{}],"text":"x"}"#;
        assert_eq!(encode(&read(text, Unknown::Refused).unwrap()).to_string(), text);
        assert_eq!(encode(&read(r#"{"flag":null,"items":null}"#, Unknown::Refused).unwrap()).to_string(), "{}");
    }

    #[test]
    fn a_key_too_many_is_ignored_or_refused() {
        let text = r#"{"items":[{},{"cuont":1}]}"#;
        assert!(read(text, Unknown::Ignored).is_ok());
        let error = read(text, Unknown::Refused).unwrap_err();
        assert_eq!(error, "items[1]: Unknown attribute \"cuont\"");
    }

    #[test]
    fn what_is_of_another_type_is_reported_with_its_place() {
        assert_eq!(
            read(r#"{"items":[{"count":[]}]}"#, Unknown::Ignored).unwrap_err(),
            "items[0].count: Expected a number, found a list"
        );
        assert_eq!(read(r#"{"items":{}}"#, Unknown::Ignored).unwrap_err(), "items: Expected a list, found an object");
        assert!(read(r#"{"text":1.50}"#, Unknown::Ignored).is_ok_and(|value| *value.get("text") == "1.50".into()));
    }
}
