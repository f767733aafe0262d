//! From patterns to attributes: the rules of docs/mapping.md, one function each. Asks the overrides at every place;
//! must not know any element.

use std::collections::{BTreeMap, BTreeSet};

use crate::grammar::{ElementId, Grammars, PatternId};
use crate::members::{self, AttributeMember, ChildMember, Members, TextMember};
use crate::naming::{self, Peer};
use crate::overrides::{Class, Entry, Form, Overrides, SplitRule, VariantsRule};
use crate::rng::QName;
use crate::scalar::{self, Form as Accepted, Meaning, Primitive, Scalar};

use super::lookup::{Lookup, Spot, without_branches};
use super::variants::{self, Branch};
use super::{Attribute, Kind, Leaf, ListRule, Object, Step, When, Xml};

/// One root's tree.
#[derive(Debug)]
pub struct Tree {
    /// The kind: the grammar's file name.
    pub kind: String,
    /// Terraform's resource, where the kind is one.
    pub resource: Option<String>,
    /// The name of the root element.
    pub element: QName,
    /// The attributes.
    pub object: Object,
    /// Elements that are documents of another kind, and that kind.
    pub embedded: BTreeMap<String, String>,
}

/// What building found besides the trees.
#[derive(Debug, Default)]
pub struct Findings {
    /// Every place that was seen, for messages about overrides that lead nowhere.
    pub known: BTreeSet<String>,
    /// What no rule and no override decides.
    pub undecided: Vec<String>,
}

/// Builds every root's tree. `peers` holds the frozen surface by resource, `history` the version that first had a path.
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
    builder.roots = builder.frozen_roots(peers);
    let mut trees = Vec::new();
    for root in &overrides.roots {
        let peer = root.resource.as_ref().and_then(|resource| peers.get(resource));
        if let Some(mut tree) = builder.root(&root.kind, root.resource.clone(), peer) {
            let additions = root.resource.as_ref().and_then(|resource| overrides.additions.get(resource));
            builder
                .findings
                .undecided
                .extend(additions.map(|all| super::add(&mut tree.object, all)).unwrap_or_default());
            trees.push(tree);
        }
    }
    (trees, builder.findings)
}

struct Builder<'a> {
    grammars: &'a mut Grammars,
    overrides: &'a Overrides,
    lookup: Lookup<'a>,
    history: &'a BTreeMap<String, String>,
    findings: Findings,
    /// What the roots with a frozen surface hold: where such a document stands inside another, it looks the same.
    roots: Vec<FrozenRoot<'a>>,
    /// Where such documents stand, and the element they are like.
    embedded: BTreeMap<String, String>,
}

/// A root with a frozen surface.
#[derive(Clone)]
struct FrozenRoot<'a> {
    element: String,
    content: PatternId,
    peer: &'a Peer,
}

/// Where the builder stands: an element and how its members reach the attributes of the object being built.
#[derive(Clone)]
struct At<'p> {
    /// The element's path, the branches taken in brackets.
    path: String,
    /// The patterns it may be.
    elements: BTreeSet<ElementId>,
    /// From the anchor of the object being built down to this element.
    steps: Vec<Step>,
    /// The frozen surface of the object being built.
    peer: Option<&'p Peer>,
    /// The elements around this one.
    around: Vec<BTreeSet<ElementId>>,
    /// What the names of its members start with.
    prefix: Option<String>,
    /// Whether its members may all be missing although the object is there.
    lax: bool,
}

