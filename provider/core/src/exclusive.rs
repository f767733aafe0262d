//! Branches of the grammar that cannot stand together: attributes of one element whose conditions ask for
//! different values in the same place. Knows shapes; must not know any element.

use crate::compare::says_nothing;
use crate::diagnostics::{AttributePath, Diagnostic, Diagnostics};
use crate::place::Place;
use crate::shape::{Kind, Shape, When};
use crate::value::Value;

/// What an attribute that is set asks of a place in the XML.
struct Claim {
    path: AttributePath,
    place: String,
    when: &'static When,
}

/// One error for each pair of attributes in `value` that cannot stand together. `value` is an object whose shape is
/// anchored at an element of its own; objects in it that only group belong to the same element.
pub(crate) fn check(shape: &Shape, value: &Value, path: &AttributePath, place: &Place) -> Diagnostics {
    let mut claims = Vec::new();
    collect(shape, value, path, place, &mut claims);
    let mut diagnostics = Diagnostics::new();
    for (position, claim) in claims.iter().enumerate() {
        let rival = claims[..position].iter().find(|rival| excludes(rival, claim));
        // Two branches may differ in more than one condition; once is enough.
        let told = |diagnostic: &Diagnostic| diagnostic.path == claim.path;
        if let Some(rival) = rival.filter(|_| !diagnostics.iter().any(told)) {
            diagnostics.push(describe(rival, claim));
        }
    }
    diagnostics
}

fn collect(shape: &Shape, value: &Value, path: &AttributePath, place: &Place, claims: &mut Vec<Claim>) {
    for attribute in shape.attributes {
        let (set, path) = (value.get(attribute.name), path.attribute(attribute.name));
        let Some(xml) = &attribute.xml else { continue };
        // An empty object still names its branch; every other value that asks for nothing does not.
        let is_set = matches!(set, Value::Object(_)) || !says_nothing(attribute, set);
        if !is_set || set.is_unknown() {
            continue;
        }
        claims.extend(xml.when.iter().map(|when| Claim { path: path.clone(), place: place.of_condition(when), when }));
        if let (Kind::Object(inner), false) = (attribute.kind, xml.anchored) {
            collect(inner, set, &path, place, claims);
        }
    }
}

fn excludes(a: &Claim, b: &Claim) -> bool {
    let shared = a.when.values.iter().any(|value| b.when.values.contains(value));
    a.place == b.place && !shared && !(a.when.absent && b.when.absent)
}

fn describe(a: &Claim, b: &Claim) -> Diagnostic {
    let detail = format!(
        "{} needs {}, {} needs {}. They are alternatives of one element: keep one of them.",
        a.path,
        needs(a),
        b.path,
        needs(b)
    );
    Diagnostic::error(format!("{} and {} cannot both be set", a.path, b.path), detail).at(b.path.clone())
}

fn needs(claim: &Claim) -> String {
    match claim.when.values {
        [] => format!("no {}", claim.place),
        values => {
            let values: Vec<String> = values.iter().map(|value| format!("{value:?}")).collect();
            format!("{} = {}", claim.place, values.join(" or "))
        }
    }
}
