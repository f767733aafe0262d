//! ApplyResourceChange.

use super::Answered;
use crate::server::{Change, Server, State};
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
    let planned = change.planned.clone();
    let State { value, private, mut diagnostics } = server.apply_resource(&request.type_name, change)?;
    // A state that does not fit the schema is a defect; that the object is there must not be lost for it.
    let new_state = wire::message(shape, &value).or_else(|error| {
        diagnostics.push(error.diagnostic());
        wire::message(shape, &planned.known())
    })?;
    Ok(proto::ApplyResourceChangeResponse { new_state, private, diagnostics: wire::diagnostics(diagnostics) })
}
