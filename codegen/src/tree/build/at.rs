//! Where the builder stands. Must not know any element.

use super::*;

/// Where the builder stands: an element and how its members reach the attributes of the object being built.
#[derive(Clone)]
pub(super) struct At<'p> {
    /// The element's path, the branches taken in brackets.
    pub(super) path: String,
    /// The patterns it may be.
    pub(super) elements: BTreeSet<ElementId>,
    /// From the anchor of the object being built down to this element.
    pub(super) steps: Vec<Step>,
    /// What the peer has of the object being built.
    pub(super) peer: Option<&'p Peer>,
    /// The elements around this one.
    pub(super) around: Vec<BTreeSet<ElementId>>,
    /// What the names of its members start with.
    pub(super) prefix: Option<String>,
    /// Whether its members may all be missing although the object is there.
    pub(super) lax: bool,
    /// Whether the element, or one around it, is also there as XML.
    pub(super) verbatim: bool,
}

pub(super) type Keep<'k> = &'k dyn Fn(&str) -> bool;

impl<'p> At<'p> {
    pub(super) fn spot(&self) -> Spot<'_> {
        Spot { path: self.path.clone(), elements: &self.elements, attribute: String::new() }
    }

    /// One element further down, in the same object.
    pub(super) fn inner(&self, spot: &Spot, child: &ChildMember, step: Step) -> At<'p> {
        let mut around = self.around.clone();
        around.push(child.elements.clone());
        let steps = self.steps.iter().cloned().chain([step]).collect();
        At { path: spot.path.clone(), elements: child.elements.clone(), steps, around, ..self.clone() }
    }

    /// The place of a child.
    pub(super) fn element(&self, child: &ChildMember, leaf: Leaf) -> Xml {
        let steps = self.steps.iter().cloned().chain([child.step()]).collect();
        Xml::at(steps, leaf)
    }
}

impl ChildMember {
    pub(super) fn step(&self) -> Step {
        Step { name: self.name.clone(), only: None }
    }
}
