//! The examples of docs/mapping.md, applied: what libvirt then has must contain what the page says.

use roxmltree::Document;
use tests::examples::{Example, examples, missing};
use tests::libvirt::{Holder, Names, TEST, answers, try_virsh, virsh};
use tests::needs;
use tests::repository::{read, root};
use tests::terraform::Workspace;

/// What a kind needs besides the example to be a complete resource, and how to read it back.
struct Kind {
    resource: &'static str,
    defaults: &'static [(&'static str, &'static str)],
    dump: &'static [&'static str],
}

fn kind(name: &str) -> Kind {
    match name {
        "domain" => Kind {
            resource: "libvirt_domain",
            defaults: &[("type", "\"test\""), ("memory", "65536"), ("os", "{ type = \"hvm\" }")],
            dump: &["dumpxml", "--inactive", "--security-info"],
        },
        "network" => Kind { resource: "libvirt_network", defaults: &[], dump: &["net-dumpxml", "--inactive"] },
        "pool" => Kind {
            resource: "libvirt_pool",
            defaults: &[("type", "\"dir\""), ("target", "{ path = \"/nowhere\" }")],
            dump: &["pool-dumpxml"],
        },
        other => panic!("docs/mapping.md: no example of kind {other} is known here"),
    }
}

fn resource(example: &Example, at: usize, name: &str) -> String {
    let kind = kind(&example.kind);
    let mut text = format!("resource \"{}\" \"example_{at}\" {{\n  name = \"{name}\"\n", kind.resource);
    for (attribute, value) in kind.defaults {
        // Only what stands at the left edge is the resource's own.
        let set = example.hcl.lines().any(|line| line.split([' ', '=']).next() == Some(*attribute));
        if !set {
            text.push_str(&format!("  {attribute} = {value}\n"));
        }
    }
    text.push_str(&example.hcl);
    text.push_str("}\n\n");
    text
}

#[test]
fn the_mapping_is_what_its_page_says() {
    let page = read(&root().join("docs/mapping.md"));
    let found = examples(&page).unwrap_or_else(|error| panic!("docs/mapping.md: {error}"));
    assert!(!found.is_empty(), "docs/mapping.md has examples");

    needs!(answers(TEST), "libvirt at test+unix:///default");
    let holder = Holder::new(TEST);
    needs!(holder.is_some(), "libvirt at test+unix:///default");
    let names = Names::new(TEST, "example");
    let name = |at: usize| format!("{}-{at}", names.prefix());
    let configuration: String = found.iter().enumerate().map(|(at, one)| resource(one, at, &name(at))).collect();
    let Some(terraform) = Workspace::new(TEST, &configuration) else { return };
    terraform.apply();
    terraform.expect_empty_plan("of the examples");

    let mut complaints = Vec::new();
    for (at, example) in found.iter().enumerate() {
        let name = name(at);
        let mut dump: Vec<&str> = kind(&example.kind).dump.to_vec();
        dump.push(&name);
        let have = try_virsh(TEST, &dump).unwrap_or_else(|_| virsh(TEST, &[dump[0], &name]));
        let have = Document::parse(&have).expect("libvirt's XML");
        let wanted = Document::parse(&example.xml)
            .unwrap_or_else(|error| panic!("docs/mapping.md, example on line {}: {error}", example.line));
        if let Some(missing) = missing(wanted.root_element(), have.root_element()) {
            complaints.push(format!("line {}: libvirt has no {missing}", example.line));
        }
    }
    assert!(complaints.is_empty(), "docs/mapping.md:\n  {}", complaints.join("\n  "));

    terraform.destroy();
    names.expect_nothing_left();
}
