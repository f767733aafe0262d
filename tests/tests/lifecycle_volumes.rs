//! Pools and volumes on the system's libvirt: made, given content, grown, imported, and left alone where nothing was asked.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::time::SystemTime;

use tests::libvirt::{Names, SYSTEM, virsh};
use tests::system;
use tests::terraform::Workspace;

/// A pool in a folder that it makes itself.
fn pool(name: &str, folder: &Path) -> String {
    format!(
        r#"
resource "libvirt_pool" "it" {{
  name   = "{name}"
  type   = "dir"
  target = {{ path = "{}" }}
}}
"#,
        folder.display()
    )
}

#[test]
fn a_pool_and_a_volume_live_and_die() {
    system!();
    let names = Names::new(SYSTEM, "pool");
    let name = names.prefix();
    let folder = names.folder();
    let both = |capacity: u32, mode: &str| {
        format!(
            r#"
resource "libvirt_pool" "it" {{
  name = "{name}"
  type = "dir"
  target = {{
    path        = "{}"
    permissions = {{ mode = "{mode}" }}
  }}
}}

resource "libvirt_volume" "it" {{
  name          = "disk.qcow2"
  pool          = libvirt_pool.it.name
  capacity      = {capacity}
  capacity_unit = "MiB"
  target        = {{ format = {{ type = "qcow2" }} }}
}}
"#,
            folder.display()
        )
    };
    let Some(terraform) = Workspace::new(SYSTEM, &both(8, "0755")) else { return };

    terraform.apply();
    terraform.expect_empty_plan("after pool and volume were created");
    let file = folder.join("disk.qcow2");
    assert!(file.is_file(), "{} is there", file.display());
    let volume = terraform.attributes("libvirt_volume.it");
    for attribute in ["id", "key", "path"] {
        assert_eq!(volume[attribute], file.display().to_string(), "the volume's {attribute}");
    }

    terraform.configure(&both(8, "755"));
    terraform.expect_empty_plan("with the mode written without its leading zero");

    terraform.configure(&both(16, "0755"));
    terraform.expect_changes("after the volume was made larger");
    terraform.apply();
    terraform.expect_empty_plan("after the change");
    let info = virsh(SYSTEM, &["vol-dumpxml", "disk.qcow2", "--pool", name]);
    assert!(info.contains("<capacity unit='bytes'>16777216</capacity>"), "{info}");

    let path = file.display().to_string();
    for id in [format!("{name}/disk.qcow2"), path] {
        terraform.import_again("libvirt_volume.it", &id);
        terraform.expect_no_replacement();
        terraform.apply();
        terraform.expect_empty_plan("after the volume's import");
    }
    let uuid = virsh(SYSTEM, &["pool-uuid", name]);
    for id in [uuid.as_str(), name] {
        terraform.import_again("libvirt_pool.it", id);
        terraform.expect_no_replacement();
        terraform.apply();
        terraform.expect_empty_plan("after the pool's import");
    }

    terraform.destroy();
    names.expect_nothing_left();
}

#[test]
fn a_new_volume_allocates_what_is_configured() {
    system!();
    let names = Names::new(SYSTEM, "allocation");
    let name = names.prefix();
    let folder = names.folder();
    let configuration = |allocation: u32| {
        format!(
            r#"{}
resource "libvirt_volume" "it" {{
  name            = "disk.raw"
  pool            = libvirt_pool.it.name
  capacity        = 8
  capacity_unit   = "MiB"
  allocation      = {allocation}
  allocation_unit = "MiB"
}}
"#,
            pool(name, &folder)
        )
    };
    let Some(terraform) = Workspace::new(SYSTEM, &configuration(0)) else { return };

    terraform.apply();
    terraform.expect_empty_plan("after a sparse volume was created");
    let file = folder.join("disk.raw");
    let used = || fs::metadata(&file).map(|file| file.blocks() * 512).expect("the volume's file");
    assert_eq!(used(), 0, "nothing is set aside");

    // What is used grows, and a warning about a new volume is none about this one.
    let mut guest = fs::OpenOptions::new().write(true).open(&file).expect("the volume's file");
    guest.write_all(&[1; 3 << 20]).and_then(|()| guest.sync_all()).expect("a writable volume");
    terraform.expect_empty_plan("after something was written into the volume");
    terraform.configure(&configuration(2));
    terraform.expect_empty_plan("with another allocation");

    terraform.run(&["apply", "-auto-approve", "-replace=libvirt_volume.it"]).expect_success("apply -replace");
    terraform.expect_empty_plan("after the volume was replaced");
    assert!(used() >= 2 << 20, "{} bytes are set aside", used());
    terraform.destroy();
    names.expect_nothing_left();
}

