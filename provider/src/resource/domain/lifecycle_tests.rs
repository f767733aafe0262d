//! A domain's life on libvirt's own test driver.

use std::time::Duration;

use provider_core::tree::Element;
use provider_core::value::Value;

use super::Domain;
use super::lifecycle::{Removal, Settings};
use crate::libvirt::{Domain as Guest, Host};
use crate::resource::defined::{self, Object};
use crate::resource::document::{Current, Redefinition};
use crate::resource::identity::identify;
use crate::resource::{Failure, Update};

/// The values that these changes of documents do not need.
const UPDATE: Update = Update { config: &Value::Null, prior: &Value::Null, planned: &Value::Null, baseline: None };

fn host() -> Host {
    Host::new("test:///default")
}

fn document(name: &str, inside: &str) -> Element {
    let text = format!(
        "<domain type='test'><name>{name}</name><memory unit='MiB'>64</memory>{inside}<os><type>hvm</type></os></domain>"
    );
    Element::parse(&text).unwrap()
}

/// What a definition becomes when a configuration that made one document makes another.
fn redefinition(from: &Element, to: &Element, current: &str) -> Redefinition {
    let root = &generated::shapes::DOMAIN;
    let value = |document: &Element| provider_core::convert::from_xml(root, &document.to_string()).unwrap();
    let (prior, planned) = (value(from), value(to));
    let update = Update { prior: &prior, planned: &planned, ..UPDATE };
    Redefinition::new(root, &update, Current::read(root, current).unwrap()).unwrap()
}

fn settings(running: Option<bool>) -> Settings {
    Settings { running, shutdown: Duration::from_secs(1), ..Settings::of(&Value::Null) }
}

fn create(host: &Host, mut document: Element, settings: &Settings) -> Result<Guest, Failure> {
    let uuid = identify(&mut document, None);
    let planned = Value::from([("name", document.child("name").unwrap().text().into()), ("uuid", uuid.into())]);
    let (domain, diagnostics) = defined::create::<Domain>(host, &document, &planned, settings)?;
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    Ok(domain)
}

fn made(host: &Host, name: &str, running: Option<bool>) -> (Guest, String) {
    let domain = create(host, document(name, ""), &settings(running)).unwrap();
    let uuid = domain.uuid().unwrap();
    (domain, uuid)
}

fn object<T>(host: &Host, handle: &Guest, settings: &Settings, work: impl FnOnce(&Object<Domain>) -> T) -> T {
    let connection = &host.connect().unwrap();
    work(&Object { host, connection, handle, name: &handle.name().unwrap_or_default(), settings })
}

fn removed(host: &Host, domain: &Guest) {
    object(host, domain, &settings(None), |object| defined::delete(object, &Value::Null)).unwrap();
}

#[test]
fn settings_are_read_with_their_defaults() {
    let nothing = Settings::of(&Value::Null);
    assert_eq!((nothing.running, nothing.autostart, nothing.shutdown), (None, None, Duration::from_secs(30)));
    let interface = |wait: Value| Value::from([("wait_for_ip", wait)]);
    let object = Value::from([
        ("running", true.into()),
        ("create", Value::from([("paused", true.into()), ("validate", true.into())])),
        ("update", Value::from([("shutdown", Value::from([("timeout", 5_i64.into())]))])),
        ("destroy", Value::from([("shutdown", Value::from([]))])),
        (
            "devices",
            Value::from([(
                "interfaces",
                Value::List(vec![interface(Value::Null), interface(Value::from([("source", "lease".into())]))]),
            )]),
        ),
    ]);
    let settings = Settings::of(&object);
    assert!(settings.start.paused && settings.validate && settings.running == Some(true));
    assert_eq!(settings.shutdown, Duration::from_secs(5));
    assert_eq!(
        settings.waits.iter().map(|wait| (wait.interface, wait.timeout.as_secs())).collect::<Vec<_>>(),
        [(1, 300)]
    );
    assert_eq!(Removal::of(&object), Removal { graceful: false, shutdown: Some(Duration::from_secs(30)) });
    assert_eq!(Removal::of(&Value::Null), Removal { graceful: false, shutdown: None });
}

