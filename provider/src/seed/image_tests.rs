use std::fs;
use std::path::Path;
use std::process::Command;

use super::*;

/// Of all sizes that matter: empty, one byte, around a sector and a cluster, and many clusters.
fn images() -> Vec<Image> {
    let file = |name, size: usize| File { name, content: (0..size).map(|at| (at * 7 + size) as u8).collect() };
    let sizes = [(0, 1), (1, 2048), (2047, 2049), (511, 513), (70_000, 3_000_000)];
    let flat = sizes.map(|(one, other)| {
        Image::flat("cidata", vec![file("user-data", one), file("meta-data", other), file("network-config", 100)])
    });
    let nested = [0, 10, 5_000].map(|size| Image::nested("ignition", "ignition", file("config.ign", size)));
    flat.into_iter().chain(nested).collect()
}

/// What a program prints; `None` where it is not installed.
fn output(program: &str, arguments: &[&str]) -> Option<Vec<u8>> {
    let run = Command::new(program).args(arguments).output();
    let Ok(run) = run else {
        eprintln!("skipped: needs {program}");
        return None;
    };
    assert!(run.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&run.stderr));
    Some(run.stdout)
}

fn each_file(image: &Image, mut see: impl FnMut(String, &File)) {
    for folder in &image.folders {
        let above = if folder.name.is_empty() { String::new() } else { format!("/{}", folder.name) };
        folder.files.iter().for_each(|file| see(format!("{above}/{}", file.name), file));
    }
}

fn in_file(image: &Image, file_system: FileSystem, folder: &Path) -> String {
    let path = folder.join("image");
    fs::write(&path, image.bytes(file_system)).unwrap();
    path.display().to_string()
}

#[test]
fn the_same_files_make_the_same_bytes_and_others_do_not() {
    for file_system in [FileSystem::Iso, FileSystem::Vfat] {
        let all: Vec<Vec<u8>> = images().iter().map(|image| image.bytes(file_system)).collect();
        assert_eq!(all, images().iter().map(|image| image.bytes(file_system)).collect::<Vec<_>>());
        for (at, one) in all.iter().enumerate() {
            assert!(all[..at].iter().all(|other| other != one), "{file_system:?} {at}");
            assert_eq!(one.len() % 2048, 0, "a CD-ROM has sectors of 2048 bytes");
        }
    }
}

#[test]
fn isoinfo_reads_the_iso_by_joliet_and_by_rock_ridge() {
    let folder = tempfile::tempdir().unwrap();
    for image in images() {
        let path = in_file(&image, FileSystem::Iso, folder.path());
        let Some(about) = output("isoinfo", &["-d", "-i", &path]) else { return };
        let about = String::from_utf8_lossy(&about).into_owned();
        assert!(about.contains(&format!("Volume id: {}\n", image.label)), "{about}");
        assert!(about.contains("Joliet with UCS level 3 found"), "{about}");
        assert!(about.contains("Rock Ridge signatures version 1 found"), "{about}");
        each_file(&image, |name, file| {
            for extension in ["-J", "-R"] {
                let read = output("isoinfo", &[extension, "-x", &name, "-i", &path]).unwrap();
                assert!(read == file.content, "{extension} {name}: {} of {} bytes", read.len(), file.content.len());
            }
        });
    }
}

#[test]
fn mtools_and_fsck_read_the_vfat() {
    let folder = tempfile::tempdir().unwrap();
    for image in images() {
        let path = in_file(&image, FileSystem::Vfat, folder.path());
        each_file(&image, |name, file| {
            if let Some(read) = output("mtype", &["-i", &path, &format!("::{name}")]) {
                assert!(read == file.content, "{name}: {} of {} bytes", read.len(), file.content.len());
            }
        });
        output("fsck.vfat", &["-n", &path]);
    }
}

#[test]
fn blkid_knows_kind_and_label() {
    let folder = tempfile::tempdir().unwrap();
    for (file_system, kind) in [(FileSystem::Iso, "iso9660"), (FileSystem::Vfat, "vfat")] {
        for image in images() {
            let path = in_file(&image, file_system, folder.path());
            for (tag, expected) in [("TYPE", kind), ("LABEL", image.label)] {
                let Some(found) = output("blkid", &["-p", "-o", "value", "-s", tag, &path]) else { return };
                assert_eq!(String::from_utf8_lossy(&found).trim(), expected, "{tag}");
            }
        }
    }
}
