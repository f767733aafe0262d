//! In which order an object is defined, changed and removed, whatever its kind. Knows when each of a [`Kind`]'s steps is
//! taken and what is undone after one that failed; must not know what the steps are.

use provider_core::diagnostics::{Diagnostic, Diagnostics};
use provider_core::tree::Element;
use provider_core::value::Value;

use super::Kind;
use super::object::{Change, Object, rejected};
use crate::libvirt::Host;
use crate::resource::document::Redefinition;
use crate::resource::identity::name;
use crate::resource::{Failure, Update};

/// Defines an object and brings it up. After a failure it is removed again. `planned` has the UUID that the definition
/// has.
pub(in crate::resource) fn create<K: Kind>(
    host: &Host,
    definition: &Element,
    planned: &Value,
    settings: &K::Settings,
) -> Result<(K::Handle, Diagnostics), Failure> {
    let connection = &host.connection()?;
    let name = name(planned);
    K::CALLS.must_be_free(connection, name, planned.get("uuid").as_str().unwrap_or_default())?;
    let define = (K::CALLS.define)(connection, &definition.to_string(), settings);
    let handle = define.map_err(|error| Failure {
        // A call that the connection broke under may have been carried out.
        left_behind: !connection.is_alive(),
        error: rejected::<K>(host, name, planned, &error),
    })?;
    let object = Object::<K> { host, connection, handle: &handle, name, settings };
    let brought_up = object.set_autostart().map_err(Failure::from).and_then(|()| K::bring_up(&object));
    match brought_up {
        Ok(diagnostics) => Ok((handle, diagnostics)),
        Err(Failure { error, left_behind }) => {
            let left_behind = left_behind || K::stop(&handle).and_then(|()| (K::CALLS.undefine)(&handle)).is_err();
            Err(Failure { error, left_behind })
        }
    }
}

/// Redefines the object where that is needed, then brings it into the wanted state. Nothing is stopped before libvirt has
/// taken the new definition.
pub(in crate::resource) fn update<K: Kind>(
    object: &Object<K>,
    wanted: &Redefinition,
    update: Update,
) -> Result<Diagnostics, Diagnostic> {
    let Update { prior, planned, .. } = update;
    let is_persistent = || (K::CALLS.is_persistent)(object.handle).map_err(|error| object.cannot("change", &error));
    let redefined = wanted.changed || !is_persistent()?;
    let warning = if redefined { object.redefine(wanted, planned)? } else { None };
    object.set_autostart()?;
    let found = K::bring_up_to_date(object, &Change { wanted, redefined, prior, planned })?;
    Ok(warning.into_iter().chain(found).collect())
}

/// Stops the object and removes its definition. What was not persistent is gone with its stop.
pub(in crate::resource) fn delete<K: Kind>(object: &Object<K>, prior: &Value) -> Result<Diagnostics, Diagnostic> {
    let diagnostics = K::take_down(object, prior)?;
    match (K::CALLS.is_persistent)(object.handle) {
        Ok(false) => {}
        Err(error) if error.is_not_found() => {}
        _ => (K::CALLS.undefine)(object.handle).map_err(|error| object.cannot("remove", &error))?,
    }
    Ok(diagnostics)
}
