//! The life of a managed resource as Terraform sees it. Knows the protocol's rules of planning and state; must not
//! know any resource.

use generated::grammar::GRAMMAR;
use provider_core::conform::conform;
use provider_core::diagnostics::{AttributePath, Diagnostic, Diagnostics, Level, has_errors};
use provider_core::newer::{self, Version, newer_than};
use provider_core::plan::plan;
use provider_core::reconcile::{after_apply, after_import, after_read};
use provider_core::shape::{Class, Shape};
use provider_core::validate::validate;
use provider_core::value::Value;

use super::Server;
use crate::libvirt::Host;
use crate::resource::{Outcome, Resource};

/// The private state of what has just been imported. The read that follows an import at once takes in everything;
/// later reads take in only what state already has.
const IMPORTED: &[u8] = br#"{"imported":true}"#;

/// What Terraform proposes. (protocol: PlanResourceChange)
#[derive(Debug)]
pub struct Plan {
    /// What the user wrote.
    pub config: Value,
    /// What there is; null when it is to be made.
    pub prior: Value,
    /// What Terraform would have; null when it is to be removed.
    pub proposed: Value,
    /// The private state, which passes through.
    pub private: Vec<u8>,
}

/// What is to come.
#[derive(Debug)]
pub struct Planned {
    /// The planned state; null when it is to be removed.
    pub value: Value,
    /// The attributes for which the object must be made anew.
    pub replace: Vec<AttributePath>,
    /// The private state.
    pub private: Vec<u8>,
    /// Errors and warnings.
    pub diagnostics: Diagnostics,
}

/// A planned change to carry out. (protocol: ApplyResourceChange)
#[derive(Debug)]
pub struct Change {
    /// What the user wrote, write-only values included.
    pub config: Value,
    /// What there is; null when it is to be made.
    pub prior: Value,
    /// What was planned; null when it is to be removed.
    pub planned: Value,
    /// The private state, which passes through.
    pub private: Vec<u8>,
}

/// A resource's state after a call. With errors it is what is left, so that Terraform knows of it.
#[derive(Debug)]
pub struct State {
    /// The state; null where there is nothing.
    pub value: Value,
    /// The private state. Not returning it is losing it.
    pub private: Vec<u8>,
    /// Errors and warnings.
    pub diagnostics: Diagnostics,
}

impl Server {
    /// Checks a configuration, in which values may be unknown. Terraform asks this before each plan and again before each
    /// apply, with what is known by then, so a plan need not check again. (protocol: ValidateResourceConfig)
    pub fn validate_resource(
        &self,
        name: &str,
        config: &Value,
        write_only_allowed: bool,
    ) -> Result<Diagnostics, Diagnostics> {
        let resource = self.registry().resource(name)?;
        let mut found = validate(resource.shape(), config, self.settings().level);
        if !write_only_allowed {
            reject_write_only(resource.shape(), config, &AttributePath::default(), &mut found);
        }
        found.extend(resource.validate(config));
        // The document as a whole says again what its parts said.
        if let (Some(root), true) = (resource.root(), found.is_empty()) {
            found.extend(conform(root, &GRAMMAR, config, self.settings().level));
        }
        Ok(found)
    }

    /// Plans a change; asks no host. (protocol: PlanResourceChange)
    pub fn plan_resource(&self, name: &str, asked: Plan) -> Result<Planned, Diagnostics> {
        let resource = self.registry().resource(name)?;
        let Plan { config, prior, proposed, private } = asked;
        if proposed.is_null() {
            return Ok(Planned { value: Value::Null, replace: Vec::new(), private, diagnostics: Vec::new() });
        }
        let mut planned = plan(resource.shape(), &config, &prior, &proposed);
        let mut diagnostics = resource.plan(&config, &prior, &mut planned.value);
        if let Some(version) = self.version_if_connected() {
            diagnostics.extend(self.newer(resource, &config, version));
        }
        let provider_core::plan::Planned { value, replace } = planned;
        // What is being made cannot be replaced; Terraform rejects such paths.
        let replace = if prior.is_null() { Vec::new() } else { replace };
        Ok(Planned { value, replace, private, diagnostics })
    }

    /// Creates, changes or removes. (protocol: ApplyResourceChange)
    pub fn apply_resource(&self, name: &str, change: Change) -> Result<State, Diagnostics> {
        let resource = self.registry().resource(name)?;
        let host = match self.host() {
            Ok(host) => host,
            Err(diagnostics) => return Ok(State { value: change.prior, private: change.private, diagnostics }),
        };
        let (value, mut diagnostics) = match (change.prior.is_null(), change.planned.is_null()) {
            (_, true) => delete(resource, &host, &change),
            (true, false) => create(resource, &host, &change),
            (false, false) => update(resource, &host, &change),
        };
        // The host has just been asked; a version that it does not tell is none of the change's errors.
        if let Some(version) = self.version_if_connected().filter(|_| !change.planned.is_null()) {
            diagnostics.extend(self.newer(resource, &change.config, version));
        }
        Ok(State { value, private: change.private, diagnostics })
    }

