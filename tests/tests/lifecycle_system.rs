//! Create, change, import and destroy on the system's QEMU: the domain, the network, the pool and the volume.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::time::SystemTime;

use tests::libvirt::{Names, SYSTEM, answers, guest_type, try_virsh, virsh};
use tests::needs;
use tests::terraform::Workspace;

macro_rules! system {
    () => {
        needs!(answers(SYSTEM), "libvirt at qemu:///system");
    };
}

#[test]
fn a_domain_lives_and_dies() {
    system!();
    let names = Names::new(SYSTEM, "domain");
    let name = names.prefix();
    let domain = |description: &str, running: bool| {
        format!(
            r#"
resource "libvirt_domain" "it" {{
  name        = "{name}"
  type        = "{}"
  description = "{description}"
  memory      = 128
  memory_unit = "MiB"
  vcpu        = 1
  running     = {running}

  os = {{
    type         = "hvm"
    type_machine = "q35"
  }}

  devices = {{
    interfaces = [{{
      model  = {{ type = "virtio" }}
      source = {{ user = {{}} }}
    }}]
    rngs = [{{
      model   = "virtio"
      backend = {{ random = "/dev/urandom" }}
    }}]
  }}
}}
"#,
            guest_type()
        )
    };
    let Some(terraform) = Workspace::new(SYSTEM, &domain("one", true)) else { return };

    terraform.apply();
    terraform.expect_empty_plan("after the domain was created");
    assert_eq!(virsh(SYSTEM, &["domstate", name]), "running");
    let uuid = virsh(SYSTEM, &["domuuid", name]);
    let attributes = terraform.attributes("libvirt_domain.it");
    assert_eq!(attributes["uuid"], uuid);
    assert_eq!(attributes["os"]["type_machine"], "q35", "an alias stays as it was written");

    terraform.configure(&domain("two", true));
    terraform.expect_changes("after the description was changed");
    terraform.apply();
    terraform.expect_empty_plan("after the change");
    assert_eq!(virsh(SYSTEM, &["desc", "--config", name]), "two");
    assert_eq!(virsh(SYSTEM, &["domuuid", name]), uuid, "a change must not make another domain");

    terraform.configure(&domain("two", false));
    terraform.apply();
    terraform.expect_empty_plan("after the domain was stopped");
    assert_eq!(virsh(SYSTEM, &["domstate", name]), "shut off");

    for id in [uuid.as_str(), name] {
        terraform.import_again("libvirt_domain.it", id);
        expect_no_replacement(&terraform);
        terraform.apply();
        terraform.expect_empty_plan("after the import");
    }

    terraform.destroy();
    names.expect_nothing_left();
}

#[test]
fn a_rejected_change_leaves_the_domain_alone() {
    system!();
    let names = Names::new(SYSTEM, "rejected");
    let name = names.prefix();
    let domain = |machine: &str| {
        format!(
            r#"
resource "libvirt_domain" "it" {{
  name        = "{name}"
  type        = "{}"
  memory      = 128
  memory_unit = "MiB"
  running     = true
  os = {{
    type         = "hvm"
    type_machine = "{machine}"
  }}
}}
"#,
            guest_type()
        )
    };
    let Some(terraform) = Workspace::new(SYSTEM, &domain("q35")) else { return };
    terraform.apply();
    let before = virsh(SYSTEM, &["dumpxml", "--inactive", name]);

    terraform.configure(&domain("no-such-machine"));
    terraform.apply_fails();
    assert_eq!(virsh(SYSTEM, &["dumpxml", "--inactive", name]), before, "the definition must be what it was");
    assert_eq!(virsh(SYSTEM, &["domstate", name]), "running", "the guest must still run");

    terraform.configure(&domain("q35"));
    terraform.expect_empty_plan("after the rejected change was taken back");
    terraform.destroy();
    names.expect_nothing_left();
}

