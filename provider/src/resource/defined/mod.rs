//! Whatever libvirt keeps a definition of, known by name and UUID, as one resource. Knows documents, and in which order
//! they are written, read and defined; must not know any kind of object: each says in a [`Kind`] what differs.

mod calls;
mod lifecycle;
mod object;

use std::marker::PhantomData;

use provider_core::convert::Root;
use provider_core::defaults::{Facts, lean_in_place};
use provider_core::diagnostics::{Diagnostic, Diagnostics, has_errors};
use provider_core::shape::Shape;
use provider_core::value::Value;

use crate::libvirt::{self, Error, Host};

use super::document;
use super::identity::{self, name};
use super::{Failure, Outcome, Resource, Update};
pub(super) use calls::{Autostart, Calls};
#[cfg(test)]
pub(super) use lifecycle::{create, delete, update};
pub(super) use object::{Change, Known, Object};

/// What one kind of object does differently from the others.
pub(super) trait Kind: Sized + Send + Sync + 'static {
    /// libvirt's handle of one object.
    type Handle;
    /// What the user wants beyond the document.
    type Settings;

    /// libvirt's calls for this kind.
    const CALLS: Calls<Self::Handle, Self::Settings>;

    /// Reads the settings off the configuration, where write-only values are, and the planned object.
    fn settings(config: &Value, planned: &Value) -> Self::Settings;

    /// See [`Resource::validate`].
    fn validate(config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }

    /// See [`Resource::plan`].
    fn plan(config: &Value, prior: &Value, planned: &mut Value) -> Diagnostics {
        let _ = (config, prior, planned);
        Diagnostics::new()
    }

    /// The UUID that an object must have for something else in it, where the configuration names none.
    fn implied_uuid(planned: &Value) -> Option<String> {
        let _ = planned;
        None
    }

    /// See [`Resource::written`].
    fn written(config: &Value) -> Value {
        config.clone()
    }

    /// Makes ready, where Terraform runs, what the planned object refers to. What cannot be made ready is left to libvirt to
    /// complain of.
    fn prepare(planned: &Value) {
        let _ = planned;
    }

    /// Adds to the definition and the id, which is the UUID, what else there is to read. `known` is what Terraform knows of the object.
    fn describe(host: &Host, handle: &Self::Handle, known: &Value, actual: &mut Value) -> libvirt::Result<()> {
        let _ = (host, handle, known, actual);
        Ok(())
    }

    /// See [`Resource::named_as`].
    fn named_as(host: &Host, known: &Value, actual: Value) -> Value {
        let _ = (host, known);
        actual
    }

    /// See [`Resource::driver`].
    fn driver(document: &Value) -> Option<&'static str> {
        let _ = document;
        None
    }

    /// See [`Resource::imported`].
    fn imported(root: &Root, host: Option<&Host>, actual: &Value, lean: Value) -> Value {
        let _ = (root, host, actual);
        lean
    }

    /// Brings up an object that has just been defined. After a failure that leaves nothing of its own behind, the
    /// definition is removed again.
    fn bring_up(object: &Object<Self>) -> Result<Diagnostics, Failure> {
        let _ = object;
        Ok(Diagnostics::new())
    }

    /// Writes what libvirt made of a name where the configuration has another for it and does not change it. Prior and planned
    /// object are as [`Kind::written`] has them.
    fn pin(host: &Host, actual: &Value, known: Known) -> libvirt::Result<()> {
        let _ = (host, actual, known);
        Ok(())
    }

    /// Brings the object into the wanted state after its definition was changed, if it had to be.
    fn bring_up_to_date(object: &Object<Self>, change: &Change) -> Result<Diagnostics, Diagnostic> {
        let _ = (object, change);
        Ok(Diagnostics::new())
    }

    /// Stops an object whose definition is to be removed. What does not run is stopped.
    fn stop(handle: &Self::Handle) -> libvirt::Result<()> {
        let _ = handle;
        Ok(())
    }

    /// Stops the object as the user wants it stopped, before its definition is removed.
    fn take_down(object: &Object<Self>, prior: &Value) -> Result<Diagnostics, Diagnostic> {
        let _ = prior;
        Self::stop(object.handle).map_err(|error| object.cannot("remove", &error)).map(|()| Diagnostics::new())
    }

    /// Explains a rejected definition where libvirt's own text is about a consequence only.
    fn explain(host: &Host, planned: &Value, rejection: Diagnostic) -> Diagnostic {
        let _ = (host, planned);
        rejection
    }
}

/// The resource for a kind of object.
pub(crate) struct Defined<K> {
    root: &'static Root,
    kind: PhantomData<K>,
}

