//! Configurations with seeds: what guests read at their first boot.

use std::fs;
use std::path::{Path, PathBuf};

use crate::libvirt::{Names, guest_type};
use crate::terraform::Workspace;

/// A pool of the test's own.
pub fn pool(names: &Names) -> String {
    format!(
        r#"
resource "libvirt_pool" "it" {{
  name    = "{}"
  type    = "dir"
  target  = {{ path = "{}" }}
  destroy = {{ delete = true }}
}}
"#,
        names.prefix(),
        names.folder().display()
    )
}

/// A guest that runs with a CD-ROM.
pub fn guest(names: &Names, path: &str) -> String {
    guest_with(names, path, "")
}

/// The same, with more attributes.
pub fn guest_with(names: &Names, path: &str, more: &str) -> String {
    format!(
        r#"
resource "libvirt_domain" "it" {{
  name        = "{}"
  type        = "{}"
  memory      = 64
  memory_unit = "MiB"
  vcpu        = 1
  running     = true
  update      = {{ shutdown = {{ timeout = 1 }} }}
  {more}
  os          = {{ type = "hvm", type_arch = "x86_64", type_machine = "q35" }}
  devices = {{
    disks = [{{
      device = "cdrom"
      driver = {{ name = "qemu", type = "raw" }}
      source = {{ file = {{ file = {path} }} }}
      target = {{ dev = "sda", bus = "sata" }}
    }}]
  }}
}}
"#,
        names.prefix(),
        guest_type()
    )
}

/// A disk for cloud-init, as a file.
pub fn seed(user_data: &str) -> String {
    format!(
        r#"
resource "libvirt_cloudinit_disk" "it" {{
  name      = "seed"
  user_data = {user_data}
  meta_data = yamlencode({{ instance-id = "vm-1", local-hostname = "vm" }})
}}
"#
    )
}

/// The file of the seed.
pub fn file(terraform: &Workspace, address: &str) -> PathBuf {
    let path = terraform.attributes(address)["path"].as_str().expect("a path").to_string();
    assert!(!path.starts_with('/'), "{path} is relative");
    terraform.path().join(path)
}

/// Whether a volume has the content of a file. One that was larger may stay so, with zeros behind.
pub fn same_bytes(file: &Path, volume: &Path) -> bool {
    let read = |path: &Path| fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let (file, volume) = (read(file), read(volume));
    volume.strip_prefix(&file[..]).is_some_and(|rest| rest.iter().all(|byte| *byte == 0))
}
