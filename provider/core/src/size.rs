//! Sizes: a number whose unit stands in the attribute beside it. Knows libvirt's unit words and which attributes
//! belong together; must not know any element.

use crate::shape::{Attribute, Kind, Meaning, Shape};
use crate::value::{Number, Value};

/// Bytes in one unit, as libvirt reads unit words: `b` and `bytes`; a letter alone or with `iB` counts by 1024,
/// with `B` by 1000; in either case. `None` for any other word.
pub fn unit_bytes(word: &str) -> Option<i128> {
    let word = word.to_ascii_lowercase();
    if matches!(word.as_str(), "b" | "byte" | "bytes") {
        return Some(1);
    }
    let power = "kmgtpe".find(word.chars().next()?)? as u32 + 1;
    let base: i128 = match word.get(1..)? {
        "" | "ib" => 1024,
        "b" => 1000,
        _ => return None,
    };
    base.checked_pow(power)
}

/// What an amount in a unit comes to in bytes. A null unit means `default`.
pub fn bytes(amount: &Value, unit: &Value, default: &str) -> Option<i128> {
    amount.to_integer(10)?.checked_mul(factor(unit, default)?)
}

/// What to do with an amount that is no whole number of the wanted unit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rounding {
    /// Give none.
    Exact,
    /// Give the next larger one, as libvirt does.
    Up,
}

/// An amount converted from one unit to another; null units mean `default`.
pub(crate) fn convert(amount: &Value, from: &Value, to: &Value, default: &str, rounding: Rounding) -> Option<Value> {
    if from == to {
        return Some(amount.clone());
    }
    let (bytes, factor) = (bytes(amount, from, default)?, factor(to, default)?);
    let rest = bytes.rem_euclid(factor);
    if rest != 0 && rounding == Rounding::Exact {
        return None;
    }
    let converted = bytes.div_euclid(factor) + i128::from(rest != 0);
    Some(match amount {
        Value::String(_) => Value::String(converted.to_string()),
        _ => Value::Number(Number::Integer(converted)),
    })
}

fn factor(unit: &Value, default: &str) -> Option<i128> {
    match unit {
        Value::Null => unit_bytes(default),
        unit => unit_bytes(unit.as_str()?),
    }
}

/// The names of the unit's attribute and of its default, where the attribute is a size.
pub(crate) fn unit_of(attribute: &Attribute) -> Option<(&'static str, &'static str)> {
    match attribute.kind {
        Kind::Leaf(scalar) => match scalar.meaning {
            Meaning::Sized(unit, default) => Some((unit, default)),
            _ => None,
        },
        _ => None,
    }
}

/// Whether an attribute is the unit of sizes beside it, and so means nothing by itself.
pub(crate) fn is_unit(shape: &Shape, attribute: &Attribute) -> bool {
    shape.attributes.iter().any(|other| unit_of(other).is_some_and(|(unit, _)| unit == attribute.name))
}

/// Attributes of one object that mean something only together: a unit and the sizes written in it.
pub(crate) struct Bundle {
    pub(crate) unit: &'static Attribute,
    pub(crate) sizes: Vec<&'static Attribute>,
}

/// The bundle that `attribute` of `shape` belongs to, if any.
pub(crate) fn bundle(shape: &Shape, attribute: &Attribute) -> Option<Bundle> {
    if !matches!(attribute.kind, Kind::Leaf(_)) {
        return None;
    }
    let name = unit_of(attribute).map_or(attribute.name, |(unit, _)| unit);
    let counted_in = |other: &&Attribute| unit_of(other).is_some_and(|(unit, _)| unit == name);
    let sizes: Vec<_> = shape.attributes.iter().filter(counted_in).collect();
    if sizes.is_empty() { None } else { Some(Bundle { unit: shape.attribute(name)?, sizes }) }
}

impl Bundle {
    /// The sizes and their unit.
    pub(crate) fn members(&self) -> impl Iterator<Item = &'static Attribute> {
        self.sizes.iter().copied().chain([self.unit])
    }

    /// Whether any of the sizes is set in `object`: only then does the unit matter.
    pub(crate) fn is_used(&self, object: &Value) -> bool {
        self.sizes.iter().any(|size| !object.get(size.name).is_null())
    }
}
