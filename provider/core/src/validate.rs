//! What is wrong with a configuration by the grammar alone. Knows shapes; must not know the host, nor what libvirt
//! checks beyond its grammar.

use crate::diagnostics::{AttributePath, Diagnostic, Diagnostics, Level};
use crate::exclusive;
use crate::forms;
use crate::matching;
use crate::place::Anchor;
use crate::shape::{Attribute, Class, Kind, Leaf, List, Scalar, Shape, Xml};
use crate::value::Value;
use crate::walk::set_attributes;
use crate::xml;

/// Checks a configuration: words, patterns, ranges, required members, keys that are there twice (a warning), and
/// branches that exclude each other. Unknown values pass. The last is an error at any level: one of the branches would
/// be lost in silence; and so is what makes no XML.
pub fn validate(shape: &Shape, config: &Value, level: Level) -> Diagnostics {
    let mut validator = Validator { level, around: Vec::new(), diagnostics: Diagnostics::new() };
    validator.element(shape, config, &AttributePath::default(), &Anchor::default());
    validator.diagnostics
}

/// An error for each attribute that is set and cannot be. Terraform leaves that to the provider, and would else drop the
/// value.
pub fn read_only(shape: &Shape, config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    set_attributes(shape, config, &mut |attribute, path| {
        if attribute.class == Class::Runtime {
            let detail = format!("{path} is reported by libvirt and cannot be set. Remove it from the configuration.");
            found.push(Diagnostic::error("Read-only attribute", detail).at(path.clone()));
        }
        attribute.class != Class::Runtime
    });
    found
}

/// An error for each write-only attribute that is set: a client that does not know of them would store them.
pub fn write_only(shape: &Shape, config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    set_attributes(shape, config, &mut |attribute, path| {
        if attribute.class == Class::WriteOnly {
            let detail = "This attribute is write-only, which requires Terraform 1.11 or later.";
            found.push(Diagnostic::error("Write-only attribute not supported", detail).at(path.clone()));
        }
        attribute.class != Class::WriteOnly
    });
    found
}

struct Validator<'s> {
    level: Level,
    /// The objects around, the outermost one first.
    around: Vec<(&'s Shape, AttributePath)>,
    diagnostics: Diagnostics,
}

impl<'s> Validator<'s> {
    /// An object that is anchored at an XML element of its own.
    fn element(&mut self, shape: &'s Shape, value: &Value, path: &AttributePath, place: &Anchor) {
        self.object(shape, value, path, place);
        self.diagnostics.extend(exclusive::check(shape, value, path, place, self.level));
    }

    fn object(&mut self, shape: &'s Shape, value: &Value, path: &AttributePath, place: &Anchor) {
        if value.as_object().is_none() {
            return;
        }
        self.around.push((shape, path.clone()));
        for attribute in shape.attributes {
            let (set, path) = (value.get(attribute.name), path.attribute(attribute.name));
            match set {
                Value::Null if attribute.required => self.missing(attribute, path, place),
                Value::Null | Value::Unknown(_) => {}
                set => self.attribute(attribute, set, &path, place),
            }
        }
        self.around.pop();
    }

    fn attribute(&mut self, attribute: &'s Attribute, value: &Value, path: &AttributePath, place: &Anchor) {
        match attribute.kind {
            Kind::Leaf(scalar) => self.leaf(attribute, scalar, value, path, place),
            // Terraform has no path to an element of a set.
            Kind::Set(scalar) => value.items().iter().for_each(|item| self.leaf(attribute, scalar, item, path, place)),
            Kind::Leaves(scalar) => {
                for (position, item) in value.items().iter().enumerate() {
                    self.leaf(attribute, scalar, item, &path.element(position), place);
                }
            }
            Kind::Object(shape) => {
                let anchor = place.inside(attribute.xml.as_ref());
                match attribute.xml.as_ref().is_none_or(|xml| xml.anchored) {
                    true => self.element(shape, value, path, &anchor),
                    false => self.object(shape, value, path, &anchor),
                }
            }
            Kind::List(shape, list) => {
                let anchor = place.inside(attribute.xml.as_ref());
                for (position, item) in value.items().iter().enumerate() {
                    self.element(shape, item, &path.element(position), &anchor);
                }
                self.duplicates(attribute, shape, list, value, path, place);
            }
        }
    }

