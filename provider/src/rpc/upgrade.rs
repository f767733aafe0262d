//! UpgradeResourceState: state as it stands in the file. Terraform asks for every resource, of the same version too.

use super::Answered;
use crate::server::Server;
use crate::wire::{self, proto};

pub(super) fn upgrade(
    server: &Server,
    request: proto::UpgradeResourceStateRequest,
) -> Answered<proto::UpgradeResourceStateResponse> {
    let shape = server.registry().resource(&request.type_name)?.shape();
    let state = wire::state(shape, request.raw_state.as_ref())?;
    server.recall_resource(&request.type_name, &state)?;
    let upgraded_state = wire::message(shape, &state)?;
    Ok(proto::UpgradeResourceStateResponse { upgraded_state, ..Default::default() })
}
