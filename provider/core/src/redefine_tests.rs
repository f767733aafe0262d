use super::*;
use crate::shape::{Meaning, Name, Primitive, Scalar, Step};
use crate::testing::{text, value};

static TEXT: Scalar = Scalar { primitive: Primitive::String, forms: &[], meaning: Meaning::Exact };
static XML: Scalar = Scalar { primitive: Primitive::String, forms: &[], meaning: Meaning::Xml };

const fn leaf(name: &'static str) -> Attribute {
    Attribute::new(name, Kind::Leaf(&TEXT)).xml(&[], Leaf::Attribute(Name::plain(name)))
}

/// What stands in an element of its own.
macro_rules! element {
    ($name:literal, $kind:expr) => {
        Attribute::new($name, $kind).anchored(&[Step::to(Name::plain($name))])
    };
}

static SEAT: Shape = Shape { attributes: &[leaf("row")] };
static GUEST: Shape = Shape {
    attributes: &[
        leaf("colour"),
        leaf("mood").class(Class::Choice).depends(&["colour"]),
        leaf("name"),
        leaf("password").sensitive(),
        element!("seat", Kind::Object(&SEAT)).class(Class::Placement).depends(&["colour", "/hall"]),
    ],
};
static BY_NAME: List = List { keys: &[&["name"]], skip: 0 };
static TABLE: Shape = Shape {
    attributes: &[
        element!("guests", Kind::List(&GUEST, &BY_NAME)),
        element!("waiters", Kind::List(&GUEST, &BY_NAME)).depends(&["/hall"]),
    ],
};
static FOOD: Shape = Shape { attributes: &[leaf("drink"), leaf("main")] };
static PARTY: Shape = Shape {
    attributes: &[
        element!("food", Kind::Object(&FOOD)),
        leaf("hall").class(Class::Identity),
        Attribute::new("large", Kind::Leaf(&TEXT))
            .xml(&[Step::to(Name::plain("large"))], Leaf::Text)
            .unit(Unit::With("size")),
        Attribute::new("note", Kind::Leaf(&XML)).xml(&[Step::to(Name::plain("note"))], Leaf::Raw),
        Attribute::new("small", Kind::Leaf(&TEXT))
            .xml(&[Step::to(Name::plain("small"))], Leaf::Text)
            .unit(Unit::With("size")),
        element!("table", Kind::Object(&TABLE)).unit(Unit::Parts),
    ],
};

/// What it shows, the state before, the plan, what libvirt has, what it had (nothing: the same), and what becomes of it.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

fn check(carry: Carry, rows: &[Row]) {
    for (row, prior, planned, actual, baseline, expected) in rows {
        let (prior, planned, actual) = (value(prior), value(planned), value(actual));
        let baseline = if baseline.is_empty() { actual.clone() } else { value(baseline) };
        let sides = Sides { planned: &planned, prior: &prior, actual: &actual, baseline: Some(&baseline) };
        assert_eq!(text(&redefine(&PARTY, &sides, carry)), text(&value(expected)), "{row}");
    }
}

