//! A failed libvirt call. Knows libvirt's error numbers; must not know why the call was made.

use provider_core::diagnostics::Diagnostic;
use virt::sys;

use super::advice::advice;

/// What libvirt reported when a call failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{call}: {message}")]
pub struct Error {
    call: &'static str,
    code: u32,
    /// The part of libvirt that it comes from (`virErrorDomain`).
    domain: u32,
    message: String,
}

/// The numbers of errors in which libvirt rejected the document itself. Not among them are those of a broken connection,
/// of a call that the object's state forbids and of the host (a file, a network, a device that it does not have).
const REJECTIONS: [u32; 13] = [
    sys::VIR_ERR_XML_ERROR,
    sys::VIR_ERR_XML_DETAIL,
    sys::VIR_ERR_XML_INVALID_SCHEMA,
    sys::VIR_ERR_PARSE_FAILED,
    sys::VIR_ERR_CONFIG_UNSUPPORTED,
    sys::VIR_ERR_ARGUMENT_UNSUPPORTED,
    sys::VIR_ERR_OPERATION_UNSUPPORTED,
    sys::VIR_ERR_INVALID_ARG,
    sys::VIR_ERR_INVALID_MAC,
    sys::VIR_ERR_OS_TYPE,
    sys::VIR_ERR_NO_OS,
    sys::VIR_ERR_CPU_INCOMPATIBLE,
    sys::VIR_ERR_OVERFLOW,
];

/// The parts of libvirt that do nothing but read and check documents. Much of what they reject is an "internal error".
const READERS: [u32; 4] = [sys::VIR_FROM_XML, sys::VIR_FROM_DOMAIN, sys::VIR_FROM_DEVICE, sys::VIR_FROM_CPU];

impl Error {
    /// The error of a call, from its number (`virErrorNumber`) and text.
    pub(super) fn new(call: &'static str, code: u32, message: impl Into<String>) -> Error {
        Error { call, code, domain: sys::VIR_FROM_NONE, message: message.into() }
    }

    /// The thread's last error, for calls made through `virt::sys`. Source: `virGetLastError`.
    pub(super) fn last(call: &'static str) -> Error {
        Error::of(call, virt::error::Error::last_error())
    }

    /// `virt`'s error and the call that gave it.
    pub(super) fn of(call: &'static str, error: virt::error::Error) -> Error {
        Error { domain: error.domain().to_raw(), ..Error::new(call, error.code().to_raw(), error.message()) }
    }

    /// The same error with another text.
    pub(super) fn with_message(self, message: String) -> Error {
        Error { message, ..self }
    }

    /// A document that libvirt rejects, for tests of what follows.
    #[cfg(test)]
    pub(crate) fn rejection(call: &'static str, message: &str) -> Error {
        Error::new(call, sys::VIR_ERR_XML_ERROR, message)
    }

    /// A connection that breaks, for tests of what follows.
    #[cfg(test)]
    pub(crate) fn lost(call: &'static str, message: &str) -> Error {
        Error::new(call, sys::VIR_ERR_RPC, message)
    }

    /// The C function that failed: `virDomainDefineXMLFlags`.
    pub fn call(&self) -> &'static str {
        self.call
    }

    /// libvirt's error number (`virErrorNumber`).
    pub fn code(&self) -> u32 {
        self.code
    }

    /// libvirt's own text.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do next, where that is known.
    pub fn advice(&self) -> Option<String> {
        advice(self.code, &self.message)
    }

    /// Whether the object the call was about does not exist. Only of use for calls that look something up or read it:
    /// starting a domain may fail because its network is missing.
    pub fn is_not_found(&self) -> bool {
        matches!(
            self.code,
            sys::VIR_ERR_NO_DOMAIN
                | sys::VIR_ERR_NO_NETWORK
                | sys::VIR_ERR_NO_STORAGE_POOL
                | sys::VIR_ERR_NO_STORAGE_VOL
                | sys::VIR_ERR_NO_NODE_DEVICE
                | sys::VIR_ERR_NO_SECRET
        )
    }

    /// Whether a volume of that name is there already.
    pub fn is_taken(&self) -> bool {
        self.code == sys::VIR_ERR_STORAGE_VOL_EXIST
    }

    /// Whether libvirt or the driver does not know the call or one of its flags.
    pub fn is_unsupported(&self) -> bool {
        matches!(
            self.code,
            sys::VIR_ERR_NO_SUPPORT
                | sys::VIR_ERR_INVALID_ARG
                | sys::VIR_ERR_ARGUMENT_UNSUPPORTED
                | sys::VIR_ERR_OPERATION_UNSUPPORTED
                | sys::VIR_ERR_CONFIG_UNSUPPORTED
        )
    }

    /// Whether libvirt rejected the document that it was to define, so that another one may do.
    pub fn is_rejection(&self) -> bool {
        REJECTIONS.contains(&self.code) || (self.code == sys::VIR_ERR_INTERNAL_ERROR && READERS.contains(&self.domain))
    }

    /// Whether another operation on the object must end first.
    pub fn is_busy(&self) -> bool {
        matches!(self.code, sys::VIR_ERR_OPERATION_TIMEOUT | sys::VIR_ERR_RESOURCE_BUSY) || self.is_pool_with_jobs()
    }

    /// libvirt has no number for a pool with asynchronous jobs, and the storage driver reports failed commands of the host
    /// by the same one; nor can a pool be asked for its jobs. So the text decides. It is in the daemon's language: where
    /// that is another one, the call is not made again and its error stands.
    fn is_pool_with_jobs(&self) -> bool {
        self.code == sys::VIR_ERR_INTERNAL_ERROR
            && self.domain == sys::VIR_FROM_STORAGE
            && self.message.contains("asynchronous jobs running")
    }

    /// Whether the connection may not do what was asked.
    pub fn is_denied(&self) -> bool {
        matches!(self.code, sys::VIR_ERR_OPERATION_DENIED | sys::VIR_ERR_ACCESS_DENIED)
    }

    /// The message for the user: `summary` says what could not be done, the detail what libvirt reported and what to do.
    pub fn diagnostic(&self, summary: impl Into<String>) -> Diagnostic {
        let mut detail = format!("libvirt reported: {} ({}).", self.message.trim_end_matches(['.', '\n']), self.call);
        if let Some(advice) = self.advice() {
            detail.push_str("\n\n");
            detail.push_str(&advice);
        }
        Diagnostic::error(summary, detail)
    }
}

