//! Where in a JSON text an attribute stands. Knows JSON only.

use std::borrow::Cow;
use std::collections::HashMap;

use provider_core::diagnostics::{AttributePath, PathStep};
use serde_json::value::RawValue;

/// The line of the value at a path, from 1; where the path leads out of the text, of the last value on the way.
pub fn line(text: &str, path: &AttributePath) -> Option<usize> {
    let mut here: &RawValue = serde_json::from_str(text).ok()?;
    for step in &path.0 {
        let Some(next) = below(here, step) else { break };
        here = next;
    }
    let offset = here.get().as_ptr() as usize - text.as_ptr() as usize;
    Some(text.get(..offset)?.matches('\n').count() + 1)
}

fn below<'t>(here: &'t RawValue, step: &PathStep) -> Option<&'t RawValue> {
    match step {
        PathStep::Attribute(name) => {
            let members: HashMap<Cow<str>, &RawValue> = serde_json::from_str(here.get()).ok()?;
            members.get(*name).copied()
        }
        PathStep::Element(index) => {
            let items: Vec<&RawValue> = serde_json::from_str(here.get()).ok()?;
            items.get(*index).copied()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found() {
        let text = "{\n \"a\": [\n  {},\n  {\"b\":\n 1}]\n}";
        let a = AttributePath::root("a");
        let rows = [
            (AttributePath::default(), 1),
            (a.clone(), 2),
            (a.element(0), 3),
            (a.element(1).attribute("b"), 5),
            (a.element(1).attribute("c"), 4),
        ];
        for (path, expected) in rows {
            assert_eq!(line(text, &path), Some(expected), "{path}");
        }
    }
}
