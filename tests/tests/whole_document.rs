//! The check of whole configurations: which attribute is blamed, with which words, and what is let through.

use generated::grammar::GRAMMAR;
use generated::shapes::{DOMAIN, NETWORK, STORAGEVOL};
use provider_core::conform::conform;
use provider_core::convert::Root;
use provider_core::diagnostics::Level;
use provider_core::diagnostics::{Diagnostic, Severity};
use provider_core::validate::validate;
use provider_core::value::Value;

fn object<const N: usize>(attributes: [(&'static str, Value); N]) -> Value {
    Value::from(attributes)
}

fn list<const N: usize>(items: [Value; N]) -> Value {
    Value::List(items.into())
}

/// A domain with these devices.
fn domain(devices: Value) -> Value {
    object([
        ("name", "one".into()),
        ("type", "kvm".into()),
        ("memory", 512_u64.into()),
        ("os", object([("type", "hvm".into())])),
        ("devices", devices),
    ])
}

fn reported(root: &Root, config: &Value, level: Level) -> Vec<Diagnostic> {
    let mut found = validate(root.shape, config, level);
    if found.is_empty() {
        found = conform(root, &GRAMMAR, config, level);
    }
    found
}

fn errors(config: &Value) -> Vec<(String, String)> {
    let found = reported(&DOMAIN, config, Level::Error);
    let errors = found.into_iter().filter(|found| found.severity == Severity::Error);
    errors.map(|found| (found.path.to_string(), found.detail)).collect()
}

fn interface(kind: &'static str, source: Value) -> Value {
    object([("source", object([(kind, source)])), ("model", object([("type", "virtio".into())]))])
}

#[test]
fn what_is_fine() {
    let network = interface("network", object([("network", "default".into())]));
    assert_eq!(errors(&domain(object([("interfaces", list([network]))]))), []);
    let volume = object([("name", "v".into()), ("pool", "p".into()), ("capacity", 1_u64.into())]);
    assert_eq!(reported(&STORAGEVOL, &volume, Level::Error), []);
    assert_eq!(reported(&NETWORK, &object([("name", "n".into())]), Level::Error), []);
}

#[test]
fn every_element_at_fault_is_reported_with_its_position() {
    // Each is a word or a member that the attribute has, but not beside the others.
    let fine = object([("type", "usb".into()), ("model", "qemu-xhci".into())]);
    let wrong = object([("type", "usb".into()), ("model", "virtio-scsi".into())]);
    let found = errors(&domain(object([("controllers", list([fine, wrong.clone(), wrong]))])));
    let paths: Vec<&str> = found.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["devices.controllers[1].model", "devices.controllers[2].model"], "{found:?}");
    let detail = &found[0].1;
    assert!(detail.contains("\"virtio-scsi\"") && detail.contains("Allowed: "), "{detail}");
    assert!(detail.ends_with("In the XML: domain/devices/controller[2]@model."), "{detail}");
}

#[test]
fn a_member_of_another_branch_is_recognised_by_the_attribute_that_is_too_much() {
    let controller = object([("type", "usb".into()), ("pci", object([("hole64", 1_u64.into())]))]);
    let found = errors(&domain(object([("controllers", list([controller]))])));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "devices.controllers[0].type");
}

#[test]
fn elements_given_as_xml_are_checked_as_well() {
    let disk = |rest: Value| {
        let mut disk = object([("target", object([("dev", "vda".into())]))]);
        rest.as_object().unwrap().iter().for_each(|(name, value)| disk.set(name, value.clone()));
        errors(&domain(object([("disks", list([disk]))])))
    };
    let file = object([("file", object([("file", "/a".into())]))]);
    let rows = [
        (object([("source_xml", "<source file='/a'/>".into())]), None),
        (object([("source_xml", "<source fil='/a'/>".into())]), Some("attribute 'fil' is not allowed here")),
        (object([("source_xml", "<sauce/>".into())]), Some("'<sauce/>' is not XML of elements that can stand here")),
        (object([("source_xml", "<source".into())]), Some("Allowed: well-formed XML")),
        (object([("source", file), ("source_xml", "<source/>".into())]), Some("libvirt accepts only one of these")),
    ];
    for (rest, expected) in rows {
        let found = disk(rest.clone());
        assert_eq!(found.len(), usize::from(expected.is_some()), "{rest:?}: {found:?}");
        for ((path, detail), expected) in found.iter().zip(expected) {
            assert_eq!(path, "devices.disks[0].source_xml", "{detail}");
            assert!(detail.contains(expected), "{detail}");
        }
    }
}

#[test]
fn what_is_missing_is_libvirts_to_fill_in_and_hides_nothing() {
    let console = object([]);
    let wrong = object([("type", "usb".into()), ("model", "virtio-scsi".into())]);
    let found = errors(&domain(object([("consoles", list([console])), ("controllers", list([wrong]))])));
    let paths: Vec<&str> = found.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["devices.controllers[0].model"], "{found:?}");
}

#[test]
fn levels_and_unknown_values() {
    let wrong = object([("type", "usb".into()), ("model", "virtio-scsi".into())]);
    let config = |memory: Value| {
        let mut config = domain(object([("controllers", list([wrong.clone()]))]));
        config.set("memory", memory);
        config
    };
    let severities = |level, memory| -> Vec<Severity> {
        reported(&DOMAIN, &config(memory), level).iter().map(|found| found.severity).collect()
    };
    assert_eq!(severities(Level::Error, 512_u64.into()), [Severity::Error]);
    assert_eq!(severities(Level::Warn, 512_u64.into()), [Severity::Warning]);
    assert_eq!(severities(Level::Off, 512_u64.into()), []);
    assert_eq!(severities(Level::Error, Value::UNKNOWN), []);
}

#[test]
fn what_the_provider_alone_knows_may_be_unknown() {
    let wrong = object([("type", "usb".into()), ("model", "virtio-scsi".into())]);
    let mut config = domain(object([("controllers", list([wrong]))]));
    config.set("running", Value::UNKNOWN);
    assert_eq!(errors(&config).len(), 1);
}

#[test]
fn secrets_are_not_shown() {
    // A password that is set where no listener takes one is at fault as a whole.
    let graphics = object([("spice", object([("passwd", "hunter2".into()), ("passwd_valid_to", "never".into())]))]);
    let found = reported(&DOMAIN, &domain(object([("graphics", list([graphics]))])), Level::Error);
    assert!(!found.is_empty());
    assert!(found.iter().all(|found| !found.detail.contains("hunter2")), "{found:?}");
}
