//! The arena of all grammars as static tables, one line per pattern, for the check of whole documents at run time.
//! Knows RELAX NG and the runtime's names for it; must not know any element.

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
    /// A pattern that only an override adds: documents are checked against libvirt's own grammar.
    #[error("the override at {0} adds to the grammar that documents are checked against")]
    Added(String),
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
            Node::Added(_, by) => return Err(TableError::Added(by.to_string())),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::parse::parse;
    use crate::rng::{Definitions, Grammar, RngError};

    /// The tables of a grammar that starts with the given patterns.
    fn tables(start: &str) -> Result<String, TableError> {
        let text = format!(
            "<grammar xmlns='http://relaxng.org/ns/structure/1.0'><start><element name='a'>{start}</element></start></grammar>"
        );
        let mut no_nesting = |_| Ok::<_, RngError>((Pattern::NotAllowed, Definitions::new()));
        let start = parse("a.rng", &text, &mut no_nesting).unwrap().starts.remove(0);
        let grammar = Grammar { start, defines: Definitions::new() };
        artifact(&Grammars::new([("a", &grammar)])).map(|artifact| artifact.text)
    }

    fn lines(start: &str) -> Vec<String> {
        let text = tables(start).unwrap();
        text.lines().filter(|line| line.starts_with("    ")).map(|line| line.trim().to_string()).collect()
    }

    #[test]
    fn one_line_per_pattern() {
        let found = lines("<optional><attribute name='b' ns='urn:x'/></optional><value>c</value>");
        let expected = [
            "/* 0 */ P::Text,",
            "/* 1 */ P::Attribute(NameClass::of(\"urn:x\", \"b\"), 0),",
            "/* 2 */ P::Empty,",
            "/* 3 */ P::Choice(&[1, 2]),",
            "/* 4 */ P::Value(\"c\"),",
            "/* 5 */ P::Group(&[3, 4]),",
            "/* 6 */ P::Element(0),",
            "/* 0 */ Element { name: NameClass::local(\"a\"), content: 5 },",
            "/* 0 */ (\"a\", 6),",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn datatypes_and_expressions_stand_once() {
        let data =
            "<data type='string'><param name='pattern'>^a.[b.\\s]</param><except><value>c</value></except></data>";
        let found =
            lines(&format!("<attribute name='b'>{data}</attribute><attribute name='c'>{data}</attribute>")).join("\n");
        assert!(found.contains(
            "/* 0 */ datatype::Data { datatype: datatype::Datatype::String, \
             facets: &[datatype::Facet::Pattern(&EXPRESSIONS[0])], except: &[\"c\"] },"
        ));
        assert_eq!(found.matches("Expression::new").count(), 1, "{found}");
        assert_eq!(found.matches("datatype::Data {").count(), 1, "{found}");
    }

    #[test]
    fn what_the_runtime_does_not_know_is_an_error() {
        assert!(matches!(tables("<data type='duration'/>"), Err(TableError::Datatype(name)) if name == "duration"));
        let facet = tables("<data type='int'><param name='totalDigits'>2</param></data>");
        assert!(matches!(facet, Err(TableError::Facet(name, _)) if name == "totalDigits"));
        let bound = tables("<data type='int'><param name='minInclusive'>x</param></data>");
        assert!(matches!(bound, Err(TableError::Facet(_, value)) if value == "x"));
        let regex = tables("<data type='string'><param name='pattern'>(</param></data>");
        assert!(matches!(regex, Err(TableError::Regex(_))));
        let except = tables("<data type='string'><except><data type='int'/></except></data>");
        assert!(matches!(except, Err(TableError::Except(_))));
    }
}
