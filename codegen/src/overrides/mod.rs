//! The override files: what the grammar does not say, typed, exact and each with a reason. Reads them and keeps count
//! of what was used; must not know what an override does to the model.

mod error;
mod form;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use error::OverrideError;
use form::File;
pub use form::{
    Addition, AdditionKind, BareRule, Class, Entry, FormRule, NewBranch, RootRule, Roots, SplitRule, VariantsRef,
    VariantsRule, Words,
};

/// All overrides, and which of them had an effect.
#[derive(Clone, Debug)]
pub struct Overrides {
    /// The roots.
    pub roots: Vec<RootRule>,
    /// The resources without a document.
    pub bare: Vec<BareRule>,
    /// How names are split.
    pub words: Words,
    /// Rules for branches that several places share, by name, with their file.
    pub variants: BTreeMap<String, (String, VariantsRule)>,
    /// Entries by path, with their file. Two files may speak of one place as long as they do not use the same verb.
    pub entries: BTreeMap<String, Vec<(String, Entry)>>,
    /// Additions by resource and Terraform path, with their file.
    pub additions: BTreeMap<String, BTreeMap<String, (String, Addition)>>,
    /// Descriptions by path, with their file. A description is its own reason.
    pub docs: BTreeMap<String, (String, String)>,
    used: RefCell<BTreeSet<(String, &'static str)>>,
}

impl Overrides {
    /// Reads the folder.
    pub fn read(folder: &Path) -> Result<Overrides, OverrideError> {
        let roots: Roots = read(&folder.join(ROOTS))?;
        if let Some(bare) = roots.bare.iter().find(|bare| bare.why.trim().is_empty()) {
            return Err(OverrideError::NoReason { file: ROOTS.to_string(), path: bare.resource.clone() });
        }
        let words = read(&folder.join(WORDS))?;
        let mut overrides = Overrides {
            roots: roots.root,
            bare: roots.bare,
            words,
            variants: BTreeMap::new(),
            entries: BTreeMap::new(),
            additions: BTreeMap::new(),
            docs: BTreeMap::new(),
            used: RefCell::default(),
        };
        for file in files(folder)? {
            let name = file.strip_prefix(folder).unwrap_or(&file).to_string_lossy().into_owned();
            overrides.add(&file, name)?;
        }
        Ok(overrides)
    }

    fn add(&mut self, file: &Path, name: String) -> Result<(), OverrideError> {
        let content: File = read(file)?;
        for (rule, variants) in content.variants {
            discriminates(&name, &format!("variants.{rule}"), &variants)?;
            if let Some((first, _)) = self.variants.insert(rule.clone(), (name.clone(), variants)) {
                return Err(OverrideError::Twice { path: format!("variants.{rule}"), first, second: name });
            }
        }
        for (path, entry) in content.at {
            if let Some(VariantsRef::Named(rule)) = &entry.variants
                && !self.variants.contains_key(rule)
            {
                return Err(OverrideError::NoRule { file: name, path, rule: rule.clone() });
            }
            if let Some(VariantsRef::Rule(rule)) = &entry.variants {
                discriminates(&name, &path, rule)?;
            }
            if entry.why.trim().is_empty() {
                return Err(OverrideError::NoReason { file: name, path });
            }
            let others = self.entries.entry(path.clone()).or_default();
            let says_it_too = |other: &Entry| other.verbs().iter().any(|verb| entry.verbs().contains(verb));
            if let Some((first, _)) = others.iter().find(|(_, other)| says_it_too(other)) {
                return Err(OverrideError::Twice { path, first: first.clone(), second: name });
            }
            others.push((name.clone(), entry));
        }
        for (resource, additions) in content.add {
            for (path, addition) in reasoned(&name, additions)? {
                let place = self.additions.entry(resource.clone()).or_default();
                if let Some((first, _)) = place.insert(path.clone(), (name.clone(), addition)) {
                    return Err(OverrideError::Twice { path, first, second: name });
                }
            }
        }
        for (path, sentence) in content.doc {
            if sentence.trim().is_empty() {
                return Err(OverrideError::NoReason { file: name, path });
            }
            if path.strip_prefix(FAMILY).is_some_and(|end| !end.starts_with(['/', '@', '['])) {
                return Err(OverrideError::NoFamily { file: name, path });
            }
            if let Some((first, _)) = self.docs.insert(path.clone(), (name.clone(), sentence)) {
                return Err(OverrideError::Twice { path, first, second: name });
            }
        }
        Ok(())
    }

