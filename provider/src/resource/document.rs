//! Between Terraform's values and libvirt's documents, for all resources. Knows conversion and merging; must not know
//! any element.

use provider_core::convert::{self, Root};
use provider_core::diagnostics::{Diagnostic, Diagnostics, has_errors};
use provider_core::merge::{Rules, merge};
use provider_core::select::settable;
use provider_core::tree::{Content, Element, Name};
use provider_core::value::Value;

use super::Outcome;
use crate::libvirt::{self, Connection, Host};

/// The document for an object. What is still unknown is for libvirt to choose and is left out, and so is what only
/// libvirt tells.
pub(super) fn write(root: &Root, value: &Value) -> Result<Element, Diagnostic> {
    let text = convert::to_xml(root, &settable(root.shape, &known(value)))
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
    pub(super) fn define_again<T, E>(&self, now: &str, define: impl Fn(&str) -> Result<T, E>) -> Result<(), E> {
        match self.not_taken(now) {
            true => self.define(define).map(|_| ()),
            false => Ok(()),
        }
    }

    /// Whether libvirt still tells the old definition although another one was defined.
    pub(super) fn not_taken(&self, now: &str) -> bool {
        self.changed && Element::parse(now).is_ok_and(|now| now.same(&self.before))
    }

    /// Defines the merged document with `define` and, where libvirt rejects it, the plain one once.
    pub(super) fn define<T, E>(&self, define: impl Fn(&str) -> Result<T, E>) -> Result<T, E> {
        define(&self.merged.to_string()).or_else(|_| define(&self.plain.to_string()))
    }
}

/// The document under the UUID that the definition has.
fn with_uuid(mut document: Element, definition: &Element) -> Element {
    if let (None, Some(uuid)) = (document.child("uuid"), definition.child("uuid")) {
        document.content.push(Content::Element(uuid.clone()));
    }
    document
}

/// The UUID of a document that is to be defined, chosen here where the user left it open: should the connection break in
/// the middle, Terraform still knows what to look for.
pub(super) fn identify(document: &mut Element) -> Result<String, Diagnostic> {
    if let Some(uuid) = document.child("uuid") {
        return Ok(uuid.text().to_string());
    }
    let uuid =
        random_uuid().map_err(|error| Diagnostic::error("No random numbers", format!("/dev/urandom: {error}")))?;
    let name = Name { prefix: String::new(), namespace: String::new(), local: "uuid".to_string() };
    let content = vec![Content::Text(uuid.clone())];
    document.content.push(Content::Element(Element { name, attributes: Vec::new(), content }));
    Ok(uuid)
}

/// A UUID of version 4 (RFC 9562).
fn random_uuid() -> std::io::Result<String> {
    let mut bytes = [0u8; 16];
    std::io::Read::read_exact(&mut std::fs::File::open("/dev/urandom")?, &mut bytes)?;
    let number = u128::from_be_bytes(bytes) & !(0xf << 76) & !(0b11 << 62) | (0x4 << 76) | (0b10 << 62);
    let digits = format!("{number:032x}");
    let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    Ok(parts.join("-"))
}

/// The value with null for everything unknown.
pub(super) fn known(value: &Value) -> Value {
    match value {
        Value::Unknown(_) => Value::Null,
        Value::List(items) => Value::List(items.iter().map(known).collect()),
        Value::Object(object) => Value::Object(
            object.iter().map(|(name, value)| (*name, known(value))).filter(|(_, value)| !value.is_null()).collect(),
        ),
        other => other.clone(),
    }
}

/// A length of time from a number of seconds; `None` where it is not set.
pub(super) fn seconds(value: &Value) -> Option<std::time::Duration> {
    let seconds = u64::try_from(value.as_integer()?).ok()?;
    Some(std::time::Duration::from_secs(seconds))
}