type Keep<'k> = &'k dyn Fn(&str) -> bool;

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
        };
        self.findings.known.insert(at.path.clone());
        let pattern = members::content(self.grammars, &root.elements);
        let attributes = self.object(&at, pattern, &|_| true);
        let object = Object { attributes };
        let embedded = self.embedded.clone();
        Some(Tree { kind: kind.to_string(), resource, element: root.name, object, embedded })
    }

    fn frozen_roots(&mut self, peers: &'a BTreeMap<String, Peer>) -> Vec<FrozenRoot<'a>> {
        let mut found = Vec::new();
        for root in &self.overrides.roots {
            let peer = root.resource.as_ref().and_then(|resource| peers.get(resource));
            if let (Some(peer), Some(start)) = (peer, self.grammars.roots.get(&root.kind).copied()) {
                for child in members::gather(self.grammars, start).children {
                    let content = members::content(self.grammars, &child.elements);
                    found.push(FrozenRoot { element: child.name.local, content, peer });
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
        let path = format!("{}@{}", at.path, super::prefixed(&member.name.namespace, &member.name.local));
        let spot = Spot { path, elements: &at.elements, attribute: member.name.local.clone() };
        if self.dropped(&spot) {
            return None;
        }
        let (name, peer) = self.name(&spot, at, &member.name.local, false);
        let leaf = Leaf::Attribute(member.name.namespace.clone(), member.name.local.clone());
        let xml = Xml { steps: at.steps.clone(), leaf, when: vec![], anchored: false };
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
        let numeric = scalar.primitive == Primitive::Number;
        if numeric && let (Some(_), Some(prefix)) = (members.attribute("unit"), &at.prefix) {
            scalar.meaning = Meaning::Sized(format!("{prefix}_unit"), "bytes".to_string());
        }
        let xml = Xml { steps: at.steps.clone(), leaf: Leaf::Text, when: vec![], anchored: false };
        let required = text.required && !at.lax && members.children.is_empty();
        let attribute = self.finish(&spot, name, peer, Kind::Leaf(scalar), xml, required);
        // Where the element is an object, the description is the object's.
        let doc = if at.steps.is_empty() { String::new() } else { attribute.doc };
        Attribute { doc, ..attribute }
    }

    fn child(&mut self, at: &At, child: &ChildMember) -> Vec<Attribute> {
        let path = format!("{}/{}", at.path, super::prefixed(&child.name.namespace, &child.name.local));
        let spot = Spot { path, elements: &child.elements, attribute: String::new() };
        self.findings.known.insert(spot.path.clone());
        self.findings.known.insert(without_branches(&spot.path));
        if self.dropped(&spot) || self.recursion_ends(&spot, at) {
            return vec![];
        }
        if child.many
            && let Some((path, ())) = self.find(&spot, |entry| entry.first.then_some(()))
        {
            self.lookup.mark(&path, "first");
            return self.one_child(at, &ChildMember { many: false, ..child.clone() }, &spot);
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
                let value = Attribute { kind: Kind::Leaf(scalar.clone()), ..text_itself() };
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
            Shape::Flat | Shape::Inline => self.flattened(at, inner, child, spot, pattern, form == Shape::Flat),
            Shape::Presence => {
                let (name, peer) = self.name(spot, at, &child.name.local, false);
                let scalar = Scalar { primitive: Primitive::Bool, forms: vec![], meaning: Meaning::Exact };
                vec![self.finish(spot, name, peer, Kind::Leaf(scalar), at.element(child, Leaf::Element), false)]
            }
            Shape::Leaf | Shape::Leaves => self.text_child(at, child, spot, &members),
            Shape::Raw | Shape::Object => {
                let (name, peer) = self.name(spot, at, &child.name.local, child.many);
                let mut inner = At { steps: vec![], peer, prefix: None, lax: false, ..inner };
                if let Some(root) = self.embedded_root(child) {
                    self.embedded.insert(without_branches(&spot.path), root.element.clone());
                    inner = At { peer: peer.or(Some(root.peer)), path: root.element, ..inner };
                }
                let attributes = match form {
                    Shape::Raw => vec![raw()],
                    _ => self.object(&inner, pattern, &|_| true),
                };
                let object = Object { attributes };
                let kind = match child.many {
                    true => {
                        let rule = self.list_rule(spot, &object);
                        Kind::List(object, rule)
                    }
                    false => Kind::Object(object),
                };
                let xml = Xml { anchored: true, ..at.element(child, Leaf::Element) };
                vec![self.finish(spot, name, peer, kind, xml, child.required && !at.lax)]
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
        let inner = At { peer: at.peer, prefix, lax: true, ..inner };
        let inner = At { lax: !child.required || at.lax, ..inner };
        self.object(&inner, pattern, &|_| true)
    }

    /// An element that is nothing but text.
    fn text_child(&mut self, at: &At, child: &ChildMember, spot: &Spot, members: &Members) -> Vec<Attribute> {
        let (name, peer) = self.name(spot, at, &child.name.local, child.many);
        let values = members.text.as_ref().map(|text| text.values.clone()).unwrap_or_default();
        let scalar = scalar::scalar(self.grammars, &values);
        let kind = if child.many { Kind::Leaves(scalar) } else { Kind::Leaf(scalar) };
        vec![self.finish(spot, name, peer, kind, at.element(child, Leaf::Text), child.required && !at.lax)]
    }

    /// Children of one name that an attribute tells apart: the members of each stand in the object around it, their
    /// names starting with the attribute's value.
    fn split(&mut self, at: &At, child: &ChildMember, spot: &Spot, rule: &SplitRule) -> Vec<Attribute> {
        let pattern = members::content(self.grammars, &child.elements);
        let members = members::gather(self.grammars, pattern);
        let mut out = Vec::new();
        for value in &rule.values {
            let step = Step { only: Some((rule.by.clone(), value.clone())), ..child.step() };
            let mut inner = at.inner(spot, child, step);
            inner.path = format!("{}[{value}]", inner.path);
            inner.prefix = Some(naming::snake(&self.overrides.words, value));
            inner.lax = true;
            out.extend(self.members(&inner, &members, &|name| rule.members.iter().any(|member| member == name)));
        }
        out
    }

    // Branches -----------------------------------------------------------------------------------------------------

    fn variants(
        &mut self,
        at: &At,
        pattern: PatternId,
        members: &Members,
        rule: &VariantsRule,
        keep: Keep,
    ) -> Vec<Attribute> {
        let branches = self.branches(pattern, members, rule);
        let chosen_by = |name: &str| name.strip_prefix('@').is_some_and(|name| rule.by.iter().any(|by| by == name));
        for by in &rule.by {
            self.findings.known.insert(format!("{}@{by}", without_branches(&at.path)));
        }
        let Some(carrier) = &rule.carrier else {
            let beside = beside(&branches, rule);
            let keep_beside =
                |name: &str| keep(name) && if chosen_by(name) { rule.keep } else { beside.contains(name) };
            let mut out = self.members(at, members, &keep_beside);
            // What only a branch without an attribute of its own has is what chooses it.
            for xml in out.iter_mut().filter_map(|attribute| attribute.xml.as_mut()) {
                let name = xml.steps.get(at.steps.len()).map(|step| step.name.1.clone()).unwrap_or_default();
                if let Some(branch) = branches.iter().find(|one| self.only_in_hidden(one, &branches, rule, &name)) {
                    xml.when = conditions(at, rule, branch, false);
                }
            }
            let peer = rule.group.as_ref().map_or(at.peer, |group| at.peer.and_then(|peer| peer.below.get(group)));
            let holder = At { peer, ..at.clone() };
            let mut attributes = Vec::new();
            for branch in &branches {
                let inner = At { path: branch_path(&at.path, branch), ..at.clone() };
                let inside = |name: &str| keep(name) && branch.has(name) && !beside.contains(name);
                attributes.extend(self.branch(at, &holder, inner, branch, rule, &branches, &inside));
            }
            match &rule.group {
                Some(group) => out.push(grouping(group, &at.steps, attributes)),
                None => out.extend(attributes),
            }
            return out;
        };
        let mut out = self.members(at, members, &|name| {
            keep(name) && name != carrier && if chosen_by(name) { rule.keep } else { true }
        });
        if let Some(child) = members.child(carrier) {
            out.extend(self.carrier(at, child, rule, &branches));
        }
        out
    }

    /// The branches: as the grammar tells them apart, or as the rule lists them.
    fn branches(&mut self, pattern: PatternId, members: &Members, rule: &VariantsRule) -> Vec<Branch> {
        if rule.members.is_empty() {
            return variants::branches(self.grammars, pattern, &rule.by);
        }
        let branch = |(value, names): (&String, &Vec<String>)| Branch {
            values: vec![Some(value.clone())],
            pattern,
            members: members.clone(),
            only: Some(names.clone()),
            beyond: variants::is_beyond(self.grammars, members, &rule.by, value),
        };
        rule.members.iter().map(branch).collect()
    }

    /// The child that the branches differ in: an object with an object per branch.
    fn carrier(&mut self, at: &At, child: &ChildMember, rule: &VariantsRule, branches: &[Branch]) -> Vec<Attribute> {
        let path = format!("{}/{}", at.path, child.name.local);
        let spot = Spot { path, elements: &child.elements, attribute: String::new() };
        self.findings.known.insert(without_branches(&spot.path));
        let inline = self
            .decide(&spot, "form", Shape::Object, |entry| (entry.form? == Form::Inline).then_some(Shape::Inline))
            == Shape::Inline;
        let (name, peer) =
            if inline { (String::new(), at.peer) } else { self.name(&spot, at, &child.name.local, false) };
        let contents: Vec<Branch> = branches.iter().map(|branch| self.carried(branch, child)).collect();
        let present: Vec<Branch> = contents.iter().filter(|branch| !branch.members.is_empty()).cloned().collect();
        let beside = beside(&present, rule);
        let pattern = members::content(self.grammars, &child.elements);
        let merged = members::gather(self.grammars, pattern);
        let inner = At { peer, prefix: None, lax: true, ..at.inner(&spot, child, child.step()) };
        let left_out = |name: &str| rule.without.iter().any(|without| without == name);
        let mut attributes = self.members(&inner, &merged, &|name| beside.contains(name) && !left_out(name));
        for (branch, content) in branches.iter().zip(&contents) {
            let elements = branch.members.child(&child.name.local).map(|child| child.elements.clone());
            let path = format!("{}/{}", branch_path(&at.path, branch), child.name.local);
            let place = At { path, elements: elements.unwrap_or_default(), ..inner.clone() };
            let joined = branch.values.iter().flatten().cloned().collect::<Vec<_>>().join(" ");
            let attribute = match rule.split.get(&joined) {
                Some(split) => {
                    let own = ChildMember { elements: place.elements.clone(), ..child.clone() };
                    let peer = peer.and_then(|peer| self.branch_peer(peer, branch, rule));
                    let from = At { peer, lax: true, prefix: None, ..at.clone() };
                    let rows = self.split(&from, &own, &place.spot(), split);
                    self.branch_attribute(at, &inner, branch, rule, &contents, rows)
                }
                None => {
                    let inside = |name: &str| content.has(name) && !beside.contains(name) && !left_out(name);
                    self.branch(at, &inner, place, content, rule, &contents, &inside)
                }
            };
            attributes.extend(attribute);
        }
        if inline {
            return attributes;
        }
        let xml = at.element(child, Leaf::Element);
        vec![self.finish(&spot, name, peer, Kind::Object(Object { attributes }), xml, false)]
    }

    /// A branch seen from its carrier: what the carrier may hold in it.
    fn carried(&mut self, branch: &Branch, child: &ChildMember) -> Branch {
        let elements = branch.members.child(&child.name.local).map(|child| child.elements.clone()).unwrap_or_default();
        let pattern = members::content(self.grammars, &elements);
        Branch { pattern, members: members::gather(self.grammars, pattern), ..branch.clone() }
    }

    /// The attribute for a branch of the element at `at`, in the object of `holder`; its members start at `inner`.
    #[allow(clippy::too_many_arguments)]
    fn branch(
        &mut self,
        at: &At,
        holder: &At,
        inner: At,
        branch: &Branch,
        rule: &VariantsRule,
        branches: &[Branch],
        keep: Keep,
    ) -> Option<Attribute> {
        let peer = holder.peer.and_then(|peer| self.branch_peer(peer, branch, rule));
        let inner = At { peer, prefix: None, lax: true, ..inner };
        let rows = self.object(&inner, branch.pattern, keep);
        self.branch_attribute(at, holder, branch, rule, branches, rows)
    }

    fn branch_peer<'p>(&self, holder: &'p Peer, branch: &Branch, rule: &VariantsRule) -> Option<&'p Peer> {
        let name = self.branch_name(Some(holder), branch, rule)?;
        holder.below.get(&name)
    }

    fn branch_name(&self, holder: Option<&Peer>, branch: &Branch, rule: &VariantsRule) -> Option<String> {
        let values: Vec<&str> = branch.values.iter().flatten().map(String::as_str).collect();
        let joined = values.join(" ");
        if let Some(name) = rule.names.get(&joined) {
            return (!name.is_empty()).then(|| name.clone());
        }
        if values.is_empty() {
            return None;
        }
        let letters = [values.join(""), values.last().map(|value| value.to_string()).unwrap_or_default()];
        let by_rule = naming::snake(&self.overrides.words, &joined);
        Some(holder.and_then(|peer| peer.find(&letters)).map_or(by_rule, |(name, _)| name.to_string()))
    }

    /// Whether a member stands beside the branches although only one has it, and that one has no attribute: then the
    /// member alone chooses it.
    fn only_in_hidden(&self, branch: &Branch, branches: &[Branch], rule: &VariantsRule, name: &str) -> bool {
        let has = |branch: &Branch| variants::member_names(&branch.members).iter().any(|own| own == name);
        let valued = branch.values.iter().any(Option::is_some);
        valued
            && has(branch)
            && self.branch_name(None, branch, rule).is_none()
            && branches.iter().filter(|branch| has(branch)).count() == 1
    }

    /// The attribute of a branch: an object of its rows; a bool where there are none.
    fn branch_attribute(
        &mut self,
        at: &At,
        holder: &At,
        branch: &Branch,
        rule: &VariantsRule,
        branches: &[Branch],
        rows: Vec<Attribute>,
    ) -> Option<Attribute> {
        let name = self.branch_name(holder.peer, branch, rule)?;
        if rule.keep && rows.is_empty() {
            return None;
        }
        let absent = holds_when_absent(branch, branches, rule);
        let when = conditions(at, rule, branch, absent);
        let leaf = if rule.keep { Leaf::Group } else { Leaf::Element };
        let xml = Xml { steps: holder.steps.clone(), leaf, when, anchored: false };
        let path = branch_path(&at.path, branch);
        self.findings.known.insert(path.clone());
        let nothing = BTreeSet::new();
        let spot = Spot { path, elements: &nothing, attribute: String::new() };
        let peer = holder.peer.and_then(|peer| peer.below.get(&name));
        let mut rows = rows;
        if let (true, [by], false) = (absent, &rule.by[..], rows.is_empty()) {
            rows.push(left_out(by, &xml.when));
        }
        let empty_object = peer.is_some_and(|peer| peer.kind == "nested single");
        let presence = Scalar { primitive: Primitive::Bool, forms: vec![], meaning: Meaning::Exact };
        // A branch of nothing but text is that text.
        if let [Attribute { kind: Kind::Leaf(scalar), xml: Some(Xml { steps, leaf: Leaf::Text, .. }), .. }] = &rows[..]
            && *steps == holder.steps
        {
            let (kind, xml) = (Kind::Leaf(scalar.clone()), Xml { leaf: Leaf::Text, ..xml });
            return Some(Attribute { beyond: branch.beyond, ..self.finish(&spot, name, peer, kind, xml, false) });
        }
        let kind = if rows.is_empty() && !empty_object {
            Kind::Leaf(presence)
        } else {
            Kind::Object(Object { attributes: rows })
        };
        Some(Attribute { beyond: branch.beyond, ..self.finish(&spot, name, peer, kind, xml, false) })
    }

    // What the overrides say -------------------------------------------------------------------------------------

    fn find<T>(&self, spot: &Spot, get: impl Fn(&'a Entry) -> Option<T>) -> Option<(String, T)> {
        self.lookup.find(spot, get)
    }

    /// The root whose documents may stand here: inside them everything is as it is in such a document alone.
    fn embedded_root(&self, child: &ChildMember) -> Option<FrozenRoot<'a>> {
        let contents: Vec<PatternId> = child.elements.iter().map(|id| self.grammars.element(*id).content).collect();
        self.roots.iter().find(|root| contents.contains(&root.content)).cloned()
    }

    /// What an entry says, or else the rule. An entry that says what the rule says has no effect.
    fn decide<T: PartialEq>(
        &self,
        spot: &Spot,
        verb: &'static str,
        by_rule: T,
        get: impl Fn(&'a Entry) -> Option<T>,
    ) -> T {
        match self.find(spot, get) {
            Some((path, value)) => {
                if value != by_rule {
                    self.lookup.mark(&path, verb);
                }
                value
            }
            None => by_rule,
        }
    }

    fn dropped(&mut self, spot: &Spot) -> bool {
        self.findings.known.insert(without_branches(&spot.path));
        let found = self.find(spot, |entry| entry.drop.then_some(()));
        found.inspect(|(path, ())| self.lookup.mark(path, "drop")).is_some()
    }

    /// Whether the element is one of those around it and so ends here. That must have been decided by someone.
    fn recursion_ends(&mut self, spot: &Spot, at: &At) -> bool {
        let again = at.around.iter().any(|around| !around.is_disjoint(spot.elements));
        if again {
            match self.find(spot, |entry| entry.cut.then_some(())) {
                Some((path, ())) => self.lookup.mark(&path, "cut"),
                None => self.findings.undecided.push(format!("{}: recursion without a cut", spot.path)),
            }
        }
        again
    }

    fn form(&mut self, spot: &Spot, members: &Members, many: bool) -> Shape {
        let only_text = members.attributes.is_empty() && members.children.is_empty();
        let by_rule = match &members.text {
            _ if members.any => return Shape::Raw,
            None if members.is_empty() && !many => Shape::Presence,
            Some(_) if only_text && many => Shape::Leaves,
            Some(_) if only_text => Shape::Leaf,
            Some(_) if members.children.is_empty() && !many => Shape::Flat,
            _ => Shape::Object,
        };
        self.decide(spot, "form", by_rule, |entry| {
            Some(match entry.form? {
                Form::Object => Shape::Object,
                Form::Flat => Shape::Flat,
                Form::Inline => Shape::Inline,
                Form::Leaf if many => Shape::Leaves,
                Form::Leaf => Shape::Leaf,
            })
        })
    }

    /// How the elements of a list are known again: by attributes that there are.
    fn list_rule(&mut self, spot: &Spot, object: &Object) -> ListRule {
        let keys = self.decide(spot, "keys", vec![], |entry| entry.keys.clone());
        for path in keys.iter().flatten().filter(|path| !has_leaf(object, path)) {
            self.findings.undecided.push(format!("{}: there is no attribute '{path}' to be a key", spot.path));
        }
        ListRule { keys, skip: 0 }
    }

    /// The Terraform name at a place and the frozen surface below it.
    fn name<'p>(&mut self, spot: &Spot, at: &At<'p>, local: &str, list: bool) -> (String, Option<&'p Peer>) {
        let words = &self.overrides.words;
        let prefixed = |name: &str| match &at.prefix {
            Some(prefix) => format!("{prefix}_{name}"),
            None => name.to_string(),
        };
        // An element of a foreign namespace at the top of its kind is told apart by its prefix.
        let namespace = match spot.path.rsplit(['/', '@']).next().and_then(|last| last.split_once(':')) {
            Some((prefix, _)) if !spot.path.trim_end_matches(|c| c != '/').contains(':') => format!("{prefix}_"),
            _ => String::new(),
        };
        let single = naming::snake(words, local);
        let plural = naming::plural(words, &single);
        let by_rule = format!("{namespace}{}", if list { &plural } else { &single });
        let mut candidates = vec![prefixed(&by_rule)];
        if list {
            candidates.extend(
                [format!("{local}s"), local.to_string(), single].map(|name| prefixed(&format!("{namespace}{name}"))),
            );
        } else {
            candidates.push(prefixed(&format!("{namespace}{local}")));
        }
        let frozen = at.peer.and_then(|peer| peer.find(&candidates)).map(|(name, _)| name.to_string());
        let by_rule = frozen.unwrap_or_else(|| prefixed(&by_rule));
        let name = self.decide(spot, "name", by_rule, |entry| entry.name.clone());
        let peer = at.peer.and_then(|peer| peer.below.get(&name));
        (name, peer)
    }

    /// The attribute with all that the frozen surface and the overrides say of it.
    fn finish(
        &mut self,
        spot: &Spot,
        name: String,
        peer: Option<&Peer>,
        kind: Kind,
        xml: Xml,
        required: bool,
    ) -> Attribute {
        let kind = match kind {
            Kind::Leaf(scalar) => Kind::Leaf(self.typed(spot, scalar, peer)),
            Kind::Leaves(scalar) => Kind::Leaves(self.typed(spot, scalar, peer)),
            other => other,
        };
        let flags = peer.map(|peer| peer.flags.as_str());
        let class = match flags {
            Some("computed") => Class::Runtime,
            Some("optional/computed") => Class::ServerDefault,
            _ => Class::Configured,
        };
        let class = self.decide(spot, "class", class, |entry| entry.class);
        let required = required && flags.is_none_or(|flags| flags == "required") && class == Class::Configured;
        let plain = without_branches(&spot.path);
        Attribute {
            kind,
            class,
            required: self.decide(spot, "required", required, |entry| entry.required),
            sensitive: self.decide(spot, "sensitive", false, |entry| entry.sensitive),
            replace: self.decide(spot, "replace", false, |entry| entry.replace),
            filled: self.decide(spot, "filled", false, |entry| entry.filled),
            xml: Some(xml),
            since: self.history.get(&plain).cloned().unwrap_or_default(),
            beyond: false,
            doc: self.lookup.doc(spot),
            name,
        }
    }

    fn typed(&mut self, spot: &Spot, scalar: Scalar, peer: Option<&Peer>) -> Scalar {
        let primitive = match peer.map(|peer| peer.kind.as_str()) {
            Some("string" | "list(string)") => Primitive::String,
            Some("number") => Primitive::Number,
            Some("bool") => Primitive::Bool,
            _ => scalar.primitive,
        };
        let primitive = self.decide(spot, "type", primitive, |entry| entry.primitive);
        let meaning = self.decide(spot, "meaning", scalar.meaning.clone(), |entry| entry.meaning.clone());
        let words = scalar.forms.iter().any(|form| matches!(form, Accepted::Words(_)));
        let loses = match primitive {
            Primitive::Number => scalar.primitive == Primitive::String && (scalar.forms.is_empty() || words),
            Primitive::Bool => scalar.primitive != Primitive::Bool && !matches!(meaning, Meaning::Switch(..)),
            Primitive::String => false,
        };
        if loses && scalar.primitive != Primitive::Bool && meaning != Meaning::Number {
            self.findings.undecided.push(format!("{}: a {primitive:?} cannot hold {:?}", spot.path, scalar.forms));
        }
        Scalar { primitive, meaning, ..scalar }
    }
}

/// How a child becomes attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Presence,
    Leaf,
    Leaves,
    Flat,
    Inline,
    Object,
    Raw,
}

impl<'p> At<'p> {
    fn spot(&self) -> Spot<'_> {
        Spot { path: self.path.clone(), elements: &self.elements, attribute: String::new() }
    }

    /// One element further down, in the same object.
    fn inner(&self, spot: &Spot, child: &ChildMember, step: Step) -> At<'p> {
        let mut around = self.around.clone();
        around.push(child.elements.clone());
        let steps = self.steps.iter().cloned().chain([step]).collect();
        At { path: spot.path.clone(), elements: child.elements.clone(), steps, around, ..self.clone() }
    }

    /// The place of a child.
    fn element(&self, child: &ChildMember, leaf: Leaf) -> Xml {
        let steps = self.steps.iter().cloned().chain([child.step()]).collect();
        Xml { steps, leaf, when: vec![], anchored: false }
    }
}

