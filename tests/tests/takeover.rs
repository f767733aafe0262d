//! A state that the Go provider wrote is taken over with `terraform state replace-provider`, and nothing changes.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Map, Value};

use tests::libvirt::{Names, TEST, virsh};
use tests::repository::{read, root};
use tests::terraform::{SOURCE, Workspace};
use tests::test_driver;

/// The name under which the Go provider's users have it.
const THEIRS: &str = "dmacvicar/libvirt";

/// Its attributes and their flags, by resource and path.
fn surface() -> BTreeMap<(String, String), String> {
    let rows = read(&root().join("overrides/go-provider.tsv"));
    rows.lines()
        .skip(1)
        .map(|row| row.split('\t').collect::<Vec<_>>())
        .map(|columns| ((columns[1].to_string(), columns[2].replace("[]", "")), columns[4].to_string()))
        .collect()
}

/// What the Go provider would have in its state of this object: no attribute that it does not know, and what only libvirt
/// knows where it asks for that.
fn as_theirs(
    resource: &str,
    path: &str,
    value: &Value,
    chosen: &[&str],
    surface: &BTreeMap<(String, String), String>,
) -> Value {
    match value {
        Value::Object(members) => {
            let mut kept = Map::new();
            for (name, member) in members {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                let known = surface.contains_key(&(resource.to_string(), path.clone()));
                if known && !chosen.contains(&path.as_str()) {
                    kept.insert(name.clone(), as_theirs(resource, &path, member, chosen, surface));
                }
            }
            Value::Object(kept)
        }
        Value::Array(items) => {
            Value::Array(items.iter().map(|item| as_theirs(resource, path, item, chosen, surface)).collect())
        }
        leaf => leaf.clone(),
    }
}

/// Rewrites the state as if the Go provider had made it.
fn rewrite_state(terraform: &Workspace, chosen: &[&str]) {
    let file = terraform.path().join("terraform.tfstate");
    let mut state: Value = serde_json::from_str(&read(&file)).expect("a state");
    let surface = surface();
    for resource in state["resources"].as_array_mut().expect("resources") {
        let name = resource["type"].as_str().expect("a type").to_string();
        let ours = resource["provider"].as_str().expect("a provider's address");
        assert!(ours.contains(SOURCE), "{ours}");
        resource["provider"] = ours.replace(SOURCE, THEIRS).into();
        for instance in resource["instances"].as_array_mut().expect("instances") {
            instance["attributes"] = as_theirs(&name, "", &instance["attributes"], chosen, &surface);
            instance.as_object_mut().expect("an instance").remove("private");
        }
    }
    fs::write(file, state.to_string()).expect("a writable temporary folder");
}

#[test]
fn a_state_of_the_go_provider_plans_clean() {
    let _holder = test_driver!();
    let names = Names::new(TEST, "takeover");
    let name = names.prefix();
    let configuration = format!(
        r#"
resource "libvirt_network" "it" {{
  name    = "{name}"
  forward = {{ mode = "nat" }}
  bridge  = {{ name = "virbr78" }}
  ips     = [{{ address = "192.168.78.1", prefix = 24 }}]
}}

resource "libvirt_pool" "it" {{
  name   = "{name}"
  type   = "dir"
  target = {{ path = "/nowhere/{name}" }}
}}

resource "libvirt_volume" "it" {{
  name     = "{name}"
  pool     = libvirt_pool.it.name
  capacity = 1048576
}}

resource "libvirt_domain" "it" {{
  name        = "{name}"
  type        = "test"
  memory      = 64
  memory_unit = "MiB"
  vcpu        = 1
  running     = true
  os          = {{ type = "hvm" }}
  devices = {{
    disks = [{{
      source = {{ volume = {{ pool = libvirt_pool.it.name, volume = libvirt_volume.it.name }} }}
      target = {{ dev = "vda", bus = "virtio" }}
    }}]
    interfaces = [{{
      source = {{ network = {{ network = libvirt_network.it.name }} }}
    }}]
    consoles = [{{ target = {{ type = "serial", port = 0 }} }}]
  }}
}}
"#
    );
    let Some(terraform) = Workspace::new(TEST, &configuration) else { return };
    terraform.apply();
    let uuid = virsh(TEST, &["domuuid", name]);
    // The Go provider does not ask libvirt for the address that it chose.
    rewrite_state(&terraform, &["devices.interfaces.mac"]);
    terraform
        .run(&["state", "replace-provider", "-auto-approve", THEIRS, SOURCE])
        .expect_success("state replace-provider");
    terraform.expect_empty_plan("after the Go provider's state was taken over");

    terraform.configure(&configuration.replace("memory      = 64", "memory      = 96"));
    terraform.expect_changes("after the memory was changed");
    terraform.apply();
    terraform.expect_empty_plan("after the change");
    assert_eq!(virsh(TEST, &["domuuid", name]), uuid, "a change must not make another domain");
    terraform.destroy();
    names.expect_nothing_left();
}
