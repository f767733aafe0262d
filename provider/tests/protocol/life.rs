//! How long the server stays, and go-plugin's own services.

use std::time::Duration;

use terraform_provider_libvirt::plugin::Until;
use tokio::time::timeout;

use crate::client::Running;
use crate::client::health::{HealthCheckRequest, health_client::HealthClient};
use crate::client::plugin::grpc_broker_client::GrpcBrokerClient;
use crate::client::plugin::grpc_controller_client::GrpcControllerClient;
use crate::client::plugin::grpc_stdio_client::GrpcStdioClient;
use crate::client::plugin::{ConnInfo, Empty};

const SOON: Duration = Duration::from_secs(5);

#[tokio::test]
async fn streams_stay_open_and_shutdown_ends_all() {
    let running = Running::start(Until::host_is_done());
    let channel = running.channel().await;
    let mut stdio = GrpcStdioClient::new(channel.clone()).stream_stdio(()).await.unwrap().into_inner();
    let knocks = tokio_stream::pending::<ConnInfo>();
    let mut broker = GrpcBrokerClient::new(channel.clone()).start_stream(knocks).await.unwrap().into_inner();
    let silence = Duration::from_millis(100);
    assert!(timeout(silence, stdio.message()).await.is_err());
    assert!(timeout(silence, broker.message()).await.is_err());
    let request = HealthCheckRequest { service: "plugin".into() };
    assert_eq!(HealthClient::new(channel.clone()).check(request).await.unwrap().into_inner().status, 1);

    GrpcControllerClient::new(channel).shutdown(Empty {}).await.expect("the answer arrives");
    timeout(SOON, running.task).await.expect("it ends though streams are open").unwrap();
    assert!(!running.socket.exists() && !running.socket.parent().unwrap().exists());
}

#[tokio::test]
async fn a_host_that_is_gone_ends_all() {
    let running = Running::start(Until::host_is_done());
    drop(running.client().await);
    timeout(SOON, running.task).await.expect("it ends").unwrap();
}

#[tokio::test]
async fn for_a_debugger_hosts_come_and_go() {
    let running = Running::start(Until::interrupted());
    let channel = running.channel().await;
    GrpcControllerClient::new(channel).shutdown(Empty {}).await.unwrap();
    assert!(timeout(Duration::from_secs(3), running.task).await.is_err());
}
