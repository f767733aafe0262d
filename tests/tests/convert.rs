//! `convert` over libvirt's own documents: what goes out comes back, is valid, and is what Terraform takes.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tests::conversion::{convert, expect_success, there_and_back};
use tests::corpus::{self, Sample};
use tests::terraform::{Workspace, provider_binary};
use tests::{jing, needs, same};

/// Every document comes back, and is valid.
fn expect_back(format: &str, extension: &str, samples: &[Sample]) {
    let kinds: BTreeSet<&str> = samples.iter().map(|sample| sample.kind.as_str()).collect();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut wrong = Vec::new();
    for kind in kinds {
        let samples: Vec<&Sample> = samples.iter().filter(|sample| sample.kind == *kind).collect();
        let documents = there_and_back(kind, format, extension, &samples, folder.path());
        for (sample, document) in samples.iter().zip(&documents) {
            let text = fs::read_to_string(document).expect("a document");
            let differences = same::differences(&sample.text, &text);
            wrong.extend(differences.iter().map(|path| format!("{}: {path}", sample.file.display())));
        }
        expect_valid(kind, &documents);
    }
    println!("{format}: {} documents", samples.len());
    assert!(wrong.is_empty(), "{} places do not come back:\n{}", wrong.len(), wrong.join("\n"));
}

fn expect_valid(kind: &str, documents: &[PathBuf]) {
    needs!(jing::is_here(), "jing");
    assert_eq!(jing::invalid(&jing::schema(kind), documents), BTreeSet::new(), "documents that are not valid");
}

#[test]
fn json_holds_all_kinds() {
    let Some(samples) = corpus::samples() else { return };
    expect_back("json", "json", &samples);
}

#[test]
fn hcl_holds_all_kinds() {
    let Some(samples) = corpus::samples() else { return };
    expect_back("hcl", "tf", &samples);
}

#[test]
fn xml_stays_as_it_is() {
    let Some(samples) = corpus::samples() else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let domains: Vec<&Sample> = samples.iter().filter(|sample| sample.kind == "domain").collect();
    let files: Vec<PathBuf> = domains.iter().map(|sample| sample.file.clone()).collect();
    let done = convert("domain", "xml", "xml", folder.path(), &files);
    expect_success(&done);
    for sample in domains {
        let text =
            fs::read_to_string(folder.path().join(sample.file.file_name().expect("a name"))).expect("a document");
        assert_eq!(tests::canonical::difference(&sample.text, &text), None, "{}", sample.file.display());
    }
}

#[test]
fn terraform_takes_what_is_made_of_domains() {
    let Some(samples) = corpus::samples() else { return };
    let Some(terraform) = Workspace::new("test:///default", "") else { return };
    let files: Vec<PathBuf> =
        samples.iter().filter(|sample| sample.kind == "domain").map(|sample| sample.file.clone()).collect();
    let done = convert("domain", "xml", "hcl", terraform.path(), &files);
    expect_success(&done);
    let formatted = terraform.run(&["fmt", "-check"]);
    assert_eq!(formatted.code, 0, "not as `terraform fmt` has it: {}", formatted.out);
    let run = terraform.run(&["validate", "-no-color"]);
    run.expect_success("validate");
}

#[test]
fn problems_name_file_line_and_place() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| {
        let file = folder.path().join(name);
        fs::write(&file, text).expect("a temporary file");
        file
    };
    let network = |inner: &str| format!("<network>\n  <name>n</name>\n  {inner}\n</network>\n");
    let block = |inner: &str| format!("resource \"libvirt_network\" \"n\" {{\n  name = \"n\"\n  {inner}\n}}\n");
    let rows = [
        ("xml", network("<brigde name='b'/>"), "line 3: <network> has no element 'brigde', or not so many"),
        ("xml", network("<bridge stp='maybe'/>"), "network/bridge@stp (line 3): the value 'maybe' is not allowed"),
        ("xml", "<network>\n<a></network>".to_string(), "line 2: "),
        ("xml", String::new(), "line 1: "),
        ("xml", "<network xmlns='urn:x'/>".to_string(), "expected <network>, found <network xmlns='urn:x'>"),
        ("xml", network("<bridge stp='a&#10;b'/>"), "the value 'a b' is not allowed"),
        ("json", "{\"name\": \"n\",\n \"brigde\": {}}".to_string(), "line 1: Unknown attribute \"brigde\""),
        ("json", "{\n\"name\": [1]}".to_string(), "line 2: name: Expected a string, found a list"),
        ("json", "{".to_string(), "line 1 column 1"),
        ("json", "{\"name\": \"n\",\n\"name\": \"m\"}".to_string(), "line 2: duplicate key \"name\""),
        ("json", "{\n\"name\": \"a\\u0007\"}".to_string(), "line 2: name contains the character U+0007"),
        ("json", "{\"name\": \"n\",\n\"metadata\": {\"xml\": \"<a>\"}}".to_string(), "line 2: metadata.xml is "),
        ("hcl", block("metadata = { xml = \"</metadata><metadata>\" }"), "line 3: metadata.xml is "),
        ("hcl", block("brigde = {}"), "line 3: brigde: unknown attribute; did you mean bridge?"),
        ("hcl", block("title = var.t"), "line 3: title: a reference cannot be evaluated here; only literal values can"),
        ("hcl", block("bridge = { stp = \"maybe\" }"), "line 3: bridge.stp is \"maybe\""),
        ("hcl", block("count = 2"), "line 1: count may create any number of documents"),
        ("hcl", "locals {\n}\n".to_string(), "has no resource block of type libvirt_network"),
    ];
    for (position, (format, text, message)) in rows.into_iter().enumerate() {
        let file = write(&format!("{position}.{format}"), &text);
        let good = write("good.xml", &network(""));
        let out = folder.path().join(position.to_string());
        let done = convert("network", format, "xml", &out, &[file.clone(), good]);
        let stderr = String::from_utf8_lossy(&done.stderr);
        assert_eq!(done.status.code(), Some(1), "{stderr}");
        assert!(
            stderr.starts_with(&format!("{}: ", file.display())) && stderr.contains(message),
            "{message} in {stderr}"
        );
        assert_eq!(out.join("good.xml").exists(), format == "xml", "the others are converted");
    }
}

