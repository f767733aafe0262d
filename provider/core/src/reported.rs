//! What libvirt reports differently from what it was given, right after an apply: a CPU set in another notation, the path of a
//! pseudo terminal that it chooses itself. Knows shapes and values; must not know any attribute.

use crate::diagnostics::{AttributePath, PathStep};
use crate::json::encode;
use crate::shape::{Attribute, Class, Kind, Shape};
use crate::value::Value;

/// One difference between what was given and what is reported.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Where.
    pub path: AttributePath,
    /// Whether Terraform hides it.
    pub sensitive: bool,
    given: Value,
    reported: Value,
}

/// What libvirt reports differently: `state` is what Terraform keeps, `read` what a read of the same object makes of it that
/// knows of no earlier apply. Only what is in the XML counts: what the provider itself does it can do again.
pub fn differences(shape: &Shape, state: &Value, read: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    object(shape, state, read, &AttributePath::default(), &mut found);
    found
}

fn object(shape: &Shape, state: &Value, read: &Value, path: &AttributePath, found: &mut Vec<Difference>) {
    let counts = |attribute: &&Attribute| {
        attribute.xml.is_some() && !matches!(attribute.class, Class::Runtime | Class::WriteOnly)
    };
    for attribute in shape.attributes.iter().filter(counts) {
        let (given, reported) = (state.get(attribute.name), read.get(attribute.name));
        if given == reported {
            continue;
        }
        let path = path.attribute(attribute.name);
        match (attribute.kind, given, reported) {
            (Kind::Object(shape), Value::Object(_), Value::Object(_)) => object(shape, given, reported, &path, found),
            (Kind::List(shape, _), Value::List(items), Value::List(others)) if items.len() == others.len() => {
                for (at, (given, reported)) in items.iter().zip(others).enumerate() {
                    object(shape, given, reported, &path.element(at), found);
                }
            }
            _ => {
                let (given, reported) = (given.clone(), reported.clone());
                found.push(Difference { path, sensitive: attribute.sensitive, given, reported });
            }
        }
    }
}

impl Difference {
    /// The difference in a line.
    pub fn line(&self) -> String {
        match self.sensitive {
            true => format!("{}: libvirt reports another value", self.path),
            false => {
                format!("{}: {}, {}", self.path, show("configured", &self.given), show("reported", &self.reported))
            }
        }
    }

    /// The path as far as Terraform can point at it in a configuration.
    pub fn place(&self) -> AttributePath {
        let steps = self.path.0.iter().take_while(|step| matches!(step, PathStep::Attribute(_)));
        AttributePath(steps.cloned().collect())
    }
}

fn show(verb: &str, value: &Value) -> String {
    match value {
        Value::Null => format!("not {verb}"),
        value => format!("{verb} as {}", encode(value)),
    }
}
