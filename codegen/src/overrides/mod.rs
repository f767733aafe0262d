//! The override files: what the grammar does not say, typed, exact and each with a reason. Reads them and says
//! which had no effect; must not know what an override does to the model.

mod error;
mod form;
mod rules;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::rng::Grammar;

pub use error::OverrideError;
use form::File;
pub use form::{
    Addition, AdditionKind, BareRule, Class, Entry, Flattening, NewBranch, RootRule, Roots, SplitRule, VariantsRef,
    VariantsRule, Words,
};
pub use rules::{ExpressionKind, Rules};

/// All overrides.
#[derive(Clone, Debug)]
pub struct Overrides {
    /// The roots.
    pub roots: Vec<RootRule>,
    /// The resources without a document.
    pub bare: Vec<BareRule>,
    /// How names are split.
    pub words: Words,
    /// What the rules must know of libvirt's names.
    pub rules: Rules,
    /// Rules for branches that several places share, by name, with their file.
    pub variants: BTreeMap<String, (String, VariantsRule)>,
    /// Members of branches that rules for them share, by name, with their file.
    pub members: BTreeMap<String, (String, BTreeMap<String, Vec<String>>)>,
    /// Entries by path, with their file. Two files may speak of one place as long as they do not use the same verb.
    pub entries: BTreeMap<String, Vec<(String, Entry)>>,
    /// Additions by resource and Terraform path, with their file.
    pub additions: BTreeMap<String, BTreeMap<String, (String, Addition)>>,
    /// Descriptions by path, with their file. A description is its own reason.
    pub docs: BTreeMap<String, (String, String)>,
}

impl Overrides {
    /// Reads the folder.
    pub fn read(folder: &Path) -> Result<Overrides, OverrideError> {
        let roots: Roots = read(&folder.join(ROOTS))?;
        if let Some(bare) = roots.bare.iter().find(|bare| bare.why.trim().is_empty()) {
            return Err(OverrideError::NoReason { file: ROOTS.to_string(), path: bare.resource.clone() });
        }
        let words = read(&folder.join(WORDS))?;
        let rules = read(&folder.join(RULES))?;
        let mut overrides = Overrides {
            roots: roots.root,
            bare: roots.bare,
            words,
            rules,
            variants: BTreeMap::new(),
            members: BTreeMap::new(),
            entries: BTreeMap::new(),
            additions: BTreeMap::new(),
            docs: BTreeMap::new(),
        };
        for file in files(folder)? {
            let name = file.strip_prefix(folder).unwrap_or(&file).to_string_lossy().into_owned();
            overrides.add(&file, name)?;
        }
        overrides.expect_no_family()?;
        Ok(overrides)
    }

