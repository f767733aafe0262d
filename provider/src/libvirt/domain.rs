//! Calls about domains. Knows their flags and which drivers refuse which; must not know when to make a call.

use virt::sys;

use super::error::{Named, checked, found};
use super::{Connection, Error, Result};

/// A domain, whether defined, running or both.
#[derive(Clone, Debug)]
pub struct Domain(virt::domain::Domain);

/// How a guest is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Runs, or waits for something, or is shutting down.
    Running,
    /// Stands still with its memory kept: paused, crashed or suspended by the guest. It does not react to a shutdown.
    Halted,
    /// Off.
    Off,
}

/// How a guest is started (`virDomainCreateFlags`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StartFlags {
    /// Do not let it run yet.
    pub paused: bool,
    /// Destroy it when this connection closes.
    pub autodestroy: bool,
    /// Do not use the host's cache when restoring a managed save.
    pub bypass_cache: bool,
    /// Throw a managed save away and boot.
    pub force_boot: bool,
    /// Make the NVRAM file again from its template.
    pub reset_nvram: bool,
}

/// Where libvirt learns a guest's addresses (`virDomainInterfaceAddressesSource`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressSource {
    /// DHCP leases of libvirt's own networks.
    Lease,
    /// The guest agent.
    Agent,
    /// The host's ARP table.
    Arp,
}

impl AddressSource {
    /// The sources of this name; without a name, or by `any`, all of them, the most certain first.
    pub fn named(name: Option<&str>) -> Vec<AddressSource> {
        let all = [AddressSource::Lease, AddressSource::Agent, AddressSource::Arp];
        let chosen = all.into_iter().find(|source| name == Some(source.name()));
        chosen.map_or_else(|| all.to_vec(), |source| vec![source])
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            AddressSource::Lease => "lease",
            AddressSource::Agent => "agent",
            AddressSource::Arp => "arp",
        }
    }
}

/// One network interface of a guest, as an address source reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainInterface {
    /// The host's name of it (`vnet0`) or, from the agent, the guest's (`eth0`).
    pub name: String,
    /// MAC address; loopback may have none.
    pub mac: Option<String>,
    /// Addresses, IPv4 and IPv6.
    pub addresses: Vec<Address>,
}

/// An address of an interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The address itself.
    pub address: String,
    /// The length of its network's prefix.
    pub prefix: u64,
}

impl Connection {
    /// Source: `virDomainLookupByUUIDString`.
    pub fn domain_by_uuid(&self, uuid: &str) -> Result<Option<Domain>> {
        found(self.0.lookup_domain_by_uuid_string(uuid).map(Domain).named("virDomainLookupByUUIDString"))
    }

    /// Source: `virDomainLookupByName`.
    pub fn domain_by_name(&self, name: &str) -> Result<Option<Domain>> {
        found(self.0.lookup_domain_by_name(name).map(Domain).named("virDomainLookupByName"))
    }

    /// Defines a domain, or redefines it where name and UUID are those of one. `validate` checks the document against
    /// the host's schema first. Source: `virDomainDefineXMLFlags`.
    pub fn define_domain(&self, document: &str, validate: bool) -> Result<Domain> {
        let flags = if validate { sys::VIR_DOMAIN_DEFINE_VALIDATE } else { 0 };
        self.0.define_domain_xml_flags(document, flags).map(Domain).named("virDomainDefineXMLFlags")
    }

    /// How the hypervisor would be started for a document, without anything being changed on the host.
    /// Source: `virConnectDomainXMLToNative`.
    pub fn domain_to_native(&self, document: &str) -> Result<String> {
        const CALL: &str = "virConnectDomainXMLToNative";
        self.0.domain_xml_to_native("qemu-argv", checked(CALL, document)?, 0).named(CALL)
    }

    /// The running domains. Source: `virConnectListAllDomains`.
    pub fn active_domains(&self) -> Result<Vec<Domain>> {
        let domains =
            self.0.list_all_domains(sys::VIR_CONNECT_LIST_DOMAINS_ACTIVE).named("virConnectListAllDomains")?;
        Ok(domains.into_iter().map(Domain).collect())
    }
}

impl Domain {
    /// Source: `virDomainGetName`.
    pub fn name(&self) -> Result<String> {
        self.0.name().named("virDomainGetName")
    }

    /// Source: `virDomainGetUUIDString`.
    pub fn uuid(&self) -> Result<String> {
        self.0.uuid_string().named("virDomainGetUUIDString")
    }

    /// The number it runs under; `None` when it is off. Source: `virDomainGetID`.
    pub fn id(&self) -> Option<u32> {
        self.0.id()
    }

    /// The definition the next start uses, passwords included where this connection may see them.
    /// Source: `virDomainGetXMLDesc`.
    pub fn definition(&self) -> Result<String> {
        self.document(sys::VIR_DOMAIN_XML_INACTIVE)
    }

    /// The document of the running guest, or the definition where it is off. Source: `virDomainGetXMLDesc`.
    pub fn live_document(&self) -> Result<String> {
        self.0.xml_desc(0).named("virDomainGetXMLDesc")
    }

    fn document(&self, flags: u32) -> Result<String> {
        const CALL: &str = "virDomainGetXMLDesc";
        match self.0.xml_desc(flags | sys::VIR_DOMAIN_XML_SECURE).named(CALL) {
            Err(error) if error.is_denied() => self.0.xml_desc(flags).named(CALL),
            answer => answer,
        }
    }

