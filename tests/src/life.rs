//! Terraform's part in the life of one resource, played in this process: what a core sends, and what it checks of the
//! answers. Thousands of applies a minute; what only a real core can show is tested with one elsewhere.

use provider_core::diagnostics::{Diagnostics, has_errors};
use provider_core::shape::{Class, Kind, Shape};
use provider_core::value::Value;
use terraform_provider_libvirt::registry;
use terraform_provider_libvirt::server::{Change, Plan, Planned, Server};

/// One resource of a provider.
pub struct Life<'s> {
    server: &'s Server,
    resource: &'static str,
    /// The state; null where there is nothing.
    pub state: Value,
    /// The private state.
    pub private: Vec<u8>,
}

/// Why an apply is not what Terraform expects of one.
#[derive(Debug)]
pub enum Fault {
    /// The provider refused.
    Refused(String),
    /// The plan or what came of it breaks a rule of Terraform's.
    Inconsistent(String),
    /// Right after the apply there is something to do again.
    SecondPlan(String),
}

/// A provider that works on a libvirt host.
pub fn server(uri: &str) -> Server {
    let server = Server::new(registry());
    let found = server.configure(&Value::from([("uri", uri.into())]));
    assert!(!has_errors(&found), "{found:?}");
    server
}

impl<'s> Life<'s> {
    /// Nothing yet.
    pub fn new(server: &'s Server, resource: &'static str) -> Life<'s> {
        Life { server, resource, state: Value::Null, private: Vec::new() }
    }

    /// The attributes.
    pub fn shape(&self) -> &'static Shape {
        self.server.registry().resource(self.resource).unwrap_or_else(|error| panic!("{error:?}")).shape()
    }

    /// Takes in what libvirt calls `id`.
    pub fn import(&mut self, id: &str) -> Result<(), Fault> {
        let imported = self.server.import_resource(self.resource, id).map_err(refused)?;
        (self.state, self.private) = (imported.value, imported.private);
        self.refresh()
    }

    /// The configuration that a core from 1.14 writes for what was imported.
    pub fn generated(&self) -> Result<Value, Fault> {
        let config = self.server.generate_config(self.resource, &self.state).map_err(refused)?;
        let mut found = Vec::new();
        nulls(self.shape(), &config, "", &mut found);
        if found.is_empty() { Ok(config) } else { Err(Fault::Inconsistent(format!("null: {}", found.join(", ")))) }
    }

    /// Reads what is there.
    pub fn refresh(&mut self) -> Result<(), Fault> {
        let read =
            self.server.read_resource(self.resource, self.state.clone(), self.private.clone()).map_err(refused)?;
        if has_errors(&read.diagnostics) {
            return Err(refused(read.diagnostics));
        }
        (self.state, self.private) = (read.value, read.private);
        Ok(())
    }

    /// What is planned for a configuration.
    pub fn plan(&self, config: &Value) -> Result<Planned, Fault> {
        let plan = |prior: &Value| Plan {
            config: config.clone(),
            prior: prior.clone(),
            proposed: config.clone(),
            private: self.private.clone(),
        };
        let planned = self.server.plan_resource(self.resource, plan(&self.state)).map_err(refused)?;
        if has_errors(&planned.diagnostics) {
            return Err(refused(planned.diagnostics));
        }
        check_plan(self.shape(), &self.state, config, &planned.value, "").map_err(Fault::Inconsistent)?;
        Ok(planned)
    }

    /// Plans, applies, refreshes and plans again. The warnings are returned.
    pub fn apply(&mut self, config: &Value) -> Result<Diagnostics, Fault> {
        let found = self.server.validate_resource(self.resource, config, true).map_err(refused)?;
        if has_errors(&found) {
            return Err(refused(found));
        }
        if !self.state.is_null() {
            self.refresh()?;
        }
        let planned = self.plan(config)?;
        if !planned.replace.is_empty() {
            return Err(Fault::Refused(format!("{:?} would replace it", planned.replace)));
        }
        if planned.value == self.state {
            return Ok(Diagnostics::new());
        }
        let change = Change {
            config: config.clone(),
            prior: self.state.clone(),
            planned: planned.value.clone(),
            private: planned.private,
        };
        let applied = self.server.apply_resource(self.resource, change).map_err(refused)?;
        (self.state, self.private) = (applied.value, applied.private);
        if has_errors(&applied.diagnostics) {
            return Err(refused(applied.diagnostics));
        }
        check_apply(&planned.value, &self.state, "").map_err(Fault::Inconsistent)?;
        self.refresh()?;
        let again = self.plan(config)?;
        if again.value != self.state {
            return Err(Fault::SecondPlan(difference(&self.state, &again.value, "")));
        }
        Ok(applied.diagnostics)
    }

    /// Removes it.
    pub fn destroy(&mut self) {
        if self.state.is_null() {
            return;
        }
        let change = Change {
            config: Value::Null,
            prior: self.state.clone(),
            planned: Value::Null,
            private: self.private.clone(),
        };
        if let Ok(state) = self.server.apply_resource(self.resource, change) {
            self.state = state.value;
        }
    }
}

