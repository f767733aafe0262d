use generated::shapes::{CLOUDINIT_DISK, IGNITION, STORAGEVOL};
use provider_core::diagnostics::has_errors;
use provider_core::plan;

use super::*;

const DISK: SeedFile = SeedFile { bare: &CLOUDINIT_DISK, reader: Reader::CloudInit, volumes: &STORAGEVOL };
const FILE: SeedFile = SeedFile { bare: &IGNITION, reader: Reader::Ignition, volumes: &STORAGEVOL };

fn disk(user_data: impl Into<Value>) -> Value {
    Value::from([("name", "seed".into()), ("user_data", user_data.into()), ("meta_data", "instance-id: vm-1\n".into())])
}

fn with(mut value: Value, more: &[(&'static str, Value)]) -> Value {
    more.iter().for_each(|(name, more)| value.set(name, more.clone()));
    value
}

fn planned(seed: &SeedFile, config: &Value, prior: &Value) -> (Value, Diagnostics) {
    let mut planned = plan::plan(seed.bare.shape, config, prior, config, &Value::Null).value;
    let found = seed.plan(config, prior, &mut planned);
    (planned, found)
}

#[test]
fn all_is_known_before_the_apply_and_depends_on_the_content_alone() {
    let (first, _) = planned(&DISK, &disk("#cloud-config\n"), &Value::Null);
    let path = first.get("path").as_str().unwrap();
    assert!(path.starts_with(".terraform/libvirt/seed-") && path.ends_with(".iso"), "{path}");
    assert_eq!(first.get("size").as_integer(), Some(DISK.of(&first).bytes().len() as i128));
    assert_eq!(planned(&DISK, &disk("#cloud-config\n"), &first), (first.clone(), vec![]), "nothing changes");
    let renamed = with(disk("#cloud-config\n"), &[("name", "other".into())]);
    let (renamed, _) = planned(&DISK, &renamed, &first);
    assert_eq!(renamed, with(first.clone(), &[("name", "other".into())]), "a name is no content");
    assert!(!DISK.replaces(&first, &renamed, &AttributePath::root("name")));
    let (other, _) = planned(&DISK, &disk("#cloud-config\nhostname: a\n"), &first);
    for name in ["id", "path"] {
        assert_ne!(other.get(name), first.get(name), "{name}");
    }
}

#[test]
fn a_path_of_another_provider_stays_until_the_content_changes() {
    let theirs = with(
        disk("#cloud-config\n"),
        &[
            ("id", DISK.of(&disk("#cloud-config\n")).content.id().into()),
            ("path", "/tmp/terraform-provider-libvirt-cloudinit/cloudinit-0123456789abcdef.iso".into()),
            ("size", 374_784_i64.into()),
        ],
    );
    assert_eq!(planned(&DISK, &disk("#cloud-config\n"), &theirs).0, theirs);
    let changed = planned(&DISK, &disk("#cloud-config\nhostname: a\n"), &theirs).0;
    assert!(changed.get("path").as_str().unwrap().starts_with(".terraform/"), "{changed:?}");
}

#[test]
fn an_unknown_content_has_a_path_that_is_a_seeds() {
    let (first, _) = planned(&DISK, &disk("a"), &Value::Null);
    let (unknown, _) = planned(&DISK, &disk(Value::UNKNOWN), &first);
    let Value::Unknown(path) = unknown.get("path") else { panic!("{unknown:?}") };
    assert_eq!(refinement::beginning(path).as_deref(), Some(".terraform/libvirt/"));
    assert!(unknown.get("id").is_unknown());
    let pool = with(disk(Value::UNKNOWN), &[("pool", Value::UNKNOWN)]);
    assert_eq!(planned(&DISK, &pool, &Value::Null).0.get("path"), &Value::UNKNOWN);
}

#[test]
fn a_volume_keeps_its_path_whatever_is_in_it() {
    let in_pool = |text: &str| with(disk(text), &[("pool", "default".into())]);
    let (new, _) = planned(&DISK, &in_pool("a"), &Value::Null);
    assert!(new.get("path").is_unknown() && new.get("id").as_str().is_some());
    let made = with(new, &[("path", "/images/seed".into())]);
    assert_eq!(planned(&DISK, &in_pool("a"), &made).0, made);
    let (changed, _) = planned(&DISK, &in_pool("b"), &made);
    assert_eq!(changed.get("path"), made.get("path"));
    assert_ne!(changed.get("id"), made.get("id"));
    assert!(DISK.replaces(&made, &changed, &AttributePath::root("name")), "the volume is called otherwise");
    let lost = with(made.clone(), &[("id", Value::Null)]);
    assert_eq!(planned(&DISK, &in_pool("a"), &lost).0, made, "it is made again where it was");
}

#[test]
fn a_secret_is_written_when_its_version_changes() {
    let secret = |version: i64, text: &str| {
        Value::from([
            ("name", "seed".into()),
            ("pool", "default".into()),
            ("content_wo", text.into()),
            ("content_wo_version", version.into()),
        ])
    };
    let config = secret(1, "{}");
    let (new, _) = planned(&FILE, &config, &Value::Null);
    assert!(new.get("content_wo").is_null() && new.get("size").is_unknown(), "{new:?}");
    let made = with(new, &[("path", "/images/seed".into()), ("size", 2_i64.into())]);
    assert_eq!(planned(&FILE, &secret(1, "other"), &made).0, made);
    let (changed, _) = planned(&FILE, &secret(2, "other"), &made);
    assert_ne!(changed.get("id"), made.get("id"));
    assert_eq!(FILE.bytes(&secret(2, "other"), &changed), b"other");
}

#[test]
fn an_instance_that_passes_over_the_change_is_a_warning() {
    let (first, none) = planned(&DISK, &disk("a"), &Value::Null);
    assert_eq!(none, []);
    let (_, found) = planned(&DISK, &disk("b"), &first);
    assert!(found.len() == 1 && found[0].detail.contains("vm-1") && !has_errors(&found), "{found:?}");
    for fine in [
        with(disk("b"), &[("meta_data", "instance-id: vm-2\n".into())]),
        with(disk("b"), &[("meta_data", Value::Null)]),
        with(disk("a"), &[("meta_data", "instance-id: vm-1\nlocal-hostname: b\n".into())]),
    ] {
        assert_eq!(planned(&DISK, &fine, &first).1, [], "{fine:?}");
    }
}

#[test]
fn there_is_one_content_and_a_secret_one_needs_a_pool() {
    let summaries = |config: &Value| DISK.validate(config).into_iter().map(|found| found.summary).collect::<Vec<_>>();
    assert_eq!(summaries(&disk("#cloud-config\n")), [""; 0]);
    assert_eq!(summaries(&disk(Value::Null)), ["Missing content"]);
    let both = with(disk("#cloud-config\n"), &[("user_data_wo", "#!/bin/sh".into()), ("pool", "p".into())]);
    assert_eq!(summaries(&both), ["Conflicting contents"]);
    let local = with(disk(Value::Null), &[("user_data_wo", "#!/bin/sh".into())]);
    assert_eq!(summaries(&local), ["Write-only content needs a pool"]);
    assert_eq!(summaries(&with(local, &[("pool", Value::UNKNOWN)])), [""; 0]);
    let version = with(disk("#!/bin/sh"), &[("user_data_wo_version", 1_i64.into())]);
    assert_eq!(summaries(&version), ["Version without content"]);
    assert_eq!(summaries(&with(disk("#cloud-config\npakages: []\n"), &[])), ["Unknown key for cloud-init"]);
}

#[test]
fn a_file_is_written_and_nothing_else_is_ever_removed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("terraform-provider-libvirt-cloudinit/cloudinit-0123456789abcdef.iso");
    let host = Host::new("test:///default");
    let state = with(disk("a"), &[("path", path.display().to_string().into()), ("id", "x".into())]);
    let read = DISK.read(&host, &state).unwrap().unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), DISK.of(&state).bytes());
    std::fs::remove_file(&path).unwrap();
    DISK.recall(&state);
    assert_eq!(std::fs::read(&path).unwrap(), DISK.of(&state).bytes(), "a state is enough, without a refresh");
    assert_eq!(read.get("size").as_integer(), Some(DISK.of(&state).bytes().len() as i128));
    assert_eq!(DISK.delete(&host, &read), []);
    assert!(!path.exists());
    let other = folder.path().join("mine.iso");
    std::fs::write(&other, "mine").unwrap();
    assert_eq!(DISK.delete(&host, &with(disk("a"), &[("path", other.display().to_string().into())])), []);
    assert!(other.exists());
}