impl ChildMember {
    fn step(&self) -> Step {
        Step { name: (self.name.namespace.clone(), self.name.local.clone()), only: None }
    }
}

/// Whether a dotted path of names leads to a value.
fn has_leaf(object: &Object, path: &str) -> bool {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    object.attributes.iter().filter(|attribute| attribute.name == name).any(|attribute| match (&attribute.kind, rest) {
        (Kind::Object(inner), Some(rest)) => has_leaf(inner, rest),
        (Kind::Leaf(_), None) => true,
        _ => false,
    })
}

/// That the attribute which chooses the branch is missing, where its absence means that branch.
fn left_out(by: &str, when: &[When]) -> Attribute {
    let local = by.rsplit('@').next().unwrap_or(by).to_string();
    let steps = when.first().map(|when| when.steps.clone()).unwrap_or_default();
    let xml = Xml { steps, leaf: Leaf::Missing(local.clone()), when: vec![], anchored: false };
    let scalar = Scalar { primitive: Primitive::Bool, forms: vec![], meaning: Meaning::Exact };
    let doc = format!("`true`: the document does not say `{local}`, whose default means this branch.");
    Attribute { name: format!("no_{local}"), kind: Kind::Leaf(scalar), xml: Some(xml), doc, ..raw() }
}

/// The text of the element that an object is anchored at.
fn text_itself() -> Attribute {
    let xml = Xml { steps: vec![], leaf: Leaf::Text, when: vec![], anchored: false };
    Attribute { name: "value".to_string(), xml: Some(xml), doc: String::new(), ..raw() }
}

