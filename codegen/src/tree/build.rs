//! From patterns to attributes: the rules of docs/mapping.md, one function each. Asks the overrides at every place;
//! must not know any element.

mod at;
mod branches;
mod decide;

use std::collections::{BTreeMap, BTreeSet};

use crate::grammar::{ElementId, Grammars, PatternId};
use crate::members::{self, AttributeMember, ChildMember, Members, TextMember};
use crate::naming;
use crate::overrides::{Class, Entry, FormRule, Overrides, SplitRule, VariantsRule};
use crate::peer::Peer;
use crate::rng::QName;
use crate::scalar::{self, Form, Meaning, Primitive, Scalar};

use super::lookup::{Lookup, Spot, TEXT, without_branches};
use super::units;
use super::variants::{self, Branch};
use at::{At, Keep};
use decide::{ElementForm, as_xml, is_narrow, verbatim};

use super::{Attribute, Kind, Leaf, ListRule, Object, Step, When, Xml};

/// One root's tree, or that of a resource without a document.
#[derive(Debug)]
pub struct Tree {
    /// The kind: the grammar's file name; without a document the resource's name without the provider's.
    pub kind: String,
    /// Terraform's resource, where the kind is one.
    pub resource: Option<String>,
    /// The name of the root element; empty without a document.
    pub element: QName,
    /// The attributes.
    pub object: Object,
    /// Elements that are documents of another kind, and that kind.
    pub embedded: BTreeMap<String, String>,
}

impl Tree {
    /// The tree of a resource without a document, still empty.
    fn bare(resource: &str) -> Tree {
        let kind = resource.split_once('_').map_or(resource, |(_, name)| name).to_string();
        let (object, embedded) = (Object::default(), BTreeMap::new());
        Tree { kind, resource: Some(resource.to_string()), element: QName::plain(""), object, embedded }
    }

    /// Whether it stands for a document of libvirt's.
    pub fn is_document(&self) -> bool {
        !self.element.local.is_empty()
    }
}

/// What building found besides the trees.
#[derive(Debug, Default)]
pub struct Findings {
    /// Every place that was seen, for messages about overrides that lead nowhere.
    pub known: BTreeSet<String>,
    /// What no rule and no override decides.
    pub undecided: Vec<String>,
}

/// Builds every root's tree. `peers` holds the other provider's attributes by resource, `history` the version that first had a path.
pub fn build<'a>(
    grammars: &'a mut Grammars,
    overrides: &'a Overrides,
    peers: &'a BTreeMap<String, Peer>,
    history: &'a BTreeMap<String, String>,
) -> (Vec<Tree>, Findings) {
    let lookup = Lookup::new(grammars, overrides);
    let mut builder = Builder {
        grammars,
        overrides,
        lookup,
        history,
        findings: Findings::default(),
        roots: vec![],
        embedded: BTreeMap::new(),
    };
    builder.roots = builder.peer_roots(peers);
    let mut trees = Vec::new();
    for root in &overrides.roots {
        let peer = root.resource.as_ref().and_then(|resource| peers.get(resource));
        trees.extend(builder.root(&root.kind, root.resource.clone(), peer));
    }
    trees.extend(overrides.bare.iter().map(|bare| Tree::bare(&bare.resource)));
    for tree in &mut trees {
        let additions = tree.resource.as_ref().and_then(|resource| overrides.additions.get(resource));
        let wrong = additions.map(|all| super::add(&mut tree.object, all)).unwrap_or_default();
        builder.findings.undecided.extend(wrong);
    }
    (trees, builder.findings)
}

struct Builder<'a> {
    grammars: &'a mut Grammars,
    overrides: &'a Overrides,
    lookup: Lookup<'a>,
    history: &'a BTreeMap<String, String>,
    findings: Findings,
    /// What the roots that the peer has hold: where such a document stands inside another, it looks the same.
    roots: Vec<PeerRoot<'a>>,
    /// Where such documents stand, and the element they are like.
    embedded: BTreeMap<String, String>,
}

/// A root that the peer has.
#[derive(Clone)]
struct PeerRoot<'a> {
    element: String,
    content: PatternId,
    peer: &'a Peer,
}

