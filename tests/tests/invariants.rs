//! The rules of docs/architecture.md that a compiler cannot hold.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use tests::needs;
use tests::repository::{files, read, relative, root};
use tests::sources::{Token, TokenKind, tokens};

/// Panics with everything that breaks a rule.
fn expect_none(found: &[String], rule: &str) {
    assert!(found.is_empty(), "{rule}:\n  {}", found.join("\n  "));
}

/// The rust files of a folder that the product is made of: without folders of tests, and without modules that are only
/// there for tests (`#[cfg(test)] mod NAME;`).
fn sources(folder: &str) -> Vec<PathBuf> {
    let all: Vec<PathBuf> =
        files(folder, "rs").into_iter().filter(|path| !relative(path).contains("/tests/")).collect();
    let mut only_tests = BTreeSet::new();
    for file in &all {
        let text = read(file);
        let mut testing = false;
        let mut elsewhere = None;
        for line in text.lines().map(str::trim) {
            let module = line.strip_suffix(';').and_then(|line| line.split("mod ").nth(1));
            match module {
                Some(module) if testing => {
                    let path = elsewhere.take().unwrap_or_else(|| format!("{module}.rs"));
                    // The module of a/mod.rs, a/lib.rs or a.rs: beside it, or in a folder called like it.
                    let beside = file.parent().map(|folder| folder.join(&path));
                    let below = file.with_extension("").join(&path);
                    only_tests.extend(beside.into_iter().chain([below]));
                    testing = false;
                }
                _ if line == "#[cfg(test)]" => testing = true,
                _ if line.starts_with("#[path = \"") => elsewhere = line.split('"').nth(1).map(str::to_string),
                _ if !line.starts_with("#[") => {
                    testing = false;
                    elsewhere = None;
                }
                _ => {}
            }
        }
    }
    all.into_iter().filter(|path| !only_tests.contains(path)).collect()
}

#[test]
fn crates_depend_on_each_other_as_designed() {
    // Who may use whom, whatever the kind of dependency; and what must never come into the pure half.
    let allowed: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("provider-core", &[][..]),
        ("generated", &["provider-core"]),
        ("terraform-provider-libvirt", &["provider-core", "generated"]),
        ("codegen", &[]),
        ("tests", &["codegen", "provider-core", "generated", "terraform-provider-libvirt"]),
    ]);
    let impure = ["tokio", "tonic", "prost", "virt", "virt-sys", "ureq", "rustls"];

    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo metadata runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let ours: BTreeSet<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    assert_eq!(ours, allowed.keys().copied().collect(), "the crates of this workspace");

    let mut found = Vec::new();
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let on = dependency["name"].as_str().unwrap_or_default();
            let allowed = allowed.get(name).is_some_and(|allowed| allowed.contains(&on));
            if ours.contains(on) && !allowed {
                found.push(format!("{name} → {on}"));
            }
            if ["provider-core", "generated"].contains(&name) && impure.contains(&on) {
                found.push(format!("{name} → {on}"));
            }
        }
    }
    expect_none(&found, "these dependencies are not in the design");
}

#[test]
fn generated_code_decides_nothing() {
    // `in` is only found in a `for` loop.
    let forbidden = ["if", "in", "while", "loop"];
    let mut found = Vec::new();
    let generated = files("generated/src", "rs");
    assert!(!generated.is_empty(), "generated/src holds what was generated");
    for file in generated {
        for token in tokens(&file) {
            if token.kind == TokenKind::Word && forbidden.contains(&token.text.as_str()) {
                found.push(format!("{}: {}", token.place(), token.text));
            }
        }
    }
    expect_none(&found, "generated code holds no `if` and no loop: it is data, and one visit for each struct");
}

/// Names of elements that are also words of RELAX NG, of XML, of Terraform or of any program, and so say nothing when
/// they are found in one. Every other name of libvirt's that turns up in the generator or in the provider's core is
/// knowledge in the wrong place: it belongs into overrides/ (as data) or into provider/ (with the resource).
const PLAIN_WORDS: &[&str] = &[
    // RELAX NG (and its file extension) and XML
    "group",
    "name",
    "namespace",
    "parameter",
    "rng",
    "start",
    "type",
    "value",
    // Terraform and the generator's own
    "alias",
    "class",
    "config",
    "description",
    "format",
    "key",
    "label",
    "metadata",
    "number",
    "option",
    "override",
    "runtime",
    "options",
    "path",
    "property",
    "root",
    "state",
    "title",
    "version",
    "defaults",
    "identity",
    // any program
    "enum",
    "input",
    "line",
    "mode",
    "output",
    "override",
    "range",
    "rule",
    "runtime",
    "size",
    "table",
];