    /// Source: `virDomainGetState`.
    pub fn state(&self) -> Result<State> {
        let (mut state, mut reason) = (0, 0);
        // virt's own wrapper takes a failed call for an unknown state.
        // SAFETY: the pointer is valid as long as self; both out parameters live through the call.
        let answer = unsafe { sys::virDomainGetState(self.0.as_ptr(), &mut state, &mut reason, 0) };
        if answer < 0 {
            return Err(Error::last("virDomainGetState"));
        }
        Ok(match state as sys::virDomainState {
            sys::VIR_DOMAIN_SHUTOFF => State::Off,
            sys::VIR_DOMAIN_PAUSED | sys::VIR_DOMAIN_CRASHED | sys::VIR_DOMAIN_PMSUSPENDED => State::Halted,
            _ => State::Running,
        })
    }

    /// Whether it runs or stands still, as opposed to being off. Source: `virDomainIsActive`.
    pub fn is_active(&self) -> Result<bool> {
        self.0.is_active().named("virDomainIsActive")
    }

    /// Whether it has a definition that outlives the guest. Source: `virDomainIsPersistent`.
    pub fn is_persistent(&self) -> Result<bool> {
        self.0.is_persistent().named("virDomainIsPersistent")
    }

    /// Starts it. Source: `virDomainCreateWithFlags`.
    pub fn start(&self, flags: StartFlags) -> Result<()> {
        let bits = [
            (flags.paused, sys::VIR_DOMAIN_START_PAUSED),
            (flags.autodestroy, sys::VIR_DOMAIN_START_AUTODESTROY),
            (flags.bypass_cache, sys::VIR_DOMAIN_START_BYPASS_CACHE),
            (flags.force_boot, sys::VIR_DOMAIN_START_FORCE_BOOT),
            (flags.reset_nvram, sys::VIR_DOMAIN_START_RESET_NVRAM),
        ];
        let bits = bits.iter().filter(|(set, _)| *set).fold(0, |all, (_, bit)| all | bit);
        self.0.create_with_flags(bits).named("virDomainCreateWithFlags")
    }

    /// Asks the guest to shut down; it may take its time or not react. Source: `virDomainShutdown`.
    pub fn shut_down(&self) -> Result<()> {
        self.off_already(self.0.shutdown().named("virDomainShutdown"))
    }

    /// Turns it off. `graceful` never kills the hypervisor's process by force and so may fail.
    /// Source: `virDomainDestroyFlags`.
    pub fn turn_off(&self, graceful: bool) -> Result<()> {
        let flags = if graceful { sys::VIR_DOMAIN_DESTROY_GRACEFUL } else { 0 };
        self.off_already(self.0.destroy_flags(flags).named("virDomainDestroyFlags"))
    }

    /// A guest that is off, or gone since it was not persistent, needs no stopping. Drivers differ in the error they give
    /// then, so the guest itself is asked.
    fn off_already(&self, answer: Result<()>) -> Result<()> {
        match answer {
            Err(error) if error.is_not_found() || self.is_active().is_ok_and(|active| !active) => Ok(()),
            answer => answer,
        }
    }

    /// Removes the definition and what libvirt keeps with it: managed save, NVRAM, TPM state and the metadata of
    /// snapshots and checkpoints. Drivers and older versions refuse the flags they do not know, so it asks for less and
    /// less. Source: `virDomainUndefineFlags`.
    pub fn undefine(&self) -> Result<()> {
        const CALL: &str = "virDomainUndefineFlags";
        const OLDEST: u32 = sys::VIR_DOMAIN_UNDEFINE_MANAGED_SAVE | sys::VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA;
        const SINCE_5_6: u32 = OLDEST | sys::VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA;
        const SINCE_8_9: u32 = SINCE_5_6 | sys::VIR_DOMAIN_UNDEFINE_NVRAM | sys::VIR_DOMAIN_UNDEFINE_TPM;
        let mut ladder = [
            SINCE_8_9,
            SINCE_5_6 | sys::VIR_DOMAIN_UNDEFINE_NVRAM,
            OLDEST | sys::VIR_DOMAIN_UNDEFINE_NVRAM,
            SINCE_5_6,
            OLDEST,
        ]
        .into_iter()
        .peekable();
        while let Some(flags) = ladder.next() {
            match self.0.undefine_flags(flags).named(CALL) {
                Err(error) if error.is_unsupported() && ladder.peek().is_some() => continue,
                Err(error) if !error.is_not_found() => return Err(error),
                _ => break,
            }
        }
        Ok(())
    }

    /// Source: `virDomainGetAutostart`.
    pub fn autostart(&self) -> Result<bool> {
        self.0.autostart().named("virDomainGetAutostart")
    }

    /// Source: `virDomainSetAutostart`.
    pub fn set_autostart(&self, autostart: bool) -> Result<()> {
        self.0.set_autostart(autostart).named("virDomainSetAutostart")
    }

    /// The running guest's interfaces and their addresses. Source: `virDomainInterfaceAddresses`.
    pub fn interfaces(&self, source: AddressSource) -> Result<Vec<DomainInterface>> {
        let source = match source {
            AddressSource::Lease => sys::VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_LEASE,
            AddressSource::Agent => sys::VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT,
            AddressSource::Arp => sys::VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_ARP,
        };
        let interfaces = self.0.interface_addresses(source, 0).named("virDomainInterfaceAddresses")?;
        Ok(interfaces.into_iter().map(DomainInterface::from).collect())
    }
}

impl From<virt::domain::Interface> for DomainInterface {
    fn from(interface: virt::domain::Interface) -> DomainInterface {
        DomainInterface {
            name: interface.name,
            mac: interface.hwaddr,
            addresses: interface
                .addrs
                .into_iter()
                .map(|address| Address { address: address.addr, prefix: address.prefix })
                .collect(),
        }
    }
}
