//! `lint`: keys that Terraform would drop without a word, and values that would be refused. Knows files and the
//! provider's registry; must not know any attribute.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use hcl_edit::parser::parse_body;
use hcl_edit::structure::{Block, Body};
use provider_core::diagnostics::{AttributePath, Diagnostics, Severity};
use provider_core::nearest::nearest;
use provider_core::shape::Shape;
use provider_core::value::Value;

use super::encoding;
use super::hcl::{Position, Positions, Reader, What, locate};
use super::say;
use crate::server::Server;

/// What the types of this provider's resources and data sources start with.
pub const PREFIX: &str = "libvirt_";

/// Finds mistakes in .tf files that Terraform passes over in silence.
///
/// Terraform drops keys it does not know inside nested attributes: `video` for `videos` loses a device without a word.
/// Every key of every libvirt_ block is looked up in the schema, and values that are written out are checked. Exit
/// code 1: something was found; 2: a file could not be read.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The folder.
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    /// Look into the folders in it too.
    #[arg(long)]
    recursive: bool,
}

/// Prints what is found in a folder.
pub fn run(arguments: &Arguments, server: &Server) -> ExitCode {
    let files = match files(&arguments.folder, arguments.recursive) {
        Ok(files) => files,
        Err(error) => {
            eprintln!("{}: {error}", arguments.folder.display());
            return ExitCode::from(2);
        }
    };
    let (mut found, mut unreadable) = (false, false);
    for file in files {
        match lint_file(&file, server) {
            Ok(lines) => {
                found |= !lines.is_empty();
                lines.iter().for_each(|line| say(&format!("{}:{line}", file.display())));
            }
            Err(error) => {
                eprintln!("{}: {error}", file.display());
                unreadable = true;
            }
        }
    }
    ExitCode::from(if unreadable { 2 } else { u8::from(found) })
}

/// The configuration files of a folder, sorted. Those in JSON are named and left out.
fn files(folder: &Path, recursive: bool) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        if path.is_dir() && recursive && !is_hidden && !entry.file_type()?.is_symlink() {
            found.extend(files(&path, recursive)?);
        } else if path.is_dir() || is_hidden {
            continue;
        } else if path.extension() == Some(OsStr::new("tf")) {
            found.push(path);
        } else if path.to_string_lossy().ends_with(".tf.json") {
            eprintln!("{}: JSON files are not checked", path.display());
        }
    }
    found.sort();
    Ok(found)
}

fn lint_file(file: &Path, server: &Server) -> Result<Vec<String>, String> {
    let text = encoding::text(fs::read(file).map_err(|error| error.to_string())?)?;
    lint(&text, server)
}

/// What is found in a text: `line:column: block: path: message`, in the order of the text.
fn lint(text: &str, server: &Server) -> Result<Vec<String>, String> {
    let body = parse_body(text).map_err(|error| error.to_string())?;
    let positions = Positions::new(text);
    let mut findings: Vec<(Position, String)> = Vec::new();
    for block in blocks(&body) {
        let found = block.lint(server);
        findings.extend(found.into_iter().map(|(at, what)| (positions.at(at), format!("{}: {what}", block.name()))));
    }
    findings.sort();
    Ok(findings.into_iter().map(|(position, what)| format!("{position}: {what}")).collect())
}

/// A resource or data block of this provider's.
struct Ours<'b> {
    kind: &'b str,
    label: &'b str,
    is_data: bool,
    block: &'b Block,
}

fn blocks(body: &Body) -> impl Iterator<Item = Ours<'_>> {
    body.blocks().filter_map(|block| {
        let is_data = match block.ident.as_str() {
            "resource" => false,
            "data" => true,
            _ => return None,
        };
        let [kind, label] = block.labels.as_slice() else { return None };
        let kind = kind.as_str();
        kind.starts_with(PREFIX).then_some(Ours { kind, label: label.as_str(), is_data, block })
    })
}

impl Ours<'_> {
    fn name(&self) -> String {
        let data = if self.is_data { "data." } else { "" };
        format!("{data}{}.{}", self.kind, self.label)
    }

    /// Findings with the bytes they are at.
    fn lint(&self, server: &Server) -> Vec<(usize, String)> {
        let shapes = self.shapes(server);
        let Some((_, shape)) = shapes.iter().find(|(name, _)| *name == self.kind) else {
            let meant = nearest(self.kind, shapes.iter().map(|(name, _)| *name));
            let meant = meant.map(|name| format!("; did you mean {name}?")).unwrap_or_default();
            let what = if self.is_data { "data source" } else { "resource" };
            let at = self.block.labels.first().and_then(hcl_edit::Span::span).map_or(0, |span| span.start);
            return vec![(at, format!("unknown {what}{meant}"))];
        };
        let mut reader = Reader::default();
        let config = reader.body(shape, &self.block.body);
        let is_wrong = |what: &What| !matches!(what, What::Dynamic(_));
        let wrong = reader.findings.into_iter().filter(|finding| is_wrong(&finding.what));
        let mut found: Vec<_> =
            wrong.map(|finding| (finding.at, format!("{}: {}", finding.path, finding.what))).collect();
        found.extend(self.refused(server, &config));
        found
    }

    fn shapes(&self, server: &Server) -> Vec<(&'static str, &'static Shape)> {
        match self.is_data {
            true => server.registry().data_sources().map(|source| (source.type_name(), source.shape())).collect(),
            false => server.registry().resources().map(|found| (found.type_name(), found.shape())).collect(),
        }
    }

    /// What the provider itself would say of the values that are written out.
    fn refused(&self, server: &Server, config: &Value) -> Vec<(usize, String)> {
        let diagnostics: Diagnostics = match self.is_data {
            true => server.validate_data_source(self.kind, config),
            false => server.validate_resource(self.kind, config, true),
        }
        .unwrap_or_else(|diagnostics| diagnostics);
        let block = hcl_edit::Span::span(self.block).map_or(0, |span| span.start);
        let place = |path: &AttributePath| locate(&self.block.body, path).unwrap_or(block);
        let errors = diagnostics.into_iter().filter(|found| found.severity == Severity::Error);
        errors.map(|found| (place(&found.path), format!("{}: {}", found.summary, found.detail))).collect()
    }
}

#[cfg(test)]
#[path = "lint_tests.rs"]
mod tests;
