//! The pass that classifies: each attribute's type, when two values of it are equal, who sets it, what identifies the
//! elements of a list; and which attributes are not needed then. Must not know any element.

use crate::grammar::Grammars;
use crate::overrides::{Class, EXPRESSION, Entry, Overrides, RULE, Rules, size_rule};
use crate::rng::QName;
use crate::scalar::{self, Form, Meaning, Primitive, Scalar};

use super::draft::{Body, Draft, Naming, Needed, Text, attributes};
use super::provenance::{Decision, Origin};
use super::{Kind, Leaf, ListRule, Object, Step};

/// Classifies the attributes of a root. What no rule and no override decides goes to `undecided`.
pub fn classify(rows: &mut Vec<Draft>, grammars: &Grammars, overrides: &Overrides, undecided: &mut Vec<String>) {
    Classifier { grammars, overrides, undecided }.rows(rows);
}

struct Classifier<'c> {
    grammars: &'c Grammars,
    overrides: &'c Overrides,
    undecided: &'c mut Vec<String>,
}

/// The attributes of an object that may hold the unit of a text, by the steps to the element of both.
type Units = Vec<(Vec<Step>, String)>;

impl Classifier<'_> {
    /// The attributes of one object.
    fn rows(&mut self, rows: &mut Vec<Draft>) {
        let units = units(rows, &self.overrides.rules.sizes.unit);
        self.spliced(rows, &units);
    }

    fn spliced(&mut self, rows: &mut Vec<Draft>, units: &Units) {
        let mut narrow = false;
        rows.retain_mut(|row| {
            let needed = match row.needed {
                Needed::Always => true,
                Needed::IfNarrow => narrow,
                Needed::UnlessNarrow => !narrow,
            };
            if needed {
                self.row(row, units);
            }
            if let (Needed::Always, Body::Object(inner) | Body::List(inner)) = (row.needed, &row.body) {
                narrow = is_narrow(inner, &self.overrides.rules);
            }
            needed
        });
    }

    fn row(&mut self, row: &mut Draft, units: &Units) {
        match &mut row.body {
            Body::Nothing => return,
            Body::Spliced(inner, _) => return self.spliced(inner, units),
            Body::Object(inner) | Body::List(inner) | Body::Branch(inner) => self.rows(inner),
            Body::Flag | Body::Xml | Body::Text(_) => {}
        }
        let kind = self.kind(row, units);
        row.attribute.kind = match (kind, row.by_rule) {
            (Kind::Leaf(scalar), false) => Kind::Leaf(self.typed(row, scalar)),
            (Kind::Leaves(scalar), false) => Kind::Leaves(self.typed(row, scalar)),
            (other, _) => other,
        };
        if !row.by_rule {
            set_by(row);
        }
        if let (Kind::List(..), false) = (&row.attribute.kind, row.by_rule) {
            row.attribute.kind = Kind::List(Object::default(), self.list_rule(row));
        }
    }

    /// How the elements of a list are known again. Those behind a first one that has an attribute of its own are known by
    /// their position, as that one is.
    fn list_rule(&mut self, row: &mut Draft) -> ListRule {
        let first = &self.overrides.rules.lists.first_key;
        let skip = usize::from(row.naming == Naming::MoreOfPrevious);
        let Body::List(rows) = &row.body else { return ListRule::default() };
        let has_first = skip == 0 && has_value(rows, first);
        let others = row.decisions.decide(&row.place, "keys", (vec![], UNSAID), |entry| entry.keys.clone());
        if others.iter().flatten().any(|key| key == first) && has_first {
            self.undecided.push(format!("{}: `keys` has '{first}', which is the first key anyway", row.place.path));
        }
        let keys = has_first.then(|| vec![first.clone()]).into_iter().chain(others).collect();
        ListRule { keys, skip }
    }

    /// What an attribute holds; an object's own attributes come with the last pass.
    fn kind(&mut self, row: &mut Draft, units: &Units) -> Kind {
        match &row.body {
            Body::Flag => Kind::Leaf(Scalar::any(Primitive::Bool)),
            Body::Xml | Body::Nothing | Body::Spliced(..) => {
                Kind::Leaf(Scalar { meaning: Meaning::Xml, ..Scalar::any(Primitive::String) })
            }
            Body::Text(text) => {
                let text = text.clone();
                let steps = row.attribute.xml.as_ref().map(|xml| &xml.steps);
                let unit = units.iter().find(|(at, _)| Some(at) == steps).map(|(_, unit)| unit.as_str());
                let scalar = self.text(row, &text, unit);
                if text.many { Kind::Leaves(scalar) } else { Kind::Leaf(scalar) }
            }
            Body::Object(_) => Kind::Object(Object::default()),
            Body::List(_) => Kind::List(Object::default(), ListRule::default()),
            Body::Branch(_) => branch(row),
        }
    }

    fn text(&mut self, row: &mut Draft, text: &Text, unit: Option<&str>) -> Scalar {
        let rules = &self.overrides.rules;
        let (mut scalar, expressions) = scalar::scalar(self.grammars, &text.patterns, rules);
        for expression in expressions.iter().filter(|expression| rules.expressions.contains_key(*expression)) {
            row.decisions.by_override(EXPRESSION, expression);
        }
        if text.optional {
            scalar.or_nothing();
        }
        if let (Primitive::Number, Some(unit)) = (scalar.primitive, unit)
            && let Some(default) = self.default_unit(row, text.measured)
        {
            scalar.meaning = Meaning::Sized(unit.to_string(), default);
        }
        scalar
    }

    /// The unit of a number where the attribute beside it holds none; by rule only where it is the text of an element
    /// that stands in the object around it.
    fn default_unit(&self, row: &mut Draft, measured: bool) -> Option<String> {
        let sizes = &self.overrides.rules.sizes;
        let document = row.place.path.split(['/', '@', '[']).next().unwrap_or_default();
        let by_document = sizes.documents.get(document);
        let by_rule = measured.then(|| by_document.unwrap_or(&sizes.default).clone());
        let origin = match by_document.filter(|_| measured) {
            Some(_) => Origin::Override(size_rule(document).into()),
            None => UNSAID,
        };
        let by_override = |entry: &Entry| entry.default_unit.clone().map(Some);
        let unit = row.decisions.decide(&row.place, "default_unit", (by_rule, origin), by_override);
        if let Some(Decision { what, origin: Origin::Override(path) }) = row.decisions.0.last_mut()
            && **path == *size_rule(document)
        {
            *what = RULE;
        }
        unit
    }

    fn typed(&mut self, row: &mut Draft, scalar: Scalar) -> Scalar {
        let theirs = row.counterpart.and_then(|counterpart| match counterpart.kind.as_str() {
            "string" | "list(string)" => Some(Primitive::String),
            "number" => Some(Primitive::Number),
            "bool" => Some(Primitive::Bool),
            _ => None,
        });
        let by_rule = theirs.map_or((scalar.primitive, Origin::Grammar), |primitive| (primitive, Origin::GoProvider));
        let primitive = row.decisions.decide(&row.place, "type", by_rule, |entry| entry.primitive);
        let by_rule = (scalar.meaning.clone(), Origin::Grammar);
        let meaning = row.decisions.decide(&row.place, "meaning", by_rule, |entry| entry.meaning.clone());
        let words = scalar.forms.iter().any(|form| matches!(form, Form::Words(_)));
        let loses = match primitive {
            Primitive::Number => scalar.primitive == Primitive::String && (scalar.forms.is_empty() || words),
            Primitive::Bool => scalar.primitive != Primitive::Bool && !matches!(meaning, Meaning::Switch(..)),
            Primitive::String => false,
        };
        if loses && scalar.primitive != Primitive::Bool && meaning != Meaning::Number {
            let Scalar { forms, .. } = &scalar;
            self.undecided.push(format!("{}: a {primitive:?} cannot hold {forms:?}", row.place.path));
        }
        let forms = scalar.forms.into_iter().map(|form| self.usual(form)).collect();
        Scalar { primitive, meaning, forms }
    }

    /// The form, marked where libvirt takes other text too.
    fn usual(&self, form: Form) -> Form {
        let known = form.pattern().is_some_and(|pattern| self.overrides.words.usual.contains_key(pattern));
        match form {
            Form::Pattern(text) if known => Form::Usual(text),
            other => other,
        }
    }
}

