//! Parts of an object, chosen by what its attributes are. Knows shapes; must not know what the parts are for.

use crate::shape::{Attribute, Class, Shape};
use crate::value::Value;

/// The value with those attributes, on every level, for which `keep` holds. What the shape does not have stays out.
pub fn select(shape: &Shape, value: &Value, keep: &dyn Fn(&Attribute) -> bool) -> Value {
    match value {
        Value::List(items) => Value::List(items.iter().map(|item| select(shape, item, keep)).collect()),
        Value::Object(object) => {
            let kept = object.iter().filter_map(|(name, value)| {
                let attribute = shape.attribute(name).filter(|attribute| keep(attribute))?;
                let value = attribute.kind.shape().map_or_else(|| value.clone(), |below| select(below, value, keep));
                Some((*name, value))
            });
            Value::Object(kept.collect())
        }
        other => other.clone(),
    }
}

/// What a configuration says to libvirt in the words of libvirt's own grammar: without what the provider alone knows,
/// what only libvirt sets, and what libvirt takes although its grammar does not have it.
pub fn within_grammar(shape: &Shape, value: &Value) -> Value {
    select(shape, value, &|attribute| {
        attribute.xml.is_some() && attribute.class != Class::Runtime && !attribute.beyond
    })
}
