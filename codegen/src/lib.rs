//! The build-time generator: libvirt's grammar and the overrides in, artifacts (path and text) out. Pure but for
//! [`import`] and [`Sources::read`], which read; only the command line writes.

pub mod census;
pub mod defaults;
pub mod emit;
pub mod explain;
pub mod extend;
pub mod go_provider;
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

use defaults::{Defaults, DefaultsError};
use go_provider::Counterpart;
use grammar::Grammars;
use history::History;
use overrides::{OverrideError, Overrides, Used};
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
    /// overrides/defaults/.
    #[error(transparent)]
    Defaults(#[from] DefaultsError),
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
    /// The Go provider's attributes by resource.
    pub counterparts: BTreeMap<String, Counterpart>,
    /// What stands above the reference of each page.
    pub prose: emit::docs::Prose,
    /// What libvirt does by itself.
    pub defaults: Defaults,
    /// Which libvirt the grammars are of.
    pub version: String,
}

impl Sources {
    /// Reads them from the repository's top.
    pub fn read(top: &Path) -> Result<Sources, Error> {
        let mut overrides = Overrides::read(&top.join("overrides"))?;
        let text = |path: &str| {
            std::fs::read_to_string(top.join(path)).map_err(|source| Error::File { path: path.to_string(), source })
        };
        let mut grammars = BTreeMap::new();
        for root in &overrides.roots {
            grammars.insert(root.kind.clone(), rng::load::load(&top.join("schemas"), &format!("{}.rng", root.kind))?);
        }
        overrides.resolve_defines(grammars.values())?;
        let rows = text("overrides/go-provider.tsv")?;
        let resources = overrides.resources();
        let counterparts = resources.map(|resource| (resource.clone(), Counterpart::read(&rows, resource))).collect();
        let version = import::imported(&text("schemas/VERSION")?).ok_or(Error::NoImport)?.to_string();
        Ok(Sources {
            overrides,
            grammars,
            history: History::parse(&text("schemas/history.tsv")?)?,
            counterparts,
            prose: prose(top)?,
            defaults: defaults::read(&top.join("overrides/defaults"))?,
            version,
        })
    }

    /// What the reference says beside the trees.
    pub fn facts(&self) -> emit::docs::Facts<'_> {
        emit::docs::Facts {
            patterns: &self.overrides.words.patterns,
            history: &self.history,
            defaults: &self.defaults,
            version: &self.version,
        }
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

    /// The grammars with what libvirt takes although they do not say so, and the overrides that add it.
    pub fn extended(&self) -> (Grammars, Used) {
        let mut grammars = self.arena();
        let used = extend::extend(&mut grammars, &self.overrides);
        (grammars, used)
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
    /// What was found on the way.
    pub findings: tree::Findings,
}

impl Model {
    /// The overrides without an effect.
    pub fn unused(&self, overrides: &Overrides) -> Vec<OverrideError> {
        overrides.unused(&self.findings.known, &self.findings.used)
    }
}

/// The stages in order: grammars, what libvirt takes although they do not say so, structs, Terraform's trees.
pub fn model(sources: &Sources) -> Model {
    let (mut grammars, used) = sources.extended();
    let kinds: Vec<&str> = sources.overrides.roots.iter().map(|root| root.kind.as_str()).collect();
    let types = types::types(&mut grammars, &kinds);
    let since = sources.history.since();
    let (trees, mut findings) = tree::trees(&mut grammars, &sources.overrides, &sources.counterparts, &since);
    findings.used.extend(used);
    Model { types, trees, findings }
}

/// Every artifact. Fails while anything is undecided or an override has no effect.
pub fn artifacts(sources: &Sources) -> Result<Vec<emit::Artifact>, Error> {
    let model = model(sources);
    let mut wrong = model.findings.undecided.clone();
    wrong.extend(model.unused(&sources.overrides).iter().map(ToString::to_string));
    wrong.extend(defaults::verify(&sources.defaults, &model.trees).iter().map(ToString::to_string));
    if !wrong.is_empty() {
        return Err(Error::Undecided(wrong));
    }
    let mut artifacts = emit::structs::structs(&model.types)?;
    artifacts.extend(emit::shapes::shapes(&model.trees, &sources.overrides.words.patterns, &sources.defaults)?);
    artifacts.push(emit::defaults::defaults(&sources.defaults)?);
    artifacts.push(emit::surface::surface(&model.trees));
    artifacts.push(emit::grammar::artifact(&sources.arena())?);
    artifacts.push(emit::structs::lib(&model.types, &["defaults", "grammar", "shapes", "structs"])?);
    artifacts.extend(emit::docs::docs(&model.trees, &sources.prose, sources.facts())?);
    artifacts.sort();
    Ok(artifacts)
}

/// The folders in which nothing but generated files may be.
pub const OWNED: &[&str] = &["docs/resources", "generated"];
