//! The gRPC server and when it ends. Knows the services and the host's ways to go; must not know how it was started.

use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::time::timeout;
use tonic::transport::Server as Grpc;

use super::broker::{Controller, services};
use super::connection::Connections;
use super::{Identity, PluginError, Socket};
use crate::rpc::Rpc;
use crate::server::Server;

/// After it asked us to end, the host waits 2 seconds before it kills; it closes its connection once it has our answer.
const PARTING: Duration = Duration::from_millis(500);

/// How long calls may take to clean up after the host has gone without a word.
const CLEANUP: Duration = Duration::from_secs(30);

/// When serving ends, other than by SIGTERM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// When the host says so or is gone.
    WithHost,
    /// When interrupted: hosts come and go.
    WhenInterrupted,
}

/// Serves on `socket`, encrypted if there is an `identity`, until `end`.
///
/// With a host, SIGINT is ignored: who presses Ctrl-C for Terraform does so for the whole process group, and Terraform
/// then asks to stop in words.
pub async fn serve(
    socket: Socket,
    identity: Option<&Identity>,
    server: Arc<Server>,
    end: End,
) -> Result<(), PluginError> {
    let rpc = Rpc::new(server);
    let controller = Controller::default();
    let connections = Connections::new();
    let Socket { listener, directory, .. } = socket;
    let incoming = connections.accept(listener, identity.map(Identity::acceptor));
    let (stdio, broker, health) = services();
    let grpc = Grpc::builder()
        .add_service(rpc.clone().service())
        .add_service(controller.service())
        .add_service(stdio)
        .add_service(broker)
        .add_service(health)
        .serve_with_incoming(incoming);
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let with_host = end == End::WithHost;
    tokio::select! {
        served = grpc => return Ok(served?),
        _ = terminate.recv() => give_up(&rpc).await,
        _ = interrupt.recv(), if !with_host => give_up(&rpc).await,
        () = controller.asked(), if with_host => {
            let _ = timeout(PARTING, connections.closed()).await;
        }
        () = connections.abandoned(), if with_host => give_up(&rpc).await,
    }
    drop(directory);
    Ok(())
}

/// Nobody will take the answers of running calls any more; they may still leave things in order.
async fn give_up(rpc: &Rpc) {
    let _ = timeout(CLEANUP, rpc.stop()).await;
}
