//! Elements as XML text, where the attributes that stand for them cannot hold them: found out by writing those and
//! comparing. Must not know any element.

use crate::node::{Children, Node};
use crate::shape::{Attribute, Leaf, Shape, Step, Xml};
use crate::value::{Object, Value};
use crate::xml::{read_children, write_children};

use super::changes::is_same_text;
use super::path::Path;
use super::read::{Reader, descend};
use super::{ConvertError, children, write as document};

/// Where the elements that `xml` leads to would not come back from `object`, `attribute` takes them, and the
/// attributes beside it keep what they say without any.
pub(super) fn read(
    reader: &mut Reader,
    node: &mut dyn Node,
    shape: &Shape,
    (attribute, xml): (&Attribute, &Xml),
    object: &mut Object,
    path: &Path,
) {
    let Some(name) = xml.steps.last().map(|step| &step.name) else { return };
    let Some(slot) = slot(node, xml).filter(|slot| slot.count() > 0) else { return };
    let text = write_children(name, slot);
    slot.clear();
    let (mut held, mut without) = (Object::new(), Object::new());
    for other in shape.attributes.iter().filter(|other| other.name != attribute.name) {
        let Some(place) = other.xml.as_ref().filter(|place| leads_there(place.steps, xml.steps)) else { continue };
        if let Some(value) = object.get(other.name) {
            held.insert(other.name, value.clone());
        }
        without.insert(other.name, reader.attribute(node, other, place, &Path::Attribute(path, other.name)));
    }
    let written = document::object(node, shape, &held, path);
    let Some(slot) = self::slot(node, xml) else { return };
    let comes_back = written.is_ok() && is_same_text(&text, &write_children(name, slot));
    slot.clear();
    if let Err(error) = read_children(slot, name, &text) {
        reader.unread.push(error.into());
    }
    if !comes_back {
        object.extend(without);
        object.retain(|_, value| !value.is_null());
        object.insert(attribute.name, Value::String(text.trim_end().to_string()));
    }
}

/// Whether an attribute of the shape takes what is at a place, if no other can.
pub(super) fn covers(shape: &Shape, place: &Xml) -> bool {
    let mut all = shape.attributes.iter().filter_map(|attribute| attribute.xml.as_ref());
    all.any(|xml| xml.leaf == Leaf::Verbatim && leads_there(place.steps, xml.steps))
}

/// Puts the elements of a text behind those that are there.
pub(super) fn write(node: &mut dyn Node, xml: &Xml, text: &str, path: &Path) -> Result<(), ConvertError> {
    let place = || ConvertError::Place { path: path.attribute_path() };
    let (last, before) = xml.steps.split_last().ok_or_else(place)?;
    let slot = children(document::descend(node, before, path)?, &last.name).ok_or_else(place)?;
    let expected = "XML of elements that can stand here";
    let wrong = |_| ConvertError::Text { path: path.attribute_path(), text: text.to_string(), expected };
    match read_children(slot, &last.name, text).map_err(wrong)? {
        true => Ok(()),
        false => Err(ConvertError::TooMany { path: path.attribute_path() }),
    }
}

fn slot<'a>(node: &'a mut dyn Node, xml: &Xml) -> Option<&'a mut dyn Children> {
    let (last, before) = xml.steps.split_last()?;
    children(descend(node, before)?, &last.name)
}

/// Whether an attribute's place is one of the elements, or in one.
fn leads_there(steps: &[Step], elements: &[Step]) -> bool {
    steps.len() >= elements.len() && steps.iter().zip(elements).all(|(step, element)| step.name == element.name)
}
