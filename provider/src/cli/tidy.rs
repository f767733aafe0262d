//! `tidy`: generated configurations without the attributes that are null. Knows files; must not know any attribute.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use hcl_edit::structure::Block;

use super::hcl::{Positions, WithoutNulls, without_nulls};
use super::lint::PREFIX;
use super::say;

/// Removes null attributes from configurations that Terraform or OpenTofu generated.
///
/// `plan -generate-config-out` of OpenTofu, and of Terraform before 1.14, writes every attribute that is not set as
/// null. The files are changed in place: only null attributes of libvirt_ resources go, comments and everything else
/// stay. A file that does not parse is left as it is.
///
/// Exit code 1: with --check, a file has null attributes; 2: a file could not be read, parsed or written.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The .tf files.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Print what would be removed, and change nothing.
    #[arg(long)]
    check: bool,
}

/// Tidies the files.
pub fn run(arguments: &Arguments) -> ExitCode {
    let (mut found, mut failed) = (false, false);
    for file in &arguments.files {
        match tidy(file, arguments.check) {
            Ok(removed) => found |= removed > 0,
            Err(error) => {
                eprintln!("{}: {error}", file.display());
                failed = true;
            }
        }
    }
    ExitCode::from(if failed { 2 } else { u8::from(found && arguments.check) })
}

/// How many attributes go. Prints it.
fn tidy(file: &Path, is_check: bool) -> Result<usize, String> {
    let text = fs::read_to_string(file).map_err(|error| error.to_string())?;
    let done = without_nulls(&text, is_ours)?;
    let name = file.display();
    if done.removed > 0 && !is_check {
        replace(file, &done.text).map_err(|error| error.to_string())?;
    }
    say(&format!("{name}: {}", summary(&done, is_check)));
    let positions = Positions::new(&text);
    for (at, block, path) in &done.sensitive {
        let line = positions.at(*at).line;
        say(&format!(
            "{name}:{line}: {block}: {path} is sensitive, so Terraform did not write its value; set it if you need it"
        ));
    }
    Ok(done.removed)
}

fn is_ours(block: &Block) -> bool {
    let kind = block.labels.first().map(|label| label.as_str());
    block.ident.as_str() == "resource" && kind.is_some_and(|kind| kind.starts_with(PREFIX))
}

fn summary(done: &WithoutNulls, is_check: bool) -> String {
    let attributes = if done.removed == 1 { "attribute" } else { "attributes" };
    match (done.removed, is_check) {
        (0, _) => "no null attributes".to_string(),
        (count, true) => format!("{count} null {attributes} would be removed"),
        (count, false) => format!("removed {count} null {attributes}"),
    }
}

/// Puts a new file in the place of the old one, so that no half of one is ever there.
fn replace(file: &Path, text: &str) -> io::Result<()> {
    let file = fs::canonicalize(file)?;
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut new = tempfile::Builder::new().prefix(".tidy-").tempfile_in(folder)?;
    new.write_all(text.as_bytes())?;
    new.as_file().set_permissions(fs::metadata(&file)?.permissions())?;
    new.persist(&file)?;
    Ok(())
}