#[test]
fn it_is_made_as_wanted_and_removed() {
    let host = host();
    for (running, active) in [(None, false), (Some(false), false), (Some(true), true)] {
        let (domain, uuid) = made(&host, "made", running);
        assert_eq!(domain.is_active().unwrap(), active);
        assert_eq!(domain.uuid().unwrap(), uuid);
        removed(&host, &domain);
        assert!(host.connect().unwrap().domain_by_uuid(&uuid).unwrap().is_none());
        removed(&host, &domain);
    }
}

#[test]
fn a_taken_name_or_uuid_is_refused() {
    let host = host();
    let (domain, uuid) = made(&host, "first", None);
    let by_name = create(&host, document("first", ""), &settings(None)).unwrap_err();
    let same_uuid = document("second", &format!("<uuid>{uuid}</uuid>"));
    let by_uuid = create(&host, same_uuid, &settings(None)).unwrap_err();
    for failure in [by_name, by_uuid] {
        assert!(failure.error.summary.contains("already") && !failure.left_behind, "{failure:?}");
    }
    assert_eq!(domain.name().unwrap(), "first");
    removed(&host, &domain);
}

#[test]
fn a_start_that_fails_leaves_nothing() {
    let host = host();
    let mut settings = settings(Some(true));
    // The test driver knows no such flag.
    settings.start.paused = true;
    let failure = create(&host, document("fails", ""), &settings).unwrap_err();
    assert!(failure.error.summary.contains("Cannot start") && !failure.left_behind, "{failure:?}");
    assert!(host.connect().unwrap().domain_by_name("fails").unwrap().is_none());
}

#[test]
fn a_change_keeps_the_uuid_and_follows_running() {
    let host = host();
    let (domain, uuid) = made(&host, "changes", Some(true));
    let change = |from: &str, to: &str, running: Option<bool>| {
        let theirs = domain.definition().unwrap();
        let wanted = redefinition(&document("changes", from), &document("changes", to), &theirs);
        object(&host, &domain, &settings(running), |object| defined::update(object, &wanted, UPDATE)).unwrap()
    };
    let id = domain.id();
    assert!(change("", "", Some(true)).is_empty());
    assert_eq!(domain.id(), id, "nothing changed, so nothing was restarted");
    let warnings = change("", "<title>a</title>", None);
    assert!(warnings[0].summary.contains("keeps its old definition"), "{warnings:?}");
    assert!(change("<title>a</title>", "<title>b</title>", Some(false)).is_empty());
    assert!(!domain.is_active().unwrap());
    assert!(change("<title>b</title>", "<title>b</title>", Some(true)).is_empty());
    assert!(domain.is_active().unwrap());
    let definition = domain.definition().unwrap();
    assert!(definition.contains("<title>b</title>") && definition.contains(&uuid), "{definition}");
    removed(&host, &domain);
}

#[test]
fn a_rejected_change_leaves_everything_as_it_was() {
    let host = host();
    let (domain, _) = made(&host, "stays", Some(true));
    let (before, id) = (domain.definition().unwrap(), domain.id());
    let bad = document("stays", "<on_reboot>sometimes</on_reboot>");
    let wanted = redefinition(&document("stays", ""), &bad, &before);
    let error =
        object(&host, &domain, &settings(Some(true)), |object| defined::update(object, &wanted, UPDATE)).unwrap_err();
    assert!(error.summary.contains("rejected") && error.detail.contains("virDomainDefineXMLFlags"), "{error:?}");
    assert_eq!((domain.definition().unwrap(), domain.id()), (before, id));
    removed(&host, &domain);
}
