//! One document on its way from one format to another: read strictly, written with a note on whatever does not get
//! through. Knows the formats; must not know files, nor any attribute but those that name an object.

use std::collections::BTreeSet;

use clap::ValueEnum;
use generated::grammar::GRAMMAR;
use hcl_edit::parser::parse_body;
use hcl_edit::structure::{Block, Body};
use provider_core::conform::conform;
use provider_core::convert::{self, Root};
use provider_core::diagnostics::{AttributePath, Diagnostic, Level, Severity};
use provider_core::json::{self, Unknown};
use provider_core::node::Node;
use provider_core::select::{compact, configurable, lasting};
use provider_core::shape::{Kind, Shape};
use provider_core::validate::validate;
use provider_core::value::Value;
use provider_core::walk::set_attributes;
use provider_core::xml;

use super::hcl::{self, Positions, Reader, locate, locate_within};
use super::json_place;
use crate::resource::{Resource, lean};

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// libvirt's own documents.
    Xml,
    /// The object of attributes as Terraform holds it, without nulls.
    Json,
    /// A resource block; locals for a kind that is no resource.
    Hcl,
}

impl Format {
    /// What file names end in.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Xml => "xml",
            Format::Json => "json",
            Format::Hcl => "tf",
        }
    }
}

/// What is wrong with a document, one line each.
type Problems = Vec<String>;

/// What a person should know of a conversion that succeeds.
#[derive(Debug, Default)]
pub struct Notes {
    /// One line each.
    pub warnings: Vec<String>,
}

/// A document that has been read.
pub struct Document<'t> {
    root: &'static Root,
    value: Value,
    /// What of the value is written as JSON or HCL, where that is not all.
    lean: Option<Value>,
    xml: Xml<'t>,
}

/// A document's XML.
enum Xml<'t> {
    /// It was read: the struct and the text hold more than a value.
    Read(Box<dyn Node>, &'t str),
    /// It was made from the value.
    Made(String),
}

impl<'t> Document<'t> {
    /// Reads a document of a kind.
    pub fn read(root: &'static Root, format: Format, text: &'t str) -> Result<Document<'t>, Problems> {
        match format {
            Format::Xml => from_xml(root, text),
            Format::Json => from_json(root, text),
            Format::Hcl => from_hcl(root, text),
        }
    }

    /// Has only what libvirt would not do by itself written as JSON or HCL. Nobody is asked, so what only a host could say stays.
    pub fn make_lean(&mut self, resource: &dyn Resource, driver: Option<&str>) {
        let driver = driver.or_else(|| resource.driver(&self.value));
        let lean = lean::imported(resource, None, driver, &self.value);
        let shape = self.root.shape;
        self.lean = Some(lasting(shape, &configurable(shape, &compact(&lean))));
    }

    /// As XML that is valid by the grammar.
    pub fn xml(mut self, notes: &mut Notes) -> String {
        let outside = provider_side(self.root.shape, &self.value);
        if !outside.is_empty() {
            notes.warnings.push(format!("not part of libvirt's XML, omitted: {}", outside.join(", ")));
        }
        match &mut self.xml {
            Xml::Read(node, _) => xml::write(self.root.document, node.as_mut()),
            Xml::Made(text) => std::mem::take(text),
        }
    }

    /// As JSON with all attributes, unless it is lean.
    pub fn json(&self, notes: &mut Notes) -> Result<String, Problems> {
        self.compare(&self.value, notes)?;
        let value = self.lean.as_ref().unwrap_or(&self.value);
        serde_json::to_string_pretty(&json::encode(value)).map(|text| text + "\n").map_err(one)
    }

    /// As HCL with all attributes, unless it is lean; what only libvirt sets stands in comments. `labels` are those of other resources.
    pub fn hcl(&self, import: bool, labels: &mut BTreeSet<String>, notes: &mut Notes) -> Result<String, Problems> {
        self.compare(&self.value, notes)?;
        let label = unique(label(self.root, &self.value), labels);
        let value = self.lean.as_ref().unwrap_or(&self.value);
        if self.root.resource.is_empty() {
            return Ok(hcl::locals(&label, self.root.shape, value));
        }
        let resource = hcl::resource(self.root.resource, &label, self.root.shape, value);
        if !import {
            return Ok(resource);
        }
        let id = ["uuid", "key", "name"].iter().find_map(|name| self.value.get(name).as_str());
        let id = id.ok_or_else(|| vec!["the document has no uuid, key or name to import it by".to_string()])?;
        Ok(format!("{}\n{resource}", hcl::import(self.root.resource, &label, id)))
    }

    /// Notes what of an XML document no attribute holds.
    fn compare(&self, value: &Value, notes: &mut Notes) -> Result<(), Problems> {
        let Xml::Read(_, text) = &self.xml else { return Ok(()) };
        let changes = convert::changes(self.root, text, value).map_err(one)?;
        notes.warnings.extend(changes.iter().map(|change| format!("not represented by any attribute: {change}")));
        Ok(())
    }
}

