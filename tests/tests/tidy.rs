//! `tidy` over what Terraform generates of an imported domain, and over what it must leave alone.

use std::fs;
use std::path::Path;
use std::process::Command;

use tests::libvirt::{Names, TEST, virsh};
use tests::terraform::{Workspace, provider_binary};
use tests::test_driver;

/// The exit code and what is printed, to both ends; the folder's name left out.
fn tidy(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output =
        Command::new(provider_binary()).arg("tidy").args(arguments).current_dir(folder).output().expect("it runs");
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    (output.status.code(), text.concat())
}

/// Choices of which only the variant is set, a switch that is an object, a password, and lists.
fn document(name: &str) -> String {
    format!(
        "<domain type='test'><name>{name}</name><memory unit='MiB'>64</memory><vcpu>2</vcpu><os><type>hvm</type></os>\
         <features><acpi/><apic/></features><devices>\
         <disk type='file'><driver name='qemu' type='qcow2'/><source file='/a'/><target dev='vda' bus='virtio'/></disk>\
         <disk type='file' device='cdrom'><target dev='sda' bus='sata'/><readonly/></disk>\
         <interface type='user'><model type='virtio'/></interface><serial type='pty'/>\
         <graphics type='vnc' autoport='yes' passwd='hunter2'/>\
         <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng></devices></domain>"
    )
}

#[test]
fn a_generated_configuration_has_no_nulls_and_plans_no_change() {
    let _holder = test_driver!();
    let names = Names::new(TEST, "tidy");
    let name = names.prefix();
    let import = format!("import {{\n  to = libvirt_domain.it\n  id = \"{name}\"\n}}\n");
    let Some(terraform) = Workspace::new(TEST, &import) else { return };
    terraform.write("it.xml", &document(name));
    virsh(TEST, &["define", &terraform.path().join("it.xml").display().to_string()]);
    terraform.run(&["plan", "-no-color", "-input=false", "-generate-config-out=made.tf"]).expect_success("plan");
    let made = || fs::read_to_string(terraform.path().join("made.tf")).expect("the generated configuration");
    let before = made();

    let nulls = before.lines().filter(|line| line.contains(" = null")).count();
    let (code, out) = tidy(terraform.path(), &["--check", "made.tf"]);
    assert_eq!((code, made() == before), (Some(i32::from(nulls > 0)), true), "{out}");
    let (code, out) = tidy(terraform.path(), &["made.tf"]);
    assert_eq!(code, Some(0), "{out}");
    if nulls > 0 {
        assert!(out.starts_with(&format!("made.tf: removed {nulls} null attributes\n")), "{out}");
    }
    // Cores write this only for some attributes that are computed too.
    let hides = before.contains("passwd = null # sensitive");
    assert_eq!(out.contains("libvirt_domain.it: devices.graphics[0].vnc.passwd is sensitive"), hides, "{out}");
    let after = made();
    println!("{} lines became {}", before.lines().count(), after.lines().count());
    assert!(!after.contains("null"), "{after}");
    assert_eq!(terraform.run(&["fmt", "-check"]).code, 0, "not as `terraform fmt` has it:\n{after}");
    assert_eq!(tidy(terraform.path(), &["--check", "made.tf"]), (Some(0), "made.tf: no null attributes\n".to_string()));

    let plan = terraform.run(&["plan", "-no-color", "-input=false"]);
    assert!(plan.out.contains("1 to import, 0 to add, 0 to change, 0 to destroy"), "{}\n{}", plan.out, plan.err);
    terraform.apply();
    terraform.expect_empty_plan("after the import");
    terraform.destroy();
    names.expect_nothing_left();
}

#[test]
fn other_files_stay_as_they_are() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    let others =
        "resource \"other_thing\" \"a\" {\n  x = null\n}\n\ndata \"libvirt_node_info\" \"b\" {\n  x = null\n}\n";
    let rows = [("others.tf", others), ("broken.tf", "resource \"libvirt_domain\" \"a\" {\n  x = null\n")];
    for (name, text) in rows {
        fs::write(folder.join(name), text).expect("a file");
    }
    let (code, out) = tidy(folder, &["others.tf", "broken.tf", "none.tf"]);
    assert_eq!(code, Some(2), "{out}");
    assert!(out.starts_with("others.tf: no null attributes\nbroken.tf: ") && out.contains("\nnone.tf: "), "{out}");
    for (name, text) in rows {
        assert_eq!(fs::read_to_string(folder.join(name)).expect("a file"), text);
    }
    assert_eq!(tidy(folder, &[]).0, Some(2));
}
