//! The provider: Terraform's protocol on one side, libvirt on the other.

pub mod cancel;
pub mod cli;
pub mod libvirt;
mod panic;
pub mod plugin;
pub mod resource;
mod rpc;
pub mod server;
mod wire;
