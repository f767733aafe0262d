//! `libvirt_network`. Knows what to call in libvirt to make, change and remove a network, and what is read back.

mod live;
mod rules;

use provider_core::convert::Root;
use provider_core::diagnostics::{AttributePath, Diagnostic, Diagnostics};
use provider_core::shape::Shape;
use provider_core::tree::Element;
use provider_core::value::Value;

use crate::libvirt::{Connection, Error, Host, Network as Handle};
use rules::RULES;

use super::document::{self, Redefinition};
use super::{Outcome, Resource};

/// The resource.
#[derive(Debug)]
pub struct Network {
    /// libvirt's `<network>`.
    pub root: &'static Root,
}

impl Resource for Network {
    fn type_name(&self) -> &'static str {
        "libvirt_network"
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
            let uuid = document::identify(&mut definition)?;
            Ok((definition, uuid, host.connection()?))
        });
        let (definition, uuid, connection) = match prepared {
            Ok(prepared) => prepared,
            Err(error) => return Outcome::failed(error),
        };
        match make(&connection, &definition, &uuid, planned) {
            Ok(network) => {
                let partial = document::partial(planned, &uuid);
                document::outcome(self.actual(&network, planned), Some(partial), Vec::new())
            }
            Err((error, false)) => Outcome::failed(error),
            Err((error, true)) => Outcome::partly(Some(document::partial(planned, &uuid)), vec![error]),
        }
    }

    fn read(&self, host: &Host, state: &Value) -> Result<Option<Value>, Diagnostics> {
        let read = || match find(&host.connection()?, state)? {
            Some(network) => self.actual(&network, state),
            None => Ok(None),
        };
        read().map_err(|error: Diagnostic| vec![error])
    }

    fn update(&self, host: &Host, _config: &Value, prior: &Value, planned: &Value) -> Outcome {
        let found = host.connection().and_then(|connection| Ok((find(&connection, prior)?, connection)));
        let (network, connection) = match found {
            Ok((Some(network), connection)) => (network, connection),
            Ok((None, _)) => return Outcome::failed(document::gone("network", name(prior))),
            Err(error) => return Outcome::failed(error),
        };
        let diagnostics = self.change(&connection, &network, prior, planned).unwrap_or_else(|error| vec![error]);
        document::outcome(self.actual(&network, planned), None, diagnostics)
    }

    fn delete(&self, host: &Host, prior: &Value) -> Diagnostics {
        let failed = |error: Error| error.diagnostic(format!("Cannot remove the network {}", name(prior)));
        let delete = || match find(&host.connection()?, prior)? {
            Some(network) => remove(&network).map_err(failed),
            None => Ok(()),
        };
        delete().err().into_iter().collect()
    }

    fn import(&self, host: &Host, id: &str) -> Result<Value, Diagnostics> {
        document::import(host, "network", id, Connection::network_by_uuid, Connection::network_by_name, Handle::uuid)
    }
}

