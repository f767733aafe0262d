//! What people write and libvirt takes, but reports differently or not at all: the next plan must be empty all the same. And
//! what is imported, with the configuration that Terraform generates. On libvirt's test driver.

use tests::libvirt::{Names, TEST, virsh};
use tests::terraform::Workspace;
use tests::test_driver;

fn domain(name: &str, rest: &str) -> String {
    format!(
        "resource \"libvirt_domain\" \"it\" {{\n  name = \"{name}\"\n  type = \"test\"\n  memory = 64\n  \
         memory_unit = \"MiB\"\n  vcpu = 2\n  os = {{ type = \"hvm\" }}\n  {rest}\n}}\n"
    )
}

/// A channel as nearly every configuration has it. libvirt places the socket itself and keeps nothing of this source.
const CHANNEL: &str = r#"channels = [{
      source = { unix = { mode = "bind" } }
      target = { virt_io = { name = "org.qemu.guest_agent.0" } }
    }]"#;

#[test]
fn a_socket_that_libvirt_places_is_no_difference() {
    let _holder = test_driver!();
    let names = Names::new(TEST, "channel");
    let configuration = domain(names.prefix(), &format!("devices = {{\n    {CHANNEL}\n  }}"));
    let Some(terraform) = Workspace::new(TEST, &configuration) else { return };

    let applied = terraform.run(&["apply", "-no-color", "-input=false", "-auto-approve"]);
    applied.expect_success("apply");
    assert!(!applied.out.contains("reports a different value"), "{}", applied.out);
    terraform.expect_empty_plan("with a socket that libvirt places");
    terraform.destroy();
    names.expect_nothing_left();
}

