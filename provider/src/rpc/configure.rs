//! ValidateProviderConfig, ConfigureProvider and StopProvider: the provider itself.

use provider_core::diagnostics::Diagnostics;

use super::{Answer, Answered};
use crate::server::{PROVIDER, Server};
use crate::wire::{self, proto};

pub(super) fn validate(
    server: &Server,
    request: proto::ValidateProviderConfigRequest,
) -> Answered<proto::ValidateProviderConfigResponse> {
    let config = wire::value(&PROVIDER, request.config.as_ref())?;
    Ok(Answer::of(server.validate_provider(&config)))
}

pub(super) fn configure(
    server: &Server,
    request: proto::ConfigureProviderRequest,
) -> Answered<proto::ConfigureProviderResponse> {
    tracing::info!(terraform = request.terraform_version, "configured");
    let config = wire::value(&PROVIDER, request.config.as_ref())?;
    Ok(Answer::of(server.configure(&config)))
}

pub(super) fn stop(server: &Server, _: proto::StopProviderRequest) -> Answered<proto::StopProviderResponse> {
    server.stop();
    Ok(proto::StopProviderResponse::default())
}

impl Answer for proto::StopProviderResponse {
    fn of(diagnostics: Diagnostics) -> Self {
        proto::StopProviderResponse { error: super::sentence(&diagnostics) }
    }
}
