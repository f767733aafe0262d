//! ImportResourceState: exactly one object for one id.

use super::Answered;
use crate::server::Server;
use crate::wire::{self, proto};

pub(super) fn import(
    server: &Server,
    request: proto::ImportResourceStateRequest,
) -> Answered<proto::ImportResourceStateResponse> {
    let shape = server.registry().resource(&request.type_name)?.shape();
    let state = server.import_resource(&request.type_name, &request.id)?;
    let imported = proto::import_resource_state_response::ImportedResource {
        state: wire::message(shape, &state.value)?,
        private: state.private,
        type_name: request.type_name,
    };
    Ok(proto::ImportResourceStateResponse {
        imported_resources: vec![imported],
        diagnostics: wire::diagnostics(state.diagnostics),
        deferred: None,
    })
}
