//! Between Terraform's values and libvirt's documents, for all resources. Knows conversion and merging; must not know
//! any element.

use provider_core::convert::{self, Root};
use provider_core::diagnostics::Diagnostic;
use provider_core::merge::{Rules, merge};
use provider_core::select::settable;
use provider_core::tree::{Content, Element};
use provider_core::value::Value;

use crate::libvirt::Error;

/// The document for an object. What is still unknown is for libvirt to choose and is left out, and so is what only
/// libvirt tells.
pub(super) fn write(root: &Root, value: &Value) -> Result<Element, Diagnostic> {
    let text = convert::to_xml(root, &settable(root.shape, &value.known()))
        .map_err(|error| unwritable(&error).at(error.path()))?;
    Element::parse(&text).map_err(|error| unwritable(&error))
}

fn unwritable(error: &dyn std::fmt::Display) -> Diagnostic {
    Diagnostic::error(
        "The configuration makes no libvirt document",
        format!("{error}. Where an attribute takes raw XML, it must be well-formed, every namespace in it declared."),
    )
}

/// The object a document stands for. What only a newer libvirt can have written must not keep anyone from working with
/// the rest: it is as if it were not there, and the log says so.
pub(super) fn read(root: &Root, document: &str) -> Result<Value, Diagnostic> {
    let (value, unread) = convert::from_newer_xml(root, document).map_err(|error| {
        Diagnostic::error("libvirt's document could not be read", format!("{error}. This is an error in the provider."))
    })?;
    for error in unread {
        tracing::warn!(%error, kind = root.kind, "libvirt tells what this provider cannot hold");
    }
    Ok(value)
}

/// What a definition is to become.
#[derive(Debug)]
pub(super) struct Redefinition {
    /// What the user wants, and what libvirt chose by itself.
    pub merged: Element,
    /// What the user wants and nothing else but the UUID, should libvirt's choices not fit any more.
    pub plain: Element,
    /// libvirt's present definition.
    pub before: Element,
    /// Whether the user changed anything in it.
    pub changed: bool,
}

impl Redefinition {
    /// From the object as it was, as it is planned, and libvirt's present definition.
    pub(super) fn new(
        root: &Root,
        rules: &Rules,
        prior: &Value,
        planned: &Value,
        theirs: &str,
    ) -> Result<Redefinition, Diagnostic> {
        let (base, mine) = (write(root, prior)?, write(root, planned)?);
        let theirs = Element::parse(theirs).map_err(|error| unwritable(&error))?;
        Ok(Redefinition::of(rules, &base, mine, &theirs))
    }

    /// From the three documents.
    pub(super) fn of(rules: &Rules, base: &Element, mine: Element, theirs: &Element) -> Redefinition {
        let changed = !base.same(&mine);
        let merged = with_uuid(merge(rules, base, &mine, theirs), theirs);
        Redefinition { merged, plain: with_uuid(mine, theirs), before: theirs.clone(), changed }
    }

    /// Defines it again where the object did not take the definition with its stop: `now` is what it has. Drivers keep a
    /// new definition aside while the object runs, and the test driver then forgets it.
    pub(super) fn define_again<T>(&self, now: &str, define: impl Fn(&str) -> Result<T, Error>) -> Result<(), Error> {
        match self.not_taken(now) {
            true => self.define(define).map(|_| ()),
            false => Ok(()),
        }
    }

    /// Whether libvirt still tells the old definition although another one was defined.
    pub(super) fn not_taken(&self, now: &str) -> bool {
        self.changed && Element::parse(now).is_ok_and(|now| now.same(&self.before))
    }

    /// Defines the merged document with `define` and, where libvirt rejects it, the plain one once. Where it rejects that,
    /// too, the first error stands.
    pub(super) fn define<T>(&self, define: impl Fn(&str) -> Result<T, Error>) -> Result<T, Error> {
        match define(&self.merged.to_string()) {
            Err(error) if error.is_rejection() => define(&self.plain.to_string()).map_err(|_| error),
            answer => answer,
        }
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

    /// Defines with a libvirt that answers with these errors in turn, and then takes the document. Which documents it was
    /// asked to define, and the text of the error that stood.
    fn defined(answers: &[Error]) -> (Vec<String>, Option<String>) {
        let [base, mine, theirs] =
            ["<domain/>", "<domain><title>b</title></domain>", "<domain><uuid>u</uuid><extra/></domain>"]
                .map(|text| Element::parse(text).unwrap());
        let wanted = Redefinition::of(&Rules { keys: &[], anew: &[] }, &base, mine, &theirs);
        let asked = RefCell::new(Vec::new());
        let answer = wanted.define(|document| {
            let mut asked = asked.borrow_mut();
            asked.push(document.to_string());
            answers.get(asked.len() - 1).map_or(Ok(()), |error| Err(error.clone()))
        });
        (asked.into_inner(), answer.err().map(|error| error.message().to_string()))
    }

    #[test]
    fn the_plain_document_is_tried_only_where_the_merged_one_is_rejected() {
        let merged = "<domain><title>b</title><uuid>u</uuid><extra/></domain>".to_string();
        let plain = "<domain><title>b</title><uuid>u</uuid></domain>".to_string();
        let rejected = |text: &str| Error::rejection("virDomainDefineXMLFlags", text);
        let lost = Error::lost("virDomainDefineXMLFlags", "the connection broke");
        let both = vec![merged.clone(), plain];
        let table = [
            (vec![], vec![merged.clone()], None),
            (vec![rejected("first")], both.clone(), None),
            (vec![rejected("first"), rejected("second")], both.clone(), Some("first")),
            (vec![rejected("first"), lost.clone()], both, Some("first")),
            (vec![lost], vec![merged], Some("the connection broke")),
        ];
        for (answers, asked, error) in table {
            assert_eq!(defined(&answers), (asked, error.map(str::to_string)), "{answers:?}");
        }
    }
}
