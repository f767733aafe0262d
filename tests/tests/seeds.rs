//! What guests read at their first boot, with real Terraform and the system's libvirt: as files, in pools, and in the chain
//! that people have.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tests::libvirt::{Names, SYSTEM, virsh};
use tests::seeds::{file, guest, pool, same_bytes, seed};
use tests::system;
use tests::terraform::Workspace;

fn volume() -> &'static str {
    r#"
resource "libvirt_volume" "seed" {
  name   = "seed.iso"
  pool   = libvirt_pool.it.name
  create = { content = { url = libvirt_cloudinit_disk.it.path } }
}
"#
}

/// The chain of the Go provider's users, to the letter.
#[test]
fn a_volume_and_a_guest_follow_their_seed_and_nothing_else() {
    system!();
    let names = Names::new(SYSTEM, "seed");
    let chain = |user_data: &str| {
        let parts = [pool(&names), seed(user_data), volume().into(), guest(&names, "libvirt_volume.seed.path")];
        parts.concat()
    };
    let first = r##""#cloud-config\nhostname: one\n""##;
    let Some(terraform) = Workspace::new(SYSTEM, &chain(first)) else { return };

    terraform.apply();
    terraform.expect_empty_plan("after all was created");
    let (local, uploaded) = (file(&terraform, "libvirt_cloudinit_disk.it"), names.folder().join("seed.iso"));
    assert!(same_bytes(&local, &uploaded), "the volume is the seed");
    let guest = virsh(SYSTEM, &["domid", names.prefix()]);

    fs::remove_dir_all(terraform.path().join(".terraform")).expect("the folder of the file");
    terraform.expect_empty_plan("after the file is gone");
    assert!(same_bytes(&local, &uploaded), "the refresh wrote it again");

    let elsewhere = Workspace::new(SYSTEM, &chain(first)).expect("a second workspace");
    fs::copy(terraform.path().join("terraform.tfstate"), elsewhere.path().join("terraform.tfstate")).expect("a state");
    elsewhere.expect_empty_plan("in another working directory");
    assert!(same_bytes(&file(&elsewhere, "libvirt_cloudinit_disk.it"), &uploaded), "the refresh wrote it there");
    fs::remove_file(elsewhere.path().join("terraform.tfstate")).expect("a state");

    // A changed content changes the file and the volume.
    terraform.configure(&chain(
        r##""#cloud-config\nhostname: ${join("", [for i in range(1000): "longer-than-before"])}\n""##,
    ));
    let changes = terraform.expect_changes("after the content changed");
    assert!(changes.contains("0 to add, 2 to change, 0 to destroy"), "{changes}");
    assert!(changes.contains("The instance-id stays the same"), "{changes}");
    terraform.apply();
    terraform.expect_empty_plan("after the change");
    let now = file(&terraform, "libvirt_cloudinit_disk.it");
    assert!(now != local && same_bytes(&now, &uploaded), "the volume is the new seed");
    assert!(!local.exists(), "the old file is gone");
    terraform.configure(&chain(first));
    terraform.apply();
    terraform.expect_empty_plan("after the change back to what is shorter");
    assert!(same_bytes(&local, &uploaded), "not a byte is left of the longer one");
    assert_eq!(virsh(SYSTEM, &["domid", names.prefix()]), guest, "the guest ran through it all");

    terraform.destroy();
    assert!(!local.exists(), "the file goes with its resource");
    names.expect_nothing_left();
}

