//! The generator's command line. All writing is here and in `sink`.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use codegen::history::{History, Version};
use codegen::overrides::Overrides;
use codegen::{Error, Sources, import, sink};

/// libvirt's grammar into the provider's structs, schemas, converters and reference.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Takes in a directory of libvirt's own .rng files. The version is the directory's name, or --version.
    Import {
        /// The directory.
        directory: PathBuf,
        /// Which libvirt it is of.
        #[arg(long)]
        version: Option<String>,
    },
    /// Writes generated/ and the reference pages.
    Generate,
    /// Fails where generated/ or a reference page is not what `generate` writes, or is no longer generated.
    Check,
    /// Says what became of a place and why.
    Explain {
        /// A place in the XML (`root/element@attribute`) or of a Terraform attribute (`resource.object.attribute`).
        path: String,
    },
    /// Counts constructs, attributes and undecided choices.
    Census,
}

fn main() -> ExitCode {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    match run(top, Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(top: &Path, command: Command) -> Result<(), Error> {
    match command {
        Command::Import { directory, version } => import_directory(top, &directory, version),
        Command::Generate => generate(top),
        Command::Check => check(top),
        Command::Explain { path } => explain(top, &path),
        Command::Census => census(top),
    }
}

fn import_directory(top: &Path, directory: &Path, version: Option<String>) -> Result<(), Error> {
    let named = directory.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let version = version.unwrap_or(named);
    let version = Version::parse(&version).ok_or(Error::NoVersion(version))?;
    let history = read_if_there(top, "schemas/history.tsv")?;
    let mut history = history.map_or_else(|| Ok(History::default()), |text| History::parse(&text))?;
    let current = read_if_there(top, "schemas/VERSION")?.and_then(|text| import::imported(&text));
    let newest = current.is_none_or(|current| current <= version);
    let overrides = Overrides::read(&top.join("overrides"))?;
    let artifacts = import::import(directory, &version, &overrides.roots, &mut history, newest)?;
    for path in sink::write(top, &artifacts, &[])? {
        println!("wrote {path}");
    }
    Ok(())
}

/// A file's text; none where there is no such file yet, as before the first import.
fn read_if_there(top: &Path, path: &str) -> Result<Option<String>, Error> {
    match std::fs::read_to_string(top.join(path)) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(Error::File { path: path.to_string(), source }),
    }
}

fn generate(top: &Path) -> Result<(), Error> {
    let artifacts = codegen::artifacts(&Sources::read(top)?)?;
    let touched = sink::write(top, &artifacts, codegen::OWNED)?;
    println!("{} files, {} of them changed", artifacts.len(), touched.len());
    Ok(())
}

fn check(top: &Path) -> Result<(), Error> {
    let artifacts = codegen::artifacts(&Sources::read(top)?)?;
    let wrong = sink::check(top, &artifacts, codegen::OWNED)?;
    if wrong.is_empty() {
        println!("{} files are up to date", artifacts.len());
        return Ok(());
    }
    Err(Error::Stale(wrong))
}

fn census(top: &Path) -> Result<(), Error> {
    let sources = Sources::read(top)?;
    print!("{}", codegen::census::census(&sources, &codegen::model(&sources)));
    Ok(())
}

fn explain(top: &Path, path: &str) -> Result<(), Error> {
    let sources = Sources::read(top)?;
    print!("{}", codegen::explain::explain(&sources, &codegen::model(&sources), path)?);
    Ok(())
}
