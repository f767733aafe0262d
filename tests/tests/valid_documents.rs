//! What libvirt's own documents become in Terraform is refused neither attribute by attribute nor as a whole.

use std::collections::{BTreeMap, BTreeSet};

use generated::grammar::GRAMMAR;
use generated::shapes::ROOTS;
use provider_core::conform::conform;
use provider_core::convert::{Root, from_xml};
use provider_core::diagnostics::Severity;
use provider_core::validate::{Level, validate};
use provider_core::value::Value;
use tests::corpus;

/// Places of documents that are no resource's which come out of Terraform's values in a form that libvirt's grammar
/// refuses: the kind, the start of the attribute's path, and why. One that is not met is a failure.
const KNOWN: &[(&str, &str, &str)] = &[
    ("domaincaps", "cpu.modes", "elements that alternate are grouped by name; libvirt alone writes such documents"),
    (
        "nodedev",
        "capabilities",
        "alternatives that have the same children in different orders are written in one order",
    ),
];

#[test]
fn none_is_refused() {
    let Some(samples) = corpus::samples() else { return };
    let (mut refused, mut met) = (Vec::new(), BTreeSet::<&'static (&str, &str, &str)>::new());
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for sample in &samples {
        let root = ROOTS.iter().find(|root| root.kind == sample.kind).unwrap();
        *count.entry(root.kind).or_default() += 1;
        let value = match from_xml(root, &sample.text) {
            Ok(value) => with_required(root, value),
            Err(error) => {
                refused.push(format!("{}: {error}", sample.file.display()));
                continue;
            }
        };
        let mut found = validate(root.shape, &value, Level::Error);
        found.extend(conform(root, &GRAMMAR, &value, Level::Error));
        found.retain(|found| found.severity == Severity::Error);
        found.retain(|found| {
            let path = found.path.to_string();
            let known = KNOWN.iter().find(|(kind, start, _)| *kind == root.kind && path.starts_with(start));
            met.extend(known);
            known.is_none()
        });
        refused.extend(found.iter().map(|found| format!("{}: {} {}", sample.file.display(), found.path, found.detail)));
    }
    println!("{} documents: {count:?}", samples.len());
    let unmet: Vec<_> = KNOWN.iter().filter(|known| !met.contains(known)).collect();
    assert!(unmet.is_empty(), "known, but not met: {unmet:?}");
    assert!(refused.is_empty(), "{} findings:\n{}", refused.len(), refused.join("\n"));
}

/// What a configuration must say although no document does (the pool that a volume is in).
fn with_required(root: &Root, mut value: Value) -> Value {
    for attribute in root.shape.attributes.iter().filter(|attribute| attribute.required && attribute.xml.is_none()) {
        value.set(attribute.name, Value::from("default"));
    }
    value
}