/// The one attribute of an element whose content is anything.
fn raw() -> Attribute {
    let scalar = Scalar { primitive: Primitive::String, forms: vec![], meaning: Meaning::Xml };
    Attribute {
        name: "xml".to_string(),
        kind: Kind::Leaf(scalar),
        class: Class::Configured,
        required: false,
        sensitive: false,
        replace: false,
        filled: false,
        xml: Some(Xml { steps: vec![], leaf: Leaf::Raw, when: vec![], anchored: false }),
        since: String::new(),
        beyond: false,
        doc: "The content as XML. Compared in canonical form, so white space between elements does not matter."
            .to_string(),
    }
}

/// An object that is there when something in it is.
fn grouping(name: &str, steps: &[Step], attributes: Vec<Attribute>) -> Attribute {
    Attribute {
        name: name.to_string(),
        kind: Kind::Object(Object { attributes }),
        class: Class::Configured,
        required: false,
        sensitive: false,
        replace: false,
        filled: false,
        xml: Some(Xml { steps: steps.to_vec(), leaf: Leaf::Group, when: vec![], anchored: false }),
        since: String::new(),
        beyond: false,
        doc: String::new(),
    }
}

/// What must hold in a branch.
fn conditions(at: &At, rule: &VariantsRule, branch: &Branch, absent: bool) -> Vec<When> {
    let when = rule.by.iter().zip(&branch.values).map(|(by, value)| When {
        steps: at.steps.iter().cloned().chain(steps_of(by)).collect(),
        attribute: by.rsplit('@').next().unwrap_or(by).to_string(),
        values: value.iter().cloned().collect(),
        absent: absent || value.is_none(),
    });
    when.collect()
}