#[test]
fn what_libvirt_reports_otherwise_is_said_once() {
    let _holder = test_driver!();
    let names = Names::new(TEST, "otherwise");
    let name = names.prefix();
    let configuration = |cpus: &str, more: &str| {
        let serial = r#"serials = [{ source = { pty = { path = "/dev/pts/0" } }, target = { port = 0 } }]"#;
        domain(
            name,
            &format!(
                "cpu_tune = {{ emulator_pin = {{ cpu_set = \"{cpus}\" }} }}\n  devices = {{\n    {serial}\n  }}\n  {more}"
            ),
        )
    };
    let Some(terraform) = Workspace::new(TEST, &configuration("0,1", "")) else { return };

    let applied = terraform.run(&["apply", "-no-color", "-input=false", "-auto-approve"]);
    applied.expect_success("apply");
    for line in [
        r#"cpu_tune.emulator_pin.cpu_set: configured as "0,1", reported as "0-1""#,
        r#"devices.serials[0].source.pty.path: configured as "/dev/pts/0", not reported"#,
    ] {
        assert!(applied.out.contains(line), "{line}\n{}", applied.out);
    }
    terraform.expect_empty_plan("after libvirt reported the CPUs differently");

    // A change of something else does not warn of it again, and leaves it accepted.
    terraform.configure(&configuration("0,1", "description = \"changed\""));
    let changed = terraform.run(&["apply", "-no-color", "-input=false", "-auto-approve"]);
    changed.expect_success("apply");
    assert!(!changed.out.contains("reports a different value"), "{}", changed.out);
    terraform.expect_empty_plan("after something else was changed");

    // What someone changes there is a difference again.
    virsh(TEST, &["emulatorpin", name, "--cpulist", "1", "--config"]);
    let plan = terraform.expect_changes("after someone pinned the emulator elsewhere");
    assert!(plan.contains(r#""1" -> "0,1""#), "{plan}");

    terraform.configure(&configuration("0", "description = \"changed\""));
    terraform.apply();
    terraform.expect_empty_plan("after the CPUs were changed");
    terraform.destroy();
    names.expect_nothing_left();
}

/// libvirt writes an element for each CPU of `0-1`, and again at each change of anything.
#[test]
fn elements_that_libvirt_makes_of_one_are_no_difference() {
    let _holder = test_driver!();
    let names = Names::new(TEST, "split");
    let configuration = |cpus: &str, more: &str| {
        let sched = format!("vcpu_sched = [{{ vcpus = \"{cpus}\", scheduler = \"batch\" }}]");
        domain(names.prefix(), &format!("cpu_tune = {{ {sched} }}\n  {more}"))
    };
    let Some(terraform) = Workspace::new(TEST, &configuration("0-1", "")) else { return };

    terraform.apply();
    terraform.expect_empty_plan("after libvirt made two elements of one");
    terraform.configure(&configuration("0-1", "description = \"changed\""));
    let changed = terraform.run(&["apply", "-no-color", "-input=false", "-auto-approve"]);
    changed.expect_success("apply");
    assert!(!changed.out.contains("reports a different value"), "{}", changed.out);
    terraform.expect_empty_plan("after something else was changed");
    terraform.destroy();
    names.expect_nothing_left();
}

/// `file("metadata.xml")` gives all of a file, and that begins like a document.
#[test]
fn raw_xml_may_begin_like_a_file() {
    let _holder = test_driver!();
    let names = Names::new(TEST, "declared");
    let file = r#"<?xml version=\"1.0\"?>\n<!-- whose -->\n<a:owner xmlns:a=\"urn:a\">us</a:owner>\n"#;
    let configuration = domain(names.prefix(), &format!("metadata = {{ xml = \"{file}\" }}"));
    let Some(terraform) = Workspace::new(TEST, &configuration) else { return };

    terraform.apply();
    terraform.expect_empty_plan("with a file's XML");
    let xml = virsh(TEST, &["dumpxml", names.prefix()]);
    assert!(xml.contains(">us</a:owner>"), "{xml}");
    terraform.destroy();
    names.expect_nothing_left();
}

#[test]
fn names_that_libvirt_takes_beyond_its_grammar_are_applied() {
    let _holder = test_driver!();
    let names = Names::new(TEST, "names");
    let name = names.prefix();
    let configuration = format!(
        r#"
resource "libvirt_network" "it" {{
  name   = "{name}"
  bridge = {{ name = "virbr78" }}
  domain = {{ name = "my_lab.example" }}
  ips = [{{
    address = "192.168.78.1"
    prefix  = 24
    dhcp    = {{ hosts = [{{ mac = "52:54:00:00:78:02", name = "node_1", ip = "192.168.78.2" }}] }}
  }}]
  dns = {{ host = [{{ ip = "192.168.78.3", hostnames = [{{ hostname = "*.apps.my_lab.example" }}] }}] }}
}}
"#
    );
    let Some(terraform) = Workspace::new(TEST, &configuration) else { return };

    let validated = terraform.run(&["validate", "-no-color"]);
    validated.expect_success("validate");
    assert!(validated.out.contains("Unusual value"), "{}", validated.out);
    terraform.apply();
    terraform.expect_empty_plan("of a network with unusual names");
    let xml = virsh(TEST, &["net-dumpxml", name]);
    assert!(xml.contains("<hostname>*.apps.my_lab.example</hostname>") && xml.contains("name='node_1'"), "{xml}");
    terraform.destroy();
    names.expect_nothing_left();
}

#[test]
fn what_is_imported_inactive_stays_so_until_it_is_changed() {
    let _holder = test_driver!();
    let names = Names::new(TEST, "idle");
    let name = names.prefix();
    let Some(terraform) = Workspace::new(
        TEST,
        &format!(
            "import {{\n  to = libvirt_network.it\n  id = \"{name}\"\n}}\n\nimport {{\n  to = libvirt_pool.it\n  id = \"{name}\"\n}}\n"
        ),
    ) else {
        return;
    };
    for (command, xml) in [
        ("net-define", format!("<network><name>{name}</name><bridge name='virbr79'/></network>")),
        ("pool-define", format!("<pool type='dir'><name>{name}</name><target><path>/nowhere</path></target></pool>")),
    ] {
        terraform.write("it.xml", &xml);
        virsh(TEST, &[command, &terraform.path().join("it.xml").display().to_string()]);
    }
    terraform.run(&["plan", "-no-color", "-input=false", "-generate-config-out=made.tf"]).expect_success("plan");
    let plan = terraform.run(&["plan", "-no-color", "-input=false"]);
    assert!(plan.out.contains("2 to import, 0 to add, 0 to change, 0 to destroy"), "{}\n{}", plan.out, plan.err);
    terraform.apply();
    terraform.expect_empty_plan("after the import");
    let is_active =
        || virsh(TEST, &["net-info", name]).lines().any(|line| line.starts_with("Active:") && line.ends_with("yes"));
    assert!(!is_active(), "an import starts nothing");

    let made = std::fs::read_to_string(terraform.path().join("made.tf")).expect("the generated configuration");
    let untitled: String =
        made.lines().filter(|line| !line.trim().starts_with("title ")).map(|line| format!("{line}\n")).collect();
    let network = "resource \"libvirt_network\" \"it\" {\n";
    terraform.write("made.tf", &untitled.replacen(network, &format!("{network}  title = \"changed\"\n"), 1));
    terraform.apply();
    assert!(is_active(), "a network that is changed is started, as one that is created");
    terraform.expect_empty_plan("after the change");
    terraform.destroy();
    names.expect_nothing_left();
}
