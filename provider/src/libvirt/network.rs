//! Calls about networks. Knows their flags; must not know when to make a call.

use virt::sys;

use super::error::{Named, found, removed};
use super::{Connection, Result};

/// A network.
#[derive(Clone, Debug)]
pub struct Network(virt::network::Network);

/// The parts of a running network that can be changed (`virNetworkUpdateSection`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetworkSection {
    /// `<ip><dhcp><host>`
    DhcpHost,
    /// `<ip><dhcp><range>`
    DhcpRange,
    /// `<dns><host>`
    DnsHost,
    /// `<dns><txt>`
    DnsText,
    /// `<dns><srv>`
    DnsService,
    /// `<portgroup>`
    PortGroup,
}

/// What is done with a part (`virNetworkUpdateCommand`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetworkCommand {
    /// Take it out.
    Delete,
    /// Put it behind the others.
    Add,
}

/// One change of a running network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkChange {
    /// Which part.
    pub section: NetworkSection,
    /// What to do.
    pub command: NetworkCommand,
    /// Which `<ip>` it belongs to, from 0; -1 for the one that has DHCP, or where it does not matter.
    pub parent: i32,
    /// The element.
    pub element: String,
}

impl Connection {
    /// Source: `virNetworkLookupByUUIDString`.
    pub fn network_by_uuid(&self, uuid: &str) -> Result<Option<Network>> {
        found(self.0.lookup_network_by_uuid_string(uuid).map(Network).named("virNetworkLookupByUUIDString"))
    }

    /// Source: `virNetworkLookupByName`.
    pub fn network_by_name(&self, name: &str) -> Result<Option<Network>> {
        found(self.0.lookup_network_by_name(name).map(Network).named("virNetworkLookupByName"))
    }

    /// Defines a network, or redefines it where name and UUID are those of one. Source: `virNetworkDefineXML`.
    pub fn define_network(&self, document: &str) -> Result<Network> {
        self.0.define_network_xml(document).map(Network).named("virNetworkDefineXML")
    }
}

impl Network {
    /// Source: `virNetworkGetName`.
    pub fn name(&self) -> Result<String> {
        self.0.name().named("virNetworkGetName")
    }

    /// Source: `virNetworkGetUUIDString`.
    pub fn uuid(&self) -> Result<String> {
        self.0.uuid_string().named("virNetworkGetUUIDString")
    }

    /// The definition the next start uses. Source: `virNetworkGetXMLDesc`.
    pub fn definition(&self) -> Result<String> {
        const CALL: &str = "virNetworkGetXMLDesc";
        match self.0.xml_desc(sys::VIR_NETWORK_XML_INACTIVE).named(CALL) {
            // A driver that does not know the flag has but one document.
            Err(error) if error.is_unsupported() => self.0.xml_desc(0).named(CALL),
            answer => answer,
        }
    }

    /// The running network's document. Source: `virNetworkGetXMLDesc`.
    pub fn live_document(&self) -> Result<String> {
        self.0.xml_desc(0).named("virNetworkGetXMLDesc")
    }

    /// Source: `virNetworkIsActive`.
    pub fn is_active(&self) -> Result<bool> {
        self.0.is_active().named("virNetworkIsActive")
    }

    /// Source: `virNetworkIsPersistent`.
    pub fn is_persistent(&self) -> Result<bool> {
        self.0.is_persistent().named("virNetworkIsPersistent")
    }

    /// Source: `virNetworkCreate`.
    pub fn start(&self) -> Result<()> {
        self.0.create().named("virNetworkCreate")
    }

    /// Source: `virNetworkDestroy`.
    pub fn stop(&self) -> Result<()> {
        match self.0.destroy().named("virNetworkDestroy") {
            Err(error) if error.is_not_found() || self.is_active().is_ok_and(|active| !active) => Ok(()),
            answer => answer,
        }
    }

    /// Source: `virNetworkUndefine`.
    pub fn undefine(&self) -> Result<()> {
        removed(self.0.undefine().named("virNetworkUndefine"))
    }

    /// Source: `virNetworkGetAutostart`.
    pub fn autostart(&self) -> Result<bool> {
        self.0.autostart().named("virNetworkGetAutostart")
    }

    /// Source: `virNetworkSetAutostart`.
    pub fn set_autostart(&self, autostart: bool) -> Result<()> {
        self.0.set_autostart(autostart).named("virNetworkSetAutostart")
    }

    /// Changes the running network, not its definition. Source: `virNetworkUpdate`.
    pub fn change_live(&self, change: &NetworkChange) -> Result<()> {
        let command = match change.command {
            NetworkCommand::Delete => sys::VIR_NETWORK_UPDATE_COMMAND_DELETE,
            NetworkCommand::Add => sys::VIR_NETWORK_UPDATE_COMMAND_ADD_LAST,
        };
        let section = match change.section {
            NetworkSection::DhcpHost => sys::VIR_NETWORK_SECTION_IP_DHCP_HOST,
            NetworkSection::DhcpRange => sys::VIR_NETWORK_SECTION_IP_DHCP_RANGE,
            NetworkSection::DnsHost => sys::VIR_NETWORK_SECTION_DNS_HOST,
            NetworkSection::DnsText => sys::VIR_NETWORK_SECTION_DNS_TXT,
            NetworkSection::DnsService => sys::VIR_NETWORK_SECTION_DNS_SRV,
            NetworkSection::PortGroup => sys::VIR_NETWORK_SECTION_PORTGROUP,
        };
        self.0
            .update(command, section, change.parent, &change.element, sys::VIR_NETWORK_UPDATE_AFFECT_LIVE)
            .named("virNetworkUpdate")
    }
}