/// Names the call whose result this is.
pub(super) trait Named<T> {
    /// The result, with the call's name in the error.
    fn named(self, call: &'static str) -> Result<T, Error>;
}

impl<T> Named<T> for Result<T, virt::error::Error> {
    fn named(self, call: &'static str) -> Result<T, Error> {
        self.map_err(|error| Error::of(call, error))
    }
}

/// A text for C, which cannot hold a NUL character. Checked here since some of `virt`'s functions panic on one.
pub(super) fn checked<'a>(call: &'static str, text: &'a str) -> Result<&'a str, Error> {
    if text.contains('\0') {
        return Err(Error::new(call, sys::VIR_ERR_INVALID_ARG, "the text holds a NUL character"));
    }
    Ok(text)
}

/// Something that was looked up: `None` where libvirt says that it does not exist.
pub(super) fn found<T>(looked_up: Result<T, Error>) -> Result<Option<T>, Error> {
    match looked_up {
        Ok(object) => Ok(Some(object)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// The removal of something: what libvirt says does not exist is removed.
pub(super) fn removed(removal: Result<(), Error>) -> Result<(), Error> {
    found(removal).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(code: u32, domain: u32, message: &str) -> Error {
        Error { domain, ..Error::new("virDomainDefineXMLFlags", code, message) }
    }

    #[test]
    fn only_an_error_about_the_document_is_a_rejection() {
        let table = [
            (sys::VIR_ERR_XML_ERROR, sys::VIR_FROM_DOMAIN, true),
            (sys::VIR_ERR_XML_DETAIL, sys::VIR_FROM_DOMAIN, true),
            (sys::VIR_ERR_CONFIG_UNSUPPORTED, sys::VIR_FROM_QEMU, true),
            (sys::VIR_ERR_INVALID_ARG, sys::VIR_FROM_QEMU, true),
            // "No more available PCI slots", "Missing source path attribute for char device"
            (sys::VIR_ERR_INTERNAL_ERROR, sys::VIR_FROM_DOMAIN, true),
            (sys::VIR_ERR_INTERNAL_ERROR, sys::VIR_FROM_QEMU, false),
            (sys::VIR_ERR_INTERNAL_ERROR, sys::VIR_FROM_RPC, false),
            (sys::VIR_ERR_RPC, sys::VIR_FROM_REMOTE, false),
            (sys::VIR_ERR_SYSTEM_ERROR, sys::VIR_FROM_RPC, false),
            (sys::VIR_ERR_INVALID_CONN, sys::VIR_FROM_NONE, false),
            (sys::VIR_ERR_OPERATION_INVALID, sys::VIR_FROM_DOMAIN, false),
            (sys::VIR_ERR_OPERATION_FAILED, sys::VIR_FROM_DOMAIN, false),
            (sys::VIR_ERR_OPERATION_TIMEOUT, sys::VIR_FROM_QEMU, false),
            (sys::VIR_ERR_ACCESS_DENIED, sys::VIR_FROM_DOMAIN, false),
            (sys::VIR_ERR_NO_DOMAIN, sys::VIR_FROM_DOMAIN, false),
        ];
        for (code, domain, expected) in table {
            assert_eq!(error(code, domain, "x").is_rejection(), expected, "{code} of {domain}");
        }
    }

    #[test]
    fn what_is_busy_is_known_by_number_but_for_a_pool_with_jobs() {
        const JOBS: &str = "internal error: pool 'images' has asynchronous jobs running.";
        let table = [
            (sys::VIR_ERR_OPERATION_TIMEOUT, sys::VIR_FROM_QEMU, "whatever its language", true),
            (sys::VIR_ERR_RESOURCE_BUSY, sys::VIR_FROM_STORAGE, "whatever its language", true),
            (sys::VIR_ERR_INTERNAL_ERROR, sys::VIR_FROM_STORAGE, JOBS, true),
            (sys::VIR_ERR_INTERNAL_ERROR, sys::VIR_FROM_STORAGE, "Child process (vgs) unexpected exit status 5", false),
            (sys::VIR_ERR_INTERNAL_ERROR, sys::VIR_FROM_QEMU, JOBS, false),
            (sys::VIR_ERR_OPERATION_INVALID, sys::VIR_FROM_STORAGE, JOBS, false),
        ];
        for (code, domain, message, expected) in table {
            assert_eq!(error(code, domain, message).is_busy(), expected, "{code} of {domain}: {message}");
        }
    }
}
