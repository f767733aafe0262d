//! The Terraform side of the model: each root's tree of attributes, each with its place in the XML. Knows Terraform's
//! types; must not know Rust or any element.

mod add;
mod classify;
mod describe;
mod draft;
mod finish;
mod gather;
mod lookup;
mod name;
mod passes;
mod place;
pub mod provenance;
mod variants;

use crate::overrides::Class;
use crate::rng::QName;
use crate::scalar::Scalar;

pub use lookup::{chooser, resolve, without_branches};
pub use passes::{Findings, Tree, trees};
pub use place::{Place, Placed};

/// A Terraform object type, expanded: its attributes in the grammar's order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Object {
    /// The attributes.
    pub attributes: Vec<Attribute>,
}

/// One attribute; the twin of the runtime's `Attribute`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Attribute {
    /// Terraform's name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// Who sets it.
    pub class: Class,
    /// Whether the configuration must set it.
    pub required: bool,
    /// Whether Terraform hides it.
    pub sensitive: bool,
    /// Whether a change needs a new object.
    pub replace: bool,
    /// Whether what libvirt reports of it later is no difference from what the user wrote.
    pub volatile: bool,
    /// The attribute beside it without which libvirt does not report it; empty where there is none.
    pub reported_with: String,
    /// What libvirt derives its own choice from.
    pub depends: Vec<String>,
    /// The name of what libvirt decides together with it; empty where there is none.
    pub unit: String,
    /// Whether a change is written member by member.
    pub parts: bool,
    /// Where it lives; none for what the provider alone knows.
    pub xml: Option<Xml>,
    /// The libvirt version that first has it; empty where that is the oldest one known.
    pub since: String,
    /// Whether only the extended grammar has it.
    pub outside_grammar: bool,
    /// A sentence or two for the reference.
    pub doc: String,
}

impl Attribute {
    /// An attribute of the user's without anything special.
    pub fn new(name: impl Into<String>, kind: Kind, xml: Option<Xml>) -> Attribute {
        Attribute {
            name: name.into(),
            kind,
            class: Class::Configured,
            required: false,
            sensitive: false,
            replace: false,
            volatile: false,
            reported_with: String::new(),
            depends: Vec::new(),
            unit: String::new(),
            parts: false,
            xml,
            since: String::new(),
            outside_grammar: false,
            doc: String::new(),
        }
    }

    /// Its name as paths write it, with `[]` behind a list's.
    pub fn in_path(&self) -> String {
        let list = if matches!(self.kind, Kind::List(..)) { "[]" } else { "" };
        format!("{}{list}", self.name)
    }
}

/// What an attribute holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// One value.
    Leaf(Scalar),
    /// A list of values.
    Leaves(Scalar),
    /// A set of values.
    Set(Scalar),
    /// An object.
    Object(Object),
    /// A list of objects.
    List(Object, ListRule),
}

/// What identifies the elements of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ListRule {
    /// Ways to know an element again, each a set of dotted attribute paths.
    pub keys: Vec<Vec<String>>,
    /// How many of the elements are not in the list because an attribute of their own holds them.
    pub skip: usize,
}

/// Where an attribute lives; the twin of the runtime's `Xml`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Xml {
    /// Down from the anchor.
    pub steps: Vec<Step>,
    /// What is there.
    pub leaf: Leaf,
    /// Conditions.
    pub when: Vec<When>,
    /// Whether an object's attributes start at its own element.
    pub anchored: bool,
}

impl Xml {
    /// What is at the end of the steps, whatever else the document says.
    pub fn at(steps: Vec<Step>, leaf: Leaf) -> Xml {
        Xml { steps, leaf, when: vec![], anchored: false }
    }
}

/// One step down.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Step {
    /// The child's name.
    pub name: QName,
    /// Only the child whose attribute has this value.
    pub only: Option<(String, String)>,
}

/// What is at the end of the steps.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Leaf {
    /// The attribute of this name.
    Attribute(QName),
    /// Text.
    Text,
    /// The element.
    Element,
    /// Nothing of its own: an object that is there when something in it is.
    Group,
    /// Content as XML.
    Raw,
    /// The elements as XML, where the attributes beside cannot hold them.
    Verbatim,
    /// That there is no attribute of this name.
    Missing(String),
}

/// A condition.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct When {
    /// Down from the anchor.
    pub steps: Vec<Step>,
    /// The attribute.
    pub attribute: String,
    /// Its values.
    pub values: Vec<String>,
    /// Whether it holds without the attribute.
    pub absent: bool,
}

impl Kind {
    /// The object inside, if there is one.
    pub fn object(&self) -> Option<&Object> {
        match self {
            Kind::Object(object) | Kind::List(object, _) => Some(object),
            Kind::Leaf(_) | Kind::Leaves(_) | Kind::Set(_) => None,
        }
    }
}

impl Object {
    /// Attributes in the whole tree.
    pub fn size(&self) -> usize {
        self.attributes.iter().map(|attribute| 1 + attribute.kind.object().map_or(0, Object::size)).sum()
    }
}
