//! What is called in libvirt to make, change and remove a network. Knows documents and settings; must not know Terraform's
//! values beyond reading the settings off them.

use provider_core::diagnostics::{AttributePath, Diagnostic, Diagnostics};
use provider_core::tree::Element;
use provider_core::value::Value;

use super::{NETWORKS, live};
use crate::libvirt::{Connection, Error, Network};
use crate::resource::Failure;
use crate::resource::document::Redefinition;
use crate::resource::identity::name;

/// Defines and starts a network. On failure it is removed again.
pub(super) fn create(
    connection: &Connection,
    definition: &Element,
    uuid: &str,
    planned: &Value,
) -> Result<Network, Failure> {
    let name = name(planned);
    NETWORKS.must_be_free(connection, name, uuid)?;
    // A call that the connection broke under may have been carried out.
    let rejected = |error| Failure { error: rejected(name, &error), left_behind: !connection.is_alive() };
    let network = connection.define_network(&definition.to_string()).map_err(rejected)?;
    let bring_up = || {
        if let Some(autostart) = planned.get("autostart").as_bool() {
            set_autostart(&network, name, autostart)?;
        }
        network.start().map_err(|error| error.diagnostic(format!("Cannot start the network {name}")))
    };
    bring_up().map_err(|error| Failure { error, left_behind: delete(&network).is_err() })?;
    Ok(network)
}

fn rejected(name: &str, error: &Error) -> Diagnostic {
    error.diagnostic(format!("libvirt rejects the definition of the network {name}"))
}

fn set_autostart(network: &Network, name: &str, autostart: bool) -> Result<(), Diagnostic> {
    network.set_autostart(autostart).map_err(|error| {
        error.diagnostic(format!("Cannot set autostart of the network {name}")).at(AttributePath::root("autostart"))
    })
}

pub(super) fn delete(network: &Network) -> Result<(), Error> {
    network.stop()?;
    match network.is_persistent() {
        Ok(false) => Ok(()),
        Err(error) if error.is_not_found() => Ok(()),
        _ => network.undefine(),
    }
}

/// Defines the network anew over itself and makes the running one the same. `autostart` is left as it is where the user
/// does not say.
pub(super) fn change(
    connection: &Connection,
    network: &Network,
    name: &str,
    wanted: &Redefinition,
    autostart: Option<bool>,
) -> Result<Diagnostics, Diagnostic> {
    let failed = |error: Error| cannot_change(name, &error);
    let redefine = wanted.changed || !network.is_persistent().map_err(failed)?;
    if redefine {
        wanted.define(|document| connection.define_network(document)).map_err(|error| rejected(name, &error))?;
    }
    if let Some(autostart) = autostart {
        set_autostart(network, name, autostart)?;
    }
    if !network.is_active().map_err(failed)? {
        network.start().map_err(|error| error.diagnostic(format!("Cannot start the network {name}")))?;
    } else if redefine {
        return bring_up_to_date(connection, network, name, wanted);
    }
    Ok(Vec::new())
}

pub(super) fn cannot_change(name: &str, error: &Error) -> Diagnostic {
    error.diagnostic(format!("Cannot change the network {name}"))
}

/// Makes the running network what its definition says: part by part where libvirt can, else by a restart where no guest
/// is attached. A restart under a guest would cut it off, so the user is told instead.
fn bring_up_to_date(
    connection: &Connection,
    network: &Network,
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
    // A guest whose document cannot be read may be attached, and is not to be cut off.
    let Ok(domain) = Element::parse(domain) else { return true };
    let interfaces = domain.child("devices").into_iter().flat_map(Element::elements);
    interfaces
        .filter(|device| device.name.local == "interface")
        .any(|interface| interface.value("source@network").as_deref() == Some(network))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::libvirt::Host;
    use crate::resource::identity::identify;

    fn definition(inside: &str) -> Element {
        let text = format!("<network><name>made</name>{inside}<ip address='10.9.7.1' prefix='24'/></network>");
        Element::parse(&text).unwrap()
    }

    #[test]
    fn it_is_made_started_and_removed() {
        let connection = Host::new("test:///default").connect().unwrap();
        let planned = Value::from([("name", "made".into()), ("autostart", true.into())]);
        let mut wanted = definition("");
        let uuid = identify(&mut wanted).unwrap();
        let network = create(&connection, &wanted, &uuid, &planned).unwrap();
        assert!(network.is_active().unwrap() && network.autostart().unwrap());
        assert_eq!(network.uuid().unwrap(), uuid);
        let again = create(&connection, &wanted, &uuid, &planned).unwrap_err();
        assert!(again.error.summary.contains("already") && !again.left_behind, "{again:?}");
        delete(&network).unwrap();
        assert!(NETWORKS.find(&connection, &Value::from([("uuid", uuid.into())])).unwrap().is_none());
    }

    #[test]
    fn a_rejected_one_leaves_nothing() {
        let connection = Host::new("test:///default").connect().unwrap();
        let planned = Value::from([("name", "made".into())]);
        let mut wanted = definition("<forward mode='nonsense'/>");
        let uuid = identify(&mut wanted).unwrap();
        let failure = create(&connection, &wanted, &uuid, &planned).unwrap_err();
        assert!(failure.error.summary.contains("rejects") && !failure.left_behind, "{failure:?}");
        assert!(connection.network_by_uuid(&uuid).unwrap().is_none());
    }

    #[test]
    fn guests_in_the_network_are_found() {
        let domain =
            "<domain><devices><disk/><interface type='network'><source network='made'/></interface></devices></domain>";
        assert!(uses(domain, "made") && !uses(domain, "other") && !uses("<domain/>", "made"));
    }
}
