//! The build-time generator: libvirt's grammar and the overrides in, artifacts (path and text) out. Pure but for
//! [`import`] and [`Sources::read`], which read; only the command line writes.

pub mod emit;
pub mod extend;
pub mod grammar;
pub mod history;
pub mod import;
pub mod members;
pub mod naming;
pub mod overrides;
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
use naming::Peer;
use overrides::{OverrideError, Overrides};
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
    /// A file.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// Decisions that nobody made, and overrides that have no effect: one line each.
    #[error("{}", .0.join("\n"))]
    Undecided(Vec<String>),
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
    /// The surface that must not change, by resource.
    pub peers: BTreeMap<String, Peer>,
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
        let resources = overrides.roots.iter().filter_map(|root| root.resource.clone());
        let peers = resources.map(|resource| (resource.clone(), Peer::read(&rows, &resource))).collect();
        let version = text("schemas/VERSION")?.lines().next().unwrap_or_default().replace("libvirt ", "");
        Ok(Sources { overrides, grammars, history: History::parse(&text("schemas/history.tsv")?), peers, version })
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
    let mut grammars = sources.arena();
    extend::extend(&mut grammars, &sources.overrides);
    let kinds: Vec<&str> = sources.overrides.roots.iter().map(|root| root.kind.as_str()).collect();
    let types = types::types(&mut grammars, &kinds);
    let since = sources.history.since();
    let (trees, findings) = tree::build(&mut grammars, &sources.overrides, &sources.peers, &since);
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
    artifacts.extend(emit::shapes::shapes(&model.trees)?);
    artifacts.push(emit::surface::surface(&model.trees));
    artifacts.push(emit::grammar::artifact(&sources.arena())?);
    artifacts.push(emit::structs::lib(&["grammar", "shapes", "structs"])?);
    artifacts.sort();
    Ok(artifacts)
}

/// The folders in which nothing but generated files may be.
pub const OWNED: &[&str] = &["generated"];