    /// Overrides of defines are overrides of their patterns. A define that is not there, or is more than a pattern, is an
    /// error.
    pub fn resolve_defines<'g>(
        &mut self,
        grammars: impl Iterator<Item = &'g Grammar> + Clone,
    ) -> Result<(), OverrideError> {
        for (define, words) in &self.words.defines {
            let patterns: BTreeSet<&str> = grammars.clone().filter_map(|grammar| grammar.expression(define)).collect();
            if patterns.is_empty() {
                let hint = "the grammar has no such define that is one pattern".to_string();
                let (file, path) = (WORDS.to_string(), define.clone());
                return Err(OverrideError::Unused { file, path, verb: "define", hint });
            }
            for pattern in patterns {
                if self.words.patterns.insert(pattern.to_string(), words.clone()).is_some() {
                    let (first, second) = (WORDS.to_string(), format!("{WORDS}, define {define}"));
                    return Err(OverrideError::Twice { path: pattern.to_string(), first, second });
                }
            }
        }
        Ok(())
    }

    fn add(&mut self, file: &Path, name: String) -> Result<(), OverrideError> {
        let content: File = read(file)?;
        for (table, members) in content.members {
            if let Some((first, _)) = self.members.insert(table.clone(), (name.clone(), members)) {
                return Err(OverrideError::Twice { path: format!("members.{table}"), first, second: name });
            }
        }
        for (rule, variants) in content.variants {
            let variants = self.with_members(&name, &format!("variants.{rule}"), variants)?;
            if let Some((first, _)) = self.variants.insert(rule.clone(), (name.clone(), variants)) {
                return Err(OverrideError::Twice { path: format!("variants.{rule}"), first, second: name });
            }
        }
        for (path, entry) in content.at {
            if !entry.places.is_empty() {
                return Err(OverrideError::Places { file: name, path });
            }
            self.add_entry(&name, path, entry)?;
        }
        for family in content.family {
            if family.places.len() < 2 {
                return Err(OverrideError::Places { file: name, path: family.why });
            }
            for path in &family.places {
                self.add_entry(&name, path.clone(), family.clone())?;
            }
        }
        for (path, theirs) in content.names {
            let why = "the Go provider's name".to_string();
            self.add_entry(&name, path, Entry { why, name: Some(theirs), go_provider: true, ..Entry::default() })?;
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

    fn add_entry(&mut self, file: &str, path: String, mut entry: Entry) -> Result<(), OverrideError> {
        let name = file.to_string();
        match entry.variants.take() {
            Some(VariantsRef::Named(rule)) if !self.variants.contains_key(&rule) => {
                return Err(OverrideError::NoRule { file: name, path, rule });
            }
            Some(VariantsRef::Rule(rule)) => {
                let rule = self.with_members(file, &path, *rule)?;
                entry.variants = Some(VariantsRef::Rule(Box::new(rule)));
            }
            named => entry.variants = named,
        }
        if entry.why.trim().is_empty() {
            return Err(OverrideError::NoReason { file: name, path });
        }
        if entry.verbs().is_empty() {
            return Err(OverrideError::Nothing { file: name, path });
        }
        let others = self.entries.entry(path.clone()).or_default();
        let says_it_too = |other: &Entry| other.verbs().iter().any(|verb| entry.verbs().contains(verb));
        if let Some((first, _)) = others.iter().find(|(_, other)| says_it_too(other)) {
            return Err(OverrideError::Twice { path, first: first.clone(), second: name });
        }
        others.push((name, entry));
        Ok(())
    }

    /// A rule for branches with the members of the table that it names.
    fn with_members(&self, file: &str, path: &str, mut rule: VariantsRule) -> Result<VariantsRule, OverrideError> {
        discriminates(file, path, &rule)?;
        if let Some(table) = &rule.members_of {
            let (file, path, named) = (file.to_string(), path.to_string(), table.clone());
            let (_, members) = self.members.get(table).ok_or(OverrideError::NoRule { file, path, rule: named })?;
            for (value, names) in members {
                rule.members.entry(value.clone()).or_insert_with(|| names.clone());
            }
        }
        Ok(rule)
    }

    /// A reason that is given three times belongs to a family, or to a rule.
    fn expect_no_family(&self) -> Result<(), OverrideError> {
        let mut reasons: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (path, _, entry) in self.all().filter(|(_, _, entry)| entry.places.is_empty() && !entry.go_provider) {
            reasons.entry(&entry.why).or_default().push(path.clone());
        }
        match reasons.into_iter().find(|(_, paths)| paths.len() > 2) {
            Some((why, paths)) => Err(OverrideError::Thrice { why: why.to_string(), paths }),
            None => Ok(()),
        }
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

    /// Everything that had no effect. `known` are the paths there are, `used` what decided something: paths and verbs.
    pub fn unused(&self, known: &BTreeSet<String>, used: &Used) -> Vec<OverrideError> {
        let verbs = self.all().flat_map(|(path, file, entry)| {
            entry.verbs().into_iter().map(move |verb| (path, file, verb, "the rules already do this"))
        });
        let docs = self.docs.iter().map(|(path, (file, _))| (path, file, DOC, "no attribute stands for this place"));
        let of_places = verbs.chain(docs).filter(|(path, _, verb, _)| !is_used(used, path, verb));
        let of_places = of_places.map(|(path, file, verb, known_hint)| {
            let hint = match known.contains(path) {
                true => format!("{known_hint}, or another verb makes it moot"),
                false => nearest(path, known),
            };
            OverrideError::Unused { file: file.clone(), path: path.clone(), verb, hint }
        });
        of_places.chain(self.unused_words(used)).chain(self.unused_rules(used)).chain(self.unused_tables()).collect()
    }

    /// What of words.toml made no difference.
    fn unused_words(&self, used: &Used) -> impl Iterator<Item = OverrideError> {
        let unused = |path: &String, verb, hint: &str| OverrideError::Unused {
            file: WORDS.to_string(),
            path: path.clone(),
            verb,
            hint: hint.to_string(),
        };
        let is_idle = |pattern: &&String, verb| !is_used(used, pattern, verb);
        let patterns = self.words.patterns.keys().filter(move |pattern| is_idle(pattern, PATTERN));
        let usual = self.words.usual.keys().filter(move |pattern| is_idle(pattern, USUAL));
        let words = self.words.words.keys().chain(self.words.plurals.keys()).filter(move |word| is_idle(word, WORD));
        let words = words.map(move |word| unused(word, WORD, "no name is spelled otherwise for it"));
        words
            .chain(patterns.map(move |pattern| unused(pattern, PATTERN, "no value has this pattern")))
            .chain(usual.map(move |pattern| unused(pattern, USUAL, "no value has this pattern")))
    }

    /// What of rules.toml made no difference.
    fn unused_rules(&self, used: &Used) -> impl Iterator<Item = OverrideError> {
        let expressions = self.rules.expressions.keys().map(|one| (one.clone(), EXPRESSION, "no value has it"));
        let documents = self.rules.sizes.documents.keys();
        let documents = documents.map(|one| (size_rule(one), RULE, "no size in such a document has this unit by rule"));
        let idle = expressions.chain(documents).filter(|(path, verb, _)| !is_used(used, path, verb));
        idle.map(|(path, verb, hint)| OverrideError::Unused {
            file: RULES.to_string(),
            path,
            verb,
            hint: hint.to_string(),
        })
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
        let is_table_named = |table: &String| {
            let inline = self.all().filter_map(|(_, _, entry)| match &entry.variants {
                Some(VariantsRef::Rule(rule)) => Some(rule.as_ref()),
                _ => None,
            });
            let mut rules = inline.chain(self.variants.values().map(|(_, rule)| rule));
            rules.any(|rule| rule.members_of.as_ref() == Some(table))
        };
        let tables = self.members.iter().filter(move |(table, _)| !is_table_named(table));
        let tables = tables.map(|(table, (file, _))| (file, table.clone(), "[members]"));
        lost.chain(idle).chain(tables).map(|(file, path, verb)| {
            let hint = if verb == ADDITION { "there is no such resource" } else { "nothing names it" };
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

/// Whether a rule has defaults only of what it distinguishes branches by.
fn discriminates(file: &str, path: &str, rule: &VariantsRule) -> Result<(), OverrideError> {
    match rule.defaults.keys().find(|attribute| !rule.by.contains(attribute)) {
        None => Ok(()),
        Some(attribute) => {
            let (file, path, attribute) = (file.to_string(), path.to_string(), attribute.clone());
            Err(OverrideError::NoDiscriminator { file, path, attribute })
        }
    }
}

/// What decided something: the path of an override, or what else stands in overrides/, and its verb.
pub type Used = BTreeSet<(String, &'static str)>;

/// What the unit of sizes in a kind of documents is called in decisions.
pub fn size_rule(document: &str) -> String {
    format!("sizes.documents.{document}")
}

fn is_used(used: &Used, path: &str, verb: &'static str) -> bool {
    used.contains(&(path.to_string(), verb))
}

/// The verb of a description.
pub const DOC: &str = "doc";

/// The verb of an addition.
const ADDITION: &str = "[add]";

/// The file of [`Roots`].
const ROOTS: &str = "roots.toml";

/// The file of [`Words`].
pub const WORDS: &str = "words.toml";

/// The file of [`Rules`].
pub const RULES: &str = "rules.toml";

/// The verb of an expression whose texts are more than text.
pub const EXPRESSION: &str = "expression";

/// The verb of an override of all documents of a kind, or of all lists.
pub const RULE: &str = "rule";

/// The verb of a word or a plural.
pub const WORD: &str = "word";

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
        let special = [ROOTS, WORDS, RULES].iter().any(|name| path.ends_with(name));
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.extension().is_some_and(|ending| ending == "toml") && !special {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
