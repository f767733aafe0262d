use super::*;

/// Severity and words of each message.
fn found(what: Text, text: &str) -> Vec<(Severity, String)> {
    let found = check(what, text, &AttributePath::root("text"));
    found.into_iter().map(|found| (found.severity, format!("{}: {}", found.summary, found.detail))).collect()
}

fn assert_one(what: Text, text: &str, severity: Severity, words: &str) {
    match &found(what, text)[..] {
        [(found, said)] if *found == severity && said.contains(words) => {}
        other => panic!("{text:?}: {other:?}"),
    }
}

#[test]
fn what_is_fine_is_passed_over() {
    let fine = [
        (Text::UserData, ""),
        (Text::UserData, "#cloud-config\n"),
        (Text::UserData, "\n#Cloud-Config\nusers: [{name: a, x: {y: 1}}]\npackages:\n- a\nca-certs: {trusted: []}\n"),
        (Text::UserData, "#cloud-config\n{\"runcmd\": [[\"ls\"]], \"hostname\": \"a\"}"),
        (Text::UserData, "#cloud-config\nx-base: &base {a: 1}\nbootcmd: *base\nssh_pwauth: true\n"),
        (Text::UserData, "#!/bin/sh\n}{"),
        (Text::UserData, "## template: jinja\n#cloud-config\n{% if a %}"),
        (Text::UserData, "#cloud-config-archive\n- type: a"),
        (Text::UserData, "Content-Type: multipart/mixed; boundary=x\nMIME-Version: 1.0\n"),
        (Text::UserData, "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n"),
        (Text::MetaData, "instance-id: a\nlocal-hostname: b\n"),
        (Text::MetaData, "{\"instance-id\": 1}"),
        (Text::NetworkConfig, "version: 2\nethernets: {}\n"),
        (Text::NetworkConfig, "network:\n  version: 1\n"),
        (Text::NetworkConfig, ""),
        (Text::Ignition, r#"{"ignition":{"version":"3.4.0"}}"#),
        (Text::Ignition, r#"{"ignition":{"version":"2.3.0"}}"#),
        (Text::Ignition, r#"{"ignition":{"version":"3.6.0-experimental"}}"#),
        (Text::Ignition, r#"{"ignitionVersion":1}"#),
        (Text::Combustion, "#!/bin/bash\n# combustion: network\n"),
    ];
    for (what, text) in fine {
        assert_eq!(found(what, text), [], "{text:?}");
    }
}

#[test]
fn a_typo_is_a_warning_with_what_was_meant() {
    let rows = [
        (
            "#cloud-config\nhostname: a\npakages: [a]\n",
            "Line 3 of the #cloud-config: pakages. No module of cloud-init reads that. Did you mean packages?",
        ),
        ("#cloud-config\nrun_cmd: [a]\n", "Did you mean runcmd?"),
        ("#cloud-config\nwrite-files: []\n", "Did you mean write_files?"),
        ("#cloud-config\nnothing_like_it: 1\n", "nothing_like_it. No module of cloud-init reads that."),
        ("# cloud-config\nhostname: a\n", "The first line must be #cloud-config"),
        ("#cloudconfig\nhostname: a\n", "The first line must be #cloud-config"),
        ("hostname: a\n", "The first line must be #cloud-config"),
        ("H4sIAAAAAAAA", "A script begins with #!"),
    ];
    for (text, words) in rows {
        assert_one(Text::UserData, text, Severity::Warning, words);
    }
    assert_one(Text::MetaData, "local-hostname: a\n", Severity::Warning, "calls every instance nocloud");
    assert_one(Text::MetaData, "", Severity::Warning, "without an instance-id");
    assert_one(Text::NetworkConfig, "ethernets: {}\n", Severity::Warning, "neither version");
    assert_one(Text::Ignition, r#"{"ignition":{"version":"4"}}"#, Severity::Warning, "\"4\"");
    assert_one(Text::Combustion, "echo\n", Severity::Warning, "#!/bin/bash");
}

#[test]
fn what_no_reader_can_read_is_an_error() {
    let rows = [
        (Text::UserData, "#cloud-config\nusers:\n - a\n  b: [\n", "It is no YAML: line "),
        (Text::UserData, "#cloud-config\na: 'open\n", "It is no YAML: line "),
        (Text::UserData, "#cloud-config\n- a\n- b\n", "it is a list"),
        (Text::UserData, "#cloud-config\njust words\n", "it is a single value"),
        (Text::MetaData, "a: [", "meta data cannot be read"),
        (Text::NetworkConfig, "- a", "it is a list"),
        (Text::Ignition, "{", "Line 1, column 1."),
        (Text::Ignition, "variant: fcos\n", "butane"),
        (Text::Ignition, "{}", "has no version"),
        (Text::Ignition, "[]", "has no version"),
    ];
    for (what, text, words) in rows {
        assert_one(what, text, Severity::Error, words);
    }
    let long = "a".repeat(LIMIT + 1);
    assert_one(Text::UserData, &long, Severity::Error, "Too much");
}

#[test]
fn secrets_are_not_quoted() {
    for text in ["#cloud-config\npassword: \"secret", "#cloud-config\n- secret", "secret", "#cloud-config\nsecret: [\n"]
    {
        for (_, said) in found(Text::UserData, text) {
            assert!(!said.contains("secret"), "{said}");
        }
    }
}

#[test]
fn an_instance_is_found_in_meta_data() {
    assert_eq!(instance_id("a: {instance-id: no}\ninstance-id: vm-1\n").as_deref(), Some("vm-1"));
    assert_eq!(instance_id("{\"local-hostname\": \"x\", \"instance-id\": \"vm-2\"}").as_deref(), Some("vm-2"));
    for none in ["", "local-hostname: instance-id\n", "a: [", "- instance-id"] {
        assert_eq!(instance_id(none), None, "{none}");
    }
}
