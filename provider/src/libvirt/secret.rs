//! Calls about secrets. Knows their usages and flags; must not know when to make a call.

use virt::sys;

use super::error::{Named, found, removed};
use super::{Connection, Result};

/// A secret.
#[derive(Clone, Debug)]
pub struct Secret(virt::secret::Secret);

impl Connection {
    /// Source: `virSecretLookupByUUIDString`.
    pub fn secret_by_uuid(&self, uuid: &str) -> Result<Option<Secret>> {
        found(self.0.lookup_secret_by_uuid_string(uuid).map(Secret).named("virSecretLookupByUUIDString"))
    }

    /// The secret of a usage, written as its type (`virSecretUsageType`), a colon and what it is for:
    /// `volume:/srv/disk.img`. `None` also for what is no usage. Source: `virSecretLookupByUsage`.
    pub fn secret_by_usage(&self, usage: &str) -> Result<Option<Secret>> {
        let Some((kind, id)) = usage.split_once(':') else { return Ok(None) };
        let kind = match kind {
            "volume" => sys::VIR_SECRET_USAGE_TYPE_VOLUME,
            "ceph" => sys::VIR_SECRET_USAGE_TYPE_CEPH,
            "iscsi" => sys::VIR_SECRET_USAGE_TYPE_ISCSI,
            "tls" => sys::VIR_SECRET_USAGE_TYPE_TLS,
            "vtpm" => sys::VIR_SECRET_USAGE_TYPE_VTPM,
            _ => return Ok(None),
        };
        found(self.0.lookup_secret_by_usage(kind as i32, id).map(Secret).named("virSecretLookupByUsage"))
    }

    /// Defines a secret, or redefines the one with the same UUID, whose value stays. Source: `virSecretDefineXML`.
    pub fn define_secret(&self, document: &str) -> Result<Secret> {
        self.0.define_secret_xml(document, 0).map(Secret).named("virSecretDefineXML")
    }
}

impl Secret {
    /// Source: `virSecretGetUUIDString`.
    pub fn uuid(&self) -> Result<String> {
        self.0.uuid_string().named("virSecretGetUUIDString")
    }

    /// The definition, without the value. Source: `virSecretGetXMLDesc`.
    pub fn definition(&self) -> Result<String> {
        self.0.xml_desc(0).named("virSecretGetXMLDesc")
    }

    /// Source: `virSecretSetValue`.
    pub fn set_value(&self, value: &[u8]) -> Result<()> {
        self.0.set_value(value, 0).named("virSecretSetValue")
    }

    /// Removes the definition and the value. Source: `virSecretUndefine`.
    pub fn undefine(&self) -> Result<()> {
        removed(self.0.undefine().named("virSecretUndefine"))
    }
}
