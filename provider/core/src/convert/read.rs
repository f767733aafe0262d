//! A struct into values. Must not know any element.

use crate::node::Node;
use crate::shape::{Attribute, Kind, Leaf, Name, Primitive, Scalar, Shape, Step, When, Xml};
use crate::value::{Object, Value};

use super::lexical::parse;
use super::path::Path;
use super::{ConvertError, Wanted, children, is_mark, position, value_slot, verbatim};

/// Reads values, and remembers what is none.
#[derive(Default)]
pub(super) struct Reader {
    /// Text that is no value of its attribute's type, which is then null.
    pub(super) unread: Vec<ConvertError>,
}

/// How the conditions of a branch stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// There are none.
    Free,
    /// The attributes say so.
    Written,
    /// Nothing says otherwise.
    Implied,
    /// No.
    No,
}

impl Reader {
    /// Every attribute that the node sets.
    pub(super) fn object(&mut self, node: &mut dyn Node, shape: &Shape, path: &Path) -> Object {
        let mut object = Object::new();
        for attribute in shape.attributes {
            let Some(xml) = &attribute.xml else { continue };
            let unread = self.unread.len();
            let value = self.attribute(node, attribute, xml, &Path::Attribute(path, attribute.name));
            if self.unread.len() > unread && verbatim::covers(shape, xml) {
                // It is still there as XML.
                self.unread.truncate(unread);
            }
            if !value.is_null() {
                object.insert(attribute.name, value);
            }
        }
        for attribute in shape.attributes {
            if let Some(xml) = attribute.xml.as_ref().filter(|xml| xml.leaf == Leaf::Verbatim) {
                verbatim::read(self, node, shape, (attribute, xml), &mut object, path);
            }
        }
        object
    }

    /// What the node holds for one attribute.
    pub(super) fn attribute(&mut self, node: &mut dyn Node, attribute: &Attribute, xml: &Xml, path: &Path) -> Value {
        let holds = holds(node, xml.when);
        if holds == Holds::No {
            return Value::Null;
        }
        // What only groups is there when something in it is.
        let holds = if xml.leaf == Leaf::Group { Holds::Free } else { holds };
        match &attribute.kind {
            Kind::Leaf(scalar) => self.leaf(node, scalar, xml, holds, path),
            Kind::Object(shape) => self.nested(node, shape, xml, holds, path),
            Kind::List(shape, list) => items(node, xml.steps, list.skip, path, &mut |child, path| {
                Value::Object(self.object(child, shape, path))
            }),
            Kind::Leaves(scalar) | Kind::Set(scalar) => items(node, xml.steps, 0, path, &mut |child, path| {
                let text = value_slot(child, Wanted::Text).and_then(|slot| slot.clone());
                self.value(scalar, text.unwrap_or_default(), path)
            }),
        }
    }

    fn leaf(&mut self, node: &mut dyn Node, scalar: &Scalar, xml: &Xml, holds: Holds, path: &Path) -> Value {
        let wanted = match &xml.leaf {
            Leaf::Element | Leaf::Group => {
                let there =
                    if xml.when.is_empty() { descend(node, xml.steps).is_some() } else { holds == Holds::Written };
                return if there { Value::Bool(true) } else { Value::Null };
            }
            Leaf::Missing(attribute) => {
                let name = Name::plain(attribute);
                let place = descend(node, xml.steps);
                let missing =
                    place.is_some_and(|place| value_slot(place, Wanted::Attribute(&name)).is_some_and(|s| s.is_none()));
                return if missing { Value::Bool(true) } else { Value::Null };
            }
            Leaf::Attribute(name) => Wanted::Attribute(name),
            Leaf::Text => Wanted::Text,
            Leaf::Raw => Wanted::Raw,
            // It takes what the others cannot hold, which is known when all of them are read.
            Leaf::Verbatim => return Value::Null,
        };
        let Some(place) = descend(node, xml.steps) else { return Value::Null };
        match value_slot(place, wanted).and_then(|slot| slot.clone()) {
            Some(text) => self.value(scalar, text, path),
            // A branch of nothing but text may have none.
            None if holds == Holds::Written => self.value(scalar, String::new(), path),
            // So may an element that could have one: that it is there shows in its text, if only that may be empty.
            None if xml.leaf == Leaf::Text && scalar.primitive == Primitive::String && is_bare(place) => {
                self.value(scalar, String::new(), path)
            }
            None => Value::Null,
        }
    }

