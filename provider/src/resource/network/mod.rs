//! `libvirt_network`. Knows how its attributes become documents and settings, and what is read back; the calls are in
//! `lifecycle`.

mod lifecycle;
mod live;

use provider_core::convert::Root;
use provider_core::diagnostics::{Diagnostic, Diagnostics};
use provider_core::shape::Shape;
use provider_core::value::Value;

use crate::libvirt::{Connection, Error, Host, Network as Handle};

use super::document::{self, Redefinition};
use super::identity::{self, Lookup, name};
use super::{Outcome, Resource, Transition};

const NETWORKS: Lookup<Handle> = Lookup {
    kind: "network",
    by_uuid: Connection::network_by_uuid,
    by_name: Connection::network_by_name,
    uuid: Handle::uuid,
};

/// The resource.
#[derive(Debug)]
pub struct Network {
    /// libvirt's `<network>`.
    pub root: &'static Root,
}

impl Resource for Network {
    fn type_name(&self) -> &'static str {
        self.root.resource
    }

    fn shape(&self) -> &'static Shape {
        self.root.shape
    }

    fn plan(&self, _config: &Value, prior: &Value, planned: &mut Value) -> Diagnostics {
        if !prior.is_null() {
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
            Ok(network) => Outcome::tried(self.actual(&network, planned), Some(partial), Vec::new()),
            Err(failure) => Outcome::not_made(failure, partial),
        }
    }

    fn read(&self, host: &Host, state: &Value) -> Result<Option<Value>, Diagnostics> {
        NETWORKS.read(host, state, |network| self.actual(network, state))
    }

    fn update(&self, host: &Host, change: &Transition<'_>) -> Outcome {
        let Transition { prior, planned, .. } = *change;
        let found = host.connection().and_then(|connection| Ok((NETWORKS.existing(&connection, prior)?, connection)));
        let (network, connection) = match found {
            Ok(found) => found,
            Err(error) => return Outcome::failed(error),
        };
        let diagnostics = self.change(&connection, &network, change).unwrap_or_else(|error| vec![error]);
        Outcome::tried(self.actual(&network, planned), None, diagnostics)
    }

    fn delete(&self, host: &Host, prior: &Value) -> Diagnostics {
        let failed = |error: Error| error.diagnostic(format!("Cannot remove the network {}", name(prior)));
        let delete = || match NETWORKS.find(&host.connection()?, prior)? {
            Some(network) => lifecycle::delete(&network).map_err(failed),
            None => Ok(()),
        };
        delete().err().into_iter().collect()
    }

    fn import(&self, host: &Host, id: &str) -> Result<Value, Diagnostics> {
        NETWORKS.import(host, id)
    }
}

impl Network {
    /// Defines it anew over itself.
    fn change(
        &self,
        connection: &Connection,
        network: &Handle,
        change: &Transition<'_>,
    ) -> Result<Diagnostics, Diagnostic> {
        let Transition { prior, planned, .. } = *change;
        let theirs = network.definition().map_err(|error| lifecycle::cannot_change(name(prior), &error))?;
        let wanted = Redefinition::new(self.root, change, &theirs)?;
        lifecycle::change(connection, network, name(prior), &wanted, planned.get("autostart").as_bool())
    }

    /// The network as libvirt tells it; `None` where it is gone.
    fn actual(&self, network: &Handle, known: &Value) -> Result<Option<Value>, Diagnostic> {
        let failed = |error: Error| error.diagnostic(format!("Cannot read the network {}", name(known)));
        let definition = match network.definition() {
            Ok(definition) => definition,
            Err(error) if error.is_not_found() => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let mut actual = document::read(self.root, &definition)?;
        actual.set("id", network.uuid().map_err(failed)?.into());
        actual.set("active", network.is_active().map_err(failed)?.into());
        actual.set("autostart", network.autostart().map_err(failed)?.into());
        Ok(Some(actual))
    }
}