/// What came of a create or an update, once it was tried and what is there was read. One message is enough: that it cannot
/// be read either is left out where something failed before. `fallback` is what Terraform knows by itself.
pub(super) fn outcome(
    actual: Result<Option<Value>, Diagnostic>,
    fallback: Option<Value>,
    mut diagnostics: Diagnostics,
) -> Outcome {
    let actual = actual.unwrap_or_else(|error| {
        if !has_errors(&diagnostics) {
            diagnostics.push(error);
        }
        fallback
    });
    Outcome { actual, diagnostics }
}

/// What Terraform needs to find again what was made under this UUID.
pub(super) fn partial(planned: &Value, uuid: &str) -> Value {
    let mut partial = known(planned);
    partial.set("uuid", uuid.into());
    partial
}

/// Finds what the user calls `id`, for kinds of objects that have UUIDs and names.
pub(super) fn import<T>(
    host: &Host,
    kind: &str,
    id: &str,
    by_uuid: impl Fn(&Connection, &str) -> libvirt::Result<Option<T>>,
    by_name: impl Fn(&Connection, &str) -> libvirt::Result<Option<T>>,
    uuid: impl Fn(&T) -> libvirt::Result<String>,
) -> Result<Value, Diagnostics> {
    let connection = host.connection().map_err(|error| vec![error])?;
    let find = || {
        let found = if is_uuid(id) { by_uuid(&connection, id)? } else { None };
        let found = found.map_or_else(|| by_name(&connection, id), |found| Ok(Some(found)))?;
        found.map(|found| uuid(&found)).transpose()
    };
    match find() {
        Ok(Some(uuid)) => Ok(Value::from([("uuid", uuid.into())])),
        Ok(None) => Err(vec![nothing_to_import(kind, id, "the UUID or the name")]),
        Err(error) => Err(vec![error.diagnostic(format!("Cannot look up the {kind} {id}"))]),
    }
}

/// Whether a text has the form of a UUID, with or without dashes.
fn is_uuid(text: &str) -> bool {
    let digits = text.chars().filter(|character| *character != '-');
    digits.clone().count() == 32 && digits.clone().all(|digit| digit.is_ascii_hexdigit())
}

/// The message that there is nothing to import.
pub(super) fn nothing_to_import(kind: &str, id: &str, forms: &str) -> Diagnostic {
    Diagnostic::error(
        format!("There is no {kind} {id:?}"),
        format!("libvirt knows none of that name or id on this host. The import id is {forms}."),
    )
}

/// The message that what is to be changed is not there any more.
pub(super) fn gone(kind: &str, name: &str) -> Diagnostic {
    Diagnostic::error(
        format!("The {kind} {name} is gone"),
        "It was removed behind Terraform's back since the plan was made. Plan again: it will be created anew.",
    )
}

/// The message that a name or UUID to be created is taken.
pub(super) fn taken(kind: &str, what: &str) -> Diagnostic {
    Diagnostic::error(
        format!("There is already a {kind} {what}"),
        "Choose another name or UUID, or let Terraform manage the existing one: terraform import takes its name or UUID.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_gets_a_uuid_once() {
        let mut document = Element::parse("<domain/>").unwrap();
        let uuid = identify(&mut document).unwrap();
        assert!(is_uuid(&uuid) && uuid.as_bytes()[14] == b'4' && b"89ab".contains(&uuid.as_bytes()[19]), "{uuid}");
        assert_eq!(identify(&mut document).unwrap(), uuid);
        assert_eq!(document.to_string(), format!("<domain><uuid>{uuid}</uuid></domain>"));
    }

    #[test]
    fn uuids_are_recognised() {
        assert!(is_uuid("C7A5FDBD-edaf-9455-926a-d65c16db1809") && is_uuid("c7a5fdbdedaf9455926ad65c16db1809"));
        assert!(!is_uuid("web-1") && !is_uuid("") && !is_uuid("c7a5fdbd-edaf-9455-926a-d65c16db180g"));
    }

    #[test]
    fn unknown_is_left_out() {
        let value =
            Value::from([("a", Value::UNKNOWN), ("b", Value::List(vec![Value::from([("c", Value::UNKNOWN)])]))]);
        assert_eq!(known(&value), Value::from([("b", Value::List(vec![Value::from([])]))]));
    }
}
