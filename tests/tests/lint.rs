//! `lint` over folders of configurations, good and bad.

use std::fs;
use std::path::Path;
use std::process::Command;

use tests::terraform::provider_binary;

/// The exit code, what is printed, and what is printed as errors; paths without the folder.
fn lint(folder: &Path, more: &[&str]) -> (Option<i32>, String, String) {
    let output =
        Command::new(provider_binary()).arg("lint").arg(folder).args(more).output().expect("the provider runs");
    let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&format!("{}/", folder.display()), "");
    (output.status.code(), shown(&output.stdout), shown(&output.stderr))
}

const GOOD: &str = r#"resource "libvirt_network" "n" {
  name    = "n"
  forward = { mode = var.mode }
  ips     = [for net in var.nets : { address = net, prefix = 24 }]
}
"#;

const BAD: &str = r#"resource "libvirt_network" "n" {
  name   = "n"
  bridge = { nmae = "br0" }
  ips = [
    { address = "10.0.0.1", prefx = 24 },
  ]
  forward = {
    mode = "natt"
  }
}
"#;

#[test]
fn folders_are_distinguished() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder in it");
        fs::write(file, text).expect("a file in it");
    };
    write("good.tf", GOOD);
    write("more.tf.json", "{}");
    write("inner/bad.tf", BAD);
    write("notes.txt", "no configuration");
    let note = "more.tf.json: JSON files are not checked\n";
    assert_eq!(lint(folder.path(), &[]), (Some(0), String::new(), note.to_string()), "inner folders are left alone");

    let (code, out, _) = lint(folder.path(), &["--recursive"]);
    let expected = "\
inner/bad.tf:3:14: libvirt_network.n: bridge.nmae: unknown attribute; did you mean bridge.name?
inner/bad.tf:5:29: libvirt_network.n: ips[0].prefx: unknown attribute; did you mean ips[0].prefix?
inner/bad.tf:8:5: libvirt_network.n: Value not allowed: forward.mode is \"natt\". Allowed: \"nat\", \"route\", \"open\", \
                    \"bridge\", \"passthrough\", \"private\", \"vepa\", \"hostdev\". Did you mean \"nat\"? In the XML: \
                    forward@mode.
";
    assert_eq!((code, out.as_str()), (Some(1), expected));

    write("broken.tf", "resource {\n");
    let (code, _, err) = lint(folder.path(), &[]);
    assert!(code == Some(2) && err.contains("broken.tf: "), "{err}");
    assert_eq!(lint(&folder.path().join("none"), &[]).0, Some(2));
}
