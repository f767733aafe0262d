//! `convert`: libvirt's XML, JSON and HCL into each other. Knows files and formats; must not know any attribute, nor
//! what the formats look like.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use generated::shapes::ROOTS;
use provider_core::convert::Root;
use provider_core::defaults::DRIVER;

use super::document::{Document, Format, Notes};
use super::encoding;
use crate::resource::Resource;
use crate::server::Server;

/// Converts libvirt's documents between XML, JSON and HCL.
///
/// What the grammar does not know is an error; what cannot be held in the other format is a warning that names it.
#[derive(Debug, Args)]
pub struct Arguments {
    /// What kind of document, by the name of its grammar.
    #[arg(long, value_name = "KIND", value_parser = kinds())]
    kind: &'static Root,
    /// What the files hold.
    #[arg(long, value_enum)]
    from: Format,
    /// What to make of them.
    #[arg(long, value_enum)]
    to: Format,
    /// Write each file into this folder, under its own name with the new extension, instead of to standard output.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Put an import block in front of each resource. For HCL of kinds that are resources.
    #[arg(long)]
    import: bool,
    /// Leave out what libvirt would do by itself, as an import does. For HCL and JSON of kinds that are resources.
    #[arg(long)]
    lean: bool,
    /// The driver that does it, as `virsh version` names it; where not given, the one that the document is for.
    #[arg(long, value_name = "DRIVER", requires = "lean", value_parser = drivers())]
    driver: Option<String>,
    /// The files; `-`, or none at all, is standard input.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
}

fn kinds() -> impl TypedValueParser<Value = &'static Root> {
    let names = PossibleValuesParser::new(ROOTS.iter().map(|root| root.kind));
    names.try_map(|name| ROOTS.iter().copied().find(|root| root.kind == name).ok_or("no such kind"))
}

/// The drivers that any default asks for.
fn drivers() -> PossibleValuesParser {
    let conditions = ROOTS.iter().flat_map(|root| root.defaults).flat_map(|default| default.when);
    let drivers = conditions.filter(|condition| condition.path == DRIVER).flat_map(|condition| condition.any_of);
    PossibleValuesParser::new(drivers.copied().collect::<BTreeSet<&str>>())
}

/// Converts all files; fails if any of them fails, with the others done.
pub fn run(arguments: &Arguments, server: &Server) -> ExitCode {
    let resource = server.registry().resource(arguments.kind.resource).ok();
    let is_resource = resource.is_some();
    let options = [
        ("--import", arguments.import, &[Format::Hcl][..], "hcl"),
        ("--lean", arguments.lean, &[Format::Hcl, Format::Json], "hcl or json"),
    ];
    let is_wrong = |(_, is_given, formats, _): &&(_, bool, &[Format], _)| {
        *is_given && !(is_resource && formats.contains(&arguments.to))
    };
    if let Some((option, _, _, formats)) = options.iter().find(is_wrong) {
        eprintln!("{option} requires --to {formats} and a kind that is a resource");
        return ExitCode::from(2);
    }
    let standard_input = [PathBuf::from("-")];
    let files = if arguments.files.is_empty() { &standard_input } else { arguments.files.as_slice() };
    let mut job = Job { arguments, resource, labels: BTreeSet::new(), written: BTreeSet::new() };
    let mut failed = false;
    for file in files {
        let mut notes = Notes::default();
        let done = job.convert(file, &mut notes);
        for note in notes.warnings {
            eprintln!("{}: warning: {note}", shown(file));
        }
        for problem in done.err().into_iter().flatten() {
            eprintln!("{}: {problem}", shown(file));
            failed = true;
        }
    }
    ExitCode::from(u8::from(failed))
}

/// One run.
struct Job<'a> {
    arguments: &'a Arguments,
    /// The resource of the kind, where it has one.
    resource: Option<&'a dyn Resource>,
    /// The labels of the resources so far: Terraform wants each but once.
    labels: BTreeSet<String>,
    /// The files written so far.
    written: BTreeSet<PathBuf>,
}

impl Job<'_> {
    fn convert(&mut self, file: &Path, notes: &mut Notes) -> Result<(), Vec<String>> {
        let Arguments { kind: root, from, to, lean, driver, .. } = self.arguments;
        let text = read(file, *from).map_err(|error| vec![error])?;
        let mut document = Document::read(root, *from, &text)?;
        if let Some(resource) = self.resource.filter(|_| *lean) {
            document.make_lean(resource, driver.as_deref());
        }
        let text = match to {
            Format::Xml => document.xml(notes),
            Format::Json => document.json(notes)?,
            Format::Hcl => document.hcl(self.arguments.import, &mut self.labels, notes)?,
        };
        self.write(file, &text).map_err(|error| vec![error])
    }

    fn write(&mut self, file: &Path, text: &str) -> Result<(), String> {
        let Some(folder) = &self.arguments.out else {
            return io::stdout().write_all(text.as_bytes()).map_err(|error| error.to_string());
        };
        let name = if is_standard_input(file) { Path::new(self.arguments.kind.kind) } else { file };
        let name = name.file_stem().unwrap_or_default().to_string_lossy();
        let target = folder.join(format!("{name}.{}", self.arguments.to.extension()));
        if !self.written.insert(target.clone()) {
            return Err(format!("{} has already been written for another input of the same name", target.display()));
        }
        if let Some(input) = self.input_at(&target) {
            return Err(format!("{} is the input {}; choose another folder", target.display(), input.display()));
        }
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        fs::write(&target, text).map_err(|error| format!("{}: {error}", target.display()))
    }

    /// The input that is the same file, by whatever name: it must not be written over.
    fn input_at(&self, target: &Path) -> Option<&PathBuf> {
        let target = fs::canonicalize(target).ok()?;
        let mut inputs = self.arguments.files.iter().filter(|file| !is_standard_input(file));
        inputs.find(|file| fs::canonicalize(file).is_ok_and(|file| file == target))
    }
}

fn read(file: &Path, format: Format) -> Result<String, String> {
    let mut bytes = Vec::new();
    let read = match is_standard_input(file) {
        true => io::stdin().read_to_end(&mut bytes),
        false => fs::File::open(file).and_then(|mut file| file.read_to_end(&mut bytes)),
    };
    read.map_err(|error| error.to_string())?;
    if format == Format::Xml { encoding::xml(bytes) } else { encoding::text(bytes) }
}

fn is_standard_input(file: &Path) -> bool {
    file.as_os_str() == "-"
}

fn shown(file: &Path) -> String {
    if is_standard_input(file) { "standard input".to_string() } else { file.display().to_string() }
}
