//! Branches of an element as attributes: one object each, named after the value that chooses it. Must not know any
//! element.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::*;

impl Builder<'_> {
    /// Children of one name that an attribute tells apart: the members of each stand in the object around it, their
    /// names starting with the attribute's value.
    pub(super) fn split(&mut self, at: &At, child: &ChildMember, spot: &Spot, rule: &SplitRule) -> Vec<Attribute> {
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

    pub(super) fn variants(
        &mut self,
        at: &At,
        pattern: PatternId,
        members: &Members,
        rule: &VariantsRule,
        keep: Keep,
    ) -> Vec<Attribute> {
        let branches = self.branches(pattern, members, rule);
        self.expect_members(at, members, rule);
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
                let name = xml.steps.get(at.steps.len()).map(|step| step.name.local.clone()).unwrap_or_default();
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

    /// What the rule says of members must be true of some.
    fn expect_members(&mut self, at: &At, members: &Members, rule: &VariantsRule) {
        let mut names = variants::member_names(members);
        if let Some(child) = rule.carrier.as_ref().and_then(|carrier| members.child(carrier)) {
            let pattern = members::content(self.grammars, &child.elements);
            names.extend(variants::member_names(&members::gather(self.grammars, pattern)));
        }
        for name in [&rule.beside, &rule.inside, &rule.without].into_iter().flatten() {
            if !names.contains(name) {
                self.findings.undecided.push(format!("{}: the rule for branches speaks of '{name}'", at.path));
            }
        }
    }

    /// The branches: as the grammar tells them apart, or as the rule lists them.
    pub(super) fn branches(&mut self, pattern: PatternId, members: &Members, rule: &VariantsRule) -> Vec<Branch> {
        if rule.members.is_empty() {
            return variants::branches(self.grammars, pattern, &rule.by);
        }
        let branch = |(value, names): (&String, &Vec<String>)| Branch {
            values: vec![Some(value.clone())],
            pattern,
            members: Rc::new(members.clone()),
            only: Some(names.clone()),
            beyond: variants::is_beyond(self.grammars, members, &rule.by, value),
        };
        rule.members.iter().map(branch).collect()
    }

    /// The child that the branches differ in: an object with an object per branch.
    pub(super) fn carrier(
        &mut self,
        at: &At,
        child: &ChildMember,
        rule: &VariantsRule,
        branches: &[Branch],
    ) -> Vec<Attribute> {
        let path = format!("{}/{}", at.path, child.name.local);
        let spot = Spot { path, elements: &child.elements, attribute: String::new() };
        self.findings.known.insert(without_branches(&spot.path));
        let inline = self.decide(&spot, "form", ElementForm::Object, |entry| {
            (entry.form? == FormRule::Inline).then_some(ElementForm::Inline)
        }) == ElementForm::Inline;
        let (name, peer) =
            if inline { (String::new(), at.peer) } else { self.name(&spot, at, &child.name.local, false) };
        let contents: Vec<Branch> = branches.iter().map(|branch| self.carried(branch, child)).collect();
        let present: Vec<Branch> = contents.iter().filter(|branch| !branch.members.is_empty()).cloned().collect();
        let beside = beside(&present, rule);
        let pattern = members::content(self.grammars, &child.elements);
        let merged = members::gather(self.grammars, pattern);
        let inner = At { peer, prefix: None, lax: true, verbatim: true, ..at.inner(&spot, child, child.step()) };
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
        let own = if inline { naming::snake(&self.overrides.words, &child.name.local) } else { name.clone() };
        let own = if child.many { naming::plural(&self.overrides.words, &own) } else { own };
        let verbatim = (!at.verbatim).then(|| verbatim(at, child, &own));
        if inline {
            attributes.extend(verbatim);
            return attributes;
        }
        let xml = at.element(child, Leaf::Element);
        let object = self.finish(&spot, name, peer, Kind::Object(Object { attributes }), xml, false);
        [object].into_iter().chain(verbatim).collect()
    }

    /// A branch seen from its carrier: what the carrier may hold in it.
    pub(super) fn carried(&mut self, branch: &Branch, child: &ChildMember) -> Branch {
        let elements = branch.members.child(&child.name.local).map(|child| child.elements.clone()).unwrap_or_default();
        let pattern = members::content(self.grammars, &elements);
        Branch { pattern, members: members::gather(self.grammars, pattern), ..branch.clone() }
    }

    /// The attribute for a branch of the element at `at`, in the object of `holder`; its members start at `inner`.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn branch(
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

    pub(super) fn branch_peer<'p>(&self, holder: &'p Peer, branch: &Branch, rule: &VariantsRule) -> Option<&'p Peer> {
        let name = self.branch_name(Some(holder), branch, rule)?;
        holder.below.get(&name)
    }

    pub(super) fn branch_name(&self, holder: Option<&Peer>, branch: &Branch, rule: &VariantsRule) -> Option<String> {
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
    pub(super) fn only_in_hidden(&self, branch: &Branch, branches: &[Branch], rule: &VariantsRule, name: &str) -> bool {
        let has = |branch: &Branch| variants::member_names(&branch.members).iter().any(|own| own == name);
        let valued = branch.values.iter().any(Option::is_some);
        valued
            && has(branch)
            && self.branch_name(None, branch, rule).is_none()
            && branches.iter().filter(|branch| has(branch)).count() == 1
    }

    /// The attribute of a branch: an object of its rows; a bool where there are none.
    pub(super) fn branch_attribute(
        &mut self,
        at: &At,
        holder: &At,
        branch: &Branch,
        rule: &VariantsRule,
        branches: &[Branch],
        mut rows: Vec<Attribute>,
    ) -> Option<Attribute> {
        let name = self.branch_name(holder.peer, branch, rule)?;
        if rule.keep && rows.is_empty() {
            return None;
        }
        let absent = holds_when_absent(branch, branches, rule);
        let when = conditions(at, rule, branch, absent);
        let leaf = if rule.keep { Leaf::Group } else { Leaf::Element };
        let xml = Xml { when, ..Xml::at(holder.steps.clone(), leaf) };
        let path = branch_path(&at.path, branch);
        self.findings.known.insert(path.clone());
        let nothing = BTreeSet::new();
        let spot = Spot { path, elements: &nothing, attribute: String::new() };
        let peer = holder.peer.and_then(|peer| peer.below.get(&name));
        let defaults: Vec<&String> = match &rule.by[..] {
            [by] => absent.then_some(by).into_iter().collect(),
            several => several.iter().filter(|by| is_default(rule, branch, by)).collect(),
        };
        if !rows.is_empty() {
            rows.extend(defaults.into_iter().map(|by| left_out(by, &xml.when)));
        }
        let empty_object = peer.is_some_and(|peer| peer.kind == "nested single");
        // A branch of nothing but text is that text.
        if let [Attribute { kind: Kind::Leaf(scalar), xml: Some(Xml { steps, leaf: Leaf::Text, .. }), .. }] = &rows[..]
            && *steps == holder.steps
        {
            let (kind, xml) = (Kind::Leaf(scalar.clone()), Xml { leaf: Leaf::Text, ..xml });
            return Some(Attribute { beyond: branch.beyond, ..self.finish(&spot, name, peer, kind, xml, false) });
        }
        let kind = if rows.is_empty() && !empty_object {
            Kind::Leaf(Scalar::any(Primitive::Bool))
        } else {
            Kind::Object(Object { attributes: rows })
        };
        Some(Attribute { beyond: branch.beyond, ..self.finish(&spot, name, peer, kind, xml, false) })
    }
}

