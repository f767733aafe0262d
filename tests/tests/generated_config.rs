//! What Terraform writes as the configuration of an imported domain, tidied: no null, and nothing that nobody would write.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use generated::shapes::DOMAIN;
use provider_core::shape::{Class, Shape};
use tests::libvirt::{Names, SYSTEM, guest_type, virsh};
use tests::repository;
use tests::system;
use tests::terraform::{Workspace, provider_binary, quoted};
use tests::written::attributes;

const RESOURCE: &str = "libvirt_domain";

/// The most values for a domain of virt-install's, and the most lines: Terraform writes each object on lines of its own.
const VALUES: usize = 60;
const LINES: usize = 160;

/// The configuration that Terraform writes for the domain of this name, which it then has nothing to change in. `None`
/// without Terraform.
fn generated(name: &str) -> Option<(Workspace, String)> {
    let import = format!("import {{\n  to = {RESOURCE}.it\n  id = {}\n}}\n", quoted(name));
    let terraform = Workspace::new(SYSTEM, &import)?;
    terraform.run(&["plan", "-no-color", "-input=false", "-generate-config-out=made.tf"]).expect_success("plan");
    let made = terraform.path().join("made.tf");
    let tidied = Command::new(provider_binary()).arg("tidy").arg(&made).status();
    assert!(tidied.is_ok_and(|status| status.success()), "tidy");
    let text = fs::read_to_string(&made).expect("the generated configuration");
    assert!(!text.contains("null"), "{text}");
    let plan = terraform.run(&["plan", "-no-color", "-input=false"]);
    let expected = "1 to import, 0 to add, 0 to change, 0 to destroy";
    assert!(plan.out.contains(expected), "{}\n{}\n{text}", plan.out, plan.err);
    Some((terraform, text))
}

