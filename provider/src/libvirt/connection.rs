//! One open connection: what is asked of the host itself. Objects have their own files.

use virt::connect::Connect;

use super::error::{Named, checked};
use super::{Capabilities, Result};

/// An open connection. Clones share it; it closes with the last one.
#[derive(Clone, Debug)]
pub struct Connection(pub(super) Connect);

impl Connection {
    /// Source: `virConnectOpen`.
    pub(super) fn open(uri: &str) -> Result<Connection> {
        const CALL: &str = "virConnectOpen";
        Connect::open(Some(checked(CALL, uri)?)).map(Connection).named(CALL)
    }

    /// Whether calls may still work. Source: `virConnectIsAlive`, which does not ask the daemon.
    pub fn is_alive(&self) -> bool {
        self.0.is_alive().unwrap_or(false)
    }

    /// libvirt's version on the host: major * 1,000,000 + minor * 1,000 + release. Source: `virConnectGetLibVersion`.
    pub fn libvirt_version(&self) -> Result<u32> {
        self.0.lib_version().named("virConnectGetLibVersion")
    }

    /// The hypervisor's version, in the same form; 0 where there is none. Source: `virConnectGetVersion`.
    pub fn hypervisor_version(&self) -> Result<u32> {
        self.0.hyp_version().named("virConnectGetVersion")
    }

    /// The name of the driver behind the connection: `QEMU`, `Test`. Source: `virConnectGetType`.
    pub fn driver(&self) -> Result<String> {
        self.0.driver_type().named("virConnectGetType")
    }

    /// What the host can run. Source: `virConnectGetCapabilities`.
    pub fn capabilities(&self) -> Result<Capabilities> {
        let document = self.0.capabilities().named("virConnectGetCapabilities")?;
        Ok(Capabilities::read(&document))
    }
}
