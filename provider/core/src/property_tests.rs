//! Random lives of a resource: created, read, changed, read again, against a made-up libvirt that respells what it
//! is given, chooses what is left to it, and adds what nobody asked for. Whatever comes, Terraform's rules hold.

use crate::diagnostics::Level;
use crate::plan::plan;
use crate::reconcile::{Observed, after_apply, after_import, after_read};
use crate::shape::{Attribute, Class, Kind, Leaf, Meaning, Primitive, Scalar, Shape};
use crate::size;
use crate::testing::{THING, assert_valid_apply, assert_valid_plan, text};
use crate::validate::validate;
use crate::value::{Number, Object, Value};

const LIVES: u64 = 1000;
const CHANGES: u64 = 4;

/// The list that this libvirt adds elements to.
const ADDED_TO: &str = "ports";

/// A small generator (xorshift64*): the tests need the same numbers on every run, not good ones.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % bound
    }

    fn one_in(&mut self, bound: u64) -> bool {
        self.below(bound) == 0
    }

    /// A configuration: any attribute that can be set, or not.
    fn config(&mut self, shape: &Shape) -> Value {
        let mut object = Object::new();
        for attribute in shape.attributes.iter().filter(|attribute| attribute.class != Class::Runtime) {
            if attribute.required || self.one_in(2) {
                object.insert(attribute.name, self.value(attribute));
            }
        }
        Value::Object(object)
    }

    /// Another configuration, in which about half of the attributes are as they were.
    fn changed(&mut self, shape: &Shape, config: &Value) -> Value {
        let Value::Object(mut object) = self.config(shape) else { return Value::Null };
        for (name, value) in config.as_object().into_iter().flatten() {
            if self.one_in(2) {
                object.insert(name, value.clone());
            }
        }
        Value::Object(object)
    }

    fn value(&mut self, attribute: &Attribute) -> Value {
        let length = self.below(4);
        match attribute.kind {
            Kind::Leaf(_) if attribute.name.ends_with("_unit") => {
                Value::from(["KiB", "M", "bytes"][self.below(3) as usize])
            }
            Kind::Leaf(scalar) => self.scalar(scalar),
            Kind::Leaves(scalar) => (0..length).map(|_| self.scalar(scalar)).collect::<Vec<_>>().into(),
            Kind::Set(_) => ["a", "b", "c"].map(Value::from)[..length as usize].to_vec().into(),
            Kind::Object(shape) => self.config(shape),
            Kind::List(shape, _) => (0..length).map(|_| self.config(shape)).collect::<Vec<_>>().into(),
        }
    }

    fn scalar(&mut self, scalar: &Scalar) -> Value {
        let pick = self.below(3);
        let texts = match scalar.meaning {
            Meaning::Switch(on, off) => [on, off, "true"],
            Meaning::Octal => ["700", "0711", "0700"],
            Meaning::Xml => ["<a/>", "<a b='1'/>", ""],
            _ => ["a", "b", "c"],
        };
        match scalar.primitive {
            Primitive::Bool => Value::Bool(pick == 0),
            Primitive::Number => Value::from(pick * 1024),
            Primitive::String => Value::from(texts[pick as usize]),
        }
    }

    /// What this libvirt has after it was given `planned`: the known part spelled differently, the rest of its own choice.
    fn served(&mut self, shape: &Shape, planned: &Value) -> Value {
        let mut object = Object::new();
        for attribute in shape.attributes.iter().filter(|attribute| attribute.class != Class::WriteOnly) {
            let value = self.served_attribute(attribute, planned);
            if !value.is_null() {
                object.insert(attribute.name, value);
            }
        }
        let mut object = Value::Object(object);
        in_bytes(shape, planned, &mut object);
        object
    }

    fn served_attribute(&mut self, attribute: &Attribute, planned: &Value) -> Value {
        let value = planned.get(attribute.name);
        match (attribute.kind, value) {
            // The resource says nothing of the provider's own, but where it has to.
            (_, value) if attribute.xml.is_none() && !value.is_unknown() => Value::Null,
            (Kind::Leaf(scalar), Value::Unknown(_)) => match self.one_in(4) {
                true => Value::Null,
                false => self.scalar(scalar),
            },
            (Kind::Leaf(scalar), Value::Null) => self.unasked(scalar),
            (Kind::Leaf(scalar), value) => respelled(attribute, scalar, value),
            (Kind::Leaves(_), Value::List(items)) => match items.is_empty() {
                true => Value::Null,
                false => items
                    .iter()
                    .map(|item| Value::from(item.as_str().unwrap().to_uppercase()))
                    .collect::<Vec<_>>()
                    .into(),
            },
            (Kind::Object(shape), Value::Object(_)) => self.served(shape, value),
            (Kind::List(shape, _), value) => self.served_list(attribute, shape, value.items()),
            _ => Value::Null,
        }
    }

    fn served_list(&mut self, attribute: &Attribute, shape: &Shape, planned: &[Value]) -> Value {
        let mut items: Vec<Value> = planned.iter().map(|item| self.served(shape, item)).collect();
        if attribute.name == ADDED_TO && self.one_in(2) {
            let mut own = Value::Object(Object::new());
            own.set("type", Value::from("libvirt's own"));
            items.insert(0, own);
        }
        if items.is_empty() { Value::Null } else { items.into() }
    }

    /// What the user left open; a key would be one that no user has.
    fn unasked(&mut self, scalar: &Scalar) -> Value {
        match scalar.primitive {
            Primitive::String => Value::from(format!("own {}", self.below(u64::MAX >> 33))),
            _ => Value::from(1_000_000 + self.below(1000)),
        }
    }
}

