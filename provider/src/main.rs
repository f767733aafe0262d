//! The plugin's program: Terraform starts it and talks to it, a person is told what it is.

use std::process::ExitCode;

use terraform_provider_libvirt::server::Server;
use terraform_provider_libvirt::{cli, plugin, registry};

fn main() -> ExitCode {
    let server = Server::new(registry());
    if plugin::started_by_host() { plugin::run(server) } else { cli::run(server) }
}
