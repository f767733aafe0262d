//! An object without what libvirt would do by itself. Knows shapes, conditions and defaults; must not know who asks.

use std::iter;

use super::expected::Found;
use super::rows::Rows;
use super::{Condition, DRIVER, Default};
use crate::convert::Root;
use crate::shape::{Attribute, Kind, Leaf, Shape};
use crate::size;
use crate::value::{Object, Value};

/// What is known beside the object.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts<'a> {
    /// The name of the connection's driver (`virConnectGetType`). Where it is not known, no condition on it holds.
    pub driver: Option<&'a str>,
}

/// An object of `root`'s shape, as libvirt defines it, without what libvirt would do by itself: attributes with their
/// defaults, and objects and elements that it adds. An object from which everything went stays where a document must have
/// its element; where it need not, there is a default for the empty object. Elements go from the end of
/// a list, where libvirt adds them, and each default takes at most one.
pub fn lean(root: &Root, value: &Value, facts: &Facts) -> Value {
    without(root.shape, root.defaults, value, facts)
}

/// The same, but the elements that libvirt adds are null in their lists, so that the others keep their positions.
pub fn lean_in_place(root: &Root, value: &Value, facts: &Facts) -> Value {
    let around = Around { element: value, above: value };
    Lean { shape: root.shape, whole: value, facts, in_place: true }.object(
        root.shape,
        value,
        Rows::of(root.defaults),
        around,
    )
}

/// The same for a shape and its defaults.
pub(super) fn without(shape: &Shape, defaults: &'static [Default], value: &Value, facts: &Facts) -> Value {
    let around = Around { element: value, above: value };
    Lean { shape, whole: value, facts, in_place: false }.object(shape, value, Rows::of(defaults), around)
}

struct Lean<'a> {
    shape: &'a Shape,
    whole: &'a Value,
    facts: &'a Facts<'a>,
    in_place: bool,
}

/// The innermost element of a list that something is in, and the object that has this list; the root's object where it is in
/// none.
#[derive(Clone, Copy)]
struct Around<'a> {
    element: &'a Value,
    above: &'a Value,
}

impl<'a> Lean<'a> {
    fn object(&self, shape: &Shape, value: &'a Value, rows: Rows, around: Around<'a>) -> Value {
        let (Value::Object(object), holder) = (value, value) else { return value.clone() };
        if rows.is_empty() {
            return value.clone();
        }
        let kept = object.iter().filter_map(|(name, value)| {
            let (rows, attribute) = (rows.named(name), shape.attribute(name));
            let kept = match attribute.filter(|_| !rows.is_empty()) {
                Some(attribute) if is_in_default_unit(attribute, object) => {
                    self.attribute(attribute, (holder, value), rows, around)?
                }
                _ => value.clone(),
            };
            Some((*name, kept))
        });
        Value::Object(kept.collect())
    }

    /// What is left of an attribute; nothing where libvirt gives it by itself.
    fn attribute(
        &self,
        attribute: &Attribute,
        (holder, value): (&'a Value, &'a Value),
        rows: Rows,
        around: Around<'a>,
    ) -> Option<Value> {
        let is_default = |lean: &Value| {
            let found = Found { lean, whole: value };
            !attribute.required && rows.here().iter().any(|row| self.is(row, found, around))
        };
        match (attribute.kind, value) {
            (Kind::List(shape, _), Value::List(items)) => {
                let kept = self.elements(shape, (holder, items), rows.elements());
                let any = items.is_empty() || kept.iter().any(|item| !item.is_null());
                any.then_some(Value::List(kept))
            }
            (Kind::Object(shape), Value::Object(_)) => {
                let lean = self.object(shape, value, rows.inside(), around);
                let emptied = is_empty(&lean) && !is_empty(value) && is_group(attribute);
                (!emptied && !is_default(&lean)).then_some(lean)
            }
            _ => (!is_default(value)).then(|| value.clone()),
        }
    }

    /// What is left of a list: libvirt adds at the end, so what stands before an element of the user's would come back behind it.
    fn elements(&self, shape: &Shape, (above, items): (&'a Value, &'a [Value]), rows: Rows) -> Vec<Value> {
        let around = |item| Around { element: item, above };
        let lean: Vec<Value> = items.iter().map(|item| self.object(shape, item, rows.inside(), around(item))).collect();
        let mut rest: Vec<&Default> = rows.here().iter().collect();
        let mut kept = lean.len();
        while let Some((lean, whole)) = kept.checked_sub(1).and_then(|last| lean.get(last).zip(items.get(last))) {
            let found = Found { lean, whole };
            let Some(taken) = rest.iter().find(|row| self.is(row, found, around(whole))).map(|row| row.value) else {
                break;
            };
            // The same under another condition is the same element.
            rest.retain(|row| row.value != taken);
            kept -= 1;
        }
        let count = if self.in_place { items.len() } else { kept };
        lean.into_iter().take(kept).chain(iter::repeat(Value::Null)).take(count).collect()
    }

