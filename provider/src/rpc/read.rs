//! ReadResource.

use super::Answered;
use crate::server::Server;
use crate::wire::{self, proto};

pub(super) fn read(server: &Server, request: proto::ReadResourceRequest) -> Answered<proto::ReadResourceResponse> {
    let shape = server.registry().resource(&request.type_name)?.shape();
    let prior = wire::value(shape, request.current_state.as_ref())?;
    let state = server.read_resource(&request.type_name, prior, request.private)?;
    Ok(proto::ReadResourceResponse {
        new_state: wire::message(shape, &state.value)?,
        private: state.private,
        diagnostics: wire::diagnostics(state.diagnostics),
        deferred: None,
    })
}
