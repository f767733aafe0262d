//! Checks before anything is touched, as Terraform shows them: levels, values that are known late, hosts that are older.

use tests::libvirt::{Holder, Names, TEST, answers, try_virsh};
use tests::needs;
use tests::terraform::{Diagnostic, Workspace};

/// Nothing answers here, and nobody asks.
const NOWHERE: &str = "qemu+unix:///system?socket=/nowhere";

const WRONG_WORD: &str = "resource \"libvirt_network\" \"it\" {\n  name = \"x\"\n  forward = { mode = \"natt\" }\n}\n";

/// Sets the level in the provider's block.
fn set_level(terraform: &Workspace, level: &str) {
    let file = terraform.path().join("provider.tf");
    let text = std::fs::read_to_string(file).expect("the provider's block");
    let (others, uri) = text.split_once("  uri = ").expect("a uri");
    let others = others.split_once("  validation").map_or(others, |(others, _)| others);
    terraform.write("provider.tf", &format!("{others}  validation = \"{level}\"\n  uri = {uri}"));
}

/// What a plan says.
fn plan(terraform: &Workspace) -> (i32, Vec<Diagnostic>) {
    let run = terraform.run(&["plan", "-json", "-input=false"]);
    (run.code, without_terraforms_own(run.diagnostics()))
}

/// Terraform says each time that it uses the provider that was built here.
fn without_terraforms_own(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostics.retain(|one| !one.summary.contains("development overrides"));
    diagnostics
}

fn severities(diagnostics: &[Diagnostic]) -> Vec<&str> {
    diagnostics.iter().map(|one| one.severity.as_str()).collect()
}

/// A controller whose model belongs to another type.
fn mismatched(name: &str, description: &str) -> String {
    format!(
        r#"
resource "terraform_data" "late" {{}}

resource "libvirt_domain" "it" {{
  name        = "{name}"
  type        = "test"
  memory      = 64
  memory_unit = "MiB"
  description = {description}
  os          = {{ type = "hvm" }}
  devices     = {{ controllers = [{{ type = "usb", model = "virtio-scsi" }}] }}
}}
"#
    )
}

#[test]
fn levels() {
    for configuration in [WRONG_WORD.to_string(), mismatched("x", "\"known\"")] {
        let Some(terraform) = Workspace::new(NOWHERE, &configuration) else { return };
        let (code, found) = plan(&terraform);
        assert_eq!((code, severities(&found)), (1, vec!["error"]), "{found:#?}");
        set_level(&terraform, "warn");
        let (code, found) = plan(&terraform);
        // Terraform checks twice before it plans, and says so twice.
        assert!(code == 0 && !found.is_empty(), "{found:#?}");
        assert!(severities(&found).iter().all(|severity| *severity == "warning"), "{found:#?}");
        set_level(&terraform, "off");
        let (code, found) = plan(&terraform);
        assert_eq!((code, severities(&found)), (0, vec![]), "{found:#?}");
    }
}

#[test]
fn a_document_that_is_known_late_is_checked_before_it_is_applied() {
    needs!(answers(TEST), "libvirt at test+unix:///default");
    let names = Names::new(TEST, "late");
    let configuration = mismatched(names.prefix(), "terraform_data.late.id");
    let Some(terraform) = Workspace::new(TEST, &configuration) else { return };
    let (code, found) = plan(&terraform);
    assert_eq!((code, severities(&found)), (0, vec![]), "{found:#?}");
    let found = without_terraforms_own(terraform.apply_fails().1);
    assert_eq!(severities(&found), ["error"], "{found:#?}");
    assert!(found[0].text().contains("devices.controllers[0].model"), "{}", found[0].text());
    names.expect_nothing_left();
}

#[test]
fn what_is_newer_than_the_host_is_reported() {
    needs!(answers(TEST), "libvirt at test+unix:///default");
    let version = try_virsh(TEST, &["version"]).unwrap_or_default();
    let library = version.lines().find_map(|line| line.strip_prefix("Using library: libvirt "));
    let major = |version: &str| version.split('.').next().and_then(|major| major.parse::<u32>().ok());
    needs!(library.and_then(major).is_some_and(|major| major < 12), "a libvirt older than 12");
    let library = library.unwrap_or_default();
    let _holder = Holder::new(TEST);
    let names = Names::new(TEST, "newer");
    let domain = |rest: &str| {
        format!(
            r#"
resource "libvirt_domain" "it" {{
  name        = "{}"
  type        = "test"
  memory      = 64
  memory_unit = "MiB"
  os          = {{ type = "hvm" }}
  {rest}
}}
"#,
            names.prefix()
        )
    };
    let (plain, newer) = (domain(""), domain("cpu_tune = { energytunes = [{ vcpus = \"0\", monitors = [] }] }"));
    let Some(terraform) = Workspace::new(TEST, &newer) else { return };
    let expect_reported = |found: Vec<Diagnostic>| {
        assert_eq!(severities(&found), ["warning"], "{found:#?}");
        let text = found[0].text();
        assert!(text.contains("cpu_tune.energytunes") && text.contains("12.8.0") && text.contains(library), "{text}");
    };

    // The first plan asks no host. Whoever has something in the state has it read before each plan, so then the host is known.
    assert_eq!(severities(&plan(&terraform).1), Vec::<&str>::new());
    let run = terraform.run(&["apply", "-json", "-input=false", "-auto-approve"]);
    expect_reported(without_terraforms_own(run.diagnostics()));

    terraform.configure(&plain);
    terraform.apply();
    terraform.configure(&newer);
    let (code, found) = plan(&terraform);
    assert_eq!(code, 0, "{found:#?}");
    expect_reported(found);
    set_level(&terraform, "off");
    assert_eq!(severities(&plan(&terraform).1), Vec::<&str>::new());
    terraform.destroy();
    names.expect_nothing_left();
}
