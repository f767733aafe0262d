//! What the provider keeps beside a state, in Terraform's private state. Knows its form; must not know what anything in it
//! is for.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// The first byte of what is kept, which names the form of the rest. A later form gets another number.
const FORM: u8 = 1;

/// More than this is no private state of ours.
const LIMIT: u64 = 16 * 1024 * 1024;

/// The private state of a resource. What cannot be read is nothing: it is a help, not a source of truth.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Private {
    /// Whether it has just been imported. The read that follows at once takes in everything.
    #[serde(skip_serializing_if = "is_default")]
    pub imported: bool,
    /// Whether it was imported as no apply would have left it (a network that is not active): it is left so until the
    /// configuration changes something in it.
    #[serde(skip_serializing_if = "is_default")]
    pub left_alone: bool,
    /// Whether a read found the object otherwise than the last apply left it.
    #[serde(skip_serializing_if = "is_default")]
    pub drifted: bool,
    /// What libvirt reported after the last apply, as a document with hashes in place of secrets.
    #[serde(skip_serializing_if = "is_default")]
    pub baseline: Option<String>,
    /// What the hashes are salted with.
    #[serde(skip_serializing_if = "is_default")]
    pub salt: String,
    /// Which computed attributes the last configuration set.
    #[serde(skip_serializing_if = "is_default")]
    pub set: Json,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Private {
    /// From Terraform's bytes.
    pub fn parse(bytes: &[u8]) -> Private {
        let Some((&FORM, packed)) = bytes.split_first() else { return Private::default() };
        let mut text = Vec::new();
        let unpacked = DeflateDecoder::new(packed).take(LIMIT).read_to_end(&mut text);
        unpacked.ok().and_then(|_| serde_json::from_slice(&text).ok()).unwrap_or_default()
    }

    /// For Terraform to keep; nothing where there is nothing to keep.
    pub fn bytes(&self) -> Vec<u8> {
        if *self == Private::default() {
            return Vec::new();
        }
        self.packed().unwrap_or_default()
    }

    fn packed(&self) -> std::io::Result<Vec<u8>> {
        let mut encoder = DeflateEncoder::new(vec![FORM], Compression::best());
        encoder.write_all(&serde_json::to_vec(self)?)?;
        encoder.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_comes_back_and_rubbish_is_nothing() {
        let full = Private {
            imported: true,
            left_alone: true,
            drifted: true,
            baseline: Some("<a/>".into()),
            salt: "s".into(),
            set: serde_json::json!({"a": true}),
        };
        for private in [Private::default(), full] {
            assert_eq!(Private::parse(&private.bytes()), private);
        }
        assert_eq!(Private::default().bytes(), Vec::<u8>::new());
        for rubbish in [&b""[..], b"[1]", b"{", b"\x01", b"\x01rubbish", b"\x02x", br#"{"imported":true}"#] {
            assert_eq!(Private::parse(rubbish), Private::default());
        }
    }
}
