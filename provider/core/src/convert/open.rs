//! Elements of a document whose branch nobody chose: libvirt takes its default, of which the grammar knows nothing. Walks
//! shape, value and document side by side; must not know any element.

use roxmltree::Node;

use crate::diagnostics::AttributePath;
use crate::shape::{Attribute, Kind, Shape, Step, When};
use crate::value::Value;

use super::locate::{Located, descend, items};

/// The elements of `root`, the first element of the document made from `value`, that lack the attribute by which their
/// branches are distinguished, and must have it.
pub fn open<'d, 'i>(shape: &'static Shape, value: &Value, root: Node<'d, 'i>) -> Vec<Node<'d, 'i>> {
    let mut found = Vec::new();
    walk(shape, value, root, &mut found);
    found
}

fn walk<'d, 'i>(shape: &'static Shape, value: &Value, anchor: Node<'d, 'i>, found: &mut Vec<Node<'d, 'i>>) {
    let mut conditions = Vec::new();
    collect(shape, anchor, &mut conditions);
    for when in &conditions {
        let may_miss = |other: &&When| same_place(other, when) && other.absent;
        if let Some(element) = descend(anchor, when.steps)
            && element.attribute(when.attribute).is_none()
            && !conditions.iter().any(may_miss)
            && !found.contains(&element)
        {
            found.push(element);
        }
    }
    below(shape, value, anchor, found);
}

/// The objects in an object, wherever their attributes start.
fn below<'d, 'i>(shape: &'static Shape, value: &Value, anchor: Node<'d, 'i>, found: &mut Vec<Node<'d, 'i>>) {
    for (name, value) in value.as_object().into_iter().flatten() {
        let Some(attribute) = shape.attribute(name) else { continue };
        let Some(xml) = &attribute.xml else { continue };
        match attribute.kind {
            Kind::Object(shape) if !xml.anchored => below(shape, value, anchor, found),
            Kind::Object(shape) => {
                if let Some(element) = descend(anchor, xml.steps) {
                    walk(shape, value, element, found);
                }
            }
            Kind::List(shape, list) => {
                let all = Located { path: AttributePath::default(), attribute: Some(attribute), value };
                for (element, item) in items(xml, &all, anchor, Some(list)) {
                    walk(shape, item.value, element, found);
                }
            }
            Kind::Leaf(_) | Kind::Leaves(_) | Kind::Set(_) => {}
        }
    }
}

/// What distinguishes branches at the anchor of a shape, in the branches that the document has.
fn collect(shape: &'static Shape, anchor: Node, conditions: &mut Vec<&'static When>) {
    for attribute in shape.attributes {
        let Attribute { kind, xml: Some(xml), .. } = attribute else { continue };
        conditions.extend(xml.when);
        if let (Kind::Object(inner), false) = (kind, xml.anchored)
            && xml.when.iter().all(|when| holds(anchor, when))
        {
            collect(inner, anchor, conditions);
        }
    }
}

fn holds(anchor: Node, when: &When) -> bool {
    let value = descend(anchor, when.steps).and_then(|element| element.attribute(when.attribute));
    value.map_or(when.absent, |value| when.values.contains(&value))
}

fn same_place(one: &When, other: &When) -> bool {
    let names = |steps: &'static [Step]| steps.iter().map(|step| step.name);
    one.attribute == other.attribute && names(one.steps).eq(names(other.steps))
}
