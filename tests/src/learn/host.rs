//! A libvirt to try documents on. Knows the provider's calls; must not know what is tried.

use std::thread;
use std::time::Duration;

use super::place::without;
use provider_core::convert::{ConvertError, Root, from_newer_xml, to_xml};
use provider_core::diagnostics::PathStep;
use provider_core::select::settable;
use provider_core::value::Value;
use terraform_provider_libvirt::libvirt::{Connection, Error, Host as Libvirt, Pool};

/// A libvirt, and the kind of documents that are tried on it.
pub struct Host {
    /// How rows name it.
    pub label: String,
    /// The name of the driver.
    pub driver: String,
    /// Its version and that of the hypervisor.
    pub versions: String,
    /// The kind of documents.
    pub root: &'static Root,
    /// The name of whatever is defined here.
    pub name: String,
    libvirt: Libvirt,
}

/// What differs each time a volume is made: what it takes on the disk, and when.
const PASSING: &[&[PathStep]] =
    &[&[PathStep::Attribute("allocation")], &[PathStep::Attribute("target"), PathStep::Attribute("timestamps")]];

/// Why there is no answer.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// libvirt does not take the document, or what it makes of it cannot be read.
    #[error("{0}")]
    Document(String),
    /// The daemon does not answer, or dies each time.
    #[error("the daemon does not answer")]
    Daemon,
}

impl Host {
    /// Connects. What is defined gets this name, and a UUID that goes with it.
    pub fn new(label: &str, uri: &str, root: &'static Root, name: &str) -> Result<Host, Error> {
        let libvirt_host = Libvirt::new(uri);
        let connection = libvirt_host.connect()?;
        let driver = connection.driver()?;
        let (libvirt, hypervisor) = (connection.libvirt_version()?, connection.hypervisor_version()?);
        let versions = match hypervisor > 1_000_000 {
            true => format!("libvirt {}, {driver} {}", version(libvirt), version(hypervisor)),
            false => format!("libvirt {}, {driver}", version(libvirt)),
        };
        Ok(Host { label: label.to_string(), driver, versions, root, name: name.to_string(), libvirt: libvirt_host })
    }

    /// An object of another's as ours: under our name and UUID.
    pub fn ours(&self, value: &Value) -> Value {
        let mut value = value.clone();
        value.set("name", self.name.as_str().into());
        if self.root.shape.attribute("uuid").is_some() {
            let hash = self.name.bytes().fold(0_u64, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()));
            let uuid = format!("5ca1ab1e-7f0e-4c0d-8e55-{:012x}", hash & 0xffff_ffff_ffff);
            value.set("uuid", uuid.into());
        }
        value
    }

    /// Defines an object, or defines it again, and reads its definition.
    pub fn define(&self, value: &Value) -> Result<Value, Refusal> {
        let refused = |error: ConvertError| Refusal::Document(error.to_string());
        let document = to_xml(self.root, value).map_err(refused)?;
        let answer = self.patiently(|connection| self.defined(connection, &document))?;
        let (value, _) = from_newer_xml(self.root, &answer).map_err(refused)?;
        // What only libvirt sets, such as times, is no answer to what was asked; nor is what a file takes on a disk.
        let value = settable(self.root.shape, &value);
        Ok(PASSING.iter().fold(value, |value, path| without(&value, path)))
    }

    /// A call, made once more where the daemon died meanwhile, of this call or that of another thread, and was started again.
    fn patiently<T>(&self, call: impl Fn(&Connection) -> Result<T, Error>) -> Result<T, Refusal> {
        for _ in 0..3 {
            let connection = self.connection()?;
            match call(&connection) {
                Err(_) if !connection.is_alive() => continue,
                answer => return answer.map_err(|error| Refusal::Document(error.to_string())),
            }
        }
        Err(Refusal::Daemon)
    }

    /// The connection, waited for while the daemon starts.
    fn connection(&self) -> Result<Connection, Refusal> {
        const TRIES: usize = 300;
        for _ in 1..TRIES {
            match self.libvirt.connect() {
                Ok(connection) => return Ok(connection),
                Err(_) => thread::sleep(Duration::from_millis(100)),
            }
        }
        Err(Refusal::Daemon)
    }

    fn defined(&self, connection: &Connection, document: &str) -> Result<String, Error> {
        match self.root.kind {
            "domain" => connection.define_domain(document, false)?.definition(),
            "network" => connection.define_network(document)?.definition(),
            "storagepool" => connection.define_pool(document)?.definition(),
            _ => {
                let volume = self.pool(connection)?.create_volume(document)?;
                let answer = volume.document();
                volume.delete()?;
                answer
            }
        }
    }

    /// The pool in which volumes are made: a folder of its own.
    fn pool(&self, connection: &Connection) -> Result<Pool, Error> {
        if let Some(pool) = connection.pool_by_name(&self.name)? {
            return Ok(pool);
        }
        let name = &self.name;
        let document = format!(
            "<pool type='dir'><name>{name}</name><target><path>/var/lib/libvirt/images/{name}</path></target></pool>"
        );
        let pool = connection.define_pool(&document)?;
        // A driver without files has nothing to build.
        let _ = pool.build();
        pool.start()?;
        Ok(pool)
    }

    /// Removes what was defined.
    pub fn remove(&self) -> Result<(), Refusal> {
        self.patiently(|connection| match self.root.kind {
            "domain" => connection.domain_by_name(&self.name)?.map_or(Ok(()), |domain| domain.undefine()),
            "network" => connection.network_by_name(&self.name)?.map_or(Ok(()), |network| network.undefine()),
            "storagepool" => connection.pool_by_name(&self.name)?.map_or(Ok(()), |pool| pool.undefine()),
            _ => Ok(()),
        })
    }

    /// Removes what volumes needed.
    pub fn finish(&self) -> Result<(), Refusal> {
        self.patiently(|connection| {
            let Some(pool) = connection.pool_by_name(&self.name)? else { return Ok(()) };
            let _ = pool.stop();
            let _ = pool.delete();
            pool.undefine()
        })
    }
}

fn version(number: u32) -> String {
    format!("{}.{}.{}", number / 1_000_000, number / 1000 % 1000, number % 1000)
}
