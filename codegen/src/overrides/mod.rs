//! The override files: what the grammar does not say, typed, exact and each with a reason. Knows the files' form and
//! keeps count of what was used; must not know what an override does to the model.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::scalar::{Meaning, Primitive};

/// What can be wrong with an override file.
#[derive(Debug, thiserror::Error)]
pub enum OverrideError {
    /// A file that cannot be read.
    #[error("{file}: {source}")]
    Read {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file that is no TOML of the form these files have.
    #[error("{file}: {source}")]
    Form {
        /// The file.
        file: PathBuf,
        /// Why, with the line.
        source: Box<toml::de::Error>,
    },
    /// Two entries for one place.
    #[error("{path} has two overrides, in {first} and {second}")]
    Twice {
        /// The place.
        path: String,
        /// The file of the first.
        first: String,
        /// The file of the second.
        second: String,
    },
    /// An entry without a reason.
    #[error("{file}: {path} has no reason: `why` is empty")]
    NoReason {
        /// The file.
        file: String,
        /// The place.
        path: String,
    },
    /// An entry that refers to a rule that is not there, or comes in a later file.
    #[error("{file}: {path}: there is no rule '{rule}' under [variants]")]
    NoRule {
        /// The file.
        file: String,
        /// The place.
        path: String,
        /// The rule's name.
        rule: String,
    },
    /// An entry that changed nothing.
    #[error("{file}: {path}: {verb} has no effect: {hint}")]
    Unused {
        /// The file.
        file: String,
        /// The place.
        path: String,
        /// The verb of the entry.
        verb: &'static str,
        /// The nearest place that exists, or that the rules already do this.
        hint: String,
    },
}

/// overrides/roots.toml: which grammars there are and which of them are resources.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roots {
    /// The roots in the order in which types are named after them.
    pub root: Vec<RootRule>,
}

/// One root.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RootRule {
    /// The grammar's file without its ending; also the kind's name on the command line.
    pub kind: String,
    /// Terraform's resource, where there is one.
    pub resource: Option<String>,
    /// One sentence for the reference page of the resource.
    pub doc: Option<String>,
}

/// overrides/words.toml: how names are split into words.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// A word of libvirt's and the words it is made of: `iothread = "io thread"`.
    pub words: BTreeMap<String, String>,
    /// Words whose plural is not formed by the rule.
    pub plurals: BTreeMap<String, String>,
}

/// One entry: what differs at a place in the grammar.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Why the rule does not do.
    pub why: String,
    /// Only at this very path, not wherever else the same element stands.
    #[serde(default)]
    pub here: bool,
    /// Terraform's name.
    pub name: Option<String>,
    /// The name of the element's text where it stands beside other attributes.
    pub text: Option<String>,
    /// How the element becomes attributes.
    pub form: Option<Form>,
    /// Whether and how branches become objects: a rule, or the name of one under `[variants]`.
    pub variants: Option<VariantsRef>,
    /// Whether there may be several; where the grammar allows several and this says no, the first one is an attribute
    /// of its own and the others are a list called `more_...`.
    pub many: Option<bool>,
    /// Of several only the first counts for libvirt, so only that one is an attribute.
    #[serde(default)]
    pub first: bool,
    /// Members that libvirt takes although its grammar does not say so: a child's name or `@` and an attribute's
    /// name, and the place to take the pattern from (`text` for any text), with a `*` behind it where there may be
    /// several.
    #[serde(default)]
    pub extend: BTreeMap<String, String>,
    /// The place of an element whose members libvirt takes here too.
    pub like: Option<String>,
    /// A branch that the grammar does not have.
    pub branch: Option<NewBranch>,
    /// The type in Terraform.
    #[serde(rename = "type")]
    pub primitive: Option<Primitive>,
    /// When two spellings mean the same.
    pub meaning: Option<Meaning>,
    /// Who sets it.
    pub class: Option<Class>,
    /// Whether the configuration must set it.
    pub required: Option<bool>,
    /// Whether Terraform hides it.
    pub sensitive: Option<bool>,
    /// Whether a change needs a new object.
    pub replace: Option<bool>,
    /// How elements of the list are known again: each a set of dotted attribute paths.
    pub keys: Option<Vec<Vec<String>>>,
    /// Whether libvirt writes it by itself where the user does not.
    pub filled: Option<bool>,
    /// Inside itself the element ends.
    #[serde(default)]
    pub cut: bool,
    /// The element as XML too, where its attributes cannot hold it.
    #[serde(default)]
    pub verbatim: bool,
    /// Not in Terraform.
    #[serde(default)]
    pub drop: bool,
}