/// The elements before the `@` of a discriminator that stands further down: `address@type`.
fn steps_of(by: &str) -> Vec<Step> {
    let elements = by.rsplit_once('@').map_or("", |(elements, _)| elements);
    let names = elements.split('/').filter(|name| !name.is_empty());
    names.map(|name| Step { name: (String::new(), name.to_string()), only: None }).collect()
}

fn branch_path(path: &str, branch: &Branch) -> String {
    let values: Vec<&str> = branch.values.iter().flatten().map(String::as_str).collect();
    format!("{path}[{}]", values.join(" "))
}

/// The members that stand beside the branches: what all of them share, and what the rule says.
fn beside(branches: &[Branch], rule: &VariantsRule) -> BTreeSet<String> {
    let valued: Vec<&Branch> = branches.iter().filter(|branch| branch.values.iter().any(Option::is_some)).collect();
    let mut names: BTreeSet<String> =
        valued.iter().flat_map(|branch| variants::member_names(&branch.members)).collect();
    let same = |name: &String| {
        let children: BTreeSet<_> = valued.iter().map(|b| b.members.child(name).map(|child| &child.elements)).collect();
        valued.iter().all(|branch| variants::member_names(&branch.members).contains(name)) && children.len() <= 1
    };
    let listed = branches.iter().any(|branch| branch.only.is_some());
    names.retain(|name| (same(name) && !listed && !rule.inside.contains(name)) || rule.beside.contains(name));
    names
}

/// Whether the branch is the one meant where none of the attributes is there.
fn holds_when_absent(branch: &Branch, branches: &[Branch], rule: &VariantsRule) -> bool {
    let Some(absent) = branches.iter().find(|branch| branch.values.iter().all(Option::is_none)) else { return false };
    let joined: Vec<&str> = branch.values.iter().flatten().map(String::as_str).collect();
    match &rule.absent {
        Some(default) => joined.join(" ") == *default,
        None => {
            let same = |other: &&Branch| other.values.iter().any(Option::is_some) && other.members == absent.members;
            branches.iter().find(same).is_some_and(|first| first.values == branch.values)
        }
    }
}
