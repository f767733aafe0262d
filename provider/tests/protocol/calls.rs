//! Every call of the protocol, as Terraform makes it.

use serde_json::{Value as Json, json};
use terraform_provider_libvirt::plugin::Until;
use tonic::Code;

use crate::client::proto::*;
use crate::client::{Client, Running, configured};
use crate::values::{REFINED, UNKNOWN, packed, thing, unpacked};

const TYPE: &str = "memory_thing";

async fn start() -> (Running, Client) {
    let running = Running::start(Until::interrupted());
    let client = configured(&running).await;
    (running, client)
}

async fn plan(client: &mut Client, prior: Json, proposed: Json, config: Json) -> PlanResourceChangeResponse {
    let request = PlanResourceChangeRequest {
        type_name: TYPE.into(),
        prior_state: packed(prior),
        proposed_new_state: packed(proposed),
        config: packed(config),
        prior_private: b"kept".to_vec(),
        ..Default::default()
    };
    let response = client.plan_resource_change(request).await.unwrap().into_inner();
    assert_eq!(response.planned_private, b"kept");
    response
}

async fn apply(client: &mut Client, prior: Json, planned: Json, config: Json) -> ApplyResourceChangeResponse {
    let request = ApplyResourceChangeRequest {
        type_name: TYPE.into(),
        prior_state: packed(prior),
        planned_state: packed(planned),
        config: packed(config),
        planned_private: b"kept".to_vec(),
        provider_meta: None,
    };
    client.apply_resource_change(request).await.unwrap().into_inner()
}

async fn read(client: &mut Client, state: Json, private: &[u8]) -> ReadResourceResponse {
    let request = ReadResourceRequest {
        type_name: TYPE.into(),
        current_state: packed(state),
        private: private.to_vec(),
        ..Default::default()
    };
    client.read_resource(request).await.unwrap().into_inner()
}

fn summaries(diagnostics: &[Diagnostic]) -> Vec<&str> {
    diagnostics.iter().map(|diagnostic| diagnostic.summary.as_str()).collect()
}

