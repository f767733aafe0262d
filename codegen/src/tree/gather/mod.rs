//! The first passes: what the grammar lets an element hold, and the branches of it, as drafts of attributes; which are
//! left out, flattened, taken once or as XML. Asks the overrides for the structure of a place alone, never what an
//! attribute is called or what its values mean. Must not know any element.

mod branch;
mod child;
mod context;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::go_provider::Counterpart;
use crate::grammar::{ElementId, Grammars, PatternId};
use crate::members::{self, AttributeMember, Members, TextMember};
use crate::overrides::{Overrides, VariantsRule};
use crate::rng::QName;

use super::draft::{Body, Draft, Naming, Text};
use super::lookup::{GrammarPlace, Lookup, TEXT, without_branches};
use super::provenance::{Decision, Decisions, Origin};
use super::variants;
use super::{Leaf, Xml};
use context::{Context, Keep};

/// The drafts of one root.
pub struct Gathered<'a> {
    /// The name of the root element.
    pub element: QName,
    /// Its attributes.
    pub rows: Vec<Draft<'a>>,
}

/// What gathers the drafts of all roots.
pub struct Gatherer<'a, 'g> {
    grammars: &'g mut Grammars,
    overrides: &'a Overrides,
    lookup: &'g Lookup<'a>,
    /// The roots that the Go provider has: where such a document stands inside another, it looks the same.
    documents: Vec<Document<'a>>,
    /// Where such documents stand, and the element they are like.
    pub embedded: BTreeMap<String, String>,
    /// What no rule and no override decides.
    pub undecided: Vec<String>,
}

/// A root that the Go provider has.
#[derive(Clone)]
struct Document<'a> {
    element: String,
    content: PatternId,
    counterpart: &'a Counterpart,
}

impl<'a, 'g> Gatherer<'a, 'g> {
    /// Gathers from these grammars; `counterparts` are the Go provider's resources by name.
    pub fn new(
        grammars: &'g mut Grammars,
        overrides: &'a Overrides,
        lookup: &'g Lookup<'a>,
        counterparts: &'a BTreeMap<String, Counterpart>,
    ) -> Self {
        let mut documents = Vec::new();
        for root in &overrides.roots {
            let counterpart = root.resource.as_ref().and_then(|resource| counterparts.get(resource));
            if let (Some(counterpart), Some(start)) = (counterpart, grammars.roots.get(&root.kind).copied()) {
                for child in &members::gather(grammars, start).children {
                    let content = members::content(grammars, &child.elements);
                    documents.push(Document { element: child.name.local.clone(), content, counterpart });
                }
            }
        }
        Gatherer { grammars, overrides, lookup, documents, embedded: BTreeMap::new(), undecided: vec![] }
    }

