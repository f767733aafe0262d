//! The build-time generator: libvirt's grammar and the overrides in, artifacts (path and text) out. Pure but for
//! [`import`] and [`Sources::read`], which read; only the command line writes.

pub mod census;
pub mod emit;
pub mod explain;
pub mod extend;
pub mod grammar;
pub mod history;
pub mod import;
pub mod members;
pub mod naming;
pub mod overrides;
pub mod peer;
pub mod rng;
pub mod rust_name;
pub mod scalar;
pub mod sink;
pub mod tree;
pub mod types;

use std::collections::BTreeMap;
use std::path::Path;

use grammar::Grammars;
use history::History;
use overrides::{OverrideError, Overrides};
use peer::Peer;
use rng::RngError;

/// Whatever can stop the generator.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A grammar.
    #[error(transparent)]
    Rng(#[from] RngError),
    /// An override file.
    #[error(transparent)]
    Override(#[from] OverrideError),
    /// Rust that does not parse.
    #[error(transparent)]
    Emit(#[from] emit::EmitError),
    /// A datatype or pattern that the runtime does not know.
    #[error(transparent)]
    Table(#[from] emit::grammar::TableError),
    /// A page of the reference.
    #[error(transparent)]
    Page(#[from] emit::docs::PageError),
    /// A file.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// schemas/history.tsv.
    #[error(transparent)]
    History(#[from] history::NoHistory),
    /// schemas/VERSION.
    #[error("schemas/VERSION does not begin with a version of libvirt")]
    NoImport,
    /// A name that was to be a version.
    #[error("'{0}' is no libvirt version; give one with --version")]
    NoVersion(String),
    /// A place that neither the grammar nor Terraform has, in a sentence.
    #[error("{0}")]
    NoSuchPlace(String),
    /// Decisions that nobody made, and overrides that have no effect: one line each.
    #[error("{}", .0.join("\n"))]
    Undecided(Vec<String>),
    /// Files that are not what the generator writes: one line each.
    #[error("{}", .0.join("\n"))]
    Stale(Vec<String>),
}

/// All that the generator reads: schemas/ and overrides/.
#[derive(Debug)]
pub struct Sources {
    /// The exceptions.
    pub overrides: Overrides,
    /// The grammars by kind.
    pub grammars: BTreeMap<String, rng::Grammar>,
    /// Since when paths exist.
    pub history: History,
    /// The peer's attributes by resource.
    pub peers: BTreeMap<String, Peer>,
    /// What stands above the reference of each page.
    pub prose: emit::docs::Prose,
    /// Which libvirt the grammars are of.
    pub version: String,
}

impl Sources {
    /// Reads them from the repository's top.
    pub fn read(top: &Path) -> Result<Sources, Error> {
        let overrides = Overrides::read(&top.join("overrides"))?;
        let text = |path: &str| {
            std::fs::read_to_string(top.join(path)).map_err(|source| Error::File { path: path.to_string(), source })
        };
        let mut grammars = BTreeMap::new();
        for root in &overrides.roots {
            grammars.insert(root.kind.clone(), rng::load::load(&top.join("schemas"), &format!("{}.rng", root.kind))?);
        }
        let rows = text("overrides/peer.tsv")?;
        let peers = overrides.resources().map(|resource| (resource.clone(), Peer::read(&rows, resource))).collect();
        let version = import::imported(&text("schemas/VERSION")?).ok_or(Error::NoImport)?.to_string();
        Ok(Sources {
            overrides,
            grammars,
            history: History::parse(&text("schemas/history.tsv")?)?,
            peers,
            prose: prose(top)?,
            version,
        })
    }

    /// What the reference says beside the trees.
    pub fn facts(&self) -> emit::docs::Facts<'_> {
        emit::docs::Facts { patterns: &self.overrides.words.patterns, history: &self.history, version: &self.version }
    }

    /// The grammars in one arena.
    pub fn arena(&self) -> Grammars {
        Grammars::new(
            self.overrides
                .roots
                .iter()
                .filter_map(|root| self.grammars.get(&root.kind).map(|grammar| (root.kind.as_str(), grammar))),
        )
    }

    /// The grammars with what libvirt takes beyond them.
    pub fn extended(&self) -> Grammars {
        let mut grammars = self.arena();
        extend::extend(&mut grammars, &self.overrides);
        grammars
    }
}

/// The files of overrides/pages by their names without the ending.
fn prose(top: &Path) -> Result<emit::docs::Prose, Error> {
    let folder = top.join("overrides/pages");
    let error = |source| Error::File { path: "overrides/pages".to_string(), source };
    let mut prose = BTreeMap::new();
    for entry in std::fs::read_dir(&folder).map_err(error)? {
        let path = entry.map_err(error)?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        prose.insert(name, std::fs::read_to_string(&path).map_err(error)?);
    }
    Ok(prose)
}

/// What the generator makes of its sources.
#[derive(Debug)]
pub struct Model {
    /// The structs.
    pub types: types::Types,
    /// The Terraform trees.
    pub trees: Vec<tree::Tree>,
    /// Every place that was seen.
    pub findings: tree::Findings,
}

/// The stages in order: grammars, what libvirt takes beyond them, structs, Terraform's trees.
pub fn model(sources: &Sources) -> Model {
    let mut grammars = sources.extended();
    let kinds: Vec<&str> = sources.overrides.roots.iter().map(|root| root.kind.as_str()).collect();
    let types = types::types(&mut grammars, &kinds);
    let since = sources.history.since();
    let (mut trees, findings) = tree::build(&mut grammars, &sources.overrides, &sources.peers, &since);
    // The same without the extensions tells what only they have. What it uses of the overrides does not count.
    let (own, _) = tree::build(&mut sources.arena(), &sources.overrides.clone(), &sources.peers, &since);
    for (tree, own) in trees.iter_mut().zip(&own) {
        tree.object.mark_beyond(&own.object);
    }
    Model { types, trees, findings }
}

/// Every artifact. Fails while anything is undecided or an override has no effect.
pub fn artifacts(sources: &Sources) -> Result<Vec<emit::Artifact>, Error> {
    let model = model(sources);
    let mut wrong = model.findings.undecided.clone();
    wrong.extend(sources.overrides.unused(&model.findings.known).iter().map(ToString::to_string));
    if !wrong.is_empty() {
        return Err(Error::Undecided(wrong));
    }
    let mut artifacts = emit::structs::structs(&model.types)?;
    artifacts.extend(emit::shapes::shapes(&model.trees, &sources.overrides.words.patterns)?);
    artifacts.push(emit::surface::surface(&model.trees));
    artifacts.push(emit::grammar::artifact(&sources.arena())?);
    artifacts.push(emit::structs::lib(&["grammar", "shapes", "structs"])?);
    artifacts.extend(emit::docs::docs(&model.trees, &sources.prose, sources.facts())?);
    artifacts.sort();
    Ok(artifacts)
}

/// The folders in which nothing but generated files may be.
pub const OWNED: &[&str] = &["docs/resources", "generated"];
