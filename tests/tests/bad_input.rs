//! What goes wrong is reported once, with what to do, and leaves nothing half-made.

use tests::libvirt::{Names, SYSTEM, TEST, answers, guest_type, try_virsh};
use tests::skip::{is_root, program};
use tests::terraform::{Diagnostic, Workspace, quoted};
use tests::{needs, system};

const NETWORK: &str = r#"
resource "libvirt_network" "it" {
  name = "never-made"
}
"#;

/// Applies, expects exactly one error, and returns it.
fn only_error(terraform: &Workspace) -> Diagnostic {
    let (run, diagnostics) = terraform.apply_fails();
    let mut errors: Vec<Diagnostic> = diagnostics.into_iter().filter(|one| one.severity == "error").collect();
    assert_eq!(errors.len(), 1, "exactly one error: {errors:#?}\n{}", run.err);
    let error = errors.remove(0);
    let text = error.text();
    assert!(!error.detail.trim().is_empty(), "the error says what to do: {text}");
    assert!(!text.contains("panicked"), "{text}");
    assert_eq!(terraform.resources(), 0, "nothing half-made in the state");
    error
}

/// Whether any of these words is in the error.
fn expect_words(error: &Diagnostic, words: &[&str]) {
    let text = error.text();
    let lower = text.to_lowercase();
    assert!(words.iter().any(|word| lower.contains(&word.to_lowercase())), "one of {words:?} in: {text}");
}

#[test]
fn a_malformed_uri() {
    let Some(terraform) = Workspace::new("qemu//system", NETWORK) else { return };
    let error = only_error(&terraform);
    expect_words(&error, &["qemu//system"]);
    expect_words(&error, &["uri"]);
}

#[test]
fn an_unknown_driver() {
    let Some(terraform) = Workspace::new("qemuu:///system", NETWORK) else { return };
    let error = only_error(&terraform);
    expect_words(&error, &["qemuu"]);
}

#[test]
fn an_unreachable_host() {
    // Port 1 of this machine: refused at once, wherever the test runs.
    let Some(terraform) = Workspace::new("qemu+tcp://127.0.0.1:1/system", NETWORK) else { return };
    let error = only_error(&terraform);
    expect_words(&error, &["127.0.0.1"]);
}

#[test]
fn a_host_without_an_address() {
    let Some(terraform) = Workspace::new("qemu+tcp://no-such-host.invalid/system", NETWORK) else { return };
    let error = only_error(&terraform);
    expect_words(&error, &["no-such-host.invalid"]);
}

#[test]
fn libvirtd_is_not_running() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let socket = folder.path().join("libvirt-sock");
    let uri = format!("qemu+unix:///system?socket={}", socket.display());
    let Some(terraform) = Workspace::new(&uri, NETWORK) else { return };
    let error = only_error(&terraform);
    expect_words(&error, &[&socket.display().to_string()]);
    expect_words(&error, &["running", "start", "systemctl"]);
}

#[test]
fn permission_denied() {
    system!();
    needs!(is_root() && program("setpriv").is_some(), "root and setpriv, to become a user without rights");
    let Some(mut terraform) = Workspace::new(SYSTEM, NETWORK) else { return };
    terraform.run_as_nobody();
    let (run, diagnostics) = terraform.apply_fails();
    let errors: Vec<&Diagnostic> = diagnostics.iter().filter(|one| one.severity == "error").collect();
    assert_eq!(errors.len(), 1, "exactly one error: {errors:#?}\n{}", run.err);
    // Without polkit libvirt cannot even ask; both mean that this user may not.
    expect_words(errors[0], &["permission", "authenticat", "access", "polkit", "bus"]);
    expect_words(errors[0], &["group", "session"]);
    expect_words(errors[0], &[SYSTEM]);
}

fn domain(name: &str, kind: &str, rest: &str) -> String {
    format!(
        r#"
resource "libvirt_domain" "it" {{
  name        = "{name}"
  type        = "{kind}"
  memory      = 64
  memory_unit = "MiB"
  {rest}
}}
"#
    )
}

#[test]
fn an_unknown_machine_type() {
    system!();
    let names = Names::new(SYSTEM, "machine");
    let configuration =
        domain(names.prefix(), &guest_type(), r#"os = { type = "hvm", type_machine = "no-such-machine" }"#);
    let Some(terraform) = Workspace::new(SYSTEM, &configuration) else { return };
    let error = only_error(&terraform);
    expect_words(&error, &["no-such-machine"]);
    expect_words(&error, &["type_machine", "machine"]);
    assert!(try_virsh(SYSTEM, &["dominfo", names.prefix()]).is_err());
    names.expect_nothing_left();
}

#[test]
fn metadata_that_is_not_xml() {
    needs!(answers(TEST), "libvirt at test+unix:///default");
    let names = Names::new(TEST, "metadata");
    for bad in ["<a><b></a>", "<a", "a & b", "<n:a/>"] {
        let rest = format!("os = {{ type = \"hvm\" }}\n  metadata = {{ xml = {} }}", quoted(bad));
        let configuration = domain(names.prefix(), "test", &rest);
        let Some(terraform) = Workspace::new(TEST, &configuration) else { return };
        let error = only_error(&terraform);
        expect_words(&error, &["metadata"]);
        names.expect_nothing_left();
    }
}

#[test]
fn a_word_that_is_not_allowed() {
    // Caught while planning: nothing answers at this uri, and nobody asks.
    let folder = tempfile::tempdir().expect("a temporary folder");
    let uri = format!("qemu+unix:///system?socket={}/none", folder.path().display());
    let Some(terraform) = Workspace::new(
        &uri,
        "resource \"libvirt_network\" \"it\" {\n  name = \"x\"\n  forward = { mode = \"natt\" }\n}\n",
    ) else {
        return;
    };
    let run = terraform.run(&["plan", "-json", "-input=false"]);
    assert_eq!(run.code, 1, "{}", run.out);
    let errors: Vec<Diagnostic> = run.diagnostics().into_iter().filter(|one| one.severity == "error").collect();
    assert_eq!(errors.len(), 1, "{errors:#?}");
    expect_words(&errors[0], &["natt"]);
    expect_words(&errors[0], &["\"nat\""]);
}

#[test]
fn a_plan_needs_no_libvirt() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let uri = format!("qemu+unix:///system?socket={}/none", folder.path().display());
    let Some(terraform) = Workspace::new(&uri, NETWORK) else { return };
    terraform.expect_changes("without any libvirt");
}
