//! Create, change, import and destroy on the system's QEMU: the secret, whose value must be seen nowhere.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tests::libvirt::{Names, SYSTEM, try_virsh, virsh};
use tests::terraform::Workspace;
use tests::{needs, system};

/// Values, each beside what virsh shows of it: base64.
const FIRST: (&str, &str) = ("tfv-first-\u{e9}", "dGZ2LWZpcnN0LcOp");
const SECOND: (&str, &str) = ("tfv-second-value", "dGZ2LXNlY29uZC12YWx1ZQ==");
/// Bytes that are no text.
const BYTES: &str = "/v8AdGZ2";

/// What goes into the configuration of the secret, and its values from the environment.
fn configuration(name: &str, inside: &str) -> String {
    format!(
        r#"
variable "value" {{
  type      = string
  ephemeral = true
}}

resource "libvirt_secret" "it" {{
  usage = {{ ceph = {{ name = "{name}" }} }}
{inside}
}}
"#
    )
}

fn value(uuid: &str) -> String {
    virsh(SYSTEM, &["secret-get-value", uuid])
}

/// A workspace with a value and Terraform's most talkative log, where the core knows write-only attributes.
fn workspace(configuration: &str) -> Option<Workspace> {
    let mut terraform = Workspace::new(SYSTEM, configuration)?;
    let version: Value = serde_json::from_str(&terraform.run(&["version", "-json"]).out).unwrap_or_default();
    let version = version["terraform_version"].as_str().unwrap_or_default();
    let minor = version.split('.').nth(1).and_then(|minor| minor.parse::<u32>().ok()).unwrap_or_default();
    if version.starts_with("1.") && minor < 11 {
        tests::skip::skipped("a core that knows write-only attributes (1.11)");
        return None;
    }
    let log = terraform.path().join("trace.log").display().to_string();
    for (name, value) in [("TF_LOG", "trace"), ("TF_LOG_PATH", log.as_str()), ("TF_VAR_value", FIRST.0)] {
        terraform.env(name, value);
    }
    Some(terraform)
}

/// Panics where a value stands in any file of the workspace, or in the plan.
fn expect_unseen(terraform: &Workspace) {
    let plan = terraform.run(&["plan", "-no-color", "-input=false", "-out=plan.bin"]);
    let shown = terraform.run(&["show", "-json", "plan.bin"]);
    let mut texts = vec![("plan".to_string(), plan.out + &plan.err), ("plan as JSON".to_string(), shown.out)];
    for file in fs::read_dir(terraform.path()).unwrap().map(|entry| entry.unwrap().path()) {
        if file.is_file() {
            texts.push((file.display().to_string(), String::from_utf8_lossy(&fs::read(&file).unwrap()).into_owned()));
        }
    }
    assert!(texts.iter().any(|(place, text)| place.ends_with("trace.log") && text.contains("libvirt_secret")));
    assert!(
        texts.iter().any(|(place, text)| place.ends_with("terraform.tfstate") && text.contains("value_wo_version"))
    );
    for (place, text) in texts {
        for value in [FIRST.0, FIRST.1, SECOND.0, SECOND.1] {
            assert!(!text.contains(value), "{value} stands in {place}");
        }
    }
}

#[test]
fn a_secret_lives_and_dies_and_its_value_is_seen_nowhere() {
    system!();
    needs!(try_virsh(SYSTEM, &["secret-list"]).is_ok(), "libvirt's secret driver");
    let names = Names::new(SYSTEM, "secret");
    let name = names.prefix();
    let secret = |description: &str, version: u32| {
        let inside = format!(
            "  description      = \"{description}\"\n  value_wo         = var.value\n  value_wo_version = {version}"
        );
        configuration(name, &inside)
    };
    let Some(mut terraform) = workspace(&secret("one", 1)) else { return };
    terraform.apply();
    terraform.expect_empty_plan("after the secret was created");
    let attributes = terraform.attributes("libvirt_secret.it");
    let uuid = attributes["uuid"].as_str().unwrap().to_string();
    assert_eq!((&attributes["id"], &attributes["value_wo"]), (&attributes["uuid"], &Value::Null));
    assert_eq!(value(&uuid), FIRST.1);
    expect_unseen(&terraform);

    terraform.env("TF_VAR_value", SECOND.0);
    terraform.expect_empty_plan("after another value of the same version");
    terraform.configure(&secret("two", 1));
    terraform.apply();
    assert!(virsh(SYSTEM, &["secret-dumpxml", &uuid]).contains("<description>two</description>"));
    assert_eq!(value(&uuid), FIRST.1, "a change of the description keeps the value");
    terraform.configure(&secret("two", 2));
    terraform.expect_changes("after another version");
    terraform.apply();
    terraform.expect_empty_plan("after the value was changed");
    assert_eq!(value(&uuid), SECOND.1);
    assert_eq!(terraform.attributes("libvirt_secret.it")["uuid"], uuid, "a change makes no other secret");
    expect_unseen(&terraform);

    for id in [uuid.clone(), format!("ceph:{name}")] {
        terraform.configure(&configuration(name, "  description = \"two\""));
        terraform.import_again("libvirt_secret.it", &id);
        terraform.expect_empty_plan("after the import");
    }
    assert_eq!(value(&uuid), SECOND.1, "an import keeps the value");
    terraform.destroy();
    names.expect_nothing_left();
}

#[test]
fn a_value_may_be_bytes_and_private() {
    system!();
    needs!(try_virsh(SYSTEM, &["secret-list"]).is_ok(), "libvirt's secret driver");
    let names = Names::new(SYSTEM, "bytes");
    let inside = |value: &str| format!("  private         = false\n  value_base64_wo = \"{value}\"");
    let Some(terraform) = workspace(&configuration(names.prefix(), &inside("no base64"))) else { return };
    let (_, diagnostics) = terraform.apply_fails();
    assert!(diagnostics.last().unwrap().detail.contains("not valid base64"), "{diagnostics:?}");
    names.expect_nothing_left();

    terraform.configure(&configuration(names.prefix(), &inside(BYTES)));
    terraform.apply();
    terraform.expect_empty_plan("after the secret was created");
    let uuid = terraform.attributes("libvirt_secret.it")["uuid"].as_str().unwrap().to_string();
    assert_eq!(value(&uuid), BYTES);

    terraform.configure(&configuration(names.prefix(), "  private = true"));
    terraform.apply();
    terraform.expect_empty_plan("after the secret was made private");
    assert!(try_virsh(SYSTEM, &["secret-get-value", &uuid]).unwrap_err().contains("private"));
    terraform.destroy();
    names.expect_nothing_left();
}

#[test]
fn a_usage_that_is_taken_leaves_the_other_secret_alone() {
    system!();
    needs!(try_virsh(SYSTEM, &["secret-list"]).is_ok(), "libvirt's secret driver");
    let names = Names::new(SYSTEM, "taken");
    let Some(terraform) = workspace(&configuration(names.prefix(), "  value_wo = var.value")) else { return };
    let document = format!("<secret><usage type='ceph'><name>{}</name></usage></secret>", names.prefix());
    terraform.write("secret.xml", &document);
    virsh(SYSTEM, &["secret-define", &Path::new(terraform.path()).join("secret.xml").display().to_string()]);
    let (_, diagnostics) = terraform.apply_fails();
    let detail = &diagnostics.last().unwrap().detail;
    assert!(detail.contains("already defined for use with") && detail.contains("terraform import"), "{diagnostics:?}");
    assert_eq!(names.left().len(), 1, "the other secret stays");
    assert_eq!(terraform.resources(), 0);
}
