//! The protocol's calls: wire in → server → wire out. Knows messages; must not know what happens inside a call.
//! Every call runs off the async threads, may block, and answers even when it panics.

mod apply;
mod configure;
mod data_source;
mod ephemeral;
mod function;
mod generate;
mod import;
mod moved;
mod plan;
mod read;
mod schema;
mod upgrade;
mod validate;

use std::any::type_name;
use std::sync::Arc;
use std::time::Instant;

use provider_core::diagnostics::{Diagnostic, Diagnostics};
use tokio::sync::Semaphore;
use tokio::task::{JoinError, spawn_blocking};
use tonic::{Request, Response, Status};

use crate::panic;
use crate::server::Server;
use crate::wire::proto::provider_server::{Provider, ProviderServer};
use crate::wire::{self, proto};

/// Messages have no limit of ours: state and schemas may be large, and Terraform has limits of its own.
const MESSAGE_LIMIT: usize = i32::MAX as usize;

/// More calls at once than there will ever be.
const MOST_CALLS: u32 = 1 << 20;

/// The calls and what they work on.
#[derive(Clone, Debug)]
pub(crate) struct Rpc {
    server: Arc<Server>,
    /// A permit for each call that runs, so that one can wait until none does.
    running: Arc<Semaphore>,
}

/// A response that can also carry nothing but messages to the user.
trait Answer: Send + 'static {
    fn of(diagnostics: Diagnostics) -> Self;
}

macro_rules! answers {
    ($($response:ident)*) => { $(
        impl Answer for proto::$response {
            // Some of them have no other field.
            #[allow(clippy::needless_update)]
            fn of(diagnostics: Diagnostics) -> Self {
                proto::$response { diagnostics: wire::diagnostics(diagnostics), ..Default::default() }
            }
        }
    )* };
}

answers! {
    GetMetadataResponse GetProviderSchemaResponse GetFunctionsResponse ValidateProviderConfigResponse
    ValidateResourceConfigResponse ValidateDataResourceConfigResponse ValidateEphemeralResourceConfigResponse
    ConfigureProviderResponse UpgradeResourceStateResponse ReadResourceResponse PlanResourceChangeResponse
    ApplyResourceChangeResponse ImportResourceStateResponse MoveResourceStateResponse ReadDataSourceResponse
    OpenEphemeralResourceResponse RenewEphemeralResourceResponse CloseEphemeralResourceResponse
    GenerateResourceConfigResponse
}

/// What a call comes to: its response, or nothing but errors.
type Answered<A> = Result<A, Diagnostics>;

impl From<wire::WireError> for Diagnostics {
    fn from(error: wire::WireError) -> Diagnostics {
        vec![error.diagnostic()]
    }
}

impl Rpc {
    pub(crate) fn new(server: Arc<Server>) -> Rpc {
        Rpc { server, running: Arc::new(Semaphore::new(MOST_CALLS as usize)) }
    }

    /// The gRPC service.
    pub(crate) fn service(self) -> ProviderServer<Rpc> {
        ProviderServer::new(self).max_decoding_message_size(MESSAGE_LIMIT).max_encoding_message_size(MESSAGE_LIMIT)
    }

    /// Stops long calls and waits until none runs.
    pub(crate) async fn stop(&self) {
        self.server.stop();
        // Fails only for a closed semaphore, which this one never is.
        let _ = self.running.acquire_many(MOST_CALLS).await;
    }

    async fn answer<Q: Send + 'static, A: Answer>(
        &self,
        request: Request<Q>,
        call: fn(&Server, Q) -> Answered<A>,
    ) -> Result<Response<A>, Status> {
        let running = self.running.clone().acquire_owned().await;
        let server = self.server.clone();
        let started = Instant::now();
        let answer = spawn_blocking(move || {
            let answer = call(&server, request.into_inner());
            drop(running);
            answer
        });
        let answer = match answer.await {
            Ok(Ok(answer)) => answer,
            Ok(Err(diagnostics)) => A::of(diagnostics),
            Err(panic) => A::of(vec![panicked(panic)]),
        };
        tracing::debug!(request = short::<Q>(), microseconds = started.elapsed().as_micros() as u64, "answered");
        Ok(Response::new(answer))
    }
}

/// Diagnostics as one text, for the few responses that carry no more.
fn sentence(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(|it| format!("{}: {}", it.summary, it.detail)).collect::<Vec<_>>().join("\n")
}

fn short<T>() -> &'static str {
    type_name::<T>().rsplit("::").next().unwrap_or_default()
}

fn panicked(error: JoinError) -> Diagnostic {
    // A call that was given up and did not panic can only be one at the end of the process.
    let payload = error.try_into_panic().unwrap_or_else(|_| Box::new("the call was given up"));
    let detail = format!(
        "The provider failed in a way it should not: {}. Please report this, with the configuration that led to it.",
        panic::message(&*payload)
    );
    Diagnostic::error("The provider panicked", detail)
}

macro_rules! calls {
    ($($name:ident($request:ident) -> $response:ident = $call:path;)*) => {
        #[tonic::async_trait]
        impl Provider for Rpc { $(
            async fn $name(
                &self,
                request: Request<proto::$request>,
            ) -> Result<Response<proto::$response>, Status> {
                self.answer(request, $call).await
            }
        )* }
    };
}

calls! {
    get_metadata(GetMetadataRequest) -> GetMetadataResponse = schema::metadata;
    get_provider_schema(GetProviderSchemaRequest) -> GetProviderSchemaResponse = schema::provider;
    get_functions(GetFunctionsRequest) -> GetFunctionsResponse = function::list;
    validate_provider_config(ValidateProviderConfigRequest) -> ValidateProviderConfigResponse = configure::validate;
    validate_resource_config(ValidateResourceConfigRequest) -> ValidateResourceConfigResponse = validate::resource;
    validate_data_resource_config(ValidateDataResourceConfigRequest) -> ValidateDataResourceConfigResponse
        = validate::data_source;
    validate_ephemeral_resource_config(ValidateEphemeralResourceConfigRequest)
        -> ValidateEphemeralResourceConfigResponse = ephemeral::validate;
    configure_provider(ConfigureProviderRequest) -> ConfigureProviderResponse = configure::configure;
    upgrade_resource_state(UpgradeResourceStateRequest) -> UpgradeResourceStateResponse = upgrade::upgrade;
    read_resource(ReadResourceRequest) -> ReadResourceResponse = read::read;
    plan_resource_change(PlanResourceChangeRequest) -> PlanResourceChangeResponse = plan::plan;
    apply_resource_change(ApplyResourceChangeRequest) -> ApplyResourceChangeResponse = apply::apply;
    import_resource_state(ImportResourceStateRequest) -> ImportResourceStateResponse = import::import;
    move_resource_state(MoveResourceStateRequest) -> MoveResourceStateResponse = moved::moved;
    generate_resource_config(GenerateResourceConfigRequest) -> GenerateResourceConfigResponse = generate::generate;
    read_data_source(ReadDataSourceRequest) -> ReadDataSourceResponse = data_source::read;
    open_ephemeral_resource(OpenEphemeralResourceRequest) -> OpenEphemeralResourceResponse = ephemeral::open;
    renew_ephemeral_resource(RenewEphemeralResourceRequest) -> RenewEphemeralResourceResponse = ephemeral::renew;
    close_ephemeral_resource(CloseEphemeralResourceRequest) -> CloseEphemeralResourceResponse = ephemeral::close;
    call_function(CallFunctionRequest) -> CallFunctionResponse = function::call;
    stop_provider(StopProviderRequest) -> StopProviderResponse = configure::stop;
}
