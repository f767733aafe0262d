//! Messages to the user and their places, as the protocol has them. Knows nothing of what went wrong.

use provider_core::diagnostics::{AttributePath, Diagnostic, PathStep, Severity};

use super::proto;
use super::proto::attribute_path::{Step, step::Selector};

/// Diagnostics as messages.
pub(crate) fn diagnostics(diagnostics: Vec<Diagnostic>) -> Vec<proto::Diagnostic> {
    diagnostics.into_iter().map(diagnostic).collect()
}

fn diagnostic(diagnostic: Diagnostic) -> proto::Diagnostic {
    let severity = match diagnostic.severity {
        Severity::Error => proto::diagnostic::Severity::Error,
        Severity::Warning => proto::diagnostic::Severity::Warning,
    };
    // A path without steps would point at the whole resource, which is what no path means too.
    let attribute = (!diagnostic.path.0.is_empty()).then(|| path(&diagnostic.path));
    proto::Diagnostic { severity: severity.into(), summary: diagnostic.summary, detail: diagnostic.detail, attribute }
}

/// A path as a message.
pub(crate) fn path(path: &AttributePath) -> proto::AttributePath {
    proto::AttributePath { steps: path.0.iter().map(step).collect() }
}

fn step(step: &PathStep) -> Step {
    let selector = match step {
        PathStep::Attribute(name) => Selector::AttributeName((*name).to_string()),
        PathStep::Element(index) => Selector::ElementKeyInt(i64::try_from(*index).unwrap_or(i64::MAX)),
    };
    Step { selector: Some(selector) }
}
