//! Between Terraform's values and libvirt's documents, for all resources. Knows conversion and what a change makes of a
//! definition; must not know any element.

use provider_core::convert::{self, ConvertError, Root, Side};
use provider_core::diagnostics::Diagnostic;
use provider_core::node::Node;
use provider_core::redefine::{Carry, Sides, changes_definition, redefine};
use provider_core::select::settable;
use provider_core::tree::{Content, Element};
use provider_core::value::Value;
use provider_core::xml;

use super::Update;

/// The document for an object. What is still unknown is for libvirt to choose and is left out, and so is what only
/// libvirt reports.
pub(super) fn write(root: &Root, value: &Value) -> Result<Element, Diagnostic> {
    let text = convert::to_xml(root, &settable(root.shape, &value.known()))
        .map_err(|error| unwritable(&error).at(error.path()))?;
    Element::parse(&text).map_err(|error| unwritable(&error))
}

fn unwritable(error: &dyn std::fmt::Display) -> Diagnostic {
    Diagnostic::error(
        "Cannot build libvirt XML from this configuration",
        format!("{error}. Where an attribute takes raw XML, it must be well-formed, every namespace in it declared."),
    )
}

fn unreadable(error: &dyn std::fmt::Display) -> Diagnostic {
    let detail = format!("{error}. This is an error in the provider.");
    Diagnostic::error("Cannot read libvirt's document", detail)
}

/// The object a document stands for. What only a newer libvirt can have written must not keep anyone from working with
/// the rest: it is as if it were not there, and the log says so.
pub(super) fn read(root: &Root, document: &str) -> Result<Value, Diagnostic> {
    let (value, unread) = convert::from_newer_xml(root, document).map_err(|error| unreadable(&error))?;
    log_unread(root, &unread);
    Ok(value)
}

fn log_unread(root: &Root, unread: &[ConvertError]) {
    for error in unread {
        tracing::warn!(%error, kind = root.kind, "libvirt reports what this provider cannot hold");
    }
}

/// libvirt's current definition in every form.
pub(super) struct Current {
    node: Box<dyn Node>,
    pub(super) value: Value,
    document: Element,
}

impl Current {
    /// Reads a definition.
    pub(super) fn read(root: &Root, definition: &str) -> Result<Current, Diagnostic> {
        let (mut node, _) = xml::read(root.document, definition).map_err(|error| unreadable(&error))?;
        let (value, unread) = convert::from_newer_node(root, node.as_mut());
        log_unread(root, &unread);
        let document = Element::parse(definition).map_err(|error| unreadable(&error))?;
        Ok(Current { node, value, document })
    }
}

/// What a definition is to become.
#[derive(Debug)]
pub(super) struct Redefinition {
    /// What the plan says, and what stays of what libvirt chose.
    pub merged: Element,
    /// The same without the places of devices, should they not fit any more.
    without_places: Element,
    /// What the plan says and nothing else, should libvirt's choices not fit any more.
    pub plain: Element,
    /// libvirt's current definition.
    pub before: Element,
    /// Whether the plan changes anything in it.
    pub changed: bool,
}

impl Redefinition {
    /// From the object as it was, as it is planned, and libvirt's current definition.
    pub(super) fn new(root: &Root, update: &Update<'_>, current: Current) -> Result<Redefinition, Diagnostic> {
        let Current { mut node, value: actual, document: before } = current;
        let Update { prior, planned, baseline, .. } = *update;
        let sides = Sides { planned, prior, actual: &actual, baseline };
        let mut written = |carry: Carry| -> Result<Element, Diagnostic> {
            let value = settable(root.shape, &redefine(root.shape, &sides, carry));
            let mut made = convert::to_node(root, &value).map_err(|error| unwritable(&error).at(error.path()))?;
            if carry != Carry::Nothing {
                let from = Side { node: node.as_mut(), value: &actual };
                convert::carry(root.shape, from, Side { node: made.as_mut(), value: &value });
            }
            let made = Element::parse(&xml::write(root.document, made.as_mut())).map_err(|error| unwritable(&error))?;
            Ok(with_uuid(made, &before))
        };
        Ok(Redefinition {
            merged: written(Carry::All)?,
            without_places: written(Carry::NoPlacements)?,
            plain: written(Carry::Nothing)?,
            changed: changes_definition(root.shape, &sides),
            before,
        })
    }

    /// Defines it again where the object did not take the definition with its stop: `now` is what it has. Drivers keep a
    /// new definition aside while the object runs, and the test driver then forgets it.
    pub(super) fn define_again<T, E>(&self, now: &str, define: impl Fn(&str) -> Result<T, E>) -> Result<(), E> {
        match self.not_taken(now) {
            true => self.define(define).map(|_| ()),
            false => Ok(()),
        }
    }

    /// Whether libvirt still reports the old definition although another one was defined.
    pub(super) fn not_taken(&self, now: &str) -> bool {
        self.changed && Element::parse(now).is_ok_and(|now| now.same(&self.before))
    }

    /// Defines the merged document with `define` and, where libvirt rejects it, those that carry less over. The first
    /// rejection is the error.
    pub(super) fn define<T, E>(&self, define: impl Fn(&str) -> Result<T, E>) -> Result<T, E> {
        let first = match define(&self.merged.to_string()) {
            Err(error) => error,
            done => return done,
        };
        for less in [&self.without_places, &self.plain] {
            if let Ok(done) = define(&less.to_string()) {
                return Ok(done);
            }
        }
        Err(first)
    }
}

/// The document under the UUID that the definition has.
fn with_uuid(mut document: Element, definition: &Element) -> Element {
    if let (None, Some(uuid)) = (document.child("uuid"), definition.child("uuid")) {
        document.content.push(Content::Element(uuid.clone()));
    }
    document
}
