//! Calls about storage pools. Knows their flags; must not know when to make a call.

use virt::sys;

use super::error::{Named, found, removed};
use super::{Connection, Result};

/// A storage pool.
#[derive(Clone, Debug)]
pub struct Pool(pub(super) virt::storage_pool::StoragePool);

/// A pool's sizes, in bytes; all 0 while it is inactive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolState {
    /// Its size.
    pub capacity: u64,
    /// What volumes take.
    pub allocation: u64,
    /// What is left.
    pub available: u64,
}

impl Connection {
    /// Source: `virStoragePoolLookupByUUIDString`.
    pub fn pool_by_uuid(&self, uuid: &str) -> Result<Option<Pool>> {
        found(self.0.lookup_storage_pool_by_uuid_string(uuid).map(Pool).named("virStoragePoolLookupByUUIDString"))
    }

    /// Source: `virStoragePoolLookupByName`.
    pub fn pool_by_name(&self, name: &str) -> Result<Option<Pool>> {
        found(self.0.lookup_storage_pool_by_name(name).map(Pool).named("virStoragePoolLookupByName"))
    }

    /// Defines a pool, or redefines it where name and UUID are those of one. Source: `virStoragePoolDefineXML`.
    pub fn define_pool(&self, document: &str) -> Result<Pool> {
        self.0.define_storage_pool_xml(document, 0).map(Pool).named("virStoragePoolDefineXML")
    }
}

impl Pool {
    /// Source: `virStoragePoolGetName`.
    pub fn name(&self) -> Result<String> {
        self.0.name().named("virStoragePoolGetName")
    }

    /// Source: `virStoragePoolGetUUIDString`.
    pub fn uuid(&self) -> Result<String> {
        self.0.uuid_string().named("virStoragePoolGetUUIDString")
    }

    /// The definition the next start uses. Source: `virStoragePoolGetXMLDesc`.
    pub fn definition(&self) -> Result<String> {
        const CALL: &str = "virStoragePoolGetXMLDesc";
        match self.0.xml_desc(sys::VIR_STORAGE_XML_INACTIVE).named(CALL) {
            // A driver that does not know the flag has but one document.
            Err(error) if error.is_unsupported() => self.0.xml_desc(0).named(CALL),
            answer => answer,
        }
    }

    /// Source: `virStoragePoolGetInfo`.
    pub fn state(&self) -> Result<PoolState> {
        let info = self.0.info().named("virStoragePoolGetInfo")?;
        Ok(PoolState { capacity: info.capacity, allocation: info.allocation, available: info.available })
    }

    /// Source: `virStoragePoolIsActive`.
    pub fn is_active(&self) -> Result<bool> {
        self.0.is_active().named("virStoragePoolIsActive")
    }

    /// Source: `virStoragePoolIsPersistent`.
    pub fn is_persistent(&self) -> Result<bool> {
        self.0.is_persistent().named("virStoragePoolIsPersistent")
    }

    /// Makes what the pool stands on: the directory, the volume group. Source: `virStoragePoolBuild`.
    pub fn build(&self) -> Result<()> {
        self.0.build(sys::VIR_STORAGE_POOL_BUILD_NEW).named("virStoragePoolBuild")
    }

    /// Removes what [`Pool::build`] makes; a directory only when it is empty. Source: `virStoragePoolDelete`.
    pub fn delete(&self) -> Result<()> {
        self.0.delete(sys::VIR_STORAGE_POOL_DELETE_NORMAL).named("virStoragePoolDelete")
    }

    /// Source: `virStoragePoolCreate`.
    pub fn start(&self) -> Result<()> {
        self.0.create(sys::VIR_STORAGE_POOL_CREATE_NORMAL).named("virStoragePoolCreate")
    }

    /// Source: `virStoragePoolDestroy`.
    pub fn stop(&self) -> Result<()> {
        match self.0.destroy().named("virStoragePoolDestroy") {
            Err(error) if error.is_not_found() || self.is_active().is_ok_and(|active| !active) => Ok(()),
            answer => answer,
        }
    }

    /// Source: `virStoragePoolUndefine`.
    pub fn undefine(&self) -> Result<()> {
        removed(self.0.undefine().named("virStoragePoolUndefine"))
    }

    /// Looks at the storage again. Source: `virStoragePoolRefresh`.
    pub fn refresh(&self) -> Result<()> {
        self.0.refresh(0).named("virStoragePoolRefresh")
    }

    /// Source: `virStoragePoolGetAutostart`.
    pub fn autostart(&self) -> Result<bool> {
        self.0.autostart().named("virStoragePoolGetAutostart")
    }

    /// Source: `virStoragePoolSetAutostart`.
    pub fn set_autostart(&self, autostart: bool) -> Result<()> {
        self.0.set_autostart(autostart).named("virStoragePoolSetAutostart")
    }
}
