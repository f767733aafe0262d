//! A failed libvirt call. Knows libvirt's error numbers; must not know why the call was made.

use provider_core::diagnostics::Diagnostic;
use virt::sys;

use super::advice::advice;

/// What libvirt said when a call failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{call}: {message}")]
pub struct Error {
    call: &'static str,
    code: u32,
    message: String,
}

impl Error {
    /// The error of a call, from its number (`virErrorNumber`) and text.
    pub(super) fn new(call: &'static str, code: u32, message: impl Into<String>) -> Error {
        Error { call, code, message: message.into() }
    }

    /// The thread's last error, for calls made through `virt::sys`. Source: `virGetLastError`.
    pub(super) fn last(call: &'static str) -> Error {
        Error::of(call, virt::error::Error::last_error())
    }

    /// `virt`'s error and the call that gave it.
    pub(super) fn of(call: &'static str, error: virt::error::Error) -> Error {
        Error::new(call, error.code().to_raw(), error.message())
    }

    /// The same error with another text.
    pub(super) fn with_message(self, message: String) -> Error {
        Error { message, ..self }
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

    /// Whether another operation on the object must end first.
    pub fn is_busy(&self) -> bool {
        self.code == sys::VIR_ERR_OPERATION_TIMEOUT || self.message.contains("asynchronous jobs running")
    }

    /// Whether the connection may not do what was asked.
    pub fn is_denied(&self) -> bool {
        matches!(self.code, sys::VIR_ERR_OPERATION_DENIED | sys::VIR_ERR_ACCESS_DENIED)
    }

    /// The message for the user: `summary` says what could not be done, the detail what libvirt said and what to do.
    pub fn diagnostic(&self, summary: impl Into<String>) -> Diagnostic {
        let mut detail = format!("libvirt said: {} ({}).", self.message.trim_end_matches(['.', '\n']), self.call);
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