/// The origin of what holds as long as nobody says otherwise.
const UNSAID: Origin = Origin::Rule("no override says otherwise");

/// Who sets an attribute and what a change means.
fn set_by(row: &mut Draft) {
    let Draft { decisions, place, attribute, counterpart, .. } = row;
    let flags = counterpart.map(|counterpart| counterpart.flags.as_str());
    let by_rule = match flags {
        Some("computed") => (Class::Runtime, Origin::GoProvider),
        Some("optional/computed") => (Class::ServerDefault, Origin::GoProvider),
        _ => (Class::Configured, UNSAID),
    };
    let class = decisions.decide(place, "class", by_rule, |entry| entry.class);
    let required = attribute.required && flags.is_none_or(|flags| flags == "required") && class == Class::Configured;
    let origin = if required == attribute.required { Origin::Grammar } else { Origin::GoProvider };
    attribute.class = class;
    attribute.required = decisions.decide(place, "required", (required, origin), |entry| entry.required);
    attribute.sensitive = decisions.decide(place, "sensitive", (false, UNSAID), |entry| entry.sensitive);
    attribute.replace = decisions.decide(place, "replace", (false, UNSAID), |entry| entry.replace);
    attribute.volatile = decisions.decide(place, "volatile", (false, UNSAID), |entry| entry.volatile);
    let nothing = || (String::new(), UNSAID);
    attribute.reported_with = decisions.decide(place, "reported_with", nothing(), |entry| entry.reported_with.clone());
    attribute.depends = decisions.decide(place, "depends", (Vec::new(), UNSAID), |entry| entry.depends.clone());
    attribute.unit = decisions.decide(place, "unit", nothing(), |entry| entry.unit.clone());
    attribute.parts = decisions.decide(place, "parts", (false, UNSAID), |entry| entry.parts);
}

