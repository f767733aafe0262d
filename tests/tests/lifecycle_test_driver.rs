//! Create, change, import and destroy on libvirt's test driver: the domain, the network and the pool.

use tests::libvirt::{Names, TEST, virsh};
use tests::terraform::Workspace;
use tests::test_driver;

fn domain(name: &str, memory: u32, rest: &str) -> String {
    format!(
        r#"
resource "libvirt_domain" "it" {{
  name        = "{name}"
  type        = "test"
  memory      = {memory}
  memory_unit = "MiB"
  vcpu        = 1
  os          = {{ type = "hvm" }}
  {rest}
}}
"#
    )
}

#[test]
fn a_domain_lives_and_dies() {
    let _holder = test_driver!();
    let names = Names::new(TEST, "domain");
    let name = names.prefix();
    let Some(terraform) = Workspace::new(TEST, &domain(name, 64, "running = true")) else { return };

    terraform.apply();
    terraform.expect_empty_plan("after the domain was created");
    assert_eq!(virsh(TEST, &["domstate", name]), "running");
    let uuid = virsh(TEST, &["domuuid", name]);
    assert_eq!(terraform.attributes("libvirt_domain.it")["uuid"], uuid);

    terraform.configure(&domain(name, 128, "running = true\n  description = \"changed\""));
    terraform.expect_changes("after memory and description were changed");
    terraform.apply();
    terraform.expect_empty_plan("after the change");
    let xml = virsh(TEST, &["dumpxml", "--inactive", name]);
    assert!(xml.contains("<description>changed</description>"), "{xml}");
    assert!(xml.contains("<memory unit='KiB'>131072</memory>"), "{xml}");
    assert_eq!(virsh(TEST, &["domuuid", name]), uuid, "a change must not make another domain");
    assert_eq!(virsh(TEST, &["domstate", name]), "running");

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
fn a_domain_is_stopped_and_started() {
    let _holder = test_driver!();
    let names = Names::new(TEST, "running");
    let name = names.prefix();
    let Some(terraform) = Workspace::new(TEST, &domain(name, 64, "")) else { return };

    terraform.apply();
    terraform.expect_empty_plan("of a domain that nobody asked to run");
    assert_eq!(virsh(TEST, &["domstate", name]), "shut off");
    for (running, state) in [("true", "running"), ("false", "shut off")] {
        terraform.configure(&domain(name, 64, &format!("running = {running}")));
        terraform.apply();
        terraform.expect_empty_plan(&format!("with running = {running}"));
        assert_eq!(virsh(TEST, &["domstate", name]), state);
    }
    terraform.destroy();
    names.expect_nothing_left();
}

#[test]
fn a_domain_that_someone_removed_is_made_again() {
    let _holder = test_driver!();
    let names = Names::new(TEST, "gone");
    let name = names.prefix();
    let Some(terraform) = Workspace::new(TEST, &domain(name, 64, "")) else { return };

    terraform.apply();
    virsh(TEST, &["undefine", name]);
    let plan = terraform.expect_changes("after someone removed the domain");
    assert!(plan.contains("will be created"), "{plan}");
    terraform.apply();
    terraform.expect_empty_plan("after it was made again");
    terraform.destroy();
    names.expect_nothing_left();
}

#[test]
fn a_network_lives_and_dies() {
    let _holder = test_driver!();
    let names = Names::new(TEST, "network");
    let name = names.prefix();
    let network = |end: u32| {
        format!(
            r#"
resource "libvirt_network" "it" {{
  name    = "{name}"
  forward = {{ mode = "nat" }}
  bridge  = {{ name = "virbr77" }}
  ips = [{{
    address = "192.168.77.1"
    prefix  = 24
    dhcp    = {{ ranges = [{{ start = "192.168.77.10", end = "192.168.77.{end}" }}] }}
  }}]
}}
"#
        )
    };
    let Some(terraform) = Workspace::new(TEST, &network(20)) else { return };

    terraform.apply();
    terraform.expect_empty_plan("after the network was created");
    let info = virsh(TEST, &["net-info", name]);
    assert!(info.lines().any(|line| line.starts_with("Active:") && line.ends_with("yes")), "{info}");
    let uuid = virsh(TEST, &["net-uuid", name]);

    terraform.configure(&network(30));
    terraform.expect_changes("after the range was changed");
    terraform.apply();
    terraform.expect_empty_plan("after the change");
    let xml = virsh(TEST, &["net-dumpxml", name]);
    assert!(xml.contains("end='192.168.77.30'"), "{xml}");

    assert_eq!(virsh(TEST, &["net-uuid", name]), uuid, "a change must not make another network");
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
fn a_pool_lives_and_dies() {
    let _holder = test_driver!();
    let names = Names::new(TEST, "pool");
    let name = names.prefix();
    let pool = |folder: &str| {
        format!(
            r#"
resource "libvirt_pool" "it" {{
  name   = "{name}"
  type   = "dir"
  target = {{ path = "/nowhere/{folder}" }}
}}
"#
        )
    };
    let Some(terraform) = Workspace::new(TEST, &pool("one")) else { return };

    terraform.apply();
    terraform.expect_empty_plan("after the pool was created");
    let info = virsh(TEST, &["pool-info", name]);
    assert!(info.lines().any(|line| line.starts_with("State:") && line.ends_with("running")), "{info}");

    // A slash at the end is no difference.
    terraform.configure(&pool("one/"));
    terraform.expect_empty_plan("with a slash at the end of the path");

    terraform.configure(&pool("two"));
    terraform.expect_changes("after the path was changed");
    terraform.apply();
    terraform.expect_empty_plan("after the change");
    let xml = virsh(TEST, &["pool-dumpxml", name]);
    assert!(xml.contains("<path>/nowhere/two</path>"), "{xml}");

    let uuid = virsh(TEST, &["pool-uuid", name]);
    for id in [uuid.as_str(), name] {
        terraform.import_again("libvirt_pool.it", id);
        terraform.expect_no_replacement();
        terraform.apply();
        terraform.expect_empty_plan("after the import");
    }

    terraform.destroy();
    names.expect_nothing_left();
}