#[test]
fn a_resource_is_ready_to_paste() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("it.xml");
    let text = "<volume>\n  <name>1 disk.img</name>\n  <key>/pool/1 disk.img</key>\n  <capacity unit='GiB'>10</capacity>\n  \
                <target>\n    <format type='qcow2'/>\n    <permissions>\n      <mode>0600</mode>\n      \
                <owner>0</owner>\n      <group>0</group>\n      <label>a${b}\"c</label>\n    </permissions>\n  \
                </target>\n</volume>\n";
    fs::write(&file, text).expect("a temporary file");
    let done = Command::new(provider_binary())
        .args(["convert", "--kind", "storagevol", "--from", "xml", "--to", "hcl", "--import"])
        .arg(&file)
        .output()
        .expect("the provider runs");
    let expected = r#"import {
  to = libvirt_volume._1_disk_img
  id = "/pool/1 disk.img"
}

resource "libvirt_volume" "_1_disk_img" {
  # Required, and not part of libvirt's document: pool
  # Reported by libvirt: key = "/pool/1 disk.img"
  name          = "1 disk.img"
  capacity      = 10
  capacity_unit = "GiB"
  target = {
    format = { type = "qcow2" }
    permissions = {
      group = "0"
      label = "a$${b}\"c"
      mode  = "0600"
      owner = "0"
    }
  }
}
"#;
    assert_eq!(String::from_utf8_lossy(&done.stdout), expected, "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(String::from_utf8_lossy(&done.stderr), "");
}

#[test]
fn no_input_is_written_over() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("n.xml");
    let text = "<network><!-- mine --><name>n</name></network>";
    fs::write(&file, text).expect("a temporary file");
    let inner = folder.path().join("inner");
    fs::create_dir(&inner).expect("a folder in it");
    let done = convert("network", "xml", "xml", &inner.join(".."), std::slice::from_ref(&file));
    let stderr = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("is the input"), "{stderr}");
    assert_eq!(fs::read_to_string(&file).expect("the file"), text);
}

#[test]
fn entities_are_written_out_and_do_not_explode() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("n.xml");
    let network = "<network><name>&n;</name><metadata><o:a xmlns:o='urn:o'>&n;</o:a></metadata></network>";
    let laughs: String = ('b'..='z')
        .zip('a'..)
        .map(|(new, old)| format!("<!ENTITY {new} '{}'>", format!("&{old};").repeat(9)))
        .collect();
    let documents = [
        (format!("<!DOCTYPE network [<!ENTITY n 'one'>]>{network}"), Some(0)),
        (format!("<!DOCTYPE network [<!ENTITY a 'ha'>{laughs}<!ENTITY n '&z;'>]>{network}"), Some(1)),
        (format!("<!DOCTYPE network [<!ENTITY n '&n;'>]>{network}"), Some(1)),
        (network.to_string(), Some(1)),
    ];
    for (text, code) in documents {
        fs::write(&file, &text).expect("a temporary file");
        let out = folder.path().join("out");
        let done = convert("network", "xml", "xml", &out, std::slice::from_ref(&file));
        assert_eq!(done.status.code(), code, "{text}: {}", String::from_utf8_lossy(&done.stderr));
        if code == Some(0) {
            let made = fs::read_to_string(out.join("n.xml")).expect("a document");
            assert!(made.contains("<name>one</name>") && made.contains("<o:a xmlns:o='urn:o'>one</o:a>"), "{made}");
        } else {
            assert!(String::from_utf8_lossy(&done.stderr).contains(": line 1: "), "the line is named");
        }
    }
}