    /// Whether a default is what was found, and its conditions hold.
    fn is(&self, row: &Default, found: Found, around: Around) -> bool {
        let look_up = |path: &str| self.look_up(path, around);
        let is = |expected: &super::Expected| expected.is(found, &look_up);
        row.expected().is_some_and(is) && row.when.iter().all(|condition| self.holds(condition, around))
    }

    /// What is at the path of a reference; nothing where a size there counts in another unit than the default one.
    fn look_up(&self, path: &str, around: Around) -> Value {
        let (above, name) = path.rsplit_once('.').unwrap_or(("", path));
        let holder = at(self.start(path, around), above).first().map(|holder| (*holder).clone()).unwrap_or_default();
        let attribute = (!path.starts_with('.')).then(|| attribute_at(self.shape, path)).flatten();
        let counts = |object: &Object| attribute.is_none_or(|attribute| is_in_default_unit(attribute, object));
        let found = || at(&holder, name).first().map(|found| (*found).clone()).unwrap_or_default();
        holder.as_object().filter(|object| counts(object)).map_or(Value::Null, |_| found())
    }

    fn holds(&self, condition: &Condition, around: Around) -> bool {
        if condition.path == DRIVER {
            return self.facts.driver.is_some_and(|driver| condition.any_of.iter().any(|word| is_like(driver, word)));
        }
        let found = at(self.start(condition.path, around), condition.path);
        let set = |word: &str| found.iter().any(|value| has(value, word));
        let is_set = found.iter().any(|value| has(value, "*"));
        condition.any_of.iter().any(|word| if word.is_empty() { !is_set } else { set(word) })
    }

    /// What a path starts from.
    fn start<'v>(&'v self, path: &str, around: Around<'v>) -> &'v Value {
        match path.strip_prefix('.') {
            Some(rest) if rest.starts_with('.') => around.above,
            Some(_) => around.element,
            None => self.whole,
        }
    }
}

/// The attribute at a path from the root.
fn attribute_at(shape: &Shape, path: &str) -> Option<&'static Attribute> {
    let mut names = path.split('.').map(|step| step.split('[').next().unwrap_or_default());
    let first = shape.attribute(names.next()?)?;
    names.try_fold(first, |above, name| above.kind.shape()?.attribute(name))
}

/// Whether an attribute is no size, or one in the unit that it has where none is written. Defaults are written in that.
fn is_in_default_unit(attribute: &Attribute, object: &Object) -> bool {
    let Some((unit, default)) = size::unit_of(attribute) else { return true };
    object.get(unit).is_none_or(|unit| unit.as_str() == Some(default))
}

/// The values at a path; several where it goes through a list.
fn at<'v>(start: &'v Value, path: &str) -> Vec<&'v Value> {
    let mut found = vec![start];
    for step in path.split('.').filter(|step| !step.is_empty()) {
        let (name, index) = step.split_once('[').map_or((step, None), |(name, index)| (name, index.strip_suffix(']')));
        let members = found.into_iter().map(|value| value.get(name));
        found = match index {
            None => members.collect(),
            Some("") => members.flat_map(Value::items).collect(),
            Some(index) => {
                let index: Option<usize> = index.parse().ok();
                members.filter_map(|list| list.items().get(index?)).collect()
            }
        };
    }
    found
}

/// Whether a value is there and, where it is a single one, is what the word says.
fn has(value: &Value, word: &str) -> bool {
    match value {
        Value::Null | Value::Unknown(_) => false,
        Value::String(text) => is_like(text, word),
        Value::Bool(value) => is_like(&value.to_string(), word),
        Value::Number(number) => is_like(&number.to_string(), word),
        Value::List(items) => !items.is_empty() && word == "*",
        Value::Object(_) => word == "*",
    }
}

fn is_like(text: &str, word: &str) -> bool {
    word.strip_suffix('*').map_or(text == word, |start| text.starts_with(start))
}

/// Whether an attribute has no element of its own, so that it is nothing without what is in it.
fn is_group(attribute: &Attribute) -> bool {
    attribute.xml.as_ref().is_some_and(|xml| xml.leaf == Leaf::Group)
}

fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(Object::is_empty)
}
