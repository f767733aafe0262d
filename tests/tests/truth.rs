//! What is imported rebuilds the object, what others change is undone, and a change leaves what a create would make: over
//! libvirt's own documents, on its test driver and on QEMU. No guest is started.

use std::sync::atomic::{AtomicUsize, Ordering};

use provider_core::tree::{Content, Element};
use provider_core::value::Value;
use terraform_provider_libvirt::libvirt::Host;
use tests::definitions::{DOMAINS, NETWORKS, Sample, Subject, parse, places};
use tests::libvirt::SYSTEM;
use tests::life::{Fault, Life, difference, lines, server};
use tests::random::{Random, setting};
use tests::system;
use tests::tally::Tally;

/// In this process, so that nothing has to run and nothing is disturbed.
const TEST_DRIVER: &str = "test:///default";

/// How many of the documents that libvirt takes must hold.
const ENOUGH: f64 = 0.98;

/// A name that no other test uses: tests run beside each other, on one world.
fn name(uri: &str) -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let kind = if uri == SYSTEM { "system" } else { "test" };
    format!("tfv-truth-{kind}-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

fn fault(fault: Fault) -> String {
    match fault {
        Fault::Refused(why) => format!("refused: {why}"),
        Fault::Inconsistent(why) => format!("inconsistent: {why}"),
        Fault::SecondPlan(why) => format!("second plan: {why}"),
    }
}

fn rebuild(subject: &Subject, uri: &str, least: usize) {
    let name = &name(uri);
    let Some(samples) = subject.samples(name) else { return };
    let connection = Host::new(uri).connect().unwrap();
    let server = server(uri);
    let (mut tally, mut lengths) = (Tally::default(), Vec::new());
    for sample in samples {
        let Some(original) = (subject.define)(&connection, &subject.document(&sample.value)) else { continue };
        let mut rebuilt = || -> Result<(), String> {
            let mut found = Life::new(&server, subject.resource);
            found.import(name).map_err(fault)?;
            let config = found.generated().map_err(fault)?;
            lengths.push(lines(&config));
            let plan = found.plan(&config).map_err(fault)?;
            if plan.value != found.state {
                return Err(format!("plan after import: {}", difference(&found.state, &plan.value, "")));
            }
            found.state = Value::Null;
            (subject.undefine)(&connection, name);
            let mut made = Life::new(&server, subject.resource);
            made.apply(&config).map_err(fault)?;
            let now = (subject.read)(&connection, name).ok_or("it is not there")?;
            let (now, original) = (without_secrets(&now), without_secrets(&original));
            if now.same(&original) { Ok(()) } else { places(&original, &now) }
        };
        let result = rebuilt();
        (subject.undefine)(&connection, name);
        tally.count(&sample.file, result);
    }
    lengths.sort_unstable();
    println!("median length of a generated configuration: {:?} lines", lengths.get(lengths.len() / 2));
    tally.expect("imported and rebuilt", least, ENOUGH);
}

/// An import leaves secrets out, and libvirt then what says how long a password holds.
fn without_secrets(definition: &str) -> Element {
    fn strip(element: &mut Element) {
        if element.name.local == "graphics" {
            element
                .attributes
                .retain(|(name, _)| !["passwd", "passwdValidTo", "connected"].contains(&name.local.as_str()));
        }
        for content in &mut element.content {
            if let Content::Element(child) = content {
                strip(child);
            }
        }
    }
    let mut element = parse(definition);
    strip(&mut element);
    element
}

#[test]
fn an_imported_domain_is_rebuilt() {
    rebuild(&DOMAINS, TEST_DRIVER, 1200);
}

#[test]
fn an_imported_network_is_rebuilt() {
    rebuild(&NETWORKS, TEST_DRIVER, 50);
}

#[test]
fn an_imported_guest_is_rebuilt() {
    system!();
    rebuild(&DOMAINS, SYSTEM, 200);
}

/// Pairs of documents that could be one object: it cannot become another kind of domain.
fn pairs(samples: &[Sample], count: usize, seed: u64) -> Vec<(&Sample, &Sample)> {
    let mut random = Random::new(seed);
    let mut pairs = Vec::new();
    for _ in 0..count * 20 {
        let (one, other) = (random.below(samples.len()), random.below(samples.len()));
        let (one, other) = (&samples[one], &samples[other]);
        if one.file != other.file && one.value.get("type") == other.value.get("type") && pairs.len() < count {
            pairs.push((one, other));
        }
    }
    pairs
}

/// Every pair whose two documents libvirt takes counts, but for those whose second one contradicts the first one's UUID,
/// recognised by libvirt taking it only without that UUID.
fn change(subject: &Subject, uri: &str, count: usize) {
    let name = &name(uri);
    let Some(samples) = subject.samples(name) else { return };
    let connection = Host::new(uri).connect().unwrap();
    let server = server(uri);
    let mut tally = Tally::default();
    let mut impossible = 0;
    for (one, other) in pairs(&samples, count, setting("SEED", 1)) {
        if [one, other].iter().any(|sample| subject.fresh(&connection, &sample.value).is_none()) {
            continue;
        }
        let mut life = Life::new(&server, subject.resource);
        let who = format!("{} -> {}", one.file, other.file);
        if let Err(why) = life.apply(&one.value) {
            tally.count(&who, Err(format!("at first: {}", fault(why))));
            continue;
        }
        let before = (subject.read)(&connection, name).unwrap_or_default();
        let changed = life.apply(&other.value).map_err(fault);
        let now = (subject.read)(&connection, name).unwrap_or_default();
        life.destroy();
        let Some(expected) = subject.fresh(&connection, &subject.with_identity(&other.value, &before)) else {
            impossible += 1;
            continue;
        };
        tally.count(&who, changed.and_then(|_| subject.differ(&other.value, &expected, &now)));
    }
    println!("{impossible} pairs left out: what keeps its identity cannot become the other");
    assert!(impossible * 20 <= count, "too many are left out");
    tally.expect("changed to another configuration", count / 10, ENOUGH);
}

#[test]
fn a_changed_domain_is_as_a_new_one() {
    change(&DOMAINS, TEST_DRIVER, setting("PAIRS", 300) as usize);
}

#[test]
fn a_changed_network_is_as_a_new_one() {
    change(&NETWORKS, TEST_DRIVER, 200);
}

#[test]
fn a_changed_guest_is_as_a_new_one() {
    system!();
    change(&DOMAINS, SYSTEM, setting("PAIRS", 200) as usize);
}

fn drift(subject: &Subject, uri: &str, count: usize) {
    let name = &name(uri);
    let Some(samples) = subject.samples(name) else { return };
    let connection = Host::new(uri).connect().unwrap();
    let server = server(uri);
    let (mut seen, mut undone) = (Tally::default(), Tally::default());
    for (one, other) in pairs(&samples, count, setting("SEED", 2)) {
        if subject.fresh(&connection, &one.value).is_none() {
            continue;
        }
        let mut life = Life::new(&server, subject.resource);
        let who = format!("{} -> {}", one.file, other.file);
        if let Err(why) = life.apply(&one.value) {
            undone.count(&who, Err(format!("at first: {}", fault(why))));
            continue;
        }
        let before = (subject.read)(&connection, name).unwrap_or_default();
        let mut outside = other.value.clone();
        outside.set("uuid", parse(&before).value("uuid").into());
        let Some(after) = (subject.define)(&connection, &subject.document(&outside)) else { continue };
        if subject.differ(&one.value, &before, &after).is_ok() {
            continue;
        }
        let planned = life.refresh().and_then(|()| life.plan(&one.value)).map_err(fault);
        let is_seen =
            planned.and_then(|plan| if plan.value == life.state { Err("not seen".to_string()) } else { Ok(()) });
        seen.count(&who, is_seen);
        let applied = life.apply(&one.value).map_err(fault);
        let now = (subject.read)(&connection, name).unwrap_or_default();
        undone.count(&who, applied.and_then(|_| subject.differ(&one.value, &before, &now)));
    }
    seen.expect("changed from outside and seen", count / 10, 1.0);
    undone.expect("changed from outside and undone", count / 10, ENOUGH);
}

#[test]
fn what_others_change_in_a_domain_is_undone() {
    drift(&DOMAINS, TEST_DRIVER, setting("PAIRS", 150) as usize);
}

#[test]
fn what_others_change_in_a_network_is_undone() {
    drift(&NETWORKS, TEST_DRIVER, 200);
}

#[test]
fn what_others_change_in_a_guest_is_undone() {
    system!();
    drift(&DOMAINS, SYSTEM, 100);
}
