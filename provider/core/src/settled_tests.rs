use super::*;
use crate::reconcile::{after_apply, after_read};
use crate::testing::{THING, text, value};

/// What an apply leaves behind: the state, and what is settled with it.
fn applied(planned: &str, actual: &str, fresh: bool) -> (Value, Vec<Difference>) {
    let before = if fresh { Value::Null } else { value("{}") };
    applied_after(planned, actual, Before { state: &before, settled: &Settled::default() })
}

fn applied_after(planned: &str, actual: &str, before: Before<'_>) -> (Value, Vec<Difference>) {
    let (planned, actual) = (value(planned), value(actual));
    let state = after_apply(&THING, &planned, &actual);
    let read = after_read(&THING, &state, &actual);
    let found = differences(&THING, &state, &read, before);
    (state, found)
}

fn read(state: &Value, settled: &Settled, actual: &str) -> Value {
    settled.restore(&THING, state, after_read(&THING, state, &value(actual)))
}

#[test]
fn what_libvirt_tells_otherwise_stays_as_it_was_told() {
    let rows = [
        ("a value", r#"{"kind":"q35"}"#, r#"{"kind":"pc-q35-9.2"}"#, &["kind"][..]),
        ("nothing", r#"{"kind":"q35"}"#, "{}", &["kind"]),
        ("an object", r#"{"frame":{"bar":true}}"#, "{}", &["frame"]),
        ("in an object", r#"{"frame":{"bar":true,"place":"?"}}"#, r#"{"frame":{"place":"x"}}"#, &["frame.bar"]),
        (
            "in an element",
            r#"{"parts":[{"label":"a","mode":"700"},{"label":"b"}]}"#,
            r#"{"parts":[{"label":"b"},{"label":"a","mode":"755"}]}"#,
            &["parts[0].mode"],
        ),
        ("an element less", r#"{"parts":[{"label":"a"},{"label":"b"}]}"#, r#"{"parts":[{"label":"b"}]}"#, &["parts"]),
        ("an element more", r#"{"parts":[{"label":"a"}]}"#, r#"{"parts":[{"label":"a"},{"label":"z"}]}"#, &["parts"]),
    ];
    for (row, planned, actual, paths) in rows {
        let (state, found) = applied(planned, actual, true);
        assert_eq!(found.iter().map(|one| one.path.to_string()).collect::<Vec<_>>(), paths, "{row}");
        let settled = Settled::from_json(&Settled::of(&found).to_json());
        assert!(found.iter().all(|one| settled.has(one)), "{row}");
        assert_eq!(text(&read(&state, &settled, actual)), text(&state), "{row}: the next read");
    }
}

#[test]
fn what_changes_later_is_a_difference_again() {
    let (state, found) = applied(r#"{"kind":"q35","switch":"yes"}"#, r#"{"kind":"a","switch":"yes"}"#, true);
    let settled = Settled::of(&found);
    let drifted = read(&state, &settled, r#"{"kind":"b","switch":"yes"}"#);
    assert_eq!(drifted.get("kind"), &"b".into());
    let other = read(&state, &settled, r#"{"kind":"a","switch":"no"}"#);
    assert_eq!((other.get("kind"), other.get("switch")), (&"q35".into(), &"no".into()));
    // Another value was written since: what was settled for the old one says nothing of it.
    let rewritten = read(&value(r#"{"kind":"i440"}"#), &settled, r#"{"kind":"a"}"#);
    assert_eq!(rewritten.get("kind"), &"a".into());
}

#[test]
fn where_others_may_have_added_elements_these_are_not_settled() {
    let both = r#"{"parts":[{"label":"a","mode":"755"},{"label":"z"}]}"#;
    let (state, found) = applied(r#"{"parts":[{"label":"a","mode":"700"}]}"#, both, false);
    assert_eq!(found.iter().map(|one| one.path.to_string()).collect::<Vec<_>>(), ["parts[0].mode"]);
    let next = read(&state, &Settled::of(&found), both);
    assert_eq!(text(&next), text(&value(r#"{"parts":[{"label":"a","mode":"700"},{"label":"z"}]}"#)));
}

/// libvirt makes two elements of one (`vcpus="0-1"`), and makes them again at each apply.
#[test]
fn elements_that_are_libvirts_own_stay_settled_when_something_else_changes() {
    let (planned, both) = (r#"{"parts":[{"label":"a"}]}"#, r#"{"parts":[{"label":"a"},{"label":"z"}]}"#);
    let (state, found) = applied(planned, both, true);
    let settled = Settled::of(&found);
    let changed = r#"{"kind":"x","parts":[{"label":"a"}]}"#;
    let both_and_change = r#"{"kind":"x","parts":[{"label":"a"},{"label":"z"}]}"#;
    let (_, again) = applied_after(changed, both_and_change, Before { state: &state, settled: &settled });
    assert_eq!(again.iter().map(|one| one.path.to_string()).collect::<Vec<_>>(), ["parts"]);
    assert!(settled.has(&again[0]), "no second warning");
    // Another element than the settled one may be anyone's.
    let other = r#"{"parts":[{"label":"a"},{"label":"y"}]}"#;
    let (_, others) = applied_after(planned, other, Before { state: &state, settled: &settled });
    assert_eq!(others.len(), 0, "{others:?}");
}

#[test]
fn elements_that_an_apply_was_to_remove_and_that_are_still_there_are_libvirts() {
    let (planned, both) = (r#"{"parts":[{"label":"a"}]}"#, r#"{"parts":[{"label":"a"},{"label":"z"}]}"#);
    let none = Settled::default();
    let (state, found) = applied_after(planned, both, Before { state: &value(both), settled: &none });
    assert_eq!(found.iter().map(|one| one.path.to_string()).collect::<Vec<_>>(), ["parts"]);
    assert_eq!(text(&read(&state, &Settled::of(&found), both)), text(&state));
}

/// The owner of a disk's file: a guest that starts takes it over, and it goes back when the guest stops.
#[test]
fn what_others_change_as_they_go_is_no_difference_whatever_libvirt_tells() {
    let planned = r#"{"cover":{"page":"a","wear":{"owner":"1","mode":"?"}}}"#;
    let config = value(r#"{"cover":{"page":"a","wear":{"owner":"1"}}}"#);
    let (state, found) = applied(planned, r#"{"cover":{"page":"a","wear":{"owner":"1","mode":"640"}}}"#, true);
    assert_eq!(found.len(), 0, "{found:?}");
    let written = fleeting(&THING, &config, &state);
    assert_eq!(written.iter().map(|(path, _)| path.to_string()).collect::<Vec<_>>(), ["cover.wear.owner"]);
    let settled = Settled::from_json(&Settled::of(&found).with_fleeting(&written).to_json());
    let drifted = r#"{"cover":{"page":"a","wear":{"owner":"64055","mode":"600"}}}"#;
    let expected = value(r#"{"cover":{"page":"a","wear":{"owner":"1","mode":"600"}}}"#);
    assert_eq!(text(&read(&state, &settled, drifted)), text(&expected), "what was not written is told");
    assert_eq!(
        text(&read(&state, &settled, r#"{"cover":{"page":"a"}}"#)),
        text(&state),
        "nor if it is not told at all"
    );
    let unwritten = read(&state, &Settled::default(), drifted);
    assert_eq!(unwritten.at("cover.wear.owner"), &"64055".into(), "nobody wrote that");
    let other = read(&state, &settled, r#"{"cover":{"page":"b","wear":{"owner":"2"}}}"#);
    assert_eq!((other.at("cover.page"), other.at("cover.wear.owner")), (&"b".into(), &"1".into()));
}

#[test]
fn only_what_is_in_the_xml_is_settled() {
    let (_, found) = applied(r#"{"options":{"force":true},"words":["a"]}"#, r#"{"words":["b"]}"#, true);
    assert_eq!(found.len(), 0, "{found:?}");
}

#[test]
fn a_line_says_what_was_written_and_what_is_there() {
    let (_, found) =
        applied(r#"{"kind":"q35","parts":[{"label":"a","mode":"700"}]}"#, r#"{"parts":[{"label":"a"}]}"#, true);
    let lines: Vec<String> = found.iter().map(Difference::line).collect();
    assert_eq!(
        lines,
        [r#"kind: "q35" was written, nothing is there"#, r#"parts[0].mode: "700" was written, nothing is there"#]
    );
    assert_eq!(found[1].place().to_string(), "parts");
    let hidden = Difference { sensitive: true, ..found.into_iter().next().unwrap() };
    assert_eq!(hidden.line(), "kind: differs");
}
