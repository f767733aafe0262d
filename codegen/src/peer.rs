//! The peer: the provider whose attributes keep their paths, names and types here (overrides/peer.tsv), and how much of
//! them is here. Must not know any name itself.

use std::collections::BTreeMap;

use crate::emit::surface::type_name;
use crate::tree::Object;

/// One of the peer's attributes, and what is below it.
#[derive(Debug, Default)]
pub struct Peer {
    /// Terraform's type there: `string`, `nested list`, ...
    pub kind: String,
    /// `required`, `optional`, `computed`, `optional/computed`.
    pub flags: String,
    /// The attributes below, by name.
    pub below: BTreeMap<String, Peer>,
}

impl Peer {
    /// Reads rows of `kind type path tf_type flags`; keeps those of one resource.
    pub fn read(rows: &str, resource: &str) -> Peer {
        let mut root = Peer::default();
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
    pub fn find(&self, candidates: &[String]) -> Option<(&str, &Peer)> {
        candidates.iter().find_map(|candidate| {
            let letters = squash(candidate);
            self.below.iter().find(|(name, _)| squash(name) == letters).map(|(name, peer)| (name.as_str(), peer))
        })
    }
}

/// The letters and digits of a name, in lower case.
fn squash(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|character| character.to_ascii_lowercase()).collect()
}

/// How much of one of the peer's resources is here, to the letter: name, place and type.
#[derive(Debug, Default)]
pub struct Coverage {
    /// Attributes with the same path and type.
    pub same: usize,
    /// The peer's attributes.
    pub all: usize,
    /// What is missing or of another type; not what is inside something missing.
    pub missing: Vec<String>,
}

/// Compares a resource with the peer's.
pub fn coverage(peer: &Peer, object: &Object) -> Coverage {
    let mut coverage = Coverage::default();
    coverage.compare(peer, Some(object), "");
    coverage
}

impl Coverage {
    fn compare(&mut self, peer: &Peer, object: Option<&Object>, prefix: &str) {
        for (name, below) in &peer.below {
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
