//! `libvirt_pool`. Knows what to call in libvirt to make, change and remove a storage pool, and what is read back.

use provider_core::convert::Root;
use provider_core::diagnostics::{AttributePath, Diagnostic, Diagnostics};
use provider_core::merge::{Keys, Rules};
use provider_core::shape::Shape;
use provider_core::tree::Element;
use provider_core::value::Value;

use crate::libvirt::{Connection, Error, Host, Pool as Handle};

use super::document::{self, Redefinition};
use super::{Outcome, Resource};

const RULES: Rules = Rules {
    keys: &[
        Keys { element: "pool/source/device", ways: &[&["@path"]] },
        Keys { element: "pool/source/host", ways: &[&["@name", "@port"], &["@name"]] },
    ],
    anew: &[],
};

/// The resource.
#[derive(Debug)]
pub struct Pool {
    /// libvirt's `<pool>`.
    pub root: &'static Root,
}

/// What the user wants done with a pool beyond its definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Settings {
    build: bool,
    start: bool,
    autostart: bool,
}

impl Settings {
    /// Everything is done by default, but a volume group is not made without devices to make it of.
    fn of(planned: &Value) -> Settings {
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
fn deletes(state: &Value) -> Option<bool> {
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

impl Resource for Pool {
    fn type_name(&self) -> &'static str {
        "libvirt_pool"
    }

    fn shape(&self) -> &'static Shape {
        self.root.shape
    }

    fn plan(&self, _config: &Value, prior: &Value, planned: &mut Value) -> Diagnostics {
        if !prior.is_null() && Settings::of(planned).start {
            planned.set("active", true.into());
        }
        Diagnostics::new()
    }

    fn root(&self) -> Option<&'static Root> {
        Some(self.root)
    }

    fn create(&self, host: &Host, _config: &Value, planned: &Value) -> Outcome {
        let prepared = document::write(self.root, planned).and_then(|mut definition| {
            let uuid = document::identify(&mut definition)?;
            Ok((definition, uuid, host.connection()?))
        });
        let (definition, uuid, connection) = match prepared {
            Ok(prepared) => prepared,
            Err(error) => return Outcome::failed(error),
        };
        match make(&connection, &definition, &uuid, planned) {
            Ok(pool) => {
                let partial = document::partial(planned, &uuid);
                document::outcome(self.actual(&pool, planned), Some(partial), Vec::new())
            }
            Err((error, false)) => Outcome::failed(error),
            Err((error, true)) => Outcome::partly(Some(document::partial(planned, &uuid)), vec![error]),
        }
    }

    fn read(&self, host: &Host, state: &Value) -> Result<Option<Value>, Diagnostics> {
        let read = || match find(&host.connection()?, state)? {
            Some(pool) => self.actual(&pool, state),
            None => Ok(None),
        };
        read().map_err(|error: Diagnostic| vec![error])
    }

    fn update(&self, host: &Host, _config: &Value, prior: &Value, planned: &Value) -> Outcome {
        let found = host.connection().and_then(|connection| Ok((find(&connection, prior)?, connection)));
        let (pool, connection) = match found {
            Ok((Some(pool), connection)) => (pool, connection),
            Ok((None, _)) => return Outcome::failed(document::gone("pool", name(prior))),
            Err(error) => return Outcome::failed(error),
        };
        let diagnostics = self.change(&connection, &pool, prior, planned).unwrap_or_else(|error| vec![error]);
        document::outcome(self.actual(&pool, planned), None, diagnostics)
    }

    fn delete(&self, host: &Host, prior: &Value) -> Diagnostics {
        let delete = || match find(&host.connection()?, prior)? {
            Some(pool) => remove(&pool, name(prior), deletes(prior)),
            None => Ok(Vec::new()),
        };
        delete().unwrap_or_else(|error: Diagnostic| vec![error])
    }

    fn import(&self, host: &Host, id: &str) -> Result<Value, Diagnostics> {
        document::import(host, "pool", id, Connection::pool_by_uuid, Connection::pool_by_name, Handle::uuid)
    }
}

impl Pool {
    /// Defines it anew over itself; a running pool is restarted to take the change. Guests do not need the pool to run.
    fn change(
        &self,
        connection: &Connection,
        pool: &Handle,
        prior: &Value,
        planned: &Value,
    ) -> Result<Diagnostics, Diagnostic> {
        let failed = |error: Error| error.diagnostic(format!("Cannot change the pool {}", name(prior)));
        let settings = Settings::of(planned);
        let theirs = pool.definition().map_err(failed)?;
        let wanted = Redefinition::new(self.root, &RULES, prior, planned, &theirs)?;
        let redefine = wanted.changed || !pool.is_persistent().map_err(failed)?;
        if redefine {
            wanted
                .define(|document| connection.define_pool(document))
                .map_err(|error| rejected(name(prior), &error))?;
        }
        if pool.autostart().map_err(failed)? != settings.autostart {
            set_autostart(pool, name(prior), settings.autostart)?;
        }
        let active = pool.is_active().map_err(failed)?;
        if active
            && redefine
            && let Err(error) = pool.stop()
        {
            return Ok(vec![not_yet(name(prior), &error)]);
        }
        if active && redefine {
            let now = pool.definition().map_err(failed)?;
            let again = wanted.define_again(&now, |document| connection.define_pool(document));
            again.map_err(|error| rejected(name(prior), &error))?;
        }
        if settings.start && (!active || redefine) {
            if settings.build && prior.at("target.path") != planned.at("target.path") {
                pool.build().map_err(failed)?;
            }
            pool.start().map_err(|error| error.diagnostic(format!("Cannot start the pool {}", name(prior))))?;
        } else if active && !redefine {
            pool.refresh().map_err(failed)?;
        }
        Ok(Vec::new())
    }

