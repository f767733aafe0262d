//! How objects of libvirt's are told apart: by UUID and name. Knows how they are looked up and what is said when they are
//! there, gone or taken; must not know what kind of object it is.

use provider_core::diagnostics::{Diagnostic, Diagnostics};
use provider_core::tree::{Content, Element, Name};
use provider_core::value::Value;

use crate::libvirt::{self, Connection, Error, Host};

/// How the objects of a kind are looked up.
#[derive(Clone, Copy)]
pub(super) struct Lookup<T> {
    /// What messages call the kind.
    pub(super) kind: &'static str,
    pub(super) by_uuid: fn(&Connection, &str) -> libvirt::Result<Option<T>>,
    pub(super) by_name: fn(&Connection, &str) -> libvirt::Result<Option<T>>,
    /// The UUID of one of them.
    pub(super) uuid: fn(&T) -> libvirt::Result<String>,
}

impl<T> Lookup<T> {
    /// The object in state by its UUID or, where Terraform does not know that yet, by its name.
    pub(super) fn find(&self, connection: &Connection, state: &Value) -> Result<Option<T>, Diagnostic> {
        let found = match state.get("uuid").as_str().or(state.get("id").as_str()) {
            Some(uuid) => (self.by_uuid)(connection, uuid),
            None => (self.by_name)(connection, name(state)),
        };
        found.map_err(|error| self.failed(name(state), &error))
    }

    /// The object in state, which must still be there: it is to be changed.
    pub(super) fn existing(&self, connection: &Connection, state: &Value) -> Result<T, Diagnostic> {
        self.find(connection, state)?.ok_or_else(|| gone(self.kind, name(state)))
    }

    /// The object in state as `actual` reads it; `None` where it is gone.
    pub(super) fn read(
        &self,
        host: &Host,
        state: &Value,
        actual: impl FnOnce(&T) -> Result<Option<Value>, Diagnostic>,
    ) -> Result<Option<Value>, Diagnostics> {
        let read = || self.find(&host.connection()?, state)?.map_or(Ok(None), |found| actual(&found));
        read().map_err(|error: Diagnostic| vec![error])
    }

    /// An error where there is an object of this name or UUID already.
    pub(super) fn must_be_free(&self, connection: &Connection, name: &str, uuid: &str) -> Result<(), Diagnostic> {
        let failed = |error: Error| self.failed(name, &error);
        if (self.by_name)(connection, name).map_err(failed)?.is_some() {
            return Err(self.taken(name));
        }
        if (self.by_uuid)(connection, uuid).map_err(failed)?.is_some() {
            return Err(self.taken(uuid));
        }
        Ok(())
    }

    /// Finds what the user calls `id`: its UUID, as state has it.
    pub(super) fn import(&self, host: &Host, id: &str) -> Result<Value, Diagnostics> {
        let connection = host.connection().map_err(|error| vec![error])?;
        let find = || {
            let found = if is_uuid(id) { (self.by_uuid)(&connection, id)? } else { None };
            let found = found.map_or_else(|| (self.by_name)(&connection, id), |found| Ok(Some(found)))?;
            found.map(|found| (self.uuid)(&found)).transpose()
        };
        match find() {
            Ok(Some(uuid)) => Ok(Value::from([("uuid", uuid.into())])),
            Ok(None) => Err(vec![nothing_to_import(self.kind, id, "the UUID or the name")]),
            Err(error) => Err(vec![self.failed(id, &error)]),
        }
    }

    fn failed(&self, what: &str, error: &Error) -> Diagnostic {
        error.diagnostic(format!("Cannot look up the {} {what}", self.kind))
    }

    fn taken(&self, what: &str) -> Diagnostic {
        Diagnostic::error(
            format!("There is already a {} {what}", self.kind),
            "Choose another name or UUID, or let Terraform manage the existing one: terraform import takes its name or UUID.",
        )
    }
}

/// What messages call the object in state.
pub(super) fn name(state: &Value) -> &str {
    state.get("name").as_str().or(state.get("uuid").as_str()).unwrap_or_default()
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

/// What Terraform needs to find again what was made under this UUID.
pub(super) fn partial(planned: &Value, uuid: &str) -> Value {
    let mut partial = planned.known();
    partial.set("uuid", uuid.into());
    partial
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
}
