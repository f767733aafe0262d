//! GetMetadata and GetProviderSchema: what there is.

use super::Answered;
use crate::server::{PROVIDER, Server};
use crate::wire::{self, proto};

pub(super) fn metadata(server: &Server, _: proto::GetMetadataRequest) -> Answered<proto::GetMetadataResponse> {
    let name = |name: &str| proto::get_metadata_response::TypeName { name: name.to_string() };
    Ok(proto::GetMetadataResponse {
        server_capabilities: Some(capabilities()),
        resources: server.registry().resources().map(|resource| name(resource.type_name())).collect(),
        data_sources: server.registry().data_sources().map(|source| name(source.type_name())).collect(),
        ..Default::default()
    })
}

pub(super) fn provider(
    server: &Server,
    _: proto::GetProviderSchemaRequest,
) -> Answered<proto::GetProviderSchemaResponse> {
    let resources = server.registry().resources().map(|it| (it.type_name().to_string(), wire::schema(it.shape())));
    let sources = server.registry().data_sources().map(|it| (it.type_name().to_string(), wire::schema(it.shape())));
    Ok(proto::GetProviderSchemaResponse {
        provider: Some(wire::provider_schema(&PROVIDER)),
        resource_schemas: resources.collect(),
        data_source_schemas: sources.collect(),
        server_capabilities: Some(capabilities()),
        ..Default::default()
    })
}

/// The schema depends on nothing but the binary, so Terraform may keep it.
fn capabilities() -> proto::ServerCapabilities {
    proto::ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        move_resource_state: false,
        generate_resource_config: true,
    }
}