impl<K> Defined<K> {
    /// The resource with this document.
    pub(crate) fn new(root: &'static Root) -> Defined<K> {
        Defined { root, kind: PhantomData }
    }
}

impl<K: Kind> Resource for Defined<K> {
    fn type_name(&self) -> &'static str {
        self.root.resource
    }

    fn shape(&self) -> &'static Shape {
        self.root.shape
    }

    fn root(&self) -> Option<&'static Root> {
        Some(self.root)
    }

    fn written(&self, config: &Value) -> Value {
        K::written(config)
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        K::validate(config)
    }

    fn plan(&self, config: &Value, prior: &Value, planned: &mut Value) -> Diagnostics {
        K::plan(config, prior, planned)
    }

    fn create(&self, host: &Host, config: &Value, planned: &Value) -> Outcome {
        K::prepare(planned);
        let mut definition = match document::write(self.root, &K::written(planned)) {
            Ok(definition) => definition,
            Err(error) => return Outcome::failed(error),
        };
        let uuid = identity::identify(&mut definition, K::implied_uuid(planned));
        let partial = identity::partial(planned, &uuid);
        match lifecycle::create::<K>(host, &definition, &partial, &K::settings(config, planned)) {
            Ok((handle, diagnostics)) => {
                Outcome::tried(actual::<K>(self.root, host, &handle, planned), Some(partial), diagnostics)
            }
            Err(failure) => Outcome::not_made(failure, partial),
        }
    }

    fn read(&self, host: &Host, state: &Value) -> Result<Option<Value>, Diagnostics> {
        let read = || match K::CALLS.find(&host.connection()?, state)? {
            Some(handle) => actual::<K>(self.root, host, &handle, state),
            None => Ok(None),
        };
        read().map_err(|error: Diagnostic| vec![error])
    }

    fn update(&self, host: &Host, update: Update) -> Outcome {
        let Update { config, prior, planned, .. } = update;
        K::prepare(planned);
        let found = host.connection().and_then(|connection| Ok((K::CALLS.existing(&connection, prior)?, connection)));
        let (handle, connection) = match found {
            Ok(found) => found,
            Err(error) => return Outcome::failed(error),
        };
        let settings = &K::settings(config, planned);
        let object = Object::<K> { host, connection: &connection, handle: &handle, name: name(prior), settings };
        let diagnostics = object
            .redefinition(self.root, update)
            .and_then(|wanted| lifecycle::update(&object, &wanted, update))
            .unwrap_or_else(|error| vec![error]);
        // After an error the state before is what remains.
        let known = if has_errors(&diagnostics) { prior } else { planned };
        Outcome::tried(actual::<K>(self.root, host, &handle, known), None, diagnostics)
    }

    fn driver(&self, document: &Value) -> Option<&'static str> {
        K::driver(document)
    }

    fn lean(&self, facts: &Facts, actual: &Value) -> Value {
        lean_in_place(self.root, actual, facts)
    }

    fn named_as(&self, host: &Host, known: &Value, actual: Value) -> Value {
        K::named_as(host, known, actual)
    }

    fn imported(&self, host: Option<&Host>, actual: &Value, lean: Value) -> Value {
        K::imported(self.root, host, actual, lean)
    }

    fn delete(&self, host: &Host, prior: &Value) -> Diagnostics {
        let delete = || {
            let connection = host.connection()?;
            let Some(handle) = K::CALLS.find(&connection, prior)? else { return Ok(Diagnostics::new()) };
            let settings = &K::settings(&Value::Null, prior);
            lifecycle::delete::<K>(
                &Object { host, connection: &connection, handle: &handle, name: name(prior), settings },
                prior,
            )
        };
        delete().unwrap_or_else(|error: Diagnostic| vec![error])
    }

    fn import(&self, host: &Host, id: &str) -> Result<Value, Diagnostics> {
        host.connection().and_then(|connection| K::CALLS.import(&connection, id)).map_err(|error| vec![error])
    }
}

/// The object as libvirt reports it; `None` where it is gone. `known` is what Terraform knows of it.
fn actual<K: Kind>(
    root: &'static Root,
    host: &Host,
    handle: &K::Handle,
    known: &Value,
) -> Result<Option<Value>, Diagnostic> {
    let failed = |error: Error| error.diagnostic(format!("Cannot read the {} {}", K::CALLS.kind, name(known)));
    let definition = match (K::CALLS.definition)(handle) {
        Ok(definition) => definition,
        Err(error) if error.is_not_found() => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let mut actual = document::read(root, &definition)?;
    actual.set("id", (K::CALLS.uuid)(handle).map_err(failed)?.into());
    K::describe(host, handle, known, &mut actual).map_err(failed)?;
    Ok(Some(actual))
}
