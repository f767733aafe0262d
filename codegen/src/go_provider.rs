//! The Go provider (dmacvicar/libvirt), whose attributes keep their paths, names and types here
//! (overrides/go-provider.tsv), and how much of them is here. Must not know any name itself.

use std::collections::BTreeMap;

use crate::emit::surface::type_name;
use crate::tree::Object;

/// One of the Go provider's attributes, and what is below it.
#[derive(Debug, Default)]
pub struct Counterpart {
    /// Terraform's type there: `string`, `nested list`, ...
    pub kind: String,
    /// `required`, `optional`, `computed`, `optional/computed`.
    pub flags: String,
    /// The attributes below, by name.
    pub below: BTreeMap<String, Counterpart>,
}

impl Counterpart {
    /// Reads rows of `kind type path tf_type flags`; keeps those of one resource.
    pub fn read(rows: &str, resource: &str) -> Counterpart {
        let mut root = Counterpart::default();
        for row in rows.lines().skip(1) {
            let columns: Vec<&str> = row.split('\t').collect();
            if let [_, owner, path, kind, flags] = columns[..]
                && owner == resource
            {
                let mut place = &mut root;
                for name in path.split('.') {
                    place = place.below.entry(name.trim_end_matches("[]").to_string()).or_default();
                }
                place.kind = kind.to_string();
                place.flags = flags.to_string();
            }
        }
        root
    }

    /// The attribute here whose letters are those of one of the candidates, first candidate first.
    pub fn find(&self, candidates: &[String]) -> Option<(&str, &Counterpart)> {
        candidates.iter().find_map(|candidate| {
            let letters = squash(candidate);
            self.below.iter().find(|(name, _)| squash(name) == letters).map(|(name, below)| (name.as_str(), below))
        })
    }
}

/// The letters and digits of a name, in lower case.
pub fn squash(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|character| character.to_ascii_lowercase()).collect()
}

/// How much of one of the Go provider's resources is here, to the letter: name, place and type.
#[derive(Debug, Default)]
pub struct Coverage {
    /// Attributes with the same path and type.
    pub same: usize,
    /// The Go provider's attributes.
    pub all: usize,
    /// What is missing or of another type; not what is inside something missing.
    pub missing: Vec<String>,
}

/// Compares a resource with the Go provider's.
pub fn coverage(theirs: &Counterpart, object: &Object) -> Coverage {
    let mut coverage = Coverage::default();
    coverage.compare(theirs, Some(object), "");
    coverage
}

impl Coverage {
    fn compare(&mut self, theirs: &Counterpart, object: Option<&Object>, prefix: &str) {
        for (name, below) in &theirs.below {
            let path = format!("{prefix}{name}");
            let own = object.and_then(|object| object.attributes.iter().find(|attribute| attribute.name == *name));
            let own_type = own.map(|own| type_name(&own.kind));
            let wanted = below.kind.replace("nested single", "object").replace("nested list", "list(object)");
            self.all += 1;
            match own_type {
                Some(own_type) if own_type == wanted => self.same += 1,
                Some(own_type) => self.missing.push(format!("{path}: {wanted}, not {own_type}")),
                None if object.is_some() => self.missing.push(format!("{path}: {wanted}")),
                None => {}
            }
            self.compare(below, own.and_then(|own| own.kind.object()), &format!("{path}."));
        }
    }
}