/// How an element becomes attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// A nested object, or a list of them.
    Object,
    /// Its text and attributes stand in the parent, under its name.
    Flat,
    /// What is in it stands in the parent, under no name of its own.
    Inline,
    /// One value: the text.
    Leaf,
}

/// How branches become objects.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VariantsRule {
    /// The attributes that tell the branches apart; none: no branches, all is merged.
    pub by: Vec<String>,
    /// The child that the branches differ in; none: the element itself.
    pub carrier: Option<String>,
    /// Whether the attributes stay although the branch implies them.
    #[serde(default)]
    pub keep: bool,
    /// Members that stand beside the branches although not all of them have it.
    #[serde(default)]
    pub beside: Vec<String>,
    /// Members that stand in each branch although all of them have it.
    #[serde(default)]
    pub inside: Vec<String>,
    /// Members of the carrier that are left out.
    #[serde(default)]
    pub without: Vec<String>,
    /// Names of branches, by their values joined with a blank; an empty name leaves the branch out.
    #[serde(default)]
    pub names: BTreeMap<String, String>,
    /// The members of each branch, by its values, where the grammar does not tell the branches apart.
    #[serde(default)]
    pub members: BTreeMap<String, Vec<String>>,
    /// Branches whose carrier stands several times, told apart by an attribute of its own.
    #[serde(default)]
    pub split: BTreeMap<String, SplitRule>,
    /// The name of an object that holds the branches and nothing else.
    pub group: Option<String>,
    /// The branch that holds where the attribute is missing, by its value; an empty one has no value at all.
    pub absent: Option<String>,
}

/// A rule for branches, or the name of one.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum VariantsRef {
    /// The name of a rule under `[variants]`.
    Named(String),
    /// The rule itself.
    Rule(Box<VariantsRule>),
}

/// A branch that the grammar does not have: like another one but for one child.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewBranch {
    /// The value that chooses it.
    pub value: String,
    /// The value that chooses the branch it is like.
    pub like: String,
    /// The child that differs.
    pub child: String,
    /// The place to take that child from.
    pub from: String,
}

/// Children told apart by an attribute.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SplitRule {
    /// The attribute.
    pub by: String,
    /// Its values.
    pub values: Vec<String>,
    /// The members that each of them has.
    pub members: Vec<String>,
}

/// Who sets an attribute; the twin of the runtime's `Class`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// The user alone.
    #[default]
    Configured,
    /// The user or else libvirt.
    ServerDefault,
    /// libvirt alone.
    Runtime,
    /// Sent, never stored.
    WriteOnly,
}

/// An attribute that the grammar does not have, by its Terraform path below the resource.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Addition {
    /// Why it is there.
    pub why: String,
    /// Its type: `bool`, `number`, `string`, `object`, `list` (of objects), `strings`, `set`.
    #[serde(rename = "type")]
    pub kind: AdditionKind,
    /// Who sets it.
    #[serde(default)]
    pub class: Class,
    /// Whether the configuration must set it.
    #[serde(default)]
    pub required: bool,
    /// Whether Terraform hides it.
    #[serde(default)]
    pub sensitive: bool,
    /// Whether a change needs a new object.
    #[serde(default)]
    pub replace: bool,
    /// The attribute of the object's own element that it lives in (`@id`); none for what the provider alone knows.
    pub xml: Option<String>,
    /// One or two sentences for the reference.
    #[serde(default)]
    pub doc: String,
}

/// The type of an [`Addition`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AdditionKind {
    /// `bool`
    Bool,
    /// `number`
    Number,
    /// `string`
    String,
    /// A nested object.
    Object,
    /// A list of nested objects.
    List,
    /// A list of strings.
    Strings,
    /// A set of strings.
    Set,
}

/// Any other file of the folder.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    variants: BTreeMap<String, VariantsRule>,
    #[serde(default)]
    at: BTreeMap<String, Entry>,
    #[serde(default)]
    add: BTreeMap<String, BTreeMap<String, Addition>>,
    #[serde(default)]
    doc: BTreeMap<String, String>,
}

