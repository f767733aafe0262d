//! What the tests share: short ways to write shapes and values, one made-up resource, and Terraform's own rules as
//! assertions.

use serde_json::Value as Json;

use crate::shape::{
    Attribute, Class, Form, Kind, Leaf, List, Meaning, Name, Pattern, Primitive, Scalar, Shape, Step, When, Xml,
};
use crate::value::{Number, Value};

/// A value from JSON: `"?"` is unknown, null attributes are left out.
pub fn value(json: &str) -> Value {
    from_json(&serde_json::from_str(json).unwrap_or_else(|error| panic!("{error} in {json}")))
}

fn from_json(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => Value::Number(Number::parse(&number.to_string()).unwrap()),
        Json::String(text) if text == "?" => Value::UNKNOWN,
        Json::String(text) => Value::String(text.clone()),
        Json::Array(items) => Value::List(items.iter().map(from_json).collect()),
        Json::Object(members) => {
            let named = |(name, value): (&String, &Json)| (&*name.clone().leak(), from_json(value));
            Value::Object(members.iter().map(named).filter(|(_, value)| !value.is_null()).collect())
        }
    }
}

/// JSON of a value, for messages and snapshots.
pub fn text(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Unknown(_) => "\"?\"".into(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("{text:?}"),
        Value::List(items) => format!("[{}]", items.iter().map(text).collect::<Vec<_>>().join(",")),
        Value::Object(object) => {
            let members: Vec<_> = object.iter().map(|(name, value)| format!("{name:?}:{}", text(value))).collect();
            format!("{{{}}}", members.join(","))
        }
    }
}

const fn scalar(primitive: Primitive, meaning: Meaning) -> Scalar {
    Scalar { primitive, forms: &[], meaning }
}

pub static TEXT: Scalar = scalar(Primitive::String, Meaning::Exact);
pub static COUNT: Scalar =
    Scalar { primitive: Primitive::Number, forms: &[Form::Integer(0, 100)], meaning: Meaning::Number };
pub static FLAG: Scalar = scalar(Primitive::Bool, Meaning::Exact);
pub static ANY_CASE: Scalar = scalar(Primitive::String, Meaning::AnyCase);
pub static SWITCH: Scalar = scalar(Primitive::String, Meaning::Switch("yes", "no"));
static MODE_FORMS: [Form; 1] = [Form::Pattern(Pattern::new("^[0-7]{3,4}$"))];
pub static MODE: Scalar = Scalar { primitive: Primitive::String, forms: &MODE_FORMS, meaning: Meaning::Octal };
pub static XML: Scalar = scalar(Primitive::String, Meaning::Xml);
pub static COLOUR: Scalar =
    Scalar { primitive: Primitive::String, forms: &[Form::Words(&["red", "green", "blue"])], meaning: Meaning::Exact };
static AMOUNT: Scalar = scalar(Primitive::Number, Meaning::Sized("amount_unit", "KiB"));
static TOTAL: Scalar = scalar(Primitive::Number, Meaning::Sized("total_unit", "bytes"));

const fn name(local: &'static str) -> Name {
    Name::plain(local)
}

const fn at(steps: &'static [Step], leaf: Leaf) -> Option<Xml> {
    Some(Xml { steps, leaf, when: &[], anchored: true })
}

const fn step(local: &'static str) -> Step {
    Step { name: name(local), only: None }
}

/// An attribute that the user alone sets and that lives in an XML attribute of the same name.
const fn configured(called: &'static str, kind: Kind) -> Attribute {
    Attribute { xml: at(&[], Leaf::Attribute(name(called))), ..Attribute::new(called, kind) }
}

const fn classed(called: &'static str, kind: Kind, class: Class) -> Attribute {
    Attribute { class, ..configured(called, kind) }
}

const fn branch(called: &'static str, kind: Kind, when: &'static [When]) -> Attribute {
    Attribute { xml: Some(Xml { steps: &[], leaf: Leaf::Element, when, anchored: false }), ..configured(called, kind) }
}

const fn of_type(values: &'static [&'static str], absent: bool) -> When {
    When { steps: &[], attribute: "type", values, absent }
}

static FILE: Shape = Shape { attributes: &[configured("path", Kind::Leaf(&TEXT))] };
static ORIGIN: Shape = Shape {
    attributes: &[
        branch("file", Kind::Object(&FILE), &[of_type(&["file"], true)]),
        branch("none", Kind::Leaf(&FLAG), &[of_type(&["none"], false)]),
        branch("remote", Kind::Object(&FILE), &[of_type(&["remote", "far"], false)]),
    ],
};
static SLOT: Shape = Shape {
    attributes: &[classed("name", Kind::Leaf(&TEXT), Class::ServerDefault), configured("side", Kind::Leaf(&COLOUR))],
};
static PART: Shape = Shape {
    attributes: &[
        configured("label", Kind::Leaf(&TEXT)),
        configured("mode", Kind::Leaf(&MODE)),
        branch("origin", Kind::Object(&ORIGIN), &[]),
        classed("serial", Kind::Leaf(&ANY_CASE), Class::ServerDefault),
        Attribute { xml: at(&[step("slot")], Leaf::Element), ..configured("slot", Kind::Object(&SLOT)) },
        Attribute { xml: None, ..configured("wait", Kind::Leaf(&COUNT)) },
    ],
};
static PARTS: List = List { keys: &[&["label"], &["serial"]], skip: 0 };
static PORT: Shape = Shape {
    attributes: &[
        configured("index", Kind::Leaf(&COUNT)),
        configured("model", Kind::Leaf(&TEXT)),
        Attribute { required: true, ..configured("type", Kind::Leaf(&TEXT)) },
    ],
};
static PORTS: List = List { keys: &[&["type", "index"]], skip: 0 };
static OPTIONS: Shape = Shape {
    attributes: &[
        Attribute { xml: None, ..configured("force", Kind::Leaf(&FLAG)) },
        Attribute { xml: None, replace: true, ..configured("url", Kind::Leaf(&TEXT)) },
    ],
};
static FRAME: Shape = Shape {
    attributes: &[
        Attribute { xml: at(&[step("bar")], Leaf::Element), ..configured("bar", Kind::Leaf(&FLAG)) },
        classed("place", Kind::Leaf(&TEXT), Class::Runtime),
        Attribute { xml: at(&[step("port")], Leaf::Element), ..configured("ports", Kind::List(&PORT, &PORTS)) },
    ],
};

