//! The configuration that the provider writes for what was imported.

use serde_json::{Value as Json, json};
use terraform_provider_libvirt::plugin::Until;

use crate::client::proto::GenerateResourceConfigRequest;
use crate::client::{Client, Running, configured};
use crate::values::{packed, thing, unpacked};

async fn generate(client: &mut Client, type_name: &str, state: Json) -> Result<Json, String> {
    let request = GenerateResourceConfigRequest { type_name: type_name.into(), state: packed(state) };
    let response = client.generate_resource_config(request).await.unwrap().into_inner();
    match response.diagnostics.first() {
        Some(found) => Err(found.summary.clone()),
        None => Ok(unpacked(response.config)),
    }
}

#[tokio::test]
async fn a_configuration_has_what_it_can_have() {
    let running = Running::start(Until::interrupted());
    let mut client = configured(&running).await;
    let chosen = json!({
        "name": "a", "enabled": false, "size": 3, "tags": ["x"], "labels": [],
        "part": { "address": "slot 0", "name": null },
        "parts": [{ "address": "slot 0", "name": "first" }, { "address": null, "name": "second" }],
    });
    let mut state = thing(chosen.clone());
    state["id"] = json!("id of a");
    state["password"] = json!("p");
    assert_eq!(generate(&mut client, "memory_thing", state).await, Ok(thing(chosen)));
    assert_eq!(generate(&mut client, "memory_thing", Json::Null).await, Ok(Json::Null));
    assert_eq!(generate(&mut client, "other_thing", Json::Null).await, Err("Unknown resource".into()));
}

/// Nothing has to be asked: the configuration may be generated long after the import.
#[tokio::test]
async fn no_host_is_needed() {
    let running = Running::start(Until::interrupted());
    let mut client = running.client().await;
    let state = thing(json!({ "name": "a", "size": 3 }));
    assert_eq!(generate(&mut client, "memory_thing", state.clone()).await, Ok(state));
}
