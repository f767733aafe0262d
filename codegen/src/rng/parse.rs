//! One RELAX NG file into patterns: faithful and total, an unknown construct is an error. Does not follow includes.

use roxmltree::{Document, Node};

use super::RngError;
use super::pattern::{Data, Definitions, NameClass, NestedGrammar, Pattern, QName};

const RNG: &str = "http://relaxng.org/ns/structure/1.0";

/// What one `<grammar>` says, before includes are followed.
#[derive(Debug, Default)]
pub struct Parsed {
    /// The starts; several are alternatives.
    pub starts: Vec<Pattern>,
    /// The defines; several of one name are alternatives (`combine="choice"`).
    pub defines: Vec<(String, Pattern)>,
    /// Files to include, by their relative names.
    pub includes: Vec<String>,
}

/// Reads nested grammars: called with what the inner `<grammar>` says.
pub type Resolve<'a> = &'a mut dyn FnMut(Parsed) -> Result<(Pattern, Definitions), RngError>;

/// Parses the text of `file` (the name is for messages only).
pub fn parse(file: &str, text: &str, resolve: Resolve) -> Result<Parsed, RngError> {
    let document = Document::parse(text).map_err(|source| RngError::Xml { file: file.to_string(), source })?;
    Parser { file, document: &document, resolve }.grammar(document.root_element(), "")
}

struct Parser<'a, 'input> {
    file: &'a str,
    document: &'a Document<'input>,
    resolve: Resolve<'a>,
}

impl Parser<'_, '_> {
    fn unknown(&self, node: Node, what: impl Into<String>) -> RngError {
        let line = self.document.text_pos_at(node.range().start).row;
        RngError::Unknown { file: self.file.to_string(), line, what: what.into() }
    }

    fn attribute(&self, node: Node, name: &str) -> Result<String, RngError> {
        let value = node.attribute(name);
        value
            .map(|value| value.trim().to_string())
            .ok_or_else(|| self.unknown(node, format!("<{}> without '{name}'", node.tag_name().name())))
    }

    fn grammar(&mut self, node: Node, namespace: &str) -> Result<Parsed, RngError> {
        let mut parsed = Parsed::default();
        for child in elements(node) {
            match child.tag_name().name() {
                "start" => {
                    let start = self.group(child, namespace)?;
                    parsed.starts.push(start);
                }
                "define" => {
                    let pattern = self.group(child, namespace)?;
                    parsed.defines.push((self.attribute(child, "name")?, pattern));
                }
                "include" if elements(child).next().is_none() => parsed.includes.push(self.attribute(child, "href")?),
                other => return Err(self.unknown(child, format!("<{other}> in a grammar"))),
            }
        }
        Ok(parsed)
    }

    /// The children of `node` as one pattern: RELAX NG reads several as a group.
    fn group(&mut self, node: Node, namespace: &str) -> Result<Pattern, RngError> {
        let mut items = self.patterns(node, namespace)?;
        Ok(if items.len() == 1 { items.remove(0) } else { Pattern::Group(items) })
    }

    fn patterns(&mut self, node: Node, namespace: &str) -> Result<Vec<Pattern>, RngError> {
        elements(node).map(|child| self.pattern(child, namespace)).collect()
    }

    fn pattern(&mut self, node: Node, inherited: &str) -> Result<Pattern, RngError> {
        let namespace = node.attribute("ns").unwrap_or(inherited);
        Ok(match node.tag_name().name() {
            "element" => {
                let (name, content) = self.named(node, namespace, namespace)?;
                Pattern::Element(name, Box::new(content))
            }
            "attribute" => {
                // An attribute takes no namespace from its surroundings, only from an `ns` of its own.
                let own = node.attribute("ns").unwrap_or("");
                let (name, content) = self.named(node, own, namespace)?;
                let content = if content == Pattern::Group(vec![]) { Pattern::Text } else { content };
                Pattern::Attribute(name, Box::new(content))
            }
            "choice" => Pattern::Choice(self.patterns(node, namespace)?),
            "group" => self.group(node, namespace)?,
            "interleave" => Pattern::Interleave(self.patterns(node, namespace)?),
            "optional" => Pattern::Optional(Box::new(self.group(node, namespace)?)),
            "zeroOrMore" => Pattern::ZeroOrMore(Box::new(self.group(node, namespace)?)),
            "oneOrMore" => Pattern::OneOrMore(Box::new(self.group(node, namespace)?)),
            "ref" => Pattern::Ref(self.attribute(node, "name")?),
            "empty" => Pattern::Empty,
            "notAllowed" => Pattern::NotAllowed,
            "text" => Pattern::Text,
            "value" => Pattern::Value(tokens(node.text().unwrap_or(""))),
            "data" => self.data(node, namespace)?,
            "grammar" => {
                let parsed = self.grammar(node, namespace)?;
                let (start, defines) = (self.resolve)(parsed)?;
                Pattern::Nested(Box::new(NestedGrammar { start, defines }))
            }
            other => return Err(self.unknown(node, format!("<{other}> in a pattern"))),
        })
    }

    /// The name class of an element or attribute and its content. `own` is the namespace of its name,
    /// `inner` the one its content inherits.
    fn named(&mut self, node: Node, own: &str, inner: &str) -> Result<(NameClass, Pattern), RngError> {
        if let Some(local) = node.attribute("name") {
            let name = QName { namespace: own.to_string(), local: local.trim().to_string() };
            return Ok((NameClass::Name(name), self.group(node, inner)?));
        }
        let mut children = elements(node);
        match children.next() {
            Some(class) if class.tag_name().name() == "anyName" && elements(class).next().is_none() => {
                let mut items = children.map(|child| self.pattern(child, inner)).collect::<Result<Vec<_>, _>>()?;
                let content = if items.len() == 1 { items.remove(0) } else { Pattern::Group(items) };
                Ok((NameClass::Any, content))
            }
            _ => Err(self.unknown(node, "a name class other than a name or anyName")),
        }
    }

    fn data(&mut self, node: Node, namespace: &str) -> Result<Pattern, RngError> {
        let mut data = Data { datatype: self.attribute(node, "type")?, params: vec![], except: None };
        for child in elements(node) {
            match child.tag_name().name() {
                "param" => {
                    data.params.push((self.attribute(child, "name")?, child.text().unwrap_or("").to_string()));
                }
                "except" => data.except = Some(Box::new(self.group(child, namespace)?)),
                other => return Err(self.unknown(child, format!("<{other}> in data"))),
            }
        }
        Ok(Pattern::Data(data))
    }
}

fn elements<'a, 'input>(node: Node<'a, 'input>) -> impl Iterator<Item = Node<'a, 'input>> {
    node.children().filter(|child| child.is_element() && child.tag_name().namespace() == Some(RNG))
}

/// White space as the datatype `token` sees it.
fn tokens(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
