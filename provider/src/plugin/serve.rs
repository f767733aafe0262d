//! The gRPC server and when it ends. Knows the services and the host's ways to go; must not know how it was started.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;
use tonic::transport::Server as Grpc;

use super::broker::{Controller, services};
use super::connection::Connections;
use super::{Identity, PluginError, Socket, Until};
use crate::rpc::Rpc;
use crate::server::Server;

/// After it asked us to end, the host waits 2 seconds before it kills; it closes its connection once it has our answer.
const PARTING: Duration = Duration::from_millis(500);

/// How long calls may take to clean up after the host has gone without a word.
const CLEANUP: Duration = Duration::from_secs(30);

/// Serves on `socket`, encrypted if there is an `identity`, until the host says stop or leaves.
pub async fn serve(
    socket: Socket,
    identity: Option<&Identity>,
    server: Arc<Server>,
    mut until: Until,
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
    let host = until.host;
    tokio::select! {
        served = grpc => return Ok(served?),
        () = until.signalled() => give_up(&rpc).await,
        () = controller.asked(), if host => {
            let _ = timeout(PARTING, connections.closed()).await;
        }
        () = connections.abandoned(), if host => give_up(&rpc).await,
    }
    drop(directory);
    Ok(())
}

/// Nobody will take the answers of running calls any more; they may still leave things in order.
async fn give_up(rpc: &Rpc) {
    let _ = timeout(CLEANUP, rpc.stop()).await;
}
