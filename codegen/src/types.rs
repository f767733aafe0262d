//! The struct types of all roots: one for each set of element patterns that can stand in one place. Knows XML and
//! Rust's names; must not know Terraform or how a struct is written.
//!
//! Names: a type is called after its root's kind and the shortest end of its path that no other type of that
//! root ends with (`list/item` of `doc` is `DocItem`); where all ends are shared it has its whole path. Its path is
//! the shortest, then first, one that leads to it, in the first root that has it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use crate::grammar::{ElementId, Grammars, Node};
use crate::members::{self, ChildMember, Members};
use crate::rng::{NameClass, QName};
use crate::rust_name::{camel, field, unique};

/// All struct types.
#[derive(Debug, Default)]
pub struct Types {
    /// The structs, by root and then breadth first.
    pub structs: Vec<Struct>,
    /// What a document of each kind starts with.
    pub roots: Vec<Root>,
    /// The conventional prefix of each namespace.
    pub prefixes: BTreeMap<String, String>,
}

/// One kind of document.
#[derive(Debug)]
pub struct Root {
    /// The name of its grammar.
    pub kind: String,
    /// Its first element.
    pub element: QName,
    /// That element's type.
    pub ty: Type,
}

/// The type of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// Nothing in it.
    Empty,
    /// Nothing but text in it.
    Text,
    /// The struct at this position in [`Types::structs`].
    Struct(usize),
}

/// A struct type.
#[derive(Debug)]
pub struct Struct {
    /// Its Rust name.
    pub name: String,
    /// The kind of the first root that has it.
    pub kind: String,
    /// The elements below the root's that lead to it.
    pub path: Vec<String>,
    /// All places in the XML that have this type, by their parent's shortest path.
    pub places: Vec<String>,
    /// Its fields, in the order of a visit.
    pub fields: Vec<Field>,
}

/// A field of a struct.
#[derive(Debug)]
pub struct Field {
    /// Its Rust name.
    pub ident: String,
    /// What it is for.
    pub slot: Slot,
}

/// What a field is for.
#[derive(Debug)]
pub enum Slot {
    /// An attribute.
    Attribute(QName),
    /// The text.
    Text,
    /// Any content at all.
    Raw,
    /// The children of one name.
    Children {
        /// Their name.
        name: QName,
        /// Their type.
        ty: Type,
        /// Whether there may be several.
        many: bool,
    },
}

/// The struct types of the roots `kinds`, which own types in this order.
pub fn types(grammars: &mut Grammars, kinds: &[&str]) -> Types {
    let mut walk = Walk { grammars, types: Types::default(), known: BTreeMap::new(), members: Vec::new() };
    walk.namespaces();
    for kind in kinds {
        walk.root(kind);
    }
    let Walk { mut types, members, .. } = walk;
    name_structs(&mut types.structs);
    for (position, (members, children)) in members.iter().enumerate() {
        types.structs[position].fields = fields(members, children, &types.prefixes);
    }
    types
}

impl Types {
    /// A name as messages and documentation write it, with its namespace's conventional prefix.
    pub fn label(&self, name: &QName) -> String {
        label(name, &self.prefixes)
    }
}

fn label(name: &QName, prefixes: &BTreeMap<String, String>) -> String {
    match prefixes.get(&name.namespace) {
        Some(prefix) => format!("{prefix}:{}", name.local),
        None => name.local.clone(),
    }
}

/// Goes through all elements breadth first.
struct Walk<'a> {
    grammars: &'a mut Grammars,
    types: Types,
    known: BTreeMap<BTreeSet<ElementId>, Type>,
    /// Per struct its members and its children's types.
    members: Vec<(Rc<Members>, Vec<Type>)>,
}

