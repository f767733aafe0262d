//! Where in a JSON text an attribute stands. Knows JSON only.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::fmt;

use provider_core::diagnostics::{AttributePath, PathStep};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The line of the value at a path, from 1; where the path leads out of the text, of the last value on the way.
pub fn line(text: &str, path: &AttributePath) -> Option<usize> {
    let mut here: &RawValue = serde_json::from_str(text).ok()?;
    for step in &path.0 {
        let Some(next) = below(here, step) else { break };
        here = next;
    }
    line_of(text, here)
}

/// The first name that an object has twice, with the line of its second value: readers of JSON pass over the first.
pub fn repeated(text: &str) -> Option<(usize, String)> {
    let (value, name) = repeated_in(serde_json::from_str(text).ok()?)?;
    Some((line_of(text, value)?, name))
}

fn repeated_in(here: &RawValue) -> Option<(&RawValue, String)> {
    if let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(here.get()) {
        return items.into_iter().find_map(repeated_in);
    }
    let Members(members) = serde_json::from_str(here.get()).ok()?;
    let mut seen = BTreeSet::new();
    members.into_iter().find_map(|(name, value)| match seen.insert(name.clone()) {
        true => repeated_in(value),
        false => Some((value, name)),
    })
}

/// The members of an object, all of them, in their order.
struct Members<'t>(Vec<(String, &'t RawValue)>);

impl<'t> Deserialize<'t> for Members<'t> {
    fn deserialize<D: Deserializer<'t>>(deserializer: D) -> Result<Members<'t>, D::Error> {
        struct All;
        impl<'t> Visitor<'t> for All {
            type Value = Members<'t>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Members<'t>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(All)
    }
}

fn line_of(text: &str, value: &RawValue) -> Option<usize> {
    let offset = value.get().as_ptr() as usize - text.as_ptr() as usize;
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
    fn names_that_are_there_twice_are_found() {
        let rows = [
            (r#"{"a": 1, "b": [{"a": 1}, {"a": "x"}], "c": {"a": null}}"#, None),
            ("{\"a\": 1,\n\"a\": 1}", Some((2, "a"))),
            ("{\"a\": [1, {}, {\"b\": 1,\n\n\"\\u0062\": {}}]}", Some((3, "b"))),
            ("{\"a\": ", None),
        ];
        for (text, expected) in rows {
            assert_eq!(repeated(text), expected.map(|(line, name)| (line, name.to_string())), "{text}");
        }
    }

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
