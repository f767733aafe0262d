//! The life of a managed resource as Terraform sees it. Knows the protocol's rules of planning and state; must not
//! know any resource.

use generated::grammar::GRAMMAR;
use provider_core::conform::conform;
use provider_core::defaults::Facts;
use provider_core::diagnostics::{AttributePath, Diagnostic, Diagnostics, Level, has_errors};
use provider_core::newer::{self, Version, newer_than};
use provider_core::plan::plan;
use provider_core::reconcile::{Observed, after_apply, after_import, after_read};
use provider_core::select::configurable;
use provider_core::shape::Shape;
use provider_core::validate::{read_only, validate, write_only};
use provider_core::value::Value;
use provider_core::walk::set_attributes;

use super::Server;
use super::history::History;
use super::private::Private;
use super::reported;
use crate::libvirt::Host;
use crate::resource::{Outcome, Resource, Update, lean};

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
    /// The attributes that force a replacement of the object.
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
        let config = &resource.written(config);
        let mut found = validate(resource.shape(), config, self.settings().level);
        found.extend(read_only(resource.shape(), config));
        if !write_only_allowed {
            found.extend(write_only(resource.shape(), config));
        }
        found.extend(resource.validate(config));
        // The check of the whole document would repeat the findings about its parts.
        if let (Some(root), true) = (resource.root(), found.is_empty()) {
            found.extend(conform(root, &GRAMMAR, config, self.settings().level));
        }
        Ok(found)
    }

    /// Takes a state as it stands in the file; Terraform asks before it does anything else with it, in a plan without a refresh
    /// too. (protocol: UpgradeResourceState)
    pub fn recall_resource(&self, name: &str, state: &Value) -> Result<(), Diagnostics> {
        self.registry().resource(name)?.recall(state);
        Ok(())
    }

    /// Plans a change; asks no host. (protocol: PlanResourceChange)
    pub fn plan_resource(&self, name: &str, asked: Plan) -> Result<Planned, Diagnostics> {
        let resource = self.registry().resource(name)?;
        let Plan { config, prior, proposed, private } = asked;
        if proposed.is_null() {
            return Ok(Planned { value: Value::Null, replace: Vec::new(), private, diagnostics: Vec::new() });
        }
        let config = resource.meant(config, &prior);
        let history = History::new(resource.root(), resource.shape(), &private);
        let mut planned = plan(resource.shape(), &config, &prior, &proposed, &history.set);
        if history.private.left_alone && planned.value == prior {
            return Ok(Planned { value: prior, replace: Vec::new(), private, diagnostics: Vec::new() });
        }
        let mut diagnostics = resource.plan(&config, &prior, &mut planned.value);
        if let Some(version) = self.known_version() {
            diagnostics.extend(self.newer(resource, &config, version));
        }
        let provider_core::plan::Planned { value, mut replace } = planned;
        // What is being made cannot be replaced; Terraform rejects such paths.
        replace.retain(|path| !prior.is_null() && resource.replaces(&prior, &value, path));
        Ok(Planned { value, replace, private, diagnostics })
    }

    /// Creates, changes or removes. (protocol: ApplyResourceChange)
    pub fn apply_resource(&self, name: &str, change: Change) -> Result<State, Diagnostics> {
        let resource = self.registry().resource(name)?;
        let host = match self.host() {
            Ok(host) => host,
            Err(diagnostics) => return Ok(State { value: change.prior, private: change.private, diagnostics }),
        };
        let history = History::new(resource.root(), resource.shape(), &change.private);
        let Applied { value, actual, mut diagnostics } = match (change.prior.is_null(), change.planned.is_null()) {
            (_, true) => delete(resource, &host, &change),
            (true, false) => create(resource, &host, &change),
            (false, false) => update(resource, &host, &change, history.baseline()),
        };
        // The host has just been asked; a version that it does not report is none of the change's errors.
        let version = self.known_version().filter(|_| !change.planned.is_null());
        if let Some(version) = version {
            diagnostics.extend(self.newer(resource, &change.config, version));
        }
        let private = match &actual {
            Some(actual) if !has_errors(&diagnostics) => {
                let (shape, seen) = (resource.shape(), (&value, actual));
                let named_as = |known: &Value, actual: Value| resource.named_as(&host, known, actual);
                diagnostics.extend(reported::warning(shape, &change, history.baseline(), version, seen, &named_as));
                let after = history.applied(&change.config, actual);
                if after == Private::parse(&change.private) { change.private } else { after.bytes() }
            }
            _ => change.private,
        };
        Ok(State { value, private, diagnostics })
    }

    /// A warning for each attribute that the host's libvirt does not know yet.
    fn newer(&self, resource: &dyn Resource, config: &Value, version: Version) -> Diagnostics {
        if self.settings().level == Level::Off {
            return Diagnostics::new();
        }
        let newer = newer_than(resource.shape(), config, version);
        newer.into_iter().map(|(path, since)| newer::warning(path, since, version)).collect()
    }

    /// The version of the host's libvirt, if there was a connection already: a plan makes none and asks nothing.
    fn known_version(&self) -> Option<Version> {
        self.settings().host.ok()?.known_version().map(Version::from_number)
    }

    /// Reads what is there. A failed read keeps the state: only "no such object" empties it. (protocol: ReadResource)
    pub fn read_resource(&self, name: &str, prior: Value, private: Vec<u8>) -> Result<State, Diagnostics> {
        let resource = self.registry().resource(name)?;
        let read = self.host().and_then(|host| {
            let (actual, driver) = (resource.read(&host, &prior)?, host.driver());
            Ok(actual.map(|actual| (resource.lean(&Facts { driver: driver.as_deref() }, &actual), actual)))
        });
        let mut diagnostics = Diagnostics::new();
        let mut history = History::new(resource.root(), resource.shape(), &private);
        let (value, after) = match read {
            Err(diagnostics) => return Ok(State { value: prior, private, diagnostics }),
            Ok(None) => (Value::Null, Private::default()),
            Ok(Some((_, actual))) if history.private.imported => {
                let host = self.host()?;
                let lean = lean::imported(resource, Some(&host), host.driver().as_deref(), &actual);
                let value = after_import(resource.shape(), &lean);
                diagnostics.extend(left_out(resource.shape(), &lean));
                history.keep(&actual);
                let left_alone = wants_more(resource, &value);
                (value, Private { imported: false, left_alone, ..history.private })
            }
            Ok(Some((lean, actual))) if history.baseline().is_none() => {
                let host = self.host()?;
                history.read(&prior, &actual, &lean, |actual| resource.named_as(&host, &prior, actual))
            }
            Ok(Some((lean, actual))) => history.read(&prior, &actual, &lean, |actual| actual),
        };
        let private = if after == Private::parse(&private) { private } else { after.bytes() };
        Ok(State { value, private, diagnostics })
    }

    /// Finds what the user calls `id`. Terraform reads it next. (protocol: ImportResourceState)
    pub fn import_resource(&self, name: &str, id: &str) -> Result<State, Diagnostics> {
        let resource = self.registry().resource(name)?;
        let value = resource.import(&*self.host()?, id)?;
        let imported = Private { imported: true, ..Private::default() };
        Ok(State { value, private: imported.bytes(), diagnostics: Vec::new() })
    }

    /// The configuration to write for an object with this state, which Terraform has just imported: without what only
    /// libvirt sets, without secrets, for which it would write null, and without what state holds although libvirt would do
    /// it by itself. (protocol: GenerateResourceConfig)
    pub fn generate_config(&self, name: &str, state: &Value) -> Result<Value, Diagnostics> {
        let resource = self.registry().resource(name)?;
        let driver = self.settings().host.ok().and_then(|host| host.driver());
        let lean = resource.configuration(&Facts { driver: driver.as_deref() }, state);
        Ok(configurable(resource.shape(), &after_import(resource.shape(), &lean)))
    }
}