    /// The names of all resources, those without a document last.
    pub fn resources(&self) -> impl Iterator<Item = &String> {
        let rooted = self.roots.iter().filter_map(|root| root.resource.as_ref());
        rooted.chain(self.bare.iter().map(|bare| &bare.resource))
    }

    /// Every entry, with its path and its file.
    pub fn all(&self) -> impl Iterator<Item = (&String, &String, &Entry)> {
        self.entries.iter().flat_map(|(path, entries)| entries.iter().map(move |(file, entry)| (path, file, entry)))
    }

    /// The rule that an entry refers to.
    pub fn variants_rule(&self, reference: &VariantsRef) -> Option<VariantsRule> {
        match reference {
            VariantsRef::Named(name) => self.variants.get(name).map(|(_, rule)| rule.clone()),
            VariantsRef::Rule(rule) => Some(rule.as_ref().clone()),
        }
    }

    /// Notes that `verb` of the entry at `path` had an effect.
    pub fn mark(&self, path: &str, verb: &'static str) {
        self.used.borrow_mut().insert((path.to_string(), verb));
    }

    /// Everything that had no effect. `known` are the paths there are.
    pub fn unused(&self, known: &BTreeSet<String>) -> Vec<OverrideError> {
        let verbs = self.all().flat_map(|(path, file, entry)| {
            entry.verbs().into_iter().map(move |verb| (path, file, verb, "the rules already do this"))
        });
        let docs = self.docs.iter().map(|(path, (file, _))| (path, file, DOC, "no attribute stands for this place"));
        let of_places = verbs.chain(docs).filter(|(path, _, verb, _)| !self.is_used(path, verb));
        let of_places = of_places.map(|(path, file, verb, known_hint)| {
            let hint = match known.contains(path) {
                true => format!("{known_hint}, or another verb makes it moot"),
                false => nearest(path, known),
            };
            OverrideError::Unused { file: file.clone(), path: path.clone(), verb, hint }
        });
        of_places.chain(self.unused_words()).chain(self.unused_tables()).collect()
    }

    fn is_used(&self, path: &str, verb: &'static str) -> bool {
        self.used.borrow().contains(&(path.to_string(), verb))
    }

    /// What of words.toml made no difference.
    fn unused_words(&self) -> impl Iterator<Item = OverrideError> {
        let unused = |path: &String, verb, hint: &str| OverrideError::Unused {
            file: WORDS.to_string(),
            path: path.clone(),
            verb,
            hint: hint.to_string(),
        };
        let is_idle = |pattern: &&String, verb| !self.is_used(pattern, verb);
        let patterns = self.words.patterns.keys().filter(move |pattern| is_idle(pattern, PATTERN));
        let usual = self.words.usual.keys().filter(move |pattern| is_idle(pattern, USUAL));
        let words = self.words.idle().map(move |word| unused(word, "word", "no name is spelled otherwise for it"));
        words
            .chain(patterns.map(move |pattern| unused(pattern, PATTERN, "no value has this pattern")))
            .chain(usual.map(move |pattern| unused(pattern, USUAL, "no value has this pattern")))
    }

