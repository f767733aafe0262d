//! What nobody asked to change stays to the letter, and what somebody changed anywhere is seen: on libvirt's test driver, over
//! libvirt's own documents.

use std::sync::atomic::{AtomicUsize, Ordering};

use generated::shapes::DOMAIN;
use provider_core::convert::{self, Side, from_newer_node, to_node};
use provider_core::redefine::{Carry, Sides, redefine};
use provider_core::select::settable;
use provider_core::shape::{Class, Form, Kind, Leaf, Shape};
use provider_core::tree::{Content, Element, Name};
use provider_core::value::{Number, Value};
use provider_core::xml;
use terraform_provider_libvirt::libvirt::Host;
use tests::definitions::{DOMAINS, Sample, parse, places};
use tests::life::{Life, difference, server};
use tests::random::{Random, setting};
use tests::tally::Tally;

const TEST_DRIVER: &str = "test:///default";

fn name() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    format!("tfv-unchanged-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// `virsh define` of the dump with another description is the judge.
#[test]
fn another_description_changes_nothing_else() {
    let name = &name();
    let Some(samples) = DOMAINS.samples(name) else { return };
    let connection = Host::new(TEST_DRIVER).connect().unwrap();
    let server = server(TEST_DRIVER);
    let mut tally = Tally::default();
    for Sample { file, value } in samples {
        if DOMAINS.fresh(&connection, &value).is_none() {
            continue;
        }
        let mut life = Life::new(&server, DOMAINS.resource);
        let mut described = value.clone();
        described.set("description", "another".into());
        let changed = life.apply(&value).and_then(|_| {
            let before = (DOMAINS.read)(&connection, name).unwrap();
            life.apply(&described)?;
            Ok((before, (DOMAINS.read)(&connection, name).unwrap()))
        });
        life.destroy();
        let compared = changed.map_err(|error| format!("{error:?}")).and_then(|(before, after)| {
            let expected =
                (DOMAINS.define)(&connection, &with_description(&before)).ok_or("its own dump is refused")?;
            (DOMAINS.undefine)(&connection, name);
            if expected == after { Ok(()) } else { places(&parse(&expected), &parse(&after)) }
        });
        tally.count(&file, compared);
    }
    tally.expect("another description and nothing else", 1200, 1.0);
}

fn with_description(definition: &str) -> String {
    let mut definition = parse(definition);
    definition
        .content
        .retain(|content| !matches!(content, Content::Element(child) if child.name.local == "description"));
    let at = definition
        .content
        .iter()
        .position(|content| matches!(content, Content::Element(child) if child.name.local == "uuid"));
    definition.content.insert(at.map_or(0, |at| at + 1), Content::Element(element("description", "another")));
    definition.to_string()
}

fn element(local: &str, text: &str) -> Element {
    let name = Name { prefix: String::new(), namespace: String::new(), local: local.to_string() };
    Element { name, attributes: Vec::new(), content: vec![Content::Text(text.to_string())] }
}

/// What a libvirt newer than the grammar may have, at every element that can hold it.
#[test]
fn what_the_grammar_does_not_know_survives_a_change_of_something_else() {
    let Some(samples) = DOMAINS.samples("n") else { return };
    let mut tally = Tally::default();
    for Sample { file, value } in samples {
        let mut document = parse(&DOMAINS.document(&value));
        let invented = invent(&mut document);
        let (mut node, _) = xml::read(DOMAIN.document, &document.to_string()).unwrap();
        let (actual, _) = from_newer_node(&DOMAIN, node.as_mut());
        let mut planned = actual.clone();
        planned.set("description", "another".into());
        let sides = Sides { planned: &planned, prior: &actual, actual: &actual, baseline: Some(&actual) };
        let changed = settable(DOMAIN.shape, &redefine(DOMAIN.shape, &sides, Carry::All));
        let mut made = to_node(&DOMAIN, &changed).unwrap();
        let from = Side { node: node.as_mut(), value: &actual };
        convert::carry(DOMAIN.shape, from, Side { node: made.as_mut(), value: &changed });
        let text = xml::write(DOMAIN.document, made.as_mut());
        let left = text.matches("invented").count();
        let kept = if left == invented { Ok(()) } else { Err(format!("{} of {invented} are lost", invented - left)) };
        tally.count(&file, kept);
    }
    tally.expect("invented elements and attributes survive", 1200, 0.98);
}

/// Puts an attribute and a child that nobody knows into each element that holds elements. How many words that makes.
fn invent(element: &mut Element) -> usize {
    if element.name.local == "metadata" || element.elements().next().is_none() {
        return 0;
    }
    let below: usize = element
        .content
        .iter_mut()
        .map(|content| match content {
            Content::Element(child) => invent(child),
            Content::Text(_) => 0,
        })
        .sum();
    let name = |local: &str| Name { prefix: String::new(), namespace: String::new(), local: local.to_string() };
    element.attributes.push((name("invented"), "1".to_string()));
    element.content.push(Content::Element(Element {
        name: name("invented"),
        attributes: Vec::new(),
        content: Vec::new(),
    }));
    below + 2
}

/// UUID, MAC, machine type and addresses stay as they are when their lines are taken out of a configuration.
#[test]
fn lines_of_identity_can_go() {
    let name = &name();
    let Some(samples) = DOMAINS.samples(name) else { return };
    let connection = Host::new(TEST_DRIVER).connect().unwrap();
    let server = server(TEST_DRIVER);
    let mut tally = Tally::default();
    for Sample { file, value } in samples {
        if (DOMAINS.define)(&connection, &DOMAINS.document(&value)).is_none() {
            continue;
        }
        let mut life = Life::new(&server, DOMAINS.resource);
        let planned = life.import(name).and_then(|()| life.plan(&anonymous(DOMAINS.root.shape, &life.generated()?)));
        let empty =
            planned.map_err(|error| format!("{error:?}")).and_then(|planned| match planned.value == life.state {
                true if planned.replace.is_empty() => Ok(()),
                _ => Err(difference(&life.state, &planned.value, "")),
            });
        life.destroy();
        tally.count(&file, empty);
    }
    tally.expect("configurations without their identities plan no change", 1200, 1.0);
}

/// A configuration without what is identity.
fn anonymous(shape: &Shape, config: &Value) -> Value {
    let Value::Object(object) = config else { return config.clone() };
    let mut kept = object.clone();
    for (name, value) in object {
        let Some(attribute) = shape.attribute(name) else { continue };
        let is_identity = attribute.class.is_kept() || attribute.class == Class::ServerDefault && !attribute.required;
        match (attribute.kind, value) {
            _ if is_identity => {
                kept.remove(name);
            }
            (Kind::Object(inner), value) => {
                kept.insert(*name, anonymous(inner, value));
            }
            (Kind::List(inner, _), Value::List(items)) => {
                kept.insert(*name, Value::List(items.iter().map(|item| anonymous(inner, item)).collect()));
            }
            _ => {}
        }
    }
    Value::Object(kept)
}

/// One value after the other of rich domains is changed or taken out from outside. `MUTANTS` in the environment is how many.
#[test]
fn a_change_from_outside_at_any_single_place_is_seen_and_undone() {
    let name = &name();
    let Some(mut samples) = DOMAINS.samples(name) else { return };
    let connection = Host::new(TEST_DRIVER).connect().unwrap();
    let server = server(TEST_DRIVER);
    samples.retain(|sample| DOMAINS.fresh(&connection, &sample.value).is_some());
    samples.sort_by_key(|sample| std::cmp::Reverse(DOMAINS.document(&sample.value).len()));
    let (mut seen, mut undone) = (Tally::default(), Tally::default());
    let mut random = Random::new(setting("SEED", 1));
    let each = setting("MUTANTS", 600) as usize / 12;
    for Sample { file, value } in samples.into_iter().step_by(40).take(12) {
        let mut life = Life::new(&server, DOMAINS.resource);
        life.apply(&value).unwrap_or_else(|error| panic!("{file}: {error:?}"));
        let before = (DOMAINS.read)(&connection, name).unwrap();
        let whole = convert::from_xml(DOMAINS.root, &before).unwrap();
        let mut places = mutants(DOMAINS.root.shape, &settable(DOMAINS.root.shape, &whole));
        while places.len() > each {
            places.swap_remove(random.below(places.len()));
        }
        for (place, outside) in places {
            // Twice: where a disk stands among the others is libvirt's own, and it sorts them at the next load.
            let define = |text: String| (DOMAINS.define)(&connection, &text);
            let Some(after) = convert::to_xml(DOMAINS.root, &outside).ok().and_then(define).and_then(define) else {
                continue;
            };
            if DOMAINS.differ(&value, &before, &after).is_ok() {
                continue;
            }
            let who = format!("{file}: {place}");
            let plan = life.refresh().and_then(|()| life.plan(&value)).map_err(|error| format!("{error:?}"));
            let is_seen = plan.and_then(|plan| if plan.value == life.state { Err(place.clone()) } else { Ok(()) });
            let was_seen = is_seen.is_ok();
            seen.count(&who, is_seen);
            let applied = life.apply(&value).map(|_| ()).map_err(|error| format!("{error:?}"));
            let now = (DOMAINS.read)(&connection, name).unwrap();
            if was_seen {
                undone.count(&who, applied.and_then(|()| DOMAINS.differ(&value, &before, &now)));
            }
            // Whatever came of it, the next one starts from where this one did.
            (DOMAINS.define)(&connection, &before).unwrap();
            life.refresh().unwrap();
        }
    }
    seen.expect("single changes from outside seen", 150, 1.0);
    undone.expect("single changes from outside undone", 150, 0.98);
}

/// The object with one leaf changed or taken out, for each leaf that is no identity. Others' metadata is not ours.
fn mutants(shape: &Shape, whole: &Value) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    collect(shape, whole, &mut |path, value| found.push((path, value)));
    found
}

