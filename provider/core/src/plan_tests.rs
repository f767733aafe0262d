use super::*;
use crate::testing::{THING, assert_valid_plan, text, value};

fn planned(row: &str, config: &str, prior: &str) -> Planned {
    let (config, prior) = (value(config), value(prior));
    let planned = plan(&THING, &config, &prior, &config, &Value::Null);
    assert_valid_plan(&THING, &prior, &config, &planned.value, row);
    assert_eq!(planned, plan(&THING, &config, &prior, &config, &Value::Null), "{row}: pure");
    planned
}

fn check(row: &str, config: &str, prior: &str, expected: &str) {
    assert_eq!(text(&planned(row, config, prior).value), text(&value(expected)), "{row}");
}

/// Rows of an update: the state has more than the row says.
fn check_update(row: &str, config: &str, prior: &str, expected: &str) {
    let with =
        |object: &str, more: &str| format!("{{{}}}", [object, more].join(if object.is_empty() { "" } else { "," }));
    let state = r#""id":"7","name":"n","total":5"#;
    check(row, &with(config, r#""name":"n""#), &with(prior, state), &with(expected, state));
}

#[test]
fn create() {
    let rows = [
        ("computed is unknown", r#"{"name":"n"}"#, r#"{"name":"n","id":"?","total":"?"}"#),
        ("set stays", r#"{"name":"n","total":3}"#, r#"{"name":"n","id":"?","total":3}"#),
        ("unknown stays", r#"{"name":"?","tags":"?"}"#, r#"{"name":"?","tags":"?","id":"?","total":"?"}"#),
        ("write-only is not stored", r#"{"name":"n","secret":"red"}"#, r#"{"name":"n","id":"?","total":"?"}"#),
        ("computed in an object", r#"{"frame":{}}"#, r#"{"frame":{"place":"?"},"id":"?","total":"?"}"#),
        (
            "computed in a list",
            r#"{"parts":[{},{"slot":{}},{"serial":"s"}]}"#,
            r#"{"parts":[{"serial":"?"},{"serial":"?","slot":{"name":"?"}},{"serial":"s"}],"id":"?","total":"?"}"#,
        ),
        (
            "empty is not null",
            r#"{"parts":[],"tags":[],"options":{}}"#,
            r#"{"parts":[],"tags":[],"options":{},"id":"?","total":"?"}"#,
        ),
        ("unknown list", r#"{"parts":"?","frame":"?"}"#, r#"{"parts":"?","frame":"?","id":"?","total":"?"}"#),
    ];
    for (row, config, expected) in rows {
        check(row, config, "null", expected);
    }
}

#[test]
fn update_of_leaves() {
    let rows = [
        ("nothing", "", "", ""),
        ("a change", r#""switch":"no""#, r#""switch":"yes""#, r#""switch":"no""#),
        ("another spelling", r#""switch":"true""#, r#""switch":"yes""#, r#""switch":"yes""#),
        ("a list of another spelling", r#""tags":["A","b"]"#, r#""tags":["a","B"]"#, r#""tags":["a","B"]"#),
        ("a set in another order", r#""words":["b","a"]"#, r#""words":["a","b"]"#, r#""words":["a","b"]"#),
        ("added", r#""switch":"no""#, "", r#""switch":"no""#),
        ("removed", "", r#""switch":"no""#, ""),
        ("emptied", r#""tags":[]"#, r#""tags":["a"]"#, r#""tags":[]"#),
        ("another case is the same", r#""kind":"x""#, r#""kind":"X""#, r#""kind":"X""#),
        ("another word is not", r#""kind":"y""#, r#""kind":"x""#, r#""kind":"y""#),
        ("not known yet", r#""switch":"?""#, r#""switch":"yes""#, r#""switch":"?""#),
        ("what is computed was never there", "", "", ""),
    ];
    for (row, config, prior, expected) in rows {
        check_update(row, config, prior, expected);
    }
}

#[test]
fn update_of_sizes() {
    let rows = [
        (
            "same in another unit",
            r#""amount":512,"amount_unit":"MiB""#,
            r#""amount":524288,"amount_unit":"KiB""#,
            r#""amount":524288,"amount_unit":"KiB""#,
        ),
        ("same without unit", r#""amount":1024"#, r#""amount":1,"amount_unit":"MiB""#, r#""amount":1024"#),
        (
            "same number, other unit",
            r#""amount":1,"amount_unit":"GiB""#,
            r#""amount":1,"amount_unit":"MiB""#,
            r#""amount":1,"amount_unit":"GiB""#,
        ),
        ("unit alone", r#""amount_unit":"k""#, r#""amount_unit":"KiB""#, r#""amount_unit":"k""#),
    ];
    for (row, config, prior, expected) in rows {
        check_update(row, config, prior, expected);
    }
    check(
        "a computed size cannot keep its number in another unit",
        r#"{"name":"n","total_unit":"GiB"}"#,
        r#"{"name":"n","id":"7","total":5,"total_unit":"MiB"}"#,
        r#"{"name":"n","id":"7","total":"?","total_unit":"GiB"}"#,
    );
}

#[test]
fn update_of_objects_and_lists() {
    let rows = [
        (
            "elements follow their key",
            r#""parts":[{"label":"b"},{"label":"a"}]"#,
            r#""parts":[{"label":"a","serial":"1"},{"label":"b","serial":"2"}]"#,
            r#""parts":[{"label":"b","serial":"2"},{"label":"a","serial":"1"}]"#,
        ),
        (
            "a moved element is spelled as configured",
            r#""parts":[{"label":"b","mode":"770"}]"#,
            r#""parts":[{"label":"a","serial":"1"},{"label":"b","mode":"0770","serial":"2"}]"#,
            r#""parts":[{"label":"b","mode":"770","serial":"2"}]"#,
        ),
        (
            "one that stays keeps its spelling",
            r#""parts":[{"label":"b","mode":"770"},{"label":"c"}]"#,
            r#""parts":[{"label":"b","mode":"0770","serial":"2"}]"#,
            r#""parts":[{"label":"b","mode":"0770","serial":"2"},{"label":"c","serial":"?"}]"#,
        ),
        (
            "without a key by content",
            r#""parts":[{"mode":"711"}]"#,
            r#""parts":[{"mode":"700","serial":"1"},{"mode":"711","serial":"2"}]"#,
            r#""parts":[{"mode":"711","serial":"2"}]"#,
        ),
        (
            "without a key and with other content in order",
            r#""parts":[{"mode":"755"},{"mode":"711"}]"#,
            r#""parts":[{"mode":"700","serial":"1"},{"mode":"711","serial":"2"}]"#,
            r#""parts":[{"mode":"755","serial":"1"},{"mode":"711","serial":"2"}]"#,
        ),
        (
            "another key is another element",
            r#""parts":[{"label":"b"}]"#,
            r#""parts":[{"label":"a","serial":"1"}]"#,
            r#""parts":[{"label":"b","serial":"?"}]"#,
        ),
        (
            "the user's key after libvirt's",
            r#""parts":[{"serial":"AB"}]"#,
            r#""parts":[{"serial":"cd"},{"serial":"ab","slot":{"name":"x"}}]"#,
            r#""parts":[{"serial":"AB"}]"#,
        ),
        (
            "a computed null may come about with any change",
            r#""frame":{"bar":true}"#,
            r#""frame":{}"#,
            r#""frame":{"bar":true,"place":"?"}"#,
        ),
        ("but not without one", r#""frame":{}"#, r#""frame":{}"#, r#""frame":{}"#),
        (
            "and what is there stays",
            r#""frame":{"bar":true}"#,
            r#""frame":{"place":"p"}"#,
            r#""frame":{"bar":true,"place":"p"}"#,
        ),
        ("object added", r#""frame":{}"#, "", r#""frame":{"place":"?"}"#),
        ("object removed", "", r#""frame":{"place":"p"}"#, ""),
        ("list emptied", r#""parts":[]"#, r#""parts":[{"serial":"1"}]"#, r#""parts":[]"#),
        ("list removed", "", r#""parts":[{"serial":"1"}]"#, ""),
        ("unknown element", r#""parts":["?"]"#, r#""parts":[{"serial":"1"}]"#, r#""parts":["?"]"#),
    ];
    for (row, config, prior, expected) in rows {
        check_update(row, config, prior, expected);
    }
}

#[test]
fn replacement() {
    let rows: [(&str, &str, &str, &[&str]); 11] = [
        ("changed", r#"{"name":"b"}"#, r#"{"name":"a"}"#, &["name"]),
        ("not changed", r#"{"name":"a","switch":"no"}"#, r#"{"name":"a"}"#, &[]),
        ("not known yet", r#"{"name":"?"}"#, r#"{"name":"a"}"#, &["name"]),
        ("removed", r#"{}"#, r#"{"name":"a"}"#, &["name"]),
        ("inside", r#"{"options":{"url":"b"}}"#, r#"{"options":{"url":"a"}}"#, &["options.url"]),
        ("with its object", r#"{}"#, r#"{"options":{"url":"a"}}"#, &["options.url"]),
        ("with a new object", r#"{"options":{"url":"a"}}"#, r#"{}"#, &["options.url"]),
        ("beside", r#"{"options":{"force":true}}"#, r#"{"options":{}}"#, &[]),
        ("on create", r#"{"name":"a"}"#, "null", &[]),
        ("an object", r#"{"cover":{"page":"b"}}"#, r#"{"cover":{"page":"a"}}"#, &["cover"]),
        ("what goes by in it", r#"{"cover":{"wear":{"owner":"1"}}}"#, r#"{"cover":{"wear":{"owner":"0"}}}"#, &[]),
    ];
    for (row, config, prior, expected) in rows {
        let paths: Vec<String> = planned(row, config, prior).replace.iter().map(ToString::to_string).collect();
        assert_eq!(paths, expected, "{row}");
    }
}

#[test]
fn a_plan_to_destroy_is_null() {
    let prior = value(r#"{"name":"a"}"#);
    assert_eq!(plan(&THING, &Value::Null, &prior, &Value::Null, &Value::Null), Planned::default());
}
