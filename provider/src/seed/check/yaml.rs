//! YAML as far as it must be known here: whether it is some, and what stands at its top. Must not know what for.

use saphyr_parser::{Event, Parser, ScalarStyle};

/// A document's outermost mapping.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Outline {
    /// Its keys, in order.
    pub entries: Vec<Entry>,
}

/// A key, where it stands, and its value where that is a plain one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub key: String,
    pub line: usize,
    pub value: Option<String>,
}

/// Why a text has no outline.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoOutline {
    /// It is no YAML.
    #[error("line {line}, column {column}: {message}")]
    Syntax { line: usize, column: usize, message: String },
    /// It is a list or a single value.
    #[error("it is {0}, and not keys with values")]
    NoMapping(&'static str),
}

/// Reads a text. One without content is a mapping of nothing.
pub(super) fn outline(text: &str) -> Result<Outline, NoOutline> {
    let mut outline = Outline::default();
    let (mut depth, mut in_value) = (0, false);
    let mut shape = Ok(());
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| NoOutline::Syntax {
            line: error.marker().line(),
            column: error.marker().col() + 1,
            message: error.info().to_string(),
        })?;
        match (&event, depth) {
            (Event::Scalar(value, style, ..), 0) if !is_nothing(value, *style) => {
                shape = shape.and(Err(NoOutline::NoMapping("a single value")));
            }
            (Event::SequenceStart(..), 0) => shape = shape.and(Err(NoOutline::NoMapping("a list"))),
            (Event::Scalar(value, ..), 1) if shape.is_ok() => match outline.entries.last_mut().filter(|_| in_value) {
                Some(entry) => entry.value = Some(value.to_string()),
                None => outline.entries.push(Entry { key: value.to_string(), line: span.start.line(), value: None }),
            },
            _ => {}
        }
        let is_node = matches!(event, Event::Scalar(..) | Event::Alias(_) | Event::SequenceEnd | Event::MappingEnd);
        match event {
            Event::SequenceStart(..) | Event::MappingStart(..) => depth += 1,
            Event::SequenceEnd | Event::MappingEnd => depth -= 1,
            _ => {}
        }
        // Keys and values take turns.
        in_value ^= is_node && depth == 1;
    }
    shape.map(|()| outline)
}

/// What stands for no value at all.
fn is_nothing(value: &str, style: ScalarStyle) -> bool {
    style == ScalarStyle::Plain && ["", "~", "null", "Null", "NULL"].contains(&value)
}

/// The instance that cloud-init's meta data name; `None` where they name none or are no YAML.
pub fn instance_id(meta_data: &str) -> Option<String> {
    let outline = outline(meta_data).ok()?;
    outline.entries.into_iter().find(|entry| entry.key == "instance-id")?.value
}
