//! A child element as drafts: one value, an object, a list, or members of the object around it. Must not know any
//! element.

use std::rc::Rc;

use crate::grammar::PatternId;
use crate::members::{self, ChildMember, Members};
use crate::overrides::Flattening;

use super::super::draft::{Body, Draft, Many, Naming, Needed, Prefix, Text, attributes};
use super::super::lookup::{GrammarPlace, without_branches};
use super::super::provenance::{Decisions, Origin};
use super::super::{Leaf, Xml};
use super::Gatherer;
use super::context::{Context, step_to};

/// How a child becomes attributes: what [`Flattening`] asks for, and what only a rule decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChildForm {
    Presence,
    Value,
    Flat,
    Inline,
    Object,
    Raw,
}

impl<'a> Gatherer<'a, '_> {
    pub(super) fn child(&mut self, context: &Context, child: &ChildMember) -> Vec<Draft<'a>> {
        let path = format!("{}/{}", context.path, child.name.prefixed());
        let place = self.place(path, &Rc::new(child.elements.clone()), "");
        let mut decisions = Decisions::default();
        if decisions.says(&place, "drop", |entry| entry.drop) {
            return vec![Draft::nothing(place, decisions)];
        }
        let mut rows = if self.recursion_ends(&place, context, &mut decisions) {
            let naming = Naming::XmlInsteadOf(child.name.local.clone());
            vec![as_xml(context, child, &place, naming, ": in itself it has no attributes of its own.")]
        } else if child.many && decisions.says(&place, "first", |entry| entry.first) {
            let mut first = self.one_child(context, &ChildMember { many: false, ..child.clone() }, &place);
            if !context.verbatim && !attributes(&first).is_empty() {
                first.push(verbatim(context, child, &place, Naming::XmlOfPrevious(false)));
            }
            first
        } else {
            let many = decisions.decide(&place, "many", (child.many, Origin::Grammar), |entry| entry.many);
            let mut rows = self.one_child(context, &ChildMember { many, ..child.clone() }, &place);
            if child.many && !many {
                rows.extend(self.more(context, child, &place, &rows));
            }
            rows
        };
        if let Some(first) = rows.first_mut() {
            decisions.0.append(&mut first.decisions.0);
            first.decisions = decisions;
        }
        rows.iter_mut().filter(|row| row.added.is_none()).for_each(|row| row.added = child.added.clone());
        rows
    }

    /// Whether the element is one of those around it, without end, and so ends here. That must have been decided by
    /// someone. One that stands in two elements of which one holds the other is no recursion.
    fn recursion_ends(&mut self, place: &GrammarPlace, context: &Context, decisions: &mut Decisions) -> bool {
        let mut known = context.around.iter().flat_map(|around| around.intersection(&place.elements));
        let again = known.any(|element| members::is_in_itself(self.grammars, *element));
        if again && !decisions.says(place, "cut", |entry| entry.cut) {
            self.undecided.push(format!("{}: recursion without a cut", place.path));
        }
        again
    }

    /// The list for those behind the first, where an attribute of its own holds the first.
    fn more(
        &mut self,
        context: &Context,
        child: &ChildMember,
        place: &GrammarPlace<'a>,
        first: &[Draft<'a>],
    ) -> Vec<Draft<'a>> {
        // One that is there as XML in any case needs no list.
        if attributes(first).iter().filter(|row| row.needed == Needed::Always).count() != 1 {
            return vec![];
        }
        let child = ChildMember { required: false, ..child.clone() };
        let mut list = self.one_child(context, &child, place).into_iter().find(|row| row.needed == Needed::Always);
        if let Some(list) = &mut list {
            list.naming = Naming::MoreOfPrevious;
            let narrow = first.iter().any(|row| row.needed == Needed::IfNarrow);
            list.needed = if narrow { Needed::UnlessNarrow } else { Needed::Always };
            // Only a list of objects can leave the first element out.
            if let Body::Text(text) = &list.body {
                let body = Body::Text(Text { many: false, ..text.clone() });
                let xml = Some(Xml::at(vec![], Leaf::Text));
                let value = Draft::new(place.clone(), Naming::Fixed("value".to_string()), body, xml);
                list.body = Body::List(vec![value]);
                list.attribute.xml = Some(Xml { anchored: true, ..context.element(&child, Leaf::Element) });
            }
        }
        list.into_iter().collect()
    }

    fn one_child(&mut self, context: &Context, child: &ChildMember, place: &GrammarPlace<'a>) -> Vec<Draft<'a>> {
        let pattern = members::content(self.grammars, &child.elements);
        let members = members::gather(self.grammars, pattern);
        let mut decisions = Decisions::default();
        let form = form(place, &members, child.many, &mut decisions);
        let naming = Naming::Member(child.name.local.clone(), child.many);
        let mut rows = match form {
            ChildForm::Flat | ChildForm::Inline => {
                vec![self.flattened(context, child, place, pattern, form == ChildForm::Flat)]
            }
            ChildForm::Presence => {
                let xml = context.element(child, Leaf::Element);
                vec![Draft::new(place.clone(), naming, Body::Flag, Some(xml))]
            }
            ChildForm::Value => {
                let text = members.text.as_ref();
                let patterns = text.map(|text| text.values.clone()).unwrap_or_default();
                let optional = text.is_some_and(|text| !text.required);
                let body = Body::Text(Text { patterns, optional, many: child.many, measured: false });
                let mut draft = Draft::new(place.clone(), naming, body, Some(context.element(child, Leaf::Text)));
                draft.attribute.required = child.required && !context.lax;
                vec![draft]
            }
            ChildForm::Raw | ChildForm::Object => {
                let raw = form == ChildForm::Raw;
                self.nested(context, child, place, (!raw).then_some(pattern), &mut decisions)
            }
        };
        if let Some(first) = rows.first_mut() {
            first.decisions = decisions;
        }
        rows
    }

    /// An element that is an object of its own, or a list of them: of its members, or of raw XML without a pattern.
    fn nested(
        &mut self,
        context: &Context,
        child: &ChildMember,
        place: &GrammarPlace<'a>,
        pattern: Option<PatternId>,
        decisions: &mut Decisions,
    ) -> Vec<Draft<'a>> {
        let whole = decisions.says(place, "verbatim", |entry| entry.verbatim);
        let covered = context.verbatim || whole;
        let inner = context.inner(place, step_to(child));
        let mut inner = Context { steps: vec![], prefixed: false, lax: false, verbatim: covered, ..inner };
        let document = self.document(child);
        if let Some(document) = &document {
            self.embedded.insert(without_branches(&place.path), document.element.clone());
            inner.path = document.element.clone();
        }
        let rows = match pattern {
            None => vec![raw(place)],
            Some(pattern) => self.object(&inner, pattern, &|_| true),
        };
        let body = if child.many { Body::List(rows) } else { Body::Object(rows) };
        let xml = Xml { anchored: true, ..context.element(child, Leaf::Element) };
        let naming = Naming::Member(child.name.local.clone(), child.many);
        let mut draft = Draft::new(place.clone(), naming, body, Some(xml));
        draft.attribute.required = child.required && !context.lax;
        draft.document = document.map(|document| document.counterpart);
        let mut rows = vec![draft];
        if whole || !covered {
            let needed = if whole { Needed::Always } else { Needed::IfNarrow };
            let verbatim = verbatim(context, child, place, Naming::XmlOfPrevious(false));
            rows.push(Draft { needed, ..verbatim });
        }
        rows
    }

    /// The root whose documents may stand here: inside them everything is as it is in such a document alone.
    fn document(&self, child: &ChildMember) -> Option<super::Document<'a>> {
        let contents: Vec<PatternId> = child.elements.iter().map(|id| self.grammars.element(*id).content).collect();
        self.documents.iter().find(|root| contents.contains(&root.content)).cloned()
    }

    /// An element whose members stand in the object around it.
    fn flattened(
        &mut self,
        context: &Context,
        child: &ChildMember,
        place: &GrammarPlace<'a>,
        pattern: PatternId,
        named: bool,
    ) -> Draft<'a> {
        let inner = context.inner(place, step_to(child));
        let inner = Context { prefixed: named || context.prefixed, lax: !child.required || context.lax, ..inner };
        let rows = self.object(&inner, pattern, &|_| true);
        let prefix = if named { Prefix::Own } else { Prefix::Same };
        let naming = if named { Naming::Member(child.name.local.clone(), false) } else { Naming::Fixed(String::new()) };
        Draft::new(place.clone(), naming, Body::Spliced(rows, prefix), None)
    }
}

