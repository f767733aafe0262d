//! What the provider keeps beside a state, in Terraform's private state. Knows its form; must not know what anything in it
//! is for.

use provider_core::settled::Settled;
use serde_json::{Map, Value as Json};

const IMPORTED: &str = "imported";
const LEFT_ALONE: &str = "left_alone";
const SETTLED: &str = "settled";

/// The private state of a resource. What cannot be read is nothing: it is a help, not a source of truth.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Private {
    /// Whether it has just been imported. The read that follows at once takes in everything; later reads take in only what
    /// state already has.
    pub imported: bool,
    /// Whether it was imported as no apply would have left it (a network that is not active): it is left so until the user
    /// changes something in it.
    pub left_alone: bool,
    /// What libvirt tells otherwise than it was told.
    pub settled: Settled,
}

impl Private {
    /// From Terraform's bytes.
    pub fn parse(bytes: &[u8]) -> Private {
        let json: Json = serde_json::from_slice(bytes).unwrap_or_default();
        let flag = |name: &str| json[name] == Json::Bool(true);
        let settled = Settled::from_json(&json[SETTLED]);
        Private { imported: flag(IMPORTED), left_alone: flag(LEFT_ALONE), settled }
    }

    /// For Terraform to keep; nothing where there is nothing to keep.
    pub fn bytes(&self) -> Vec<u8> {
        let mut object = Map::new();
        for (name, _) in [(IMPORTED, self.imported), (LEFT_ALONE, self.left_alone)].iter().filter(|(_, set)| *set) {
            object.insert(name.to_string(), Json::Bool(true));
        }
        if !self.settled.is_empty() {
            object.insert(SETTLED.to_string(), self.settled.to_json());
        }
        if object.is_empty() { Vec::new() } else { Json::Object(object).to_string().into_bytes() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_comes_back_and_rubbish_is_nothing() {
        let settled = Settled::from_json(&serde_json::json!({"a[0].b": ["x", null]}));
        for private in [Private::default(), Private { imported: true, left_alone: true, settled }] {
            assert_eq!(Private::parse(&private.bytes()), private);
        }
        assert_eq!(Private::default().bytes(), Vec::<u8>::new());
        for rubbish in [&b""[..], b"[1]", b"{", br#"{"imported":1,"settled":[2]}"#] {
            assert_eq!(Private::parse(rubbish), Private::default());
        }
    }
}
