//! One object that is worked on, and one change of it: what each step of its life needs, and what messages say of it.
//! Must not know the order of the steps.

use provider_core::convert::Root;
use provider_core::diagnostics::{AttributePath, Diagnostic};
use provider_core::value::Value;

use super::Kind;
use crate::libvirt::{Connection, Error, Host};
use crate::resource::Update;
use crate::resource::document::{Current, Redefinition};

/// An object of libvirt's that is worked on.
pub(in crate::resource) struct Object<'a, K: Kind> {
    pub(in crate::resource) host: &'a Host,
    pub(in crate::resource) connection: &'a Connection,
    pub(in crate::resource) handle: &'a K::Handle,
    /// What messages call it.
    pub(in crate::resource) name: &'a str,
    pub(in crate::resource) settings: &'a K::Settings,
}

/// What is known of an object whose definition is to change.
pub(in crate::resource) struct Known<'a> {
    pub(in crate::resource) prior: &'a mut Value,
    pub(in crate::resource) planned: &'a mut Value,
    pub(in crate::resource) baseline: Option<&'a mut Value>,
}

/// A change of an object, after its definition.
pub(in crate::resource) struct Change<'a> {
    pub(in crate::resource) wanted: &'a Redefinition,
    /// Whether the object was defined again.
    pub(in crate::resource) redefined: bool,
    pub(in crate::resource) prior: &'a Value,
    pub(in crate::resource) planned: &'a Value,
}

impl<K: Kind> Object<'_, K> {
    /// The message for a call that failed: `action` is what was to be done with the object.
    pub(in crate::resource) fn cannot(&self, action: &str, error: &Error) -> Diagnostic {
        error.diagnostic(format!("Cannot {action} the {} {}", K::CALLS.kind, self.name))
    }

    /// Sets whether the object starts with the host, where that is wanted and not so yet.
    pub(super) fn set_autostart(&self) -> Result<(), Diagnostic> {
        let Some(autostart) = K::CALLS.autostart else { return Ok(()) };
        let Some(wanted) = (autostart.wanted)(self.settings) else { return Ok(()) };
        if (autostart.get)(self.handle).ok() == Some(wanted) {
            return Ok(());
        }
        (autostart.set)(self.handle, wanted).map_err(|error| {
            let path = autostart.attribute.iter().fold(AttributePath::default(), |path, name| path.attribute(name));
            self.cannot("set autostart of", &error).at(path)
        })
    }

    /// What the definition is to become. The only place that makes a [`Redefinition`].
    pub(super) fn redefinition(&self, root: &Root, update: Update) -> Result<Redefinition, Diagnostic> {
        let failed = |error: Error| self.cannot("read the definition of", &error);
        let current = Current::read(root, &(K::CALLS.definition)(self.handle).map_err(failed)?)?;
        let (mut prior, mut planned, mut baseline) =
            (K::written(update.prior), K::written(update.planned), update.baseline.cloned());
        let known = Known { prior: &mut prior, planned: &mut planned, baseline: baseline.as_mut() };
        K::pin(self.host, &current.value, known).map_err(failed)?;
        Redefinition::new(
            root,
            &Update { prior: &prior, planned: &planned, baseline: baseline.as_ref(), ..update },
            current,
        )
    }

    /// Defines the object as it is to become.
    pub(super) fn redefine(&self, wanted: &Redefinition, planned: &Value) -> Result<Option<Diagnostic>, Diagnostic> {
        let define = |document: &str| (K::CALLS.define)(self.connection, document, self.settings);
        wanted
            .define(define)
            .map(|(_, warning)| warning)
            .map_err(|error| rejected::<K>(self.host, self.name, planned, &error))
    }

    /// Defines the object once more where it kept the old definition when it was stopped.
    pub(in crate::resource) fn redefine_where_lost(&self, change: &Change) -> Result<(), Diagnostic> {
        let now = (K::CALLS.definition)(self.handle).map_err(|error| self.cannot("read the definition of", &error))?;
        let define = |document: &str| (K::CALLS.define)(self.connection, document, self.settings);
        change
            .wanted
            .define_again(&now, define)
            .map_err(|error| rejected::<K>(self.host, self.name, change.planned, &error))
    }
}

/// The message for a definition that libvirt did not take.
pub(super) fn rejected<K: Kind>(host: &Host, name: &str, planned: &Value, error: &Error) -> Diagnostic {
    let rejection = error.diagnostic(format!("libvirt rejected the definition of the {} {name}", K::CALLS.kind));
    K::explain(host, planned, rejection)
}