    /// A warning for each attribute that the host's libvirt does not know yet.
    fn newer(&self, resource: &dyn Resource, config: &Value, version: Version) -> Diagnostics {
        if self.settings().level == Level::Off {
            return Diagnostics::new();
        }
        let newer = newer_than(resource.shape(), config, version);
        newer.into_iter().map(|(path, since)| newer::warning(path, since, version)).collect()
    }

    /// The host's libvirt, if there is a connection already: a plan makes none.
    fn version_if_connected(&self) -> Option<Version> {
        let number = self.settings().host.ok()?.version_if_connected()?;
        Some(Version::from_number(number))
    }

    /// Reads what is there. A failed read keeps the state: only "no such object" empties it. (protocol: ReadResource)
    pub fn read_resource(&self, name: &str, prior: Value, private: Vec<u8>) -> Result<State, Diagnostics> {
        let resource = self.registry().resource(name)?;
        let read = self.host().and_then(|host| resource.read(&host, &prior));
        let imported = private == IMPORTED;
        let value = match read {
            Err(diagnostics) => return Ok(State { value: prior, private, diagnostics }),
            Ok(None) => Value::Null,
            Ok(Some(actual)) if imported => after_import(resource.shape(), &actual),
            Ok(Some(actual)) => after_read(resource.shape(), &prior, &actual),
        };
        let private = if imported { Vec::new() } else { private };
        Ok(State { value, private, diagnostics: Vec::new() })
    }

    /// Finds what the user calls `id`. Terraform reads it next. (protocol: ImportResourceState)
    pub fn import_resource(&self, name: &str, id: &str) -> Result<State, Diagnostics> {
        let resource = self.registry().resource(name)?;
        let value = resource.import(&*self.host()?, id)?;
        Ok(State { value, private: IMPORTED.to_vec(), diagnostics: Vec::new() })
    }
}

fn delete(resource: &dyn Resource, host: &Host, change: &Change) -> (Value, Diagnostics) {
    let found = resource.delete(host, &change.prior);
    let left = if has_errors(&found) { change.prior.clone() } else { Value::Null };
    (left, found)
}

fn create(resource: &dyn Resource, host: &Host, change: &Change) -> (Value, Diagnostics) {
    let Outcome { actual, diagnostics } = resource.create(host, &change.config, &change.planned);
    match actual {
        // With errors, Terraform keeps this as tainted and the next apply replaces it.
        Some(actual) => (applied(resource, change, &actual, &diagnostics), diagnostics),
        None => (Value::Null, or_defect(diagnostics)),
    }
}

fn update(resource: &dyn Resource, host: &Host, change: &Change) -> (Value, Diagnostics) {
    let Outcome { actual, diagnostics } = resource.update(host, &change.config, &change.prior, &change.planned);
    match actual {
        // Part of the change may have been made: what is there now, told in the words of the state before.
        Some(actual) if has_errors(&diagnostics) => (after_read(resource.shape(), &change.prior, &actual), diagnostics),
        Some(actual) => (applied(resource, change, &actual, &diagnostics), diagnostics),
        None => (change.prior.clone(), or_defect(diagnostics)),
    }
}

fn applied(resource: &dyn Resource, change: &Change, actual: &Value, found: &[Diagnostic]) -> Value {
    let state = after_apply(resource.shape(), &change.planned, actual);
    // After an error, unknown values are to be expected, and Terraform would complain of each on top of it.
    if has_errors(found) { known(state) } else { state }
}

/// A success without an object would be lost without a word.
fn or_defect(mut diagnostics: Diagnostics) -> Diagnostics {
    if !has_errors(&diagnostics) {
        let detail = "The resource reported success but returned no state. This is a defect of the provider.";
        diagnostics.push(Diagnostic::error("No state after apply", detail));
    }
    diagnostics
}

/// The value with null for everything unknown.
pub fn known(value: Value) -> Value {
    match value {
        Value::Unknown(_) => Value::Null,
        Value::List(items) => Value::List(items.into_iter().map(known).collect()),
        Value::Object(object) => {
            let known = object.into_iter().map(|(name, value)| (name, known(value)));
            Value::Object(known.filter(|(_, value)| !value.is_null()).collect())
        }
        value => value,
    }
}

/// An error for each write-only attribute that is set: a client that does not know of them would store them.
fn reject_write_only(shape: &Shape, config: &Value, path: &AttributePath, found: &mut Diagnostics) {
    let Some(object) = config.as_object() else { return };
    for (name, value) in object {
        let Some(attribute) = shape.attribute(name) else { continue };
        let path = path.attribute(attribute.name);
        if attribute.class == Class::WriteOnly {
            let detail = "This attribute is write-only, which needs Terraform 1.11 or later.";
            found.push(Diagnostic::error("Write-only attribute not supported", detail).at(path));
        } else if let Some(shape) = attribute.kind.shape() {
            reject_write_only(shape, value, &path, found);
            for (index, item) in value.items().iter().enumerate() {
                reject_write_only(shape, item, &path.element(index), found);
            }
        }
    }
}
