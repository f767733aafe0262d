//! Configurations with one attribute of interest: its parents, what is required beside them, and the attribute. Knows
//! shapes; must not know any resource.

use provider_core::convert::Root;
use provider_core::shape::{Attribute, Form, Kind, Leaf, Meaning, Name, Primitive, Scalar, Shape};
use provider_core::value::{Number, Object, Value};

use crate::random::Random;
use crate::text;

/// An attribute and those it is in, from the root.
pub type Chain = Vec<&'static Attribute>;

/// Every attribute of a root, with those it is in.
pub fn chains(root: &Root) -> Vec<Chain> {
    let mut found = Vec::new();
    collect(root.shape, &mut Vec::new(), &mut found);
    found
}

fn collect(shape: &'static Shape, above: &mut Chain, found: &mut Vec<Chain>) {
    for attribute in shape.attributes {
        above.push(attribute);
        found.push(above.clone());
        if let Some(below) = attribute.kind.shape() {
            collect(below, above, found);
        }
        above.pop();
    }
}

/// The path as Terraform writes it, the first element of each list.
pub fn path(chain: &[&'static Attribute]) -> String {
    let mut path = String::new();
    for (position, attribute) in chain.iter().enumerate() {
        let last = position + 1 == chain.len();
        path.push_str(if position == 0 { "" } else { "." });
        path.push_str(attribute.name);
        path.push_str(if matches!(attribute.kind, Kind::List(..)) && !last { "[0]" } else { "" });
    }
    path
}

/// The smallest object of the shape in which the chain's last attribute has the value.
pub fn with(shape: &'static Shape, chain: &[&'static Attribute], value: &Value) -> Value {
    let mut object = required(shape);
    if let Some((first, rest)) = chain.split_first() {
        let inner = match (rest, first.kind) {
            ([], _) => value.clone(),
            (rest, Kind::Object(below)) => with(below, rest, value),
            (rest, Kind::List(below, _)) => Value::List(vec![with(below, rest, value)]),
            _ => Value::Null,
        };
        object.insert(first.name, inner);
        object.extend(choosers(shape, chain));
        object.extend(first_of(shape, first));
    }
    Value::Object(object)
}

/// The attribute that holds the elements before a list's first.
fn first_of(shape: &'static Shape, list: &'static Attribute) -> Option<(&'static str, Value)> {
    let Kind::List(_, rule) = list.kind else { return None };
    let steps = |attribute: &Attribute| attribute.xml.as_ref().map(|xml| xml.steps);
    let holds = |other: &&Attribute| other.name != list.name && steps(other) == steps(list);
    let found = shape.attributes.iter().find(holds).filter(|_| rule.skip > 0)?;
    Some((found.name, some(found)))
}

/// The attributes of the shape that choose the branches which the chain goes through, where they are attributes.
fn choosers(shape: &'static Shape, chain: &[&'static Attribute]) -> Vec<(&'static str, Value)> {
    let mut found = Vec::new();
    for attribute in chain {
        let Some(xml) = &attribute.xml else { break };
        for when in xml.when.iter().filter(|_| xml.leaf == Leaf::Group) {
            let has = |own: &&Attribute| {
                own.xml.as_ref().is_some_and(|xml| {
                    xml.steps == when.steps && xml.leaf == Leaf::Attribute(Name::plain(when.attribute))
                })
            };
            let value = when.values.first().map(|value| Value::from(*value));
            found.extend(shape.attributes.iter().find(has).and_then(|own| Some((own.name, value?))));
        }
        if xml.anchored {
            break;
        }
    }
    found
}

/// What the chain's last attribute has in a value.
pub fn at<'v>(value: &'v Value, chain: &[&'static Attribute]) -> &'v Value {
    chain.split_first().map_or(value, |(first, rest)| match value.get(first.name) {
        Value::List(items) if !rest.is_empty() => items.first().map_or(&Value::Null, |item| at(item, rest)),
        value => at(value, rest),
    })
}

fn required(shape: &'static Shape) -> Object {
    let required = shape.attributes.iter().filter(|attribute| attribute.required);
    required.map(|attribute| (attribute.name, some(attribute))).collect()
}

/// A valid value for an attribute, the smallest where it is an object.
pub fn some(attribute: &'static Attribute) -> Value {
    match attribute.kind {
        Kind::Leaf(_) if verbatim(attribute).is_some() => verbatim(attribute).unwrap_or_default(),
        Kind::Leaf(scalar) => text_or_number(scalar),
        Kind::Leaves(scalar) | Kind::Set(scalar) => Value::List(vec![text_or_number(scalar)]),
        Kind::Object(shape) => Value::Object(required(shape)),
        Kind::List(shape, _) => Value::List(vec![Value::Object(required(shape))]),
    }
}

/// An element that no attribute can hold, for one that takes such elements.
fn verbatim(attribute: &Attribute) -> Option<Value> {
    let xml = attribute.xml.filter(|xml| xml.leaf == Leaf::Verbatim)?;
    Some(Value::String(format!("<{} unheard-of='1'/>", xml.steps.last()?.name.local)))
}

fn text_or_number(scalar: &Scalar) -> Value {
    match (scalar.primitive, scalar.meaning) {
        (_, Meaning::Xml) => Value::from("<one xmlns=\"urn:example\"/>"),
        (Primitive::Bool, _) => Value::Bool(true),
        (Primitive::Number, _) => Value::Number(Number::Integer(number(scalar))),
        (Primitive::String, Meaning::Switch(on, _)) => Value::from(on),
        (Primitive::String, _) => {
            Value::String(scalar.forms.iter().find_map(text_of).unwrap_or_else(|| "text".to_string()))
        }
    }
}

fn text_of(form: &Form) -> Option<String> {
    match form {
        Form::Words(words) => words.first().map(|word| word.to_string()),
        Form::Integer(low, high) => Some((*low).max(1).min(*high).to_string()),
        Form::Decimal => Some("1.5".to_string()),
        Form::Pattern(pattern) | Form::Usual(pattern) => {
            let mut random = Random::new(7);
            let mut texts = (0..100).filter_map(|_| text::matching(pattern.text, &mut random));
            texts.find(|text| pattern.matches(text) && !text.trim().is_empty())
        }
    }
}

/// A number that one of the forms accepts.
fn number(scalar: &Scalar) -> i128 {
    let accepts = |number: &i128| {
        scalar.forms.is_empty()
            || scalar.forms.iter().any(|form| match form {
                Form::Integer(low, high) => (low..=high).contains(&number),
                Form::Decimal => true,
                Form::Words(words) => words.contains(&number.to_string().as_str()),
                Form::Pattern(pattern) | Form::Usual(pattern) => {
                    pattern.matches(&number.to_string()) || pattern.matches(&format!("0x{number:x}"))
                }
            })
    };
    let bounds = scalar.forms.iter().filter_map(|form| match form {
        Form::Integer(low, _) => Some(*low),
        _ => None,
    });
    let words = scalar.forms.iter().flat_map(|form| match form {
        Form::Words(words) => words.iter().filter_map(|word| word.parse().ok()).collect(),
        _ => Vec::new(),
    });
    [1, 2, 8, 64, 512, 4096, 0x1000, 0].into_iter().chain(bounds).chain(words).find(accepts).unwrap_or(1)
}