/// Whether an attribute tells the domain from others, or is in what does.
fn is_identity(path: &str) -> bool {
    let (mut shape, mut found): (Option<&'static Shape>, bool) = (Some(DOMAIN.shape), false);
    for name in path.replace("[]", "").split('.') {
        let attribute =
            shape.and_then(|shape| shape.attribute(name)).unwrap_or_else(|| panic!("{path}: no such place"));
        found |= attribute.class.is_kept() || attribute.class == Class::ServerDefault;
        shape = attribute.kind.shape();
    }
    found
}

/// What is generated of the example's domain has no attribute that the example does not have.
fn expect_the_example(example: &str, name: &str) {
    let Some((_terraform, text)) = generated(name) else { return };
    let wanted = attributes(example, RESOURCE);
    let more: BTreeSet<String> =
        attributes(&text, RESOURCE).into_iter().filter(|path| !wanted.contains(path) && !is_identity(path)).collect();
    assert_eq!(more, BTreeSet::new(), "not in the example:\n{text}");
}

/// A workspace for a configuration that has its own provider block.
fn workspace() -> Option<Workspace> {
    let terraform = Workspace::new(SYSTEM, "")?;
    fs::remove_file(terraform.path().join("provider.tf")).expect("the example has its own");
    Some(terraform)
}

#[test]
fn the_readmes_example_comes_back() {
    system!();
    let names = Names::new(SYSTEM, "readme");
    let name = names.prefix();
    let page = repository::read(&repository::root().join("README.md"));
    let blocks = page.split("```hcl\n").skip(1).filter_map(|rest| rest.split("```").next());
    let example = blocks.into_iter().find(|block| block.contains(RESOURCE)).expect("an example with a domain");
    let Some(terraform) = workspace() else { return };
    terraform.configure(
        &example
            .replace("pool          = \"default\"", "pool = libvirt_pool.it.name")
            .replace("network = \"default\"", "network = libvirt_network.it.name")
            .replace("= \"web\"", &format!("= {}", quoted(name)))
            .replace("\"kvm\"", &quoted(&guest_type())),
    );
    let (id, folder) = (quoted(name), quoted(&names.folder().display().to_string()));
    terraform.write(
        "others.tf",
        &format!(
            "resource \"libvirt_network\" \"it\" {{\n  name = {id}\n}}\n\n\
             resource \"libvirt_pool\" \"it\" {{\n  name = {id}\n  type = \"dir\"\n  target = {{ path = {folder} }}\n}}\n"
        ),
    );
    terraform.apply();
    expect_the_example(example, name);
    terraform.destroy();
    names.expect_nothing_left();
}

#[test]
fn the_quickstart_comes_back() {
    system!();
    let names = Names::new(SYSTEM, "quick");
    let Some(terraform) = workspace() else { return };
    for file in repository::files("docs/examples/quickstart", "tf") {
        terraform.write(&file.file_name().unwrap_or_default().to_string_lossy(), &repository::read(&file));
    }
    let values = [
        ("name", names.prefix().to_string()),
        ("type", guest_type()),
        ("subnet", format!("{}.0/24", names.subnet())),
        ("directory", names.folder().display().to_string()),
    ];
    let values = values.map(|(name, value)| format!("{name} = {}\n", quoted(&value)));
    terraform.write("test.auto.tfvars", &values.concat());
    terraform.apply();
    let example = repository::read(&repository::root().join("docs/examples/quickstart/main.tf"));
    expect_the_example(&example, names.prefix());
    terraform.destroy();
    names.expect_nothing_left();
}

/// What virt-install makes of its usual arguments for a Linux guest: a disk, an installer's image, a network, a display, an
/// agent's channel, a TPM and a source of randomness. The display and the TPM are such as the host has. The PCI ports that it
/// asks for in advance are left out: libvirt would add fewer, so that each stays in the configuration.
fn of_virt_install(name: &str) -> String {
    let offered = virsh(SYSTEM, &["domcapabilities", "--virttype", &guest_type()]);
    let has = |word: &str| offered.contains(&format!("<value>{word}</value>"));
    let (graphics, channel, redirection) = match has("spice") {
        true => (
            "<graphics type='spice' port='-1' tlsPort='-1' autoport='yes'><image compression='off'/></graphics>",
            "<channel type='spicevmc'><target type='virtio' name='com.redhat.spice.0'/></channel>",
            "<redirdev bus='usb' type='spicevmc'/><redirdev bus='usb' type='spicevmc'/>",
        ),
        false => ("<graphics type='vnc' port='-1'/>", "", ""),
    };
    let tpm = if has("emulator") { "<tpm model='tpm-crb'><backend type='emulator'/></tpm>" } else { "" };
    format!(
        "<domain type='{}'>\
         <name>{name}</name>\
         <metadata><libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'>\
         <libosinfo:os id='http://debian.org/debian/12'/></libosinfo:libosinfo></metadata>\
         <memory>2097152</memory><currentMemory>2097152</currentMemory><vcpu>2</vcpu>\
         <os><type arch='x86_64' machine='q35'>hvm</type><boot dev='hd'/></os>\
         <features><acpi/><apic/><vmport state='off'/></features>\
         <clock offset='utc'><timer name='rtc' tickpolicy='catchup'/><timer name='pit' tickpolicy='delay'/>\
         <timer name='hpet' present='no'/></clock>\
         <pm><suspend-to-mem enabled='no'/><suspend-to-disk enabled='no'/></pm>\
         <devices><emulator>/usr/bin/qemu-system-x86_64</emulator>\
         <disk type='file' device='disk'><driver name='qemu' type='qcow2' discard='unmap'/>\
         <source file='/nowhere/{name}.qcow2'/><target dev='vda' bus='virtio'/></disk>\
         <disk type='file' device='cdrom'><driver name='qemu' type='raw'/>\
         <source file='/nowhere/{name}.iso'/><target dev='sda' bus='sata'/><readonly/></disk>\
         <controller type='usb' model='qemu-xhci' ports='15'/>\
         <interface type='bridge'><source bridge='br-nowhere'/><model type='virtio'/></interface>\
         <console type='pty'/>\
         <channel type='unix'><source mode='bind'/><target type='virtio' name='org.qemu.guest_agent.0'/></channel>\
         {channel}<input type='tablet' bus='usb'/>{tpm}{graphics}<sound model='ich9'/>\
         <video><model type='virtio'/></video>{redirection}<memballoon model='virtio'/>\
         <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>\
         </devices></domain>",
        guest_type()
    )
}

#[test]
fn what_virt_install_makes_stays_short() {
    system!();
    let names = Names::new(SYSTEM, "installed");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("it.xml");
    fs::write(&file, of_virt_install(names.prefix())).expect("a file");
    let define = |file: &Path| virsh(SYSTEM, &["define", &file.display().to_string()]);
    define(&file);
    if let Some((_terraform, text)) = generated(names.prefix()) {
        let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')).count();
        let values = text.lines().filter(|line| line.contains(" = ") && !line.ends_with(['{', '['])).count();
        println!("{values} values on {lines} lines");
        assert!(values <= VALUES && lines <= LINES, "{values} values on {lines} lines:\n{text}");
    }
    drop(names);
}
