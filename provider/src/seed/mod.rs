//! Seeds: what a guest reads when it boots for the first time. Knows what their readers (cloud-init, Ignition, Combustion)
//! expect to find, and how it is written; must not know Terraform's values or libvirt.

pub mod check;
mod fat;
mod image;
mod iso;
pub mod local;

use std::fmt::Write;

use sha2::{Digest, Sha256};

use image::{File, FileSystem, Image};

/// Who reads a seed, and what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// cloud-init's data source NoCloud.
    CloudInit {
        /// `user-data`.
        user_data: String,
        /// `meta-data`; where there is none, one with an instance id that comes from the rest.
        meta_data: Option<String>,
        /// `network-config`.
        network_config: Option<String>,
    },
    /// Ignition: a configuration in JSON.
    Ignition(String),
    /// Combustion: a script.
    Combustion(String),
}

/// In what form it is handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// As it is, without a file system; not for cloud-init.
    Raw,
    /// An ISO 9660 image.
    Iso,
    /// A vfat image.
    Vfat,
}

/// A seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seed {
    /// What is in it.
    pub content: Content,
    /// In what form.
    pub format: Format,
}

impl Content {
    /// The first 16 hexadecimal digits of the SHA-256 of all that the user gave.
    pub fn id(&self) -> String {
        let parts = match self {
            Content::CloudInit { user_data, meta_data, network_config } => {
                vec![Some(user_data), meta_data.as_ref(), network_config.as_ref()]
            }
            Content::Ignition(text) | Content::Combustion(text) => vec![Some(text)],
        };
        digits(parts.into_iter().flatten().map(String::as_bytes))
    }

    /// What it is called.
    fn kind(&self) -> &'static str {
        match self {
            Content::CloudInit { .. } => "cloudinit",
            Content::Ignition(_) => "ignition",
            Content::Combustion(_) => "combustion",
        }
    }

    /// The files, as their readers look for them.
    fn image(&self) -> Image {
        let file = |name, text: &str| File { name, content: text.as_bytes().to_vec() };
        match self {
            Content::CloudInit { user_data, meta_data, network_config } => {
                let meta_data = meta_data.clone().unwrap_or_else(|| instance(&self.id()));
                let mut files = vec![file("user-data", user_data), file("meta-data", &meta_data)];
                files.extend(network_config.iter().map(|text| file("network-config", text)));
                Image::flat("cidata", files)
            }
            Content::Ignition(text) => Image::nested("ignition", "ignition", file("config.ign", text)),
            Content::Combustion(text) => Image::nested("combustion", "combustion", file("script", text)),
        }
    }
}

impl Seed {
    /// The bytes of the file or volume; the same for the same seed.
    pub fn bytes(&self) -> Vec<u8> {
        match (self.format, &self.content) {
            (Format::Raw, Content::Ignition(text) | Content::Combustion(text)) => text.clone().into_bytes(),
            (Format::Vfat, content) => content.image().bytes(FileSystem::Vfat),
            (Format::Iso | Format::Raw, content) => content.image().bytes(FileSystem::Iso),
        }
    }

    /// A file's name that only this very seed has among those called `name`.
    pub fn file_name(&self, name: &str) -> String {
        let mut parts = vec![self.content.kind().as_bytes().to_vec()];
        let image = self.content.image();
        for file in image.folders.iter().flat_map(|folder| &folder.files) {
            // With the lengths, nothing can move from one file to another unseen.
            parts.extend([file.content.len().to_le_bytes().to_vec(), file.content.clone()]);
        }
        let ending = match (self.format, &self.content) {
            (Format::Vfat, _) => "img",
            (Format::Raw, Content::Ignition(_)) => "ign",
            (Format::Raw, Content::Combustion(_)) => "sh",
            (Format::Iso | Format::Raw, _) => "iso",
        };
        let is_plain = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
        let name: String =
            name.trim_start_matches('.').chars().filter(|character| is_plain(*character)).take(64).collect();
        format!("{name}-{}.{ending}", digits(parts.iter().map(Vec::as_slice)))
    }
}

/// Meta data for who gives none: an instance of its own, so that cloud-init applies changed user data again.
fn instance(id: &str) -> String {
    format!("instance-id: iid-{id}\n")
}

/// The first 16 hexadecimal digits of the SHA-256 of these, one behind the other.
fn digits<'a>(parts: impl Iterator<Item = &'a [u8]>) -> String {
    let hash = parts.fold(Sha256::new(), |hash, part| hash.chain_update(part)).finalize();
    hash.iter().take(8).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cloud_init(user_data: &str, meta_data: Option<&str>) -> Content {
        Content::CloudInit {
            user_data: user_data.into(),
            meta_data: meta_data.map(Into::into),
            network_config: Some("version: 2\n".into()),
        }
    }

    #[test]
    fn an_id_is_the_hash_of_what_was_given() {
        // printf '#cloud-config\ninstance-id: a\nversion: 2\n' | sha256sum
        assert_eq!(cloud_init("#cloud-config\n", Some("instance-id: a\n")).id(), "6f346ea36e5a515d");
        // printf '{}' | sha256sum
        assert_eq!(Content::Ignition("{}".into()).id(), "44136fa355b3678a");
    }

    #[test]
    fn names_tell_all_seeds_apart() {
        let iso = |content| Seed { content, format: Format::Iso }.file_name("vm");
        let (one, other) = (cloud_init("ab", Some("c")), cloud_init("a", Some("bc")));
        assert_eq!(one.id(), other.id());
        assert_ne!(iso(one.clone()), iso(other));
        assert_ne!(iso(one.clone()), Seed { content: one.clone(), format: Format::Vfat }.file_name("vm"));
        assert_ne!(iso(Content::Ignition("a".into())), iso(Content::Combustion("a".into())));
        assert_eq!(iso(one.clone()), iso(one.clone()));
        let name = Seed { content: one, format: Format::Iso }.file_name("../a b/ö");
        assert!(name.starts_with("ab-") && name.len() == "ab-0123456789abcdef.iso".len(), "{name}");
    }

    #[test]
    fn raw_is_what_was_given_and_an_instance_is_made_where_none_is_named() {
        let raw = Seed { content: Content::Combustion("#!/bin/sh\n".into()), format: Format::Raw };
        assert_eq!(raw.bytes(), b"#!/bin/sh\n");
        let text = |content: &Content| String::from_utf8(content.image().folders[0].files[1].content.clone()).unwrap();
        let (one, other) = (cloud_init("a", None), cloud_init("b", None));
        assert_eq!(text(&one), format!("instance-id: iid-{}\n", one.id()));
        assert_ne!(text(&one), text(&other));
        assert_eq!(text(&cloud_init("a", Some(""))), "");
    }
}
