//! Create, change, import and destroy on the system's QEMU: the domain and the network. Of volumes, `lifecycle_volumes`.

use tests::libvirt::{Names, SYSTEM, guest_type, try_virsh, virsh};
use tests::system;
use tests::terraform::Workspace;

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
        terraform.expect_no_replacement();
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
        terraform.expect_no_replacement();
        terraform.apply();
        terraform.expect_empty_plan("after the import");
    }

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
