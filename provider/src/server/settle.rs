//! What libvirt tells otherwise right after an apply: settled for later plans, and told to the user once. Knows states and
//! versions; must not know any attribute.

use provider_core::diagnostics::{AttributePath, Diagnostic};
use provider_core::newer::{Version, newer_than};
use provider_core::settled::{Before, Difference, Settled, differences, fleeting};
use provider_core::shape::Shape;
use provider_core::value::Value;

use super::Change;

/// More differences in one message help nobody.
const TOLD: usize = 8;

/// What a read of the object tells otherwise than the state just written, which no other apply would change, and a
/// warning where that is new: without it every plan would show the same differences again. What the host's libvirt does not
/// know yet is left out: a newer one will take it.
pub(super) fn settle(
    shape: &Shape,
    change: &Change,
    before: &Settled,
    version: Option<Version>,
    (state, read): (&Value, &Value),
) -> (Settled, Option<Diagnostic>) {
    let newer = version.map(|version| newer_than(shape, &change.config, version)).unwrap_or_default();
    let is_newer = |found: &Difference| newer.iter().any(|(path, _)| overlap(path, &found.path));
    let mut found = differences(shape, state, read, Before { state: &change.prior, settled: before });
    found.retain(|difference| !is_newer(difference));
    let new: Vec<&Difference> = found.iter().filter(|difference| !before.has(difference)).collect();
    let settled = Settled::of(&found).with_fleeting(&fleeting(shape, &change.config, state));
    (settled, new.first().map(|first| warning(&new).at(first.place())))
}

fn overlap(path: &AttributePath, other: &AttributePath) -> bool {
    path.0.starts_with(&other.0) || other.0.starts_with(&path.0)
}

fn warning(new: &[&Difference]) -> Diagnostic {
    let lines: Vec<String> = new.iter().take(TOLD).map(|difference| format!("  {}", difference.line())).collect();
    let more = match new.len().saturating_sub(TOLD) {
        0 => String::new(),
        more => format!("\n  and {more} more"),
    };
    let detail = format!(
        "libvirt took the definition, but tells of it:\n{}{more}\nAnother apply would not change that, so it is no \
         difference for later plans. What libvirt leaves out may have no effect.",
        lines.join("\n")
    );
    Diagnostic::warning("libvirt keeps it otherwise", detail)
}
