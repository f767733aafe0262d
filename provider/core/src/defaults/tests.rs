//! One table of rows, and what it leaves of objects.

use super::lean::without;
use super::{Condition, Default, Facts, order};
use crate::shape::{Attribute, Kind, Leaf, List, Meaning, Name, Primitive, Scalar, Shape, Step};
use crate::testing::{COUNT, FLAG, TEXT, text, value};

static STEPS: [Step; 1] = [Step::to(Name::plain("any"))];

const fn placed(attribute: Attribute, leaf: Leaf) -> Attribute {
    attribute.xml(&STEPS, leaf)
}

const fn plain(name: &'static str) -> Attribute {
    placed(Attribute::new(name, Kind::Leaf(&TEXT)), Leaf::Text)
}

static LIST: List = List { keys: &[], skip: 0 };
static PORT: Shape = Shape { attributes: &[plain("at"), plain("kind")] };
static PART: Shape = Shape {
    attributes: &[
        placed(Attribute::new("cover", Kind::Object(&PORT)), Leaf::Element),
        plain("kind"),
        placed(Attribute::new("ports", Kind::List(&PORT, &LIST)), Leaf::Element),
        plain("state"),
    ],
};
static GROUP: Shape = Shape { attributes: &[plain("kind"), plain("mode")] };
static AMOUNT: Scalar =
    Scalar { primitive: Primitive::Number, forms: &[], meaning: Meaning::Sized("amount_unit", "KiB") };
static THING: Shape = Shape {
    attributes: &[
        placed(Attribute::new("all", Kind::Leaf(&AMOUNT)), Leaf::Text),
        placed(Attribute::new("amount", Kind::Leaf(&AMOUNT)), Leaf::Text),
        placed(Attribute::new("amount_unit", Kind::Leaf(&TEXT)), Leaf::Text),
        placed(Attribute::new("cover", Kind::Object(&PORT)), Leaf::Element),
        placed(Attribute::new("flag", Kind::Leaf(&FLAG)), Leaf::Element),
        placed(Attribute::new("group", Kind::Object(&GROUP)), Leaf::Group),
        plain("must").required(),
        placed(Attribute::new("now", Kind::Leaf(&COUNT)), Leaf::Text),
        placed(Attribute::new("parts", Kind::List(&PART, &LIST)), Leaf::Element),
        placed(Attribute::new("parts2", Kind::Leaf(&TEXT)), Leaf::Text),
        placed(Attribute::new("size", Kind::Leaf(&COUNT)), Leaf::Text),
        placed(Attribute::new("words", Kind::Leaves(&TEXT)), Leaf::Text),
    ],
};

