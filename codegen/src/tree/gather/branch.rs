//! Branches of an element as drafts: one each, called after the values that choose it. Must not know any element.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::grammar::PatternId;
use crate::members::{self, ChildMember, Members};
use crate::overrides::{Flattening, SplitRule, VariantsRule};
use crate::rng::QName;
use crate::scalar::{Primitive, Scalar};

use super::super::draft::{Body, Draft, Naming, Prefix, attributes};
use super::super::lookup::{GrammarPlace, without_branches};
use super::super::provenance::{Decisions, Origin};
use super::super::variants::{self, Branch};
use super::super::{Kind, Leaf, Step, When, Xml};
use super::Gatherer;
use super::child::{ChildForm, verbatim};
use super::context::{Context, Keep, step_to};

/// The branches of an element, and the rule that makes them.
struct Branching<'b> {
    rule: &'b VariantsRule,
    branches: &'b [Branch],
    /// From the anchor of the object that holds the branches down to where they start.
    steps: &'b [Step],
}

impl<'a> Gatherer<'a, '_> {
    /// The members beside the branches, and the branches. `decided` is who says that there are any.
    pub(super) fn branches(
        &mut self,
        context: &Context,
        pattern: PatternId,
        members: &Rc<Members>,
        rule: &VariantsRule,
        decided: Option<Origin>,
        keep: Keep,
    ) -> Vec<Draft<'a>> {
        let branches = self.found_branches(pattern, members, rule, decided.as_ref());
        self.expect_members(context, members, rule);
        let mut out: Vec<Draft> = rule.by.iter().map(|by| self.chooser(context, by)).collect();
        let chosen_by = |name: &str| name.strip_prefix('@').is_some_and(|name| rule.by.iter().any(|by| by == name));
        if let Some(carrier) = &rule.carrier {
            let others = |name: &str| keep(name) && name != carrier && (rule.keep || !chosen_by(name));
            out.extend(self.members(context, members, &others));
            if let Some(child) = members.child(carrier) {
                out.extend(self.carrier(context, child, rule, &branches));
            }
            return out;
        }
        let beside = beside(&branches, rule);
        let keep_beside = |name: &str| keep(name) && if chosen_by(name) { rule.keep } else { beside.contains(name) };
        let mut around = self.members(context, members, &keep_beside);
        for branch in &branches {
            let conditions = conditions(&context.steps, rule, branch, false);
            let chooses = |name: &str| is_chosen_by(branch, &branches, rule, name);
            only_there(&mut around, context.steps.len(), &chooses, &conditions);
        }
        out.extend(around);
        let branching = Branching { rule, branches: &branches, steps: &context.steps };
        let mut found = Vec::new();
        for branch in branches.iter().filter(|branch| !is_hidden(branch, rule)) {
            let inner = Context { path: branch_path(&context.path, branch), ..context.clone() };
            let inside = |name: &str| keep(name) && branch.has(name) && !beside.contains(name);
            found.extend(self.branch(context, inner, branch, &branching, &inside));
        }
        match &rule.group {
            Some(group) => out.push(self.grouping(context, group, found)),
            None => out.extend(found),
        }
        out
    }

    /// The attribute by which branches differ is known although there is none for it.
    fn chooser(&self, context: &Context, by: &str) -> Draft<'a> {
        let path = format!("{}@{by}", without_branches(&context.path));
        Draft::nothing(self.place(path, &Rc::default(), ""), Decisions::default())
    }

    /// An object that is there when something in it is.
    fn grouping(&self, context: &Context, name: &str, rows: Vec<Draft<'a>>) -> Draft<'a> {
        let xml = Xml::at(context.steps.clone(), Leaf::Group);
        let doc = "Which kind it is: exactly one.".to_string();
        Draft::by_rule(self.element(context), Naming::Fixed(name.to_string()), Body::Object(rows), xml, doc)
    }

    /// What the rule says of members must be true of some.
    fn expect_members(&mut self, context: &Context, members: &Members, rule: &VariantsRule) {
        let mut names = variants::member_names(members);
        if let Some(child) = rule.carrier.as_ref().and_then(|carrier| members.child(carrier)) {
            let pattern = members::content(self.grammars, &child.elements);
            names.extend(variants::member_names(&members::gather(self.grammars, pattern)));
        }
        for name in [&rule.beside, &rule.inside, &rule.without].into_iter().flatten() {
            if !names.contains(name) {
                self.undecided.push(format!("{}: the rule for branches speaks of '{name}'", context.path));
            }
        }
    }

    /// The branches: as the grammar distinguishes them, or as the rule lists them.
    fn found_branches(
        &mut self,
        pattern: PatternId,
        members: &Rc<Members>,
        rule: &VariantsRule,
        decided: Option<&Origin>,
    ) -> Vec<Branch> {
        if rule.members.is_empty() {
            return variants::branches(self.grammars, pattern, &rule.by);
        }
        let by = match decided {
            Some(Origin::Override(path)) => Some(Rc::clone(path)),
            _ => None,
        };
        let branch = |(value, names): (&String, &Vec<String>)| Branch {
            values: vec![Some(value.clone())],
            pattern,
            members: Rc::clone(members),
            only: Some(names.clone()),
            added: by.clone().filter(|_| variants::is_outside(self.grammars, members, &rule.by, value)),
        };
        rule.members.iter().map(branch).collect()
    }

    /// The child that the branches differ in: an object with an object per branch.
    fn carrier(
        &mut self,
        context: &Context,
        child: &ChildMember,
        rule: &VariantsRule,
        branches: &[Branch],
    ) -> Vec<Draft<'a>> {
        let path = format!("{}/{}", context.path, child.name.local);
        let place = self.place(path, &Rc::new(child.elements.clone()), "");
        let mut decisions = Decisions::default();
        let form = decisions.decide(&place, "form", (ChildForm::Object, Origin::Grammar), |entry| {
            (entry.form? == Flattening::Inline).then_some(ChildForm::Inline)
        });
        let contents: Vec<Branch> = branches.iter().map(|branch| self.carried(branch, child)).collect();
        let present: Vec<Branch> = contents.iter().filter(|branch| !branch.members.is_empty()).cloned().collect();
        let beside = beside(&present, rule);
        let pattern = members::content(self.grammars, &child.elements);
        let merged = members::gather(self.grammars, pattern);
        let inner = context.inner(&place, step_to(child));
        let inner = Context { prefixed: false, lax: true, verbatim: true, ..inner };
        let left_out = |name: &str| rule.without.iter().any(|without| without == name);
        let mut rows = self.members(&inner, &merged, &|name| beside.contains(name) && !left_out(name));
        let branching = Branching { rule, branches: &contents, steps: &inner.steps };
        for (branch, content) in branches.iter().zip(&contents).filter(|(branch, _)| !is_hidden(branch, rule)) {
            let elements = branch.members.child(&child.name.local).map(|child| child.elements.clone());
            let elements = Rc::new(elements.unwrap_or_default());
            let path = format!("{}/{}", branch_path(&context.path, branch), child.name.local);
            let found = match rule.split.get(&joined(branch)) {
                Some(split) => {
                    let own = ChildMember { elements: elements.as_ref().clone(), ..child.clone() };
                    let rows = self.split(context, &own, &self.place(path, &elements, ""), split);
                    self.branch_of(context, branch, &branching, rows)
                }
                None => {
                    let inside = |name: &str| content.has(name) && !beside.contains(name) && !left_out(name);
                    let place = Context { path, elements, ..inner.clone() };
                    self.branch(context, place, content, &branching, &inside)
                }
            };
            rows.extend(found);
        }
        let whole = |naming| (!context.verbatim).then(|| verbatim(context, child, &place, naming));
        let local = child.name.local.clone();
        let (body, naming, xml, whole) = match form {
            ChildForm::Inline => {
                (Body::Spliced(rows, Prefix::None), None, None, whole(Naming::XmlOf(local, child.many)))
            }
            _ => {
                let xml = context.element(child, Leaf::Element);
                (Body::Object(rows), Some(local), Some(xml), whole(Naming::XmlOfPrevious(child.many)))
            }
        };
        let naming = naming.map_or(Naming::Fixed(String::new()), |local| Naming::Member(local, false));
        let mut draft = Draft::new(place.clone(), naming, body, xml);
        draft.decisions = decisions;
        [draft].into_iter().chain(whole).collect()
    }

    /// Children of one name that an attribute distinguishes: the members of each stand in the object around it, their
    /// names beginning with the attribute's value.
    fn split(
        &mut self,
        context: &Context,
        child: &ChildMember,
        place: &GrammarPlace<'a>,
        rule: &SplitRule,
    ) -> Vec<Draft<'a>> {
        let pattern = members::content(self.grammars, &child.elements);
        let members = members::gather(self.grammars, pattern);
        let mut out = Vec::new();
        for value in &rule.values {
            let step = Step { only: Some((rule.by.clone(), value.clone())), ..step_to(child) };
            let inner = context.inner(place, step);
            let path = format!("{}[{value}]", inner.path);
            let inner = Context { path, prefixed: true, lax: true, ..inner };
            let rows = self.members(&inner, &members, &|name| rule.members.iter().any(|member| member == name));
            let body = Body::Spliced(rows, Prefix::Value(value.clone()));
            out.push(Draft::new(place.clone(), Naming::Fixed(String::new()), body, None));
        }
        out
    }

    /// A branch seen from its carrier: what the carrier may hold in it.
    fn carried(&mut self, branch: &Branch, child: &ChildMember) -> Branch {
        let elements = branch.members.child(&child.name.local).map(|child| child.elements.clone()).unwrap_or_default();
        let pattern = members::content(self.grammars, &elements);
        Branch { pattern, members: members::gather(self.grammars, pattern), ..branch.clone() }
    }

    /// The attribute for a branch of the element at `context`; its members start at `inner`.
    fn branch(
        &mut self,
        context: &Context,
        inner: Context,
        branch: &Branch,
        branching: &Branching,
        keep: Keep,
    ) -> Option<Draft<'a>> {
        let inner = Context { prefixed: false, lax: true, ..inner };
        let rows = self.object(&inner, branch.pattern, keep);
        self.branch_of(context, branch, branching, rows)
    }

    /// The attribute for a branch that holds these.
    fn branch_of(
        &mut self,
        context: &Context,
        branch: &Branch,
        branching: &Branching,
        mut rows: Vec<Draft<'a>>,
    ) -> Option<Draft<'a>> {
        let Branching { rule, branches, steps } = branching;
        let empty = attributes(&rows).is_empty();
        if rule.keep && empty {
            return None;
        }
        let absent = holds_when_absent(branch, branches, rule);
        let when = conditions(&context.steps, rule, branch, absent);
        let leaf = if rule.keep { Leaf::Group } else { Leaf::Element };
        let xml = Xml { when, ..Xml::at(steps.to_vec(), leaf) };
        let place = self.place(branch_path(&context.path, branch), &Rc::default(), "");
        let defaults: Vec<&String> = match &rule.by[..] {
            [by] => absent.then_some(by).into_iter().collect(),
            several => several.iter().filter(|by| is_default(rule, branch, by)).collect(),
        };
        if !empty {
            rows.extend(defaults.into_iter().map(|by| left_out(&place, by, &xml.when)));
        }
        let values = branch.values.iter().flatten().cloned().collect();
        let naming = Naming::Branch(values, rule.names.get(&joined(branch)).cloned());
        let mut draft = Draft::new(place, naming, Body::Branch(rows), Some(xml));
        draft.added = branch.added.clone();
        Some(draft)
    }
}

