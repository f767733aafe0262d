//! How Terraform runs a provider: HashiCorp's go-plugin. Knows processes, sockets and certificates; must not know what
//! is served.

mod broker;
mod connection;
mod ecdsa;
mod handshake;
mod log;
mod serve;
mod socket;
mod tls;
mod until;

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use tokio::runtime::Runtime;

use crate::panic;
use crate::server::Server;

pub use handshake::started_by_host;
pub use serve::serve;
pub use socket::Socket;
pub use tls::Identity;
pub use until::Until;

/// Why the provider could not start to serve. Terraform shows it to the user as it stands.
#[derive(Debug, thiserror::Error)]
pub enum PluginError {
    /// The socket could not be made.
    #[error("cannot listen on a unix socket in {directory}: {source}")]
    Socket {
        /// Where.
        directory: std::path::PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// No certificate could be made, or Terraform's could not be read.
    #[error("cannot set up TLS with Terraform: {0}")]
    Tls(String),
    /// Something else that the operating system refused.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The gRPC server failed.
    #[error("cannot serve: {0}")]
    Serve(#[from] tonic::transport::Error),
}

/// Serves Terraform, which started this process and reads its standard output, until it is done.
pub fn run(server: Server) -> ExitCode {
    finish(|runtime| {
        let identity = handshake::client_certificate().map(|pem| Identity::new(&pem)).transpose()?;
        runtime.block_on(async {
            let until = Until::host_is_done()?;
            let socket = Socket::new()?;
            let certificate = identity.as_ref().map_or("", Identity::certificate);
            say(&handshake::line(socket.path(), certificate))?;
            serve(socket, identity.as_ref(), Arc::new(server), until).await
        })
    })
}

/// Serves whoever connects, until interrupted: for a debugger and for tests. `address` is the provider's address in
/// configurations.
pub fn debug(server: Server, address: &str) -> ExitCode {
    finish(|runtime| {
        runtime.block_on(async {
            let until = Until::interrupted()?;
            let socket = Socket::new()?;
            say(&format!("Run Terraform with\n\n{}\n", handshake::reattach(socket.path(), address)))?;
            serve(socket, None, Arc::new(server), until).await
        })
    })
}

fn finish(work: impl FnOnce(&Runtime) -> Result<(), PluginError>) -> ExitCode {
    panic::install();
    log::install();
    let outcome = Runtime::new().map_err(PluginError::from).and_then(|runtime| {
        let outcome = work(&runtime);
        // Calls that do not end and streams that never do must not keep the process.
        runtime.shutdown_background();
        outcome
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("terraform-provider-libvirt: {error}");
            ExitCode::FAILURE
        }
    }
}

fn say(text: &str) -> Result<(), PluginError> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}")?;
    Ok(out.flush()?)
}
