//! The Go provider's surface (overrides/go-provider.tsv: facts, frozen): every attribute of the provider block, of
//! the resources and of the data sources is here under the same path, with the same type, and asks for no more.

use std::collections::{BTreeMap, BTreeSet};

use provider_core::shape::{Attribute, Class, Kind, Primitive, Scalar, Shape};
use terraform_provider_libvirt::registry;
use terraform_provider_libvirt::server::PROVIDER;
use tests::repository::{read, root};

/// Attributes that are not here, each with the reason. An entry that is here after all is a failure.
const MISSING: &[(&str, &str)] = &[];

/// The attributes of the provider block, of the resources and of the data sources, by the name they have in the file.
fn schemas() -> BTreeMap<&'static str, BTreeMap<String, &'static Attribute>> {
    let registry = registry();
    let mut schemas = BTreeMap::new();
    let resources = registry.resources().map(|resource| (resource.type_name(), resource.shape()));
    let data_sources = registry.data_sources().map(|source| (source.type_name(), source.shape()));
    for (name, shape) in resources.chain(data_sources) {
        let mut paths = BTreeMap::new();
        collect(shape, "", &mut paths);
        schemas.insert(name, paths);
    }
    let mut provider = BTreeMap::new();
    collect(&PROVIDER, "", &mut provider);
    schemas.insert("", provider);
    schemas
}

fn collect(shape: &'static Shape, prefix: &str, paths: &mut BTreeMap<String, &'static Attribute>) {
    for attribute in shape.attributes {
        let list = if matches!(attribute.kind, Kind::List(..)) { "[]" } else { "" };
        let path = format!("{prefix}{}{list}", attribute.name);
        if let Some(below) = attribute.kind.shape() {
            collect(below, &format!("{path}."), paths);
        }
        paths.insert(path, attribute);
    }
}

/// The type as the file writes it.
fn type_of(attribute: &Attribute) -> String {
    let primitive = |scalar: &Scalar| match scalar.primitive {
        Primitive::Bool => "bool",
        Primitive::Number => "number",
        Primitive::String => "string",
    };
    match attribute.kind {
        Kind::Leaf(scalar) => primitive(scalar).to_string(),
        Kind::Leaves(scalar) => format!("list({})", primitive(scalar)),
        Kind::Set(scalar) => format!("set({})", primitive(scalar)),
        Kind::Object(_) => "nested single".to_string(),
        Kind::List(..) => "nested list".to_string(),
    }
}

/// What is stricter than the flags in the file say.
fn stricter(attribute: &Attribute, flags: &str) -> Option<&'static str> {
    let has = |flag: &str| flags.split('/').any(|own| own == flag);
    let computed = !attribute.required && attribute.class != Class::WriteOnly;
    if attribute.required && !has("required") {
        Some("must be set")
    } else if attribute.class == Class::Runtime && (has("optional") || has("required")) {
        Some("cannot be set")
    } else if has("computed") && !computed {
        Some("is not computed")
    } else {
        None
    }
}

#[test]
fn every_attribute_is_here() {
    let schemas = schemas();
    let rows = read(&root().join("overrides/go-provider.tsv"));
    let (mut count, mut wrong, mut missing, mut absent) = (0, Vec::new(), Vec::new(), BTreeSet::new());
    for row in rows.lines().skip(1) {
        let columns: Vec<&str> = row.split('\t').collect();
        let [kind, resource, path, wanted, flags] = columns[..] else { panic!("not a row: {row}") };
        let (name, path) = if kind == "provider" { ("", path_of_provider(resource, path)) } else { (resource, path) };
        let Some(schema) = schemas.get(name) else {
            absent.insert(name.to_string());
            continue;
        };
        count += 1;
        let Some(attribute) = schema.get(path) else {
            missing.push(format!("{resource}.{path}"));
            continue;
        };
        let found = type_of(attribute);
        if found != wanted {
            wrong.push(format!("{resource}.{path}: {wanted} there, {found} here"));
        }
        wrong.extend(stricter(attribute, flags).map(|how| format!("{resource}.{path}: {flags} there, {how} here")));
    }
    let known: Vec<String> = MISSING.iter().map(|(path, _)| path.to_string()).collect();
    println!("{} of {count} attributes, {} wrong, missing: {missing:?}", count - missing.len(), wrong.len());
    assert!(count > 4000, "the file has {count} attributes");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(missing, known, "what is missing, and what is known to be");
    assert!(absent.is_empty(), "resources that are not here: {absent:?}");
}

/// The provider's rows name it where others name the resource.
fn path_of_provider<'a>(name: &'a str, path: &'a str) -> &'a str {
    if path.is_empty() { name } else { path }
}
