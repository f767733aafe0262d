//! How generated structs show themselves: one `visit` each, and everything else is done from outside. Knows XML
//! names; must not know any struct.

use crate::shape::Name;

/// A generated struct: one element with its attributes, children and text.
pub trait Node {
    /// Shows every slot of the struct to the visitor, in the grammar's order.
    fn visit<'a>(&'a mut self, visitor: &mut dyn Visitor<'a>);
}

/// Sees the slots of one [`Node`].
pub trait Visitor<'a> {
    /// An XML attribute.
    fn attribute(&mut self, name: &'static Name, slot: &'a mut Option<String>);
    /// The element's text, in its lexical form.
    fn text(&mut self, slot: &'a mut Option<String>);
    /// The element's content where anything may stand in it, as XML text.
    fn raw(&mut self, slot: &'a mut Option<String>);
    /// The children of one name.
    fn children(&mut self, name: &'static Name, slot: &'a mut dyn Children);
    /// What the document had beyond the grammar, and its order.
    fn rest(&mut self, slot: &'a mut Rest);
}

/// The children of one name: at most one (`Option<Box<T>>`) or any number (`Vec<T>`).
pub trait Children {
    /// How many there are.
    fn count(&self) -> usize;
    /// The child at `index`, from 0.
    fn child(&mut self, index: usize) -> Option<&mut dyn Node>;
    /// A new child behind the others; the one that is there where there can be only one.
    fn add(&mut self) -> &mut dyn Node;
}

impl<T: Node + Default> Children for Option<Box<T>> {
    fn count(&self) -> usize {
        usize::from(self.is_some())
    }

    fn child(&mut self, index: usize) -> Option<&mut dyn Node> {
        match self {
            Some(child) if index == 0 => Some(child.as_mut()),
            _ => None,
        }
    }

    fn add(&mut self) -> &mut dyn Node {
        self.get_or_insert_default().as_mut()
    }
}

impl<T: Node + Default> Children for Vec<T> {
    fn count(&self) -> usize {
        self.len()
    }

    fn child(&mut self, index: usize) -> Option<&mut dyn Node> {
        self.get_mut(index).map(|child| child as &mut dyn Node)
    }

    fn add(&mut self) -> &mut dyn Node {
        self.push(T::default());
        let last = self.len() - 1;
        &mut self[last]
    }
}

/// What a document has beyond its grammar, so that writing it again loses nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rest {
    /// Namespaces declared at this element: prefix (empty for the default one) and name.
    pub namespaces: Vec<(String, String)>,
    /// The children's names in the order of the document, by their position among the slots; empty for a node
    /// that was not read, which is written in the grammar's order.
    pub order: Vec<u16>,
}
