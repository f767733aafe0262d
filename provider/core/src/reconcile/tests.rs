use super::*;
use crate::testing::{THING, assert_valid_apply, text, value};

#[test]
fn apply_fills_in_the_plan() {
    let rows = [
        ("known stays", r#"{"switch":"true"}"#, r#"{"switch":"yes"}"#, r#"{"switch":"true"}"#),
        ("even against libvirt", r#"{"switch":"yes"}"#, r#"{"switch":"no"}"#, r#"{"switch":"yes"}"#),
        ("null stays", r#"{}"#, r#"{"switch":"no","total":4}"#, r#"{}"#),
        ("unknown becomes known", r#"{"id":"?"}"#, r#"{"id":"7"}"#, r#"{"id":"7"}"#),
        ("or null", r#"{"id":"?"}"#, r#"{}"#, r#"{}"#),
        (
            "inside objects and lists, by key",
            r#"{"frame":{"place":"?"},"parts":[{"label":"a","serial":"?"},{"label":"b","serial":"?"}]}"#,
            r#"{"frame":{"place":"p"},"parts":[{"label":"b","serial":"2"},{"label":"a","serial":"1"}]}"#,
            r#"{"frame":{"place":"p"},"parts":[{"label":"a","serial":"1"},{"label":"b","serial":"2"}]}"#,
        ),
        (
            "without a key by content",
            r#"{"parts":[{"serial":"?","mode":"700"},{"serial":"?","mode":"711"}]}"#,
            r#"{"parts":[{"serial":"2","mode":"0711"},{"serial":"1","mode":"0700"}]}"#,
            r#"{"parts":[{"serial":"1","mode":"700"},{"serial":"2","mode":"711"}]}"#,
        ),
        (
            "gone is null",
            r#"{"frame":{"place":"?"},"parts":[{"label":"a","serial":"?"}]}"#,
            r#"{}"#,
            r#"{"frame":{},"parts":[{"label":"a"}]}"#,
        ),
        ("no more elements than planned", r#"{"parts":[]}"#, r#"{"parts":[{"label":"a"}]}"#, r#"{"parts":[]}"#),
        ("whole objects", r#"{"frame":"?"}"#, r#"{"frame":{"bar":true}}"#, r#"{"frame":{"bar":true}}"#),
        ("lists of leaves", r#"{"tags":["a","?"]}"#, r#"{"tags":["a","b"]}"#, r#"{"tags":["a","b"]}"#),
        (
            "a size in its unit",
            r#"{"total":"?","total_unit":"KiB"}"#,
            r#"{"total":2048}"#,
            r#"{"total":2,"total_unit":"KiB"}"#,
        ),
        ("rounded up", r#"{"total":"?","total_unit":"KiB"}"#, r#"{"total":1025}"#, r#"{"total":2,"total_unit":"KiB"}"#),
        ("in the default unit", r#"{"total":"?"}"#, r#"{"total":2,"total_unit":"KiB"}"#, r#"{"total":2048}"#),
        (
            "both unknown",
            r#"{"total":"?","total_unit":"?"}"#,
            r#"{"total":2,"total_unit":"KiB"}"#,
            r#"{"total":2,"total_unit":"KiB"}"#,
        ),
        (
            "no other unit for a known size",
            r#"{"total":9,"total_unit":"?"}"#,
            r#"{"total":9,"total_unit":"B"}"#,
            r#"{"total":9}"#,
        ),
    ];
    for (row, planned, actual, expected) in rows {
        let (planned, actual) = (value(planned), value(actual));
        let applied = after_apply(&THING, &planned, &actual);
        assert_eq!(text(&applied), text(&value(expected)), "{row}");
        assert_valid_apply(&planned, &applied, row);
    }
}

fn check_read(rows: &[(&str, &str, &str, &str)]) {
    for (row, prior, actual, expected) in rows {
        let read = after_read(&THING, &value(prior), &Observed::new(&value(actual)));
        assert_eq!(text(&read), text(&value(expected)), "{row}");
        assert_eq!(after_read(&THING, &read, &Observed::new(&value(actual))), read, "{row}: once more");
    }
}

#[test]
fn read_of_leaves() {
    check_read(&[
        ("gone", r#"{"name":"n"}"#, "null", "null"),
        ("not ours", r#"{}"#, r#"{"switch":"no","tags":["a"],"note":"<a/>"}"#, r#"{}"#),
        ("same", r#"{"switch":"true"}"#, r#"{"switch":"yes"}"#, r#"{"switch":"true"}"#),
        ("drift", r#"{"switch":"true"}"#, r#"{"switch":"no"}"#, r#"{"switch":"no"}"#),
        ("lost", r#"{"switch":"true","tags":["a"]}"#, r#"{}"#, r#"{}"#),
        ("nothing asked, nothing lost", r#"{"note":"","tags":[]}"#, r#"{}"#, r#"{"note":"","tags":[]}"#),
        ("runtime", r#"{"id":"7"}"#, r#"{"id":"8"}"#, r#"{"id":"8"}"#),
        ("runtime gone", r#"{"id":"7"}"#, r#"{}"#, r#"{}"#),
        ("server default", r#"{}"#, r#"{"total":5}"#, r#"{"total":5}"#),
        ("write-only", r#"{}"#, r#"{"secret":"red"}"#, r#"{}"#),
        (
            "the provider's own",
            r#"{"options":{"url":"a"},"words":["w"]}"#,
            r#"{}"#,
            r#"{"options":{"url":"a"},"words":["w"]}"#,
        ),
        (
            "where the resource knows",
            r#"{"options":{"url":"a","force":true}}"#,
            r#"{"options":{"force":false}}"#,
            r#"{"options":{"url":"a","force":false}}"#,
        ),
    ]);
}

#[test]
fn read_of_sizes() {
    check_read(&[
        (
            "a unit of nothing",
            r#"{"amount_unit":"MiB"}"#,
            r#"{"amount":1,"amount_unit":"KiB"}"#,
            r#"{"amount_unit":"MiB"}"#,
        ),
        (
            "same",
            r#"{"amount":1,"amount_unit":"MiB"}"#,
            r#"{"amount":1024,"amount_unit":"KiB"}"#,
            r#"{"amount":1,"amount_unit":"MiB"}"#,
        ),
        (
            "drift in the user's unit",
            r#"{"amount":1,"amount_unit":"MiB"}"#,
            r#"{"amount":2048,"amount_unit":"KiB"}"#,
            r#"{"amount":2,"amount_unit":"MiB"}"#,
        ),
        ("in the default unit", r#"{"amount":1}"#, r#"{"amount":1,"amount_unit":"MiB"}"#, r#"{"amount":1024}"#),
        (
            "no whole number of it",
            r#"{"amount":1,"amount_unit":"MiB"}"#,
            r#"{"amount":1025,"amount_unit":"KiB"}"#,
            r#"{"amount":1025,"amount_unit":"KiB"}"#,
        ),
        (
            "not even a whole default",
            r#"{"amount":1}"#,
            r#"{"amount":1025,"amount_unit":"b"}"#,
            r#"{"amount":1025,"amount_unit":"b"}"#,
        ),
        ("not ours", r#"{}"#, r#"{"amount":1,"amount_unit":"MiB"}"#, r#"{}"#),
        ("lost", r#"{"amount":1,"amount_unit":"MiB"}"#, r#"{}"#, r#"{}"#),
        (
            "computed, rounded up",
            r#"{"total":2,"total_unit":"KiB"}"#,
            r#"{"total":1025,"total_unit":"bytes"}"#,
            r#"{"total":2,"total_unit":"KiB"}"#,
        ),
        (
            "computed",
            r#"{"total_unit":"KiB"}"#,
            r#"{"total":2048,"total_unit":"bytes"}"#,
            r#"{"total":2,"total_unit":"KiB"}"#,
        ),
    ]);
}

#[test]
fn read_of_objects_and_lists() {
    check_read(&[
        ("object not ours", r#"{}"#, r#"{"frame":{"bar":true,"place":"p"}}"#, r#"{}"#),
        (
            "object",
            r#"{"frame":{"bar":true}}"#,
            r#"{"frame":{"bar":true,"place":"p"}}"#,
            r#"{"frame":{"bar":true,"place":"p"}}"#,
        ),
        ("object lost", r#"{"frame":{"bar":true}}"#, r#"{}"#, r#"{}"#),
        ("empty object", r#"{"frame":{}}"#, r#"{}"#, r#"{"frame":{}}"#),
        (
            "object that asks for nothing",
            r#"{"frame":{"bar":false,"place":"p"}}"#,
            r#"{}"#,
            r#"{"frame":{"bar":false}}"#,
        ),
        (
            "the user's order, spelling and provider-side attributes",
            r#"{"parts":[{"label":"b","wait":3},{"label":"a","mode":"700"}]}"#,
            r#"{"parts":[{"label":"a","mode":"0700","serial":"1"},{"label":"b","serial":"2"}]}"#,
            r#"{"parts":[{"label":"b","serial":"2","wait":3},{"label":"a","mode":"700","serial":"1"}]}"#,
        ),
        (
            "gone elements drop",
            r#"{"parts":[{"label":"a"},{"label":"b"}]}"#,
            r#"{"parts":[{"label":"b"}]}"#,
            r#"{"parts":[{"label":"b"}]}"#,
        ),
        ("all of them", r#"{"parts":[{"label":"a"}]}"#, r#"{}"#, r#"{"parts":[]}"#),
        (
            "elements of which nothing is known are not shown",
            r#"{"frame":{"ports":[{"type":"b","model":"m"}]}}"#,
            r#"{"frame":{"ports":[{"type":"a","index":0},{"type":"b","index":0},{"type":"b","index":1,"model":"m"}]}}"#,
            r#"{"frame":{"ports":[{"type":"b","model":"m"}]}}"#,
        ),
        (
            "nor where state has none",
            r#"{"frame":{"bar":true}}"#,
            r#"{"frame":{"bar":true,"ports":[{"type":"a"}]}}"#,
            r#"{"frame":{"bar":true}}"#,
        ),
        (
            "nor an empty list",
            r#"{"frame":{"ports":[]}}"#,
            r#"{"frame":{"ports":[{"type":"a"}]}}"#,
            r#"{"frame":{"ports":[]}}"#,
        ),
    ]);
}

/// What it shows, the state, what libvirt had after the last apply, what it has now, of that what it would not do by itself
/// (nothing where all of it), and the state after the read.
type Drift = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

#[test]
fn what_differs_from_the_baseline_is_drift() {
    let rows: &[Drift] = &[
        ("as it was", r#"{}"#, r#"{"switch":"no"}"#, r#"{"switch":"no"}"#, "", r#"{}"#),
        (
            "changed where nothing is set",
            r#"{}"#,
            r#"{"switch":"no"}"#,
            r#"{"switch":"yes"}"#,
            "",
            r#"{"switch":"yes"}"#,
        ),
        ("come where nothing is set", r#"{}"#, r#"{}"#, r#"{"switch":"yes"}"#, "", r#"{"switch":"yes"}"#),
        ("a new default", r#"{}"#, r#"{}"#, r#"{"switch":"yes"}"#, r#"{}"#, r#"{}"#),
        ("libvirt's answer to it", r#"{"kind":"x"}"#, r#"{"kind":"y"}"#, r#"{"kind":"y"}"#, "", r#"{"kind":"x"}"#),
        ("another answer", r#"{"kind":"x"}"#, r#"{"kind":"y"}"#, r#"{"kind":"z"}"#, "", r#"{"kind":"z"}"#),
        ("never taken", r#"{"kind":"x"}"#, r#"{}"#, r#"{}"#, "", r#"{"kind":"x"}"#),
        (
            "inside an object",
            r#"{"frame":{"bar":true}}"#,
            r#"{"frame":{"bar":true}}"#,
            r#"{"frame":{"bar":true,"ports":[{"type":"a"}]}}"#,
            "",
            r#"{"frame":{"bar":true,"ports":[{"type":"a"}]}}"#,
        ),
        (
            "an object that nobody set",
            r#"{}"#,
            r#"{"cover":{"page":"1"}}"#,
            r#"{"cover":{"page":"2"}}"#,
            "",
            r#"{"cover":{"page":"2"}}"#,
        ),
        (
            "an element more",
            r#"{"parts":[{"label":"b"}]}"#,
            r#"{"parts":[{"label":"b"}]}"#,
            r#"{"parts":[{"label":"a","mode":"0700"},{"label":"b"}]}"#,
            "",
            r#"{"parts":[{"label":"b"},{"label":"a","mode":"0700"}]}"#,
        ),
        (
            "an element that libvirt adds now",
            r#"{"parts":[{"label":"b"}]}"#,
            r#"{"parts":[{"label":"b"}]}"#,
            r#"{"parts":[{"label":"a","mode":"0700"},{"label":"b"}]}"#,
            r#"{"parts":[null,{"label":"b"}]}"#,
            r#"{"parts":[{"label":"b"}]}"#,
        ),
        (
            "an element that libvirt had added",
            r#"{"parts":[{"label":"b"}]}"#,
            r#"{"parts":[{"label":"b"},{"label":"a"}]}"#,
            r#"{"parts":[{"label":"b"},{"label":"a"}]}"#,
            "",
            r#"{"parts":[{"label":"b"}]}"#,
        ),
        (
            "and that was changed",
            r#"{"parts":[{"label":"b"}]}"#,
            r#"{"parts":[{"label":"b"},{"label":"a"}]}"#,
            r#"{"parts":[{"label":"b"},{"label":"a","mode":"0711"}]}"#,
            "",
            r#"{"parts":[{"label":"b"},{"label":"a","mode":"0711"}]}"#,
        ),
        (
            "a size that nobody set",
            r#"{}"#,
            r#"{"amount":1,"amount_unit":"KiB"}"#,
            r#"{"amount":2,"amount_unit":"KiB"}"#,
            "",
            r#"{"amount":2,"amount_unit":"KiB"}"#,
        ),
        (
            "a size that libvirt rounded",
            r#"{"amount":1,"amount_unit":"KiB"}"#,
            r#"{"amount":4,"amount_unit":"KiB"}"#,
            r#"{"amount":4,"amount_unit":"KiB"}"#,
            "",
            r#"{"amount":1,"amount_unit":"KiB"}"#,
        ),
        (
            "others' XML",
            r#"{"note":"<a xmlns='u'/>"}"#,
            r#"{"note":"<a xmlns='u'/>"}"#,
            r#"{"note":"<b xmlns='v'/><a xmlns='u'/>"}"#,
            "",
            r#"{"note":"<a xmlns='u'/>"}"#,
        ),
        (
            "our XML",
            r#"{"note":"<a xmlns='u'/>"}"#,
            r#"{"note":"<a xmlns='u'/>"}"#,
            r#"{"note":"<b xmlns='v'/><a xmlns='u' x='1'/>"}"#,
            "",
            r#"{"note":"<a xmlns='u' x='1'/>"}"#,
        ),
        ("XML where none is set", r#"{}"#, r#"{}"#, r#"{"note":"<b xmlns='v'/>"}"#, "", r#"{}"#),
    ];
    for (row, prior, baseline, actual, lean, expected) in rows {
        let (baseline, actual) = (value(baseline), value(actual));
        let lean = if lean.is_empty() { actual.clone() } else { value(lean) };
        let observed = Observed { baseline: Some(&baseline), lean: &lean, ..Observed::new(&actual) };
        assert_eq!(text(&after_read(&THING, &value(prior), &observed)), text(&value(expected)), "{row}");
    }
}

#[test]
fn import_takes_what_is_there() {
    let rows = [
        ("leaves", r#"{"switch":"no","id":"7","total":5}"#, r#"{"switch":"no","id":"7","total":5}"#),
        ("nothing secret", r#"{"name":"n","secret":"red"}"#, r#"{"name":"n"}"#),
        (
            "lists",
            r#"{"parts":[{"label":"a","slot":{}}],"tags":[]}"#,
            r#"{"parts":[{"label":"a","slot":{}}],"tags":[]}"#,
        ),
        ("nothing that libvirt adds", r#"{"frame":{"bar":true,"ports":[null]}}"#, r#"{"frame":{"bar":true}}"#),
        ("nor what held only that", r#"{"frame":{"ports":[null]}}"#, r#"{}"#),
        ("an empty object is one", r#"{"frame":{}}"#, r#"{"frame":{}}"#),
        ("nothing there", "null", "null"),
    ];
    for (row, actual, expected) in rows {
        assert_eq!(text(&after_import(&THING, &value(actual))), text(&value(expected)), "{row}");
    }
}

#[test]
fn what_is_reported_only_with_another_is_no_drift_alone() {
    use crate::shape::{Attribute, Kind, Leaf, Name, Shape, Step};
    use crate::testing::TEXT;

    const fn at(name: &'static str) -> Attribute {
        Attribute::new(name, Kind::Leaf(&TEXT)).xml(&[], Leaf::Attribute(Name::plain(name)))
    }
    static SOCKET: Shape = Shape { attributes: &[at("mode").reported_with("path"), at("path")] };
    static CHANNEL: Shape = Shape {
        attributes: &[Attribute::new("socket", Kind::Object(&SOCKET)).anchored(&[Step::to(Name::plain("socket"))])],
    };
    let rows = [
        (r#"{"socket":{"mode":"bind"}}"#, "{}", r#"{"socket":{"mode":"bind"}}"#),
        (r#"{"socket":{"mode":"bind"}}"#, r#"{"socket":{}}"#, r#"{"socket":{"mode":"bind"}}"#),
        (r#"{"socket":{"mode":"bind"}}"#, r#"{"socket":{"mode":"connect"}}"#, r#"{"socket":{"mode":"connect"}}"#),
        (r#"{"socket":{"mode":"bind","path":"p"}}"#, "{}", "{}"),
        (r#"{"socket":{"mode":"bind","path":"p"}}"#, r#"{"socket":{"path":"p"}}"#, r#"{"socket":{"path":"p"}}"#),
    ];
    for (prior, actual, expected) in rows {
        let read = after_read(&CHANNEL, &value(prior), &Observed::new(&value(actual)));
        assert_eq!(text(&read), text(&value(expected)), "{prior} {actual}");
    }
}

#[test]
fn an_import_takes_no_secrets_but_those_that_must_be_set() {
    use crate::shape::{Attribute, Kind, Leaf, Name, Shape};
    use crate::testing::TEXT;

    const fn at(name: &'static str) -> Attribute {
        Attribute::new(name, Kind::Leaf(&TEXT)).xml(&[], Leaf::Attribute(Name::plain(name)))
    }
    static LOGIN: Shape =
        Shape { attributes: &[at("key").sensitive().required(), at("password").sensitive(), at("user")] };
    let actual = value(r#"{"key":"k","password":"p","user":"u"}"#);
    let imported = after_import(&LOGIN, &actual);
    assert_eq!(text(&imported), text(&value(r#"{"key":"k","user":"u"}"#)));
    assert_eq!(text(&after_read(&LOGIN, &imported, &Observed::new(&actual))), text(&imported), "the next read");
}
