//! Comparing attributes of two objects of one shape by meaning. Knows shapes; must not know which of the two objects
//! is the configuration, the state or libvirt's answer.

use crate::baseline::same_secret;
use crate::meaning::{self, Side};
use crate::shape::{Attribute, Class, Kind, Leaf, Primitive, Scalar, Shape};
use crate::size;
use crate::value::Value;

/// Whether a primitive attribute, or a list or set of them, means the same in two objects. Objects and lists
/// of objects are compared member by member: for them only the very same value does.
pub(crate) fn same(attribute: &Attribute, left: &Value, right: &Value) -> bool {
    let (a, b) = (left.get(attribute.name), right.get(attribute.name));
    let alike = |scalar: &Scalar, a: &Value, b: &Value| {
        meaning::same(scalar, &Side { value: a, object: left }, &Side { value: b, object: right })
    };
    match attribute.kind {
        Kind::Leaf(_) if attribute.sensitive && same_secret(a, b) => true,
        Kind::Leaf(scalar) => alike(scalar, a, b),
        Kind::Leaves(scalar) => same_lists(a, b, |a, b| a.iter().zip(b).all(|(a, b)| alike(scalar, a, b))),
        Kind::Set(scalar) => same_lists(a, b, |a, b| a.iter().all(|a| b.iter().any(|b| alike(scalar, a, b)))),
        Kind::Object(_) | Kind::List(..) => a == b,
    }
}

fn same_lists(a: &Value, b: &Value, same: impl Fn(&[Value], &[Value]) -> bool) -> bool {
    match (a, b) {
        (Value::List(a), Value::List(b)) => a.len() == b.len() && same(a, b),
        _ => a == b,
    }
}

/// Whether two objects ask libvirt for the same: every attribute that stands in the XML and that libvirt does not set alone
/// means the same in both, and lists have the same elements in the same order.
pub fn equal(shape: &Shape, left: &Value, right: &Value) -> bool {
    shape.attributes.iter().all(|attribute| {
        let (a, b) = (left.get(attribute.name), right.get(attribute.name));
        // That an element is there may be all that an object says.
        let is_element = matches!(attribute.kind, Kind::Object(_))
            && attribute.xml.as_ref().is_some_and(|xml| xml.leaf == Leaf::Element && a.is_null() != b.is_null());
        if a == b || !is_element && asks_nothing(attribute, left) && asks_nothing(attribute, right) {
            return true;
        }
        match attribute.kind {
            _ if attribute.class == Class::WriteOnly || attribute.volatile => true,
            Kind::Object(inner) => a.is_null() == b.is_null() && equal(inner, a, b),
            Kind::List(inner, _) => {
                let (items, others) = (a.items(), b.items());
                items.len() == others.len() && items.iter().zip(others).all(|(a, b)| equal(inner, a, b))
            }
            _ if size::is_unit(shape, attribute) => true,
            _ => same(attribute, left, right),
        }
    })
}

/// Whether everything that `part` sets in the XML stands in `whole` too, with the same meaning. What `part` does not know
/// yet may become anything.
pub(crate) fn covers(shape: &Shape, whole: &Value, part: &Value) -> bool {
    shape.attributes.iter().all(|attribute| {
        let (value, other) = (part.get(attribute.name), whole.get(attribute.name));
        if value.is_unknown() || asks_nothing(attribute, part) {
            return true;
        }
        match attribute.kind {
            Kind::Object(inner) => covers(inner, other, value),
            Kind::List(inner, _) => {
                let (items, others) = (value.items(), other.items());
                items.len() == others.len() && items.iter().zip(others).all(|(a, b)| covers(inner, b, a))
            }
            _ => same(attribute, part, whole),
        }
    })
}

/// Whether a value of an attribute asks for nothing in the XML, so that its absence there is no loss: null, false for
/// an element that is only there or not, empty text, empty lists, and objects of nothing but these. What the
/// provider itself adds and what libvirt alone sets ask for nothing either.
pub(crate) fn says_nothing(attribute: &Attribute, value: &Value) -> bool {
    let Some(xml) = &attribute.xml else { return true };
    if attribute.class == Class::Runtime {
        return true;
    }
    match (attribute.kind, value) {
        (_, Value::Null) => true,
        (Kind::Leaf(scalar), Value::Bool(false)) => scalar.primitive == Primitive::Bool && xml.leaf == Leaf::Element,
        (Kind::Leaf(_), Value::String(text)) => text.is_empty(),
        (_, Value::List(items)) => items.is_empty(),
        (Kind::Object(shape), Value::Object(_)) => shape.attributes.iter().all(|inner| asks_nothing(inner, value)),
        _ => false,
    }
}

/// Whether an attribute of an object asks for nothing: its value says nothing, or libvirt keeps it only together with
/// another one that is not there.
pub(crate) fn asks_nothing(attribute: &Attribute, object: &Value) -> bool {
    let alone = || !attribute.reported_with.is_empty() && object.get(attribute.reported_with).is_null();
    says_nothing(attribute, object.get(attribute.name)) || alone()
}