/// The same in another spelling.
fn respelled(attribute: &Attribute, scalar: &Scalar, value: &Value) -> Value {
    let text = value.as_str().unwrap_or_default();
    match scalar.meaning {
        Meaning::AnyCase => Value::from(text.to_uppercase()),
        Meaning::Octal => Value::from(format!("{text:0>4}")),
        Meaning::Switch(on, off) => Value::from(if text == "true" {
            on
        } else if text == "false" {
            off
        } else {
            text
        }),
        Meaning::Xml => Value::from(format!("\n {}\n", text.replace('\'', "\""))),
        _ if attribute.xml.is_some_and(|xml| xml.leaf == Leaf::Element) && *value == Value::Bool(false) => Value::Null,
        _ => value.clone(),
    }
}

/// This libvirt reports all sizes in bytes.
fn in_bytes(shape: &Shape, planned: &Value, object: &mut Value) {
    for attribute in shape.attributes {
        let Some((unit, default)) = size::unit_of(attribute) else { continue };
        let amount = planned.get(attribute.name);
        if let Some(bytes) = size::bytes(amount, planned.get(unit), default) {
            object.set(attribute.name, Value::Number(Number::Integer(bytes)));
        }
        let is_there = !object.get(attribute.name).is_null();
        object.set(unit, if is_there { Value::from("bytes") } else { Value::Null });
    }
}

/// The configuration of somebody who writes down all that an import found.
fn written_down(shape: &Shape, imported: &Value) -> Value {
    let Some(object) = imported.as_object() else { return imported.clone() };
    let mut object = object.clone();
    for attribute in shape.attributes {
        match (attribute.class, attribute.kind.shape(), object.get_mut(attribute.name)) {
            (Class::Runtime, _, _) => {
                object.remove(attribute.name);
            }
            (_, Some(inner), Some(Value::List(items))) => {
                items.iter_mut().for_each(|item| *item = written_down(inner, item));
            }
            (_, Some(inner), Some(value)) => *value = written_down(inner, value),
            _ => {}
        }
    }
    Value::Object(object)
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Value {
        Value::List(items)
    }
}

#[test]
fn terraforms_rules_hold() {
    let (mut plans, mut empty) = (0, 0);
    for life in 1..=LIVES {
        let random = &mut Random(life.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let (mut state, mut config) = (Value::Null, Value::Null);
        for change in 0..CHANGES {
            let row = format!("life {life}, change {change}");
            if change == 0 || !random.one_in(4) {
                config = random.changed(&THING, &config);
            }
            validate(&THING, &config, Level::Error);
            let planned = plan(&THING, &config, &state, &config, &Value::Null);
            assert_valid_plan(&THING, &state, &config, &planned.value, &row);
            assert_eq!(planned, plan(&THING, &config, &state, &config, &Value::Null), "{row}: pure");
            plans += 1;
            empty += u64::from(planned.value == state);

            let actual = random.served(&THING, &planned.value);
            state = after_apply(&THING, &planned.value, &actual);
            assert_valid_apply(&planned.value, &state, &row);

            let observed = Observed { baseline: Some(&actual), ..Observed::new(&actual) };
            let read = after_read(&THING, &state, &observed);
            let again = plan(&THING, &config, &read, &config, &Value::Null);
            assert_eq!(text(&again.value), text(&read), "{row}: the second plan is empty");
            assert_eq!(again.replace, [], "{row}: the second plan replaces nothing");
            assert_eq!(after_read(&THING, &read, &observed), read, "{row}: a second read reports nothing new");

            let imported = after_import(&THING, &actual);
            let config = written_down(&THING, &imported);
            let adopted = plan(&THING, &config, &imported, &config, &Value::Null);
            assert_eq!(text(&adopted.value), text(&imported), "{row}: an import written down plans nothing");
            state = read;
        }
    }
    // An unchanged configuration is an empty plan, so some are; but the rules are about the others.
    assert!(empty > LIVES / 4 && empty < plans / 2, "{empty} empty plans");
    println!("{plans} plans, {empty} of them empty, {LIVES} lives");
    assert_eq!(plans, LIVES * CHANGES);
}
