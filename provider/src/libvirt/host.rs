//! A libvirt host, the one connection to it and what it reports of itself. Knows when to connect; must not know what the
//! connection is used for.

use std::env;
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::time::Instant;

use provider_core::diagnostics::Diagnostic;

use crate::cancel::Cancel;

use super::connection::Connection;
use super::{Capabilities, Error, Result, library, ssh, uri};

/// A libvirt host that the provider talks to: the uri and, once it was needed, the connection, which all threads share.
/// libvirt multiplexes calls on one connection.
#[derive(Debug)]
pub struct Host {
    uri: String,
    cancel: Cancel,
    /// Held while a connection is opened, which takes as long as the host takes to answer: who needs one waits for the
    /// attempt that is under way.
    link: Mutex<Link>,
    /// Never held during a call, so that it can be read at any time.
    facts: Mutex<Facts>,
}

#[derive(Debug, Default)]
struct Link {
    connection: Option<Connection>,
    /// The last failure and when it was known: who waited for that attempt gets its error instead of trying again.
    failed: Option<(Instant, Error)>,
}

/// What the host reported of itself on the last connection.
#[derive(Debug, Default)]
struct Facts {
    /// libvirt's version, as [`Connection::libvirt_version`] has it.
    version: Option<u32>,
    /// What the host can run, once it was asked; the document is long.
    capabilities: Option<Arc<Capabilities>>,
}

impl Host {
    /// A host that is connected to when first used.
    pub fn new(uri: impl Into<String>) -> Host {
        Host::with_cancel(uri, Cancel::default())
    }

    /// The same, with the flag that ends long waits.
    pub fn with_cancel(uri: impl Into<String>, cancel: Cancel) -> Host {
        Host { uri: uri.into(), cancel, link: Mutex::default(), facts: Mutex::default() }
    }

    /// The uri as configured, a password in it hidden.
    pub fn uri(&self) -> String {
        uri::shown(&self.uri)
    }

    /// The flag that ends long waits.
    pub fn cancel(&self) -> &Cancel {
        &self.cancel
    }

    /// The connection; made when first needed, and again when it died. Source: `virConnectOpen`,
    /// `virConnectIsAlive`.
    pub fn connect(&self) -> Result<Connection> {
        let asked = Instant::now();
        let mut link = locked(&self.link);
        if let Some(connection) = link.connection.as_ref().filter(|connection| connection.is_alive()) {
            return Ok(connection.clone());
        }
        if let Some((_, error)) = link.failed.as_ref().filter(|(when, _)| *when >= asked) {
            return Err(error.clone());
        }
        link.connection = None;
        let opened = self.open();
        match &opened {
            Ok(connection) => {
                let facts = Facts { version: connection.libvirt_version().ok(), capabilities: None };
                *locked(&self.facts) = facts;
                link.connection = Some(connection.clone());
            }
            Err(error) => link.failed = Some((Instant::now(), error.clone())),
        }
        opened
    }

    /// The connection, or the message that there is none.
    pub fn connection(&self) -> std::result::Result<Connection, Diagnostic> {
        self.connect().map_err(|error| error.diagnostic(format!("Cannot connect to libvirt at {}", self.uri())))
    }

    /// libvirt's version on the host, as [`Connection::libvirt_version`] has it, if there was a connection already. Asks
    /// nothing and waits for nothing.
    pub fn known_version(&self) -> Option<u32> {
        locked(&self.facts).version
    }

    /// What the host can run. Source: `virConnectGetCapabilities`, asked once per connection.
    pub fn capabilities(&self) -> Result<Arc<Capabilities>> {
        let connection = self.connect()?;
        if let Some(known) = &locked(&self.facts).capabilities {
            return Ok(known.clone());
        }
        let capabilities = Arc::new(connection.capabilities()?);
        locked(&self.facts).capabilities = Some(capabilities.clone());
        Ok(capabilities)
    }

    /// The name of the connection's driver (`QEMU`, `TEST`); `None` where there is no connection.
    pub fn driver(&self) -> Option<String> {
        self.connect().ok()?.driver().ok()
    }

    fn open(&self) -> Result<Connection> {
        library::load()?;
        // Without this libvirt writes every error to standard error as well, where Terraform shows it as noise.
        static QUIET: Once = Once::new();
        QUIET.call_once(virt::error::clear_error_callback);
        tracing::debug!(uri = self.uri(), "connecting to libvirt");
        let given = uri::for_libvirt(&self.uri, |name| env::var(name).ok());
        // Needed until ssh has been started, which it is when the connection is open.
        let ssh = ssh::Program::new(&given.ssh, given.command.as_deref())?;
        let uri = uri::with_command(given.uri, ssh.command());
        Connection::open(&uri).map_err(|error| {
            let message = error.message().replace(&uri, &self.uri()).replace(&self.uri, &self.uri());
            error.with_message(message)
        })
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_known_from_the_connection_on() {
        let host = Host::new("test:///default");
        assert_eq!(host.known_version(), None);
        let connection = host.connect().unwrap();
        assert_eq!(host.known_version(), Some(connection.libvirt_version().unwrap()));
    }
}
