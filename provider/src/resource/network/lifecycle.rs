//! How a running network takes a new definition. Knows which guests a restart would cut off; must not know Terraform's
//! values.

use provider_core::diagnostics::{Diagnostic, Diagnostics};
use provider_core::tree::Element;

use super::{Network, live};
use crate::libvirt::{Connection, Error, Network as Handle, NetworkChange, NetworkCommand};
use crate::resource::defined::{Change, Object};

pub(super) fn start(object: &Object<Network>) -> Result<(), Diagnostic> {
    object.handle.start().map_err(|error| object.cannot("start", &error))
}

/// Makes the running network what its definition says: part by part where libvirt can, else by a restart where no guest
/// is attached. A restart under a guest would cut it off, so there is a warning instead.
pub(super) fn bring_up_to_date(object: &Object<Network>, change: &Change) -> Result<Diagnostics, Diagnostic> {
    let changes = live_changes(object, change)?;
    let refused = match changes.as_deref().map(|changes| change_live(object.handle, changes)) {
        Some(Ok(())) => return Ok(Vec::new()),
        answer => answer.and_then(Result::err),
    };
    restart(object, change, refused.as_ref()).map_err(|error| match &refused {
        Some(refused) => Diagnostic { detail: format!("{}\n\n{}", error.detail, refused.account()), ..error },
        None => error,
    })
}

/// The changes by which the running network becomes what its definition says; `None` where it must be restarted.
fn live_changes(object: &Object<Network>, change: &Change) -> Result<Option<Vec<NetworkChange>>, Diagnostic> {
    let failed = |error: Error| object.cannot("read the state of", &error);
    let (running, after) =
        (object.handle.live_document().map_err(failed)?, object.handle.definition().map_err(failed)?);
    Ok(match (Element::parse(&running), Element::parse(&after)) {
        (Ok(running), Ok(now)) if !change.wanted.not_taken(&after) => {
            live::changes(&running, &change.wanted.before, &now)
        }
        _ => None,
    })
}

/// Makes the changes in turn, up to the first that libvirt refuses.
fn change_live<'a>(network: &Handle, changes: &'a [NetworkChange]) -> Result<(), Refused<'a>> {
    for (position, change) in changes.iter().enumerate() {
        if let Err(error) = network.change_live(change) {
            let (made, left) = changes.split_at(position);
            return Err(Refused { made, left, error });
        }
    }
    Ok(())
}

/// A series of live changes that libvirt did not carry through.
struct Refused<'a> {
    /// What was changed.
    made: &'a [NetworkChange],
    /// What was not: the change that was refused and those behind it.
    left: &'a [NetworkChange],
    error: Error,
}

impl Refused<'_> {
    /// What was changed, what was not, and why.
    fn account(&self) -> String {
        let listed = |changes: &[NetworkChange]| -> String { changes.iter().map(line).collect() };
        let made = match self.made {
            [] => String::new(),
            made => format!("Changes made to the running network:{}\n", listed(made)),
        };
        let reason =
            format!("libvirt reported: {} ({}).", self.error.message().trim_end_matches('.'), self.error.call());
        format!("{made}Changes not made:{}\n{reason}", listed(self.left))
    }
}

fn line(change: &NetworkChange) -> String {
    let verb = match change.command {
        NetworkCommand::Delete => "remove",
        NetworkCommand::Add => "add",
    };
    format!("\n  {verb} {}", change.element)
}

/// Restarts the network where no guest is attached to it.
fn restart(object: &Object<Network>, change: &Change, refused: Option<&Refused>) -> Result<Diagnostics, Diagnostic> {
    let failed = |error: Error| object.cannot("restart", &error);
    let attached = attached(object.connection, object.name).map_err(failed)?;
    if !attached.is_empty() {
        return Ok(vec![not_restarted(object.name, &attached, refused)]);
    }
    object.handle.stop().map_err(failed)?;
    object.redefine_where_lost(change)?;
    object.handle.start().map_err(failed)?;
    Ok(Vec::new())
}

fn not_restarted(name: &str, attached: &[String], refused: Option<&Refused>) -> Diagnostic {
    let (state, account) = match refused {
        Some(refused) if !refused.made.is_empty() => ("has only part of the change", refused.account()),
        Some(refused) => ("keeps its old definition", refused.account()),
        None => ("keeps its old definition", String::new()),
    };
    let detail = format!(
        "The new definition is stored, but restarting the network would disconnect these guests: {}. It takes effect the \
         next time the network starts: shut these guests down, then run virsh net-destroy {name} and virsh net-start \
         {name}.\n\n{account}",
        attached.join(", ")
    );
    Diagnostic::warning(format!("The running network {name} {state}"), detail.trim_end())
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
    use crate::libvirt::{Host, NetworkSection};

    #[test]
    fn guests_in_the_network_are_found() {
        let domain =
            "<domain><devices><disk/><interface type='network'><source network='made'/></interface></devices></domain>";
        assert!(uses(domain, "made") && !uses(domain, "other") && !uses("<domain/>", "made"));
    }

    fn add(section: NetworkSection, parent: i32, element: &str) -> NetworkChange {
        NetworkChange { section, command: NetworkCommand::Add, parent, element: element.to_string() }
    }

    #[test]
    fn a_series_that_stops_half_way_says_what_was_changed_and_what_was_not() {
        let connection = Host::new("test:///default").connect().unwrap();
        let network = connection
            .define_network(
                "<network><name>series</name><ip address='10.9.7.1' prefix='24'><dhcp>\
                 <host mac='52:54:00:00:00:01' ip='10.9.7.5'/></dhcp></ip></network>",
            )
            .unwrap();
        network.start().unwrap();
        let text = add(NetworkSection::DnsText, -1, "<txt name='n' value='v'/>");
        // No two hosts of a running network may have one address.
        let host = add(NetworkSection::DhcpHost, 0, "<host mac='52:54:00:00:00:02' ip='10.9.7.5'/>");
        let range = add(NetworkSection::DhcpRange, 0, "<range start='10.9.7.9' end='10.9.7.20'/>");
        assert!(change_live(&network, std::slice::from_ref(&text)).is_ok());

        let other = add(NetworkSection::DnsText, -1, "<txt name='m' value='v'/>");
        let series = [other, host.clone(), range];
        let refused = change_live(&network, &series).unwrap_err();
        let warning = not_restarted("series", &["guest".to_string()], Some(&refused));
        assert_eq!(warning.summary, "The running network series has only part of the change");
        assert!(warning.detail.contains("disconnect these guests: guest."), "{warning:?}");
        let (changed, not_changed) = warning.detail.split_once("Changes not made:").unwrap();
        assert!(changed.contains("add <txt name='m'") && !changed.contains("<host"), "{changed}");
        assert!(not_changed.contains("add <host") && not_changed.contains("add <range"), "{not_changed}");
        assert!(not_changed.contains("existing dhcp host entry") && not_changed.contains("(virNetworkUpdate)"));
        let running = network.live_document().unwrap();
        assert!(running.contains("name='m'") && !running.contains("00:02") && !running.contains("<range"), "{running}");

        let refused = change_live(&network, std::slice::from_ref(&host)).unwrap_err();
        let warning = not_restarted("series", &["guest".to_string()], Some(&refused));
        assert_eq!(warning.summary, "The running network series keeps its old definition");
        assert!(!warning.detail.contains("Changes made") && warning.detail.contains("add <host"), "{warning:?}");
        let warning = not_restarted("series", &["guest".to_string()], None);
        assert!(warning.detail.ends_with("virsh net-start series."), "{warning:?}");
        network.stop().unwrap();
        network.undefine().unwrap();
    }
}
