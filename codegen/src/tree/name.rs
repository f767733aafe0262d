//! The naming pass: what each attribute is called, from the Go provider where that has it, else by rule, and which of the
//! Go provider's attributes is its counterpart. Must not know what attributes hold, or any element.

use crate::go_provider::Counterpart;
use crate::naming::{self, Spelling};
use crate::overrides::{WORD, Words};

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

fn name_rows<'a>(rows: &mut [Draft<'a>], around: &Around<'a>, words: &Words) {
    let mut previous = String::new();
    for row in rows {
        name_row(row, around, &previous, words);
        let inside = match &row.body {
            Body::Spliced(_, prefix) => spliced(row, prefix, around, words),
            _ => Around { counterpart: row.counterpart.or(row.document), prefix: None },
        };
        let own = row.attribute.name.clone();
        if let Some(inner) = row.rows_mut() {
            name_rows(inner, &inside, words);
        }
        let first = attributes(std::slice::from_ref(row)).first().map(|first| first.attribute.name.clone());
        match row.naming {
            Naming::XmlOfPrevious(_) | Naming::MoreOfPrevious => {}
            _ => previous = first.unwrap_or(own),
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

fn name_row<'a>(row: &mut Draft<'a>, around: &Around<'a>, previous: &str, words: &Words) {
    let plural = |name: &str| naming::plural(words, Spelling { name: name.to_string(), words: vec![] });
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
        Naming::XmlOfPrevious(many) => {
            format!("{}_xml", if many { plural(previous).name } else { previous.to_string() })
        }
        Naming::XmlOf(local, many) => {
            let own = naming::snake(words, &local);
            format!("{}_xml", if many { naming::plural(words, own) } else { own }.name)
        }
        Naming::XmlInsteadOf(local) => format!("{}_xml", member(row, &local, false, around, words)),
        Naming::MoreOfPrevious => format!("more_{}", plural(previous).name),
    };
    row.counterpart = match row.naming {
        Naming::MoreOfPrevious | Naming::XmlInsteadOf(_) => None,
        _ => around.counterpart.and_then(|counterpart| counterpart.below.get(&name)),
    };
    row.attribute.name = name;
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
