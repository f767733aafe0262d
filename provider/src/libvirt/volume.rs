//! Calls about storage volumes. Knows their flags; must not know when to make a call.

use virt::storage_vol::StorageVol;
use virt::sys;

use super::error::{Named, found, removed};
use super::{Connection, Pool, Result};

/// A storage volume.
#[derive(Clone, Debug)]
pub struct Volume(pub(super) StorageVol);

impl Connection {
    /// Searches all active pools. Source: `virStorageVolLookupByKey`.
    pub fn volume_by_key(&self, key: &str) -> Result<Option<Volume>> {
        found(self.0.lookup_storage_vol_by_key(key).map(Volume).named("virStorageVolLookupByKey"))
    }

    /// Searches all active pools. Source: `virStorageVolLookupByPath`.
    pub fn volume_by_path(&self, path: &str) -> Result<Option<Volume>> {
        found(self.0.lookup_storage_vol_by_path(path).map(Volume).named("virStorageVolLookupByPath"))
    }
}

impl Pool {
    /// Source: `virStorageVolLookupByName`.
    pub fn volume(&self, name: &str) -> Result<Option<Volume>> {
        found(self.0.lookup_storage_vol_by_name(name).map(Volume).named("virStorageVolLookupByName"))
    }

    /// Source: `virStorageVolCreateXML`.
    pub fn create_volume(&self, document: &str) -> Result<Volume> {
        StorageVol::create_xml(&self.0, document, 0).map(Volume).named("virStorageVolCreateXML")
    }
}

impl Volume {
    /// Source: `virStorageVolGetName`.
    pub fn name(&self) -> Result<String> {
        self.0.name().named("virStorageVolGetName")
    }

    /// Source: `virStorageVolGetKey`.
    pub fn key(&self) -> Result<String> {
        self.0.key().named("virStorageVolGetKey")
    }

    /// Source: `virStorageVolGetPath`.
    pub fn path(&self) -> Result<String> {
        self.0.path().named("virStorageVolGetPath")
    }

    /// The name of the pool it is in. Source: `virStoragePoolLookupByVolume`.
    pub fn pool(&self) -> Result<String> {
        self.0.lookup_storage_pool().map(Pool).named("virStoragePoolLookupByVolume")?.name()
    }

    /// Source: `virStorageVolGetXMLDesc`.
    pub fn document(&self) -> Result<String> {
        self.0.xml_desc(0).named("virStorageVolGetXMLDesc")
    }

    /// The size a guest sees, in bytes. Source: `virStorageVolGetInfo`.
    pub fn capacity(&self) -> Result<u64> {
        Ok(self.0.info().named("virStorageVolGetInfo")?.capacity)
    }

    /// Changes the size a guest sees, in bytes. Source: `virStorageVolResize`.
    pub fn resize(&self, capacity: u64) -> Result<()> {
        self.0.resize(capacity, 0).named("virStorageVolResize")
    }

    /// Makes it smaller, in bytes; what is behind the new end is lost. Source: `virStorageVolResize`.
    pub fn shrink(&self, capacity: u64) -> Result<()> {
        self.0.resize(capacity, sys::VIR_STORAGE_VOL_RESIZE_SHRINK).named("virStorageVolResize")
    }

    /// Removes it and its content. Source: `virStorageVolDelete`.
    pub fn delete(&self) -> Result<()> {
        removed(self.0.delete(sys::VIR_STORAGE_VOL_DELETE_NORMAL).named("virStorageVolDelete"))
    }
}
