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
pub mod scalar;
pub mod sink;
pub mod tree;

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
        Grammars::new(self.overrides.roots.iter().filter_map(|root| {
            self.grammars.get(&root.kind).map(|grammar| (root.kind.as_str(), grammar))
        }))
    }
}
