//! Attributes that are newer than a libvirt. Knows shapes; must not know where the version comes from.

use std::fmt;

use crate::diagnostics::{AttributePath, Diagnostic};
use crate::shape::Shape;
use crate::value::Value;
use crate::walk::set_attributes;

/// A version of libvirt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// The year's.
    pub major: u32,
    /// The month's.
    pub minor: u32,
    /// Of the same month.
    pub release: u32,
}

impl Version {
    /// From libvirt's number: major * 1,000,000 + minor * 1,000 + release.
    pub fn from_number(number: u32) -> Version {
        Version { major: number / 1_000_000, minor: number / 1_000 % 1_000, release: number % 1_000 }
    }

    /// From text: `11.3.0`.
    pub fn parse(text: &str) -> Option<Version> {
        let mut parts = text.split('.').map(|part| part.parse().ok());
        let mut next = || parts.next().flatten();
        Some(Version { major: next()?, minor: next()?, release: next()? })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.release)
    }
}

/// The attributes that `config` sets and `version` does not have, with the version that first has them. What is in one
/// of them is not reported as well.
pub fn newer_than(shape: &Shape, config: &Value, version: Version) -> Vec<(AttributePath, Version)> {
    let mut found = Vec::new();
    set_attributes(shape, config, &mut |attribute, path| {
        let since = Version::parse(attribute.since).filter(|since| *since > version);
        found.extend(since.map(|since| (path.clone(), since)));
        since.is_none()
    });
    found
}

/// The warning about one of them.
pub fn warning(path: AttributePath, since: Version, version: Version) -> Diagnostic {
    let detail = format!(
        "{path} is available since libvirt {since}, as far as the compared versions show. The host runs libvirt {version}, \
         which may reject or ignore it; an ignored attribute shows up in every plan. Upgrade libvirt on the host, or remove \
         the attribute."
    );
    Diagnostic::warning("Newer than the host's libvirt", detail).at(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::{Attribute, Kind, List, Meaning, Primitive, Scalar};

    static TEXT: Scalar = Scalar { primitive: Primitive::String, forms: &[], meaning: Meaning::Exact };
    static ITEM: Shape = Shape { attributes: &[Attribute::new("new", Kind::Leaf(&TEXT)).since("9.10.0")] };
    static LIST: List = List { keys: &[], skip: 0 };
    static THING: Shape = Shape {
        attributes: &[
            Attribute::new("items", Kind::List(&ITEM, &LIST)),
            Attribute::new("object", Kind::Object(&ITEM)).since("9.9.0"),
        ],
    };

    #[test]
    fn what_is_newer() {
        let item = || Value::from([("new", Value::UNKNOWN)]);
        let config =
            Value::from([("items", Value::List(vec![Value::Object(Default::default()), item()])), ("object", item())]);
        let newer = |number| -> Vec<String> {
            let found = newer_than(&THING, &config, Version::from_number(number));
            found.iter().map(|(path, since)| format!("{path} {since}")).collect()
        };
        assert_eq!(newer(9_000_000), ["items[1].new 9.10.0", "object 9.9.0"]);
        assert_eq!(newer(9_009_000), ["items[1].new 9.10.0", "object.new 9.10.0"]);
        assert!(newer(9_010_000).is_empty());
    }

    #[test]
    fn versions() {
        assert_eq!(Version::parse("11.3.0"), Some(Version::from_number(11_003_000)));
        assert_eq!(Version::parse(""), None);
        assert!(Version::from_number(9_010_000) > Version::from_number(9_009_001));
    }
}
