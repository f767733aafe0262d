//! Terraform values ⇄ libvirt documents, by way of the generated structs: a shape says where each attribute lives,
//! a node's `visit` leads there. Must not know any element.

mod changes;
mod foreign;
mod lexical;
pub mod locate;
pub mod open;
mod path;
mod read;
mod verbatim;
mod write;

pub use changes::{Change, What, changes};
pub use foreign::{Side, carry};

use crate::defaults::Default;
use crate::diagnostics::AttributePath;
use crate::node::{Children, Node, Rest, Visitor};
use crate::shape::{Leaf, Name, Shape, Step};
use crate::value::{Object, Value};
use crate::xml::{self, Document, XmlError};

use path::Path;

/// One kind of libvirt document, as the generated crate describes it.
#[derive(Debug)]
pub struct Root {
    /// The name of the grammar's file: `domain`, `network`, `storagepool`, ...
    pub kind: &'static str,
    /// Terraform's resource type, where the kind is one; else empty.
    pub resource: &'static str,
    /// The Terraform object of such a document, provider-side attributes included.
    pub shape: &'static Shape,
    /// Its structs.
    pub document: &'static Document,
    /// What libvirt does by itself where such a document says nothing, in [their order](crate::defaults::order).
    pub defaults: &'static [Default],
}

/// Why a document or a value could not be converted.
#[derive(Debug, thiserror::Error)]
pub enum ConvertError {
    /// The text is no well-formed XML, or its root is another element.
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// A value that is not of its attribute's type, or not known.
    #[error("{path}: expected {expected}, found {found}")]
    Type {
        /// The attribute.
        path: AttributePath,
        /// What the attribute takes.
        expected: &'static str,
        /// What it got.
        found: &'static str,
    },
    /// More elements than the XML can hold.
    #[error("{path}: libvirt accepts only one of these")]
    TooMany {
        /// The attribute.
        path: AttributePath,
    },
    /// A shape that does not fit its structs: a mistake of the generator's.
    #[error("{path}: there is no place for it in the document")]
    Place {
        /// The attribute.
        path: AttributePath,
    },
    /// Text that is no value of its attribute's type.
    #[error("{path}: '{text}' is not {expected}")]
    Text {
        /// The attribute.
        path: AttributePath,
        /// The text in the document.
        text: String,
        /// What it should be.
        expected: &'static str,
    },
}

impl ConvertError {
    /// The attribute it is about; empty where it is about the whole document.
    pub fn path(&self) -> AttributePath {
        match self {
            ConvertError::Xml(_) => AttributePath::default(),
            ConvertError::Type { path, .. }
            | ConvertError::TooMany { path }
            | ConvertError::Place { path }
            | ConvertError::Text { path, .. } => path.clone(),
        }
    }
}

/// The document for a wholly known object of `root`'s shape. Provider-side attributes do not reach it.
pub fn to_xml(root: &Root, value: &Value) -> Result<String, ConvertError> {
    let mut node = to_node(root, value)?;
    Ok(xml::write(root.document, node.as_mut()))
}

/// The struct for a wholly known object of `root`'s shape.
pub fn to_node(root: &Root, value: &Value) -> Result<Box<dyn Node>, ConvertError> {
    let mut node = (root.document.new)();
    let nothing = Object::new();
    let object = match value {
        Value::Object(object) => object,
        Value::Null => &nothing,
        other => return Err(lexical::wrong_type(&Path::Whole, "an object", other)),
    };
    write::object(node.as_mut(), root.shape, object, &Path::Whole)?;
    Ok(node)
}

/// The object a document stands for; every attribute that the document does not set is null. What the grammar does
/// not know is left out.
pub fn from_xml(root: &Root, document: &str) -> Result<Value, ConvertError> {
    let (mut node, _) = xml::read(root.document, document)?;
    from_node(root, node.as_mut())
}

/// The same from a libvirt that may be newer than the grammar: where it has words that are no value of an attribute, that
/// attribute is null, and the words are returned.
pub fn from_newer_xml(root: &Root, document: &str) -> Result<(Value, Vec<ConvertError>), ConvertError> {
    let (mut node, _) = xml::read(root.document, document)?;
    Ok(value_of(root, node.as_mut()))
}

