//! The naming pass: what each attribute is called, from the Go provider where that has it, else by rule, and which of the
//! Go provider's attributes is its counterpart. Must not know what attributes hold, or any element.

use crate::go_provider::Counterpart;
use crate::naming::{self, Spelling};
use crate::overrides::{WORD, Words};

mod left_over;

use super::draft::{Body, Draft, Many, Naming, Prefix, attributes};
use super::provenance::{Decision, Origin};

/// The object whose attributes are named.
#[derive(Clone)]
struct Around<'a> {
    /// What the Go provider has of it.
    counterpart: Option<&'a Counterpart>,
    /// What the names begin with.
    prefix: Option<String>,
}

/// Names the attributes of a root; `counterpart` is the Go provider's resource.
pub fn name<'a>(rows: &mut [Draft<'a>], counterpart: Option<&'a Counterpart>, words: &Words) {
    name_rows(rows, &Around { counterpart, prefix: None }, words);
}

/// Names the attributes of an object, and then those of the objects in it.
fn name_rows<'a>(rows: &mut [Draft<'a>], around: &Around<'a>, words: &Words) {
    name_here(rows, around, words);
    left_over::name(rows, around.counterpart);
    name_derived(rows, words);
    name_below(rows, words);
}

/// Names what has a name of its own.
fn name_here<'a>(rows: &mut [Draft<'a>], around: &Around<'a>, words: &Words) {
    for row in rows {
        name_row(row, around, words);
        if let Body::Spliced(_, prefix) = &row.body {
            let inside = spliced(row, prefix, around, words);
            row.rows_mut().into_iter().for_each(|rows| name_here(rows, &inside, words));
        }
    }
}

/// Names what is called after the attribute before it.
fn name_derived(rows: &mut [Draft], words: &Words) {
    let plural = |name: &str| naming::plural(words, Spelling { name: name.to_string(), words: vec![] }).name;
    let mut previous = String::new();
    for row in rows {
        match row.naming {
            Naming::XmlOfPrevious(false) => row.attribute.name = format!("{previous}_xml"),
            Naming::XmlOfPrevious(true) => row.attribute.name = format!("{}_xml", plural(&previous)),
            Naming::MoreOfPrevious => row.attribute.name = format!("more_{}", plural(&previous)),
            _ => {
                if let Body::Spliced(inner, _) = &mut row.body {
                    name_derived(inner, words);
                }
                let first = attributes(std::slice::from_ref(row)).first().map(|first| first.attribute.name.clone());
                previous = first.unwrap_or_default();
            }
        }
    }
}

fn name_below<'a>(rows: &mut [Draft<'a>], words: &Words) {
    for row in rows {
        let inside = Around { counterpart: row.counterpart.or(row.document), prefix: None };
        match &mut row.body {
            Body::Spliced(inner, _) => name_below(inner, words),
            Body::Object(inner) | Body::List(inner) | Body::Branch(inner) => name_rows(inner, &inside, words),
            Body::Nothing | Body::Flag | Body::Xml | Body::Text(_) => {}
        }
    }
}

/// What is around attributes that are spliced in.
fn spliced<'a>(row: &Draft, prefix: &Prefix, around: &Around<'a>, words: &Words) -> Around<'a> {
    let prefix = match prefix {
        Prefix::Same => around.prefix.clone(),
        Prefix::None => None,
        Prefix::Own => Some(row.attribute.name.clone()),
        Prefix::Value(value) => Some(naming::snake(words, value).name),
    };
    Around { prefix, ..around.clone() }
}

