//! Where the gathering pass stands in the grammar. Must not know what is gathered there.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::grammar::ElementId;
use crate::members::ChildMember;

use super::super::lookup::GrammarPlace;
use super::super::{Leaf, Step, Xml};

/// An element, and how its members reach the attributes of the object they belong to.
#[derive(Clone)]
pub(super) struct Context {
    /// The element's path, the branches taken in brackets.
    pub(super) path: String,
    /// The patterns it may be.
    pub(super) elements: Rc<BTreeSet<ElementId>>,
    /// From the anchor of the object down to this element.
    pub(super) steps: Vec<Step>,
    /// The elements around this one, and itself.
    pub(super) around: Vec<Rc<BTreeSet<ElementId>>>,
    /// Whether the names of its members begin with its own.
    pub(super) prefixed: bool,
    /// Whether its members may all be missing although the object is there.
    pub(super) lax: bool,
    /// Whether the element, or one around it, is also there as XML.
    pub(super) verbatim: bool,
}

/// Which members to gather, by name, an attribute's with an `@`.
pub(super) type Keep<'k> = &'k dyn Fn(&str) -> bool;

impl Context {
    /// One element further down, in the same object.
    pub(super) fn inner(&self, place: &GrammarPlace, step: Step) -> Context {
        let mut around = self.around.clone();
        around.push(Rc::clone(&place.elements));
        let steps = self.steps.iter().cloned().chain([step]).collect();
        Context { path: place.path.clone(), elements: Rc::clone(&place.elements), steps, around, ..self.clone() }
    }

    /// The place of a child in the XML.
    pub(super) fn element(&self, child: &ChildMember, leaf: Leaf) -> Xml {
        let steps = self.steps.iter().cloned().chain([step_to(child)]).collect();
        Xml::at(steps, leaf)
    }
}

/// The step down to a child.
pub(super) fn step_to(child: &ChildMember) -> Step {
    Step { name: child.name.clone(), only: None }
}
