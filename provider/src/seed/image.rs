//! What is on an image: a label, and files in folders. Must not know what they are for, nor how a format writes them.

use super::{fat, iso};

/// A disk image's content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Image {
    /// By which its readers find it.
    pub label: &'static str,
    /// The folders, the root first; the others are in it.
    pub folders: Vec<Folder>,
}

/// A folder. Names are of ASCII letters, digits, `-` and one `.`, and differ in their first eight letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Folder {
    /// Empty for the root.
    pub name: &'static str,
    /// What is in it.
    pub files: Vec<File>,
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct File {
    /// Its name.
    pub name: &'static str,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// How an image is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileSystem {
    /// ISO 9660 with Joliet and Rock Ridge.
    Iso,
    /// FAT with long names.
    Vfat,
}

impl Image {
    /// With these files and no folders.
    pub(super) fn flat(label: &'static str, files: Vec<File>) -> Image {
        Image { label, folders: vec![Folder { name: "", files }] }
    }

    /// With one file in a folder.
    pub(super) fn nested(label: &'static str, folder: &'static str, file: File) -> Image {
        let (root, inner) = (Folder { name: "", files: vec![] }, Folder { name: folder, files: vec![file] });
        Image { label, folders: vec![root, inner] }
    }

    /// The image as bytes, the same for the same content.
    pub(super) fn bytes(&self, file_system: FileSystem) -> Vec<u8> {
        match file_system {
            FileSystem::Iso => iso::write(self),
            FileSystem::Vfat => fat::write(self),
        }
    }
}

#[cfg(test)]
#[path = "image_tests.rs"]
mod tests;
