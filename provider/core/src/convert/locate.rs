//! From a place in a document back to the attribute that put it there. Walks shape, value and document side by side;
//! must not know any element, nor why the place is looked for.

use roxmltree::Node;

use crate::diagnostics::AttributePath;
use crate::shape::{Attribute, Kind, Leaf, List, Shape, Step, Xml};
use crate::value::Value;

/// A place in a document: an element, or one of its attributes.
#[derive(Clone, Copy, Debug)]
pub struct Place<'d, 'i> {
    /// The element.
    pub element: Node<'d, 'i>,
    /// The local name of the attribute, if it is about one.
    pub attribute: Option<&'d str>,
}

/// The attribute that is behind a place.
#[derive(Clone, Debug)]
pub struct Located<'v> {
    /// Its path; empty for the whole resource.
    pub path: AttributePath,
    /// The attribute; `None` for the whole resource.
    pub attribute: Option<&'static Attribute>,
    /// What it is set to.
    pub value: &'v Value,
}

/// How well an attribute answers for a place, the best last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// The attribute's element, this many levels down, has the place in it.
    Around(usize),
    /// The attribute's element is below the place.
    Within,
    /// The attribute's element is the place; the number is how deep the attribute is nested.
    Element(usize),
    /// The attribute stands for a branch that the XML attribute chooses.
    Branch,
    /// It is the attribute's own text or XML attribute.
    Own,
}

/// The attribute of `value` that wrote the place in `root`, the first element of the document made from it; where none
/// did, the nearest that is around it.
pub fn locate<'v>(shape: &'static Shape, value: &'v Value, root: Node, place: Place) -> Located<'v> {
    let whole = Located { path: AttributePath::default(), attribute: None, value };
    let mut search = Search { place, best: (Rank::Around(0), whole) };
    search.object(shape, value, root, &AttributePath::default());
    search.best.1
}

struct Search<'v, 'd, 'i> {
    place: Place<'d, 'i>,
    best: (Rank, Located<'v>),
}

impl<'v, 'd, 'i> Search<'v, 'd, 'i> {
    fn object(&mut self, shape: &'static Shape, value: &'v Value, anchor: Node<'d, 'i>, path: &AttributePath) {
        for (name, value) in value.as_object().into_iter().flatten() {
            let Some(attribute) = shape.attribute(name) else { continue };
            let Some(xml) = &attribute.xml else { continue };
            let found = Located { path: path.attribute(attribute.name), attribute: Some(attribute), value };
            self.attribute(xml, found, anchor);
        }
    }

    fn attribute(&mut self, xml: &'static Xml, found: Located<'v>, anchor: Node<'d, 'i>) {
        let Some(attribute) = found.attribute else { return };
        let chooses = |when: &crate::shape::When| {
            Some(when.attribute) == self.place.attribute && descend(anchor, when.steps) == Some(self.place.element)
        };
        if xml.when.iter().any(chooses) {
            self.offer(Rank::Branch, found.clone());
        }
        match attribute.kind {
            Kind::Leaf(_) if xml.leaf == Leaf::Verbatim => {
                if self.is_below_any(anchor, xml.steps) {
                    self.offer(Rank::Own, found);
                }
            }
            Kind::Leaf(_) => {
                if let Some(element) = descend(anchor, xml.steps) {
                    let rank = self.leaf(&xml.leaf, element, &found);
                    self.offer_some(rank, found);
                }
            }
            Kind::Object(shape) => {
                let Some(element) = descend(anchor, xml.steps) else { return };
                self.offer_some(self.around(element, &found), found.clone());
                self.object(shape, found.value, if xml.anchored { element } else { anchor }, &found.path);
            }
            Kind::List(shape, list) => {
                for (element, found) in items(xml, &found, anchor, Some(list)) {
                    self.offer_some(self.around(element, &found), found.clone());
                    self.object(shape, found.value, element, &found.path);
                }
            }
            Kind::Leaves(_) | Kind::Set(_) => {
                for (element, found) in items(xml, &found, anchor, None) {
                    let rank = self.leaf(&Leaf::Text, element, &found);
                    self.offer_some(rank, found);
                }
            }
        }
    }

