//! `libvirt_pool`. Knows how its attributes become documents and settings, and what is read back; the calls are in
//! `lifecycle`.

mod lifecycle;

use provider_core::convert::Root;
use provider_core::diagnostics::{Diagnostic, Diagnostics};
use provider_core::shape::Shape;
use provider_core::value::Value;

use crate::libvirt::{Connection, Error, Host, Pool as Handle};
use lifecycle::Settings;

use super::document::{self, Redefinition};
use super::identity::{self, Lookup, name};
use super::{Outcome, Resource, Transition};

const POOLS: Lookup<Handle> =
    Lookup { kind: "pool", by_uuid: Connection::pool_by_uuid, by_name: Connection::pool_by_name, uuid: Handle::uuid };

/// The resource.
#[derive(Debug)]
pub struct Pool {
    /// libvirt's `<pool>`.
    pub root: &'static Root,
}

impl Resource for Pool {
    fn type_name(&self) -> &'static str {
        self.root.resource
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
            let uuid = identity::identify(&mut definition)?;
            Ok((definition, uuid, host.connection()?))
        });
        let (definition, uuid, connection) = match prepared {
            Ok(prepared) => prepared,
            Err(error) => return Outcome::failed(error),
        };
        let partial = identity::partial(planned, &uuid);
        match lifecycle::create(&connection, &definition, &uuid, planned) {
            Ok(pool) => Outcome::tried(self.actual(&pool, planned), Some(partial), Vec::new()),
            Err(failure) => Outcome::not_made(failure, partial),
        }
    }

    fn read(&self, host: &Host, state: &Value) -> Result<Option<Value>, Diagnostics> {
        POOLS.read(host, state, |pool| self.actual(pool, state))
    }

    fn update(&self, host: &Host, change: &Transition<'_>) -> Outcome {
        let Transition { prior, planned, .. } = *change;
        let found = host.connection().and_then(|connection| Ok((POOLS.existing(&connection, prior)?, connection)));
        let (pool, connection) = match found {
            Ok(found) => found,
            Err(error) => return Outcome::failed(error),
        };
        let diagnostics = self.change(&connection, &pool, change).unwrap_or_else(|error| vec![error]);
        Outcome::tried(self.actual(&pool, planned), None, diagnostics)
    }

    fn delete(&self, host: &Host, prior: &Value) -> Diagnostics {
        let delete = || match POOLS.find(&host.connection()?, prior)? {
            Some(pool) => lifecycle::delete(&pool, name(prior), lifecycle::deletes(prior)),
            None => Ok(Vec::new()),
        };
        delete().unwrap_or_else(|error: Diagnostic| vec![error])
    }

    fn import(&self, host: &Host, id: &str) -> Result<Value, Diagnostics> {
        POOLS.import(host, id)
    }
}

impl Pool {
    /// Defines it anew over itself.
    fn change(
        &self,
        connection: &Connection,
        pool: &Handle,
        change: &Transition<'_>,
    ) -> Result<Diagnostics, Diagnostic> {
        let Transition { prior, planned, .. } = *change;
        let theirs = pool.definition().map_err(|error| lifecycle::cannot_change(name(prior), &error))?;
        let wanted = Redefinition::new(self.root, change, &theirs)?;
        let moved = prior.at("target.path") != planned.at("target.path");
        lifecycle::change(connection, pool, name(prior), &wanted, Settings::of(planned), moved)
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