#[tokio::test]
async fn the_schema_tells_classes_and_nesting() {
    let (_running, mut client) = start().await;
    let schema = client.get_provider_schema(GetProviderSchemaRequest {}).await.unwrap().into_inner();
    let capabilities = schema.server_capabilities.unwrap();
    assert!(capabilities.plan_destroy && capabilities.get_provider_schema_optional);
    assert!(capabilities.generate_resource_config);
    assert!(!capabilities.move_resource_state);
    let names = |schema: &Schema| {
        let attributes = &schema.block.as_ref().unwrap().attributes;
        attributes.iter().map(|attribute| attribute.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(schema.provider.as_ref().unwrap()), ["uri", "validation"]);
    assert_eq!(names(&schema.data_source_schemas["memory_size"]), ["name", "size"]);
    let attributes = &schema.resource_schemas[TYPE].block.as_ref().unwrap().attributes;
    let described: Vec<String> = attributes.iter().map(describe).collect();
    assert_eq!(
        described,
        [
            "enabled \"bool\" optional computed",
            "id \"string\" computed",
            "labels [\"list\",\"string\"] optional computed",
            "name \"string\" required",
            "part {address \"string\" optional computed, name \"string\" optional computed} optional computed",
            "parts [address \"string\" optional computed, name \"string\" optional computed] optional computed",
            "password \"string\" optional computed sensitive",
            "password_once \"string\" optional write_only",
            "size \"number\" optional computed (How *large*.)",
            "tags [\"set\",\"string\"] optional computed",
        ]
    );
}

fn describe(attribute: &schema::Attribute) -> String {
    let nested = attribute.nested_type.as_ref().map(|object| {
        let inside = object.attributes.iter().map(describe).collect::<Vec<_>>().join(", ");
        match object.nesting() {
            schema::object::NestingMode::List => format!("[{inside}]"),
            _ => format!("{{{inside}}}"),
        }
    });
    let mut text =
        format!("{} {}", attribute.name, nested.unwrap_or(String::from_utf8(attribute.r#type.clone()).unwrap()));
    let flags = [
        (attribute.required, "required"),
        (attribute.optional, "optional"),
        (attribute.computed, "computed"),
        (attribute.sensitive, "sensitive"),
        (attribute.write_only, "write_only"),
    ];
    for (_, flag) in flags.iter().filter(|(on, _)| *on) {
        text += &format!(" {flag}");
    }
    assert_eq!(attribute.description_kind(), StringKind::Markdown);
    if attribute.description.is_empty() { text } else { format!("{text} ({})", attribute.description) }
}

#[tokio::test]
async fn metadata_lists_what_there_is() {
    let (_running, mut client) = start().await;
    let metadata = client.get_metadata(GetMetadataRequest {}).await.unwrap().into_inner();
    let names = |list: Vec<get_metadata_response::TypeName>| list.into_iter().map(|it| it.name).collect::<Vec<_>>();
    assert_eq!(names(metadata.resources), [TYPE]);
    assert_eq!(names(metadata.data_sources), ["memory_size"]);
    assert!(metadata.server_capabilities.unwrap().plan_destroy);
}

#[tokio::test]
async fn a_thing_lives_and_dies() {
    let (running, mut client) = start().await;
    let config = thing(json!({
        "name": "a", "size": 3, "tags": ["x", "y"], "labels": [], "part": { "address": null, "name": "p" },
        "parts": [{ "address": null, "name": "first" }, { "address": "mine", "name": "second" }],
        "password_once": "hidden",
    }));
    let mut proposed = config.clone();
    proposed["password_once"] = Json::Null;
    let planned = plan(&mut client, Json::Null, proposed, config.clone()).await;
    assert_eq!(summaries(&planned.diagnostics), [""; 0]);
    assert!(planned.requires_replace.is_empty());
    let planned = unpacked(planned.planned_state);
    assert_eq!(planned["id"], UNKNOWN);
    assert_eq!(planned["part"], json!({ "address": UNKNOWN, "name": "p" }));
    assert_eq!(planned["parts"][1]["address"], "mine");
    assert_eq!(planned["password_once"], Json::Null);
    assert_eq!(planned.as_object().unwrap().len(), 10, "every attribute is there");

    let made = apply(&mut client, Json::Null, planned, config.clone()).await;
    assert_eq!(summaries(&made.diagnostics), [""; 0]);
    assert_eq!(made.private, b"kept");
    let state = unpacked(made.new_state);
    assert_eq!(state["id"], "id of a");
    assert_eq!(state["parts"][0]["address"], "slot 0");
    assert_eq!(state["labels"], json!([]), "an empty list is not null");
    assert_eq!(state["password_once"], Json::Null);
    assert_eq!(running.store.lock().unwrap()["a's password"].as_str(), Some("hidden"));

    let again = read(&mut client, state.clone(), b"kept").await;
    assert_eq!(again.private, b"kept");
    assert_eq!(unpacked(again.new_state), state);
    let planned = plan(&mut client, state.clone(), state.clone(), config.clone()).await;
    assert_eq!(unpacked(planned.planned_state), state, "nothing changes");

    let mut renamed = config.clone();
    renamed["name"] = json!("b");
    let mut proposed = state.clone();
    proposed["name"] = json!("b");
    let planned = plan(&mut client, state.clone(), proposed, renamed).await;
    let paths: Vec<_> = planned.requires_replace.iter().map(|path| path.steps[0].selector.clone().unwrap()).collect();
    assert_eq!(paths, [attribute_path::step::Selector::AttributeName("name".into())]);

    let planned = plan(&mut client, state.clone(), Json::Null, Json::Null).await;
    assert_eq!(unpacked(planned.planned_state), Json::Null);
    let gone = apply(&mut client, state.clone(), Json::Null, Json::Null).await;
    assert_eq!(unpacked(gone.new_state), Json::Null);
    let read = read(&mut client, state, b"").await;
    assert_eq!(unpacked(read.new_state), Json::Null, "what is gone is no error");
}

#[tokio::test]
async fn unknown_values_and_refinements_pass_through_a_plan() {
    let (_running, mut client) = start().await;
    let config = thing(json!({ "name": REFINED, "size": UNKNOWN, "parts": UNKNOWN, "tags": [UNKNOWN] }));
    let planned = plan(&mut client, Json::Null, config.clone(), config).await;
    assert_eq!(summaries(&planned.diagnostics), [""; 0]);
    let planned = unpacked(planned.planned_state);
    assert_eq!(planned["name"], REFINED);
    assert_eq!(planned["size"], UNKNOWN);
    assert_eq!(planned["parts"], UNKNOWN);
    assert_eq!(planned["tags"], json!([UNKNOWN]));
}

#[tokio::test]
async fn failures_keep_what_is_there() {
    let (_running, mut client) = start().await;
    let config = |name: &str| thing(json!({ "name": name, "size": 1 }));
    let planned = |name: &str| thing(json!({ "name": name, "size": 1, "id": UNKNOWN }));

    let failed = apply(&mut client, Json::Null, planned("fails"), config("fails")).await;
    assert_eq!(
        (summaries(&failed.diagnostics), unpacked(failed.new_state.clone())),
        (vec!["Cannot create"], Json::Null)
    );

    let half = apply(&mut client, Json::Null, planned("half"), config("half")).await;
    assert_eq!(summaries(&half.diagnostics), ["Cannot start"]);
    assert_eq!(unpacked(half.new_state)["id"], "half");

    let misfit = apply(&mut client, Json::Null, planned("misfit"), config("misfit")).await;
    assert_eq!(summaries(&misfit.diagnostics), ["Unexpected value"]);
    assert_eq!(unpacked(misfit.new_state), config("misfit"));

    let panicked = apply(&mut client, Json::Null, planned("panics"), config("panics")).await;
    assert_eq!(summaries(&panicked.diagnostics), ["The provider panicked"]);
    assert!(panicked.diagnostics[0].detail.contains("no such luck"));

    let state = thing(json!({ "name": "a", "size": 1, "id": "id of a", "enabled": true }));
    let mut unlucky = state.clone();
    unlucky["size"] = json!(13);
    let kept = apply(&mut client, state.clone(), unlucky.clone(), unlucky).await;
    assert_eq!((summaries(&kept.diagnostics), unpacked(kept.new_state.clone())), (vec!["Bad luck"], state.clone()));

    let kept = apply(&mut client, state.clone(), Json::Null, Json::Null).await;
    assert_eq!((summaries(&kept.diagnostics), unpacked(kept.new_state.clone())), (vec!["Cannot remove"], state));

    let unreadable = thing(json!({ "name": "a", "id": "unreadable" }));
    let kept = read(&mut client, unreadable.clone(), b"kept").await;
    assert_eq!(summaries(&kept.diagnostics), ["Cannot read"]);
    assert_eq!((unpacked(kept.new_state), kept.private), (unreadable, b"kept".to_vec()));
}

#[tokio::test]
async fn an_import_reads_everything_once() {
    let (_running, mut client) = start().await;
    let config = thing(json!({ "name": "a", "size": 3, "password": "p" }));
    let planned = thing(json!({ "name": "a", "size": 3, "password": "p", "id": UNKNOWN }));
    let state = unpacked(apply(&mut client, Json::Null, planned, config).await.new_state);
    let request =
        ImportResourceStateRequest { type_name: TYPE.into(), id: "id of a".into(), client_capabilities: None };
    let mut imported = client.import_resource_state(request).await.unwrap().into_inner().imported_resources;
    let imported = imported.pop().unwrap();
    assert_eq!(imported.type_name, TYPE);
    let bare = unpacked(imported.state);
    assert_eq!(bare, thing(json!({ "id": "id of a" })));
    let first = read(&mut client, bare, &imported.private).await;
    assert!(first.private.is_empty(), "the mark is gone");
    // But for the password, for which Terraform generates a null that would take it away.
    let mut expected = state;
    expected["password"] = Json::Null;
    assert_eq!(unpacked(first.new_state), expected);
}

#[tokio::test]
async fn state_files_are_read_leniently() {
    let (_running, mut client) = start().await;
    let mut upgrade = async |json: &str| {
        let raw_state = Some(RawState { json: json.as_bytes().to_vec(), ..Default::default() });
        let request = UpgradeResourceStateRequest { type_name: TYPE.into(), version: 0, raw_state };
        client.upgrade_resource_state(request).await.unwrap().into_inner()
    };
    let state = upgrade(r#"{"name":"a","size":"7","from_elsewhere":{"x":1},"parts":[{"name":"p","y":2}]}"#).await;
    let expected = thing(json!({ "name": "a", "size": 7, "parts": [{ "address": null, "name": "p" }] }));
    assert_eq!(unpacked(state.upgraded_state), expected);
    let large = upgrade(r#"{"name":"a","size":123456789012345678901234567890.5}"#).await;
    assert_eq!(unpacked(large.upgraded_state)["size"], "123456789012345678901234567890.5");
    let wrong = upgrade(r#"{"parts":[{"name":[]}]}"#).await;
    let path = wrong.diagnostics[0].attribute.as_ref().unwrap();
    assert_eq!(path.steps.len(), 3);
    assert_eq!(path.steps[1].selector, Some(attribute_path::step::Selector::ElementKeyInt(0)));
}

#[tokio::test]
async fn validation_names_attributes() {
    let (_running, mut client) = start().await;
    let mut validate = async |config: Json, write_only_attributes_allowed| {
        let client_capabilities = Some(ClientCapabilities { write_only_attributes_allowed, deferral_allowed: false });
        let request =
            ValidateResourceConfigRequest { type_name: TYPE.into(), config: packed(config), client_capabilities };
        client.validate_resource_config(request).await.unwrap().into_inner().diagnostics
    };
    assert!(validate(thing(json!({ "name": UNKNOWN, "password_once": "x" })), true).await.is_empty());
    let found = validate(thing(json!({ "name": "nobody" })), true).await;
    assert_eq!(found[0].severity(), diagnostic::Severity::Error);
    assert_eq!(found[0].attribute.as_ref().unwrap().steps.len(), 1);
    let found = validate(thing(json!({ "name": "a", "password_once": "x" })), false).await;
    assert_eq!(summaries(&found), ["Write-only attribute not supported"]);
}

#[tokio::test]
async fn the_provider_checks_its_own_configuration() {
    let (_running, mut client) = start().await;
    let mut validate = async |validation: &str| {
        let config = packed(json!({ "uri": null, "validation": validation }));
        let request = ValidateProviderConfigRequest { config };
        client.validate_provider_config(request).await.unwrap().into_inner().diagnostics
    };
    assert!(validate("warn").await.is_empty());
    assert!(validate(UNKNOWN).await.is_empty());
    assert_eq!(validate("loud").await.len(), 1);
}

#[tokio::test]
async fn a_host_that_is_not_known_yet_is_no_error_before_it_is_needed() {
    let running = Running::start(Until::interrupted());
    let mut client = running.client().await;
    let config = packed(json!({ "uri": UNKNOWN, "validation": null }));
    let request = ConfigureProviderRequest { config, ..Default::default() };
    assert!(client.configure_provider(request).await.unwrap().into_inner().diagnostics.is_empty());
    let config = thing(json!({ "name": "a" }));
    assert!(plan(&mut client, Json::Null, config.clone(), config.clone()).await.diagnostics.is_empty());
    let applied = apply(&mut client, Json::Null, config.clone(), config).await;
    assert_eq!(summaries(&applied.diagnostics), ["The libvirt host is not known yet"]);
}

#[tokio::test]
async fn data_sources_are_read() {
    let (_running, mut client) = start().await;
    let made = thing(json!({ "name": "a", "size": 3 }));
    apply(&mut client, Json::Null, made.clone(), made).await;
    let config = packed(json!({ "name": "a", "size": null }));
    let request = ValidateDataResourceConfigRequest { type_name: "memory_size".into(), config: config.clone() };
    assert!(client.validate_data_resource_config(request).await.unwrap().into_inner().diagnostics.is_empty());
    let request = ReadDataSourceRequest { type_name: "memory_size".into(), config, ..Default::default() };
    let read = client.read_data_source(request).await.unwrap().into_inner();
    assert_eq!(unpacked(read.state), json!({ "name": "a", "size": 3 }));
    let config = packed(json!({ "name": "z", "size": null }));
    let request = ReadDataSourceRequest { type_name: "memory_size".into(), config, ..Default::default() };
    assert_eq!(summaries(&client.read_data_source(request).await.unwrap().into_inner().diagnostics), ["No such thing"]);
}

#[tokio::test]
async fn what_there_is_not_is_said() {
    let (_running, mut client) = start().await;
    let functions = client.get_functions(GetFunctionsRequest {}).await.unwrap().into_inner();
    assert!(functions.functions.is_empty());
    let called = client.call_function(CallFunctionRequest { name: "f".into(), arguments: vec![] }).await.unwrap();
    assert!(called.into_inner().error.unwrap().text.contains("no function called f"));
    let moved = client.move_resource_state(MoveResourceStateRequest::default()).await.unwrap().into_inner();
    assert_eq!(summaries(&moved.diagnostics), ["Move not supported"]);

    let config = ValidateEphemeralResourceConfigRequest::default();
    let none = ["Unknown ephemeral resource"];
    let found = client.validate_ephemeral_resource_config(config).await.unwrap().into_inner().diagnostics;
    assert_eq!(summaries(&found), none);
    let found = client.open_ephemeral_resource(OpenEphemeralResourceRequest::default()).await.unwrap().into_inner();
    assert_eq!(summaries(&found.diagnostics), none);
    let found = client.renew_ephemeral_resource(RenewEphemeralResourceRequest::default()).await.unwrap().into_inner();
    assert_eq!(summaries(&found.diagnostics), none);
    let found = client.close_ephemeral_resource(CloseEphemeralResourceRequest::default()).await.unwrap().into_inner();
    assert_eq!(summaries(&found.diagnostics), none);

    let request = ImportResourceStateRequest { type_name: "other_thing".into(), ..Default::default() };
    let found = client.import_resource_state(request).await.unwrap().into_inner();
    assert_eq!(summaries(&found.diagnostics), ["Unknown resource"]);
}

#[tokio::test]
async fn calls_of_newer_protocols_are_unimplemented() {
    let (running, _) = start().await;
    let mut client = tonic::client::Grpc::new(running.channel().await);
    client.ready().await.unwrap();
    let path = tonic::codegen::http::uri::PathAndQuery::from_static("/tfplugin6.Provider/GetResourceIdentitySchemas");
    let codec = tonic_prost::ProstCodec::<GetMetadataRequest, GetMetadataResponse>::default();
    let refused = client.unary(tonic::Request::new(GetMetadataRequest {}), path, codec).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unimplemented);
}

#[tokio::test]
async fn large_messages_pass() {
    let (_running, mut client) = start().await;
    let text = "x".repeat(6 << 20);
    let config = thing(json!({ "name": "a", "labels": [text] }));
    let planned = plan(&mut client, Json::Null, config.clone(), config.clone()).await;
    assert_eq!(unpacked(planned.planned_state)["labels"], config["labels"]);
}

#[tokio::test]
async fn stopping_ends_a_long_call() {
    let (_running, mut client) = start().await;
    let mut other = client.clone();
    let slow = thing(json!({ "name": "slow" }));
    let call = tokio::spawn(async move { apply(&mut other, Json::Null, slow.clone(), slow).await });
    let response = client.stop_provider(StopProviderRequest {}).await.unwrap().into_inner();
    assert_eq!(response.error, "");
    assert_eq!(summaries(&call.await.unwrap().diagnostics), ["Cancelled"]);
}
