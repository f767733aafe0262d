//! What is called in libvirt to make, change and remove a storage pool. Knows documents and settings; must not know
//! Terraform's values beyond reading the settings off them.

use provider_core::diagnostics::{AttributePath, Diagnostic, Diagnostics};
use provider_core::tree::Element;
use provider_core::value::Value;

use super::POOLS;
use crate::libvirt::{Connection, Error, Pool};
use crate::resource::Failure;
use crate::resource::document::Redefinition;
use crate::resource::identity::name;

/// What the user wants done with a pool beyond its definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Settings {
    pub(super) build: bool,
    pub(super) start: bool,
    pub(super) autostart: bool,
}

impl Settings {
    /// Everything is done by default, but a volume group is not made without devices to make it of.
    pub(super) fn of(planned: &Value) -> Settings {
        let flag = |path, default| planned.at(path).as_bool().unwrap_or(default);
        Settings {
            build: flag("create.build", !is_logical(planned) || has_devices(planned)),
            start: flag("create.start", true),
            autostart: flag("create.autostart", true),
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

/// Defines, builds and starts a pool. On failure it is removed again.
pub(super) fn create(
    connection: &Connection,
    definition: &Element,
    uuid: &str,
    planned: &Value,
) -> Result<Pool, Failure> {
    let (name, settings) = (name(planned), Settings::of(planned));
    POOLS.must_be_free(connection, name, uuid)?;
    // A call that the connection broke under may have been carried out.
    let rejected = |error| Failure { error: rejected(name, &error), left_behind: !connection.is_alive() };
    let pool = connection.define_pool(&definition.to_string()).map_err(rejected)?;
    let mut built = false;
    bring_up(&pool, name, settings, &mut built).map_err(|error| {
        let unmade = || -> Result<(), Error> {
            pool.stop()?;
            if built && is_made_by_build(planned) {
                pool.delete()?;
            }
            pool.undefine()
        };
        Failure { error, left_behind: unmade().is_err() }
    })?;
    Ok(pool)
}

fn bring_up(pool: &Pool, name: &str, settings: Settings, built: &mut bool) -> Result<(), Diagnostic> {
    if settings.build {
        pool.build().map_err(|error| error.diagnostic(format!("Cannot build the pool {name}")))?;
        *built = true;
    }
    if settings.start {
        pool.start().map_err(|error| error.diagnostic(format!("Cannot start the pool {name}")))?;
    }
    set_autostart(pool, name, settings.autostart)
}

fn rejected(name: &str, error: &Error) -> Diagnostic {
    error.diagnostic(format!("libvirt rejects the definition of the pool {name}"))
}

fn set_autostart(pool: &Pool, name: &str, autostart: bool) -> Result<(), Diagnostic> {
    pool.set_autostart(autostart).map_err(|error| {
        error
            .diagnostic(format!("Cannot set autostart of the pool {name}"))
            .at(AttributePath::root("create").attribute("autostart"))
    })
}

fn not_yet(name: &str, error: &Error) -> Diagnostic {
    Diagnostic::warning(
        format!("The running pool {name} keeps what it was started with"),
        format!(
            "The new definition is in place but the pool could not be stopped: {} ({}). It takes effect when the pool is \
             next started.",
            error.message(),
            error.call()
        ),
    )
}

/// Defines the pool anew over itself; a running pool is restarted to take the change. Guests do not need the pool to run.
/// `moved`: what it stands on is elsewhere than before.
pub(super) fn change(
    connection: &Connection,
    pool: &Pool,
    name: &str,
    wanted: &Redefinition,
    settings: Settings,
    moved: bool,
) -> Result<Diagnostics, Diagnostic> {
    let failed = |error: Error| cannot_change(name, &error);
    let redefine = wanted.changed || !pool.is_persistent().map_err(failed)?;
    if redefine {
        wanted.define(|document| connection.define_pool(document)).map_err(|error| rejected(name, &error))?;
    }
    if pool.autostart().map_err(failed)? != settings.autostart {
        set_autostart(pool, name, settings.autostart)?;
    }
    let active = pool.is_active().map_err(failed)?;
    if active && redefine {
        if let Err(error) = pool.stop() {
            return Ok(vec![not_yet(name, &error)]);
        }
        let now = pool.definition().map_err(failed)?;
        let again = wanted.define_again(&now, |document| connection.define_pool(document));
        again.map_err(|error| rejected(name, &error))?;
    }
    if settings.start && (!active || redefine) {
        if settings.build && moved {
            pool.build().map_err(failed)?;
        }
        pool.start().map_err(|error| error.diagnostic(format!("Cannot start the pool {name}")))?;
    } else if active && !redefine {
        pool.refresh().map_err(failed)?;
    }
    Ok(Vec::new())
}

pub(super) fn cannot_change(name: &str, error: &Error) -> Diagnostic {
    error.diagnostic(format!("Cannot change the pool {name}"))
}

/// Stops the pool, removes what it stands on where that is wanted, and then its definition. Files are never removed
/// unseen: a directory that is not empty stays, which is an error only where its removal was asked for.
pub(super) fn delete(pool: &Pool, name: &str, delete: Option<bool>) -> Result<Diagnostics, Diagnostic> {
    let failed = |error: Error| error.diagnostic(format!("Cannot remove the pool {name}"));
    let active = pool.is_active().map_err(failed)?;
    pool.stop().map_err(failed)?;
    let mut diagnostics = Vec::new();
    if delete != Some(false)
        && let Err(error) = pool.delete()
    {
        if delete == Some(true) {
            if active && let Err(error) = pool.start() {
                tracing::warn!(pool = name, error = error.message(), "the pool could not be started again");
            }
            return Err(failed(error).at(AttributePath::root("destroy").attribute("delete")));
        }
        diagnostics.push(kept(name, &error));
    }
    match pool.is_persistent() {
        Ok(false) => {}
        Err(error) if error.is_not_found() => {}
        _ => pool.undefine().map_err(failed)?,
    }
    Ok(diagnostics)
}

fn kept(name: &str, error: &Error) -> Diagnostic {
    Diagnostic::warning(
        format!("What the pool {name} stood on was kept"),
        format!(
            "libvirt said: {} ({}). A directory with files in it is never removed; destroy.delete = false keeps it without \
             this message.",
            error.message(),
            error.call()
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::libvirt::Host;
    use crate::resource::identity::identify;

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
            assert_eq!(Settings::of(&pool), Settings { build, start: true, autostart: true }, "{kind} {devices}");
            assert_eq!(deletes(&pool), delete, "{kind} {devices}");
        }
    }

    #[test]
    fn what_is_written_decides() {
        let mut pool = pool("dir", 0);
        pool.set("create", Value::from([("build", false.into()), ("autostart", false.into())]));
        pool.set("destroy", Value::from([("delete", true.into())]));
        assert_eq!(Settings::of(&pool), Settings { build: false, start: true, autostart: false });
        assert_eq!(deletes(&pool), Some(true));
    }

    fn planned() -> Value {
        Value::from([("name", "made".into()), ("type", "dir".into())])
    }

    fn definition(kind: &str) -> Element {
        let text = format!("<pool type='{kind}'><name>made</name><target><path>/made</path></target></pool>");
        Element::parse(&text).unwrap()
    }

    #[test]
    fn it_is_made_and_removed() {
        let connection = Host::new("test:///default").connect().unwrap();
        let mut wanted = definition("dir");
        let uuid = identify(&mut wanted).unwrap();
        let pool = create(&connection, &wanted, &uuid, &planned()).unwrap();
        assert!(pool.is_active().unwrap() && pool.autostart().unwrap());
        let again = create(&connection, &wanted, &uuid, &planned()).unwrap_err();
        assert!(again.error.summary.contains("already") && !again.left_behind, "{again:?}");
        assert!(delete(&pool, "made", None).unwrap().is_empty());
        assert!(POOLS.find(&connection, &Value::from([("uuid", uuid.into())])).unwrap().is_none());
    }

    #[test]
    fn a_rejected_one_leaves_nothing() {
        let connection = Host::new("test:///default").connect().unwrap();
        let mut wanted = definition("nonsense");
        let uuid = identify(&mut wanted).unwrap();
        let failure = create(&connection, &wanted, &uuid, &planned()).unwrap_err();
        assert!(failure.error.summary.contains("rejects") && !failure.left_behind, "{failure:?}");
        assert!(connection.pool_by_name("made").unwrap().is_none());
    }
}