#[test]
fn what_is_unchanged_stays_and_what_changed_is_fresh() {
    check(
        Carry::All,
        &[
            ("unchanged", r#"{}"#, r#"{}"#, r#"{"food":{"main":"a"}}"#, "", r#"{"food":{"main":"a"}}"#),
            (
                "libvirt's spelling stays",
                r#"{"food":{"main":"a"}}"#,
                r#"{"food":{"main":"a"}}"#,
                r#"{"food":{"main":"A","drink":"d"}}"#,
                "",
                r#"{"food":{"main":"A","drink":"d"}}"#,
            ),
            (
                "a changed unit has nothing of the old one",
                r#"{"food":{"main":"a"}}"#,
                r#"{"food":{"main":"b"}}"#,
                r#"{"food":{"main":"a","drink":"d"}}"#,
                "",
                r#"{"food":{"main":"b"}}"#,
            ),
            (
                "changed from outside",
                r#"{"food":{"main":"a"}}"#,
                r#"{"food":{"main":"a"}}"#,
                r#"{"food":{"main":"a","drink":"x"}}"#,
                r#"{"food":{"main":"a"}}"#,
                r#"{"food":{"main":"a"}}"#,
            ),
            ("taken out", r#"{"food":{"main":"a"}}"#, r#"{}"#, r#"{"food":{"main":"a"}}"#, "", r#"{}"#),
            (
                "decided together",
                r#"{"large":"4"}"#,
                r#"{"large":"8"}"#,
                r#"{"large":"4","small":"4"}"#,
                "",
                r#"{"large":"8"}"#,
            ),
            ("an identity stays", r#"{}"#, r#"{"large":"8"}"#, r#"{"hall":"h"}"#, "", r#"{"hall":"h","large":"8"}"#),
            (
                "others' XML stays",
                r#"{"note":"<a xmlns='u'/>"}"#,
                r#"{"note":"<b xmlns='u'/>"}"#,
                r#"{"note":"<a xmlns='u'/><c xmlns='v'/>"}"#,
                "",
                r#"{"note":"<c xmlns='v'/><b xmlns='u'/>"}"#,
            ),
        ],
    );
}

#[test]
fn elements_are_units_by_key() {
    check(
        Carry::All,
        &[
            (
                "one more, one as it was",
                r#"{"table":{"guests":[{"name":"a"}]}}"#,
                r#"{"table":{"guests":[{"name":"b"},{"name":"a"}]}}"#,
                r#"{"table":{"guests":[{"name":"a","mood":"m","seat":{"row":"1"}}]}}"#,
                "",
                r#"{"table":{"guests":[{"name":"b"},{"name":"a","mood":"m","seat":{"row":"1"}}]}}"#,
            ),
            (
                "choices and places stay while what they depend on does",
                r#"{"table":{"guests":[{"name":"a"}]}}"#,
                r#"{"table":{"guests":[{"name":"a","password":"p"}]}}"#,
                r#"{"table":{"guests":[{"name":"a","mood":"m","seat":{"row":"1"}}]}}"#,
                "",
                r#"{"table":{"guests":[{"name":"a","password":"p","mood":"m","seat":{"row":"1"}}]}}"#,
            ),
            (
                "and go with it",
                r#"{"table":{"guests":[{"name":"a","colour":"red"}]}}"#,
                r#"{"table":{"guests":[{"name":"a","colour":"blue"}]}}"#,
                r#"{"table":{"guests":[{"name":"a","colour":"red","mood":"m","seat":{"row":"1"}}]}}"#,
                "",
                r#"{"table":{"guests":[{"name":"a","colour":"blue"}]}}"#,
            ),
            (
                "a choice that was configured is none",
                r#"{"table":{"guests":[{"name":"a","mood":"m"}]}}"#,
                r#"{"table":{"guests":[{"name":"a"}]}}"#,
                r#"{"table":{"guests":[{"name":"a","mood":"m"}]}}"#,
                "",
                r#"{"table":{"guests":[{"name":"a"}]}}"#,
            ),
            (
                "what libvirt added stays beside its neighbour",
                r#"{"table":{"guests":[{"name":"a"},{"name":"b"}]}}"#,
                r#"{"table":{"guests":[{"name":"a"},{"name":"b","colour":"red"}]}}"#,
                r#"{"table":{"guests":[{"name":"x"},{"name":"a"},{"name":"y"},{"name":"b"}]}}"#,
                "",
                r#"{"table":{"guests":[{"name":"x"},{"name":"a"},{"name":"y"},{"name":"b","colour":"red"}]}}"#,
            ),
            (
                "what was ours goes",
                r#"{"table":{"guests":[{"name":"a"},{"name":"b"}]}}"#,
                r#"{"table":{"guests":[{"name":"b"}]}}"#,
                r#"{"table":{"guests":[{"name":"a"},{"name":"b"}]}}"#,
                "",
                r#"{"table":{"guests":[{"name":"b"}]}}"#,
            ),
            (
                "what came from outside goes",
                r#"{"table":{"guests":[{"name":"a"},{"name":"z"}]}}"#,
                r#"{"table":{"guests":[{"name":"a"}]}}"#,
                r#"{"table":{"guests":[{"name":"a"},{"name":"z"}]}}"#,
                r#"{"table":{"guests":[{"name":"a"}]}}"#,
                r#"{"table":{"guests":[{"name":"a"}]}}"#,
            ),
            (
                "all that depends on something elsewhere goes with it",
                r#"{"hall":"h","table":{"guests":[{"name":"a"}]}}"#,
                r#"{"hall":"i","table":{"guests":[{"name":"a"}]}}"#,
                r#"{"hall":"h","table":{"guests":[{"name":"a","mood":"m","seat":{"row":"1"}}],"waiters":[{"name":"w"}]}}"#,
                "",
                r#"{"hall":"i","table":{"guests":[{"name":"a","mood":"m"}]}}"#,
            ),
            (
                "a choice that others changed goes back to what libvirt chose",
                r#"{"table":{"guests":[{"name":"a","mood":"x"}]}}"#,
                r#"{"table":{"guests":[{"name":"a"}]}}"#,
                r#"{"table":{"guests":[{"name":"a","mood":"x"}]}}"#,
                r#"{"table":{"guests":[{"name":"a","mood":"m"}]}}"#,
                r#"{"table":{"guests":[{"name":"a","mood":"m"}]}}"#,
            ),
            (
                "unless what it depends on has changed since",
                r#"{"table":{"guests":[{"name":"a","colour":"red","mood":"x"}]}}"#,
                r#"{"table":{"guests":[{"name":"a","colour":"blue"}]}}"#,
                r#"{"table":{"guests":[{"name":"a","colour":"red","mood":"x"}]}}"#,
                r#"{"table":{"guests":[{"name":"a","colour":"red","mood":"m"}]}}"#,
                r#"{"table":{"guests":[{"name":"a","colour":"blue"}]}}"#,
            ),
            (
                "a key that libvirt replaced is still the same element",
                r#"{"table":{"guests":[{"name":"0","colour":"red"},{"name":"b"}]}}"#,
                r#"{"hall":"i","table":{"guests":[{"name":"0","colour":"red"},{"name":"b"}]}}"#,
                r#"{"hall":"i","table":{"guests":[{"name":"7","colour":"red"},{"name":"b","mood":"m"}]}}"#,
                "",
                r#"{"hall":"i","table":{"guests":[{"name":"7","colour":"red"},{"name":"b","mood":"m"}]}}"#,
            ),
            (
                "a secret that nobody named stays",
                r#"{"table":{"guests":[{"name":"a"}]}}"#,
                r#"{"table":{"guests":[{"name":"a","colour":"red"}]}}"#,
                r#"{"table":{"guests":[{"name":"a","password":"p"}]}}"#,
                "",
                r#"{"table":{"guests":[{"name":"a","colour":"red","password":"p"}]}}"#,
            ),
        ],
    );
}

#[test]
fn less_is_carried_over_where_it_does_not_fit() {
    let row = |expected| {
        (
            "less",
            r#"{"table":{"guests":[{"name":"a"}]}}"#,
            r#"{"table":{"guests":[{"name":"a","password":"p"}]}}"#,
            r#"{"hall":"h","food":{"main":"a"},"table":{"guests":[{"name":"a","mood":"m","seat":{"row":"1"}}]}}"#,
            "",
            expected,
        )
    };
    let without_place =
        r#"{"hall":"h","food":{"main":"a"},"table":{"guests":[{"name":"a","password":"p","mood":"m"}]}}"#;
    check(Carry::NoPlacements, &[row(without_place)]);
    check(Carry::Nothing, &[row(r#"{"hall":"h","table":{"guests":[{"name":"a","password":"p"}]}}"#)]);
}

#[test]
fn spelling_and_what_is_not_in_the_document_change_nothing() {
    let same = |prior: &str, planned: &str| {
        let (prior, planned) = (value(prior), value(planned));
        !changes_definition(&PARTY, &Sides { planned: &planned, prior: &prior, actual: &prior, baseline: None })
    };
    assert!(same(r#"{"note":"<a xmlns='u'/>"}"#, r#"{"note":"<q:a xmlns:q=\"u\"></q:a>"}"#));
    assert!(same(r#"{"large":"1"}"#, r#"{"large":"1","hall":"?"}"#));
    assert!(!same(r#"{}"#, r#"{"food":{}}"#));
    assert!(!same(r#"{"large":"1"}"#, r#"{"large":"2"}"#));
}