    /// How an attribute without members of its own answers.
    fn leaf(&self, leaf: &Leaf, element: Node, found: &Located) -> Option<Rank> {
        let same = element == self.place.element;
        match (leaf, self.place.attribute) {
            (Leaf::Attribute(name), Some(wanted)) if same && name.local == wanted => Some(Rank::Own),
            (Leaf::Text, None) if same => Some(Rank::Own),
            // For what is written as it stands, nothing else answers.
            (Leaf::Raw, _) if self.is_below(element) => Some(Rank::Own),
            (Leaf::Attribute(_) | Leaf::Missing(_), _) if same => Some(Rank::Within),
            (Leaf::Attribute(_) | Leaf::Missing(_) | Leaf::Text | Leaf::Raw, _) if !self.is_above(element) => None,
            _ => self.around(element, found).filter(|rank| !matches!(rank, Rank::Around(_))),
        }
    }

    /// How an attribute that stands for an element answers.
    fn around(&self, element: Node, found: &Located) -> Option<Rank> {
        if element == self.place.element {
            Some(Rank::Element(found.path.0.len()))
        } else if self.is_below(element) {
            Some(Rank::Around(element.ancestors().count()))
        } else {
            self.is_above(element).then_some(Rank::Within)
        }
    }

    /// Whether the place is inside the element.
    fn is_below(&self, element: Node) -> bool {
        self.place.element.ancestors().any(|above| above == element)
    }

    /// Whether the place is inside one of the elements that the steps lead to.
    fn is_below_any(&self, anchor: Node<'d, 'i>, steps: &[Step]) -> bool {
        let Some((last, before)) = steps.split_last() else { return false };
        let parent = descend(anchor, before);
        parent.is_some_and(|parent| matching(parent, last).any(|element| self.is_below(element)))
    }

    /// Whether the element is inside the place.
    fn is_above(&self, element: Node) -> bool {
        element.ancestors().any(|above| above == self.place.element)
    }

    fn offer_some(&mut self, rank: Option<Rank>, found: Located<'v>) {
        if let Some(rank) = rank {
            self.offer(rank, found);
        }
    }

    fn offer(&mut self, rank: Rank, found: Located<'v>) {
        // Of those around the place, a later one is no farther away and nested at least as deep.
        if rank > self.best.0 || matches!(rank, Rank::Around(_)) && rank == self.best.0 {
            self.best = (rank, found);
        }
    }
}

/// The element that the steps lead to.
pub(super) fn descend<'d, 'i>(element: Node<'d, 'i>, steps: &[Step]) -> Option<Node<'d, 'i>> {
    steps.iter().try_fold(element, |element, step| matching(element, step).next())
}

fn matching<'d, 'i>(element: Node<'d, 'i>, step: &Step) -> impl Iterator<Item = Node<'d, 'i>> {
    element.children().filter(move |child| {
        let name = child.tag_name();
        child.is_element()
            && name.name() == step.name.local
            && name.namespace().unwrap_or("") == step.name.namespace
            && step.only.is_none_or(|(attribute, value)| child.attribute(attribute) == Some(value))
    })
}

/// The elements of a list, each with its element of the document.
pub(super) fn items<'v, 'd, 'i>(
    xml: &Xml,
    found: &Located<'v>,
    anchor: Node<'d, 'i>,
    list: Option<&List>,
) -> Vec<(Node<'d, 'i>, Located<'v>)> {
    let Some((last, before)) = xml.steps.split_last() else { return Vec::new() };
    let Some(parent) = descend(anchor, before) else { return Vec::new() };
    let elements = matching(parent, last).skip(list.map_or(0, |list| list.skip));
    let item = |(position, (element, value)): (usize, (_, &'v Value))| {
        (element, Located { path: found.path.element(position), attribute: found.attribute, value })
    };
    elements.zip(found.value.items()).enumerate().map(item).collect()
}
