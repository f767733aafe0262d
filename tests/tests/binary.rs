//! The provider's binary, started by hand.

use std::process::{Command, Output};

use tests::terraform::provider_binary;

fn run(arguments: &[&str]) -> (Output, String) {
    let output = Command::new(provider_binary())
        .args(arguments)
        .env_remove("TF_PLUGIN_MAGIC_COOKIE")
        .output()
        .expect("the provider runs");
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output, text)
}

#[test]
fn by_hand_it_says_what_it_is() {
    let (output, text) = run(&[]);
    assert!(!output.status.success());
    assert!(text.contains("Terraform"), "{text}");
    assert!(text.contains("install"), "{text}");
}

#[test]
fn version() {
    let (output, text) = run(&["--version"]);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("terraform-provider-libvirt") && text.contains(env!("CARGO_PKG_VERSION")), "{text}");
}

#[test]
fn help() {
    let (output, text) = run(&["--help"]);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("Usage") || text.contains("usage"), "{text}");
}
