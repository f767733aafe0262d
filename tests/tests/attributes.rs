//! Every attribute of the four resources, one at a time: it reaches the XML and comes back, a word that it does not
//! have is refused where it stands, and branches that exclude each other are refused, both named.

use std::collections::BTreeSet;

use generated::shapes::ROOTS;
use provider_core::convert::{Root, from_xml, to_xml};
use provider_core::diagnostics::Level;
use provider_core::diagnostics::{Diagnostic, Severity};
use provider_core::shape::{Attribute, Class, Form, Kind, Leaf, Primitive, Scalar, Shape, When};
use provider_core::validate::validate;
use provider_core::value::{Object, Value};
use tests::configuration::{Chain, at, chains, path, some, with};

/// No grammar has this word, and most patterns refuse it too.
const NO_WORD: &str = "\u{1}no such word";

fn resources() -> impl Iterator<Item = &'static Root> {
    ROOTS.iter().copied().filter(|root| !root.resource.is_empty())
}

fn scalar(attribute: &Attribute) -> Option<&'static Scalar> {
    match attribute.kind {
        Kind::Leaf(scalar) | Kind::Leaves(scalar) | Kind::Set(scalar) => Some(scalar),
        Kind::Object(_) | Kind::List(..) => None,
    }
}

fn can_be_set(chain: &Chain) -> bool {
    chain.iter().all(|attribute| attribute.class != Class::Runtime)
}

#[test]
fn each_reaches_the_xml_and_comes_back() {
    for root in resources() {
        let (mut count, mut lost) = (0, Vec::new());
        let in_xml = |chain: &Chain| {
            chain.iter().all(|attribute| attribute.xml.is_some()) && !is_absence(chain[chain.len() - 1])
        };
        for chain in chains(root).into_iter().filter(in_xml) {
            count += 1;
            let value = some(chain[chain.len() - 1]);
            let config = with(root.shape, &chain, &value);
            let back = to_xml(root, &config).and_then(|text| Ok((from_xml(root, &text)?, text)));
            match back {
                Ok((back, _)) if full(at(&back, &chain)) == full(&value) => {}
                Ok((back, text)) => {
                    lost.push(format!("{}: {value:?} became {:?}\n{text}", path(&chain), at(&back, &chain)));
                }
                Err(error) => lost.push(format!("{}: {error}", path(&chain))),
            }
        }
        println!("{}: {} of {count} come back", root.resource, count - lost.len());
        assert!(lost.is_empty(), "{}: {} of {count} are lost:\n{}", root.resource, lost.len(), lost.join("\n"));
    }
}

/// The value without empty objects and empty text, which ask for nothing, and without what stands for the absence of
/// something, which is reported of such an object when it is read.
fn full(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let full: Object = object.iter().map(|(name, value)| (*name, full(value))).collect();
            let says = |name: &str, value: &Value| !value.is_null() && !name.starts_with("no_");
            let full: Object = full.into_iter().filter(|(name, value)| says(name, value)).collect();
            if full.is_empty() { Value::Null } else { Value::Object(full) }
        }
        Value::String(text) if text.is_empty() => Value::Null,
        Value::List(items) => Value::List(items.iter().map(full).collect()),
        other => other.clone(),
    }
}

#[test]
fn a_wrong_word_is_refused_where_it_stands() {
    for root in resources() {
        let (mut count, mut open, mut failures) = (0, 0, Vec::new());
        for chain in chains(root).into_iter().filter(can_be_set) {
            let last = chain[chain.len() - 1];
            let Some(scalar) = scalar(last).filter(|scalar| is_enumeration(scalar)) else { continue };
            let other = |form: &Form| match form {
                Form::Pattern(pattern) => pattern.matches(NO_WORD),
                // It is a warning at most.
                Form::Usual(_) => true,
                _ => false,
            };
            if scalar.forms.iter().any(other) {
                open += 1;
                continue;
            }
            count += 1;
            let wrong = match scalar.primitive {
                Primitive::Number => Value::from(987_654_321_u64),
                _ => Value::from(NO_WORD),
            };
            let list = matches!(last.kind, Kind::Leaves(_));
            let wanted = if list { format!("{}[0]", path(&chain)) } else { path(&chain) };
            let wrong = if matches!(last.kind, Kind::Leaf(_)) { wrong } else { Value::List(vec![wrong]) };
            let found = validate(root.shape, &with(root.shape, &chain, &wrong), Level::Error);
            let paths: BTreeSet<String> = found.iter().map(|found| found.path.to_string()).collect();
            if paths != BTreeSet::from([wanted.clone()]) || found[0].severity != Severity::Error {
                failures.push(format!("{wanted}: {found:?}"));
            }
        }
        println!("{}: {} of {count} refused, {open} take other words too", root.resource, count - failures.len());
        assert!(failures.is_empty(), "{}", failures.join("\n"));
    }
}

