//! What libvirt's own documents become in Terraform is refused neither attribute by attribute nor as a whole.

use std::collections::BTreeMap;

use generated::grammar::GRAMMAR;
use generated::shapes::ROOTS;
use provider_core::conform::conform;
use provider_core::convert::{Root, from_xml};
use provider_core::diagnostics::Level;
use provider_core::diagnostics::Severity;
use provider_core::validate::validate;
use provider_core::value::Value;
use tests::corpus;

#[test]
fn none_is_refused() {
    let Some(samples) = corpus::samples() else { return };
    let mut refused = Vec::new();
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
        refused.extend(found.iter().map(|found| format!("{}: {} {}", sample.file.display(), found.path, found.detail)));
    }
    println!("{} documents: {count:?}", samples.len());
    assert!(refused.is_empty(), "{} findings:\n{}", refused.len(), refused.join("\n"));
}

/// What a configuration must say although no document does (the pool that a volume is in).
fn with_required(root: &Root, mut value: Value) -> Value {
    for attribute in root.shape.attributes.iter().filter(|attribute| attribute.required && attribute.xml.is_none()) {
        value.set(attribute.name, Value::from("default"));
    }
    value
}