/// Volumes as people write them for seeds. What libvirt finds in them, and when they were written, is news for nobody.
#[test]
fn volumes_of_all_kinds_are_filled_without_a_word() {
    system!();
    let names = Names::new(SYSTEM, "kinds");
    let volume = |name: &str, rest: &str| {
        format!(
            "resource \"libvirt_volume\" \"{name}\" {{\n  name = \"{name}\"\n  pool = libvirt_pool.it.name\n  {rest}\n}}\n"
        )
    };
    let plain = "create = { content = { url = libvirt_cloudinit_disk.it.path } }";
    let volumes = [
        volume("plain", plain),
        volume(
            "iso",
            &format!("target = {{ format = {{ type = \"iso\" }}, permissions = {{ mode = \"0644\" }} }}\n  {plain}"),
        ),
        volume("sized", &format!("capacity = 2\n  capacity_unit = \"MiB\"\n  {plain}")),
        volume("url", r#"create = { content = { url = "file://${abspath(libvirt_cloudinit_disk.it.path)}" } }"#),
    ];
    let all = |user_data: &str| [pool(&names), seed(user_data), volumes.concat()].concat();
    let Some(terraform) = Workspace::new(SYSTEM, &all(r##""#cloud-config\n""##)) else { return };
    let apply = || {
        let applied = terraform.run(&["apply", "-input=false", "-no-color", "-auto-approve"]);
        applied.expect_success("apply");
        assert!(!applied.out.contains("reports a different value"), "{}", applied.out);
        terraform.expect_empty_plan("after the apply");
        virsh(SYSTEM, &["pool-refresh", names.prefix()]);
        terraform.expect_empty_plan("after libvirt looked at the volumes again");
        for name in ["plain", "iso", "sized", "url"] {
            assert!(same_bytes(&file(&terraform, "libvirt_cloudinit_disk.it"), &names.folder().join(name)), "{name}");
        }
    };
    apply();
    terraform.configure(&all(r##""#cloud-config\nhostname: two\n""##));
    let changes = terraform.expect_changes("after the content changed");
    assert!(changes.contains("0 to add, 5 to change, 0 to destroy"), "{changes}");
    apply();
    terraform.destroy();
    names.expect_nothing_left();
}

/// The content comes from what changes in the same apply.
#[test]
fn a_content_that_is_not_known_yet_replaces_nothing() {
    system!();
    let names = Names::new(SYSTEM, "unknown");
    let chain = |word: &str| {
        let source = format!("resource \"terraform_data\" \"word\" {{\n  input = \"{word}\"\n}}\n");
        let user_data = r##""#cloud-config\nhostname: ${terraform_data.word.output}\n""##;
        [source, pool(&names), seed(user_data), volume().into()].concat()
    };
    let Some(terraform) = Workspace::new(SYSTEM, &chain("one")) else { return };
    terraform.apply();
    terraform.expect_empty_plan("after all was created");
    terraform.configure(&chain("two"));
    let changes = terraform.expect_changes("after the word changed");
    assert!(changes.contains("0 to add, 3 to change, 0 to destroy"), "{changes}");
    terraform.apply();
    terraform.expect_empty_plan("after the change");
    assert!(same_bytes(&file(&terraform, "libvirt_cloudinit_disk.it"), &names.folder().join("seed.iso")));
    terraform.destroy();
    names.expect_nothing_left();
}

/// The apply of a saved plan has no refresh: where the file is gone by then, it says what to do.
#[test]
fn a_saved_plan_finds_its_file() {
    system!();
    let names = Names::new(SYSTEM, "saved");
    let user_data = r##""#cloud-config\n""##;
    let Some(terraform) = Workspace::new(SYSTEM, &[pool(&names), seed(user_data)].concat()) else { return };
    terraform.apply();
    terraform.configure(&[pool(&names), seed(user_data), volume().into()].concat());
    let local = file(&terraform, "libvirt_cloudinit_disk.it");
    fs::remove_file(&local).expect("the file");
    terraform.run(&["plan", "-input=false", "-out=saved"]).expect_success("plan");
    fs::rename(&local, local.with_extension("away")).expect("the file");
    let lost = terraform.run(&["apply", "-input=false", "-no-color", "saved"]);
    assert!(lost.code != 0 && lost.err.contains("plan and apply in the same folder"), "{}{}", lost.out, lost.err);
    terraform.run(&["plan", "-input=false", "-refresh=false", "-out=saved"]).expect_success("plan");
    assert!(local.exists(), "a plan without a refresh writes it again too");
    terraform.run(&["apply", "-input=false", "saved"]).expect_success("apply");
    terraform.expect_empty_plan("after the volume was created");
    assert!(same_bytes(&local, &names.folder().join("seed.iso")));
    terraform.destroy();
    names.expect_nothing_left();
}

/// Both file systems, and a secret, straight into a volume; and the volume lost.
#[test]
fn a_seed_in_a_pool_is_written_over_where_it_is() {
    system!();
    let names = Names::new(SYSTEM, "inpool");
    let configuration = |format: &str, hostname: &str, version: u32| {
        let disk = format!(
            r##"
resource "libvirt_cloudinit_disk" "it" {{
  name      = "seed"
  pool      = libvirt_pool.it.name
  format    = "{format}"
  user_data = "#cloud-config\nhostname: {hostname}\n"
}}

resource "libvirt_ignition" "it" {{
  name               = "secret.ign"
  pool               = libvirt_pool.it.name
  content_wo         = jsonencode({{ ignition = {{ version = "3.4.0" }}, x = "secret{version}" }})
  content_wo_version = {version}
}}
"##
        );
        [pool(&names), disk, guest(&names, "libvirt_cloudinit_disk.it.path")].concat()
    };
    let Some(terraform) = Workspace::new(SYSTEM, &configuration("iso", "one", 1)) else { return };
    terraform.apply();
    terraform.expect_empty_plan("after all was created");
    let (disk, secret) = (names.folder().join("seed"), names.folder().join("secret.ign"));
    let read = |path: &Path| fs::read(path).expect("a volume's file");
    let has = |path: &Path, text: &str| read(path).windows(text.len()).any(|window| window == text.as_bytes());
    assert!(has(&disk, "hostname: one") && &read(&disk)[0x8001..0x8006] == b"CD001");
    assert_eq!(read(&secret), br#"{"ignition":{"version":"3.4.0"},"x":"secret1"}"#);
    let state = fs::read_to_string(terraform.path().join("terraform.tfstate")).expect("a state");
    assert!(!state.contains("secret1"), "a secret is in no state");
    let guest = virsh(SYSTEM, &["domid", names.prefix()]);

    terraform.configure(&configuration("vfat", "two", 2));
    let changes = terraform.expect_changes("after the contents changed");
    assert!(changes.contains("0 to add, 2 to change, 0 to destroy"), "{changes}");
    terraform.apply();
    terraform.expect_empty_plan("after the change");
    assert!(has(&disk, "hostname: two") && &read(&disk)[54..62] == b"FAT12   ");
    assert_eq!(read(&secret), br#"{"ignition":{"version":"3.4.0"},"x":"secret2"}"#);

    virsh(SYSTEM, &["vol-delete", "seed", "--pool", names.prefix()]);
    let changes = terraform.expect_changes("after the volume is gone");
    assert!(changes.contains("0 to add, 1 to change, 0 to destroy"), "{changes}");
    terraform.apply();
    terraform.expect_empty_plan("after it was made again");
    assert!(has(&disk, "hostname: two"));
    assert_eq!(virsh(SYSTEM, &["domid", names.prefix()]), guest, "the guest ran through it all");
    terraform.destroy();
    names.expect_nothing_left();
}

/// A state as the Go provider has it: it does not know all attributes, keeps nothing for itself, and its images are larger.
fn as_theirs(state: &str) -> String {
    let mut state: Value = serde_json::from_str(state).expect("a state");
    let resources = state["resources"].as_array_mut().expect("resources");
    let instances = resources.iter_mut().filter_map(|resource| resource["instances"].as_array_mut()).flatten();
    for instance in instances.filter_map(Value::as_object_mut) {
        instance.remove("private");
        let attributes = instance["attributes"].as_object_mut().expect("attributes");
        attributes.retain(|_, value| !value.is_null());
        if attributes.contains_key("user_data") {
            attributes.insert("size".into(), 374_784.into());
        }
    }
    state.to_string()
}

/// What the Go provider left: its files are in the machine's temporary folder, which a reboot empties.
#[test]
fn a_state_of_the_go_provider_is_taken_over() {
    system!();
    let names = Names::new(SYSTEM, "theirs");
    let configuration = |text: &str| {
        let more = format!(
            "resource \"libvirt_combustion\" \"it\" {{\n  name    = \"script\"\n  content = \"#!/bin/sh\\n# {}\\n\"\n}}\n",
            names.prefix()
        );
        [pool(&names), seed(text), volume().into(), more].concat()
    };
    let first = format!(r##""#cloud-config\nhostname: {}\n""##, names.prefix());
    let Some(terraform) = Workspace::new(SYSTEM, &configuration(&first)) else { return };
    terraform.apply();
    let disk = terraform.attributes("libvirt_cloudinit_disk.it");
    let script = terraform.attributes("libvirt_combustion.it");
    let text = |value: &Value| value.as_str().expect("a text").to_string();
    let theirs =
        |kind: &str, name: String| std::env::temp_dir().join(format!("terraform-provider-libvirt-{kind}/{name}"));
    let iso = theirs("cloudinit", format!("cloudinit-{}.iso", text(&disk["id"])));
    let sh = theirs("combustion", format!("script-{}.sh", text(&script["id"])));
    let state = terraform.path().join("terraform.tfstate");
    let ours = fs::read_to_string(&state).expect("a state");
    let changed = ours
        .replace(&text(&disk["path"]), &iso.display().to_string())
        .replace(&text(&script["path"]), &sh.display().to_string());
    fs::write(&state, as_theirs(&changed)).expect("a state");

    terraform.expect_empty_plan("with the Go provider's paths in the state");
    assert!(same_bytes(&iso, &names.folder().join("seed.iso")), "the file is written where the state has it");
    assert!(fs::read_to_string(&sh).is_ok_and(|script| script.starts_with("#!/bin/sh")));
    terraform.run(&["plan", "-input=false", "-replace=libvirt_volume.seed", "-out=saved"]).expect_success("plan");
    fs::remove_file(&iso).expect("the file, which a reboot would take");
    terraform.run(&["apply", "-input=false", "saved"]).expect_success("apply after a reboot");
    terraform.expect_empty_plan("after the volume was replaced");
    terraform.configure(&configuration(r##""#cloud-config\n""##));
    let changes = terraform.expect_changes("after the content changed");
    assert!(changes.contains("0 to add, 2 to change, 0 to destroy"), "{changes}");
    terraform.apply();
    terraform.expect_empty_plan("after the change");
    assert!(!iso.exists(), "the Go provider's file is gone");
    terraform.destroy();
    assert!(!sh.exists());
    names.expect_nothing_left();
}