/// The object a struct stands for.
pub fn from_node(root: &Root, node: &mut dyn Node) -> Result<Value, ConvertError> {
    let (value, unread) = value_of(root, node);
    unread.into_iter().next().map_or(Ok(value), Err)
}

/// The object a struct from a libvirt that may be newer than the grammar stands for, and what of it is no value.
pub fn from_newer_node(root: &Root, node: &mut dyn Node) -> (Value, Vec<ConvertError>) {
    value_of(root, node)
}

fn value_of(root: &Root, node: &mut dyn Node) -> (Value, Vec<ConvertError>) {
    let mut reader = read::Reader::default();
    let object = reader.object(node, root.shape, &Path::Whole);
    (Value::Object(object), reader.unread)
}

/// The slots of one node that a place can lead to.
enum Slot<'a> {
    Value(&'a mut Option<String>),
    Children(&'a mut dyn Children),
}

/// What is looked for in a node.
#[derive(Clone, Copy)]
enum Wanted<'n> {
    Attribute(&'n Name),
    Text,
    Raw,
    Children(&'n Name),
}

/// Finds one slot of a node.
struct Finder<'a, 'n> {
    wanted: Wanted<'n>,
    found: Option<Slot<'a>>,
}

fn find<'a>(node: &'a mut dyn Node, wanted: Wanted) -> Option<Slot<'a>> {
    let mut finder = Finder { wanted, found: None };
    node.visit(&mut finder);
    finder.found
}

fn value_slot<'a>(node: &'a mut dyn Node, wanted: Wanted) -> Option<&'a mut Option<String>> {
    match find(node, wanted)? {
        Slot::Value(slot) => Some(slot),
        Slot::Children(_) => None,
    }
}

fn children<'a>(node: &'a mut dyn Node, name: &Name) -> Option<&'a mut dyn Children> {
    match find(node, Wanted::Children(name))? {
        Slot::Children(slot) => Some(slot),
        Slot::Value(_) => None,
    }
}

impl<'a> Visitor<'a> for Finder<'a, '_> {
    fn attribute(&mut self, name: &'static Name, slot: &'a mut Option<String>) {
        if matches!(self.wanted, Wanted::Attribute(wanted) if wanted == name) {
            self.found = Some(Slot::Value(slot));
        }
    }

    fn text(&mut self, slot: &'a mut Option<String>) {
        if matches!(self.wanted, Wanted::Text) {
            self.found = Some(Slot::Value(slot));
        }
    }

    fn raw(&mut self, slot: &'a mut Option<String>) {
        if matches!(self.wanted, Wanted::Raw) {
            self.found = Some(Slot::Value(slot));
        }
    }

    fn children(&mut self, name: &'static Name, slot: &'a mut dyn Children) {
        if matches!(self.wanted, Wanted::Children(wanted) if wanted == name) {
            self.found = Some(Slot::Children(slot));
        }
    }

    fn rest(&mut self, _: &'a mut Rest) {}
}

/// Where among the children of its name the one is that a step leads to.
fn position(children: &mut dyn Children, step: &Step) -> Option<usize> {
    let Some((attribute, value)) = step.only else { return (children.count() > 0).then_some(0) };
    let (name, count) = (Name::plain(attribute), children.count());
    let mut has = |position: &usize| {
        let slot = children.child(*position).and_then(|child| value_slot(child, Wanted::Attribute(&name)));
        slot.is_some_and(|slot| slot.as_deref() == Some(value))
    };
    (0..count).find(|position| has(position))
}

/// Whether an attribute only marks that another one is missing in the XML, and so says nothing that an object holds.
fn is_mark(shape: &Shape, name: &str) -> bool {
    let xml = shape.attribute(name).and_then(|attribute| attribute.xml.as_ref());
    xml.is_some_and(|xml| matches!(xml.leaf, Leaf::Missing(_)))
}
