//! Whether what libvirt derived a choice of its own from has changed. Knows shapes; must not know any attribute.

use crate::matching::same_part;
use crate::shape::{Attribute, Kind, Shape};
use crate::value::Value;

/// The object as a whole, before a change and after it.
#[derive(Clone, Copy)]
pub(crate) struct Whole<'a> {
    pub(crate) shape: &'a Shape,
    pub(crate) before: &'a Value,
    pub(crate) after: &'a Value,
    /// Whether `before` is as libvirt reports it, with all that no configuration names: what is not named then has not
    /// changed.
    pub(crate) reported: bool,
}

impl Whole<'_> {
    /// Whether something that `attribute` of `shape` depends on differs between `before` and `after`, two objects of that
    /// shape, or between the objects as a whole.
    pub(crate) fn changes(&self, attribute: &Attribute, shape: &Shape, before: &Value, after: &Value) -> bool {
        attribute.depends.iter().any(|path| match path.strip_prefix('/') {
            Some(_) => self.changes_root(path),
            None => self.differ(shape, path, before, after),
        })
    }

    /// Whether something elsewhere that `attribute` depends on changes.
    pub(crate) fn changes_around(&self, attribute: &Attribute) -> bool {
        attribute.depends.iter().any(|path| self.changes_root(path))
    }

    fn changes_root(&self, path: &str) -> bool {
        path.strip_prefix('/').is_some_and(|path| self.differ(self.shape, path, self.before, self.after))
    }

    fn differ(&self, shape: &Shape, path: &str, before: &Value, after: &Value) -> bool {
        if let Some(path) = path.strip_suffix('?') {
            let is_there = |value: &Value| !value.at(path).is_null() && *value.at(path) != Value::List(Vec::new());
            return is_there(before) != is_there(after);
        }
        let Some(attribute) = named(shape, path) else { return false };
        if before.at(path).is_null() && after.at(path).is_null() {
            return false;
        }
        // What stays when its line is taken out has not changed.
        let stays = attribute.class.is_kept() || attribute.class == crate::shape::Class::ServerDefault;
        if (stays || self.reported) && (after.at(path).is_null() || before.at(path).is_null()) {
            return false;
        }
        !same_part(shape, path, before, after)
    }
}

/// The attribute at a dotted path.
fn named(shape: &Shape, path: &str) -> Option<&'static Attribute> {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let attribute = shape.attribute(name)?;
    match (rest, attribute.kind) {
        (None, _) => Some(attribute),
        (Some(rest), Kind::Object(inner)) => named(inner, rest),
        _ => None,
    }
}