fn name_row<'a>(row: &mut Draft<'a>, around: &Around<'a>, words: &Words) {
    let name = match row.naming.clone() {
        Naming::Member(local, many) => member(row, &local, many, around, words),
        Naming::Text(element) => {
            let candidates = [element, "value".to_string()];
            let own = around.counterpart.and_then(|counterpart| counterpart.find(&candidates));
            let by_rule = match (&around.prefix, own) {
                (Some(prefix), _) => (prefix.clone(), RULE),
                (None, Some((own, _))) => (own.to_string(), Origin::GoProvider),
                (None, None) => ("value".to_string(), RULE),
            };
            row.decisions.decide(&row.place, "text", by_rule, |entry| entry.text.clone())
        }
        Naming::Branch(values, given) => branch(row, &values, given, around, words),
        Naming::Fixed(name) => name,
        Naming::XmlOfPrevious(_) | Naming::MoreOfPrevious => return,
        Naming::XmlOf(local, many) => {
            let own = naming::snake(words, &local);
            format!("{}_xml", if many { naming::plural(words, own) } else { own }.name)
        }
        Naming::XmlInsteadOf(local) => format!("{}_xml", member(row, &local, false, around, words)),
    };
    row.counterpart = match row.naming {
        Naming::XmlInsteadOf(_) => None,
        _ => around.counterpart.and_then(|counterpart| counterpart.below.get(&name)),
    };
    row.attribute.name = name;
    if row.counterpart.is_none() {
        expect_counterpart(row);
    }
}

/// A name under `[names]` decides nothing where the Go provider has no such name: that it has none anywhere is found by the
/// entry's not being used.
fn expect_counterpart(row: &mut Draft) {
    let theirs = row.place.find(|entry| entry.name.as_ref().map(|_| entry.go_provider));
    if theirs.is_some_and(|(_, theirs)| theirs) {
        let named = row.decisions.0.iter_mut().filter(|decision| decision.what == "name");
        named.for_each(|decision| decision.origin = Origin::Rule("the Go provider's name of this element elsewhere"));
    }
}

/// The origin of a name that nobody but the rules chose.
const RULE: Origin = Origin::Rule("spelling");

/// The name of an attribute or element: the Go provider's where the letters are the same.
fn member<'a>(row: &mut Draft<'a>, local: &str, many: Many, around: &Around<'a>, words: &Words) -> String {
    let prefixed = |name: &str| match &around.prefix {
        Some(prefix) => format!("{prefix}_{name}"),
        None => name.to_string(),
    };
    let namespace = namespace(&row.place.path);
    let single = naming::snake(words, local);
    let spelling = if many { naming::plural(words, single.clone()) } else { single.clone() };
    let by_rule = prefixed(&format!("{namespace}{}", spelling.name));
    let mut candidates = vec![by_rule.clone()];
    if many {
        let others = [format!("{local}s"), local.to_string(), single.name];
        candidates.extend(others.map(|name| prefixed(&format!("{namespace}{name}"))));
    } else {
        candidates.push(prefixed(&format!("{namespace}{local}")));
    }
    let own =
        around.counterpart.and_then(|counterpart| counterpart.find(&candidates)).map(|(name, _)| name.to_string());
    let by_rule = own.map_or((by_rule, RULE), |own| (own, Origin::GoProvider));
    let name = row.decisions.decide(&row.place, "name", by_rule, |entry| entry.name.clone());
    note_words(row, spelling);
    name
}

/// An element of a foreign namespace at the top of its kind is known by its prefix.
fn namespace(path: &str) -> String {
    match path.rsplit(['/', '@']).next().and_then(|last| last.split_once(':')) {
        Some((prefix, _)) if !path.trim_end_matches(|c| c != '/').contains(':') => format!("{prefix}_"),
        _ => String::new(),
    }
}

/// The name of a branch: the rule's, the Go provider's with the letters of the values, or the values.
fn branch(row: &mut Draft, values: &[String], given: Option<String>, around: &Around, words: &Words) -> String {
    if let Some(given) = given {
        return given;
    }
    let letters = [values.concat(), values.last().cloned().unwrap_or_default()];
    let spelling = naming::snake(words, &values.join(" "));
    let own = around.counterpart.and_then(|counterpart| counterpart.find(&letters)).map(|(name, _)| name.to_string());
    let (name, origin) = own.map_or((spelling.name.clone(), RULE), |own| (own, Origin::GoProvider));
    row.decisions.0.push(Decision { what: "name", origin });
    note_words(row, spelling);
    name
}

/// Notes the words of the list that occur in a name, also where the Go provider spells it likewise: they are the
/// vocabulary for what it does not have.
fn note_words(row: &mut Draft, spelling: Spelling) {
    spelling.words.iter().for_each(|word| row.decisions.by_override(WORD, word));
}
