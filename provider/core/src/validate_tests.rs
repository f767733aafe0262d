use super::*;
use crate::diagnostics::Severity;
use crate::testing::{THING, value};

fn messages(config: &str, level: Level) -> Vec<String> {
    let diagnostics = validate(&THING, &value(config), level);
    diagnostics.iter().map(|found| format!("{:?} {} | {}", found.severity, found.summary, found.detail)).collect()
}

#[test]
fn what_is_reported() {
    let configs = [
        r#"{"name":"n","parts":[{"slot":{"side":"gren"}}]}"#,
        r#"{"name":"n","parts":[{"mode":"0999"}],"switch":"on"}"#,
        r#"{"name":"n","secret":"purple"}"#,
        r#"{"name":"n","note":"<a>"}"#,
        r#"{"frame":{"ports":[{"index":101}]}}"#,
        r#"{"name":"n","parts":[{"label":"a"},{},{"label":"a"}]}"#,
        r#"{"name":"n","parts":[{"origin":{"file":{},"remote":{"path":"x"},"none":false}}]}"#,
        r#"{"name":"n","parts":[{"mode":"remote","slot":{"side":"remote"}}]}"#,
    ];
    let reported: Vec<String> =
        configs.iter().map(|config| format!("{config}\n{}\n", messages(config, Level::Error).join("\n"))).collect();
    insta::assert_snapshot!(reported.join("\n"));
}

#[test]
fn what_is_fine() {
    let configs = [
        r#"{"name":"?","parts":"?","switch":"?","frame":{"ports":["?",{"type":"?"}]}}"#,
        r#"{"name":"n","switch":"true","tags":["a","?"],"note":"<a/>"}"#,
        r#"{"name":"n","parts":[{"mode":"0770"},{"mode":"700","slot":{"side":"red"}}]}"#,
        r#"{"name":"n","parts":[{"label":"a","serial":"1"},{"label":"b","serial":"1"},{"label":"?"},{"label":"?"}]}"#,
        r#"{"name":"n","parts":[{"origin":{"file":{},"none":false}},{"origin":{"none":true,"remote":"?"}}]}"#,
        r#"{"name":"n","frame":{"ports":[{"type":"a","index":0},{"type":"a"},{"type":"a"},{"type":"b","index":0}]}}"#,
    ];
    for config in configs {
        assert_eq!(messages(config, Level::Error), Vec::<String>::new(), "{config}");
    }
}

#[test]
fn levels() {
    let severities = |config: &str, level| -> Vec<Severity> {
        validate(&THING, &value(config), level).iter().map(|found| found.severity).collect()
    };
    let of_the_grammar = r#"{"switch":"on","parts":[{"mode":"9"}]}"#;
    assert_eq!(severities(of_the_grammar, Level::Error), [Severity::Error; 3]);
    assert_eq!(severities(of_the_grammar, Level::Warn), [Severity::Warning; 3]);
    assert_eq!(severities(of_the_grammar, Level::Off), []);
    let branches = r#"{"name":"n","parts":[{"origin":{"file":{},"none":true}}]}"#;
    for level in [Level::Error, Level::Warn, Level::Off] {
        assert_eq!(severities(branches, level), [Severity::Error]);
    }
}

#[test]
fn paths_point_to_the_value() {
    let config = value(r#"{"name":"n","parts":[{},{"slot":{"side":"gren"}}]}"#);
    let paths: Vec<String> =
        validate(&THING, &config, Level::Error).iter().map(|found| found.path.to_string()).collect();
    assert_eq!(paths, ["parts[1].slot.side"]);
}

#[test]
fn what_cannot_be_set_is_an_error() {
    for config in [r#"{"name":"a","id":"7"}"#, r#"{"name":"a","id":"?"}"#] {
        let found = read_only(&THING, &value(config));
        assert_eq!(found.len(), 1, "{config}: {found:?}");
        assert_eq!((found[0].severity, found[0].path.to_string().as_str()), (Severity::Error, "id"));
    }
    let found = read_only(&THING, &value(r#"{"frame":{"place":"x"},"parts":[{"label":"a"}]}"#));
    assert_eq!(found.iter().map(|one| one.path.to_string()).collect::<Vec<_>>(), ["frame.place"]);
    assert_eq!(read_only(&THING, &value(r#"{"name":"a"}"#)), []);
}

#[test]
fn what_libvirt_takes_beyond_its_pattern_is_a_warning() {
    use crate::shape::{Form, Leaf, Meaning, Name, Pattern, Primitive};

    static FORMS: [Form; 1] = [Form::Usual(Pattern::new("^(?:[a-z.]+)$"))];
    static HOST: Scalar = Scalar { primitive: Primitive::String, forms: &FORMS, meaning: Meaning::Exact };
    static SHAPE: Shape = Shape {
        attributes: &[Attribute::new("host", Kind::Leaf(&HOST)).xml(&[], Leaf::Attribute(Name::plain("host")))],
    };
    assert_eq!(validate(&SHAPE, &value(r#"{"host":"a.b"}"#), Level::Error), []);
    let found = validate(&SHAPE, &value(r#"{"host":"*.a_b"}"#), Level::Error);
    assert_eq!((found.len(), found[0].severity), (1, Severity::Warning), "{found:?}");
    assert!(found[0].detail.contains("\"*.a_b\""), "{found:?}");
    assert_eq!(validate(&SHAPE, &value(r#"{"host":"*.a_b"}"#), Level::Off), []);
}

/// The expression of an IPv6 address is a thousand characters of no help.
#[test]
fn a_pattern_with_words_is_reported_in_words() {
    use crate::shape::{Form, Leaf, Meaning, Name, Pattern, Primitive};

    static FORMS: [Form; 3] = [
        Form::Pattern(Pattern::in_words("^(?:[0-9a-f]{4})$", "an address")),
        Form::Pattern(Pattern::in_words("^(?:0x[0-9a-f]{4})$", "")),
        Form::Pattern(Pattern::in_words("^(?:[0-9A-F]{4})$", "an address")),
    ];
    static ADDRESS: Scalar = Scalar { primitive: Primitive::String, forms: &FORMS, meaning: Meaning::Exact };
    static SHAPE: Shape = Shape {
        attributes: &[Attribute::new("at", Kind::Leaf(&ADDRESS)).xml(&[], Leaf::Attribute(Name::plain("at")))],
    };
    let found = validate(&SHAPE, &value(r#"{"at":"x"}"#), Level::Error);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].detail, "at is \"x\". Allowed: an address. In the XML: @at.");
}