fn one(problem: impl std::fmt::Display) -> Problems {
    vec![problem.to_string()]
}

fn from_xml<'t>(root: &'static Root, text: &'t str) -> Result<Document<'t>, Problems> {
    let (mut node, unknown) = xml::read(root.document, text).map_err(one)?;
    if !unknown.is_empty() {
        return Err(unknown.iter().map(ToString::to_string).collect());
    }
    GRAMMAR.check_text(root.kind, text).map_err(one)?;
    let value = convert::from_node(root, node.as_mut()).map_err(one)?;
    Ok(Document { root, value, lean: None, xml: Xml::Read(node, text) })
}

fn from_json<'t>(root: &'static Root, text: &str) -> Result<Document<'t>, Problems> {
    let json = serde_json::from_str(text).map_err(one)?;
    if let Some((line, name)) = json_place::repeated(text) {
        return Err(vec![format!("line {line}: duplicate key {name:?}")]);
    }
    let at = |path: &AttributePath| match json_place::line(text, path) {
        Some(line) => format!("line {line}: "),
        None => String::new(),
    };
    let value = json::decode(root.shape, &json, Unknown::Refused)
        .map_err(|error| vec![format!("{}{}", at(&error.path), sentence(&error.path.to_string(), &error.misfit))])?;
    made(root, value, at)
}

fn from_hcl<'t>(root: &'static Root, text: &str) -> Result<Document<'t>, Problems> {
    let body = parse_body(text).map_err(one)?;
    let positions = Positions::new(text);
    let line = |at: usize| format!("line {}: ", positions.at(at).line);
    let mut reader = Reader::with_reported();
    if root.resource.is_empty() {
        let (name, expression) = only_local(&body)?;
        let value = reader.expression(Kind::Object(root.shape), expression, name);
        nothing_found(&reader, line)?;
        return made(root, value, |path| line(locate_within(expression, &path.0)));
    }
    let block = only_resource(&body, root.resource, &positions)?;
    let value = reader.body(root.shape, &block.body);
    nothing_found(&reader, line)?;
    made(root, value, |path| locate(&block.body, path).map(line).unwrap_or_default())
}

