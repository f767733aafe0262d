//! What a plan would refuse of a configuration that says what a document says.

use generated::grammar::GRAMMAR;
use generated::shapes::ROOTS;
use provider_core::conform::conform;
use provider_core::convert::{Root, from_xml};
use provider_core::diagnostics::{Level, Severity};
use provider_core::validate::validate;
use provider_core::value::Value;

use crate::corpus::Sample;

/// The errors of all checks on a document's values, attribute by attribute and as a whole, each with its file.
pub fn refused(sample: &Sample) -> Vec<String> {
    let line = |what: &str| format!("{}: {what}", sample.file.display());
    let Some(root) = ROOTS.iter().find(|root| root.kind == sample.kind) else {
        return vec![line("there are no shapes of this kind")];
    };
    let value = match from_xml(root, &sample.text) {
        Ok(value) => with_required(root, value),
        Err(error) => return vec![line(&error.to_string())],
    };
    let mut found = validate(root.shape, &value, Level::Error);
    found.extend(conform(root, &GRAMMAR, &value, Level::Error));
    found.retain(|found| found.severity == Severity::Error);
    found.iter().map(|found| line(&format!("{} {}", found.path, found.detail))).collect()
}

/// What a configuration must say although no document does (the pool that a volume is in).
fn with_required(root: &Root, mut value: Value) -> Value {
    for attribute in root.shape.attributes.iter().filter(|attribute| attribute.required && attribute.xml.is_none()) {
        value.set(attribute.name, Value::from("default"));
    }
    value
}
