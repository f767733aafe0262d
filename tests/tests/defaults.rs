//! What libvirt does by itself, as overrides/defaults has it: a definition without it, defined again, is the same definition.
//! Over libvirt's own documents, on its test driver and on QEMU.

use std::collections::BTreeSet;

use generated::shapes::{DOMAIN, NETWORK, STORAGEPOOL};
use provider_core::convert::Root;
use provider_core::defaults::{Facts, lean};
use provider_core::value::Value;
use tests::corpus::folder_of;
use tests::learn::host::Host;
use tests::learn::observe::{Document, corpus, definition};
use tests::learn::row::of_root;
use tests::learn::verify::{Outcome, verify};
use tests::libvirt::{Names, SYSTEM, TEST};
use tests::{system, test_driver};

/// Documents that are known to come back otherwise, by kind and driver, and why.
const EXCEPTIONS: &[(&str, &str, &str, &str)] = &[
    (
        "domain",
        "QEMU",
        "qemuxmlconfdata__pci-many",
        "its balloon has an address that libvirt would not choose; an import asks",
    ),
    (
        "domain",
        "QEMU",
        "qemuxmlconfdata__pci-many.x86_64-latest",
        "its balloon has an address that libvirt would not choose; an import asks",
    ),
];

/// The definitions of the kind's documents that a libvirt takes, each tried without what it does by itself.
fn tried(root: &'static Root, uri: &str) -> Option<(Outcome, Vec<Document>)> {
    let folder = folder_of(root.kind)?;
    let names = Names::new(uri, "defaults");
    let host = Host::new("here", uri, root, names.prefix()).unwrap();
    let documents = corpus(root, &folder).into_iter().filter_map(|(name, value)| {
        let value = definition(&host, &value);
        host.remove().unwrap();
        Some(Document { name, value: value?, tried: vec![] })
    });
    let documents: Vec<Document> = documents.collect();
    let outcome = verify(&host, &of_root(root), &documents.iter().collect::<Vec<_>>(), false);
    Some((outcome, documents))
}

fn expect(root: &'static Root, uri: &str, driver: &str, at_least: usize) {
    let Some((outcome, documents)) = tried(root, uri) else { return };
    let sizes = documents.iter().map(|document| {
        let left = lean(root, &document.value, &Facts { driver: Some(driver) });
        (leaves(&document.value), leaves(&left))
    });
    let (mut before, mut after): (Vec<usize>, Vec<usize>) = sizes.unzip();
    println!(
        "{driver}: {} of {} {}s come back, {} of them with other addresses; {} values in the middle, {} of them stay",
        outcome.tried - outcome.failed.len(),
        outcome.tried,
        root.kind,
        outcome.moved.len(),
        middle(&mut before),
        middle(&mut after)
    );
    assert!(outcome.tried >= at_least, "only {} documents are taken", outcome.tried);
    let known = EXCEPTIONS.iter().filter(|(kind, at, ..)| *kind == root.kind && *at == driver);
    let known: BTreeSet<&str> = known.map(|(_, _, name, _)| *name).collect();
    let failed: BTreeSet<&str> = outcome.failed.keys().map(String::as_str).collect();
    assert_eq!(failed.difference(&known).collect::<Vec<_>>(), Vec::<&&str>::new(), "come back otherwise");
    let there: BTreeSet<&str> = documents.iter().map(|document| document.name.as_str()).collect();
    let mut stale = known.intersection(&there).filter(|name| !failed.contains(*name));
    assert_eq!(stale.next(), None, "comes back after all");
    assert!(failed.len() * 100 <= outcome.tried, "{} of {} fail", failed.len(), outcome.tried);
}

fn leaves(value: &Value) -> usize {
    match value {
        Value::Object(object) => object.values().map(leaves).sum(),
        Value::List(items) => items.iter().map(leaves).sum(),
        _ => 1,
    }
}

fn middle(sizes: &mut [usize]) -> usize {
    sizes.sort_unstable();
    sizes.get(sizes.len() / 2).copied().unwrap_or(0)
}

#[test]
fn the_test_driver_gives_back_what_it_does_by_itself() {
    let _holder = test_driver!();
    expect(&DOMAIN, TEST, "TEST", 1000);
    expect(&NETWORK, TEST, "TEST", 40);
    expect(&STORAGEPOOL, TEST, "TEST", 20);
}

#[test]
fn qemu_gives_back_what_it_does_by_itself() {
    system!();
    expect(&DOMAIN, SYSTEM, "QEMU", 300);
    expect(&NETWORK, SYSTEM, "QEMU", 30);
    expect(&STORAGEPOOL, SYSTEM, "QEMU", 10);
}
