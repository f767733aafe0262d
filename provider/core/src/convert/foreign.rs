//! What the grammar does not know, from one struct into another of the same kind. Knows shapes, to find in both what is one
//! thing; must not know any element.

use crate::matching;
use crate::node::{Children, Node, Rest, Visitor};
use crate::shape::{Attribute, Kind, Name, Shape, Xml};
use crate::value::Value;

use super::children;
use super::read::descend;

/// A struct, and the value that was made of it or that it was made of.
pub struct Side<'a> {
    /// The struct.
    pub node: &'a mut dyn Node,
    /// The object.
    pub value: &'a Value,
}

/// Copies attributes and elements that the grammar does not know to where their element still is.
pub fn carry(shape: &Shape, from: Side<'_>, to: Side<'_>) {
    copy(from.node, to.node);
    for attribute in shape.attributes {
        let Some(xml) = &attribute.xml else { continue };
        let (old, new) = (from.value.get(attribute.name), to.value.get(attribute.name));
        if old.is_null() || new.is_null() {
            continue;
        }
        along(from.node, to.node, xml, attribute);
        match attribute.kind {
            Kind::Object(inner) => object(inner, xml, (from.node, old), (to.node, new)),
            Kind::List(inner, list) => {
                let partners = matching::pair(inner, list, new.items(), old.items());
                for (at, partner) in partners.into_iter().enumerate() {
                    let Some(before) = partner else { continue };
                    let old_node = element(from.node, xml, before + list.skip);
                    let new_node = element(to.node, xml, at + list.skip);
                    if let (Some(old_node), Some(new_node)) = (old_node, new_node) {
                        let from = Side { node: old_node, value: &old.items()[before] };
                        carry(inner, from, Side { node: new_node, value: &new.items()[at] });
                    }
                }
            }
            _ => {}
        }
    }
}

fn object(shape: &Shape, xml: &Xml, (from, old): (&mut dyn Node, &Value), (to, new): (&mut dyn Node, &Value)) {
    if !xml.anchored {
        return carry(shape, Side { node: from, value: old }, Side { node: to, value: new });
    }
    if let (Some(from), Some(to)) = (descend(from, xml.steps), descend(to, xml.steps)) {
        carry(shape, Side { node: from, value: old }, Side { node: to, value: new });
    }
}

/// The elements on the way to an attribute.
fn along(from: &mut dyn Node, to: &mut dyn Node, xml: &Xml, attribute: &Attribute) {
    let last = usize::from(matches!(attribute.kind, Kind::List(..) | Kind::Leaves(_)));
    for length in 1..=xml.steps.len().saturating_sub(last) {
        if let (Some(from), Some(to)) = (descend(from, &xml.steps[..length]), descend(to, &xml.steps[..length])) {
            copy(from, to);
        }
    }
}

fn element<'a>(node: &'a mut dyn Node, xml: &Xml, position: usize) -> Option<&'a mut dyn Node> {
    let (last, before) = xml.steps.split_last()?;
    children(descend(node, before)?, &last.name)?.child(position)
}

fn copy(from: &mut dyn Node, to: &mut dyn Node) {
    let (Some(from), Some(to)) = (rest(from), rest(to)) else { return };
    if to.attributes.is_empty() && to.children.is_empty() {
        to.attributes.clone_from(&from.attributes);
        to.children.clone_from(&from.children);
    }
}

fn rest(node: &mut dyn Node) -> Option<&mut Rest> {
    struct Finder<'a>(Option<&'a mut Rest>);
    impl<'a> Visitor<'a> for Finder<'a> {
        fn attribute(&mut self, _: &'static Name, _: &'a mut Option<String>) {}
        fn text(&mut self, _: &'a mut Option<String>) {}
        fn raw(&mut self, _: &'a mut Option<String>) {}
        fn children(&mut self, _: &'static Name, _: &'a mut dyn Children) {}
        fn rest(&mut self, slot: &'a mut Rest) {
            self.0 = Some(slot);
        }
    }
    let mut finder = Finder(None);
    node.visit(&mut finder);
    finder.0
}
