//! MoveResourceState: the capability says no, and so does the call.

use provider_core::diagnostics::Diagnostic;

use super::Answered;
use crate::server::Server;
use crate::wire::proto;

pub(super) fn moved(
    _: &Server,
    request: proto::MoveResourceStateRequest,
) -> Answered<proto::MoveResourceStateResponse> {
    let detail = format!(
        "This provider does not take over {} from {} as {}. Import the object instead.",
        request.source_type_name, request.source_provider_address, request.target_type_name
    );
    Err(vec![Diagnostic::error("Move not supported", detail)])
}