    /// The pool as libvirt tells it; `None` where it is gone. Sizes are in bytes.
    fn actual(&self, pool: &Handle, known: &Value) -> Result<Option<Value>, Diagnostic> {
        let failed = |error: Error| error.diagnostic(format!("Cannot read the pool {}", name(known)));
        let definition = match pool.definition() {
            Ok(definition) => definition,
            Err(error) if error.is_not_found() => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let mut actual = document::read(self.root, &definition)?;
        let sizes = pool.state().map_err(failed)?;
        actual.set("id", pool.uuid().map_err(failed)?.into());
        actual.set("active", pool.is_active().map_err(failed)?.into());
        actual.set("capacity", sizes.capacity.into());
        actual.set("allocation", sizes.allocation.into());
        actual.set("available", sizes.available.into());
        Ok(Some(actual))
    }
}

/// Defines, builds and starts a pool. On failure it is removed again; the bool tells whether it may be there nevertheless.
fn make(
    connection: &Connection,
    definition: &Element,
    uuid: &str,
    planned: &Value,
) -> Result<Handle, (Diagnostic, bool)> {
    let (name, settings) = (name(planned), Settings::of(planned));
    let lookup = |error: Error| (error.diagnostic(format!("Cannot look up the pool {name}")), false);
    if connection.pool_by_name(name).map_err(lookup)?.is_some() {
        return Err((document::taken("pool", name), false));
    }
    if connection.pool_by_uuid(uuid).map_err(lookup)?.is_some() {
        return Err((document::taken("pool", uuid), false));
    }
    let pool = connection
        .define_pool(&definition.to_string())
        .map_err(|error| (rejected(name, &error), !connection.is_alive()))?;
    let mut built = false;
    bring_up(&pool, name, settings, &mut built).map_err(|error| {
        let unmade = || -> Result<(), Error> {
            pool.stop()?;
            if built && is_made_by_build(planned) {
                pool.delete()?;
            }
            pool.undefine()
        };
        (error, unmade().is_err())
    })?;
    Ok(pool)
}

fn bring_up(pool: &Handle, name: &str, settings: Settings, built: &mut bool) -> Result<(), Diagnostic> {
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

fn set_autostart(pool: &Handle, name: &str, autostart: bool) -> Result<(), Diagnostic> {
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

/// Stops the pool, removes what it stands on where that is wanted, and then its definition. Files are never removed
/// unseen: a directory that is not empty stays, which is an error only where its removal was asked for.
fn remove(pool: &Handle, name: &str, delete: Option<bool>) -> Result<Diagnostics, Diagnostic> {
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

/// The pool by its UUID or, where Terraform does not know that yet, by its name.
fn find(connection: &Connection, state: &Value) -> Result<Option<Handle>, Diagnostic> {
    let found = match state.get("uuid").as_str().or(state.get("id").as_str()) {
        Some(uuid) => connection.pool_by_uuid(uuid),
        None => connection.pool_by_name(name(state)),
    };
    found.map_err(|error| error.diagnostic(format!("Cannot look up the pool {}", name(state))))
}

fn name(state: &Value) -> &str {
    state.get("name").as_str().or(state.get("uuid").as_str()).unwrap_or_default()
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
        let uuid = document::identify(&mut wanted).unwrap();
        let pool = make(&connection, &wanted, &uuid, &planned()).unwrap();
        assert!(pool.is_active().unwrap() && pool.autostart().unwrap());
        let (again, left_behind) = make(&connection, &wanted, &uuid, &planned()).unwrap_err();
        assert!(again.summary.contains("already") && !left_behind, "{again:?}");
        assert!(remove(&pool, "made", None).unwrap().is_empty());
        assert!(find(&connection, &Value::from([("uuid", uuid.into())])).unwrap().is_none());
    }

    #[test]
    fn a_rejected_one_leaves_nothing() {
        let connection = Host::new("test:///default").connect().unwrap();
        let mut wanted = definition("nonsense");
        let uuid = document::identify(&mut wanted).unwrap();
        let (error, left_behind) = make(&connection, &wanted, &uuid, &planned()).unwrap_err();
        assert!(error.summary.contains("rejects") && !left_behind, "{error:?}");
        assert!(connection.pool_by_name("made").unwrap().is_none());
    }
}
