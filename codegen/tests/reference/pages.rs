//! The reference pages of what is in the repository, and of one small schema as a snapshot.

use std::collections::{BTreeMap, BTreeSet};

use codegen::emit::Artifact;
use codegen::emit::docs::{LIMIT, docs};
use codegen::model;
use codegen::tree::Tree;

use crate::sources::{repository, small};

/// The attributes that a page describes, by Terraform path: lists of lines, followed through their links.
struct Page {
    lists: BTreeMap<String, Vec<Line>>,
    anchors: Vec<String>,
}

struct Line {
    depth: usize,
    name: String,
    list: bool,
    link: Option<String>,
}

impl Page {
    fn read(text: &str) -> Page {
        let mut page = Page { lists: BTreeMap::new(), anchors: vec![] };
        let mut section = String::new();
        for line in text.lines().skip_while(|line| *line != "## Schema") {
            if let Some(anchor) = line.strip_prefix("<a id=\"").and_then(|line| line.strip_suffix("\"></a>")) {
                section = anchor.to_string();
                page.anchors.push(section.clone());
            } else {
                page.lists.entry(section.clone()).or_default().extend(Line::read(line));
            }
        }
        page
    }

    fn paths(&self, section: &str, prefix: &str, found: &mut BTreeSet<String>) {
        let mut above: Vec<String> = Vec::new();
        for line in self.lists.get(section).unwrap_or_else(|| panic!("there is no section '{section}'")) {
            above.truncate(line.depth);
            let outer = above.last().map_or(prefix, String::as_str);
            let path = format!("{outer}{}{}", line.name, if line.list { "[]" } else { "" });
            if let Some(link) = &line.link {
                self.paths(link, &format!("{path}."), found);
            }
            // What is only named is named with all that it is in.
            found.extend(line.name.match_indices('.').map(|(at, _)| format!("{outer}{}", &line.name[..at])));
            above.push(format!("{path}."));
            found.insert(path);
        }
    }
}

impl Line {
    /// The attribute of a line, or the many that one line names.
    fn read(line: &str) -> Vec<Line> {
        let Some((indent, rest)) = line.split_once("- ") else { return vec![] };
        let depth = indent.len() / 2;
        if let Some(named) = rest.strip_prefix("Not in libvirt's grammar, here for compatibility: ") {
            return named.split(", ").filter_map(|one| Line::named(depth, one)).collect();
        }
        Line::described(depth, rest).into_iter().collect()
    }

    fn described(depth: usize, rest: &str) -> Option<Line> {
        let (name, rest) = rest.strip_prefix('`')?.split_once("` (")?;
        let link = rest.split_once("](#").filter(|(kind, _)| kind.starts_with('[')).map(|(_, rest)| rest);
        let link = link.and_then(|rest| rest.split_once(')')).map(|(link, _)| link.to_string());
        let list = rest.trim_start_matches('[').starts_with("List of objects");
        Some(Line { depth, name: name.to_string(), list, link })
    }

    fn named(depth: usize, one: &str) -> Option<Line> {
        let name = one.split('`').nth(1)?.to_string();
        let link = one.split_once("](#").and_then(|(_, rest)| rest.split_once(')')).map(|(link, _)| link.to_string());
        Some(Line { depth, name, list: false, link })
    }
}

fn page<'a>(pages: &'a [Artifact], tree: &Tree) -> &'a Artifact {
    let short = tree.resource.as_ref().unwrap().split_once('_').unwrap().1;
    pages.iter().find(|page| page.path == format!("docs/resources/{short}.md")).unwrap()
}

#[test]
fn pages_describe_every_attribute_once_and_are_not_cut() {
    let sources = repository();
    let model = model(&sources);
    let pages = docs(&model.trees, &sources.prose, sources.facts()).unwrap();
    for tree in model.trees.iter().filter(|tree| tree.resource.is_some()) {
        let page = page(&pages, tree);
        assert!(page.text.len() <= LIMIT, "{} has {} bytes", page.path, page.text.len());
        let read = Page::read(&page.text);
        let anchors: BTreeSet<&String> = read.anchors.iter().collect();
        assert_eq!(anchors.len(), read.anchors.len(), "{}: each anchor stands once", page.path);
        let links = page.text.split("](#").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link);
        let dead: Vec<&str> = links.filter(|link| !anchors.contains(&link.to_string())).collect();
        assert!(dead.is_empty(), "{}: links that lead nowhere: {dead:?}", page.path);
        let mut found = BTreeSet::new();
        read.paths("", "", &mut found);
        let wanted: BTreeSet<String> = tree.placed().into_iter().map(|placed| placed.place.terraform).collect();
        assert_eq!(found.difference(&wanted).collect::<Vec<_>>(), Vec::<&String>::new(), "{} has too much", page.path);
        assert_eq!(wanted.difference(&found).collect::<Vec<_>>(), Vec::<&String>::new(), "{} lacks", page.path);
    }
}

#[test]
fn every_resource_has_an_example() {
    for (name, prose) in repository().prose {
        assert!(prose.contains("```hcl"), "overrides/pages/{name}.md shows no configuration");
    }
}

#[test]
fn every_attribute_of_a_resource_is_described() {
    let model = model(&repository());
    for tree in model.trees.iter().filter(|tree| tree.resource.is_some()) {
        let silent: Vec<String> = tree
            .placed()
            .into_iter()
            .filter(|one| one.attribute.doc.is_empty())
            .map(|one| one.place.terraform)
            .collect();
        assert!(silent.is_empty(), "{} says nothing of {silent:#?}; write it into overrides/describe", tree.kind);
    }
}

#[test]
fn a_page() {
    let sources = small();
    let model = model(&sources);
    assert_eq!(model.findings.undecided, Vec::<String>::new());
    let pages = docs(&model.trees, &sources.prose, sources.facts()).unwrap();
    let text: Vec<String> = pages.iter().map(|page| format!("==> {}\n{}", page.path, page.text)).collect();
    insta::assert_snapshot!(text.join("\n"));
}

#[test]
fn a_place_explained() {
    let sources = small();
    let model = model(&sources);
    let explain =
        |path: &str| codegen::explain::explain(&sources, &model, path).unwrap_or_else(|error| error.to_string());
    let all: Vec<String> = ["doc/part", "some_doc.parts.mode", "doc/uuid", "running", "doc/part@mod"]
        .map(|path| format!("$ {path}\n{}", explain(path)))
        .into();
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn a_census() {
    let sources = small();
    insta::assert_snapshot!(codegen::census::census(&sources, &model(&sources)).to_string());
}

#[test]
fn prose_belongs_to_a_page() {
    let mut sources = small();
    let model = model(&sources);
    sources.prose.insert("some_other".to_string(), "Nothing.".to_string());
    let error = docs(&model.trees, &sources.prose, sources.facts()).unwrap_err();
    assert_eq!(error.to_string(), "overrides/pages/some_other.md belongs to no page: there is no such resource");
}