#[test]
fn a_network_lives_and_dies() {
    system!();
    let names = Names::new(SYSTEM, "network");
    let name = names.prefix();
    let subnet = names.subnet();
    let network = |end: u32| {
        format!(
            r#"
resource "libvirt_network" "it" {{
  name    = "{name}"
  forward = {{ mode = "nat" }}
  ips = [{{
    address = "{subnet}.1"
    prefix  = 24
    dhcp    = {{ ranges = [{{ start = "{subnet}.10", end = "{subnet}.{end}" }}] }}
  }}]
}}
"#
        )
    };
    let Some(terraform) = Workspace::new(SYSTEM, &network(20)) else { return };

    terraform.apply();
    terraform.expect_empty_plan("after the network was created");
    let info = virsh(SYSTEM, &["net-info", name]);
    assert!(info.lines().any(|line| line.starts_with("Active:") && line.ends_with("yes")), "{info}");
    let bridge = terraform.attributes("libvirt_network.it")["bridge"]["name"].clone();
    assert!(bridge.as_str().is_some_and(|bridge| info.contains(bridge)), "bridge {bridge} in {info}");

    terraform.configure(&network(30));
    terraform.expect_changes("after the range was changed");
    terraform.apply();
    terraform.expect_empty_plan("after the change");
    for definition in [vec!["net-dumpxml", name], vec!["net-dumpxml", "--inactive", name]] {
        let xml = virsh(SYSTEM, &definition);
        assert!(xml.contains(&format!("end='{subnet}.30'")), "{xml}");
    }

    // Someone stops it: that is a difference, and the next apply starts it again.
    virsh(SYSTEM, &["net-destroy", name]);
    terraform.apply();
    let info = virsh(SYSTEM, &["net-info", name]);
    assert!(info.lines().any(|line| line.starts_with("Active:") && line.ends_with("yes")), "{info}");
    terraform.expect_empty_plan("after it was started again");

    let uuid = virsh(SYSTEM, &["net-uuid", name]);
    for id in [uuid.as_str(), name] {
        terraform.import_again("libvirt_network.it", id);
        expect_no_replacement(&terraform);
        terraform.apply();
        terraform.expect_empty_plan("after the import");
    }

    terraform.destroy();
    names.expect_nothing_left();
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
        expect_no_replacement(&terraform);
        terraform.apply();
        terraform.expect_empty_plan("after the volume's import");
    }
    let uuid = virsh(SYSTEM, &["pool-uuid", name]);
    for id in [uuid.as_str(), name] {
        terraform.import_again("libvirt_pool.it", id);
        expect_no_replacement(&terraform);
        terraform.apply();
        terraform.expect_empty_plan("after the pool's import");
    }

    terraform.destroy();
    names.expect_nothing_left();
}

