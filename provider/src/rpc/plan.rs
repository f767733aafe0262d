//! PlanResourceChange.

use super::Answered;
use crate::server::{Plan, Server};
use crate::wire::{self, proto};

pub(super) fn plan(
    server: &Server,
    request: proto::PlanResourceChangeRequest,
) -> Answered<proto::PlanResourceChangeResponse> {
    let shape = server.registry().resource(&request.type_name)?.shape();
    let asked = Plan {
        config: wire::value(shape, request.config.as_ref())?,
        prior: wire::value(shape, request.prior_state.as_ref())?,
        proposed: wire::value(shape, request.proposed_new_state.as_ref())?,
        private: request.prior_private,
    };
    let planned = server.plan_resource(&request.type_name, asked)?;
    Ok(proto::PlanResourceChangeResponse {
        planned_state: wire::message(shape, &planned.value)?,
        requires_replace: planned.replace.iter().map(wire::path).collect(),
        planned_private: planned.private,
        diagnostics: wire::diagnostics(planned.diagnostics),
        deferred: None,
    })
}
