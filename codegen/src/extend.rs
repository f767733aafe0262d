//! What libvirt takes although its grammar does not say so: override entries with `extend` add optional members to
//! elements. Only structs and attributes are made from the extended grammar; documents are checked against libvirt's
//! own.

use crate::grammar::{Grammars, Node, PatternId};
use crate::members;
use crate::overrides::Overrides;
use crate::rng::{NameClass, QName};
use crate::tree::resolve;

/// Adds the members. An entry that adds what is there already has no effect and is not marked as used.
pub fn extend(grammars: &mut Grammars, overrides: &Overrides) {
    for (path, (_, entry)) in &overrides.entries {
        let Some(elements) = resolve(grammars, path) else { continue };
        for (member, donor) in &entry.extend {
            for element in &elements {
                let content = grammars.element(*element).content;
                let known = members::gather(grammars, content);
                let has = match member.strip_prefix('@') {
                    Some(attribute) => known.attribute(attribute).is_some(),
                    None => known.child(member).is_some(),
                };
                if let (false, Some(addition)) = (has, pattern(grammars, member, donor)) {
                    let addition = grammars.optional(addition);
                    let extended = grammars.interleave(vec![content, addition]);
                    grammars.elements[element.0 as usize].content = extended;
                    overrides.mark(path, "extend");
                }
            }
        }
    }
}

/// The pattern of a member like the one at `donor`.
fn pattern(grammars: &mut Grammars, member: &str, donor: &str) -> Option<PatternId> {
    let Some(name) = member.strip_prefix('@') else {
        let found = resolve(grammars, donor)?;
        let elements = found.into_iter().map(|element| grammars.intern(Node::Element(element))).collect();
        return Some(grammars.choice(elements));
    };
    let value = match donor.split_once('@') {
        Some((owner, attribute)) => {
            let owners = resolve(grammars, owner)?;
            let content = members::content(grammars, &owners);
            let values = members::gather(grammars, content).attribute(attribute)?.values.clone();
            grammars.choice(values)
        }
        None if donor == "text" => grammars.intern(Node::Text),
        None => return None,
    };
    let name = NameClass::Name(QName { namespace: String::new(), local: name.to_string() });
    Some(grammars.intern(Node::Attribute(name, value)))
}