/// Otherwise a guest that starts or writes would have its disk replaced: libvirt gives a file to QEMU's user, and time goes by.
#[test]
fn an_imported_volume_is_not_held_to_what_its_file_shows() {
    system!();
    let names = Names::new(SYSTEM, "imported");
    let name = names.prefix();
    let folder = names.folder();
    fs::create_dir_all(&folder).expect("a folder for the pool");
    virsh(SYSTEM, &["pool-define-as", name, "dir", "--target", &folder.display().to_string()]);
    virsh(SYSTEM, &["pool-start", name]);
    virsh(SYSTEM, &["vol-create-as", name, "base", "4M", "--format", "qcow2"]);
    let backing = ["--backing-vol", "base", "--backing-vol-format", "qcow2"];
    virsh(SYSTEM, &[&["vol-create-as", name, "top", "4M", "--format", "qcow2"], &backing[..]].concat());
    let import = |label: &str| format!("import {{\n  to = libvirt_volume.{label}\n  id = \"{name}/{label}\"\n}}\n");
    let configuration = ["base", "top"].map(import);
    let Some(terraform) = Workspace::new(SYSTEM, &configuration.concat()) else { return };

    terraform.run(&["plan", "-no-color", "-generate-config-out=generated.tf"]).expect_success("plan");
    terraform.apply();
    terraform.expect_empty_plan("after the import");
    for file in ["base", "top"] {
        let file = folder.join(file);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("a file of ours");
        fs::File::open(&file).and_then(|file| file.set_modified(SystemTime::now())).expect("a file of ours");
    }
    terraform.expect_empty_plan("after the files have other times and another mode");
    terraform.destroy();
    virsh(SYSTEM, &["pool-destroy", name]);
    virsh(SYSTEM, &["pool-undefine", name]);
    fs::remove_dir(&folder).expect("an empty folder");
    names.expect_nothing_left();
}

/// In bytes, as most people write it: libvirt then chooses the unit, and that is not known before it has. And with its
/// pool stopped in between.
#[test]
fn a_volume_whose_size_has_no_unit_grows_and_does_not_shrink() {
    system!();
    let names = Names::new(SYSTEM, "bytes");
    let (name, folder) = (names.prefix(), names.folder());
    let source = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.img"));
    fs::write(&source, [7; 1 << 20]).expect("a writable temporary folder");
    let configuration = |capacity: u32| {
        format!(
            r#"{}
resource "libvirt_volume" "it" {{
  name     = "disk.raw"
  pool     = libvirt_pool.it.name
  capacity = {capacity}
  create   = {{ content = {{ url = "{}" }} }}
}}
"#,
            pool(name, &folder),
            source.display()
        )
    };
    let Some(terraform) = Workspace::new(SYSTEM, &configuration(4 << 20)) else { return };

    let has = |bytes: u32| {
        let xml = virsh(SYSTEM, &["vol-dumpxml", "disk.raw", "--pool", name]);
        assert!(xml.contains(&format!("<capacity unit='bytes'>{bytes}</capacity>")), "{xml}");
    };
    terraform.apply();
    has(4 << 20);
    terraform.configure(&configuration(8 << 20));
    terraform.apply();
    has(8 << 20);
    terraform.expect_empty_plan("after the volume grew");
    virsh(SYSTEM, &["pool-destroy", name]);
    let changes = terraform.expect_changes("after someone stopped the pool");
    assert!(changes.contains("1 to change") && !changes.contains("# libvirt_volume.it"), "{changes}");
    terraform.apply();
    terraform.expect_empty_plan("with the pool started again");
    terraform.configure(&configuration(2 << 20));
    let plan = terraform.run(&["plan", "-no-color", "-input=false"]);
    assert!(plan.err.contains("A volume cannot shrink"), "{}{}", plan.out, plan.err);
    terraform.configure(&configuration(8 << 20));
    terraform.destroy();
    fs::remove_file(&source).expect("a file of ours");
    names.expect_nothing_left();
}