/// A warning that names the secrets of an imported object: they are in no state, and so in no generated configuration.
fn left_out(shape: &Shape, lean: &Value) -> Option<Diagnostic> {
    let mut secrets = Vec::new();
    set_attributes(shape, lean, &mut |attribute, path| {
        if attribute.sensitive && !attribute.required {
            secrets.push(format!("  {path}"));
        }
        true
    });
    let detail = format!(
        "These attributes are sensitive, so neither the state nor a generated configuration contains them:\n{}\nThey stay \
         unchanged on the host until the configuration sets them.",
        secrets.join("\n")
    );
    (!secrets.is_empty()).then(|| Diagnostic::warning("Secrets were not imported", detail))
}

/// Whether an apply would have left the object otherwise than it was found.
fn wants_more(resource: &dyn Resource, found: &Value) -> bool {
    let mut wanted = found.clone();
    resource.plan(found, found, &mut wanted);
    wanted != *found
}

/// What an apply left: the state, what libvirt reports of the object, errors and warnings.
struct Applied {
    value: Value,
    actual: Option<Value>,
    diagnostics: Diagnostics,
}

impl Applied {
    fn new(value: Value, diagnostics: Diagnostics) -> Applied {
        Applied { value, actual: None, diagnostics }
    }

    /// The state that was planned, as far as libvirt left nothing open.
    fn planned(resource: &dyn Resource, change: &Change, actual: Value, diagnostics: Diagnostics) -> Applied {
        let state = after_apply(resource.shape(), &change.planned, &actual);
        // After an error, unknown values are to be expected, and Terraform would complain of each on top of it.
        let value = if has_errors(&diagnostics) { state.known() } else { state };
        Applied { value, actual: Some(actual), diagnostics }
    }
}

fn delete(resource: &dyn Resource, host: &Host, change: &Change) -> Applied {
    let found = resource.delete(host, &change.prior);
    Applied::new(if has_errors(&found) { change.prior.clone() } else { Value::Null }, found)
}

fn create(resource: &dyn Resource, host: &Host, change: &Change) -> Applied {
    let Outcome { actual, diagnostics } = resource.create(host, &change.config, &change.planned);
    match actual {
        // With errors, Terraform keeps this as tainted and the next apply replaces it.
        Some(actual) => Applied::planned(resource, change, actual, diagnostics),
        None => Applied::new(Value::Null, or_defect(diagnostics)),
    }
}

fn update(resource: &dyn Resource, host: &Host, change: &Change, baseline: Option<&Value>) -> Applied {
    let Change { config, prior, planned, .. } = change;
    let Outcome { actual, diagnostics } = resource.update(host, Update { config, prior, planned, baseline });
    match actual {
        // Part of the change may have been made: what is there now, in the spelling of the state before.
        Some(actual) if has_errors(&diagnostics) => {
            let actual = resource.named_as(host, prior, actual);
            Applied::new(after_read(resource.shape(), prior, &Observed::new(&actual)), diagnostics)
        }
        Some(actual) => Applied::planned(resource, change, actual, diagnostics),
        None => Applied::new(change.prior.clone(), or_defect(diagnostics)),
    }
}

/// A success without an object would go unnoticed.
fn or_defect(mut diagnostics: Diagnostics) -> Diagnostics {
    if !has_errors(&diagnostics) {
        let detail = "The resource reported success but returned no state. This is a bug in the provider.";
        diagnostics.push(Diagnostic::error("No state after apply", detail));
    }
    diagnostics
}