#[test]
fn the_generator_and_the_core_know_no_name_of_libvirts() {
    let mut names = BTreeSet::new();
    for file in files("schemas", "rng") {
        let text = read(&file);
        let options = roxmltree::ParsingOptions { allow_dtd: true, ..roxmltree::ParsingOptions::default() };
        let document = roxmltree::Document::parse_with_options(&text, options)
            .unwrap_or_else(|error| panic!("{}: {error}", relative(&file)));
        for node in document.descendants().filter(|node| node.tag_name().name() == "element") {
            names.extend(node.attribute("name").map(|name| name.rsplit(':').next().unwrap_or(name).to_string()));
        }
    }
    assert!(!names.is_empty(), "schemas/ holds libvirt's grammar");
    for word in PLAIN_WORDS {
        names.remove(*word);
    }
    names.retain(|name| name.len() > 2);

    let mut found = Vec::new();
    for file in sources("codegen/src").into_iter().chain(sources("provider/core/src")) {
        for token in tokens(&file) {
            // A literal that is a name, or a place that begins with one (`x/y@z`), or a resource's name.
            let literal = token.kind == TokenKind::Text;
            let first = token.text.split(['/', '@']).next().unwrap_or_default();
            let place = literal && token.text.contains(['/', '@']) && !first.is_empty();
            let resource = literal && token.text.starts_with("libvirt_");
            if resource || (literal && names.contains(&token.text)) || (place && names.contains(first)) {
                found.push(format!("{}: \"{}\"", token.place(), token.text));
            }
        }
    }
    expect_none(
        &found,
        "no name of an element or resource may appear in codegen/src or provider/core/src (if this one is a plain word, \
         add it to PLAIN_WORDS)",
    );
}

/// The words that are followed by `::` in a folder's files, those below `except` left out.
fn used_paths(folder: &str, except: &[&str]) -> Vec<Token> {
    sources(folder)
        .iter()
        .filter(|file| !except.iter().any(|except| relative(file).starts_with(except)))
        .flat_map(|file| tokens(file))
        .filter(|token| token.kind == TokenKind::Word && token.leads_path)
        .collect()
}

#[test]
fn one_module_knows_the_libvirt_library() {
    let except = ["provider/src/libvirt/", "provider/src/libvirt.rs"];
    let found: Vec<String> = used_paths("provider", &except)
        .into_iter()
        .filter(|token| ["virt", "virt_sys"].contains(&token.text.as_str()))
        .map(|token| format!("{}: {}::", token.place(), token.text))
        .collect();
    expect_none(&found, "`virt::` appears in provider/src/libvirt only");
}

#[test]
fn protocol_types_stay_in_the_wire_layer() {
    let except = [
        "provider/src/plugin",
        "provider/src/wire",
        "provider/src/rpc",
        "provider/src/lib.rs",
        "provider/src/main.rs",
        "provider/build.rs",
    ];
    let forbidden = ["prost", "prost_types", "tonic", "tfplugin6", "proto", "rmp"];
    let found: Vec<String> = used_paths("provider", &except)
        .into_iter()
        .filter(|token| forbidden.contains(&token.text.as_str()))
        .map(|token| format!("{}: {}::", token.place(), token.text))
        .collect();
    expect_none(&found, "no type of the protocol passes plugin/, rpc/ and wire/");
}

#[test]
fn the_top_level_is_as_designed() {
    let allowed = [
        "Cargo.toml",
        "Cargo.lock",
        "rustfmt.toml",
        "codegen",
        "schemas",
        "generated",
        "provider",
        "overrides",
        "tests",
        "docs",
        "README.md",
        "LICENSE",
        "Makefile",
    ];
    let output = Command::new("git").args(["ls-files"]).current_dir(root()).output();
    let listed = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    needs!(!listed.is_empty(), "git, and a clone of the repository");
    let found: BTreeSet<String> = listed
        .lines()
        .filter_map(|path| path.split('/').next())
        .filter(|name| !name.starts_with('.') && !allowed.contains(name))
        .map(str::to_string)
        .collect();
    expect_none(&found.into_iter().collect::<Vec<_>>(), "only these stand at the top of the repository");
}
