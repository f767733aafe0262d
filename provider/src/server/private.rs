//! What the provider keeps beside a state, in Terraform's private state. Knows its form; must not know what anything in it
//! is for.

use provider_core::settled::Settled;
use serde_json::{Map, Value as Json};

use super::files::Carried;

const IMPORTED: &str = "imported";
const LEFT_ALONE: &str = "left_alone";
const SETTLED: &str = "settled";
const FILES: &str = "files";

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
    /// From a plan to its apply: what local files that the planned object mentions are made from.
    pub files: Vec<Carried>,
}

impl Private {
    /// From Terraform's bytes.
    pub fn parse(bytes: &[u8]) -> Private {
        let json: Json = serde_json::from_slice(bytes).unwrap_or_default();
        let flag = |name: &str| json[name] == Json::Bool(true);
        let settled = Settled::from_json(&json[SETTLED]);
        let files = json[FILES].as_array().into_iter().flatten().filter_map(Carried::from_json).collect();
        Private { imported: flag(IMPORTED), left_alone: flag(LEFT_ALONE), settled, files }
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
        if !self.files.is_empty() {
            object.insert(FILES.to_string(), self.files.iter().map(Carried::to_json).collect());
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
        let files =
            vec![Carried::from_json(&serde_json::json!({"path": "a", "type": "b", "object": {"c": 1}})).unwrap()];
        for private in [Private::default(), Private { imported: true, left_alone: true, settled, files }] {
            assert_eq!(Private::parse(&private.bytes()), private);
        }
        assert_eq!(Private::default().bytes(), Vec::<u8>::new());
        for rubbish in [&b""[..], b"[1]", b"{", br#"{"imported":1,"settled":[2]}"#] {
            assert_eq!(Private::parse(rubbish), Private::default());
        }
    }
}
