//! ReadDataSource.

use super::Answered;
use crate::server::Server;
use crate::wire::{self, proto};

pub(super) fn read(server: &Server, request: proto::ReadDataSourceRequest) -> Answered<proto::ReadDataSourceResponse> {
    let shape = server.registry().data_source(&request.type_name)?.shape();
    let config = wire::value(shape, request.config.as_ref())?;
    let (state, found) = server.read_data_source(&request.type_name, &config)?;
    Ok(proto::ReadDataSourceResponse {
        state: wire::message(shape, &state)?,
        diagnostics: wire::diagnostics(found),
        ..Default::default()
    })
}