    fn leaf(&mut self, attribute: &Attribute, scalar: &Scalar, value: &Value, path: &AttributePath, place: &Anchor) {
        // What cannot be set is reported by `read_only`.
        if attribute.class == Class::Runtime {
            return;
        }
        if let Some(character) = unwritable(value) {
            let detail =
                format!("{path} contains the character U+{:04X}, which XML does not allow.", u32::from(character));
            let found = Diagnostic::error("Value cannot be written as XML", detail + &in_xml(attribute, place));
            return self.diagnostics.push(found.at(path.clone()));
        }
        if forms::accepts(scalar, value) || is_bare_branch(attribute, value) {
            return;
        }
        let secret = attribute.sensitive || attribute.class == Class::WriteOnly;
        let shown = if secret { "(sensitive)".to_string() } else { show(value) };
        let meant = match forms::suggestion(scalar, value) {
            Some(word) if !secret => format!(" Did you mean {word:?}?"),
            None if !secret => self.branch_hint(value),
            _ => String::new(),
        };
        let (forms, place) = (forms::describe(scalar), in_xml(attribute, place));
        if forms::is_lax(scalar) && value.as_str().is_some() {
            let detail =
                format!("{path} is {shown}. libvirt's grammar allows: {forms}. libvirt may accept it anyway.{place}");
            let found = Diagnostic::warning("Unusual value", detail).at(path.clone());
            return self.diagnostics.extend(self.level.apply(found));
        }
        self.report("Value not allowed", format!("{path} is {shown}. Allowed: {forms}.{meant}{place}"), path.clone());
    }

    /// Where the value is the word for a kind of something around it, the attribute that says so.
    fn branch_hint(&self, value: &Value) -> String {
        let Some(word) = value.as_str() else { return String::new() };
        let says = |(shape, path): &(&Shape, AttributePath)| branch(shape, path, word);
        let found = self.around.iter().rev().find_map(says);
        found.map(|path| format!(" For {word:?}, set {path}.")).unwrap_or_default()
    }

    fn missing(&mut self, attribute: &Attribute, path: AttributePath, place: &Anchor) {
        let detail = format!("{path} is required when the object it belongs to is set.{}", in_xml(attribute, place));
        self.report("Required attribute missing", detail, path);
    }

    fn duplicates(
        &mut self,
        attribute: &Attribute,
        shape: &Shape,
        list: &List,
        value: &Value,
        path: &AttributePath,
        place: &Anchor,
    ) {
        let items = value.items();
        for (earlier, later) in matching::duplicates(shape, list, items) {
            let (other, item) = (&items[earlier], &items[later]);
            let key = matching::common_key(list, other, item).unwrap_or_default();
            let values: Vec<String> = key.iter().map(|part| format!("{part} = {}", show(item.at(part)))).collect();
            let detail = format!(
                "{} and {} have the same {}, which must be unique.{}",
                path.element(earlier),
                path.element(later),
                values.join(", "),
                in_xml(attribute, place)
            );
            // libvirt takes some such pairs (two ways to the same network card); they are matched by position.
            let found = Diagnostic::warning("Duplicate element", detail).at(path.element(later));
            self.diagnostics.extend(self.level.apply(found));
        }
    }

    fn report(&mut self, summary: &str, detail: String, path: AttributePath) {
        self.diagnostics.extend(self.level.apply(Diagnostic::error(summary, detail).at(path)));
    }
}

/// The attribute of an object's own element that is there where the element is called to be of the kind `word`.
fn branch(shape: &Shape, path: &AttributePath, word: &str) -> Option<AttributePath> {
    shape.attributes.iter().find_map(|attribute| {
        let (xml, path) = (attribute.xml.as_ref()?, path.attribute(attribute.name));
        match attribute.kind {
            _ if xml.when.iter().any(|when| when.steps.is_empty() && when.values.contains(&word)) => Some(path),
            Kind::Object(inner) if !xml.anchored => branch(inner, &path, word),
            _ => None,
        }
    })
}

/// A character of a text that no XML document can hold, by itself or by its number.
fn unwritable(value: &Value) -> Option<char> {
    value.as_str()?.chars().find(|character| !xml::is_character(*character))
}

/// Whether it is a branch of nothing but text, and has none: the branch may well be all that is meant.
fn is_bare_branch(attribute: &Attribute, value: &Value) -> bool {
    let is_branch = |xml: &Xml| xml.leaf == Leaf::Text && !xml.when.is_empty();
    value.as_str() == Some("") && attribute.xml.as_ref().is_some_and(is_branch)
}

fn in_xml(attribute: &Attribute, place: &Anchor) -> String {
    match attribute.xml.as_ref().map(|xml| place.of(xml)) {
        Some(place) if !place.is_empty() => format!(" In the XML: {place}."),
        _ => String::new(),
    }
}

/// A value in a message.
pub(crate) fn show(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text:?}"),
        Value::Number(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        _ => "set".to_string(),
    }
}

#[cfg(test)]
#[path = "validate_tests.rs"]
mod tests;