    /// Additions to what is no resource, and rules for branches that no entry names.
    fn unused_tables(&self) -> impl Iterator<Item = OverrideError> {
        let is_resource = |name: &String| self.resources().any(|resource| resource == name);
        let lost = self.additions.iter().filter(move |(resource, _)| !is_resource(resource));
        let lost = lost.flat_map(|(resource, additions)| {
            additions.iter().map(move |(path, (file, _))| (file, format!("{resource}.{path}"), ADDITION))
        });
        let is_named = |rule: &String| {
            let mut entries = self.all().map(|(_, _, entry)| &entry.variants);
            entries.any(|variants| matches!(variants, Some(VariantsRef::Named(name)) if name == rule))
        };
        let idle = self.variants.iter().filter(move |(rule, _)| !is_named(rule));
        let idle = idle.map(|(rule, (file, _))| (file, rule.clone(), "[variants]"));
        lost.chain(idle).map(|(file, path, verb)| {
            let hint = if verb == ADDITION { "there is no such resource" } else { "no entry names this rule" };
            OverrideError::Unused { file: file.clone(), path, verb, hint: hint.to_string() }
        })
    }
}

/// Additions with their reasons: what is in an object that is added shares its reason.
fn reasoned(file: &str, additions: BTreeMap<String, Addition>) -> Result<BTreeMap<String, Addition>, OverrideError> {
    let mut all: BTreeMap<String, Addition> = BTreeMap::new();
    // The map's order has the object first.
    for (path, mut addition) in additions {
        if addition.why.trim().is_empty() {
            let above = path.rsplit_once('.').and_then(|(above, _)| all.get(above));
            let why = above.map(|above| above.why.clone());
            let no_reason = || OverrideError::NoReason { file: file.to_string(), path: path.clone() };
            addition.why = why.ok_or_else(no_reason)?;
        }
        all.insert(path, addition);
    }
    Ok(all)
}

/// Whether a rule has defaults only of what it tells branches apart by.
fn discriminates(file: &str, path: &str, rule: &VariantsRule) -> Result<(), OverrideError> {
    match rule.defaults.keys().find(|attribute| !rule.by.contains(attribute)) {
        None => Ok(()),
        Some(attribute) => {
            let (file, path, attribute) = (file.to_string(), path.to_string(), attribute.clone());
            Err(OverrideError::NoDiscriminator { file, path, attribute })
        }
    }
}

/// The verb of a description.
pub const DOC: &str = "doc";

/// The verb of an addition.
const ADDITION: &str = "[add]";

/// The file of [`Roots`].
const ROOTS: &str = "roots.toml";

/// The file of [`Words`].
const WORDS: &str = "words.toml";

/// The verb of a pattern in words.
pub const PATTERN: &str = "pattern";

/// The verb of a pattern that libvirt does not hold people to.
pub const USUAL: &str = "usual";

/// What the path of a description begins with that holds for all places whose paths end as it does.
pub const FAMILY: &str = "*";

fn nearest(path: &str, known: &BTreeSet<String>) -> String {
    let near = closest(path, known.iter().map(String::as_str), 1);
    near.first()
        .map_or_else(|| "there is no such place".to_string(), |near| format!("there is no such place; nearest: {near}"))
}

/// The `count` paths that look most like `path`, the most alike first.
pub fn closest<'a>(path: &str, known: impl Iterator<Item = &'a str>, count: usize) -> Vec<&'a str> {
    let mut all: Vec<(f64, &str)> = known.map(|other| (strsim::jaro_winkler(path, other), other)).collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    all.into_iter().take(count).map(|(_, path)| path).collect()
}

fn read<T: for<'a> Deserialize<'a>>(file: &Path) -> Result<T, OverrideError> {
    let text =
        std::fs::read_to_string(file).map_err(|source| OverrideError::Read { file: file.to_path_buf(), source })?;
    toml::from_str(&text).map_err(|source| OverrideError::Form { file: file.to_path_buf(), source: Box::new(source) })
}

/// The override files of a folder and its subfolders.
fn files(folder: &Path) -> Result<Vec<PathBuf>, OverrideError> {
    let error = |source| OverrideError::Read { file: folder.to_path_buf(), source };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(error)? {
        let path = entry.map_err(error)?.path();
        let special = [ROOTS, WORDS].iter().any(|name| path.ends_with(name));
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.extension().is_some_and(|ending| ending == "toml") && !special {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
