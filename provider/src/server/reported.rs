//! What libvirt reports differently right after an apply, and the warning that says so once. Knows states and versions; must
//! not know any attribute.

use provider_core::diagnostics::{AttributePath, Diagnostic};
use provider_core::newer::{Version, newer_than};
use provider_core::reconcile::{Observed, after_read};
use provider_core::reported::{Difference, differences};
use provider_core::shape::Shape;
use provider_core::value::Value;

use super::Change;

/// More differences in one message help nobody.
const SHOWN: usize = 8;

/// A warning of what libvirt made of the state just written, where that is new since the last apply: `baseline` is what it
/// had made of the state before. What the host's libvirt does not know yet is reported elsewhere.
pub(super) fn warning(
    shape: &Shape,
    change: &Change,
    baseline: Option<&Value>,
    version: Option<Version>,
    (state, actual): (&Value, &Value),
    named_as: &dyn Fn(&Value, Value) -> Value,
) -> Option<Diagnostic> {
    let newer = version.map(|version| newer_than(shape, &change.config, version)).unwrap_or_default();
    let is_newer = |found: &Difference| newer.iter().any(|(path, _)| overlap(path, &found.path));
    let between = |state: &Value, actual: &Value| {
        let actual = named_as(state, actual.clone());
        differences(shape, &change.config, state, &after_read(shape, state, &Observed::new(&actual)))
    };
    let known = match baseline {
        Some(baseline) if !change.prior.is_null() => between(&change.prior, baseline),
        _ => Vec::new(),
    };
    let mut new = between(state, actual);
    new.retain(|difference| !known.contains(difference) && !is_newer(difference));
    new.first().map(|first| message(&new).at(first.place()))
}

fn overlap(path: &AttributePath, other: &AttributePath) -> bool {
    path.0.starts_with(&other.0) || other.0.starts_with(&path.0)
}

fn message(new: &[Difference]) -> Diagnostic {
    let lines: Vec<String> = new.iter().take(SHOWN).map(|difference| format!("  {}", difference.line())).collect();
    let more = match new.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!("\n  and {more} more"),
    };
    let detail = format!(
        "libvirt accepted the definition but reports:\n{}{more}\nApplying again would not change this, so later plans do \
         not show it. Values that libvirt does not report may have no effect.",
        lines.join("\n")
    );
    Diagnostic::warning("libvirt reports a different value", detail)
}
