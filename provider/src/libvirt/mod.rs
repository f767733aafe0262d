//! The only place that knows `virt`.
//!
//! Thin, blocking wrappers with typed errors: one file per kind of object. Knows libvirt's calls and flags; must not
//! know Terraform's values, or what a resource does with an object.

mod advice;
mod capabilities;
mod connection;
mod domain;
mod error;
mod host;
mod library;
mod network;
mod node;
mod pool;
mod secret;
mod ssh;
mod upload;
mod uri;
mod volume;

pub use capabilities::Capabilities;
pub use connection::Connection;
pub use domain::{Address, AddressSource, Domain, DomainInterface, StartFlags, State};
pub use error::Error;
pub use host::Host;
pub use network::{Network, NetworkChange, NetworkCommand, NetworkSection};
pub use node::{DeviceKind, NodeInfo};
pub use pool::{Pool, PoolState};
pub use secret::Secret;
pub use upload::UploadError;
pub use volume::Volume;

/// What a libvirt call gives.
pub type Result<T> = std::result::Result<T, Error>;