    fn value(&mut self, scalar: &Scalar, text: String, path: &Path) -> Value {
        parse(scalar, text, path).unwrap_or_else(|error| {
            self.unread.push(error);
            Value::Null
        })
    }

    fn nested(&mut self, node: &mut dyn Node, shape: &Shape, xml: &Xml, holds: Holds, path: &Path) -> Value {
        if xml.anchored {
            return match descend(node, xml.steps) {
                Some(child) => Value::Object(self.object(child, shape, path)),
                None => Value::Null,
            };
        }
        let inner = self.object(node, shape, path);
        let something = inner.keys().any(|name| !is_mark(shape, name));
        let there = match (xml.leaf, holds) {
            (_, Holds::Written) => true,
            (Leaf::Group, _) => false,
            _ => !xml.steps.is_empty() && descend(node, xml.steps).is_some(),
        };
        if there || something { Value::Object(inner) } else { Value::Null }
    }
}

type Each<'e> = &'e mut dyn FnMut(&mut dyn Node, &Path) -> Value;

fn items(node: &mut dyn Node, steps: &[Step], skip: usize, path: &Path, each: Each) -> Value {
    let Some((last, before)) = steps.split_last() else { return Value::Null };
    let Some(slot) = descend(node, before).and_then(|parent| children(parent, &last.name)) else { return Value::Null };
    let mut items = Vec::new();
    for position in skip..slot.count() {
        if let Some(child) = slot.child(position) {
            items.push(each(child, &Path::Element(path, position - skip)));
        }
    }
    if items.is_empty() { Value::Null } else { Value::List(items) }
}

fn holds(node: &mut dyn Node, when: &[When]) -> Holds {
    let mut result = Holds::Free;
    for condition in when {
        let name = Name::plain(condition.attribute);
        let place = descend(node, condition.steps);
        let value = place.and_then(|place| value_slot(place, Wanted::Attribute(&name)).and_then(|slot| slot.clone()));
        let one = match value {
            Some(value) if condition.values.contains(&value.as_str()) => Holds::Written,
            None if condition.absent => Holds::Implied,
            _ => return Holds::No,
        };
        result = if result == Holds::Written || one == Holds::Written { Holds::Written } else { one };
    }
    result
}

/// The element that the steps lead to, if it is there.
pub(super) fn descend<'a>(node: &'a mut dyn Node, steps: &[Step]) -> Option<&'a mut dyn Node> {
    let Some((step, rest)) = steps.split_first() else { return Some(node) };
    let slot = children(node, &step.name)?;
    let position = position(slot, step)?;
    descend(slot.child(position)?, rest)
}

/// Whether an element that may hold text holds nothing at all.
fn is_bare(node: &mut dyn Node) -> bool {
    #[derive(Default)]
    struct Slots {
        text: bool,
        holds: bool,
    }
    impl<'a> crate::node::Visitor<'a> for Slots {
        fn attribute(&mut self, _: &'static crate::shape::Name, slot: &'a mut Option<String>) {
            self.holds |= slot.is_some();
        }
        fn text(&mut self, slot: &'a mut Option<String>) {
            self.text = true;
            self.holds |= slot.is_some();
        }
        fn raw(&mut self, slot: &'a mut Option<String>) {
            self.holds |= slot.is_some();
        }
        fn children(&mut self, _: &'static crate::shape::Name, slot: &'a mut dyn crate::node::Children) {
            self.holds |= slot.count() > 0;
        }
        fn rest(&mut self, _: &'a mut crate::node::Rest) {}
    }
    let mut slots = Slots::default();
    node.visit(&mut slots);
    slots.text && !slots.holds
}
