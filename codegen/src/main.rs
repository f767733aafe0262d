//! The generator's command line. All writing is here and in `sink`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use codegen::history::{History, Version};
use codegen::overrides::Overrides;
use codegen::{Error, Sources, import, sink, tree};

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
        Command::Census => census(top),
    }
}

fn import_directory(top: &Path, directory: &Path, version: Option<String>) -> Result<(), Error> {
    let named = directory.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let version = version.unwrap_or(named);
    let Some(wanted) = Version::parse(&version) else {
        return Err(Error::Undecided(vec![format!("'{version}' is no libvirt version; give one with --version")]));
    };
    let read = |path: &str| std::fs::read_to_string(top.join(path)).unwrap_or_default();
    let current = read("schemas/VERSION");
    let current = current.lines().next().and_then(|line| Version::parse(line.trim_start_matches("libvirt ")));
    let newest = current.is_none_or(|current| current <= wanted);
    let overrides = Overrides::read(&top.join("overrides"))?;
    let mut history = History::parse(&read("schemas/history.tsv"));
    let artifacts = import::import(directory, &version, &overrides.roots, &mut history, newest)?;
    for path in sink::write(top, &artifacts, &[])? {
        println!("wrote {path}");
    }
    Ok(())
}

fn census(top: &Path) -> Result<(), Error> {
    let sources = Sources::read(top)?;
    let mut grammars = sources.arena();
    codegen::extend::extend(&mut grammars, &sources.overrides);
    println!("{} element patterns, {} patterns", grammars.elements.len(), grammars.patterns.len());
    let (trees, findings) = tree::build(&mut grammars, &sources.overrides, &sources.peers, &sources.history.since());
    for tree in &trees {
        println!("{}: {} attributes", tree.kind, tree.object.size());
        for (path, _) in tree.object.paths() { println!("PATH {} {path}", tree.kind); }
        if let Some(peer) = tree.resource.as_ref().and_then(|resource| sources.peers.get(resource)) {
            compare(peer, &tree.object, "");
        }
    }
    for line in &findings.undecided {
        println!("undecided: {line}");
    }
    for error in sources.overrides.unused(&findings.known) {
        println!("unused: {error}");
    }
    Ok(())
}

fn compare(peer: &codegen::naming::Peer, object: &tree::Object, path: &str) {
    for (name, below) in &peer.below {
        let Some(own) = object.attributes.iter().find(|attribute| attribute.name == *name) else {
            println!("MISSING {path}{name} {} {} HAVE {}", below.kind, below.flags, object.attributes.iter().map(|a| a.name.as_str()).filter(|n| !peer.below.contains_key(*n)).collect::<Vec<_>>().join(","));
            continue;
        };
        let kind = match &own.kind {
            tree::Kind::Leaf(scalar) => format!("{:?}", scalar.primitive).to_lowercase(),
            tree::Kind::Leaves(scalar) => format!("list({:?})", scalar.primitive).to_lowercase(),
            tree::Kind::Set(scalar) => format!("set({:?})", scalar.primitive).to_lowercase(),
            tree::Kind::Object(_) => "nested single".to_string(),
            tree::Kind::List(..) => "nested list".to_string(),
        };
        if kind != below.kind {
            println!("TYPE {path}{name} {} != {kind}", below.kind);
        } else if let Some(inner) = own.kind.object() {
            compare(below, inner, &format!("{path}{name}."));
        }
    }
}