/// A guest takes over the files that it uses, and time goes by: the plan would remove a disk for that, or promise what no apply
/// can do.
#[test]
fn who_owns_a_volumes_file_is_written_once_and_no_difference_later() {
    system!();
    let names = Names::new(SYSTEM, "owned");
    let (name, folder) = (names.prefix(), names.folder());
    let configuration = |mode: &str| {
        let shown = format!(
            "permissions = {{ owner = \"0\", group = \"0\", mode = \"{mode}\" }}, timestamps = {{ mtime = \"5.5\" }}"
        );
        format!(
            r#"{}
resource "libvirt_volume" "base" {{
  name     = "base"
  pool     = libvirt_pool.it.name
  capacity = 4194304
  target   = {{ format = {{ type = "qcow2" }}, {shown} }}
}}

resource "libvirt_volume" "top" {{
  name          = "top"
  pool          = libvirt_pool.it.name
  capacity      = 4194304
  target        = {{ format = {{ type = "qcow2" }} }}
  backing_store = {{ path = libvirt_volume.base.path, format = {{ type = "qcow2" }}, {shown} }}
}}
"#,
            pool(name, &folder)
        )
    };
    let Some(terraform) = Workspace::new(SYSTEM, &configuration("0640")) else { return };

    terraform.apply();
    let base = folder.join("base");
    assert_eq!(fs::metadata(&base).expect("a file of ours").mode() & 0o777, 0o640, "it is made with the mode");
    terraform.expect_empty_plan("after the apply");
    fs::set_permissions(&base, fs::Permissions::from_mode(0o600)).expect("a file of ours");
    fs::File::open(&base).and_then(|file| file.set_modified(SystemTime::now())).expect("a file of ours");
    virsh(SYSTEM, &["pool-refresh", name]);
    terraform.expect_empty_plan("after the file has another mode and time");

    // What no apply can do is reported, and neither fails nor replaces.
    terraform.configure(&configuration("0666"));
    let changed = terraform.run(&["apply", "-no-color", "-input=false", "-auto-approve"]);
    changed.expect_success("apply");
    assert!(changed.out.contains("2 changed, 0 destroyed"), "{}", changed.out);
    assert!(
        changed.out.contains(r#"target.permissions.mode: configured as "0666", reported as "0600""#),
        "{}",
        changed.out
    );
    terraform.expect_empty_plan("after the change");
    terraform.destroy();
    names.expect_nothing_left();
}

#[test]
fn a_volume_is_filled_from_a_file() {
    system!();
    let names = Names::new(SYSTEM, "content");
    let name = names.prefix();
    let source = tempfile::NamedTempFile::new().expect("a temporary file");
    let content: Vec<u8> = (0..3_000_000_u32).map(|at| (at % 251) as u8).collect();
    fs::write(source.path(), &content).expect("a temporary file");
    let folder = names.folder();
    let configuration = format!(
        r#"{}
resource "libvirt_volume" "it" {{
  name   = "image.raw"
  pool   = libvirt_pool.it.name
  target = {{ format = {{ type = "raw" }} }}
  create = {{ content = {{ url = "file://{}" }} }}
}}
"#,
        pool(name, &folder),
        source.path().display()
    );
    let Some(terraform) = Workspace::new(SYSTEM, &configuration) else { return };

    terraform.apply();
    terraform.expect_empty_plan("after the upload");
    assert!(fs::read(folder.join("image.raw")).is_ok_and(|uploaded| uploaded == content), "the same bytes");
    terraform.destroy();
    names.expect_nothing_left();
}

#[test]
fn a_volume_that_was_called_raw_stays_so_whatever_is_in_it() {
    system!();
    let names = Names::new(SYSTEM, "image");
    let (name, folder) = (names.prefix(), names.folder());
    let files = tempfile::tempdir().expect("a temporary folder");
    let image = files.path().join("image.iso");
    // What libvirt knows an ISO image by.
    let mut content = vec![0; 64 * 1024];
    content[0x8001..0x8006].copy_from_slice(b"CD001");
    fs::write(&image, content).expect("a writable temporary folder");
    let configuration = format!(
        r#"
resource "libvirt_pool" "it" {{
  name    = "{name}"
  type    = "dir"
  target  = {{ path = "{}" }}
  destroy = {{ delete = true }}
}}

resource "libvirt_volume" "it" {{
  count  = 4
  name   = "image-${{count.index}}"
  pool   = libvirt_pool.it.name
  target = {{ format = {{ type = "raw" }} }}
  create = {{ content = {{ url = "{}" }} }}
}}
"#,
        folder.display(),
        image.display()
    );
    // While one is uploaded, libvirt does not look at the others of the pool by itself.
    let Some(terraform) = Workspace::new(SYSTEM, &configuration) else { return };
    terraform.apply();
    terraform.expect_empty_plan("after the upload");
    virsh(SYSTEM, &["pool-refresh", name]);
    let xml = virsh(SYSTEM, &["vol-dumpxml", "--pool", name, "image-0"]);
    assert!(xml.contains("<format type='iso'/>"), "libvirt should know the image for what it is: {xml}");
    terraform.expect_empty_plan("after someone refreshed the pool");
    terraform.destroy();
    names.expect_nothing_left();
}
