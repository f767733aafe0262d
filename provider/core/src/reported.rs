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

/// One place: what the configuration has there, what Terraform keeps, and what a read makes of it.
#[derive(Clone, Copy)]
struct Sides<'a> {
    config: &'a Value,
    state: &'a Value,
    read: &'a Value,
    /// Whether others change it as they go.
    volatile: bool,
}

/// What libvirt reports differently: `state` is what Terraform keeps, `read` what a read of the same object makes of it that
/// knows of no earlier apply. Only what is in the XML counts: what the provider itself does it can do again. What others change
/// as they go counts where `config` sets it.
pub fn differences(shape: &Shape, config: &Value, state: &Value, read: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    object(shape, Sides { config, state, read, volatile: false }, &AttributePath::default(), &mut found);
    found
}

fn object(shape: &Shape, sides: Sides<'_>, path: &AttributePath, found: &mut Vec<Difference>) {
    let counts = |attribute: &&Attribute| {
        attribute.xml.is_some() && !matches!(attribute.class, Class::Runtime | Class::WriteOnly)
    };
    for attribute in shape.attributes.iter().filter(counts) {
        let [config, given, reported] = [sides.config, sides.state, sides.read].map(|value| value.get(attribute.name));
        let volatile = sides.volatile || attribute.volatile;
        if given == reported || (volatile && config.is_null()) {
            continue;
        }
        let path = path.attribute(attribute.name);
        match (attribute.kind, given, reported) {
            (Kind::Object(shape), Value::Object(_), Value::Object(_)) => {
                object(shape, Sides { config, state: given, read: reported, volatile }, &path, found);
            }
            (Kind::List(shape, _), Value::List(items), Value::List(others)) if items.len() == others.len() => {
                for (at, (given, reported)) in items.iter().zip(others).enumerate() {
                    let config = config.items().get(at).unwrap_or(&Value::Null);
                    object(shape, Sides { config, state: given, read: reported, volatile }, &path.element(at), found);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{THING, value};

    #[test]
    fn what_others_change_is_reported_where_the_configuration_sets_it() {
        let read = value(r#"{"cover":{"page":"a","wear":{"mode":"0600","owner":"0"}}}"#);
        let lines = |config: &str, state: &str| {
            let found = differences(&THING, &value(config), &value(state), &read);
            found.iter().map(Difference::line).collect::<Vec<_>>()
        };
        let page = r#"{"cover":{"page":"a"}}"#;
        let before = r#"{"cover":{"page":"a","wear":{"mode":"0644","owner":"1"}}}"#;
        assert_eq!(lines(page, page), [""; 0]);
        assert_eq!(lines(page, before), [""; 0]);
        let mode = r#"{"cover":{"page":"a","wear":{"mode":"0644"}}}"#;
        assert_eq!(lines(mode, before), [r#"cover.wear.mode: configured as "0644", reported as "0600""#]);
    }
}
