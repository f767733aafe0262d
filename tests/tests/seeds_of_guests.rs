//! Guests and what they read at their first boot, with real Terraform and the system's libvirt: the file itself as a disk, and
//! volumes by pool and name, as people mostly have them.

use std::fs;
use std::process::Command;

use tests::libvirt::{Names, SYSTEM, guest_type, virsh};
use tests::seeds::{file, guest_with, pool, same_bytes, seed};
use tests::skip::program;
use tests::terraform::Workspace;
use tests::{needs, system};

/// Two guests as people mostly have them: an image, a disk on top of it, a seed in a volume, all by pool and name.
fn guests(names: &Names, time_zone: &str) -> String {
    let name = names.prefix();
    let machines = format!(
        r##"
locals {{
  machines = toset(["one", "two"])
}}

resource "libvirt_network" "it" {{
  name = "{name}"
}}

resource "libvirt_volume" "base" {{
  name   = "base.qcow2"
  pool   = libvirt_pool.it.name
  target = {{ format = {{ type = "qcow2" }} }}
  create = {{ content = {{ url = abspath("${{path.module}}/base.qcow2") }} }}
}}

resource "libvirt_volume" "disk" {{
  for_each      = local.machines
  name          = "${{each.key}}.qcow2"
  pool          = libvirt_pool.it.name
  target        = {{ format = {{ type = "qcow2" }} }}
  capacity      = 134217728
  backing_store = {{ path = libvirt_volume.base.path, format = {{ type = "qcow2" }} }}
}}

resource "libvirt_cloudinit_disk" "seed" {{
  for_each       = local.machines
  name           = "${{each.key}}-cloudinit"
  user_data      = "#cloud-config\ntimezone: {time_zone}\nssh_pwauth: true\npackages: [openssh-server]\n"
  meta_data      = "instance-id: ${{each.key}}-001\nlocal-hostname: ${{each.key}}\n"
  network_config = "version: 2\nethernets:\n  eth0:\n    dhcp4: true\n"
}}

resource "libvirt_volume" "seed" {{
  for_each = local.machines
  name     = "${{each.key}}-cloudinit.iso"
  pool     = libvirt_pool.it.name
  create   = {{ content = {{ url = libvirt_cloudinit_disk.seed[each.key].path }} }}
}}

resource "libvirt_domain" "it" {{
  for_each = local.machines
  name     = "{name}-${{each.key}}"
  type     = "{}"
  memory   = 65536
  vcpu     = 1
  os       = {{ type = "hvm", type_arch = "x86_64", type_machine = "q35" }}
  devices = {{
    disks = [
      {{
        source = {{ volume = {{ pool = libvirt_pool.it.name, volume = libvirt_volume.disk[each.key].name }} }}
        target = {{ dev = "vda", bus = "virtio" }}
        driver = {{ type = "qcow2" }}
      }},
      {{
        device = "cdrom"
        source = {{ volume = {{ pool = libvirt_pool.it.name, volume = libvirt_volume.seed[each.key].name }} }}
        target = {{ dev = "sda", bus = "sata" }}
      }}
    ]
    interfaces = [{{
      type   = "network"
      model  = {{ type = "virtio" }}
      source = {{ network = {{ network = libvirt_network.it.name }} }}
    }}]
    graphics = [{{ vnc = {{ auto_port = true, listen = "127.0.0.1" }} }}]
  }}
  running = true
}}
"##,
        guest_type()
    );
    [pool(names), machines].concat()
}

