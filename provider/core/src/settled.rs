//! What libvirt answered otherwise than it was told, right after an apply: a CPU set in another notation, the path of a
//! pseudo terminal that it chooses itself. No later apply changes that, so it is no difference for as long as both sides
//! stay as they are. And what others change as they go, the owner of a disk's file: that is no difference whatever libvirt
//! answers. Knows shapes and values; must not know any attribute, nor where this is kept.

use serde_json::{Map, Value as Json};

use crate::diagnostics::{AttributePath, PathStep};
use crate::json::encode;
use crate::shape::{Attribute, Class, Kind, Shape};
use crate::value::Value;

/// What was settled, each by its path in the state: what was told and what was answered, or only the former where any answer
/// will do.
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

/// What an object was before the apply.
#[derive(Clone, Copy, Debug)]
pub struct Before<'a> {
    /// The state that the plan was made from; null where there was no object.
    pub state: &'a Value,
    /// What was settled then.
    pub settled: &'a Settled,
}

/// What libvirt tells otherwise: `state` is what Terraform keeps, `read` what a read of the same object makes of it. Only what
/// is in the XML counts: what the provider itself does it can do again. Elements that were not told may be libvirt's or
/// somebody else's. They are libvirt's in a new object, where they were settled before, and where this apply was to remove them.
pub fn differences(shape: &Shape, state: &Value, read: &Value, before: Before<'_>) -> Vec<Difference> {
    let mut walk = Walk { fresh: before.state.is_null(), settled: before.settled, found: Vec::new() };
    walk.object(shape, [state, read, before.state], &AttributePath::default());
    walk.found
}

/// What the user wrote of what others change as they go, as `state` has it: no answer of libvirt's makes a difference.
pub fn fleeting(shape: &Shape, config: &Value, state: &Value) -> Vec<(AttributePath, Value)> {
    let mut found = Vec::new();
    collect_fleeting(shape, (config, state), &AttributePath::default(), false, &mut found);
    found
}

fn collect_fleeting(
    shape: &Shape,
    (config, state): (&Value, &Value),
    path: &AttributePath,
    within: bool,
    found: &mut Vec<(AttributePath, Value)>,
) {
    for attribute in shape.attributes {
        let (config, state) = (config.get(attribute.name), state.get(attribute.name));
        let (within, path) = (within || attribute.fleeting, path.attribute(attribute.name));
        match attribute.kind {
            Kind::Object(inner) => collect_fleeting(inner, (config, state), &path, within, found),
            Kind::List(inner, _) => {
                for (at, pair) in config.items().iter().zip(state.items()).enumerate() {
                    collect_fleeting(inner, pair, &path.element(at), within, found);
                }
            }
            _ if within && !config.is_null() => found.push((path, state.clone())),
            _ => {}
        }
    }
}

struct Walk<'a> {
    fresh: bool,
    settled: &'a Settled,
    found: Vec<Difference>,
}

impl Walk<'_> {
    /// An object as it was told, as it is answered, and as it was before.
    fn object(&mut self, shape: &Shape, values: [&Value; 3], path: &AttributePath) {
        let planned = |attribute: &&Attribute| attribute.xml.is_some() && attribute.class != Class::Runtime;
        for attribute in shape.attributes.iter().filter(planned) {
            let values = values.map(|value| value.get(attribute.name));
            if values[0] != values[1] {
                self.attribute(attribute, values, path.attribute(attribute.name));
            }
        }
    }

    fn attribute(&mut self, attribute: &Attribute, values: [&Value; 3], path: AttributePath) {
        let [told, answer, before] = values;
        match (attribute.kind, told, answer) {
            (Kind::Object(shape), Value::Object(_), Value::Object(_)) => self.object(shape, values, &path),
            (Kind::List(shape, _), Value::List(items), Value::List(others))
                if items.len() == others.len() || items.len() < others.len() && !self.is_libvirts(values, &path) =>
            {
                for (at, (told, answer)) in items.iter().zip(others).enumerate() {
                    let before = before.items().get(at).unwrap_or(&Value::Null);
                    self.object(shape, [told, answer, before], &path.element(at));
                }
            }
            _ => {
                let (told, answer) = (told.clone(), answer.clone());
                self.found.push(Difference { path, sensitive: attribute.sensitive, told, answer });
            }
        }
    }

    /// Whether elements that were not told are libvirt's own.
    fn is_libvirts(&self, [told, answer, before]: [&Value; 3], path: &AttributePath) -> bool {
        self.fresh || answer == before || self.settled.is(path, told, answer)
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

    /// These too, whatever libvirt answers.
    pub fn with_fleeting(mut self, fleeting: &[(AttributePath, Value)]) -> Settled {
        let entries = fleeting.iter().map(|(path, told)| (path.to_string(), Json::Array(vec![encode(told)])));
        self.0.extend(entries);
        self
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
        match pair {
            Some([was]) => *was == encode(told),
            Some([was, is]) => *was == encode(told) && *is == encode(answer),
            _ => false,
        }
    }

    /// Whether anything in the object at `path` is settled.
    fn has_within(&self, path: &AttributePath) -> bool {
        let within = format!("{path}.");
        self.0.keys().any(|key| key.starts_with(&within))
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
        let is_untold = attribute.fleeting && now.is_null() && self.has_within(path);
        if is_untold || self.is(path, before, &now) {
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
