//! libvirt's calls for one kind of object, as data, and how an object is looked up with them. Must not know what is done
//! with what was found.

use provider_core::diagnostics::Diagnostic;
use provider_core::value::Value;

use crate::libvirt::{Connection, Error, Result};
use crate::resource::identity::{gone, name, nothing_to_import, parse_uuid};

/// libvirt's calls for a kind of object: `H` is its handle, `S` its settings.
pub(in crate::resource) struct Calls<H, S> {
    /// What messages call the kind.
    pub(in crate::resource) kind: &'static str,
    /// What messages call that by which one is imported.
    pub(in crate::resource) import_id: &'static str,
    pub(in crate::resource) by_uuid: fn(&Connection, &str) -> Result<Option<H>>,
    /// By the name, or whatever else is unique and not the UUID.
    pub(in crate::resource) by_name: fn(&Connection, &str) -> Result<Option<H>>,
    /// Defines an object, or redefines the one with the same UUID.
    pub(in crate::resource) define: fn(&Connection, &str, &S) -> Result<H>,
    pub(in crate::resource) uuid: fn(&H) -> Result<String>,
    /// The document of the definition, not of what runs.
    pub(in crate::resource) definition: fn(&H) -> Result<String>,
    pub(in crate::resource) is_persistent: fn(&H) -> Result<bool>,
    /// Removes the definition. What is gone already is removed.
    pub(in crate::resource) undefine: fn(&H) -> Result<()>,
    /// Whether it starts with the host, where that is something that it can do.
    pub(in crate::resource) autostart: Option<Autostart<H, S>>,
}

/// How an object is made to start with the host.
pub(in crate::resource) struct Autostart<H, S> {
    pub(in crate::resource) get: fn(&H) -> Result<bool>,
    pub(in crate::resource) set: fn(&H, bool) -> Result<()>,
    /// What the user wants; `None` leaves it as it is.
    pub(in crate::resource) wanted: fn(&S) -> Option<bool>,
    /// The names of the attribute and what it is in, outermost first.
    pub(in crate::resource) attribute: &'static [&'static str],
}

impl<H, S> Calls<H, S> {
    /// The object in state by its UUID or, where Terraform does not know that yet, by its name.
    pub(in crate::resource) fn find(
        &self,
        connection: &Connection,
        state: &Value,
    ) -> std::result::Result<Option<H>, Diagnostic> {
        let found = match state.get("uuid").as_str().or(state.get("id").as_str()) {
            Some(uuid) => (self.by_uuid)(connection, uuid),
            None => (self.by_name)(connection, name(state)),
        };
        found.map_err(|error| self.lookup_failed(name(state), &error))
    }

    /// The object in state, which must still be there: it is to be changed.
    pub(super) fn existing(&self, connection: &Connection, state: &Value) -> std::result::Result<H, Diagnostic> {
        self.find(connection, state)?.ok_or_else(|| gone(self.kind, name(state)))
    }

    /// An error where there is an object of this name or UUID already.
    pub(super) fn must_be_free(
        &self,
        connection: &Connection,
        name: &str,
        uuid: &str,
    ) -> std::result::Result<(), Diagnostic> {
        for (by, id) in [(self.by_name, name), (self.by_uuid, uuid)] {
            if by(connection, id).map_err(|error| self.lookup_failed(name, &error))?.is_some() {
                return Err(self.taken(id));
            }
        }
        Ok(())
    }

    /// What finds the object that the user calls `id`: its UUID, as state has it.
    pub(super) fn import(&self, connection: &Connection, id: &str) -> std::result::Result<Value, Diagnostic> {
        let find = || {
            let found = match parse_uuid(id) {
                Some(uuid) => (self.by_uuid)(connection, &uuid)?,
                None => None,
            };
            let found = found.map_or_else(|| (self.by_name)(connection, id), |found| Ok(Some(found)))?;
            found.map(|found| (self.uuid)(&found)).transpose()
        };
        match find() {
            Ok(Some(uuid)) => Ok(Value::from([("uuid", uuid.into())])),
            Ok(None) => Err(nothing_to_import(self.kind, id, self.import_id)),
            Err(error) => Err(self.lookup_failed(id, &error)),
        }
    }

    fn lookup_failed(&self, what: &str, error: &Error) -> Diagnostic {
        error.diagnostic(format!("Cannot look up the {} {what}", self.kind))
    }

    fn taken(&self, what: &str) -> Diagnostic {
        Diagnostic::error(
            format!("A {} {what} already exists", self.kind),
            format!(
                "Choose another name or UUID, or import the existing one: terraform import takes {}.",
                self.import_id
            ),
        )
    }
}
