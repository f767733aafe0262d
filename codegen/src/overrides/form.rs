//! The form of the override files, as TOML. Knows what may be written in them; must not know what was.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::scalar::{Meaning, Primitive};

/// overrides/roots.toml: which grammars there are and which of them are resources.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roots {
    /// The roots in the order in which types are named after them.
    pub root: Vec<RootRule>,
    /// Resources that are no document of libvirt's: all their attributes are additions.
    #[serde(default)]
    pub bare: Vec<BareRule>,
}

/// A resource without a document.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BareRule {
    /// Terraform's resource.
    pub resource: String,
    /// Why there is a resource that libvirt knows nothing of.
    pub why: String,
}

/// One root.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RootRule {
    /// The grammar's file without its ending; also the kind's name on the command line.
    pub kind: String,
    /// Terraform's resource, where there is one.
    pub resource: Option<String>,
}

/// overrides/words.toml: how names are split into words, and what patterns are in words.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// A word of libvirt's and the words it is made of: `iothread = "io thread"`.
    pub words: BTreeMap<String, String>,
    /// Words whose plural is not formed by the rule.
    #[serde(default)]
    pub plurals: BTreeMap<String, String>,
    /// What a pattern of the grammar says to a reader; nothing where it is empty.
    #[serde(default)]
    pub patterns: BTreeMap<String, String>,
    /// The same by the name of the grammar's define that is nothing but the pattern.
    #[serde(default)]
    pub defines: BTreeMap<String, String>,
    /// Patterns of the grammar that libvirt does not hold people to, and what it takes besides.
    #[serde(default)]
    pub usual: BTreeMap<String, String>,
}

impl Words {
    /// The words that a run-together word of libvirt's is made of, `_` between them.
    pub fn split(&self, word: &str) -> Option<String> {
        Some(self.words.get(word)?.replace(' ', "_"))
    }
}

/// One entry: what differs at a place in the grammar.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Why the rule does not do.
    pub why: String,
    /// The places that a `[[family]]` is about; none in an entry of a place.
    #[serde(default)]
    pub places: Vec<String>,
    /// Whether it stands under `[names]`: the name is the Go provider's.
    #[serde(skip)]
    pub go_provider: bool,
    /// Only at this very path, not wherever else the same element stands.
    #[serde(default)]
    pub here: bool,
    /// Terraform's name.
    pub name: Option<String>,
    /// The name of the element's text where it stands beside other attributes.
    pub text: Option<String>,
    /// How the element becomes attributes.
    pub form: Option<Flattening>,
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
    /// The unit of a size where the attribute beside it holds none.
    pub default_unit: Option<String>,
    /// Who sets it.
    pub class: Option<Class>,
    /// Whether the configuration must set it.
    pub required: Option<bool>,
    /// Whether Terraform hides it.
    pub sensitive: Option<bool>,
    /// Whether a change needs a new object.
    pub replace: Option<bool>,
    /// How elements of the list are known again where the first key of all lists does not do: each a set of dotted
    /// attribute paths.
    pub keys: Option<Vec<Vec<String>>>,
    /// Whether others than the user change it as they go, so that what libvirt reports of it later is no difference from
    /// what the user wrote. It counts for what is in it too.
    pub volatile: Option<bool>,
    /// The attribute beside it without which libvirt does not report it.
    pub reported_with: Option<String>,
    /// What libvirt derives its own choice from: attributes beside it, or from the root behind a `/`.
    pub depends: Option<Vec<String>>,
    /// The name of what libvirt decides together with it, so that all of it is written afresh when some of it changes.
    pub unit: Option<String>,
    /// Whether a change is written member by member.
    pub parts: Option<bool>,
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
            ("default_unit", self.default_unit.is_some()),
            ("class", self.class.is_some()),
            ("required", self.required.is_some()),
            ("sensitive", self.sensitive.is_some()),
            ("replace", self.replace.is_some()),
            ("keys", self.keys.is_some()),
            ("volatile", self.volatile.is_some()),
            ("reported_with", self.reported_with.is_some()),
            ("depends", self.depends.is_some()),
            ("unit", self.unit.is_some()),
            ("parts", self.parts.is_some()),
            ("cut", self.cut),
            ("verbatim", self.verbatim),
            ("drop", self.drop),
        ];
        all.into_iter().filter(|(_, set)| *set).map(|(verb, _)| verb).collect()
    }
}

/// How an element becomes attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flattening {
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
    /// The attributes that distinguish the branches; none: no branches, all is merged.
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
    /// The members of each branch, by its values, where the grammar does not distinguish them.
    #[serde(default)]
    pub members: BTreeMap<String, Vec<String>>,
    /// The name of a table under `[members]`, for what `members` does not say.
    pub members_of: Option<String>,
    /// Branches whose carrier stands several times, distinguished by an attribute of its own.
    #[serde(default)]
    pub split: BTreeMap<String, SplitRule>,
    /// The name of an object that holds the branches and nothing else.
    pub group: Option<String>,
    /// The branch that holds where the attribute is missing, by its value; an empty one has no value at all.
    pub absent: Option<String>,
    /// What one of several attributes means where it is missing and the others are not.
    #[serde(default)]
    pub defaults: BTreeMap<String, String>,
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

/// Children distinguished by an attribute.
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
    /// The user, or else libvirt, whose choice stays while what it depends on does.
    Choice,
    /// The same, and it stays when its line goes.
    Identity,
    /// An identity that libvirt may give up.
    Placement,
    /// The user or else libvirt, and state holds it.
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
    /// Why it is there; what is in an object that is added shares its reason where it has none of its own.
    #[serde(default)]
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
    /// The only words that it may be; any text where there are none.
    #[serde(default)]
    pub words: Vec<String>,
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
pub(super) struct File {
    #[serde(default)]
    pub(super) variants: BTreeMap<String, VariantsRule>,
    #[serde(default)]
    pub(super) members: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    #[serde(default)]
    pub(super) at: BTreeMap<String, Entry>,
    #[serde(default)]
    pub(super) family: Vec<Entry>,
    #[serde(default)]
    pub(super) add: BTreeMap<String, BTreeMap<String, Addition>>,
    #[serde(default)]
    pub(super) doc: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) names: BTreeMap<String, String>,
}
