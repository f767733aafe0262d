//! What libvirt takes although its grammar does not say so: override entries with `extend`, `like` or `branch` add
//! to elements. Only structs and attributes are made from the extended grammar; documents are checked against
//! libvirt's own.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::grammar::{Element, ElementId, Grammars, Node, PatternId};
use crate::members::{self, Members};
use crate::overrides::{Entry, NewBranch, Overrides, Used};
use crate::rng::{NameClass, QName};
use crate::tree::{chooser, resolve};

/// Adds the members. Returns the entries that did, with their verbs; one that adds what is there already, or what cannot
/// be found, does nothing.
pub fn extend(grammars: &mut Grammars, overrides: &Overrides) -> Used {
    let mut used = Used::new();
    for (path, _, entry) in overrides.all() {
        let branch = path.strip_suffix(']').and_then(|path| path.rsplit_once('[')).map(|(_, branch)| branch);
        let mut added = BTreeSet::new();
        for element in resolve(grammars, path).unwrap_or_default() {
            if let Some(branch) = &entry.branch
                && add_branch(grammars, element, branch, path).is_some()
            {
                used.insert((path.clone(), "branch"));
            }
            let wanted = wanted(grammars, entry);
            added.extend(add_members(grammars, element, wanted, branch, path));
        }
        if entry.extend.keys().all(|member| added.contains(member)) {
            used.insert((path.clone(), "extend"));
        }
        if added.iter().any(|member| !entry.extend.contains_key(member)) {
            used.insert((path.clone(), "like"));
        }
    }
    used
}

/// The members an entry asks for, those of the element it is like included, each with the place it is taken from.
fn wanted(grammars: &mut Grammars, entry: &Entry) -> BTreeMap<String, String> {
    let mut wanted = entry.extend.clone();
    let Some(donor) = &entry.like else { return wanted };
    let members = members_at(grammars, donor);
    for attribute in &members.attributes {
        wanted.insert(format!("@{}", attribute.name.local), format!("{donor}@{}", attribute.name.local));
    }
    for child in &members.children {
        let name = child.name.prefixed();
        wanted.insert(child.name.local.clone(), format!("{donor}/{name}{}", if child.many { "*" } else { "" }));
    }
    wanted
}

fn members_at(grammars: &mut Grammars, path: &str) -> Rc<Members> {
    let elements = resolve(grammars, path).unwrap_or_default();
    let content = members::content(grammars, &elements);
    members::gather(grammars, content)
}

/// Adds to an element, or to a branch of it, what it does not have. Returns the names of what was added.
fn add_members(
    grammars: &mut Grammars,
    element: ElementId,
    wanted: BTreeMap<String, String>,
    branch: Option<&str>,
    by: &str,
) -> Vec<String> {
    let content = grammars.element(element).content;
    let chosen = branch.and_then(|value| chooser(grammars, content, value).map(|attribute| (attribute, value)));
    let place = match &chosen {
        Some((attribute, value)) => members::with_attribute(grammars, content, attribute, value),
        None => content,
    };
    let known = members::gather(grammars, place);
    let (mut parts, mut added) = (vec![place], Vec::new());
    for (member, donor) in wanted {
        let has = match member.strip_prefix('@') {
            Some(attribute) => known.attribute(attribute).is_some(),
            None => known.child(&member).is_some(),
        };
        if let (false, Some(addition)) = (has, pattern(grammars, element, &member, &donor)) {
            let addition = grammars.intern(Node::Added(addition, by.into()));
            parts.push(grammars.optional(addition));
            added.push(member);
        }
    }
    if !added.is_empty() {
        let extended = grammars.interleave(parts);
        let extended = match &chosen {
            Some((attribute, value)) => {
                let branch = alternative(grammars, attribute, value, extended);
                grammars.choice(vec![content, branch])
            }
            None => extended,
        };
        grammars.elements[element.0 as usize].content = extended;
    }
    added
}

/// The attribute with the value and `rest`.
fn alternative(g: &mut Grammars, attribute: &str, value: &str, rest: PatternId) -> PatternId {
    let word = g.intern(Node::Value(value.to_string()));
    let name = NameClass::Name(QName::plain(attribute));
    let chooser = g.intern(Node::Attribute(name, word));
    g.group(vec![chooser, rest])
}

fn add_branch(grammars: &mut Grammars, element: ElementId, new: &NewBranch, by: &str) -> Option<()> {
    let content = grammars.element(element).content;
    if chooser(grammars, content, &new.value).is_some() {
        return None;
    }
    let attribute = chooser(grammars, content, &new.like)?;
    let rest = members::with_attribute(grammars, content, &attribute, &new.like);
    let child = pattern(grammars, element, &new.child, &new.from)?;
    let rest = replaced(grammars, rest, &new.child, child);
    let branch = alternative(grammars, &attribute, &new.value, rest);
    let branch = grammars.intern(Node::Added(branch, by.into()));
    grammars.elements[element.0 as usize].content = grammars.choice(vec![content, branch]);
    Some(())
}

/// The pattern with every child of a name replaced.
fn replaced(grammars: &mut Grammars, id: PatternId, name: &str, by: PatternId) -> PatternId {
    match grammars.node(id) {
        Node::Element(element) if grammars.element(*element).one_name().is_some_and(|own| own.local == name) => by,
        _ => grammars.rejoined(id, |grammars, part| replaced(grammars, part, name, by)),
    }
}

/// The pattern of a member like the one at `donor`; in the namespace of the element it is for.
fn pattern(grammars: &mut Grammars, element: ElementId, member: &str, donor: &str) -> Option<PatternId> {
    if let Some(name) = member.strip_prefix('@') {
        let value = match donor.split_once('@') {
            Some((owner, attribute)) => {
                let values = members_at(grammars, owner).attribute(attribute)?.values.clone();
                grammars.choice(values)
            }
            None if donor == "text" => grammars.intern(Node::Text),
            None => return None,
        };
        let name = NameClass::Name(QName::plain(name));
        return Some(grammars.intern(Node::Attribute(name, value)));
    }
    let namespace = grammars.element(element).one_name().map(|name| name.namespace.clone()).unwrap_or_default();
    let wanted = NameClass::Name(QName { namespace, local: member.to_string() });
    let mut alternatives = Vec::new();
    for found in resolve(grammars, donor.trim_end_matches('*'))? {
        let same = grammars.element(found).clone();
        let id = if same.name == wanted { found } else { renamed(grammars, same, wanted.clone()) };
        alternatives.push(grammars.intern(Node::Element(id)));
    }
    let one = grammars.choice(alternatives);
    Some(if donor.ends_with('*') { grammars.intern(Node::OneOrMore(one)) } else { one })
}

fn renamed(grammars: &mut Grammars, element: Element, name: NameClass) -> ElementId {
    let known = grammars.elements.iter().position(|own| own.name == name && own.content == element.content);
    let position = known.unwrap_or_else(|| {
        grammars.elements.push(Element { name, ..element });
        grammars.elements.len() - 1
    });
    ElementId(position as u32)
}