impl Network {
    /// Defines it anew over itself and makes the running network the same.
    fn change(
        &self,
        connection: &Connection,
        network: &Handle,
        prior: &Value,
        planned: &Value,
    ) -> Result<Diagnostics, Diagnostic> {
        let failed = |error: Error| error.diagnostic(format!("Cannot change the network {}", name(prior)));
        let theirs = network.definition().map_err(failed)?;
        let wanted = Redefinition::new(self.root, &RULES, prior, planned, &theirs)?;
        let redefine = wanted.changed || !network.is_persistent().map_err(failed)?;
        if redefine {
            wanted
                .define(|document| connection.define_network(document))
                .map_err(|error| rejected(name(prior), &error))?;
        }
        if let Some(autostart) = planned.get("autostart").as_bool() {
            set_autostart(network, name(prior), autostart)?;
        }
        if !network.is_active().map_err(failed)? {
            network.start().map_err(|error| error.diagnostic(format!("Cannot start the network {}", name(prior))))?;
        } else if redefine {
            return bring_up_to_date(connection, network, name(prior), &wanted);
        }
        Ok(Vec::new())
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

/// Defines and starts a network. On failure it is removed again; the bool tells whether it may be there nevertheless.
fn make(
    connection: &Connection,
    definition: &Element,
    uuid: &str,
    planned: &Value,
) -> Result<Handle, (Diagnostic, bool)> {
    let name = name(planned);
    let lookup = |error: Error| (error.diagnostic(format!("Cannot look up the network {name}")), false);
    if connection.network_by_name(name).map_err(lookup)?.is_some() {
        return Err((document::taken("network", name), false));
    }
    if connection.network_by_uuid(uuid).map_err(lookup)?.is_some() {
        return Err((document::taken("network", uuid), false));
    }
    let network = connection
        .define_network(&definition.to_string())
        .map_err(|error| (rejected(name, &error), !connection.is_alive()))?;
    let bring_up = || {
        if let Some(autostart) = planned.get("autostart").as_bool() {
            set_autostart(&network, name, autostart)?;
        }
        network.start().map_err(|error| error.diagnostic(format!("Cannot start the network {name}")))
    };
    bring_up().map_err(|error| (error, remove(&network).is_err()))?;
    Ok(network)
}

fn rejected(name: &str, error: &Error) -> Diagnostic {
    error.diagnostic(format!("libvirt rejects the definition of the network {name}"))
}

fn set_autostart(network: &Handle, name: &str, autostart: bool) -> Result<(), Diagnostic> {
    network.set_autostart(autostart).map_err(|error| {
        error.diagnostic(format!("Cannot set autostart of the network {name}")).at(AttributePath::root("autostart"))
    })
}

fn remove(network: &Handle) -> Result<(), Error> {
    network.stop()?;
    match network.is_persistent() {
        Ok(false) => Ok(()),
        Err(error) if error.is_not_found() => Ok(()),
        _ => network.undefine(),
    }
}

/// Makes the running network what its definition says: part by part where libvirt can, else by a restart where no guest
/// is attached. A restart under a guest would cut it off, so the user is told instead.
fn bring_up_to_date(
    connection: &Connection,
    network: &Handle,
    name: &str,
    wanted: &Redefinition,
) -> Result<Diagnostics, Diagnostic> {
    let failed = |error: Error| error.diagnostic(format!("Cannot change the running network {name}"));
    let (live, after) = (network.live_document().map_err(failed)?, network.definition().map_err(failed)?);
    let changes = match (Element::parse(&live), Element::parse(&after)) {
        (Ok(live), Ok(now)) if !wanted.not_taken(&after) => live::changes(&live, &wanted.before, &now),
        _ => None,
    };
    if changes.is_some_and(|changes| changes.iter().all(|change| network.change_live(change).is_ok())) {
        return Ok(Vec::new());
    }
    let attached = attached(connection, name).map_err(failed)?;
    if !attached.is_empty() {
        return Ok(vec![Diagnostic::warning(
            format!("The running network {name} keeps what it was started with"),
            format!(
                "The new definition is in place, but a restart of the network would cut off the guests attached to it: {}. \
                 It takes effect when the network is next started: shut these guests down and run virsh net-destroy {name} \
                 and virsh net-start {name}.",
                attached.join(", ")
            ),
        )]);
    }
    network.stop().map_err(failed)?;
    let now = network.definition().map_err(failed)?;
    wanted
        .define_again(&now, |document| connection.define_network(document))
        .map_err(|error| rejected(name, &error))?;
    network.start().map_err(|error| error.diagnostic(format!("Cannot start the network {name} again")))?;
    Ok(Vec::new())
}

/// The names of the running guests with an interface in the network.
fn attached(connection: &Connection, network: &str) -> Result<Vec<String>, Error> {
    let mut attached = Vec::new();
    for domain in connection.active_domains()? {
        match domain.live_document() {
            Ok(document) if uses(&document, network) => attached.push(domain.name()?),
            Ok(_) => {}
            // It went off since it was listed.
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(attached)
}

fn uses(domain: &str, network: &str) -> bool {
    let Ok(domain) = Element::parse(domain) else { return false };
    let interfaces = domain.child("devices").into_iter().flat_map(Element::elements);
    interfaces
        .filter(|device| device.name.local == "interface")
        .any(|interface| interface.value("source@network").as_deref() == Some(network))
}

/// The network by its UUID or, where Terraform does not know that yet, by its name.
fn find(connection: &Connection, state: &Value) -> Result<Option<Handle>, Diagnostic> {
    let found = match state.get("uuid").as_str().or(state.get("id").as_str()) {
        Some(uuid) => connection.network_by_uuid(uuid),
        None => connection.network_by_name(name(state)),
    };
    found.map_err(|error| error.diagnostic(format!("Cannot look up the network {}", name(state))))
}

fn name(state: &Value) -> &str {
    state.get("name").as_str().or(state.get("uuid").as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition(inside: &str) -> Element {
        let text = format!("<network><name>made</name>{inside}<ip address='10.9.7.1' prefix='24'/></network>");
        Element::parse(&text).unwrap()
    }

    #[test]
    fn it_is_made_started_and_removed() {
        let connection = Host::new("test:///default").connect().unwrap();
        let planned = Value::from([("name", "made".into()), ("autostart", true.into())]);
        let mut wanted = definition("");
        let uuid = document::identify(&mut wanted).unwrap();
        let network = make(&connection, &wanted, &uuid, &planned).unwrap();
        assert!(network.is_active().unwrap() && network.autostart().unwrap());
        assert_eq!(network.uuid().unwrap(), uuid);
        let (again, left_behind) = make(&connection, &wanted, &uuid, &planned).unwrap_err();
        assert!(again.summary.contains("already") && !left_behind, "{again:?}");
        remove(&network).unwrap();
        assert!(find(&connection, &Value::from([("uuid", uuid.into())])).unwrap().is_none());
    }

    #[test]
    fn a_rejected_one_leaves_nothing() {
        let connection = Host::new("test:///default").connect().unwrap();
        let planned = Value::from([("name", "made".into())]);
        let mut wanted = definition("<forward mode='nonsense'/>");
        let uuid = document::identify(&mut wanted).unwrap();
        let (error, left_behind) = make(&connection, &wanted, &uuid, &planned).unwrap_err();
        assert!(error.summary.contains("rejects") && !left_behind, "{error:?}");
        assert!(connection.network_by_uuid(&uuid).unwrap().is_none());
    }

    #[test]
    fn guests_in_the_network_are_found() {
        let domain =
            "<domain><devices><disk/><interface type='network'><source network='made'/></interface></devices></domain>";
        assert!(uses(domain, "made") && !uses(domain, "other") && !uses("<domain/>", "made"));
    }
}
