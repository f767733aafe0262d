//! How much of the frozen surface is there, to the letter: name, place and type. Must not know any name itself.

use crate::emit::surface::type_name;
use crate::naming::Peer;
use crate::tree::Object;

/// The comparison with one resource of the surface.
#[derive(Debug, Default)]
pub struct Coverage {
    /// Attributes with the same path and type.
    pub same: usize,
    /// Attributes of the surface.
    pub all: usize,
    /// What is missing or of another type; not what is inside something missing.
    pub missing: Vec<String>,
}

/// Compares a tree with the surface.
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