impl Drop for Life<'_> {
    fn drop(&mut self) {
        self.destroy();
    }
}

fn refused(found: Diagnostics) -> Fault {
    let texts = found.iter().map(|one| format!("{}: {} {}", one.path, one.summary, one.detail));
    Fault::Refused(texts.collect::<Vec<_>>().join("\n"))
}

/// What a core from 1.14 writes as null in the configuration that it generates: whatever has no value, unless it is computed
/// too; and what is sensitive.
fn nulls(shape: &Shape, config: &Value, path: &str, found: &mut Vec<String>) {
    for attribute in shape.attributes.iter().filter(|attribute| attribute.class != Class::Runtime) {
        let (path, value) = (format!("{path}.{}", attribute.name), config.get(attribute.name));
        let is_computed = !attribute.required && attribute.class != Class::WriteOnly;
        match (attribute.kind, value) {
            (_, Value::Null) if is_computed => {}
            (_, Value::Null) => found.push(path),
            _ if attribute.sensitive => found.push(path),
            (Kind::Object(inner), value) => nulls(inner, value, &path, found),
            (Kind::List(inner, _), Value::List(items)) => {
                items.iter().enumerate().for_each(|(at, item)| nulls(inner, item, &format!("{path}[{at}]"), found));
            }
            _ => {}
        }
    }
}

/// What a core asserts of a plan: what is configured is planned as it is, or as it was.
fn check_plan(shape: &Shape, prior: &Value, config: &Value, planned: &Value, path: &str) -> Result<(), String> {
    for attribute in shape.attributes {
        let path = format!("{path}.{}", attribute.name);
        let [before, set, value] = [prior, config, planned].map(|object| object.get(attribute.name));
        match (attribute.kind, set) {
            (_, Value::Null | Value::Unknown(_)) => {}
            _ if attribute.class == Class::WriteOnly => {}
            (Kind::Object(inner), _) => {
                if value.as_object().is_none() {
                    return Err(format!("{path}: a configured object is not planned"));
                }
                check_plan(inner, before, set, value, &path)?;
            }
            (Kind::List(inner, _), Value::List(items)) => {
                if value.items().len() != items.len() {
                    return Err(format!("{path}: {} planned of {}", value.items().len(), items.len()));
                }
                for (at, item) in items.iter().enumerate() {
                    let before = before.items().get(at).unwrap_or(&Value::Null);
                    check_plan(inner, before, item, &value.items()[at], &format!("{path}[{at}]"))?;
                }
            }
            _ if value == set || value == before && !before.is_null() => {}
            _ => return Err(format!("{path}: {set:?} is planned as {value:?}")),
        }
    }
    Ok(())
}

/// What a core asserts of an apply: what was planned came about.
fn check_apply(planned: &Value, applied: &Value, path: &str) -> Result<(), String> {
    match (planned, applied) {
        (Value::Unknown(_), applied) if applied.is_wholly_known() => Ok(()),
        (Value::List(planned), Value::List(applied)) if planned.len() == applied.len() => planned
            .iter()
            .zip(applied)
            .enumerate()
            .try_for_each(|(at, (planned, applied))| check_apply(planned, applied, &format!("{path}[{at}]"))),
        (Value::Object(members), Value::Object(others)) => {
            let mut names = members.keys().chain(others.keys());
            names.try_for_each(|name| check_apply(planned.get(name), applied.get(name), &format!("{path}.{name}")))
        }
        (planned, applied) if planned == applied => Ok(()),
        (planned, applied) => Err(format!("{path}: planned {planned:?}, came {applied:?}")),
    }
}

/// The first place in which two values differ, and how.
pub fn difference(one: &Value, other: &Value, path: &str) -> String {
    match (one, other) {
        (Value::Object(members), Value::Object(others)) => {
            let mut names = members.keys().chain(others.keys());
            let name = names.find(|name| one.get(name) != other.get(name));
            name.map_or(String::new(), |name| difference(one.get(name), other.get(name), &format!("{path}.{name}")))
        }
        (Value::List(items), Value::List(others)) if items.len() == others.len() => {
            let at = items.iter().zip(others).position(|(one, other)| one != other).unwrap_or_default();
            difference(&items[at], &others[at], &format!("{path}[{at}]"))
        }
        _ => format!("{path}: {one:?} becomes {other:?}"),
    }
}

/// How many lines Terraform writes for a configuration.
pub fn lines(config: &Value) -> usize {
    match config {
        Value::Object(object) => 2 + object.values().map(lines).sum::<usize>(),
        Value::List(items) if items.iter().any(|item| item.as_object().is_some()) => {
            1 + items.iter().map(lines).sum::<usize>()
        }
        Value::Null => 0,
        _ => 1,
    }
}
