//! How generated structs show themselves: one `visit` each, and everything else is done from outside. Knows XML
//! names; must not know any struct.

use crate::shape::Name;

/// A generated struct: one element with its attributes, children and text.
pub trait Node {
    /// Shows every slot of the struct to the visitor: what is beyond the grammar first, then attributes, text and
    /// children in the grammar's order.
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
    /// Whether there can be no more.
    fn is_full(&self) -> bool;
    /// A new child behind the others; the one that is there where there can be only one.
    fn add(&mut self) -> &mut dyn Node;
    /// Removes all.
    fn clear(&mut self);
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

    fn is_full(&self) -> bool {
        self.is_some()
    }

    fn add(&mut self) -> &mut dyn Node {
        self.get_or_insert_default().as_mut()
    }

    fn clear(&mut self) {
        *self = None;
    }
}

impl<T: Node + Default> Children for Vec<T> {
    fn count(&self) -> usize {
        self.len()
    }

    fn child(&mut self, index: usize) -> Option<&mut dyn Node> {
        self.get_mut(index).map(|child| child as &mut dyn Node)
    }

    fn is_full(&self) -> bool {
        false
    }

    fn add(&mut self) -> &mut dyn Node {
        self.push(T::default());
        let last = self.len() - 1;
        &mut self[last]
    }

    fn clear(&mut self) {
        Vec::clear(self);
    }
}

/// What a document has beyond its grammar, so that writing it again loses nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rest {
    /// Namespaces declared at this element: prefix (empty for the default one) and name.
    pub namespaces: Vec<(String, String)>,
    /// The children in the order of the document, each as the position of its name among the slots for children,
    /// from 0, or [`Rest::FOREIGN`]. Empty where the order is the grammar's, as in a node that was not read.
    pub order: Vec<u16>,
    /// Attributes that the grammar does not know.
    pub attributes: Vec<ForeignAttribute>,
    /// Children that the grammar does not know, as XML text that stands for itself: each belongs to one
    /// [`Rest::FOREIGN`] in the order.
    pub children: Vec<String>,
}

impl Rest {
    /// In [`Rest::order`]: the next of [`Rest::children`].
    pub const FOREIGN: u16 = u16::MAX;
}

/// An attribute that the grammar does not know.
#[derive(Clone, Debug, PartialEq)]
pub struct ForeignAttribute {
    /// Its namespace; empty for none.
    pub namespace: String,
    /// Its local name.
    pub local: String,
    /// Its value.
    pub value: String,
}

/// An element with nothing in it: that it is there is all it says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Empty {
    /// What the grammar does not know.
    pub rest: Rest,
}

impl Node for Empty {
    fn visit<'a>(&'a mut self, visitor: &mut dyn Visitor<'a>) {
        visitor.rest(&mut self.rest);
    }
}

/// An element with nothing but text in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Text {
    /// The text, in its lexical form.
    pub text: Option<String>,
    /// What the grammar does not know.
    pub rest: Rest,
}

impl Node for Text {
    fn visit<'a>(&'a mut self, visitor: &mut dyn Visitor<'a>) {
        visitor.rest(&mut self.rest);
        visitor.text(&mut self.text);
    }
}
