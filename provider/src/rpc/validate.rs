//! ValidateResourceConfig and ValidateDataResourceConfig: configurations in which values may be unknown.

use super::{Answer, Answered};
use crate::server::Server;
use crate::wire::{self, proto};

pub(super) fn resource(
    server: &Server,
    request: proto::ValidateResourceConfigRequest,
) -> Answered<proto::ValidateResourceConfigResponse> {
    let shape = server.registry().resource(&request.type_name)?.shape();
    let config = wire::value(shape, request.config.as_ref())?;
    let write_only = request.client_capabilities.is_some_and(|can| can.write_only_attributes_allowed);
    Ok(Answer::of(server.validate_resource(&request.type_name, &config, write_only)?))
}

pub(super) fn data_source(
    server: &Server,
    request: proto::ValidateDataResourceConfigRequest,
) -> Answered<proto::ValidateDataResourceConfigResponse> {
    let shape = server.registry().data_source(&request.type_name)?.shape();
    let config = wire::value(shape, request.config.as_ref())?;
    Ok(Answer::of(server.validate_data_source(&request.type_name, &config)?))
}
