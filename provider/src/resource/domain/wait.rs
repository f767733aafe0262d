//! Waiting until a guest's interfaces have addresses. Knows address sources and which addresses count; must not know
//! Terraform's values.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use provider_core::diagnostics::Diagnostic;

use crate::cancel::Cancel;
use crate::libvirt::{AddressSource, Domain, DomainInterface};

/// How often the sources are asked.
const EVERY: Duration = Duration::from_millis(500);

/// What to wait for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wait {
    /// The interface's position in the definition, from 0.
    pub interface: usize,
    /// The sources that count.
    pub sources: Vec<AddressSource>,
    /// How long.
    pub timeout: Duration,
}

/// Waits until the interface with this MAC address has an address that the guest can be reached at.
pub(super) fn for_address(domain: &Domain, mac: &str, wait: &Wait, cancel: &Cancel) -> Result<(), Diagnostic> {
    let end = Instant::now() + wait.timeout;
    loop {
        let seen: Vec<Seen> = wait.sources.iter().map(|source| ask(domain, *source)).collect();
        if seen.iter().any(|seen| seen.interfaces().iter().any(|interface| reachable(interface, mac))) {
            return Ok(());
        }
        if domain.is_active().is_ok_and(|active| !active) {
            return Err(Diagnostic::error(
                format!("The guest stopped before the interface {mac} had an address"),
                "It shut down, crashed or was powered off. Check its console and the hypervisor's log on the host.",
            ));
        }
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(late(mac, wait, &seen));
        }
        if cancel.wait(EVERY.min(left)) {
            return Err(Diagnostic::error(
                format!("Interrupted while waiting for an address of {mac}"),
                "Terraform was interrupted.",
            ));
        }
    }
}

/// What one source reported when it was last asked.
struct Seen {
    source: AddressSource,
    answer: Result<Vec<DomainInterface>, String>,
}

impl Seen {
    fn interfaces(&self) -> &[DomainInterface] {
        self.answer.as_deref().unwrap_or_default()
    }
}

fn ask(domain: &Domain, source: AddressSource) -> Seen {
    Seen { source, answer: domain.interfaces(source).map_err(|error| error.message().to_string()) }
}

/// Whether the interface is the one with this MAC address and has an address that counts.
fn reachable(interface: &DomainInterface, mac: &str) -> bool {
    interface.mac.as_deref().is_some_and(|one| one.eq_ignore_ascii_case(mac))
        && interface.addresses.iter().any(|address| counts(&address.address))
}

/// Loopback and link-local addresses exist without any network and do not count.
fn counts(address: &str) -> bool {
    match address.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => !address.is_loopback() && !address.is_link_local() && !address.is_unspecified(),
        Ok(IpAddr::V6(address)) => {
            !address.is_loopback() && !address.is_unicast_link_local() && !address.is_unspecified()
        }
        Err(_) => false,
    }
}

fn late(mac: &str, wait: &Wait, seen: &[Seen]) -> Diagnostic {
    let sources: Vec<String> = seen.iter().map(|seen| format!("{}: {}", seen.source.name(), shown(seen))).collect();
    Diagnostic::error(
        format!("The interface {mac} got no address within {} seconds", wait.timeout.as_secs()),
        format!(
            "The domain is defined and running. The last result from each source:\n{}\n\nThe source lease needs a libvirt network \
             with DHCP and a guest that requests a lease; agent needs the guest agent running and its channel in \
             devices.channels; arp needs traffic on the host. Increase wait_for_ip.timeout, or check the guest's console.",
            sources.join("\n")
        ),
    )
}

fn shown(seen: &Seen) -> String {
    match &seen.answer {
        Err(message) => message.clone(),
        Ok(interfaces) if interfaces.is_empty() => "nothing".to_string(),
        Ok(interfaces) => {
            let one = |interface: &DomainInterface| {
                let mac = interface.mac.as_deref().unwrap_or("no MAC");
                let addresses: Vec<&str> = interface.addresses.iter().map(|one| one.address.as_str()).collect();
                format!("{} ({mac}) {}", interface.name, addresses.join(", "))
            };
            interfaces.iter().map(one).collect::<Vec<_>>().join("; ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::libvirt::Address;

    #[test]
    fn only_addresses_one_can_reach_count() {
        for (address, expected) in [
            ("192.168.122.7", true),
            ("2001:db8::1", true),
            ("fd00::1", true),
            ("127.0.0.1", false),
            ("169.254.3.4", false),
            ("::1", false),
            ("fe80::5054:ff:fe00:1", false),
            ("0.0.0.0", false),
            ("nonsense", false),
        ] {
            assert_eq!(counts(address), expected, "{address}");
        }
    }

    #[test]
    fn only_the_interface_itself_counts() {
        let interface = |mac: Option<&str>| DomainInterface {
            name: "eth0".into(),
            mac: mac.map(str::to_string),
            addresses: vec![Address { address: "10.0.0.2".into(), prefix: 8 }],
        };
        assert!(reachable(&interface(Some("52:54:00:AA:00:01")), "52:54:00:aa:00:01"));
        assert!(!reachable(&interface(Some("52:54:00:aa:00:02")), "52:54:00:aa:00:01"));
        assert!(!reachable(&interface(None), "52:54:00:aa:00:01"));
    }

    #[test]
    fn a_timeout_says_what_each_source_showed() {
        let wait = Wait { interface: 0, sources: AddressSource::named(None), timeout: Duration::from_secs(3) };
        let seen = [
            Seen { source: AddressSource::Lease, answer: Ok(vec![]) },
            Seen { source: AddressSource::Agent, answer: Err("QEMU guest agent is not configured".into()) },
        ];
        let diagnostic = late("52:54:00:aa:00:01", &wait, &seen);
        assert!(diagnostic.summary.contains("3 seconds"));
        assert!(diagnostic.detail.contains("lease: nothing"));
        assert!(diagnostic.detail.contains("agent: QEMU guest agent is not configured"));
    }
}
