//! The reference in Markdown, as Terraform's registry wants it: a page per resource and the index. Knows the trees and
//! the prose that stands above them; must not know any element.

mod line;
mod sections;
pub mod values;

use std::collections::BTreeMap;
use std::fmt::Write;

use super::Artifact;
use crate::defaults::Defaults;
use crate::history::History;
use crate::tree::Tree;
use sections::{Section, Sections};
use values::Patterns;

/// The registry cuts a page at 500 KB; this leaves room for what it adds.
pub const LIMIT: usize = 480_000;

/// Prose by page: `index`, or the resource's name. It begins with the page's description in a line of its own.
pub type Prose = BTreeMap<String, String>;

/// What can be wrong with a page.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// A page of a resource, or the index, that has no prose.
    #[error("overrides/pages/{0}.md is missing: it is what stands above the reference")]
    NoProse(String),
    /// Prose that stands above nothing.
    #[error("overrides/pages/{0}.md belongs to no page: there is no such resource")]
    NoPage(String),
    /// A page that the registry would cut.
    #[error("{path} has {size} bytes, the registry takes {LIMIT}: divide it")]
    TooLong {
        /// The page.
        path: String,
        /// Its size.
        size: usize,
    },
}

/// What the pages say beside the trees and the prose.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Patterns in words.
    pub patterns: &'a Patterns,
    /// What libvirt does by itself.
    pub defaults: &'a Defaults,
    /// Which versions of libvirt are known.
    pub history: &'a History,
    /// The one that the grammars are of.
    pub version: &'a str,
}

/// All pages.
pub fn docs(trees: &[Tree], prose: &Prose, facts: Facts) -> Result<Vec<Artifact>, PageError> {
    let resources: BTreeMap<&str, &Tree> =
        trees.iter().filter_map(|tree| Some((tree.resource.as_deref()?, tree))).collect();
    if let Some(name) = prose.keys().find(|name| *name != INDEX && !resources.contains_key(name.as_str())) {
        return Err(PageError::NoPage(name.clone()));
    }
    let text = |name: &str| prose.get(name).ok_or_else(|| PageError::NoProse(name.to_string()));
    let mut artifacts = vec![index(&resources, prose, text(INDEX)?, facts.version)];
    for (name, tree) in &resources {
        artifacts.push(page(name, tree, text(name)?, facts));
    }
    match artifacts.iter().find(|page| page.text.len() > LIMIT) {
        Some(page) => Err(PageError::TooLong { path: page.path.clone(), size: page.text.len() }),
        None => Ok(artifacts),
    }
}

const INDEX: &str = "index";

fn index(resources: &BTreeMap<&str, &Tree>, prose: &Prose, text: &str, version: &str) -> Artifact {
    let rows = resources.iter().map(|(name, tree)| {
        let description = prose.get(*name).map_or("", |prose| divided(prose).0);
        let (file, size) = (short(name), tree.object.size());
        format!("| [{name}](resources/{file}.md) | {description} | {size} |\n")
    });
    let table = format!("| resource | what it is | attributes |\n| --- | --- | --- |\n{}", rows.collect::<String>());
    let (description, rest) = divided(text);
    let rest = rest.replace("{{resources}}", table.trim_end()).replace("{{version}}", version);
    let text = format!("{}{rest}", front_matter("Provider", description));
    Artifact { path: "docs/index.md".into(), text }
}

fn page(name: &str, tree: &Tree, prose: &str, facts: Facts) -> Artifact {
    let (description, rest) = divided(prose);
    let mut text = front_matter(&format!("{name} Resource"), description);
    let _ = write!(text, "# {name} (Resource)\n\n{description}\n{}\n\n## Schema\n\n", rest.trim_end());
    let sections = Sections::of(&tree.object, &tree.element.local);
    let rows = facts.defaults.get(&tree.kind).map_or(&[][..], Vec::as_slice);
    text.push_str(&line::groups(&sections, facts, rows, &sections.root, |name| format!("### {name}")));
    let mut is_shared = false;
    for section in sections.shown() {
        if section.is_shared && !is_shared {
            is_shared = true;
            text.push_str(SHARED);
        }
        text.push_str(&heading(section));
        text.push_str(&line::groups(&sections, facts, rows, section, |name| format!("{name}:")));
    }
    Artifact { path: format!("docs/resources/{}.md", short(name)), text }
}

const SHARED: &str = "\n## Shared Types\n\nObjects that are the same in several places. The XML paths are those of the \
                      first place.\n";

/// How many places of a repeated object are listed.
const PLACES: usize = 8;

fn heading(section: &Section) -> String {
    let first = &section.places[0];
    let mut text = format!("\n<a id=\"{}\"></a>\n### Nested Schema for `{}`\n\n", section.anchor(), section.name);
    let mut about = vec![format!("XML: `{}`.", first.start)];
    if section.places.len() > 1 {
        let shown = section.places.iter().take(PLACES).map(|place| format!("`{}`", place.terraform));
        let shown: Vec<String> = shown.collect();
        let more = section.places.len().saturating_sub(PLACES);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        about.push(format!("Used by {}{more}.", shown.join(", ")));
    }
    let _ = write!(text, "{}\n\n", about.join(" "));
    text
}

/// The first line and the rest of a prose file.
fn divided(prose: &str) -> (&str, &str) {
    let (first, rest) = prose.split_once('\n').unwrap_or((prose, ""));
    (first.trim(), rest)
}

fn front_matter(title: &str, description: &str) -> String {
    format!("---\npage_title: \"{title}\"\nsubcategory: \"\"\ndescription: |-\n  {description}\n---\n\n{GENERATED}\n\n")
}

const GENERATED: &str = "<!-- Generated by `cargo codegen generate` from schemas/ and overrides/. Do not edit. -->";

/// A resource's name without the provider's.
fn short(resource: &str) -> &str {
    resource.split_once('_').map_or(resource, |(_, name)| name)
}