fn form(place: &GrammarPlace, members: &Members, many: Many, decisions: &mut Decisions) -> ChildForm {
    let only_text = members.attributes.is_empty() && members.children.is_empty();
    let by_rule = match &members.text {
        _ if members.any => return ChildForm::Raw,
        None if members.is_empty() && !many => ChildForm::Presence,
        Some(_) if only_text => ChildForm::Value,
        Some(_) if members.children.is_empty() && !many => ChildForm::Flat,
        _ => ChildForm::Object,
    };
    decisions.decide(place, "form", (by_rule, Origin::Grammar), |entry| {
        Some(match entry.form? {
            Flattening::Object => ChildForm::Object,
            Flattening::Flat => ChildForm::Flat,
            Flattening::Inline => ChildForm::Inline,
            Flattening::Leaf => ChildForm::Value,
        })
    })
}

/// The elements of a place as XML, for what the attributes beside it cannot hold.
pub(super) fn verbatim<'a>(
    context: &Context,
    child: &ChildMember,
    place: &GrammarPlace<'a>,
    naming: Naming,
) -> Draft<'a> {
    let when = ", where the other attributes cannot hold it. Those then say only which kind it is.";
    as_xml(context, child, place, naming, when)
}

/// The elements of a place as XML; `when` says when it is there.
fn as_xml<'a>(
    context: &Context,
    child: &ChildMember,
    place: &GrammarPlace<'a>,
    naming: Naming,
    when: &str,
) -> Draft<'a> {
    let doc = format!("`<{}>` as XML{when}", child.name.local);
    Draft::by_rule(place.clone(), naming, Body::Xml, context.element(child, Leaf::Verbatim), doc)
}

/// The one attribute of an element whose content is anything.
fn raw<'a>(place: &GrammarPlace<'a>) -> Draft<'a> {
    let doc = "The content as XML. Compared in canonical form, so white space between elements does not matter.";
    let naming = Naming::Fixed("xml".to_string());
    Draft::by_rule(place.clone(), naming, Body::Xml, Xml::at(vec![], Leaf::Raw), doc.to_string())
}
