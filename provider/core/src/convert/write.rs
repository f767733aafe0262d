//! Values into a struct. Must not know any element.

use crate::canonical::undeclared;
use crate::node::Node;
use crate::shape::{Attribute, Kind, Leaf, Name, Scalar, Shape, Step, When, Xml};
use crate::value::{Object, Value};

use super::lexical::{lexical, wrong_type};
use super::path::Path;
use super::{ConvertError, Wanted, children, is_mark, position, value_slot, verbatim};

/// Writes every attribute that is set.
pub(super) fn object(node: &mut dyn Node, shape: &Shape, object: &Object, path: &Path) -> Result<(), ConvertError> {
    // A list that leaves its first element to an attribute of its own comes after that attribute, and so does what no
    // attribute can hold.
    let behind = |attribute: &&Attribute| match attribute.kind {
        Kind::List(_, list) => list.skip > 0,
        _ => attribute.xml.is_some_and(|xml| xml.leaf == Leaf::Verbatim),
    };
    let (last, first): (Vec<_>, Vec<_>) = shape.attributes.iter().partition(behind);
    for attribute in first.into_iter().chain(last) {
        if let (Some(value), Some(xml)) = (object.get(attribute.name), &attribute.xml)
            && !value.is_null()
        {
            write(node, attribute, xml, value, &Path::Attribute(path, attribute.name))?;
        }
    }
    Ok(())
}

fn write(
    node: &mut dyn Node,
    attribute: &Attribute,
    xml: &Xml,
    value: &Value,
    path: &Path,
) -> Result<(), ConvertError> {
    match (&attribute.kind, value) {
        (Kind::Leaf(_), Value::Bool(false)) if xml.leaf == Leaf::Element => Ok(()),
        (Kind::Leaves(_) | Kind::Set(_) | Kind::List(..), Value::List(items)) if items.is_empty() => Ok(()),
        (Kind::Leaf(scalar), value) => {
            conditions(node, xml.when, path)?;
            leaf(node, scalar, xml, value, path)
        }
        (Kind::Leaves(scalar) | Kind::Set(scalar), Value::List(items)) => {
            conditions(node, xml.when, path)?;
            items.iter().enumerate().try_for_each(|(position, item)| {
                let path = Path::Element(path, position);
                let child = add(node, xml.steps, &path)?;
                let text = lexical(scalar, item, &path)?;
                set(child, Wanted::Text, text, &path)
            })
        }
        (Kind::Object(shape), Value::Object(inner)) => {
            // What only groups has an attribute of its own for what chooses it.
            if xml.leaf != Leaf::Group {
                conditions(node, xml.when, path)?;
            }
            if is_bare_element(shape, xml, inner) {
                descend(node, xml.steps, path)?;
            }
            let node = if xml.anchored { descend(node, xml.steps, path)? } else { node };
            object(node, shape, inner, path)
        }
        (Kind::List(shape, _), Value::List(items)) => {
            conditions(node, xml.when, path)?;
            items.iter().enumerate().try_for_each(|(position, item)| {
                let path = Path::Element(path, position);
                let Value::Object(inner) = item else { return Err(wrong_type(&path, "an object", item)) };
                object(add(node, xml.steps, &path)?, shape, inner, &path)
            })
        }
        (Kind::Object(_), other) => Err(wrong_type(path, "an object", other)),
        (_, other) => Err(wrong_type(path, "a list", other)),
    }
}

/// Whether all that an object says is that its element is there: it holds nothing, and no condition alone makes it
/// an object. Where the attribute of the condition is marked as missing, only the element can have made it one.
fn is_bare_element(shape: &Shape, xml: &Xml, object: &Object) -> bool {
    let mut set = object.iter().filter(|(_, value)| !value.is_null() && **value != Value::Bool(false)).peekable();
    let marked = set.peek().is_some();
    let chosen = xml.when.iter().any(|when| !when.values.is_empty());
    xml.leaf == Leaf::Element && (!chosen || marked) && set.all(|(name, _)| is_mark(shape, name))
}

fn leaf(node: &mut dyn Node, scalar: &Scalar, xml: &Xml, value: &Value, path: &Path) -> Result<(), ConvertError> {
    match &xml.leaf {
        // A branch that holds nothing is recognised by its conditions alone.
        Leaf::Element if !xml.when.is_empty() => Ok(()),
        Leaf::Element | Leaf::Group => descend(node, xml.steps, path).map(|_| ()),
        Leaf::Missing(attribute) => {
            let name = Name::plain(attribute);
            if *value == Value::Bool(true)
                && let Some(slot) = value_slot(descend(node, xml.steps, path)?, Wanted::Attribute(&name))
            {
                *slot = None;
            }
            Ok(())
        }
        Leaf::Attribute(name) => {
            let text = lexical(scalar, value, path)?;
            set(descend(node, xml.steps, path)?, Wanted::Attribute(name), text, path)
        }
        Leaf::Text => {
            let text = lexical(scalar, value, path)?;
            set(descend(node, xml.steps, path)?, Wanted::Text, text, path)
        }
        Leaf::Verbatim => verbatim::write(node, xml, undeclared(&lexical(scalar, value, path)?), path),
        Leaf::Raw => {
            let text = undeclared(&lexical(scalar, value, path)?).to_string();
            set(descend(node, xml.steps, path)?, Wanted::Raw, text, path)
        }
    }
}

fn set(node: &mut dyn Node, wanted: Wanted, text: String, path: &Path) -> Result<(), ConvertError> {
    let slot = value_slot(node, wanted).ok_or_else(|| ConvertError::Place { path: path.attribute_path() })?;
    *slot = Some(text);
    Ok(())
}

/// Writes the attributes that choose a branch, but for those that something else has set.
fn conditions(node: &mut dyn Node, when: &[When], path: &Path) -> Result<(), ConvertError> {
    for condition in when {
        let Some(value) = condition.values.first() else { continue };
        let name = Name::plain(condition.attribute);
        let place = || ConvertError::Place { path: path.attribute_path() };
        let node = descend(node, condition.steps, path)?;
        let slot = value_slot(node, Wanted::Attribute(&name)).ok_or_else(place)?;
        slot.get_or_insert_with(|| value.to_string());
    }
    Ok(())
}

/// The element that the steps lead to, made where it is not there.
pub(super) fn descend<'a>(
    node: &'a mut dyn Node,
    steps: &[Step],
    path: &Path,
) -> Result<&'a mut dyn Node, ConvertError> {
    let Some((step, rest)) = steps.split_first() else { return Ok(node) };
    let place = || ConvertError::Place { path: path.attribute_path() };
    let slot = children(node, &step.name).ok_or_else(place)?;
    let child = match position(slot, step) {
        Some(position) => slot.child(position).ok_or_else(place)?,
        None => {
            let child = slot.add();
            if let Some((attribute, value)) = step.only {
                let name = Name::plain(attribute);
                set(child, Wanted::Attribute(&name), value.to_string(), path)?;
            }
            child
        }
    };
    descend(child, rest, path)
}

/// A new element at the end of the steps, behind those that are there.
fn add<'a>(node: &'a mut dyn Node, steps: &[Step], path: &Path) -> Result<&'a mut dyn Node, ConvertError> {
    let place = || ConvertError::Place { path: path.attribute_path() };
    let (last, before) = steps.split_last().ok_or_else(place)?;
    let slot = children(descend(node, before, path)?, &last.name).ok_or_else(place)?;
    if slot.is_full() {
        return Err(ConvertError::TooMany { path: path.attribute_path() });
    }
    Ok(slot.add())
}