fn is_enumeration(scalar: &Scalar) -> bool {
    scalar.primitive != Primitive::Bool && scalar.forms.iter().any(|form| matches!(form, Form::Words(_)))
}

#[test]
fn two_branches_are_refused_and_both_named() {
    for root in resources() {
        let (mut choices, mut pairs, mut failures) = (0, 0, Vec::new());
        let whole: Chain = Vec::new();
        let objects = chains(root)
            .into_iter()
            .filter(can_be_set)
            .filter_map(|chain| chain[chain.len() - 1].kind.shape().map(|shape| (chain, shape)));
        for (chain, shape) in objects.chain([(whole, root.shape)]) {
            let found: Vec<(&'static Attribute, &'static Attribute)> = rivals(shape);
            choices += usize::from(!found.is_empty());
            for (first, second) in found {
                pairs += 1;
                let diagnostics = both(root, &chain, shape, first, second);
                let [first, second] = [first, second].map(|last| path(&below(&chain, last)));
                let names_both = |found: &Diagnostic| {
                    found.summary == format!("{first} and {second} cannot both be set")
                        && found.severity == Severity::Error
                };
                if !diagnostics.iter().any(names_both) {
                    failures.push(format!("{first}, {second}: {diagnostics:?}"));
                }
            }
        }
        println!("{}: {choices} choices, {} of {pairs} pairs refused", root.resource, pairs - failures.len());
        assert!(failures.is_empty(), "{}", failures.join("\n"));
    }
}

fn below(chain: &Chain, last: &'static Attribute) -> Chain {
    chain.iter().copied().chain([last]).collect()
}

/// What is reported of a configuration with two attributes of the same object.
fn both(
    root: &Root,
    chain: &Chain,
    shape: &'static Shape,
    first: &'static Attribute,
    second: &'static Attribute,
) -> Vec<Diagnostic> {
    let mut object = with(shape, &[first], &some(first));
    object.set(second.name, some(second));
    let in_list = chain.last().is_some_and(|last| matches!(last.kind, Kind::List(..)));
    let value = if in_list { Value::List(vec![object.clone()]) } else { object.clone() };
    let config = if chain.is_empty() { object } else { with(root.shape, chain, &value) };
    validate(root.shape, &config, Level::Error)
}

/// The pairs of an object's attributes that choose different branches in the same place.
fn rivals(shape: &'static Shape) -> Vec<(&'static Attribute, &'static Attribute)> {
    let branches: Vec<(&'static Attribute, &'static [When])> = shape
        .attributes
        .iter()
        .filter_map(|attribute| Some((attribute, attribute.xml.as_ref()?.when)))
        .filter(|(attribute, when)| !when.is_empty() && !is_absence(attribute))
        .collect();
    let mut pairs = Vec::new();
    for (position, (second, theirs)) in branches.iter().enumerate() {
        for (first, ours) in &branches[..position] {
            let differ = |a: &When, b: &When| {
                let shared = a.values.iter().any(|value| b.values.contains(value));
                a.steps == b.steps && a.attribute == b.attribute && !shared && !(a.absent && b.absent)
            };
            if ours.iter().any(|a| theirs.iter().any(|b| differ(a, b))) {
                pairs.push((*first, *second));
            }
        }
    }
    pairs
}

fn is_absence(attribute: &Attribute) -> bool {
    attribute.xml.as_ref().is_some_and(|xml| matches!(xml.leaf, Leaf::Missing(_)))
}
