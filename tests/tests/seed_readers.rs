//! What the readers of seeds find in the files: cloud-init's own code, and the tools that know labels and file systems. With
//! real Terraform, and no libvirt, which a file does not need.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use tests::needs;
use tests::repository::root;
use tests::skip::program;
use tests::terraform::Workspace;

/// The file of a seed.
fn file(terraform: &Workspace, address: &str) -> PathBuf {
    terraform.path().join(terraform.attributes(address)["path"].as_str().expect("a path"))
}

/// What a program prints.
fn output(program: &str, arguments: &[&str]) -> Vec<u8> {
    let run = Command::new(program).args(arguments).output().unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(run.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&run.stderr));
    run.stdout
}

/// Where cloud-init's code is: installed, or unpacked by tests/environment/install.sh.
fn cloud_init() -> Option<PathBuf> {
    let packages = "usr/lib/python3/dist-packages";
    let unpacked = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("cloud-init");
    let folders = [Path::new("/"), &unpacked].map(|folder| folder.join(packages));
    folders.into_iter().find(|folder| folder.join("cloudinit").is_dir())
}

/// No libvirt is asked for a file.
const NOWHERE: &str = "qemu+unix:///system?socket=/nonexistent";

#[test]
fn cloud_inits_own_reader_reads_both_images() {
    let python = Path::new("/usr/bin/python3");
    needs!(python.is_file(), "Python");
    for tool in ["isoinfo", "mtype", "blkid"] {
        needs!(program(tool).is_some(), tool);
    }
    let code = cloud_init();
    needs!(code.is_some(), "cloud-init's code (tests/environment/install.sh test)");
    let code = code.unwrap_or_default();
    let libraries = Command::new(python)
        .args(["-c", "from cloudinit.sources import DataSourceNoCloud"])
        .env("PYTHONPATH", &code)
        .output();
    needs!(libraries.is_ok_and(|run| run.status.success()), "what cloud-init's code is written with (python3-...)");
    let configuration = |format: &str| {
        format!(
            r##"
resource "libvirt_cloudinit_disk" "it" {{
  name           = "seed"
  format         = "{format}"
  user_data      = "#cloud-config\nhostname: größer\n"
  meta_data      = yamlencode({{ instance-id = "vm-{format}", local-hostname = "vm" }})
  network_config = yamlencode({{ version = 2, ethernets = {{ any = {{ match = {{ name = "en*" }}, dhcp4 = true }} }} }})
}}

resource "libvirt_cloudinit_disk" "bare" {{
  name      = "bare"
  format    = "{format}"
  user_data = "#!/bin/sh\n"
}}
"##
        )
    };
    let Some(terraform) = Workspace::new(NOWHERE, &configuration("iso")) else { return };
    let script = root().join("tests/readers/nocloud.py").display().to_string();
    let read = |address: &str| -> Value {
        let image = file(&terraform, address).display().to_string();
        let run = Command::new(python).args([&script, &image]).env("PYTHONPATH", &code).output().expect("Python");
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        serde_json::from_slice(&run.stdout).expect("JSON")
    };
    for format in ["iso", "vfat"] {
        terraform.configure(&configuration(format));
        terraform.apply();
        terraform.expect_empty_plan("after the image was made");
        let network = json!({"version": 2, "ethernets": {"any": {"match": {"name": "en*"}, "dhcp4": true}}});
        let expected = json!({
            "found": true,
            "instance": format!("vm-{format}"),
            "hostname": "vm",
            "user_data": "#cloud-config\nhostname: größer\n",
            "network": network,
        });
        assert_eq!(read("libvirt_cloudinit_disk.it"), expected, "{format}");
        let bare = read("libvirt_cloudinit_disk.bare");
        let id = terraform.attributes("libvirt_cloudinit_disk.bare")["id"].clone();
        assert_eq!(bare["instance"], format!("iid-{}", id.as_str().unwrap_or_default()), "{format}: {bare}");
    }
    terraform.destroy();
}

#[test]
fn ignition_and_combustion_find_their_labels_and_files() {
    for tool in ["isoinfo", "mtype", "blkid"] {
        needs!(program(tool).is_some(), tool);
    }
    let configuration = |format: &str| {
        format!(
            r##"
resource "libvirt_ignition" "it" {{
  name    = "ignition"
  format  = "{format}"
  content = jsonencode({{ ignition = {{ version = "3.4.0" }} }})
}}

resource "libvirt_combustion" "it" {{
  name    = "combustion"
  format  = "{format}"
  content = "#!/bin/bash\n# combustion: network\n"
}}
"##
        )
    };
    let Some(terraform) = Workspace::new(NOWHERE, &configuration("raw")) else { return };
    let contents = [
        ("libvirt_ignition.it", "ignition", "ignition/config.ign", &br#"{"ignition":{"version":"3.4.0"}}"#[..]),
        ("libvirt_combustion.it", "combustion", "combustion/script", b"#!/bin/bash\n# combustion: network\n"),
    ];
    for format in ["raw", "iso", "vfat"] {
        terraform.configure(&configuration(format));
        terraform.apply();
        for (address, label, name, content) in contents {
            let image = file(&terraform, address).display().to_string();
            let read = match format {
                "raw" => fs::read(&image).expect("the file"),
                "iso" => output("isoinfo", &["-R", "-x", &format!("/{name}"), "-i", &image]),
                _ => output("mtype", &["-i", &image, &format!("::{name}")]),
            };
            assert_eq!(read, content, "{format} {name}");
            if format != "raw" {
                let found = output("blkid", &["-p", "-o", "value", "-s", "LABEL", &image]);
                assert_eq!(String::from_utf8_lossy(&found).trim(), label, "{format}");
            }
        }
    }
    terraform.destroy();
}

/// What a guest could not read is an error before anything is made, a typo a warning.
#[test]
fn contents_are_checked_before_any_guest_reads_them() {
    let configuration = |user_data: &str, content: &str| {
        format!(
            "resource \"libvirt_cloudinit_disk\" \"it\" {{\n  name = \"a\"\n  user_data = {user_data}\n}}\n\n\
             resource \"libvirt_ignition\" \"it\" {{\n  name = \"b\"\n  content = {content}\n}}\n"
        )
    };
    let Some(terraform) = Workspace::new(NOWHERE, &configuration(r##""#cloud-config\nusers: [""##, r#""{}""#)) else {
        return;
    };
    let (_, found) = terraform.apply_fails();
    for words in ["The #cloud-config cannot be read", "Ignition's configuration has no version"] {
        assert!(
            found.iter().any(|found| found.severity == "error" && found.text().contains(words)),
            "{words}: {found:?}"
        );
    }
    let fine = r#"jsonencode({ ignition = { version = "3.4.0" } })"#;
    terraform.configure(&configuration(r##""#cloud-config\npakages: [vim]\n""##, fine));
    let plan = terraform.expect_changes("with a typo");
    assert!(plan.split_whitespace().collect::<Vec<_>>().join(" ").contains("mean packages?"), "{plan}");
}
