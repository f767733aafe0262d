use super::*;
use crate::registry;

fn found(text: &str) -> Vec<String> {
    lint(text, &Server::new(registry::registry())).unwrap()
}

#[test]
fn what_is_right_is_left_alone() {
    let text = r#"
variable "count" {}

resource "libvirt_domain" "web" {
  count       = 2
  name        = "web-${count.index}"
  type        = "kvm"
  memory      = var.memory
  os          = { type = "hvm", type_machine = "q35" }
  devices = merge(local.devices, {
    disks = [for image in var.images : {
      source = { file = { file = image } }
      target = { dev = "vda", bus = "virtio" }
    }]
    videos = var.headless ? null : [{ model = { type = "virtio" } }]
  })

  lifecycle {
    ignore_changes = [running]
  }
}

resource "aws_instance" "other" {
  video = true
}
"#;
    assert_eq!(found(text), Vec::<String>::new());
}

#[test]
fn keys_and_values_are_looked_at_wherever_they_stand() {
    let text = r#"
resource "libvirt_domain" "web" {
  name    = "web"
  type    = "kmv"
  memory  = 512
  devices = {
    video = [{ model = { type = "virtio" } }]
    disks = [
      { target = { device = "vda" } },
    ]
    interfaces = [for mac in var.macs : { mak = { address = mac } }]
    sounds     = { model = "ich9" }
  }
  disk {
    volume_id = "x"
  }
}

resource "libvirt_domian" "x" {
}

data "libvirt_nonsense" "y" {
}
"#;
    let values = "Allowed: \"qemu\", \"kqemu\", \"kvm\", \"xen\", \"lxc\", \"uml\", \"openvz\", \"test\", \"vmware\", \"hyperv\", \
                  \"vbox\", \"phyp\", \"vz\", \"bhyve\", \"hvf\"";
    let expected = [
        &format!(
            "4:3: libvirt_domain.web: Value not allowed: type is \"kmv\". {values}. Did you mean \"kvm\"? In the XML: @type."
        ),
        "7:5: libvirt_domain.web: devices.video: unknown attribute; did you mean devices.videos?",
        "9:20: libvirt_domain.web: devices.disks[0].target.device: unknown attribute; did you mean \
         devices.disks[0].target.dev?",
        "11:43: libvirt_domain.web: devices.interfaces[*].mak: unknown attribute; did you mean \
         devices.interfaces[*].mac?",
        "12:18: libvirt_domain.web: devices.sounds: expected a list, found an object",
        "14:3: libvirt_domain.web: disk: unknown attribute; did you mean devices.disks?",
        "19:10: libvirt_domian.x: unknown resource; did you mean libvirt_domain?",
        "22:6: data.libvirt_nonsense.y: unknown data source",
    ];
    assert_eq!(found(text), expected);
}

#[test]
fn what_is_no_hcl_is_an_error() {
    let server = Server::new(registry::registry());
    assert!(lint("resource \"libvirt_domain\" {\n  name = \n}\n", &server).is_err());
}

#[test]
fn what_was_meant_is_found_above_below_and_in_the_xml() {
    let rows = [
        ("os = { arch = 1 }", "os.arch: unknown attribute; did you mean os.type_arch?"),
        ("os = { boot = [] }", "os.boot: unknown attribute; did you mean os.boot_devices?"),
        (
            "devices = { interfaces = [{ type = 1 }] }",
            "devices.interfaces[0].type: unknown attribute; remove it: setting devices.interfaces[0].source.bridge, \
             devices.interfaces[0].source.client, devices.interfaces[0].source.direct, ... implies it",
        ),
        (
            "devices = { channels = [{ target = { type = 1 } }] }",
            "devices.channels[0].target.type: unknown attribute; remove it: setting \
             devices.channels[0].target.guest_fwd or devices.channels[0].target.virt_io or \
             devices.channels[0].target.xen implies it",
        ),
        (
            "devices = { consoles = [{ source = { target = {} } }] }",
            "devices.consoles[0].source.target: unknown attribute; did you mean devices.consoles[0].target?",
        ),
        (
            "devices = { disks = [{ source = { pool = 1 } }] }",
            "devices.disks[0].source.pool: unknown attribute; did you mean devices.disks[0].source.volume.pool?",
        ),
        ("network_interface {\n}", "network_interface: unknown attribute"),
        (
            "devices = { serials = [{ target_port = 0 }] }",
            "devices.serials[0].target_port: unknown attribute; did you mean devices.serials[0].target.port?",
        ),
        (
            "devices = { tpms = [{ backend_type = 1 }] }",
            "devices.tpms[0].backend_type: unknown attribute; did you mean devices.tpms[0].backend?",
        ),
        (
            "devices = { graphics = [{ vnc = { type = 1 } }] }",
            "devices.graphics[0].vnc.type: unknown attribute; remove it: setting devices.graphics[0].vnc implies it",
        ),
        ("quite_something = 1", "quite_something: unknown attribute"),
    ];
    for (text, expected) in rows {
        let required = "name = \"a\"\ntype = \"kvm\"\n";
        let found = found(&format!("resource \"libvirt_domain\" \"web\" {{\n{required}{text}\n}}\n"));
        let found: Vec<&str> =
            found.iter().filter_map(|line| line.split_once("libvirt_domain.web: ")).map(|(_, what)| what).collect();
        assert_eq!(found, [expected], "{text}");
    }
    let volume = "resource \"libvirt_volume\" \"v\" {\n  name = \"a\"\n  pool = \"b\"\n  create = { format = \"qcow2\", content = { url = \"/a\" } }\n}\n";
    let meant = "create.format: unknown attribute; did you mean backing_store.format or target.format?";
    assert_eq!(found(volume), [format!("4:14: libvirt_volume.v: {meant}")]);
}

#[test]
fn what_cannot_be_set_is_found() {
    let pool = "resource \"libvirt_pool\" \"p\" {\n  name = \"a\"\n  type = \"dir\"\n  capacity = 7\n  target = { path = \"/a\" }\n}\n";
    let expected = "4:3: libvirt_pool.p: Read-only attribute: capacity is reported by libvirt and cannot be set. Remove it from the configuration.";
    assert_eq!(found(pool), [expected]);
}
