//! Terraform's end of the connection: the generated client, and a server in this process to use it on.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use terraform_provider_libvirt::plugin::{Socket, Until, serve};
use terraform_provider_libvirt::server::Server;
use tokio::task::JoinHandle;
use tonic::transport::{Channel, Endpoint};

use crate::memory::{self, Store};

#[allow(dead_code, clippy::all)]
pub mod proto {
    include!(concat!(env!("OUT_DIR"), "/tfplugin6.rs"));
}

#[allow(dead_code, clippy::all)]
pub mod plugin {
    include!(concat!(env!("OUT_DIR"), "/plugin.rs"));
}

#[allow(dead_code, clippy::all)]
pub mod health {
    include!(concat!(env!("OUT_DIR"), "/grpc.health.v1.rs"));
}

pub type Client = proto::provider_client::ProviderClient<Channel>;

/// A server in this process.
pub struct Running {
    pub socket: PathBuf,
    pub store: Store,
    pub task: JoinHandle<()>,
}

impl Running {
    /// Serves things from memory for as long as asked.
    pub fn start(until: std::io::Result<Until>) -> Running {
        let (server, store) = memory::server();
        Running::of(server, store, until.unwrap())
    }

    fn of(server: Arc<Server>, store: Store, until: Until) -> Running {
        let socket = Socket::new().unwrap();
        let path = socket.path().to_path_buf();
        let task = tokio::spawn(async move { serve(socket, None, server, until).await.unwrap() });
        Running { socket: path, store, task }
    }

    pub async fn client(&self) -> Client {
        Client::new(self.channel().await).max_decoding_message_size(i32::MAX as usize)
    }

    pub async fn channel(&self) -> Channel {
        channel(&self.socket).await
    }
}

pub async fn channel(socket: &Path) -> Channel {
    let endpoint = Endpoint::from_shared(format!("unix://{}", socket.display())).unwrap();
    endpoint.connect().await.unwrap()
}

/// A client whose provider is configured.
pub async fn configured(running: &Running) -> Client {
    let mut client = running.client().await;
    let config = crate::values::packed(serde_json::json!({ "uri": "test:///default", "validation": null }));
    let request =
        proto::ConfigureProviderRequest { terraform_version: "1.11.4".into(), config, client_capabilities: None };
    let response = client.configure_provider(request).await.unwrap().into_inner();
    assert!(response.diagnostics.is_empty(), "{:?}", response.diagnostics);
    client
}