static COVER: Shape = Shape {
    attributes: &[
        configured("page", Kind::Leaf(&TEXT)),
        Attribute {
            xml: at(&[step("wear")], Leaf::Element),
            volatile: true,
            ..classed("wear", Kind::Object(&WEAR), Class::ServerDefault)
        },
    ],
};
static WEAR: Shape = Shape {
    attributes: &[
        classed("mode", Kind::Leaf(&MODE), Class::ServerDefault),
        classed("owner", Kind::Leaf(&TEXT), Class::ServerDefault),
    ],
};

/// A made-up resource with one of everything.
pub static THING: Shape = Shape {
    attributes: &[
        configured("amount", Kind::Leaf(&AMOUNT)),
        configured("amount_unit", Kind::Leaf(&TEXT)),
        Attribute {
            xml: at(&[step("cover")], Leaf::Element),
            replace: true,
            ..configured("cover", Kind::Object(&COVER))
        },
        Attribute { xml: at(&[step("frame")], Leaf::Element), ..configured("frame", Kind::Object(&FRAME)) },
        Attribute { xml: None, ..classed("id", Kind::Leaf(&TEXT), Class::Runtime) },
        configured("kind", Kind::Leaf(&ANY_CASE)),
        Attribute { required: true, replace: true, ..configured("name", Kind::Leaf(&TEXT)) },
        Attribute { xml: at(&[], Leaf::Raw), ..configured("note", Kind::Leaf(&XML)) },
        Attribute { xml: None, ..configured("options", Kind::Object(&OPTIONS)) },
        Attribute { xml: at(&[step("part")], Leaf::Element), ..configured("parts", Kind::List(&PART, &PARTS)) },
        Attribute { sensitive: true, ..classed("secret", Kind::Leaf(&COLOUR), Class::WriteOnly) },
        configured("switch", Kind::Leaf(&SWITCH)),
        configured("tags", Kind::Leaves(&ANY_CASE)),
        classed("total", Kind::Leaf(&TOTAL), Class::ServerDefault),
        configured("total_unit", Kind::Leaf(&TEXT)),
        Attribute { xml: None, ..configured("words", Kind::Set(&TEXT)) },
    ],
};

/// What Terraform checks of a plan: set attributes as configured or as they were, others null unless computed.
pub fn assert_valid_plan(shape: &Shape, prior: &Value, config: &Value, planned: &Value, path: &str) {
    for attribute in shape.attributes {
        let path = format!("{path}.{}", attribute.name);
        let [before, set, value] = [prior, config, planned].map(|object| object.get(attribute.name));
        let computed = matches!(attribute.class, Class::ServerDefault | Class::Runtime)
            || attribute.class.is_kept() && value == before;
        if attribute.class == Class::WriteOnly {
            assert!(value.is_null(), "{path}: write-only");
        } else if set.is_null() {
            assert!(value.is_null() || computed, "{path}: {} is not configured", text(value));
        } else if let (Some(inner), false) = (attribute.kind.shape(), set.is_unknown()) {
            assert_valid_nested_plan(inner, before, set, value, &path);
        } else {
            let kept = value == before && !before.is_null();
            assert!(value == set || kept, "{path}: {} was {} set to {}", text(value), text(before), text(set));
        }
    }
}

fn assert_valid_nested_plan(shape: &Shape, prior: &Value, config: &Value, planned: &Value, path: &str) {
    let Value::List(items) = config else {
        assert!(planned.as_object().is_some(), "{path}: a configured object is planned");
        return assert_valid_plan(shape, prior, config, planned, path);
    };
    assert!(matches!(planned, Value::List(_)) && planned.items().len() == items.len(), "{path}: length");
    for (position, item) in items.iter().enumerate() {
        let before = prior.items().get(position).unwrap_or(&Value::Null);
        assert_valid_plan(shape, before, item, &planned.items()[position], &format!("{path}[{position}]"));
    }
}

/// What Terraform checks of an apply: known values came back, nothing is unknown.
pub fn assert_valid_apply(planned: &Value, applied: &Value, path: &str) {
    match (planned, applied) {
        (Value::Unknown(_), applied) => assert!(applied.is_wholly_known(), "{path}: still unknown"),
        (Value::List(planned), Value::List(applied)) => {
            assert_eq!(planned.len(), applied.len(), "{path}: length");
            for (position, (planned, applied)) in planned.iter().zip(applied).enumerate() {
                assert_valid_apply(planned, applied, &format!("{path}[{position}]"));
            }
        }
        (Value::Object(members), Value::Object(others)) => {
            for name in members.keys().chain(others.keys()) {
                assert_valid_apply(planned.get(name), applied.get(name), &format!("{path}.{name}"));
            }
        }
        (planned, applied) => assert_eq!(planned, applied, "{path}"),
    }
}
