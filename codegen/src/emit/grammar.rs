//! The arena of all grammars as static tables, one line per pattern, for the check of whole documents at run time. Knows
//! RELAX NG and the runtime's names for it; must not know any element.

use std::fmt::Write;

use super::Artifact;
use crate::grammar::{Grammars, Node, PatternId};
use crate::rng::{Data, NameClass, Pattern};
use crate::scalar::rust_regex;

/// What a grammar says that the runtime's tables cannot.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// A datatype that the runtime does not know.
    #[error("unknown datatype '{0}'")]
    Datatype(String),
    /// A facet that the runtime does not know, or whose value is none.
    #[error("unknown facet {0} = '{1}'")]
    Facet(String, String),
    /// A pattern facet that is no regular expression in Rust either.
    #[error("{0}")]
    Regex(#[from] regex::Error),
    /// An `except` of anything but words.
    #[error("an except of datatype '{0}' that is more than words")]
    Except(String),
}

/// The tables of all grammars: `generated/src/grammar.rs`.
pub fn artifact(grammars: &Grammars) -> Result<Artifact, TableError> {
    let mut tables = Tables::default();
    let mut patterns = Vec::new();
    for node in &grammars.patterns {
        patterns.push(tables.pattern(node)?);
    }
    let elements: Vec<String> = grammars
        .elements
        .iter()
        .map(|element| format!("Element {{ name: {}, content: {} }}", name(&element.name), element.content.0))
        .collect();
    let roots: Vec<String> = grammars.roots.iter().map(|(kind, start)| format!("({kind:?}, {})", start.0)).collect();

    let mut text = String::from(HEAD);
    array(&mut text, "PATTERNS", "P", &patterns);
    array(&mut text, "ELEMENTS", "Element", &elements);
    array(&mut text, "ROOTS", "(&str, PatternId)", &roots);
    array(&mut text, "DATA", "datatype::Data", &tables.data);
    array(&mut text, "EXPRESSIONS", "Expression", &tables.expressions);
    Ok(Artifact { path: "generated/src/grammar.rs".to_string(), text })
}

const HEAD: &str = "\
//! The grammars of all kinds of documents as tables. Written by `cargo codegen generate`; not for editing.

use provider_core::grammar::datatype;
use provider_core::grammar::{Element, Grammar, NameClass, Pattern as P, PatternId};
use provider_core::shape::Pattern as Expression;

/// The grammars of all kinds of documents.
pub static GRAMMAR: Grammar = Grammar { patterns: &PATTERNS, elements: &ELEMENTS, roots: &ROOTS };
";

/// A static array with one entry per line; the line's position is what other lines call it.
fn array(text: &mut String, name: &str, of: &str, entries: &[String]) {
    let _ = writeln!(text, "\n#[rustfmt::skip]\nstatic {name}: [{of}; {}] = [", entries.len());
    for (position, entry) in entries.iter().enumerate() {
        let _ = writeln!(text, "    /* {position} */ {entry},");
    }
    text.push_str("];\n");
}

fn name(class: &NameClass) -> String {
    match class {
        NameClass::Any => "NameClass::Any".to_string(),
        NameClass::Name(name) if name.namespace.is_empty() => format!("NameClass::local({:?})", name.local),
        NameClass::Name(name) => format!("NameClass::of({:?}, {:?})", name.namespace, name.local),
    }
}

fn list(ids: &[PatternId]) -> String {
    let ids: Vec<String> = ids.iter().map(|id| id.0.to_string()).collect();
    format!("&[{}]", ids.join(", "))
}

/// The tables that patterns refer to; what stands in one already is not repeated.
#[derive(Default)]
struct Tables {
    data: Vec<String>,
    expressions: Vec<String>,
}

impl Tables {
    fn pattern(&mut self, node: &Node) -> Result<String, TableError> {
        Ok(match node {
            Node::Empty => "P::Empty".to_string(),
            Node::NotAllowed => "P::NotAllowed".to_string(),
            Node::Text => "P::Text".to_string(),
            Node::Value(value) => format!("P::Value({value:?})"),
            Node::Data(data) => {
                let data = self.data(data)?;
                format!("P::Data(&DATA[{}])", position(&mut self.data, data))
            }
            Node::Attribute(class, value) => format!("P::Attribute({}, {})", name(class), value.0),
            Node::Element(element) => format!("P::Element({})", element.0),
            Node::Choice(parts) => format!("P::Choice({})", list(parts)),
            Node::Group(parts) => format!("P::Group({})", list(parts)),
            Node::Interleave(parts) => format!("P::Interleave({})", list(parts)),
            Node::OneOrMore(part) => format!("P::OneOrMore({})", part.0),
        })
    }

    fn data(&mut self, data: &Data) -> Result<String, TableError> {
        let datatype = datatype(&data.datatype)?;
        let facets: Result<Vec<String>, TableError> = data.params.iter().map(|(n, v)| self.facet(n, v)).collect();
        let facets = facets?.join(", ");
        let mut except = Vec::new();
        match data.except.as_deref().map(|pattern| words(pattern, &mut except)) {
            Some(false) => Err(TableError::Except(data.datatype.clone())),
            _ => Ok(format!(
                "datatype::Data {{ datatype: datatype::Datatype::{datatype}, facets: &[{facets}], except: &{except:?} }}"
            )),
        }
    }

    fn facet(&mut self, name: &str, value: &str) -> Result<String, TableError> {
        let unknown = || TableError::Facet(name.to_string(), value.to_string());
        let number = value.trim();
        match name {
            "pattern" => {
                let regex = rust_regex(value);
                regex::Regex::new(&regex)?;
                let expression = format!("Expression::new({regex:?})");
                Ok(format!("datatype::Facet::Pattern(&EXPRESSIONS[{}])", position(&mut self.expressions, expression)))
            }
            "minInclusive" if number.parse::<f64>().is_ok() => Ok(format!("datatype::Facet::MinInclusive({number:?})")),
            "maxInclusive" if number.parse::<f64>().is_ok() => Ok(format!("datatype::Facet::MaxInclusive({number:?})")),
            "maxLength" => number
                .parse::<usize>()
                .map(|length| format!("datatype::Facet::MaxLength({length})"))
                .map_err(|_| unknown()),
            _ => Err(unknown()),
        }
    }
}

/// The runtime's name for a datatype of XML Schema.
fn datatype(name: &str) -> Result<&'static str, TableError> {
    Ok(match name {
        "string" => "String",
        "token" => "Token",
        "unsignedLong" => "UNSIGNED_LONG",
        "unsignedInt" => "UNSIGNED_INT",
        "unsignedShort" => "UNSIGNED_SHORT",
        "long" => "LONG",
        "int" => "INT",
        "short" => "SHORT",
        "positiveInteger" => "POSITIVE_INTEGER",
        "nonNegativeInteger" => "NON_NEGATIVE_INTEGER",
        "integer" => "INTEGER",
        "double" => "Double",
        "dateTime" => "DateTime",
        "NCName" => "NcName",
        "anyURI" => "AnyUri",
        other => return Err(TableError::Datatype(other.to_string())),
    })
}

/// Collects the words of a pattern; `false` where it is more than words.
fn words(pattern: &Pattern, found: &mut Vec<String>) -> bool {
    match pattern {
        Pattern::Value(word) => {
            found.push(word.clone());
            true
        }
        Pattern::Choice(items) => items.iter().all(|item| words(item, found)),
        _ => false,
    }
}

fn position(table: &mut Vec<String>, entry: String) -> usize {
    table.iter().position(|known| *known == entry).unwrap_or_else(|| {
        table.push(entry);
        table.len() - 1
    })
}