const fn when(path: &'static str, any_of: &'static [&'static str]) -> Condition {
    Condition { path, any_of }
}

static DEFAULTS: [Default; 19] = [
    Default::new("all", r#""=amount""#, &[]),
    Default::new("amount_unit", r#""KiB""#, &[]),
    Default::new("cover", "{}", &[]),
    Default::new("cover.at", r#""top""#, &[]),
    Default::new("flag", "true", &[when("size", &[""])]),
    Default::new("group.kind", r#""plain""#, &[]),
    Default::new("must", r#""it""#, &[]),
    Default::new("now", r#""=size""#, &[]),
    Default::new("parts[]", r#"{"kind":"added","state":"=*"}"#, &[when("@driver", &["One", "Two"])]),
    Default::new("parts[]", r#"{"kind":"copy","cover":"=parts[0].cover"}"#, &[]),
    Default::new("parts[].cover.at", r#""=.ports[0].at""#, &[]),
    Default::new("parts[].cover.kind", r#""inner""#, &[when(".kind", &["x", "a-*"]), when("group.mode", &["*"])]),
    Default::new("parts[].kind", r#""plain""#, &[]),
    Default::new("parts[].ports[].kind", r#""of port""#, &[when(".at", &["1", ""])]),
    Default::new("parts[].ports[].kind", r#""=..kind""#, &[when("..state", &["on"])]),
    Default::new("parts[].state", r#""on""#, &[when("parts[].cover.kind", &["inner"])]),
    Default::new("parts[].state", r#""off""#, &[when("parts[].cover.kind", &[""])]),
    Default::new("parts2", r#""two""#, &[]),
    Default::new("words", r#"["a","b"]"#, &[]),
];

fn leaned(driver: Option<&str>, json: &str) -> String {
    text(&without(&THING, &DEFAULTS, &value(json), &Facts { driver }))
}

#[track_caller]
fn check(json: &str, left: &str) {
    assert_eq!(leaned(Some("One"), json), left, "of {json}");
}

#[test]
fn the_table_is_in_order() {
    assert!(DEFAULTS.is_sorted_by(|a, b| order(a.path, b.path).is_le()));
}

#[test]
fn values_go_where_they_are_the_default() {
    check(r#"{"parts2":"two","size":5}"#, r#"{"size":5}"#);
    check(r#"{"parts2":"three"}"#, r#"{"parts2":"three"}"#);
    check(r#"{"words":["a","b"]}"#, "{}");
    check(r#"{"words":["b","a"]}"#, r#"{"words":["b","a"]}"#);
    check(r#"{"parts":[{"kind":"plain"},{"kind":"other"}]}"#, r#"{"parts":[{},{"kind":"other"}]}"#);
}

#[test]
fn what_must_be_set_stays() {
    check(r#"{"must":"it"}"#, r#"{"must":"it"}"#);
}

#[test]
fn an_object_goes_where_it_has_no_element_or_a_default_says_so() {
    check(r#"{"cover":{"at":"top"}}"#, "{}");
    check(r#"{"cover":{"at":"top","kind":"x"}}"#, r#"{"cover":{"kind":"x"}}"#);
    check(r#"{"group":{"kind":"plain"}}"#, "{}");
    check(r#"{"group":{}}"#, r#"{"group":{}}"#);
    let of_an_element = r#"{"parts":[{"cover":{"at":"1"},"ports":[{"at":"1"}]}]}"#;
    check(of_an_element, r#"{"parts":[{"cover":{},"ports":[{"at":"1"}]}]}"#);
}

#[test]
fn a_reference_is_to_what_the_object_was() {
    check(r#"{"now":4,"size":4}"#, r#"{"size":4}"#);
    check(r#"{"now":3,"size":4}"#, r#"{"now":3,"size":4}"#);
    check(r#"{"now":3}"#, r#"{"now":3}"#);
    let own = r#"{"parts":[{"cover":{"at":"2"},"ports":[{"at":"1"}]}]}"#;
    check(own, own);
}

#[test]
fn an_element_goes_once_whatever_stands_at_its_free_places() {
    check(r#"{"parts":[{"kind":"added","state":"any"}]}"#, "{}");
    check(r#"{"parts":[{"kind":"added"},{"kind":"added"}]}"#, r#"{"parts":[{"kind":"added"}]}"#);
    check(r#"{"parts":[{"kind":"added","cover":{}}]}"#, r#"{"parts":[{"cover":{},"kind":"added"}]}"#);
    let copy = r#"{"parts":[{"cover":{"kind":"c"}},{"cover":{"kind":"c"},"kind":"copy"}]}"#;
    check(copy, r#"{"parts":[{"cover":{"kind":"c"}}]}"#);
    check(r#"{"parts":[]}"#, r#"{"parts":[]}"#);
    let before = r#"{"parts":[{"kind":"added"},{"kind":"mine"}]}"#;
    check(before, before);
    check(r#"{"parts":[{"kind":"mine"},{"kind":"added"}]}"#, r#"{"parts":[{"kind":"mine"}]}"#);
}

#[test]
fn conditions() {
    check(r#"{"flag":true}"#, "{}");
    check(r#"{"flag":true,"size":1}"#, r#"{"flag":true,"size":1}"#);
    let part = |kind: &str, mode: &str, left: &str| {
        let json =
            |cover: &str| format!(r#"{{"group":{{"mode":{mode}}},"parts":[{{"cover":{{{cover}}},"kind":"{kind}"}}]}}"#);
        let group = if mode == "null" { r#""group":{},"# } else { r#""group":{"mode":"m"},"# };
        check(&json(r#""kind":"inner""#), &format!(r#"{{{group}"parts":[{{"cover":{{{left}}},"kind":"{kind}"}}]}}"#));
    };
    part("x", r#""m""#, "");
    part("a-1", r#""m""#, "");
    part("xx", r#""m""#, r#""kind":"inner""#);
    part("x", "null", r#""kind":"inner""#);
    let ports = r#"{"parts":[{"ports":[{"at":"1","kind":"of port"},{"at":"2","kind":"of port"},{"kind":"of port"}]}]}"#;
    check(ports, r#"{"parts":[{"ports":[{"at":"1"},{"at":"2","kind":"of port"},{}]}]}"#);
}

#[test]
fn a_condition_on_a_list_holds_for_any_element() {
    let json = r#"{"parts":[{"state":"on"},{"cover":{"kind":"inner"},"state":"off"}]}"#;
    check(json, r#"{"parts":[{},{"cover":{"kind":"inner"},"state":"off"}]}"#);
    check(r#"{"parts":[{"state":"on"},{"state":"off"}]}"#, r#"{"parts":[{"state":"on"},{}]}"#);
}

#[test]
fn a_driver_that_is_not_known_or_another_is_no_condition() {
    let json = r#"{"parts":[{"kind":"added"}]}"#;
    assert_eq!(leaned(Some("Two"), json), "{}");
    for driver in [None, Some("Three")] {
        assert_eq!(leaned(driver, json), json);
    }
}

#[test]
fn a_size_counts_in_its_default_unit() {
    check(r#"{"all":4,"amount":4}"#, r#"{"amount":4}"#);
    check(r#"{"all":4,"amount":4,"amount_unit":"KiB"}"#, r#"{"amount":4}"#);
    let in_other = r#"{"all":4,"amount":4,"amount_unit":"MiB"}"#;
    check(in_other, in_other);
}

#[test]
fn two_dots_lead_to_what_has_the_list() {
    let json =
        |state: &str| format!(r#"{{"parts":[{{"kind":"k","ports":[{{"at":"2","kind":"k"}}],"state":"{state}"}}]}}"#);
    check(&json("on"), r#"{"parts":[{"kind":"k","ports":[{"at":"2"}],"state":"on"}]}"#);
    check(&json("of"), &json("of"));
}
