//! What every resource answers: what to call in libvirt to create, read, update, delete and import.
//! Knows values, shapes and [`crate::libvirt`]; must not know the protocol or how state is reconciled with
//! the configuration, which is the server's work and the same for all.

pub(crate) mod defined;
mod document;
pub mod domain;
mod identity;
pub(crate) mod lean;
pub mod network;
pub mod pool;
pub mod secret;
pub mod seed;
pub mod volume;

use provider_core::convert::Root;
use provider_core::defaults::Facts;
use provider_core::diagnostics::{AttributePath, Diagnostic, Diagnostics, has_errors};
use provider_core::shape::Shape;
use provider_core::value::Value;

use crate::libvirt::Host;

/// A managed resource. The methods that take a [`Host`] block and are called off the async threads.
pub trait Resource: Send + Sync {
    /// Terraform's type name: `libvirt_domain`.
    fn type_name(&self) -> &'static str;

    /// The attributes.
    fn shape(&self) -> &'static Shape;

    /// The libvirt document it is made of, where it is one.
    fn root(&self) -> Option<&'static Root> {
        None
    }

    /// The configuration as it is written to libvirt, where that is another spelling than the user's. Pure.
    fn written(&self, config: &Value) -> Value {
        config.clone()
    }

    /// Checks that shape and grammar cannot express. Unknown values pass. Pure.
    fn validate(&self, config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }

    /// The configuration as it is meant, where that can be known: its difference in spelling from `prior` is none. Pure.
    fn meant(&self, config: Value, prior: &Value) -> Value {
        let _ = prior;
        config
    }

    /// Makes ready, where Terraform runs, what the state refers to: it is about to be used, maybe without a refresh.
    fn recall(&self, state: &Value) {
        let _ = state;
    }

    /// Adjusts a plan that already keeps the shape's rules. Pure: config, prior and plan are all it may use.
    /// `prior` is null when creating.
    fn plan(&self, config: &Value, prior: &Value, planned: &mut Value) -> Diagnostics {
        let _ = (config, prior, planned);
        Diagnostics::new()
    }

    /// Whether the planned change at `path`, which by the shape needs a new object, really does. Pure.
    fn replaces(&self, prior: &Value, planned: &Value, path: &AttributePath) -> bool {
        let _ = (prior, planned, path);
        true
    }

    /// Makes it. Leaves nothing behind on failure, or returns what is there as [`Outcome::actual`].
    fn create(&self, host: &Host, config: &Value, planned: &Value) -> Outcome;

    /// What is there now, as libvirt reports it in full (the server picks what belongs into state).
    /// `None` only where libvirt says that there is no such object.
    fn read(&self, host: &Host, state: &Value) -> Result<Option<Value>, Diagnostics>;

    /// Changes it. On failure [`Outcome::actual`] is what is there then.
    fn update(&self, host: &Host, update: Update) -> Outcome;

    /// The driver that a document is for, where the document says so.
    fn driver(&self, document: &Value) -> Option<&'static str> {
        let _ = document;
        None
    }

    /// Of what was read, what libvirt would not do by itself; list elements that it would add are null.
    fn lean(&self, facts: &Facts, actual: &Value) -> Value {
        let _ = facts;
        actual.clone()
    }

    /// What was read, under the names that `known` has for what libvirt calls otherwise: a machine type's alias.
    fn named_as(&self, host: &Host, known: &Value, actual: Value) -> Value {
        let _ = (host, known);
        actual
    }

    /// What an import takes of what is lean: less, where the host would do some of that by itself too. `None`
    /// where there is no host that could be asked.
    fn imported(&self, host: Option<&Host>, actual: &Value, lean: Value) -> Value {
        let _ = (host, actual);
        lean
    }

    /// Of the state of what was imported, what a configuration needs: less than the state where that holds what libvirt would
    /// do by itself.
    fn configuration(&self, facts: &Facts, state: &Value) -> Value {
        let _ = facts;
        state.clone()
    }

    /// Removes it. What is already gone is removed.
    fn delete(&self, host: &Host, prior: &Value) -> Diagnostics;

    /// The attributes by which [`Resource::read`] finds the object that the user calls `id`.
    fn import(&self, host: &Host, id: &str) -> Result<Value, Diagnostics>;
}

/// An update, as it was planned.
#[derive(Clone, Copy, Debug)]
pub struct Update<'a> {
    /// What the user wrote, write-only values included.
    pub config: &'a Value,
    /// What there is, as state has it.
    pub prior: &'a Value,
    /// What there is to be.
    pub planned: &'a Value,
    /// What libvirt reported after our last apply, with hashes in place of secrets; `None` where that is not known.
    pub baseline: Option<&'a Value>,
}

/// What came of a create or an update.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The object as libvirt reports it afterwards; `None` where nothing is there (a create that failed and cleaned up).
    pub actual: Option<Value>,
    /// Errors and warnings.
    pub diagnostics: Diagnostics,
}

impl Outcome {
    /// It worked.
    pub fn done(actual: Value) -> Outcome {
        Outcome { actual: Some(actual), diagnostics: Diagnostics::new() }
    }

    /// Something failed, or is worth knowing, and this is what is there.
    pub fn partly(actual: Option<Value>, diagnostics: Diagnostics) -> Outcome {
        Outcome { actual, diagnostics }
    }

    /// It failed and nothing is there.
    pub fn failed(error: Diagnostic) -> Outcome {
        Outcome { actual: None, diagnostics: vec![error] }
    }

    /// A create failed; `partial` is what finds again what it left behind.
    fn not_made(failure: Failure, partial: Value) -> Outcome {
        Outcome { actual: failure.left_behind.then_some(partial), diagnostics: vec![failure.error] }
    }

    /// A create or an update was tried, and then what is there was read. One message is enough: that it cannot be read
    /// either is left out where something failed before. `fallback` is what Terraform knows by itself.
    fn tried(
        actual: Result<Option<Value>, Diagnostic>,
        fallback: Option<Value>,
        mut diagnostics: Diagnostics,
    ) -> Outcome {
        let actual = actual.unwrap_or_else(|error| {
            if !has_errors(&diagnostics) {
                diagnostics.push(error);
            }
            fallback
        });
        Outcome { actual, diagnostics }
    }
}

/// A create that failed.
#[derive(Debug)]
struct Failure {
    /// Why.
    error: Diagnostic,
    /// Whether something may be there nevertheless.
    left_behind: bool,
}

impl From<Diagnostic> for Failure {
    fn from(error: Diagnostic) -> Failure {
        Failure { error, left_behind: false }
    }
}