/// All overrides, and which of them had an effect.
#[derive(Clone, Debug)]
pub struct Overrides {
    /// The roots.
    pub roots: Vec<RootRule>,
    /// How names are split.
    pub words: Words,
    /// Rules for branches that several places share, by name.
    pub variants: BTreeMap<String, VariantsRule>,
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
        let roots: Roots = read(&folder.join("roots.toml"))?;
        let words = read(&folder.join("words.toml"))?;
        let mut overrides = Overrides {
            roots: roots.root,
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
            if self.variants.insert(rule.clone(), variants).is_some() {
                return Err(OverrideError::Twice { path: format!("variants.{rule}"), first: "?".into(), second: name });
            }
        }
        for (path, entry) in content.at {
            if let Some(VariantsRef::Named(rule)) = &entry.variants
                && !self.variants.contains_key(rule)
            {
                return Err(OverrideError::NoRule { file: name, path, rule: rule.clone() });
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
            for (path, addition) in additions {
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
            if let Some((first, _)) = self.docs.insert(path.clone(), (name.clone(), sentence)) {
                return Err(OverrideError::Twice { path, first, second: name });
            }
        }
        Ok(())
    }

    /// Every entry, with its path and its file.
    pub fn all(&self) -> impl Iterator<Item = (&String, &String, &Entry)> {
        self.entries.iter().flat_map(|(path, entries)| entries.iter().map(move |(file, entry)| (path, file, entry)))
    }

    /// The rule that an entry refers to.
    pub fn variants_rule(&self, reference: &VariantsRef) -> Option<VariantsRule> {
        match reference {
            VariantsRef::Named(name) => self.variants.get(name).cloned(),
            VariantsRef::Rule(rule) => Some(rule.as_ref().clone()),
        }
    }

    /// Notes that `verb` of the entry at `path` had an effect.
    pub fn mark(&self, path: &str, verb: &'static str) {
        self.used.borrow_mut().insert((path.to_string(), verb));
    }

    /// Every verb that had no effect. `known` are the paths there are.
    pub fn unused(&self, known: &BTreeSet<String>) -> Vec<OverrideError> {
        let used = self.used.borrow();
        let verbs = self.all().flat_map(|(path, file, entry)| {
            entry.verbs().into_iter().map(move |verb| (path, file, verb, "the rules already do this"))
        });
        let docs = self.docs.iter().map(|(path, (file, _))| (path, file, DOC, "no attribute stands for this place"));
        let unused = verbs.chain(docs).filter(|(path, _, verb, _)| !used.contains(&((*path).clone(), *verb)));
        unused
            .map(|(path, file, verb, known_hint)| {
                let hint = if known.contains(path) {
                    format!("{known_hint}, or another verb makes it moot")
                } else {
                    nearest(path, known)
                };
                OverrideError::Unused { file: file.clone(), path: path.clone(), verb, hint }
            })
            .collect()
    }
}

/// The verb of a description.
pub const DOC: &str = "doc";

impl Entry {
    /// The verbs that this entry uses.
    pub fn verbs(&self) -> Vec<&'static str> {
        let all = [
            ("name", self.name.is_some()),
            ("text", self.text.is_some()),
            ("form", self.form.is_some()),
            ("variants", self.variants.is_some()),
            ("many", self.many.is_some()),
            ("first", self.first),
            ("extend", !self.extend.is_empty()),
            ("like", self.like.is_some()),
            ("branch", self.branch.is_some()),
            ("type", self.primitive.is_some()),
            ("meaning", self.meaning.is_some()),
            ("class", self.class.is_some()),
            ("required", self.required.is_some()),
            ("sensitive", self.sensitive.is_some()),
            ("replace", self.replace.is_some()),
            ("keys", self.keys.is_some()),
            ("filled", self.filled.is_some()),
            ("cut", self.cut),
            ("verbatim", self.verbatim),
            ("drop", self.drop),
        ];
        all.into_iter().filter(|(_, set)| *set).map(|(verb, _)| verb).collect()
    }
}

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
        let special = ["roots.toml", "words.toml"].iter().any(|name| path.ends_with(name));
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.extension().is_some_and(|ending| ending == "toml") && !special {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