/// A branch: an object of its rows; its text where there is nothing else; a flag where there is nothing at all.
fn branch(row: &mut Draft) -> Kind {
    let Body::Branch(rows) = &mut row.body else { return Kind::Object(Object::default()) };
    let count = attributes(rows).len();
    if let (1, Some(xml)) = (count, &mut row.attribute.xml)
        && let Some(text) = rows.iter_mut().find(|inner| inner.is_text_at(xml))
    {
        xml.leaf = Leaf::Text;
        text.body = Body::Nothing;
        return text.attribute.kind.clone();
    }
    let empty_object = row.counterpart.is_some_and(|counterpart| counterpart.kind == "nested single");
    if count == 0 && !empty_object {
        return Kind::Leaf(Scalar::any(Primitive::Bool));
    }
    Kind::Object(Object::default())
}

/// Whether an object lacks some of what its own element may hold, since a type is narrower than the grammar.
fn is_narrow(rows: &[Draft], rules: &Rules) -> bool {
    let narrow = |row: &&Draft| matches!(&row.attribute.kind, Kind::Leaf(scalar) if scalar.is_narrow(rules));
    attributes(rows).iter().any(narrow)
}

/// Whether a dotted path of names leads to a value.
fn has_value(rows: &[Draft], path: &str) -> bool {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let mut named = attributes(rows).into_iter().filter(|row| row.attribute.name == name);
    named.any(|row| match (&row.body, &row.attribute.kind, rest) {
        (Body::Object(rows), _, Some(rest)) => has_value(rows, rest),
        (_, Kind::Leaf(_), None) => true,
        _ => false,
    })
}

fn units(rows: &[Draft], unit: &str) -> Units {
    let unit = Leaf::Attribute(QName::plain(unit));
    let found = attributes(rows).into_iter().filter_map(|row| {
        let xml = row.attribute.xml.as_ref().filter(|xml| xml.leaf == unit)?;
        Some((xml.steps.clone(), row.attribute.name.clone()))
    });
    found.collect()
}
