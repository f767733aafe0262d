//! Messages of the protocol ⇄ native types. Knows the wire's formats and shapes; must not know what a call does.
//! No generated message type goes further in than [`crate::rpc`].

mod diagnostics;
mod msgpack;
mod number;
pub(crate) mod refinement;
mod schema;

use provider_core::diagnostics::{AttributePath, Diagnostic, PathStep};
use provider_core::json::{Misfit, Unknown};
use provider_core::shape::Shape;
use provider_core::value::Value;

pub(crate) use diagnostics::{diagnostics, path};
pub(crate) use schema::{provider_schema, schema};

/// The generated messages and services of Terraform's protocol.
#[allow(missing_docs, dead_code, clippy::all)]
pub(crate) mod proto {
    include!(concat!(env!("OUT_DIR"), "/tfplugin6.rs"));
}

/// A value that could not be read from the wire or written to it, and where. It is a defect, of Terraform or of this
/// provider. No value is quoted, since it may be secret.
#[derive(Debug, thiserror::Error)]
#[error("{fault}")]
pub(crate) struct WireError {
    path: AttributePath,
    fault: Fault,
}

/// What is wrong with a value.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error("The msgpack is malformed: {0}")]
    Malformed(String),
    #[error("The JSON is malformed: {0}")]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Value(#[from] Misfit),
    #[error("The state is in the format of Terraform 0.11 and older, which this provider cannot read")]
    Flatmap,
}

impl<F: Into<Fault>> From<F> for WireError {
    fn from(fault: F) -> WireError {
        WireError { path: AttributePath::default(), fault: fault.into() }
    }
}

impl WireError {
    /// The same error seen from one step further out: paths are built only once something is wrong.
    fn within(mut self, step: PathStep) -> WireError {
        self.path.0.insert(0, step);
        self
    }

    /// The error as the user sees it.
    pub(crate) fn diagnostic(self) -> Diagnostic {
        let detail = format!("{}. The value does not fit this provider's schema.", self.fault);
        Diagnostic::error("Unexpected value", detail).at(self.path)
    }
}

/// The value in a message, read as an object of `shape`. A message without a value is null.
pub(crate) fn value(shape: &Shape, message: Option<&proto::DynamicValue>) -> Result<Value, WireError> {
    match message {
        Some(message) if !message.msgpack.is_empty() => msgpack::decode(shape, &message.msgpack),
        Some(message) if !message.json.is_empty() => json(shape, &message.json),
        _ => Ok(Value::Null),
    }
}

/// The value in a state file, read as an object of `shape`.
pub(crate) fn state(shape: &Shape, message: Option<&proto::RawState>) -> Result<Value, WireError> {
    match message {
        Some(message) if !message.flatmap.is_empty() => Err(Fault::Flatmap.into()),
        Some(message) if !message.json.is_empty() => json(shape, &message.json),
        _ => Ok(Value::Null),
    }
}

/// JSON that may be the Go provider's or another version's: what the shape does not have is ignored.
fn json(shape: &Shape, bytes: &[u8]) -> Result<Value, WireError> {
    let json = serde_json::from_slice(bytes).map_err(Fault::Json)?;
    let read = provider_core::json::decode(shape, &json, Unknown::Ignored);
    read.map_err(|error| WireError { path: error.path, fault: Fault::Value(error.misfit) })
}

/// A value as a message.
pub(crate) fn message(shape: &Shape, value: &Value) -> Result<Option<proto::DynamicValue>, WireError> {
    Ok(Some(proto::DynamicValue { msgpack: msgpack::encode(shape, value)?, json: Vec::new() }))
}