    /// The drafts of the root of this kind.
    pub fn root(&mut self, kind: &str) -> Option<Gathered<'a>> {
        let start = *self.grammars.roots.get(kind)?;
        let root = members::gather(self.grammars, start).children.first()?.clone();
        let elements = Rc::new(root.elements);
        let context = Context {
            path: root.name.local.clone(),
            elements: Rc::clone(&elements),
            steps: vec![],
            around: vec![elements],
            prefixed: false,
            lax: false,
            verbatim: false,
        };
        let pattern = members::content(self.grammars, &context.elements);
        let mut rows = vec![Draft::nothing(self.element(&context), Decisions::default())];
        rows.extend(self.object(&context, pattern, &|_| true));
        Some(Gathered { element: root.name, rows })
    }

    fn place(&self, path: String, elements: &Rc<BTreeSet<ElementId>>, attribute: &str) -> GrammarPlace<'a> {
        self.lookup.place(path, Rc::clone(elements), attribute)
    }

    /// The place of the element itself.
    fn element(&self, context: &Context) -> GrammarPlace<'a> {
        self.place(context.path.clone(), &context.elements, "")
    }

    /// The attributes of an element: its members, or its branches where it has some.
    fn object(&mut self, context: &Context, pattern: PatternId, keep: Keep) -> Vec<Draft<'a>> {
        let members = members::gather(self.grammars, pattern);
        let (rule, decision) = self.variants_rule(context, pattern, &members);
        let Some(rule) = rule else {
            let mut rows = self.members(context, &members, keep);
            rows.extend(decision.map(|decision| self.note(context.path.clone(), decision)));
            return rows;
        };
        let origin = decision.clone();
        let mut rows = self.branches(context, pattern, &members, &rule, origin.map(|decision| decision.origin), keep);
        rows.extend(decision.map(|decision| self.note(context.path.clone(), decision)));
        rows
    }

    /// A decision about a place that is no attribute of its own.
    fn note(&self, path: String, decision: Decision) -> Draft<'a> {
        Draft::nothing(self.place(path, &Rc::default(), ""), Decisions(vec![decision]))
    }

    /// The rule by which an element has branches, and who decided that it has them or has none.
    fn variants_rule(
        &mut self,
        context: &Context,
        pattern: PatternId,
        members: &Members,
    ) -> (Option<VariantsRule>, Option<Decision>) {
        let detected = variants::detect(self.grammars, pattern, members, &self.overrides.rules.branches.by);
        let overrides = self.overrides;
        let found =
            self.element(context).find(|entry| entry.variants.as_ref().and_then(|rule| overrides.variants_rule(rule)));
        // Inside a branch the element's own entry has been used already; only one for that very branch counts.
        let found = found.filter(|(path, _)| !context.path.ends_with(']') || *path == context.path);
        let decision = |origin| Some(Decision { what: "variants", origin });
        match found {
            Some((path, rule)) => {
                let differs = if rule.by.is_empty() { detected.is_some() } else { Some(&rule) != detected.as_ref() };
                let origin = if differs { Origin::Override(path.into()) } else { Origin::Grammar };
                ((!rule.by.is_empty()).then_some(rule), decision(origin))
            }
            None => {
                let origin = detected.as_ref().and_then(|_| decision(Origin::Grammar));
                (detected, origin)
            }
        }
    }

    fn members(&mut self, context: &Context, members: &Members, keep: Keep) -> Vec<Draft<'a>> {
        let mut out = Vec::new();
        for attribute in &members.attributes {
            if keep(&format!("@{}", attribute.name.local)) {
                out.push(self.attribute(context, attribute));
            }
        }
        if let Some(text) = &members.text
            && keep("#text")
        {
            out.extend(self.text(context, text, members));
        }
        for child in &members.children {
            if keep(&child.name.local) {
                out.extend(self.child(context, child));
            }
        }
        out
    }

    fn attribute(&self, context: &Context, member: &AttributeMember) -> Draft<'a> {
        let path = format!("{}@{}", context.path, member.name.prefixed());
        let place = self.place(path, &context.elements, &member.name.local);
        let mut decisions = Decisions::default();
        if decisions.says(&place, "drop", |entry| entry.drop) {
            return Draft::nothing(place, decisions);
        }
        let text = Text { patterns: member.values.clone(), optional: false, many: false, measured: false };
        let xml = Xml::at(context.steps.clone(), Leaf::Attribute(member.name.clone()));
        let naming = Naming::Member(member.name.local.clone(), false);
        let mut draft = Draft::new(place, naming, Body::Text(text), Some(xml));
        draft.attribute.required = member.required && !context.lax;
        draft.added = member.added.clone();
        draft
    }

    /// The text of an element that has other members too, and the place where that is described.
    fn text(&self, context: &Context, text: &TextMember, members: &Members) -> Vec<Draft<'a>> {
        let own = context.path.rsplit('/').next().map(without_branches).unwrap_or_default();
        let own = own.rsplit(':').next().unwrap_or_default().to_string();
        let measured = context.prefixed && members.attribute(&self.overrides.rules.sizes.unit).is_some();
        let body = Body::Text(Text { patterns: text.values.clone(), optional: !text.required, many: false, measured });
        let xml = Xml::at(context.steps.clone(), Leaf::Text);
        let mut draft = Draft::new(self.element(context), Naming::Text(own), body, Some(xml));
        draft.attribute.required = text.required && !context.lax && members.children.is_empty();
        if !context.steps.is_empty() {
            return vec![draft];
        }
        // Where the element is an object, the element's description is the object's.
        let place = self.place(format!("{}{TEXT}", context.path), &context.elements, TEXT);
        draft.described_at = Some(place);
        vec![draft]
    }
}
