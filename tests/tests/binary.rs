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

/// It starts where libvirt is not installed, and fast: see provider/src/libvirt/library.rs.
#[test]
fn it_starts_without_libvirts_library() {
    // Asks the dynamic loader, which then does not run the program, for what it loads at the start.
    let loaded = Command::new(provider_binary()).env("LD_TRACE_LOADED_OBJECTS", "1").output().expect("the loader runs");
    let loaded = String::from_utf8_lossy(&loaded.stdout);
    assert!(loaded.contains("libc.so"), "{loaded}");
    assert!(!loaded.contains("libvirt"), "{loaded}");
}
