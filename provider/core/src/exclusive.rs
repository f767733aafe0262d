//! Branches of the grammar that cannot stand together: attributes of one element whose conditions ask for
//! different values in the same place, or for another value than an attribute of its own has there. Knows shapes;
//! must not know any element.

use crate::compare::says_nothing;
use crate::diagnostics::{AttributePath, Diagnostic, Diagnostics, Level};
use crate::place::Anchor;
use crate::shape::{Attribute, Kind, Leaf, Shape, When};
use crate::value::Value;

/// What an attribute that is set asks of a place in the XML.
struct Claim<'v> {
    path: AttributePath,
    place: String,
    asks: Asks<'v>,
}

#[derive(Clone, Copy)]
enum Asks<'v> {
    /// The branch is chosen there, and is written when the attribute is set.
    Branch(&'static When),
    /// The same, but an attribute of its own chooses it.
    Kept(&'static When),
    /// That attribute.
    Value(&'v str),
}

/// One finding for each pair of attributes in `value` that cannot stand together. `value` is an object whose shape is
/// anchored at an element of its own; objects in it that only group belong to the same element. Where one of two
/// would be lost in silence it is an error at any level.
pub(crate) fn check(shape: &Shape, value: &Value, path: &AttributePath, place: &Anchor, level: Level) -> Diagnostics {
    let mut claims = Vec::new();
    collect(shape, value, path, place, &mut claims);
    let mut diagnostics = Diagnostics::new();
    for (position, claim) in claims.iter().enumerate() {
        // Another branch says more than the attribute that chooses it.
        let rivals = || claims[..position].iter().filter(|rival| excludes(rival, claim));
        let rival = rivals().find(|rival| !matches!(rival.asks, Asks::Value(_))).or_else(|| rivals().next());
        // Two branches may differ in more than one condition; once is enough.
        let reported = |diagnostic: &Diagnostic| diagnostic.path == claim.path;
        if let Some(rival) = rival.filter(|_| !diagnostics.iter().any(reported)) {
            let nothing_lost = [rival, claim].iter().any(|claim| matches!(claim.asks, Asks::Kept(_)));
            let level = if nothing_lost { level } else { Level::Error };
            diagnostics.extend(level.apply(describe(rival, claim)));
        }
    }
    diagnostics
}

fn collect<'v>(shape: &Shape, value: &'v Value, path: &AttributePath, place: &Anchor, claims: &mut Vec<Claim<'v>>) {
    for attribute in shape.attributes {
        let (set, path) = (value.get(attribute.name), path.attribute(attribute.name));
        let Some(xml) = &attribute.xml else { continue };
        // An empty object still names its branch; every other value that asks for nothing does not.
        let is_set = matches!(set, Value::Object(_)) || !says_nothing(attribute, set);
        if !is_set || set.is_unknown() {
            continue;
        }
        let kept = xml.leaf == Leaf::Group;
        claims.extend(xml.when.iter().map(|when| Claim {
            path: path.clone(),
            place: place.of_condition(when),
            asks: if kept { Asks::Kept(when) } else { Asks::Branch(when) },
        }));
        claims.extend(text(attribute, set).map(|text| Claim {
            path: path.clone(),
            place: place.of(xml),
            asks: Asks::Value(text),
        }));
        if let (Kind::Object(inner), false) = (attribute.kind, xml.anchored) {
            collect(inner, set, &path, place, claims);
        }
    }
}

/// The text that an attribute writes into an XML attribute.
fn text<'v>(attribute: &Attribute, set: &'v Value) -> Option<&'v str> {
    let leaf = attribute.xml.as_ref().map(|xml| xml.leaf);
    set.as_str().filter(|_| matches!(leaf, Some(Leaf::Attribute(_))))
}

fn excludes(a: &Claim, b: &Claim) -> bool {
    let excludes = match (a.asks, b.asks) {
        (Asks::Value(_), Asks::Value(_)) => false,
        (Asks::Value(text), Asks::Branch(when) | Asks::Kept(when))
        | (Asks::Branch(when) | Asks::Kept(when), Asks::Value(text)) => !when.values.contains(&text),
        (Asks::Branch(a) | Asks::Kept(a), Asks::Branch(b) | Asks::Kept(b)) => {
            let both = a.absent && b.absent || a.values.iter().any(|value| b.values.contains(value));
            !both
        }
    };
    excludes && a.place == b.place
}

fn describe(a: &Claim, b: &Claim) -> Diagnostic {
    let (first, second) = (demand(a), demand(b));
    let detail = format!("{first}, {second}. They are alternatives; keep only one of them.");
    Diagnostic::error(format!("{} and {} cannot both be set", a.path, b.path), detail).at(b.path.clone())
}

fn demand(claim: &Claim) -> String {
    let Claim { path, place, .. } = claim;
    match claim.asks {
        Asks::Value(text) => format!("{path} is {text:?}"),
        Asks::Branch(when) | Asks::Kept(when) if when.values.is_empty() => format!("{path} needs no {place}"),
        Asks::Branch(when) | Asks::Kept(when) => {
            let values: Vec<String> = when.values.iter().map(|value| format!("{value:?}")).collect();
            format!("{path} needs {place} = {}", values.join(" or "))
        }
    }
}
