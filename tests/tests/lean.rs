//! `convert --lean`: what it leaves out, libvirt does by itself. Over libvirt's own documents, on its test driver.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use provider_core::json::{Unknown, decode};
use provider_core::value::Value;
use terraform_provider_libvirt::libvirt::{Connection, Host};
use tests::conversion::{convert_with, expect_success};
use tests::definitions::{DOMAINS, NETWORKS, Sample, Subject, parse, places};
use tests::life::{Life, lines, server};
use tests::random::setting;
use tests::tally::Tally;
use tests::terraform::provider_binary;

/// In this process, so that nothing has to run and nothing is disturbed.
const TEST_DRIVER: &str = "test:///default";

/// What libvirt made of a document, and what `convert --lean` makes of it.
struct Made {
    file: String,
    /// What the document says, under another name and without a UUID.
    whole: Value,
    expected: String,
    lean: Value,
}

/// The documents that libvirt takes, as libvirt's own tests have them or as libvirt dumps them.
fn made(subject: &Subject, connection: &Connection, name: &str, dumped: bool, step: usize) -> Option<Vec<Made>> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let [xml, json] = ["xml", "json"].map(|format| folder.path().join(format));
    fs::create_dir(&xml).expect("a folder");
    let mut taken = Vec::new();
    for Sample { file, value } in subject.samples(name)?.into_iter().step_by(step) {
        let Some(expected) = subject.fresh(connection, &value) else { continue };
        let document = if dumped { expected.clone() } else { subject.document(&value) };
        fs::write(xml.join(&file), document).expect("a file");
        taken.push((file, value, expected));
    }
    let kind = subject.root.kind;
    let files: Vec<PathBuf> = taken.iter().map(|(file, ..)| xml.join(file)).collect();
    expect_success(&convert_with(&["--lean", "--driver", "TEST"], kind, "xml", "json", &json, &files));
    let read = |(file, whole, expected): (String, Value, String)| {
        let lean = decoded(subject, &json.join(&file).with_extension("json"));
        Made { file, whole, expected, lean }
    };
    Some(taken.into_iter().map(read).collect())
}

fn decoded(subject: &Subject, file: &Path) -> Value {
    let text = fs::read_to_string(file).expect("a document");
    let json = serde_json::from_str(&text).expect("JSON");
    decode(subject.root.shape, &json, Unknown::Refused).unwrap_or_else(|error| panic!("{}: {error:?}", file.display()))
}

/// Each lean configuration defines what the whole document does. `STEP` can say that only each so manieth is tried.
fn same(subject: &Subject, dumped: bool, least: usize) {
    let step = setting("STEP", 1) as usize;
    let name = &format!("tfv-lean-{}-{}-{dumped}", subject.root.kind, std::process::id());
    let connection = Host::new(TEST_DRIVER).connect().unwrap();
    let Some(all) = made(subject, &connection, name, dumped, step) else { return };
    let server = server(TEST_DRIVER);
    let (mut tally, mut shorter) = (Tally::default(), Vec::new());
    for Made { file, whole, expected, lean } in all {
        shorter.push((lines(&whole), lines(&lean)));
        let mut life = Life::new(&server, subject.resource);
        let applied = life.apply(&lean).map_err(|error| format!("{error:?}"));
        let now = (subject.read)(&connection, name).unwrap_or_default();
        life.destroy();
        tally.count(
            &file,
            applied.and_then(|_| match dumped {
                true if parse(&expected).same(&parse(&now)) => Ok(()),
                true => places(&parse(&expected), &parse(&now)),
                false => subject.differ(&whole, &expected, &now),
            }),
        );
    }
    let sum = |side: fn(&(usize, usize)) -> usize| shorter.iter().map(side).sum::<usize>();
    println!("{} lines became {}", sum(|(whole, _)| *whole), sum(|(_, lean)| *lean));
    tally.expect("lean and the same", least / step, 0.99);
}

#[test]
fn a_lean_document_defines_the_same() {
    same(&DOMAINS, false, 1200);
    same(&NETWORKS, false, 50);
}

#[test]
fn a_lean_dump_defines_the_same() {
    same(&DOMAINS, true, 1200);
    same(&NETWORKS, true, 50);
}

/// A document of a running guest.
const DOCUMENT: &str = "\
<domain type='KIND' id='3'>
  <name>it</name>
  <memory unit='KiB'>1048576</memory>
  <currentMemory unit='KiB'>1048576</currentMemory>
  <vcpu placement='static'>1</vcpu>
  <os><type arch='x86_64' machine='pc-q35-9.2'>hvm</type></os>
  <on_crash>destroy</on_crash>
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='raw'/>
      <source file='/it.img'/>
      <target dev='vda' bus='virtio'/>
      <address type='pci' domain='0x0000' bus='0x04' slot='0x00' function='0x0'/>
    </disk>
    <graphics type='vnc' port='-1' autoport='yes' passwd='secret'/>
  </devices>
</domain>";

fn lean(kind: &str, options: &[&str]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("it.xml");
    fs::write(&file, DOCUMENT.replace("KIND", kind)).expect("a file");
    let mut command = Command::new(provider_binary());
    let command = command.args(["convert", "--kind", "domain", "--from", "xml"]).args(options).arg(&file);
    let done = command.output().expect("the provider runs");
    (done.status.code(), String::from_utf8_lossy(&done.stdout).into_owned())
}

/// Addresses stay, since nobody is asked, and so do secrets, since nobody else has them.
#[test]
fn the_driver_is_the_documents_own() {
    let expected = r#"resource "libvirt_domain" "it" {
  name   = "it"
  memory = 1048576
  type   = "qemu"
  vcpu   = 1
  devices = {
    disks = [
      {
        address = {
          bus      = "0x04"
          domain   = 0
          function = "0x0"
          slot     = "0x00"
          type     = "pci"
        }
        source = { file = { file = "/it.img" } }
        target = { bus = "virtio", dev = "vda" }
      },
    ]
    graphics = [{ vnc = { passwd = "secret" } }]
  }
  os = { type = "hvm", type_arch = "x86_64", type_machine = "pc-q35-9.2" }
}
"#;
    assert_eq!(lean("qemu", &["--to", "hcl", "--lean"]), (Some(0), expected.to_string()));
    let has_driver = |kind: &str, options: &[&str]| {
        let (code, text) = lean(kind, &[&["--to", "hcl"], options].concat());
        assert_eq!(code, Some(0));
        text.contains("driver")
    };
    assert!(has_driver("qemu", &[]));
    assert!(!has_driver("kvm", &["--lean"]));
    assert!(has_driver("test", &["--lean"]));
    assert!(has_driver("kvm", &["--lean", "--driver", "TEST"]));
    assert!(!has_driver("test", &["--lean", "--driver", "QEMU"]));
}

#[test]
fn it_is_for_what_has_attributes() {
    assert_eq!(lean("qemu", &["--to", "xml", "--lean"]).0, Some(2));
    assert_eq!(lean("qemu", &["--to", "hcl", "--driver", "QEMU"]).0, Some(2));
    assert_eq!(lean("qemu", &["--to", "hcl", "--lean", "--driver", "qemu"]).0, Some(2));
}
