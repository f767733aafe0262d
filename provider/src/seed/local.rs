//! Seeds as files where Terraform runs: where they are, and writing them again where they are not. Knows paths; must not
//! know what is in a seed.

use std::fs::{self, DirBuilder};
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::percent;

/// The folder of the files, in the working directory: what is below `.terraform` is nobody's to keep or to commit.
const FOLDER: &str = ".terraform/libvirt";

/// What the folders begin with in which the Go provider leaves such files, in the machine's temporary one.
const OTHERS: &str = "terraform-provider-libvirt-";

/// The path of a new file, relative to the working directory, so that it is the same wherever that is.
pub fn path(file_name: &str) -> String {
    format!("{FOLDER}/{file_name}")
}

/// What all paths of new files begin with.
pub fn prefix() -> String {
    path("")
}

/// The file's name, which changes with the content and with nothing else, where a path or a `file://` url is that of a
/// seed, in whatever working directory.
pub fn name_of(url: &str) -> Option<String> {
    let path = file(url)?;
    let (folder, name) = path.rsplit_once('/')?;
    let is_ours = folder == FOLDER || folder.ends_with(&format!("/{FOLDER}"));
    let is_theirs = folder.rsplit('/').next().is_some_and(|last| last.starts_with(OTHERS));
    let (stem, _) = name.rsplit_once('.')?;
    let (_, digits) = stem.rsplit_once('-')?;
    let is_hash = digits.len() == 16 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    (is_hash && (is_ours || is_theirs)).then(|| name.to_string())
}

/// The file of a seed by its absolute path, from a path or url that may be relative to the working directory. `None` for
/// what is no seed.
pub fn absolute(url: &str) -> Option<PathBuf> {
    name_of(url)?;
    std::path::absolute(file(url)?).ok()
}

/// Puts the file of a seed back from its copy (see [`keep`]) where it is gone from a folder of others. Whoever needs it
/// says what else is wrong.
pub fn put_back(url: &str) {
    let (Some(name), Some(path)) = (name_of(url), absolute(url)) else { return };
    if !path.exists()
        && let Ok(copy) = fs::read(self::path(&name))
        && let Err(error) = ensure(&path.display().to_string(), &copy)
    {
        tracing::warn!(path = %path.display(), %error, "the file cannot be put back");
    }
}

/// Sees to it that the file is there with this content. Of one in a folder that a reboot empties there is a copy too: the
/// apply of a saved plan reads the file without a refresh before it.
pub fn keep(path: &str, content: &[u8]) -> io::Result<()> {
    ensure(path, content)?;
    match name_of(path) {
        Some(name) if Path::new(path).is_absolute() => ensure(&self::path(&name), content),
        _ => Ok(()),
    }
}

/// The path that is written as it is or as a url; `None` for what is no file.
fn file(url: &str) -> Option<String> {
    match url.strip_prefix("file://") {
        Some(path) => Some(percent::decoded(path.strip_prefix("localhost").unwrap_or(path))),
        None => (!url.contains("://")).then(|| url.to_string()),
    }
}

/// Sees to it that the file is there with this content. Only its user can read it: there may be passwords in it.
pub fn ensure(path: &str, content: &[u8]) -> io::Result<()> {
    let path = Path::new(path);
    match fs::read(path) {
        Ok(found) if found == content => return Ok(()),
        // A guest that runs with it made it its own.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied && has_length(path, content.len()) => {
            return Ok(());
        }
        _ => {}
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    DirBuilder::new().recursive(true).mode(0o755).create(folder)?;
    // Never half a file: someone else may read it right now. Such a file is its user's alone.
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    new.write_all(content)?;
    new.as_file().sync_all()?;
    new.persist(path)?;
    Ok(())
}

fn has_length(path: &Path, length: usize) -> bool {
    fs::metadata(path).is_ok_and(|file| file.len() == length as u64)
}

/// Removes the file and its copy, and folders that are empty then; what is gone is removed. What is no seed stays.
pub fn remove(path: &str) -> io::Result<()> {
    let Some(name) = name_of(path) else { return Ok(()) };
    [path.to_string(), self::path(&name)].iter().map(Path::new).try_for_each(|path| {
        match fs::remove_file(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            answer => answer?,
        }
        for folder in path.ancestors().skip(1).take(2).take_while(|folder| is_of_seeds(folder)) {
            let _ = fs::remove_dir(folder);
        }
        Ok(())
    })
}

/// Whether a folder is one of those that seeds are in, or the one around.
fn is_of_seeds(folder: &Path) -> bool {
    let is_theirs = folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with(OTHERS));
    is_theirs || folder.ends_with(FOLDER) || Path::new(FOLDER).parent().is_some_and(|around| folder.ends_with(around))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn seeds_are_known_by_their_names() {
        let name = "cloudinit-0123456789abcdef.iso";
        for known in [
            path(name),
            format!("/home/me/lab/.terraform/libvirt/{name}"),
            format!("file:///home/my%20lab/.terraform/libvirt/{name}"),
            format!("file://.terraform/libvirt/{name}"),
            format!("/tmp/terraform-provider-libvirt-cloudinit/{name}"),
            format!("/var/tmp/x/terraform-provider-libvirt-ignition/{name}"),
        ] {
            assert_eq!(name_of(&known).as_deref(), Some(name), "{known}");
        }
        for other in [
            name,
            "/images/cloudinit-0123456789abcdef.iso",
            ".terraform/libvirt/debian.iso",
            ".terraform/libvirt/cloudinit-0123456789abcdeg.iso",
            "https://h/.terraform/libvirt/x-0123456789abcdef.qcow2",
            "",
        ] {
            assert_eq!(name_of(other), None, "{other}");
        }
    }

    #[test]
    fn several_may_write_the_same_file_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seed.iso").display().to_string();
        std::thread::scope(|scope| {
            let writers: Vec<_> = (0..8).map(|_| scope.spawn(|| ensure(&path, &[1; 100_000]))).collect();
            writers.into_iter().for_each(|writer| writer.join().unwrap().unwrap());
        });
        assert_eq!(fs::read(&path).unwrap(), [1; 100_000]);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_is_written_once_and_again_when_it_is_gone_or_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".terraform/libvirt/seed-0123456789abcdef.iso").display().to_string();
        let when = || fs::metadata(&path).unwrap().modified().unwrap();
        ensure(&path, b"one").unwrap();
        let first = when();
        ensure(&path, b"one").unwrap();
        assert_eq!(when(), first, "it is left alone");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(&path, b"other").unwrap();
        ensure(&path, b"one").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"one");
        remove(&path).unwrap();
        remove(&path).unwrap();
        assert!(!Path::new(&path).exists());
        ensure(&path, b"two").unwrap();
        assert_eq!(fs::read_dir(folder.path().join(FOLDER)).unwrap().count(), 1, "nothing else is left there");
    }
}