/// What the reader found is all wrong here: also what only Terraform can evaluate.
fn nothing_found(reader: &Reader, line: impl Fn(usize) -> String) -> Result<(), Problems> {
    let line_of = |finding: &hcl::Finding| format!("{}{}", line(finding.at), sentence(&finding.path, &finding.what));
    let problems: Problems = reader.findings.iter().map(line_of).collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// The one resource block of a type.
fn only_resource<'b>(body: &'b Body, resource: &str, positions: &Positions) -> Result<&'b Block, Problems> {
    let is_it = |block: &&Block| block.labels.first().is_some_and(|label| label.as_str() == resource);
    let blocks: Vec<&Block> = body.get_blocks("resource").filter(is_it).collect();
    let line = |block: &Block| positions.at(hcl_edit::Span::span(block).map_or(0, |span| span.start)).line.to_string();
    let block = match blocks.as_slice() {
        [block] => *block,
        [] => return Err(vec![format!("has no resource block of type {resource}")]),
        several => {
            let lines: Vec<String> = several.iter().map(|block| line(block)).collect();
            return Err(vec![format!("has several resources of type {resource}, on lines {}", lines.join(", "))]);
        }
    };
    match ["count", "for_each"].iter().find(|name| block.body.has_attribute(name)) {
        Some(name) => Err(vec![format!("line {}: {name} may create any number of documents", line(block))]),
        None => Ok(block),
    }
}

/// The one object among the locals.
fn only_local(body: &Body) -> Result<(&str, &hcl_edit::expr::Expression), Problems> {
    let locals: Vec<_> = body.get_blocks("locals").flat_map(|block| block.body.attributes()).collect();
    match locals.as_slice() {
        [local] => Ok((local.key.as_str(), &local.value)),
        others => Err(vec![format!("has {} locals; expected exactly one, the document's object", others.len())]),
    }
}

/// A document that was no XML: with the XML it makes, which is valid.
fn made<'t>(
    root: &'static Root,
    value: Value,
    at: impl Fn(&AttributePath) -> String,
) -> Result<Document<'t>, Problems> {
    let lines = |found: &[Diagnostic]| -> Problems {
        found.iter().map(|found| format!("{}{}", at(&found.path), found.detail)).collect()
    };
    let (errors, doubts): (Vec<_>, Vec<_>) =
        validate(root.shape, &value, Level::Warn).into_iter().partition(|found| found.severity == Severity::Error);
    if !errors.is_empty() {
        return Err(lines(&errors));
    }
    let text = convert::to_xml(root, &value).map_err(|error| vec![format!("{}{error}", at(&error.path()))])?;
    let refusal = match GRAMMAR.arrange(root.kind, text) {
        Ok(text) => return Ok(Document { root, value, lean: None, xml: Xml::Made(text) }),
        Err(refusal) => refusal,
    };
    // The grammar has the last word; whoever speaks of attributes explains it.
    let (placed, whole): (Vec<_>, Vec<_>) =
        conform(root, &GRAMMAR, &value, Level::Error).into_iter().partition(|found| !found.path.0.is_empty());
    let explained = [lines(&placed), lines(&doubts), lines(&whole)];
    let explained = explained.into_iter().find(|problems| !problems.is_empty());
    Err(explained.unwrap_or_else(|| vec![format!("does not produce a valid document: {refusal}")]))
}

fn sentence(path: &str, what: &dyn std::fmt::Display) -> String {
    if path.is_empty() { what.to_string() } else { format!("{path}: {what}") }
}

/// The attributes that are set and have no place in the document.
fn provider_side(shape: &Shape, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    set_attributes(shape, value, &mut |attribute, path| {
        found.extend(attribute.xml.is_none().then(|| path.to_string()));
        attribute.xml.is_some()
    });
    found
}

/// A name for the block: what the document calls the object, made an identifier; else its kind.
fn label(root: &Root, value: &Value) -> String {
    let name = value.get("name").as_str().unwrap_or(root.kind);
    let allowed = |character: char| character.is_ascii_alphanumeric() || character == '_' || character == '-';
    let label: String = name.chars().map(|character| if allowed(character) { character } else { '_' }).collect();
    match label.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
        true => label,
        false => format!("_{label}"),
    }
}

/// The label, with a number behind it where another resource has it already.
fn unique(label: String, labels: &mut BTreeSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{label}_{number}"));
    let free = std::iter::once(label.clone()).chain(numbered).find(|label| !labels.contains(label)).unwrap_or(label);
    labels.insert(free.clone());
    free
}
