//! The attributes that a value sets, from the outside in. Knows shapes; must not know what is looked for.

use crate::diagnostics::AttributePath;
use crate::shape::{Attribute, Shape};
use crate::value::Value;

/// Shows every attribute that `value`, an object of `shape`, sets. `see` says whether to go on with what is in it.
pub fn set_attributes(shape: &Shape, value: &Value, see: &mut dyn FnMut(&'static Attribute, &AttributePath) -> bool) {
    object(shape, value, &AttributePath::default(), see);
}

fn object(
    shape: &Shape,
    value: &Value,
    path: &AttributePath,
    see: &mut dyn FnMut(&'static Attribute, &AttributePath) -> bool,
) {
    for (name, value) in value.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null()) {
        let Some(attribute) = shape.attribute(name) else { continue };
        let path = path.attribute(attribute.name);
        let goes_on = see(attribute, &path);
        let Some(below) = attribute.kind.shape().filter(|_| goes_on) else { continue };
        object(below, value, &path, see);
        for (index, item) in value.items().iter().enumerate() {
            object(below, item, &path.element(index), see);
        }
    }
}