impl Walk<'_> {
    /// Each namespace's prefix: the conventional one, numbered where two namespaces would share it.
    fn namespaces(&mut self) {
        let elements = self.grammars.elements.iter().filter_map(|element| element.one_name());
        let attributes = self.grammars.patterns.iter().filter_map(|node| match node {
            Node::Attribute(NameClass::Name(name), _) => Some(name),
            _ => None,
        });
        let foreign = elements.chain(attributes).filter(|name| !name.namespace.is_empty());
        let all: BTreeMap<&str, &str> =
            foreign.map(|name| (name.namespace.as_str(), name.prefix().unwrap_or("ns"))).collect();
        let mut taken = BTreeSet::new();
        let prefixes = all.iter().map(|(namespace, prefix)| (namespace.to_string(), unique(prefix, &mut taken)));
        self.types.prefixes = prefixes.collect();
    }

    fn root(&mut self, kind: &str) {
        let Some(start) = self.grammars.roots.get(kind) else { return };
        let members = members::gather(self.grammars, *start);
        let mut waiting = VecDeque::new();
        for child in members.children.clone() {
            let place = self.types.label(&child.name);
            let ty = self.ty(kind, &[], &place, &child.elements, &mut waiting);
            self.types.roots.push(Root { kind: kind.to_string(), element: child.name, ty });
        }
        while let Some(position) = waiting.pop_front() {
            let children = self.members[position].0.children.clone();
            let types = children.iter().map(|child| self.child(position, child, &mut waiting)).collect();
            self.members[position].1 = types;
        }
    }

    fn child(&mut self, parent: usize, child: &ChildMember, waiting: &mut VecDeque<usize>) -> Type {
        let label = self.types.label(&child.name);
        let Struct { kind, path, places, .. } = &self.types.structs[parent];
        let place = format!("{}/{label}", places[0]);
        let (kind, path) = (kind.clone(), [path.as_slice(), &[label]].concat());
        self.ty(&kind, &path, &place, &child.elements, waiting)
    }

    /// The type of a set of element patterns, made when it is first met.
    fn ty(
        &mut self,
        kind: &str,
        path: &[String],
        place: &str,
        elements: &BTreeSet<ElementId>,
        waiting: &mut VecDeque<usize>,
    ) -> Type {
        let found = match self.known.get(elements) {
            Some(found) => *found,
            None => {
                let content = members::content(self.grammars, elements);
                let members = members::gather(self.grammars, content);
                let made = if members.is_empty() {
                    Type::Empty
                } else if is_text(&members) {
                    Type::Text
                } else {
                    waiting.push_back(self.types.structs.len());
                    self.make(kind, path, members)
                };
                self.known.insert(elements.clone(), made);
                made
            }
        };
        if let Type::Struct(position) = found {
            self.types.structs[position].places.push(place.to_string());
        }
        found
    }

    fn make(&mut self, kind: &str, path: &[String], mut members: Rc<Members>) -> Type {
        // Where anything may stand, raw XML holds all of it.
        if members.any {
            let members = Rc::make_mut(&mut members);
            members.children.clear();
            members.text = None;
        }
        let (kind, path) = (kind.to_string(), path.to_vec());
        self.types.structs.push(Struct { name: String::new(), kind, path, places: vec![], fields: vec![] });
        self.members.push((members, vec![]));
        Type::Struct(self.types.structs.len() - 1)
    }
}

/// Whether there can be text but nothing else.
fn is_text(members: &Members) -> bool {
    members.text.is_some() && members.attributes.is_empty() && members.children.is_empty() && !members.any
}

/// Names all structs by the rule above. Two paths that differ only in what Rust's spelling drops are numbered.
fn name_structs(structs: &mut [Struct]) {
    let mut ends: BTreeMap<(String, String), usize> = BTreeMap::new();
    for one in structs.iter() {
        for end in path_ends(&one.path) {
            *ends.entry((one.kind.clone(), end)).or_default() += 1;
        }
    }
    let mut taken = BTreeSet::new();
    for one in structs.iter_mut() {
        let mut choices = path_ends(&one.path);
        let own = choices.iter().position(|end| ends.get(&(one.kind.clone(), end.clone())) == Some(&1));
        let end = own.or(choices.len().checked_sub(1)).map(|position| choices.swap_remove(position));
        one.name = unique(&(camel(&one.kind) + &end.unwrap_or_default()), &mut taken);
    }
}

/// The ends of a path in camel case, shortest first.
fn path_ends(path: &[String]) -> Vec<String> {
    (0..path.len()).rev().map(|from| path[from..].iter().map(|name| camel(name)).collect()).collect()
}

/// The fields: attributes, text, raw XML, children. Children choose their names first; on a clash an
/// attribute is called `..._attribute`, the text `text_content`.
fn fields(members: &Members, types: &[Type], prefixes: &BTreeMap<String, String>) -> Vec<Field> {
    let mut taken = BTreeSet::from(["rest".to_string()]);
    let mut name = |wanted: &str, suffix: &str| {
        let plain = field(wanted);
        let clash = taken.contains(&plain);
        unique(&if clash { field(&format!("{wanted}_{suffix}")) } else { plain }, &mut taken)
    };
    let children: Vec<Field> = members
        .children
        .iter()
        .zip(types)
        .map(|(child, ty)| Field {
            ident: name(&label(&child.name, prefixes), "element"),
            slot: Slot::Children { name: child.name.clone(), ty: *ty, many: child.many },
        })
        .collect();
    let mut fields: Vec<Field> = members
        .attributes
        .iter()
        .map(|attribute| Field {
            ident: name(&label(&attribute.name, prefixes), "attribute"),
            slot: Slot::Attribute(attribute.name.clone()),
        })
        .collect();
    if members.text.is_some() {
        fields.push(Field { ident: name("text", "content"), slot: Slot::Text });
    }
    if members.any {
        fields.push(Field { ident: name("raw", "raw"), slot: Slot::Raw });
    }
    fields.extend(children);
    fields
}
