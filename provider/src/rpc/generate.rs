//! GenerateResourceConfig: the configuration to write for what was imported.

use super::Answered;
use crate::server::Server;
use crate::wire::{self, proto};

pub(super) fn generate(
    server: &Server,
    request: proto::GenerateResourceConfigRequest,
) -> Answered<proto::GenerateResourceConfigResponse> {
    let shape = server.registry().resource(&request.type_name)?.shape();
    let state = wire::value(shape, request.state.as_ref())?;
    let config = server.generate_config(&request.type_name, &state)?;
    Ok(proto::GenerateResourceConfigResponse { config: wire::message(shape, &config)?, diagnostics: Vec::new() })
}
