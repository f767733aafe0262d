//! generated/SURFACE.txt: a line per attribute, what a reviewer reads on a bump. Must not know any element.

use std::fmt::Write;

use super::Artifact;
use crate::overrides::Class;
use crate::scalar::Primitive;
use crate::tree::{Attribute, Kind, Object, Place, Tree};

/// The file: Terraform path, type, class, key, XML path and since, separated by tabs.
pub fn surface(trees: &[Tree]) -> Artifact {
    let mut text = String::from("attribute\ttype\tclass\tkey\txml\tsince\n");
    for tree in trees {
        let name = tree.resource.clone().unwrap_or_else(|| tree.kind.clone());
        lines(tree, &tree.object, &Place { terraform: name, ..Place::root(&tree.element.local) }, &mut text);
    }
    Artifact { path: "generated/SURFACE.txt".into(), text }
}

fn lines(tree: &Tree, object: &Object, above: &Place, text: &mut String) {
    let mut sorted: Vec<&Attribute> = object.attributes.iter().collect();
    sorted.sort_by(|a, b| a.name.cmp(&b.name));
    for attribute in sorted {
        let place = above.of(attribute);
        let Attribute { kind, since, .. } = attribute;
        let shown = if place.xml.is_empty() { "-" } else { &place.xml };
        let embedded = tree.embedded.get(shown).filter(|_| kind.object().is_some());
        let type_name = embedded.map_or_else(|| type_name(kind), |root| format!("a document: {root}"));
        let (class, keys) = (class(attribute), keys(kind));
        let _ = writeln!(text, "{}\t{type_name}\t{class}\t{keys}\t{shown}\t{since}", place.terraform);
        if let (None, Some(inner)) = (embedded, kind.object()) {
            lines(tree, inner, &place, text);
        }
    }
}

/// Terraform's name of a type.
pub fn type_name(kind: &Kind) -> String {
    let primitive = |primitive| match primitive {
        Primitive::Bool => "bool",
        Primitive::Number => "number",
        Primitive::String => "string",
    };
    match kind {
        Kind::Leaf(scalar) => primitive(scalar.primitive).to_string(),
        Kind::Leaves(scalar) => format!("list({})", primitive(scalar.primitive)),
        Kind::Set(scalar) => format!("set({})", primitive(scalar.primitive)),
        Kind::Object(_) => "object".to_string(),
        Kind::List(..) => "list(object)".to_string(),
    }
}

/// The class in a word.
pub fn class(attribute: &Attribute) -> &'static str {
    match attribute.class {
        Class::Configured if attribute.required => "required",
        Class::Configured => "configured",
        Class::Choice => "choice",
        Class::Identity => "identity",
        Class::Placement => "placement",
        Class::ServerDefault => "server default",
        Class::Runtime => "runtime",
        Class::WriteOnly => "write-only",
    }
}

/// How elements of a list are known again.
pub fn keys(kind: &Kind) -> String {
    match kind {
        Kind::List(_, rule) => rule.keys.iter().map(|key| key.join("+")).collect::<Vec<_>>().join(" or "),
        _ => String::new(),
    }
}