impl<'a> Builder<'a> {
    fn root(&mut self, kind: &str, resource: Option<String>, peer: Option<&Peer>) -> Option<Tree> {
        let start = *self.grammars.roots.get(kind)?;
        let root = members::gather(self.grammars, start).children.into_iter().next()?;
        let at = At {
            path: root.name.local.clone(),
            elements: root.elements.clone(),
            steps: vec![],
            peer,
            around: vec![root.elements.clone()],
            prefix: None,
            lax: false,
            verbatim: false,
        };
        self.findings.known.insert(at.path.clone());
        let pattern = members::content(self.grammars, &root.elements);
        let attributes = self.object(&at, pattern, &|_| true);
        let mut object = Object { attributes };
        units::describe(&mut object);
        let embedded = self.embedded.clone();
        Some(Tree { kind: kind.to_string(), resource, element: root.name, object, embedded })
    }

    fn peer_roots(&mut self, peers: &'a BTreeMap<String, Peer>) -> Vec<PeerRoot<'a>> {
        let mut found = Vec::new();
        for root in &self.overrides.roots {
            let peer = root.resource.as_ref().and_then(|resource| peers.get(resource));
            if let (Some(peer), Some(start)) = (peer, self.grammars.roots.get(&root.kind).copied()) {
                for child in members::gather(self.grammars, start).children {
                    let content = members::content(self.grammars, &child.elements);
                    found.push(PeerRoot { element: child.name.local, content, peer });
                }
            }
        }
        found
    }

    /// The attributes of an element: its members, or its branches where it has some.
    fn object(&mut self, at: &At, pattern: PatternId, keep: Keep) -> Vec<Attribute> {
        let members = members::gather(self.grammars, pattern);
        let attributes = match self.variants_rule(at, pattern, &members) {
            Some(rule) => self.variants(at, pattern, &members, &rule, keep),
            None => self.members(at, &members, keep),
        };
        let mut names = BTreeSet::new();
        for attribute in &attributes {
            if !names.insert(&attribute.name) {
                self.findings.undecided.push(format!("{}: two attributes are called '{}'", at.path, attribute.name));
            }
        }
        attributes
    }

    fn variants_rule(&mut self, at: &At, pattern: PatternId, members: &Members) -> Option<VariantsRule> {
        let detected = variants::detect(self.grammars, pattern, members);
        let spot = at.spot();
        // Inside a branch the element's own entry has been used already; only one for that very branch counts.
        let overrides = self.overrides;
        let found = self.find(&spot, |entry| entry.variants.as_ref().and_then(|rule| overrides.variants_rule(rule)));
        let found = found.filter(|(path, _)| !at.path.ends_with(']') || *path == at.path);
        match found {
            Some((path, rule)) => {
                if Some(&rule) != detected.as_ref() && !(rule.by.is_empty() && detected.is_none()) {
                    self.lookup.mark(&path, "variants");
                }
                (!rule.by.is_empty()).then_some(rule)
            }
            None => detected,
        }
    }

    fn members(&mut self, at: &At, members: &Members, keep: Keep) -> Vec<Attribute> {
        let mut out = Vec::new();
        for attribute in &members.attributes {
            if keep(&format!("@{}", attribute.name.local)) {
                out.extend(self.attribute(at, attribute));
            }
        }
        if let Some(text) = &members.text
            && keep("#text")
        {
            out.push(self.text(at, text, members));
        }
        for child in &members.children {
            if keep(&child.name.local) {
                out.extend(self.child(at, child));
            }
        }
        out
    }

    fn attribute(&mut self, at: &At, member: &AttributeMember) -> Option<Attribute> {
        let path = format!("{}@{}", at.path, member.name.prefixed());
        let spot = Spot { path, elements: &at.elements, attribute: member.name.local.clone() };
        if self.dropped(&spot) {
            return None;
        }
        let (name, peer) = self.name(&spot, at, &member.name.local, false);
        let leaf = Leaf::Attribute(member.name.clone());
        let xml = Xml::at(at.steps.clone(), leaf);
        let scalar = scalar::scalar(self.grammars, &member.values);
        Some(self.finish(&spot, name, peer, Kind::Leaf(scalar), xml, member.required && !at.lax))
    }

    /// The text of an element that has other members too.
    fn text(&mut self, at: &At, text: &TextMember, members: &Members) -> Attribute {
        let spot = at.spot();
        let own = at.path.rsplit('/').next().map(without_branches).unwrap_or_default();
        let own = own.rsplit(':').next().unwrap_or_default().to_string();
        let by_rule = match &at.prefix {
            Some(prefix) => prefix.clone(),
            None => {
                at.peer.and_then(|peer| peer.find(&[own, "value".to_string()])).map_or("value", |(n, _)| n).to_string()
            }
        };
        let name = self.decide(&spot, "text", by_rule, |entry| entry.text.clone());
        let peer = at.peer.and_then(|peer| peer.below.get(&name));
        let mut scalar = scalar::scalar(self.grammars, &text.values);
        if !text.required {
            scalar.or_nothing();
        }
        let numeric = scalar.primitive == Primitive::Number;
        if numeric && let (Some(_), Some(prefix)) = (members.attribute("unit"), &at.prefix) {
            scalar.meaning = Meaning::Sized(format!("{prefix}_unit"), "bytes".to_string());
        }
        let xml = Xml::at(at.steps.clone(), Leaf::Text);
        let required = text.required && !at.lax && members.children.is_empty();
        let attribute = self.finish(&spot, name, peer, Kind::Leaf(scalar), xml, required);
        if !at.steps.is_empty() {
            return attribute;
        }
        // Where the element is an object, the element's description is the object's.
        let spot = Spot { path: format!("{}{TEXT}", at.path), elements: &at.elements, attribute: TEXT.to_string() };
        self.findings.known.insert(without_branches(&spot.path));
        Attribute { doc: self.lookup.doc(&spot), ..attribute }
    }

    fn child(&mut self, at: &At, child: &ChildMember) -> Vec<Attribute> {
        let path = format!("{}/{}", at.path, child.name.prefixed());
        let spot = Spot { path, elements: &child.elements, attribute: String::new() };
        self.findings.known.insert(spot.path.clone());
        self.findings.known.insert(without_branches(&spot.path));
        if self.dropped(&spot) {
            return vec![];
        }
        if self.recursion_ends(&spot, at) {
            let name = self.name(&spot, at, &child.name.local, false).0;
            return vec![as_xml(at, child, &name, ": in itself it has no attributes of its own.")];
        }
        if child.many
            && let Some((path, ())) = self.find(&spot, |entry| entry.first.then_some(()))
        {
            self.lookup.mark(&path, "first");
            let mut first = self.one_child(at, &ChildMember { many: false, ..child.clone() }, &spot);
            let name = first.first().map(|first| first.name.clone()).filter(|_| !at.verbatim);
            first.extend(name.map(|name| verbatim(at, child, &name)));
            return first;
        }
        let many = self.decide(&spot, "many", child.many, |entry| entry.many);
        let mut out = self.one_child(at, &ChildMember { many, ..child.clone() }, &spot);
        if child.many && !many {
            out.extend(self.more(at, child, &spot, &out));
        }
        out
    }

    /// The list for those behind the first, where an attribute of its own holds the first.
    fn more(&mut self, at: &At, child: &ChildMember, spot: &Spot, first: &[Attribute]) -> Vec<Attribute> {
        let (Some(first), false) = (first.first(), first.len() > 1) else { return vec![] };
        let place = At { peer: None, ..at.clone() };
        let mut list = self.one_child(&place, &ChildMember { required: false, ..child.clone() }, spot);
        for attribute in &mut list {
            let plural = naming::plural(&self.overrides.words, &first.name);
            attribute.name = format!("more_{plural}");
            // Only a list of objects can leave the first element out.
            if let Kind::Leaves(scalar) = &attribute.kind {
                let kind = Kind::Leaf(scalar.clone());
                let xml = Xml::at(vec![], Leaf::Text);
                let value = Attribute { doc: attribute.doc.clone(), ..Attribute::new("value", kind, Some(xml)) };
                attribute.kind = Kind::List(Object { attributes: vec![value] }, ListRule::default());
                attribute.xml = attribute.xml.take().map(|xml| Xml { leaf: Leaf::Element, anchored: true, ..xml });
            }
            if let Kind::List(_, rule) = &mut attribute.kind {
                rule.skip = 1;
            }
        }
        list
    }

    fn one_child(&mut self, at: &At, child: &ChildMember, spot: &Spot) -> Vec<Attribute> {
        let pattern = members::content(self.grammars, &child.elements);
        let members = members::gather(self.grammars, pattern);
        let form = self.form(spot, &members, child.many);
        let inner = at.inner(spot, child, child.step());
        match form {
            ElementForm::Flat | ElementForm::Inline => {
                self.flattened(at, inner, child, spot, pattern, form == ElementForm::Flat)
            }
            ElementForm::Presence => {
                let (name, peer) = self.name(spot, at, &child.name.local, false);
                let scalar = Scalar::any(Primitive::Bool);
                vec![self.finish(spot, name, peer, Kind::Leaf(scalar), at.element(child, Leaf::Element), false)]
            }
            ElementForm::Leaf | ElementForm::Leaves => self.text_child(at, child, spot, &members),
            ElementForm::Raw | ElementForm::Object => {
                let (name, peer) = self.name(spot, at, &child.name.local, child.many);
                let whole = self.is_verbatim(spot);
                let covered = at.verbatim || whole;
                let mut inner = At { steps: vec![], peer, prefix: None, lax: false, verbatim: covered, ..inner };
                if let Some(root) = self.embedded_root(child) {
                    self.embedded.insert(without_branches(&spot.path), root.element.clone());
                    inner = At { peer: peer.or(Some(root.peer)), path: root.element, ..inner };
                }
                let attributes = match form {
                    ElementForm::Raw => vec![raw()],
                    _ => self.object(&inner, pattern, &|_| true),
                };
                let object = Object { attributes };
                let verbatim = (whole || !covered && is_narrow(&object)).then(|| verbatim(at, child, &name));
                let kind = match child.many {
                    true => {
                        let rule = self.list_rule(spot, &object);
                        Kind::List(object, rule)
                    }
                    false => Kind::Object(object),
                };
                let xml = Xml { anchored: true, ..at.element(child, Leaf::Element) };
                let attribute = self.finish(spot, name, peer, kind, xml, child.required && !at.lax);
                [attribute].into_iter().chain(verbatim).collect()
            }
        }
    }

    /// An element whose members stand in the object around it.
    fn flattened(
        &mut self,
        at: &At,
        inner: At,
        child: &ChildMember,
        spot: &Spot,
        pattern: PatternId,
        named: bool,
    ) -> Vec<Attribute> {
        let prefix = if named { Some(self.name(spot, at, &child.name.local, false).0) } else { at.prefix.clone() };
        let inner = At { peer: at.peer, prefix, lax: !child.required || at.lax, ..inner };
        self.object(&inner, pattern, &|_| true)
    }

    /// An element that is nothing but text.
    fn text_child(&mut self, at: &At, child: &ChildMember, spot: &Spot, members: &Members) -> Vec<Attribute> {
        let (name, peer) = self.name(spot, at, &child.name.local, child.many);
        let values = members.text.as_ref().map(|text| text.values.clone()).unwrap_or_default();
        let mut scalar = scalar::scalar(self.grammars, &values);
        if members.text.as_ref().is_some_and(|text| !text.required) {
            scalar.or_nothing();
        }
        let kind = if child.many { Kind::Leaves(scalar) } else { Kind::Leaf(scalar) };
        vec![self.finish(spot, name, peer, kind, at.element(child, Leaf::Text), child.required && !at.lax)]
    }
}

/// The one attribute of an element whose content is anything.
fn raw() -> Attribute {
    let doc = "The content as XML. Compared in canonical form, so white space between elements does not matter.";
    let xml = Xml::at(vec![], Leaf::Raw);
    Attribute { doc: doc.to_string(), ..Attribute::new("xml", Kind::Leaf(xml_text()), Some(xml)) }
}

/// XML, which many texts can be.
fn xml_text() -> Scalar {
    Scalar { meaning: Meaning::Xml, ..Scalar::any(Primitive::String) }
}
