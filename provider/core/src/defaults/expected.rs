//! The value of a default, and whether an object has it. Knows JSON and references; must not know shapes.

use serde_json::Value as Json;

use crate::value::{Number, Value};

/// A value in which parts may refer to others.
#[derive(Debug)]
pub(super) enum Expected {
    /// This very value.
    Exact(Value),
    /// What stands at this path.
    Reference(String),
    /// Any value, or none.
    Anything,
    /// An object of these attributes and no others.
    Object(Vec<(String, Expected)>),
    /// A list of these elements.
    List(Vec<Expected>),
}

/// What a value is compared as: without the defaults in it, and as it was.
#[derive(Clone, Copy)]
pub(super) struct Found<'a> {
    pub(super) lean: &'a Value,
    pub(super) whole: &'a Value,
}

impl Found<'_> {
    fn get(&self, name: &str) -> Found<'_> {
        Found { lean: self.lean.get(name), whole: self.whole.get(name) }
    }
}

impl Expected {
    pub(super) fn parse(json: &str) -> Option<Expected> {
        Expected::of(&serde_json::from_str(json).ok()?)
    }

    fn of(json: &Json) -> Option<Expected> {
        Some(match json {
            Json::Null => Expected::Exact(Value::Null),
            Json::Bool(value) => Expected::Exact(Value::Bool(*value)),
            Json::Number(number) => Expected::Exact(Value::Number(Number::parse_exactly(&number.to_string())?)),
            Json::String(text) => match text.strip_prefix('=') {
                Some("*") => Expected::Anything,
                Some(path) => Expected::Reference(path.to_string()),
                None => Expected::Exact(Value::String(text.clone())),
            },
            Json::Array(items) => Expected::List(items.iter().map(Expected::of).collect::<Option<_>>()?),
            Json::Object(members) => {
                let members = members.iter().map(|(name, json)| Some((name.clone(), Expected::of(json)?)));
                Expected::Object(members.collect::<Option<_>>()?)
            }
        })
    }

    /// Whether what was found is this. `look_up` gives what is at a path.
    pub(super) fn is(&self, found: Found, look_up: &dyn Fn(&str) -> Value) -> bool {
        match self {
            Expected::Anything => true,
            Expected::Exact(value) => value == found.lean,
            // What is referred to is as it was, so the other side is, too.
            Expected::Reference(path) => !found.whole.is_null() && look_up(path) == *found.whole,
            Expected::Object(members) => {
                let Value::Object(object) = found.lean else { return false };
                members.iter().all(|(name, expected)| expected.is(found.get(name), look_up))
                    && object.keys().all(|name| members.iter().any(|(member, _)| member == name))
            }
            Expected::List(expected) => {
                let items = found.lean.items();
                // Elements that went have left no mark, so there is nothing to say which whole one belongs to which.
                let same = |(expected, lean): (&Expected, &Value)| expected.is(Found { lean, whole: lean }, look_up);
                matches!(found.lean, Value::List(_))
                    && items.len() == expected.len()
                    && expected.iter().zip(items).all(same)
            }
        }
    }
}
