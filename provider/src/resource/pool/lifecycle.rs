//! What is called in libvirt to make, change and remove a storage pool beside its definition. Must not know Terraform's
//! values beyond reading the settings off them.

use provider_core::diagnostics::{AttributePath, Diagnostic, Diagnostics};
use provider_core::value::Value;

use super::Pool;
use crate::libvirt::Error;
use crate::resource::Failure;
use crate::resource::defined::{Change, Object};

/// What the user wants done with a pool beyond its definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::resource) struct Settings {
    pub(super) build: bool,
    pub(super) start: bool,
    pub(super) autostart: bool,
    /// Whether building it makes something that deleting it removes.
    pub(super) made_by_build: bool,
}

impl Settings {
    /// Everything is done by default, but a volume group is not made without devices to make it of.
    pub(super) fn of(planned: &Value) -> Settings {
        let flag = |path, default| planned.at(path).as_bool().unwrap_or(default);
        Settings {
            build: flag("create.build", !is_logical(planned) || has_devices(planned)),
            start: flag("create.start", true),
            autostart: flag("create.autostart", true),
            made_by_build: is_made_by_build(planned),
        }
    }
}

/// Whether what a pool stands on is removed with it: `None` where the user does not say and the provider does it as far as
/// nothing is lost.
pub(super) fn deletes(state: &Value) -> Option<bool> {
    state.at("destroy.delete").as_bool().or_else(|| (!is_made_by_build(state)).then_some(false))
}

/// Whether building such a pool makes something that deleting it removes.
fn is_made_by_build(pool: &Value) -> bool {
    pool.get("type").as_str() == Some("dir") || (is_logical(pool) && has_devices(pool))
}

fn is_logical(pool: &Value) -> bool {
    pool.get("type").as_str() == Some("logical")
}

fn has_devices(pool: &Value) -> bool {
    !pool.at("source.device").items().is_empty()
}

/// Builds and starts a pool that has just been defined. After a failure what was built is removed again.
pub(super) fn bring_up(object: &Object<Pool>) -> Result<(), Failure> {
    let (pool, settings) = (object.handle, object.settings);
    if settings.build {
        pool.build().map_err(|error| object.cannot("build", &error))?;
    }
    if settings.start
        && let Err(error) = pool.start()
    {
        let built = settings.build && settings.made_by_build;
        return Err(Failure {
            error: object.cannot("start", &error),
            left_behind: built && pool.stop().and_then(|()| pool.delete()).is_err(),
        });
    }
    Ok(())
}

/// Restarts a running pool that was redefined, so that it takes the change, and has one that was not looked at again.
/// Guests do not need the pool to run.
pub(super) fn bring_up_to_date(object: &Object<Pool>, change: &Change) -> Result<Diagnostics, Diagnostic> {
    let (pool, settings) = (object.handle, object.settings);
    let failed = |error: Error| object.cannot("change", &error);
    let active = pool.is_active().map_err(failed)?;
    if active && change.redefined {
        if let Err(error) = pool.stop() {
            return Ok(vec![not_yet(object.name, &error)]);
        }
        object.redefine_where_lost(change)?;
    }
    if settings.start && (!active || change.redefined) {
        let moved = change.prior.at("target.path") != change.planned.at("target.path");
        if settings.build && moved {
            pool.build().map_err(failed)?;
        }
        pool.start().map_err(|error| object.cannot("start", &error))?;
    } else if active && !change.redefined {
        pool.refresh().map_err(failed)?;
    }
    Ok(Vec::new())
}

fn not_yet(name: &str, error: &Error) -> Diagnostic {
    Diagnostic::warning(
        format!("The running pool {name} keeps its old definition"),
        format!(
            "The new definition is stored, but the pool could not be stopped: {} ({}). It takes effect the next time the \
             pool starts.",
            error.message(),
            error.call()
        ),
    )
}

/// Stops the pool and removes what it stands on where that is wanted. Files are never removed unseen: a directory that is
/// not empty stays, which is an error only where its removal was asked for.
pub(super) fn take_down(object: &Object<Pool>, delete: Option<bool>) -> Result<Diagnostics, Diagnostic> {
    let (pool, name) = (object.handle, object.name);
    let failed = |error: Error| object.cannot("remove", &error);
    let active = pool.is_active().map_err(failed)?;
    pool.stop().map_err(failed)?;
    let Some(error) = (delete != Some(false)).then(|| pool.delete().err()).flatten() else { return Ok(Vec::new()) };
    if delete != Some(true) {
        return Ok(vec![kept(name, &error)]);
    }
    if active && let Err(error) = pool.start() {
        tracing::warn!(pool = name, error = error.message(), "the pool could not be started again");
    }
    Err(failed(error).at(AttributePath::root("destroy").attribute("delete")))
}

fn kept(name: &str, error: &Error) -> Diagnostic {
    Diagnostic::warning(
        format!("Storage of the pool {name} was not deleted"),
        format!(
            "libvirt reported: {} ({}). A directory that is not empty is never deleted. Set destroy.delete = false to keep \
             it without this warning.",
            error.message(),
            error.call()
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(kind: &str, devices: usize) -> Value {
        let devices = vec![Value::from([("path", "/dev/sdb".into())]); devices];
        Value::from([("type", kind.into()), ("source", Value::from([("device", Value::List(devices))]))])
    }

    #[test]
    fn defaults_follow_the_kind_of_pool() {
        // kind, devices, build by default, delete by default (None: as far as nothing is lost)
        let table = [
            ("dir", 0, true, None),
            ("logical", 0, false, Some(false)),
            ("logical", 1, true, None),
            ("netfs", 0, true, Some(false)),
        ];
        for (kind, devices, build, delete) in table {
            let pool = pool(kind, devices);
            let made_by_build = delete.is_none();
            let settings = Settings { build, start: true, autostart: true, made_by_build };
            assert_eq!(Settings::of(&pool), settings, "{kind} {devices}");
            assert_eq!(deletes(&pool), delete, "{kind} {devices}");
        }
    }

    #[test]
    fn what_is_written_decides() {
        let mut pool = pool("dir", 0);
        pool.set("create", Value::from([("build", false.into()), ("autostart", false.into())]));
        pool.set("destroy", Value::from([("delete", true.into())]));
        assert_eq!(Settings::of(&pool), Settings { build: false, start: true, autostart: false, made_by_build: true });
        assert_eq!(deletes(&pool), Some(true));
    }
}
