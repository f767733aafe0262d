//! What libvirt answered otherwise than it was told, right after an apply: a CPU set in another notation, the path of a
//! pseudo terminal that it chooses itself. No later apply changes that, so it is no difference for as long as both sides
//! stay as they are. Knows shapes and values; must not know any attribute, nor where this is kept.

use serde_json::{Map, Value as Json};

use crate::diagnostics::{AttributePath, PathStep};
use crate::json::encode;
use crate::shape::{Attribute, Class, Kind, Shape};
use crate::value::Value;

/// What was settled, each by its path in the state.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settled(Map<String, Json>);

/// One difference between what was told and what was answered.
#[derive(Debug)]
pub struct Difference {
    /// Where.
    pub path: AttributePath,
    /// Whether Terraform hides it.
    pub sensitive: bool,
    told: Value,
    answer: Value,
}

/// What libvirt tells otherwise: `state` is what Terraform keeps, `read` what a read of the same object makes of it. Only what
/// is in the XML counts: what the provider itself does it can do again. `fresh`: nobody but libvirt can have added to the object.
pub fn differences(shape: &Shape, state: &Value, read: &Value, fresh: bool) -> Vec<Difference> {
    let mut walk = Walk { fresh, found: Vec::new() };
    walk.object(shape, state, read, &AttributePath::default());
    walk.found
}

struct Walk {
    fresh: bool,
    found: Vec<Difference>,
}

impl Walk {
    fn object(&mut self, shape: &Shape, told: &Value, answer: &Value, path: &AttributePath) {
        let planned = |attribute: &&Attribute| attribute.xml.is_some() && attribute.class != Class::Runtime;
        for attribute in shape.attributes.iter().filter(planned) {
            let (told, answer) = (told.get(attribute.name), answer.get(attribute.name));
            if told != answer {
                self.attribute(attribute, told, answer, path.attribute(attribute.name));
            }
        }
    }

    fn attribute(&mut self, attribute: &Attribute, told: &Value, answer: &Value, path: AttributePath) {
        match (attribute.kind, told, answer) {
            (Kind::Object(shape), Value::Object(_), Value::Object(_)) => self.object(shape, told, answer, &path),
            // Without a fresh object, elements behind the known ones may be anyone's.
            (Kind::List(shape, _), Value::List(items), Value::List(others))
                if items.len() == others.len() || !self.fresh && items.len() < others.len() =>
            {
                for (at, (told, answer)) in items.iter().zip(others).enumerate() {
                    self.object(shape, told, answer, &path.element(at));
                }
            }
            _ => {
                let (told, answer) = (told.clone(), answer.clone());
                self.found.push(Difference { path, sensitive: attribute.sensitive, told, answer });
            }
        }
    }
}

impl Settled {
    /// These differences are settled.
    pub fn of(differences: &[Difference]) -> Settled {
        let entry = |difference: &Difference| {
            let pair = vec![encode(&difference.told), encode(&difference.answer)];
            (difference.path.to_string(), Json::Array(pair))
        };
        Settled(differences.iter().map(entry).collect())
    }

    /// From what [`Settled::to_json`] made; anything else is nothing.
    pub fn from_json(json: &Json) -> Settled {
        Settled(json.as_object().cloned().unwrap_or_default())
    }

    /// To be kept.
    pub fn to_json(&self) -> Json {
        Json::Object(self.0.clone())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this very difference was settled before.
    pub fn has(&self, difference: &Difference) -> bool {
        self.is(&difference.path, &difference.told, &difference.answer)
    }

    fn is(&self, path: &AttributePath, told: &Value, answer: &Value) -> bool {
        let pair = self.0.get(&path.to_string()).and_then(Json::as_array).map(Vec::as_slice);
        matches!(pair, Some([was, is]) if *was == encode(told) && *is == encode(answer))
    }

    /// What was just read, told as in `prior` where the two differ in what is settled.
    pub fn restore(&self, shape: &Shape, prior: &Value, read: Value) -> Value {
        if self.is_empty() { read } else { self.object(shape, prior, read, &AttributePath::default()) }
    }

    fn object(&self, shape: &Shape, prior: &Value, mut read: Value, path: &AttributePath) -> Value {
        for attribute in shape.attributes {
            let (before, now) = (prior.get(attribute.name), read.get(attribute.name));
            if before != now {
                let now = self.attribute(attribute, before, now.clone(), &path.attribute(attribute.name));
                read.set(attribute.name, now);
            }
        }
        read
    }

    fn attribute(&self, attribute: &Attribute, before: &Value, now: Value, path: &AttributePath) -> Value {
        if self.is(path, before, &now) {
            return before.clone();
        }
        match (attribute.kind, before, now) {
            (Kind::Object(shape), Value::Object(_), now @ Value::Object(_)) => self.object(shape, before, now, path),
            (Kind::List(shape, _), Value::List(items), Value::List(others)) => {
                let told = |(at, other): (usize, Value)| match items.get(at) {
                    Some(item) => self.object(shape, item, other, &path.element(at)),
                    None => other,
                };
                Value::List(others.into_iter().enumerate().map(told).collect())
            }
            (_, _, now) => now,
        }
    }
}

impl Difference {
    /// The difference in a line.
    pub fn line(&self) -> String {
        match self.sensitive {
            true => format!("{}: differs", self.path),
            false => format!("{}: {} was written, {} is there", self.path, show(&self.told), show(&self.answer)),
        }
    }

    /// The path as far as Terraform can point at it in a configuration.
    pub fn place(&self) -> AttributePath {
        let steps = self.path.0.iter().take_while(|step| matches!(step, PathStep::Attribute(_)));
        AttributePath(steps.cloned().collect())
    }
}

fn show(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_string(),
        value => encode(value).to_string(),
    }
}

#[cfg(test)]
#[path = "settled_tests.rs"]
mod tests;