#[test]
fn a_new_volume_sets_aside_what_it_is_told() {
    system!();
    let names = Names::new(SYSTEM, "allocation");
    let name = names.prefix();
    let folder = names.folder();
    let configuration = |allocation: u32| {
        format!(
            r#"
resource "libvirt_pool" "it" {{
  name   = "{name}"
  type   = "dir"
  target = {{ path = "{}" }}
}}

resource "libvirt_volume" "it" {{
  name            = "disk.raw"
  pool            = libvirt_pool.it.name
  capacity        = 8
  capacity_unit   = "MiB"
  allocation      = {allocation}
  allocation_unit = "MiB"
}}
"#,
            folder.display()
        )
    };
    let Some(terraform) = Workspace::new(SYSTEM, &configuration(0)) else { return };

    terraform.apply();
    terraform.expect_empty_plan("after a sparse volume was created");
    let file = folder.join("disk.raw");
    let used = || fs::metadata(&file).map(|file| file.blocks() * 512).expect("the volume's file");
    assert_eq!(used(), 0, "nothing is set aside");

    // What is used grows, and what was said of a new volume says nothing of this one.
    let mut guest = fs::OpenOptions::new().write(true).open(&file).expect("the volume's file");
    guest.write_all(&[1; 3 << 20]).and_then(|()| guest.sync_all()).expect("a writable volume");
    terraform.expect_empty_plan("after something was written into the volume");
    terraform.configure(&configuration(2));
    terraform.expect_empty_plan("with another allocation");

    terraform.run(&["apply", "-auto-approve", "-replace=libvirt_volume.it"]).expect_success("apply -replace");
    terraform.expect_empty_plan("after the volume was made anew");
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
            r#"
resource "libvirt_pool" "it" {{
  name   = "{name}"
  type   = "dir"
  target = {{ path = "{}" }}
}}

resource "libvirt_volume" "it" {{
  name     = "disk.raw"
  pool     = libvirt_pool.it.name
  capacity = {capacity}
  create   = {{ content = {{ url = "{}" }} }}
}}
"#,
            folder.display(),
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
    assert!(plan.err.contains("A volume does not shrink"), "{}{}", plan.out, plan.err);
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
            r#"
resource "libvirt_pool" "it" {{
  name   = "{name}"
  type   = "dir"
  target = {{ path = "{}" }}
}}

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
            folder.display()
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

    // What no apply can do is said, and neither fails nor replaces.
    terraform.configure(&configuration("0666"));
    let changed = terraform.run(&["apply", "-no-color", "-input=false", "-auto-approve"]);
    changed.expect_success("apply");
    assert!(changed.out.contains("2 changed, 0 destroyed"), "{}", changed.out);
    assert!(changed.out.contains(r#"target.permissions.mode: "0666" was written, "0600" is"#), "{}", changed.out);
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
        r#"
resource "libvirt_pool" "it" {{
  name   = "{name}"
  type   = "dir"
  target = {{ path = "{}" }}
}}

resource "libvirt_volume" "it" {{
  name   = "image.raw"
  pool   = libvirt_pool.it.name
  target = {{ format = {{ type = "raw" }} }}
  create = {{ content = {{ url = "file://{}" }} }}
}}
"#,
        folder.display(),
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
    // While one is filled, libvirt does not look at the others of the pool by itself.
    let Some(terraform) = Workspace::new(SYSTEM, &configuration) else { return };
    terraform.apply();
    terraform.expect_empty_plan("after the volume was filled");
    virsh(SYSTEM, &["pool-refresh", name]);
    let xml = virsh(SYSTEM, &["vol-dumpxml", "--pool", name, "image-0"]);
    assert!(xml.contains("<format type='iso'/>"), "libvirt should know the image for what it is: {xml}");
    terraform.expect_empty_plan("after someone refreshed the pool");
    terraform.destroy();
    names.expect_nothing_left();
}

#[test]
fn a_failed_create_leaves_nothing() {
    system!();
    let names = Names::new(SYSTEM, "failed");
    let name = names.prefix();
    // The definition is fine; starting it is not: the kernel is no kernel that QEMU can find.
    let configuration = format!(
        r#"
resource "libvirt_domain" "it" {{
  name        = "{name}"
  type        = "{}"
  memory      = 128
  memory_unit = "MiB"
  running     = true
  os = {{
    type   = "hvm"
    kernel = "/nowhere/vmlinuz"
  }}
}}
"#,
        guest_type()
    );
    let Some(terraform) = Workspace::new(SYSTEM, &configuration) else { return };

    let (_, diagnostics) = terraform.apply_fails();
    assert_eq!(diagnostics.iter().filter(|one| one.severity == "error").count(), 1, "{diagnostics:#?}");
    assert!(diagnostics.iter().any(|one| one.text().contains("/nowhere/vmlinuz")), "{diagnostics:#?}");
    assert!(try_virsh(SYSTEM, &["dominfo", name]).is_err(), "the domain must be gone");
    assert_eq!(terraform.resources(), 0);
    names.expect_nothing_left();
}

/// An imported object may be adjusted, never made anew.
fn expect_no_replacement(terraform: &Workspace) {
    let plan = terraform.run(&["plan", "-no-color", "-input=false"]);
    plan.expect_success("the plan after the import");
    assert!(!plan.out.contains("must be replaced"), "{}", plan.out);
}
