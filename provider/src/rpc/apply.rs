//! ApplyResourceChange.

use super::Answered;
use crate::server::{Change, Server};
use crate::wire::{self, proto};

pub(super) fn apply(
    server: &Server,
    request: proto::ApplyResourceChangeRequest,
) -> Answered<proto::ApplyResourceChangeResponse> {
    let shape = server.registry().resource(&request.type_name)?.shape();
    let change = Change {
        config: wire::value(shape, request.config.as_ref())?,
        prior: wire::value(shape, request.prior_state.as_ref())?,
        planned: wire::value(shape, request.planned_state.as_ref())?,
        private: request.planned_private,
    };
    let state = server.apply_resource(&request.type_name, change)?;
    Ok(proto::ApplyResourceChangeResponse {
        new_state: wire::message(shape, &state.value)?,
        private: state.private,
        diagnostics: wire::diagnostics(state.diagnostics),
    })
}
