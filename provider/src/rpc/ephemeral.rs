//! Ephemeral resources, of which there are none.

use provider_core::diagnostics::{Diagnostic, Diagnostics};

use super::Answered;
use crate::server::Server;
use crate::wire::proto;

pub(super) fn validate(
    _: &Server,
    request: proto::ValidateEphemeralResourceConfigRequest,
) -> Answered<proto::ValidateEphemeralResourceConfigResponse> {
    Err(none(&request.type_name))
}

pub(super) fn open(
    _: &Server,
    request: proto::OpenEphemeralResourceRequest,
) -> Answered<proto::OpenEphemeralResourceResponse> {
    Err(none(&request.type_name))
}

pub(super) fn renew(
    _: &Server,
    request: proto::RenewEphemeralResourceRequest,
) -> Answered<proto::RenewEphemeralResourceResponse> {
    Err(none(&request.type_name))
}

pub(super) fn close(
    _: &Server,
    request: proto::CloseEphemeralResourceRequest,
) -> Answered<proto::CloseEphemeralResourceResponse> {
    Err(none(&request.type_name))
}

fn none(name: &str) -> Diagnostics {
    let detail = format!("This provider has no ephemeral resource called {name}.");
    vec![Diagnostic::error("Unknown ephemeral resource", detail)]
}
