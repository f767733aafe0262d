//! What the tests share: running Terraform with the provider that was built here, asking libvirt through `virsh`,
//! libvirt daemons of one's own, and reading the project's own sources.
//!
//! Nothing here knows the provider's code: the tests see it as a user does.

pub mod examples;
pub mod libvirt;
pub mod repository;
pub mod skip;
pub mod sources;
pub mod terraform;
