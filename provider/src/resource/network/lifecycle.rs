//! How a running network takes a new definition. Knows which guests a restart would cut off; must not know Terraform's
//! values.

use provider_core::diagnostics::{Diagnostic, Diagnostics};
use provider_core::tree::Element;

use super::{Network, live};
use crate::libvirt::{Connection, Error};
use crate::resource::defined::{Change, Object};

pub(super) fn start(object: &Object<Network>) -> Result<(), Diagnostic> {
    object.handle.start().map_err(|error| object.cannot("start", &error))
}

/// Makes the running network what its definition says: part by part where libvirt can, else by a restart where no guest
/// is attached. A restart under a guest would cut it off, so there is a warning instead.
pub(super) fn bring_up_to_date(object: &Object<Network>, change: &Change) -> Result<Diagnostics, Diagnostic> {
    let Object { connection, handle: network, name, .. } = *object;
    let failed = |error: Error| object.cannot("change the running state of", &error);
    let (live, after) = (network.live_document().map_err(failed)?, network.definition().map_err(failed)?);
    let changes = match (Element::parse(&live), Element::parse(&after)) {
        (Ok(live), Ok(now)) if !change.wanted.not_taken(&after) => live::changes(&live, &change.wanted.before, &now),
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
    object.redefine_where_lost(change)?;
    network.start().map_err(|error| object.cannot("restart", &error))?;
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

    #[test]
    fn guests_in_the_network_are_found() {
        let domain =
            "<domain><devices><disk/><interface type='network'><source network='made'/></interface></devices></domain>";
        assert!(uses(domain, "made") && !uses(domain, "other") && !uses("<domain/>", "made"));
    }
}
