//! Between Terraform's values and libvirt's documents, for all resources. Knows conversion and what a change makes of a
//! definition; must not know any element.

use provider_core::convert::{self, ConvertError, Root, Side};
use provider_core::diagnostics::Diagnostic;
use provider_core::node::Node;
use provider_core::redefine::{Carry, Sides, changes_definition, redefine};
use provider_core::reported::differences;
use provider_core::select::settable;
use provider_core::tree::{Content, Element};
use provider_core::value::Value;
use provider_core::xml;

use super::Update;

use crate::libvirt::Error;

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
        format!(
            "{error}. Raw XML in an attribute must be well-formed and must declare every namespace prefix it uses."
        ),
    )
}

fn unreadable(error: &dyn std::fmt::Display) -> Diagnostic {
    let detail = format!("{error}. This is a bug in the provider.");
    Diagnostic::error("Cannot read libvirt's XML", detail)
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
    /// The same without the places of devices, and without any of libvirt's choices, should they not fit any more.
    with_less: Vec<Less>,
    /// libvirt's current definition.
    pub before: Element,
    /// Whether the plan changes anything in it.
    pub changed: bool,
}

/// A definition that carries less over.
#[derive(Debug)]
struct Less {
    document: Element,
    /// The attributes that it leaves to libvirt again.
    given_up: Vec<String>,
}

/// More attributes in one message help nobody.
const SHOWN: usize = 12;

impl Less {
    /// Says what libvirt was left to choose again, and why.
    fn warning(&self, rejection: &Error) -> Option<Diagnostic> {
        let (shown, rest) = self.given_up.split_at(self.given_up.len().min(SHOWN));
        let lines: Vec<String> = shown.iter().map(|path| format!("  {path}")).collect();
        let more = if rest.is_empty() { String::new() } else { format!("\n  and {} more", rest.len()) };
        let detail = format!(
            "libvirt rejected the new definition together with values it had chosen before: {}. These values were left to \
             libvirt to choose again:\n{}{more}",
            rejection.message(),
            lines.join("\n")
        );
        (!self.given_up.is_empty()).then(|| Diagnostic::warning("libvirt chose some values again", detail))
    }
}

impl Redefinition {
    /// From the object as it was, as it is planned, and libvirt's current definition.
    pub(super) fn new(root: &Root, update: &Update<'_>, current: Current) -> Result<Redefinition, Diagnostic> {
        let Current { mut node, value: actual, document: before } = current;
        let Update { prior, planned, baseline, .. } = *update;
        let sides = Sides { planned, prior, actual: &actual, baseline };
        let mut written = |carry: Carry| -> Result<(Value, Element), Diagnostic> {
            let value = settable(root.shape, &redefine(root.shape, &sides, carry));
            let mut made = convert::to_node(root, &value).map_err(|error| unwritable(&error).at(error.path()))?;
            if carry != Carry::Nothing {
                let from = Side { node: node.as_mut(), value: &actual };
                convert::carry(root.shape, from, Side { node: made.as_mut(), value: &value });
            }
            let made = Element::parse(&xml::write(root.document, made.as_mut())).map_err(|error| unwritable(&error))?;
            Ok((value, with_uuid(made, &before)))
        };
        let (whole, merged) = written(Carry::All)?;
        let mut less = |carry| -> Result<Less, Diagnostic> {
            let (value, document) = written(carry)?;
            let given_up =
                differences(root.shape, &whole, &whole, &value).iter().map(|one| one.path.to_string()).collect();
            Ok(Less { document, given_up })
        };
        let with_less = vec![less(Carry::NoPlacements)?, less(Carry::Nothing)?];
        Ok(Redefinition { merged, with_less, changed: changes_definition(root.shape, &sides), before })
    }

    /// Defines it again where the object did not take the definition with its stop: `now` is what it has. Drivers keep a
    /// new definition aside while the object runs, and the test driver then forgets it.
    pub(super) fn define_again<T>(&self, now: &str, define: impl Fn(&str) -> Result<T, Error>) -> Result<(), Error> {
        match self.not_taken(now) {
            true => self.define(define).map(|_| ()),
            false => Ok(()),
        }
    }

    /// Whether libvirt still reports the old definition although another one was defined.
    pub(super) fn not_taken(&self, now: &str) -> bool {
        self.changed && Element::parse(now).is_ok_and(|now| now.same(&self.before))
    }

    /// Defines the document with `define` and, where libvirt rejects it, one after the other those that carry less over. Where
    /// it rejects these too, the first error stands. A warning says what was given up.
    pub(super) fn define<T>(
        &self,
        define: impl Fn(&str) -> Result<T, Error>,
    ) -> Result<(T, Option<Diagnostic>), Error> {
        let first = match define(&self.merged.to_string()) {
            Err(error) if error.is_rejection() => error,
            answer => return answer.map(|done| (done, None)),
        };
        for less in &self.with_less {
            match define(&less.document.to_string()) {
                Ok(done) => return Ok((done, less.warning(&first))),
                Err(error) if error.is_rejection() => {}
                Err(_) => return Err(first),
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

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    /// Defines with a libvirt that answers with these errors in turn, and then takes the document. How many documents it was
    /// asked to define, the warning, and the text of the error that stood.
    fn defined(answers: &[Error]) -> (usize, Option<String>, Option<String>) {
        let root = &generated::shapes::DOMAIN;
        let nic = |inside: &str| format!("<domain><name>n</name><devices>{inside}</devices></domain>");
        let there = nic("<disk><target dev='vda'/><address type='pci' slot='0x3'/></disk>");
        let [prior, planned] = ["", "<readonly/>"]
            .map(|more| convert::from_xml(root, &nic(&format!("<disk><target dev='vda'/>{more}</disk>"))).unwrap());
        let update = Update { config: &Value::Null, prior: &prior, planned: &planned, baseline: None };
        let wanted = Redefinition::new(root, &update, Current::read(root, &there).unwrap()).unwrap();
        assert!(wanted.merged.to_string().contains("slot"), "{}", wanted.merged);
        let asked = RefCell::new(0);
        let answer = wanted.define(|_| {
            *asked.borrow_mut() += 1;
            answers.get(*asked.borrow() - 1).map_or(Ok(()), |error| Err(error.clone()))
        });
        match answer {
            Ok((_, warning)) => (asked.into_inner(), warning.map(|warning| warning.detail), None),
            Err(error) => (asked.into_inner(), None, Some(error.message().to_string())),
        }
    }

    #[test]
    fn less_is_carried_over_only_where_libvirt_rejects_the_document() {
        let rejected = |text: &str| Error::rejection("virDomainDefineXMLFlags", text);
        let lost = || Error::lost("virDomainDefineXMLFlags", "the connection broke");
        assert_eq!(defined(&[]), (1, None, None));
        let (asked, warning, error) = defined(&[rejected("first")]);
        assert_eq!((asked, error), (2, None));
        assert!(warning.is_some_and(|text| text.contains("first") && text.contains("devices.disks[0].address")));
        assert_eq!(defined(&[rejected("first"), rejected("second")]).0, 3);
        let all = [rejected("first"), rejected("second"), rejected("third")];
        assert_eq!(defined(&all), (3, None, Some("first".to_string())));
        assert_eq!(defined(&[lost()]), (1, None, Some("the connection broke".to_string())));
        assert_eq!(defined(&[rejected("first"), lost()]), (2, None, Some("first".to_string())));
    }
}
