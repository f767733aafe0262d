//! STAND-IN, replaced when the branch that validates is merged: words only.

use crate::diagnostics::{AttributePath, Diagnostic, Diagnostics};
use crate::shape::{Form, Kind, Shape};
use crate::value::Value;

/// How loudly validation speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Level {
    /// What the grammar does not allow is an error.
    #[default]
    Error,
    /// It is a warning.
    Warn,
    /// Nothing is checked.
    Off,
}

/// Checks a configuration.
pub fn validate(shape: &Shape, config: &Value, level: Level) -> Diagnostics {
    let mut found = Diagnostics::new();
    for attribute in shape.attributes {
        let (Kind::Leaf(scalar), Some(text)) = (attribute.kind, config.get(attribute.name).as_str()) else { continue };
        let allowed = |form: &Form| matches!(form, Form::Words(words) if words.contains(&text));
        if !scalar.forms.is_empty() && !scalar.forms.iter().any(allowed) {
            let detail = format!("{text} is not allowed here.");
            found.push(Diagnostic::error("Not allowed", detail).at(AttributePath::root(attribute.name)));
        }
    }
    if level == Level::Off { Diagnostics::new() } else { found }
}
