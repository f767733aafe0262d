//! The pages of the data sources and the provider's own attributes are written by hand: each says what is served, in the
//! same words.

use std::collections::BTreeMap;

use provider_core::shape::{Class, Kind, Primitive, Shape};
use terraform_provider_libvirt::registry;
use terraform_provider_libvirt::server::PROVIDER;
use tests::repository::{files, read, relative, root};

/// What a shape serves, by path: type, who sets it, and the sentence.
fn served(shape: &Shape, prefix: &str, found: &mut BTreeMap<String, String>) {
    for attribute in shape.attributes {
        let path = format!("{prefix}{}", attribute.name);
        let mark = match attribute.class {
            Class::Runtime => ", read-only",
            _ if attribute.required => ", required",
            _ => "",
        };
        found.insert(path.clone(), format!("({}{mark}) {}", kind(&attribute.kind), attribute.doc));
        if let Some(below) = attribute.kind.shape() {
            served(below, &format!("{path}."), found);
        }
    }
}

fn kind(kind: &Kind) -> String {
    let name = |primitive| match primitive {
        Primitive::Bool => "Bool",
        Primitive::Number => "Number",
        Primitive::String => "String",
    };
    match kind {
        Kind::Leaf(scalar) => name(scalar.primitive).to_string(),
        Kind::Leaves(scalar) => format!("List of {}", name(scalar.primitive)),
        Kind::Set(scalar) => format!("Set of {}", name(scalar.primitive)),
        Kind::Object(_) => "Object".to_string(),
        Kind::List(..) => "List of objects".to_string(),
    }
}

/// What a page describes, by path: the lines of its schema, each with those that continue it.
fn described(page: &str) -> BTreeMap<String, String> {
    let (_, schema) = page.split_once("## Schema\n").expect("the page has a schema");
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    let mut above: Vec<String> = Vec::new();
    for line in schema.lines().filter(|line| !line.trim().is_empty()) {
        match line.split_once("- `") {
            Some((indent, rest)) if indent.trim().is_empty() => {
                let (name, text) = rest.split_once("` ").expect("a name ends");
                above.truncate(indent.len() / 2);
                above.push(name.to_string());
                assert!(found.insert(above.join("."), text.to_string()).is_none(), "{line} stands twice");
            }
            _ => {
                let last = found.get_mut(&above.join(".")).expect("a line continues one before");
                last.push(' ');
                last.push_str(line.trim());
            }
        }
    }
    found
}

#[test]
fn pages_of_data_sources_say_what_is_served() {
    let registry = registry();
    let mut pages: Vec<String> = Vec::new();
    for source in registry.data_sources() {
        let name = source.type_name();
        let path = format!("docs/data-sources/{}.md", name.split_once('_').map_or(name, |(_, short)| short));
        let page = read(&root().join(&path));
        assert!(page.contains(&format!("# {name} (Data Source)")), "{path} is the page of {name}");
        assert!(page.contains(&format!("data \"{name}\"")), "{path} shows how {name} is used");
        let mut wanted = BTreeMap::new();
        served(source.shape(), "", &mut wanted);
        assert_eq!(described(&page), wanted, "{path}");
        pages.push(path);
    }
    let mut there: Vec<String> = files("docs/data-sources", "md").iter().map(|page| relative(page)).collect();
    pages.sort();
    there.sort();
    assert_eq!(there, pages, "each page belongs to a data source");
}

#[test]
fn the_index_describes_the_provider_as_its_schema_does() {
    let index = read(&root().join("docs/index.md"));
    let (_, optional) = index.split_once("### Optional\n").expect("all of its attributes are optional");
    let (attributes, _) = optional.split_once("\n| ").expect("a table follows");
    let mut wanted = BTreeMap::new();
    served(&PROVIDER, "", &mut wanted);
    assert_eq!(described(&format!("## Schema\n{attributes}")), wanted);
}

#[test]
fn data_sources_are_in_the_index_and_the_readme() {
    let (index, readme) = (read(&root().join("docs/index.md")), read(&root().join("README.md")));
    for source in registry().data_sources() {
        let name = source.type_name();
        assert!(index.contains(&format!("[{name}](data-sources/")), "docs/index.md lists {name}");
        assert!(readme.contains(&format!("`{name}`")), "README.md names {name}");
    }
}