/// What only a branch without an attribute of its own has is what chooses it: such members are there under its
/// conditions.
fn only_there(rows: &mut [Draft], depth: usize, chooses: &dyn Fn(&str) -> bool, conditions: &[When]) {
    for row in rows {
        if let Some(xml) = &mut row.attribute.xml {
            let name = xml.steps.get(depth).map(|step| step.name.local.as_str()).unwrap_or_default();
            if chooses(name) {
                xml.when = conditions.to_vec();
            }
        } else if let Some(rows) = row.rows_mut() {
            only_there(rows, depth, chooses, conditions);
        }
    }
}

/// The values that choose a branch as rules and overrides write them.
fn joined(branch: &Branch) -> String {
    branch.values.iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// Whether a branch has no attribute of its own.
fn is_hidden(branch: &Branch, rule: &VariantsRule) -> bool {
    let joined = joined(branch);
    rule.names.get(&joined).map_or(joined.is_empty(), String::is_empty)
}

/// Whether a member stands beside the branches although only one has it, and that one has no attribute: then the
/// member alone chooses it.
fn is_chosen_by(branch: &Branch, branches: &[Branch], rule: &VariantsRule, name: &str) -> bool {
    let has = |branch: &Branch| variants::member_names(&branch.members).iter().any(|own| own == name);
    let valued = branch.values.iter().any(Option::is_some);
    valued && has(branch) && is_hidden(branch, rule) && branches.iter().filter(|branch| has(branch)).count() == 1
}

/// That the attribute which chooses the branch is missing, where its absence means that branch.
fn left_out<'a>(place: &GrammarPlace<'a>, by: &str, when: &[When]) -> Draft<'a> {
    let local = by.rsplit('@').next().unwrap_or(by).to_string();
    let chooses = |when: &&When| when.attribute == local;
    let steps = when.iter().find(chooses).map(|when| when.steps.clone()).unwrap_or_default();
    let xml = Xml::at(steps, Leaf::Missing(local.clone()));
    let doc = format!("`true`: the document does not say `{local}`, whose default means this branch.");
    let mut draft = Draft::by_rule(place.clone(), Naming::Fixed(format!("no_{local}")), Body::Flag, xml, doc);
    draft.attribute.kind = Kind::Leaf(Scalar::any(Primitive::Bool));
    draft
}

/// What must hold in a branch.
fn conditions(steps: &[Step], rule: &VariantsRule, branch: &Branch, absent: bool) -> Vec<When> {
    let when = rule.by.iter().zip(&branch.values).map(|(by, value)| When {
        steps: steps.iter().cloned().chain(steps_of(by)).collect(),
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
    format!("{path}[{}]", joined(branch))
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
    match &rule.absent {
        Some(default) => joined(branch) == *default,
        None => {
            let same = |other: &&Branch| other.values.iter().any(Option::is_some) && other.members == absent.members;
            branches.iter().find(same).is_some_and(|first| first.values == branch.values)
        }
    }
}