/// That the attribute which chooses the branch is missing, where its absence means that branch.
fn left_out(by: &str, when: &[When]) -> Attribute {
    let local = by.rsplit('@').next().unwrap_or(by).to_string();
    let chooses = |when: &&When| when.attribute == local;
    let steps = when.iter().find(chooses).map(|when| when.steps.clone()).unwrap_or_default();
    let xml = Xml::at(steps, Leaf::Missing(local.clone()));
    let doc = format!("`true`: the document does not say `{local}`, whose default means this branch.");
    let kind = Kind::Leaf(Scalar::any(Primitive::Bool));
    Attribute { doc, ..Attribute::new(format!("no_{local}"), kind, Some(xml)) }
}

/// An object that is there when something in it is.
fn grouping(name: &str, steps: &[Step], attributes: Vec<Attribute>) -> Attribute {
    let xml = Xml::at(steps.to_vec(), Leaf::Group);
    let object = Attribute::new(name, Kind::Object(Object { attributes }), Some(xml));
    Attribute { doc: "Which kind it is: exactly one.".to_string(), ..object }
}

/// What must hold in a branch.
fn conditions(at: &At, rule: &VariantsRule, branch: &Branch, absent: bool) -> Vec<When> {
    let when = rule.by.iter().zip(&branch.values).map(|(by, value)| When {
        steps: at.steps.iter().cloned().chain(steps_of(by)).collect(),
        attribute: by.rsplit('@').next().unwrap_or(by).to_string(),
        values: value.iter().cloned().collect(),
        absent: absent || value.is_none() || is_default(rule, branch, by),
    });
    when.collect()
}

/// Whether the branch's value of an attribute is what it means where it is missing.
fn is_default(rule: &VariantsRule, branch: &Branch, by: &str) -> bool {
    let mut values = rule.by.iter().zip(&branch.values);
    values.any(|(other, value)| other == by && value.is_some() && value.as_ref() == rule.defaults.get(by))
}

/// The elements before the `@` of a discriminator that stands further down: `address@type`.
fn steps_of(by: &str) -> Vec<Step> {
    let elements = by.rsplit_once('@').map_or("", |(elements, _)| elements);
    let names = elements.split('/').filter(|name| !name.is_empty());
    names.map(|name| Step { name: QName::plain(name), only: None }).collect()
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
