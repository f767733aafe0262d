//! The identity of an object: UUID and name, in state and in documents. Knows what messages say when an object is missing;
//! must not know what kind of object it is, or how one is looked up.

use provider_core::diagnostics::Diagnostic;
use provider_core::tree::{Content, Element, Name};
use provider_core::value::Value;
use uuid::Uuid;

/// What messages call the object in state.
pub(super) fn name(state: &Value) -> &str {
    state.get("name").as_str().or(state.get("uuid").as_str()).unwrap_or_default()
}

/// The UUID of a document that is to be defined, chosen here where the user left it open, `implied` where something else
/// decides it: should the connection break in the middle, Terraform still knows what to look for.
pub(super) fn identify(document: &mut Element, implied: Option<String>) -> String {
    if let Some(uuid) = document.child("uuid") {
        return uuid.text().to_string();
    }
    let uuid = implied.unwrap_or_else(|| Uuid::new_v4().to_string());
    let name = Name { prefix: String::new(), namespace: String::new(), local: "uuid".to_string() };
    let content = vec![Content::Text(uuid.clone())];
    document.content.push(Content::Element(Element { name, attributes: Vec::new(), content }));
    uuid
}

/// What Terraform needs to find again what was made under this UUID.
pub(super) fn partial(planned: &Value, uuid: &str) -> Value {
    let mut partial = planned.known();
    partial.set("uuid", uuid.into());
    partial
}

/// The UUID that a text is, as libvirt writes it; `None` where it is none.
pub(super) fn parse_uuid(text: &str) -> Option<String> {
    Uuid::try_parse(text).ok().map(|uuid| uuid.to_string())
}

/// The message that there is nothing to import.
pub(super) fn nothing_to_import(kind: &str, id: &str, forms: &str) -> Diagnostic {
    Diagnostic::error(
        format!("Cannot find the {kind} {id:?}"),
        format!("The host has no {kind} with this name or id. The import id is {forms}."),
    )
}

/// The message that what is to be changed is not there any more.
pub(super) fn gone(kind: &str, name: &str) -> Diagnostic {
    Diagnostic::error(
        format!("The {kind} {name} no longer exists"),
        "It was removed outside Terraform after the plan was made. Plan again, and it will be created.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_gets_a_uuid_once() {
        let mut document = Element::parse("<domain/>").unwrap();
        let uuid = identify(&mut document, None);
        assert_eq!(Uuid::try_parse(&uuid).unwrap().get_version_num(), 4, "{uuid}");
        assert_eq!(identify(&mut document, Some("other".into())), uuid);
        assert_eq!(document.to_string(), format!("<domain><uuid>{uuid}</uuid></domain>"));
        assert_ne!(identify(&mut Element::parse("<domain/>").unwrap(), None), uuid);
        assert_eq!(identify(&mut Element::parse("<domain/>").unwrap(), Some("implied".into())), "implied");
    }

    #[test]
    fn uuids_are_recognised() {
        let uuid = Some("c7a5fdbd-edaf-9455-926a-d65c16db1809".to_string());
        assert_eq!(parse_uuid("C7A5FDBD-edaf-9455-926a-d65c16db1809"), uuid);
        assert_eq!(parse_uuid("c7a5fdbdedaf9455926ad65c16db1809"), uuid);
        for name in ["web-1", "", "c7a5fdbd-edaf-9455-926a-d65c16db180g"] {
            assert_eq!(parse_uuid(name), None, "{name}");
        }
    }
}
