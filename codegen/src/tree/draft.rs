//! The model that the passes work on: attributes in the making, each with its place and what was decided of it. Must
//! not know how anything is decided.

use std::rc::Rc;

use crate::go_provider::Counterpart;
use crate::grammar::PatternId;
use crate::scalar::{Primitive, Scalar};

use super::lookup::GrammarPlace;
use super::provenance::Decisions;
use super::{Attribute, Kind, Leaf, Xml};

/// An attribute in the making. What it holds is in `body` until the last pass; `attribute` has all else, complete pass by
/// pass.
#[derive(Clone, Debug)]
pub struct Draft<'a> {
    /// Where it is in the grammar.
    pub place: GrammarPlace<'a>,
    /// What becomes of it.
    pub body: Body<'a>,
    /// What it is called after.
    pub naming: Naming,
    /// The attribute, as far as it is known.
    pub attribute: Attribute,
    /// Whether it is there whatever it turns out to be.
    pub needed: Needed,
    /// The override that adds it to libvirt's grammar.
    pub added: Option<Rc<str>>,
    /// Where it is described, if not at its place.
    pub described_at: Option<GrammarPlace<'a>>,
    /// Whether a rule makes it, so that neither the Go provider nor an override is asked about it.
    pub by_rule: bool,
    /// What was decided so far.
    pub decisions: Decisions,
    /// The Go provider's attribute at this place.
    pub counterpart: Option<&'a Counterpart>,
    /// Where it is a document of another kind: what the Go provider has in such a document.
    pub document: Option<&'a Counterpart>,
}

/// What an attribute in the making holds.
#[derive(Clone, Debug)]
pub enum Body<'a> {
    /// No attribute: only decisions.
    Nothing,
    /// That the element is there.
    Flag,
    /// XML.
    Xml,
    /// Text.
    Text(Text),
    /// An object.
    Object(Vec<Draft<'a>>),
    /// A list of objects.
    List(Vec<Draft<'a>>),
    /// A branch: what it holds decides whether it is an object, its text or a flag.
    Branch(Vec<Draft<'a>>),
    /// What stands in the object around it.
    Spliced(Vec<Draft<'a>>, Prefix),
}

/// The text of an attribute or an element.
#[derive(Clone, Debug)]
pub struct Text {
    /// What it may be: any of these.
    pub patterns: Vec<PatternId>,
    /// Whether it may be empty.
    pub optional: bool,
    /// Whether there may be several.
    pub many: bool,
    /// Whether an attribute beside it may hold its unit.
    pub measured: bool,
}

/// What an attribute is called after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Naming {
    /// The XML name, in the plural where there may be several.
    Member(String, Many),
    /// The element of this name, whose text it is.
    Text(String),
    /// The values that choose the branch, unless the rule for branches has a name for it.
    Branch(Vec<String>, Option<String>),
    /// Nothing: it has this name.
    Fixed(String),
    /// The attribute before it, which it holds as XML.
    XmlOfPrevious(Many),
    /// The XML name of the elements that it holds as XML.
    XmlOf(String, Many),
    /// The same, where the attribute would stand if the element did not end there.
    XmlInsteadOf(String),
    /// The attribute before it, which holds the first of several.
    MoreOfPrevious,
}

/// Whether there may be several.
pub type Many = bool;

/// What the names of spliced attributes begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prefix {
    /// What those around begin with.
    Same,
    /// Nothing.
    None,
    /// The name of the element that they are in.
    Own,
    /// A value that distinguishes the element from others of its name.
    Value(String),
}

/// Whether an attribute is there, where that depends on the object before it: one is narrow that cannot hold all that the
/// grammar allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needed {
    /// In any case.
    Always,
    /// Where that object is narrow.
    IfNarrow,
    /// Where it is not.
    UnlessNarrow,
}

impl<'a> Draft<'a> {
    /// A draft of which nothing is decided yet.
    pub fn new(place: GrammarPlace<'a>, naming: Naming, body: Body<'a>, xml: Option<Xml>) -> Draft<'a> {
        Draft {
            place,
            body,
            naming,
            attribute: Attribute::new("", Kind::Leaf(Scalar::any(Primitive::String)), xml),
            needed: Needed::Always,
            added: None,
            described_at: None,
            by_rule: false,
            decisions: Decisions::default(),
            counterpart: None,
            document: None,
        }
    }

    /// An attribute that only a rule makes, with its description.
    pub fn by_rule(place: GrammarPlace<'a>, naming: Naming, body: Body<'a>, xml: Xml, doc: String) -> Draft<'a> {
        let mut draft = Draft::new(place, naming, body, Some(xml));
        draft.by_rule = true;
        draft.attribute.doc = doc;
        draft
    }

    /// Decisions after which there is no attribute.
    pub fn nothing(place: GrammarPlace<'a>, decisions: Decisions) -> Draft<'a> {
        let mut draft = Draft::new(place, Naming::Fixed(String::new()), Body::Nothing, None);
        draft.decisions = decisions;
        draft
    }

    /// The drafts inside.
    pub fn rows_mut(&mut self) -> Option<&mut Vec<Draft<'a>>> {
        match &mut self.body {
            Body::Object(rows) | Body::List(rows) | Body::Branch(rows) | Body::Spliced(rows, _) => Some(rows),
            Body::Nothing | Body::Flag | Body::Xml | Body::Text(_) => None,
        }
    }

    /// Whether it is the text of the element that `steps` lead to.
    pub fn is_text_at(&self, xml: &Xml) -> bool {
        matches!(&self.attribute.xml, Some(own) if own.leaf == Leaf::Text && own.steps == xml.steps)
            && matches!(self.attribute.kind, Kind::Leaf(_))
    }
}

/// The same, to be changed.
pub fn attributes_mut<'r, 'a>(rows: &'r mut [Draft<'a>]) -> Vec<&'r mut Draft<'a>> {
    let mut found = Vec::new();
    for row in rows {
        match &row.body {
            Body::Nothing => {}
            Body::Spliced(..) => found.extend(row.rows_mut().into_iter().flat_map(|rows| attributes_mut(rows))),
            _ => found.push(row),
        }
    }
    found
}

/// The drafts that become attributes of the object whose rows these are: what is spliced in stands for itself.
pub fn attributes<'r, 'a>(rows: &'r [Draft<'a>]) -> Vec<&'r Draft<'a>> {
    let mut found = Vec::new();
    for row in rows {
        match &row.body {
            Body::Nothing => {}
            Body::Spliced(inner, _) => found.extend(attributes(inner)),
            _ => found.push(row),
        }
    }
    found
}
