//! Whether rows fit the tree they are for: places, types, references. Must not know any element.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::{Condition, Defaults, DefaultsError, Row};
use crate::emit::surface::type_name;
use crate::overrides::closest;
use crate::scalar::Primitive;
use crate::tree::{Attribute, Kind, Object, Tree};

/// The condition that is about no place in the document.
const DRIVER: &str = "@driver";

/// What is wrong with the rows, a file after the other.
pub fn verify(defaults: &Defaults, trees: &[Tree]) -> Vec<DefaultsError> {
    let mut wrong = Vec::new();
    for (kind, rows) in defaults {
        let error = |row: &Row, problem| DefaultsError { file: format!("{kind}.tsv"), line: row.line, problem };
        let tree = trees.iter().find(|tree| tree.kind == *kind);
        let Some(tree) = tree.filter(|tree| tree.resource.is_some()) else {
            let problem = "there is no such resource".to_string();
            wrong.push(DefaultsError { file: format!("{kind}.tsv"), line: 1, problem });
            continue;
        };
        let known: BTreeSet<String> = tree.placed().into_iter().map(|placed| placed.place.terraform).collect();
        let checks = Checks { root: &tree.object, known: &known };
        wrong.extend(rows.iter().filter_map(|row| Some(error(row, checks.row(row).err()?))));
        let mut seen = BTreeSet::new();
        for row in rows {
            if !seen.insert((&row.path, row.value.to_string(), &row.when)) {
                wrong.push(error(row, "this row stands there twice".to_string()));
            }
        }
    }
    wrong
}

struct Checks<'a> {
    root: &'a Object,
    known: &'a BTreeSet<String>,
}

/// What a path leads to.
#[derive(Clone, Copy)]
struct Target<'a> {
    attribute: &'a Attribute,
    /// Whether it is an element of the list.
    element: bool,
    /// The innermost element of a list that it is in, which may be itself.
    innermost: Option<&'a Object>,
    /// The object that has this list.
    above: Option<&'a Object>,
}

impl Checks<'_> {
    fn row(&self, row: &Row) -> Result<(), String> {
        let target = self.target(self.root, (None, None), &row.path).ok_or_else(|| self.no_place(&row.path))?;
        let Target { attribute, element, .. } = target;
        if attribute.required && !element {
            return Err(format!("{} must be set, so it has no default", row.path));
        }
        if attribute.sensitive || attribute.xml.is_none() {
            return Err(format!("{} is a secret, or libvirt does not have it", row.path));
        }
        match (&attribute.kind, element) {
            (Kind::List(object, _), true) => self.object(object, &row.value, target)?,
            (Kind::List(..), false) => return Err(format!("{0} is a list of objects; {0}[] is an element", row.path)),
            (kind, _) => self.value(kind, &row.value, target)?,
        }
        row.when.iter().try_for_each(|condition| self.condition(condition, target))
    }

    /// A value of an attribute's kind.
    fn value(&self, kind: &Kind, json: &Json, from: Target) -> Result<(), String> {
        if let Some(path) = json.as_str().and_then(|text| text.strip_prefix('=')) {
            return self.reference(kind, path, from);
        }
        let fits = |primitive: Primitive, json: &Json| match primitive {
            Primitive::Bool => json.is_boolean(),
            Primitive::Number => json.is_number(),
            Primitive::String => json.is_string(),
        };
        let fit = match (kind, json) {
            (Kind::Leaf(scalar), json) => fits(scalar.primitive, json),
            (Kind::Leaves(scalar) | Kind::Set(scalar), Json::Array(items)) => {
                items.iter().all(|item| fits(scalar.primitive, item))
            }
            (Kind::Object(object), json) => return self.object(object, json, from),
            (Kind::List(object, _), Json::Array(items)) => {
                return items.iter().try_for_each(|item| self.object(object, item, from));
            }
            _ => false,
        };
        if fit { Ok(()) } else { Err(format!("{json} is no {}", type_name(kind))) }
    }

    fn object(&self, object: &Object, json: &Json, from: Target) -> Result<(), String> {
        let Json::Object(members) = json else { return Err(format!("{json} is no object")) };
        members.iter().try_for_each(|(name, json)| {
            let attribute = object.attributes.iter().find(|attribute| attribute.name == *name).ok_or_else(|| {
                let near = closest(name, object.attributes.iter().map(|attribute| attribute.name.as_str()), 1);
                format!("the value has no attribute '{name}'; nearest: {}", near.join(", "))
            })?;
            self.value(&attribute.kind, json, from)
        })
    }

    fn reference(&self, kind: &Kind, path: &str, from: Target) -> Result<(), String> {
        if path == "*" {
            return Ok(());
        }
        let target = self.from(path, from).ok_or_else(|| self.no_place(path))?;
        match (type_name(kind), type_name(&target.attribute.kind)) {
            (wanted, found) if wanted == found => Ok(()),
            (wanted, found) => Err(format!("={path} is a {found}, not a {wanted}")),
        }
    }

    fn condition(&self, condition: &Condition, from: Target) -> Result<(), String> {
        if condition.path == DRIVER {
            return Ok(());
        }
        self.from(&condition.path, from).map(|_| ()).ok_or_else(|| self.no_place(&condition.path))
    }

    /// What a path in a row leads to.
    fn from<'t>(&'t self, path: &str, from: Target<'t>) -> Option<Target<'t>> {
        let around = (from.innermost, from.above);
        match path.strip_prefix('.') {
            Some(path) => match path.strip_prefix('.') {
                Some(path) => self.target(from.above?, around, path),
                None => self.target(from.innermost?, around, path),
            },
            None => self.target(self.root, (None, None), path),
        }
    }

    fn target<'t>(
        &self,
        object: &'t Object,
        (innermost, above): (Option<&'t Object>, Option<&'t Object>),
        path: &str,
    ) -> Option<Target<'t>> {
        let (step, rest) = path.split_once('.').map_or((path, None), |(step, rest)| (step, Some(rest)));
        let (name, index) = step.split_once('[').map_or((step, None), |(name, index)| (name, Some(index)));
        let attribute = object.attributes.iter().find(|attribute| attribute.name == name)?;
        let is_list = matches!(attribute.kind, Kind::List(..));
        if index.is_some() && !(is_list && index.is_some_and(|index| index.ends_with(']'))) {
            return None;
        }
        let element = attribute.kind.object().filter(|_| index.is_some());
        let (innermost, above) = if element.is_some() { (element, Some(object)) } else { (innermost, above) };
        match rest {
            None => Some(Target { attribute, element: element.is_some(), innermost, above }),
            Some(_) if is_list && index.is_none() => None,
            Some(rest) => self.target(attribute.kind.object()?, (innermost, above), rest),
        }
    }

    fn no_place(&self, path: &str) -> String {
        let near = closest(path, self.known.iter().map(String::as_str), 1);
        format!("there is no '{path}'; nearest: {}", near.join(", "))
    }
}