#[test]
fn guests_with_seeds_by_pool_and_name_stay_as_they_are() {
    system!();
    needs!(program("qemu-img").is_some(), "qemu-img");
    let names = Names::new(SYSTEM, "guests");
    let Some(terraform) = Workspace::new(SYSTEM, &guests(&names, "UTC")) else { return };
    let image = terraform.path().join("base.qcow2").display().to_string();
    let made = Command::new("qemu-img").args(["create", "-q", "-f", "qcow2", &image, "64M"]).status();
    assert!(made.is_ok_and(|made| made.success()), "qemu-img");
    let applied = terraform.run(&["apply", "-input=false", "-no-color", "-auto-approve"]);
    applied.expect_success("apply");
    assert!(!applied.out.contains("reports a different value"), "{}", applied.out);
    terraform.expect_empty_plan("after all was created");
    fs::remove_dir_all(terraform.path().join(".terraform")).expect("the folder of the files");
    terraform.expect_empty_plan("after the files are gone");
    virsh(SYSTEM, &["pool-refresh", names.prefix()]);
    terraform.expect_empty_plan("after libvirt looked at the volumes again");
    let running = || ["one", "two"].map(|guest| virsh(SYSTEM, &["domid", &format!("{}-{guest}", names.prefix())]));
    let before = running();

    terraform.configure(&guests(&names, "Europe/Berlin"));
    let changes = terraform.expect_changes("after the content changed");
    assert!(changes.contains("0 to add, 4 to change, 0 to destroy"), "{changes}");
    terraform.apply();
    terraform.expect_empty_plan("after the change");
    virsh(SYSTEM, &["pool-refresh", names.prefix()]);
    terraform.expect_empty_plan("after libvirt looked at the new content");
    let seed = file(&terraform, r#"libvirt_cloudinit_disk.seed["one"]"#);
    assert!(same_bytes(&seed, &names.folder().join("one-cloudinit.iso")));
    assert_eq!(running(), before, "the guests ran through it all");
    terraform.destroy();
    names.expect_nothing_left();
}

/// A guest that has files themselves: a disk for cloud-init, and what the firmware hands to Ignition.
fn direct(names: &Names, hostname: &str) -> String {
    let ignition = r#"
resource "libvirt_ignition" "it" {
  name    = "config"
  content = jsonencode({ ignition = { version = "3.4.0" } })
}
"#;
    let firmware = r#"sys_info = [{ fw_cfg = { entry = [{ name = "opt/com.coreos/config", file = libvirt_ignition.it.path }] } }]"#;
    let user_data = format!(r##""#cloud-config\nhostname: {hostname}\n""##);
    [seed(&user_data), ignition.into(), guest_with(names, "libvirt_cloudinit_disk.it.path", firmware)].concat()
}

/// A workspace with such a guest, into whose folder QEMU's user can get.
fn workspace(names: &Names) -> Option<Workspace> {
    let terraform = Workspace::new(SYSTEM, &direct(names, "one"))?;
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(terraform.path(), mode).expect("a folder of ours");
    Some(terraform)
}

/// That the guest has the files of this workspace, now and at its next start.
fn expect_files(names: &Names, terraform: &Workspace) {
    let disk = file(terraform, "libvirt_cloudinit_disk.it");
    let config = file(terraform, "libvirt_ignition.it");
    for definition in [&["dumpxml", "--inactive", names.prefix()][..], &["dumpxml", names.prefix()]] {
        let xml = virsh(SYSTEM, definition);
        assert!(xml.contains(&format!("<source file='{}'", disk.display())), "{xml}");
        assert!(xml.contains(&format!("<entry name='opt/com.coreos/config' file='{}'", config.display())), "{xml}");
    }
}

/// libvirt takes no relative path, and the state has one.
#[test]
fn a_guest_may_use_the_files_themselves() {
    system!();
    let names = Names::new(SYSTEM, "direct");
    let Some(terraform) = workspace(&names) else { return };
    let applied = terraform.run(&["apply", "-input=false", "-no-color", "-auto-approve"]);
    applied.expect_success("apply");
    assert!(!applied.out.contains("reports a different value"), "{}", applied.out);
    terraform.expect_empty_plan("after all was created");
    expect_files(&names, &terraform);
    virsh(SYSTEM, &["destroy", names.prefix()]);
    let path = file(&terraform, "libvirt_cloudinit_disk.it");
    fs::remove_file(&path).expect("the file");
    let changes = terraform.expect_changes("after the guest and its file are gone");
    assert!(changes.contains("0 to add, 1 to change, 0 to destroy"), "only started again: {changes}");
    terraform.apply();
    terraform.expect_empty_plan("after it was started again");

    let guest = virsh(SYSTEM, &["domuuid", names.prefix()]);
    terraform.configure(&direct(&names, "two"));
    let changes = terraform.expect_changes("after the content changed");
    assert!(changes.contains("0 to add, 2 to change, 0 to destroy"), "{changes}");
    terraform.apply();
    terraform.expect_empty_plan("after the change");
    expect_files(&names, &terraform);
    assert!(!path.exists(), "the old file is gone");
    assert_eq!(virsh(SYSTEM, &["domuuid", names.prefix()]), guest, "another disc is in the drive of the same guest");
    terraform.destroy();
    names.expect_nothing_left();
}

/// The project moves to another folder, and the files that the guest had are gone with the old one.
#[test]
fn a_guest_gets_its_files_from_where_it_is_changed() {
    system!();
    let names = Names::new(SYSTEM, "moved");
    let Some(terraform) = workspace(&names) else { return };
    terraform.apply();
    let state = |workspace: &Workspace| workspace.path().join("terraform.tfstate");
    let elsewhere = workspace(&names).expect("a second workspace");
    fs::rename(state(&terraform), state(&elsewhere)).expect("a state");
    fs::remove_dir_all(terraform.path().join(".terraform")).expect("the files");
    elsewhere.expect_empty_plan("in another working directory");
    virsh(SYSTEM, &["destroy", names.prefix()]);
    elsewhere.apply();
    elsewhere.expect_empty_plan("after the guest was started from there");
    expect_files(&names, &elsewhere);
    elsewhere.destroy();
    names.expect_nothing_left();
}