fn collect(shape: &Shape, object: &Value, push: &mut dyn FnMut(String, Value)) {
    for (name, value) in object.as_object().into_iter().flatten() {
        let Some(attribute) = shape.attribute(name) else { continue };
        let is_raw = attribute.xml.as_ref().is_some_and(|xml| xml.leaf == Leaf::Raw);
        if attribute.class.is_kept() || attribute.class == Class::ServerDefault || attribute.replace || is_raw {
            continue;
        }
        let with = |value: Value| {
            let mut changed = object.clone();
            changed.set(attribute.name, value);
            changed
        };
        match (attribute.kind, value) {
            (Kind::Object(inner), value) => {
                collect(inner, value, &mut |path, value| push(format!("{name}.{path}"), with(value)));
            }
            (Kind::List(inner, _), Value::List(items)) => {
                for (at, item) in items.iter().enumerate() {
                    let put = |value: Value| {
                        let mut items = items.clone();
                        items[at] = value;
                        with(Value::List(items))
                    };
                    collect(inner, item, &mut |path, value| push(format!("{name}[{at}].{path}"), put(value)));
                    let without =
                        items.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, item)| item.clone());
                    push(format!("{name}[{at}] taken out"), with(Value::List(without.collect())));
                }
            }
            (Kind::Leaf(scalar), value) => {
                push(format!("{name} taken out"), with(Value::Null));
                let word = scalar.forms.iter().find_map(|form| match form {
                    Form::Words(words) => words.iter().find(|word| value.as_str() != Some(word)),
                    _ => None,
                });
                let other = match (value, word) {
                    (Value::String(_), Some(word)) => Value::from(*word),
                    (Value::String(text), None) => Value::from(format!("{text}1")),
                    (Value::Number(Number::Integer(number)), _) => Value::Number(Number::Integer(number + 1)),
                    (Value::Bool(flag), _) => Value::Bool(!flag),
                    _ => continue,
                };
                push(format!("{name} changed"), with(other));
            }
            _ => {}
        }
    }
}
