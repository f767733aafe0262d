//! go-plugin's own services beside the provider's: ending, printing, further connections, health. Knows what a host
//! expects of them, which is mostly that they are there; must not know the provider.

use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::Notify;
use tokio_stream::{Pending, Stream, StreamExt, pending};
use tonic::{Request, Response, Status, Streaming};

use health::health_check_response::ServingStatus;
use health::health_server::{Health, HealthServer};
use proto::grpc_broker_server::{GrpcBroker, GrpcBrokerServer};
use proto::grpc_controller_server::{GrpcController, GrpcControllerServer};
use proto::grpc_stdio_server::{GrpcStdio, GrpcStdioServer};

#[allow(missing_docs, dead_code, clippy::all)]
mod proto {
    include!(concat!(env!("OUT_DIR"), "/plugin.rs"));
}

#[allow(missing_docs, dead_code, clippy::all)]
mod health {
    include!(concat!(env!("OUT_DIR"), "/grpc.health.v1.rs"));
}

/// The services that hold nothing.
pub(super) fn services() -> (GrpcStdioServer<Stdio>, GrpcBrokerServer<Broker>, HealthServer<Healthy>) {
    (GrpcStdioServer::new(Stdio), GrpcBrokerServer::new(Broker), HealthServer::new(Healthy))
}

/// By which the host asks us to end.
#[derive(Clone, Debug, Default)]
pub(super) struct Controller(Arc<Notify>);

impl Controller {
    pub(super) fn service(&self) -> GrpcControllerServer<Controller> {
        GrpcControllerServer::new(self.clone())
    }

    /// Returns when the host has asked.
    pub(super) async fn asked(&self) {
        self.0.notified().await;
    }
}

#[tonic::async_trait]
impl GrpcController for Controller {
    async fn shutdown(&self, _: Request<proto::Empty>) -> Result<Response<proto::Empty>, Status> {
        self.0.notify_one();
        Ok(Response::new(proto::Empty {}))
    }
}

/// What the plugin prints. Nothing: it logs on standard error, which the host reads by itself. The stream stays open,
/// since its end means the end of the plugin.
#[derive(Debug)]
pub(super) struct Stdio;

#[tonic::async_trait]
impl GrpcStdio for Stdio {
    type StreamStdioStream = Pending<Result<proto::StdioData, Status>>;

    async fn stream_stdio(&self, _: Request<()>) -> Result<Response<Self::StreamStdioStream>, Status> {
        Ok(Response::new(pending()))
    }
}

/// Further connections. A provider has none to offer; the stream stays open as long as the host's side does.
#[derive(Debug)]
pub(super) struct Broker;

#[tonic::async_trait]
impl GrpcBroker for Broker {
    type StartStreamStream = Pin<Box<dyn Stream<Item = Result<proto::ConnInfo, Status>> + Send>>;

    async fn start_stream(
        &self,
        request: Request<Streaming<proto::ConnInfo>>,
    ) -> Result<Response<Self::StartStreamStream>, Status> {
        Ok(Response::new(Box::pin(request.into_inner().filter(|_| false))))
    }
}

/// Whoever gets an answer knows the answer.
#[derive(Debug)]
pub(super) struct Healthy;

#[tonic::async_trait]
impl Health for Healthy {
    type WatchStream = Pin<Box<dyn Stream<Item = Result<health::HealthCheckResponse, Status>> + Send>>;

    async fn check(
        &self,
        _: Request<health::HealthCheckRequest>,
    ) -> Result<Response<health::HealthCheckResponse>, Status> {
        Ok(Response::new(serving()))
    }

    async fn watch(&self, _: Request<health::HealthCheckRequest>) -> Result<Response<Self::WatchStream>, Status> {
        Ok(Response::new(Box::pin(tokio_stream::once(Ok(serving())).chain(pending()))))
    }
}

fn serving() -> health::HealthCheckResponse {
    health::HealthCheckResponse { status: ServingStatus::Serving.into() }
}
