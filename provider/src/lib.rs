//! The provider: Terraform's protocol on one side, libvirt on the other.

pub mod cancel;
pub mod cli;
pub mod data_source;
pub mod libvirt;
mod panic;
mod percent;
pub mod plugin;
mod registry;
pub mod resource;
mod rpc;
pub mod seed;
pub mod server;
mod wire;

pub use registry::registry;
