//! An XML document as a tree that can be changed and written again. Knows XML and its namespaces; must not know any
//! element.

use std::fmt;

use crate::xml::{self, SyntaxError, escaped_attribute, escaped_text};

/// An element with its content. Comments and processing instructions are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// Its name.
    pub name: Name,
    /// Its attributes in the document's order, without namespace declarations.
    pub attributes: Vec<(Name, String)>,
    /// Its content in the document's order.
    pub content: Vec<Content>,
}

/// The name of an element or attribute.
#[derive(Clone, Debug)]
pub struct Name {
    /// How the document abbreviates the namespace; empty for none. Makes no difference to what the name means.
    pub prefix: String,
    /// The namespace; empty for none.
    pub namespace: String,
    /// The local name.
    pub local: String,
}

impl PartialEq for Name {
    fn eq(&self, other: &Name) -> bool {
        self.local == other.local && self.namespace == other.namespace
    }
}

impl Eq for Name {}

/// What an element holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A child.
    Element(Element),
    /// Text.
    Text(String),
}

/// Why a text is no document.
#[derive(Debug, thiserror::Error)]
#[error("not well-formed XML: {0}")]
pub struct NotXml(#[from] SyntaxError);

impl Element {
    /// Reads a document.
    pub fn parse(text: &str) -> Result<Element, NotXml> {
        Ok(Element::read(xml::parse(text)?.root_element()))
    }

    fn read(node: roxmltree::Node) -> Element {
        let name = |namespace: Option<&str>, local: &str| Name {
            prefix: namespace.and_then(|uri| node.lookup_prefix(uri)).unwrap_or_default().to_string(),
            namespace: namespace.unwrap_or_default().to_string(),
            local: local.to_string(),
        };
        Element {
            name: name(node.tag_name().namespace(), node.tag_name().name()),
            attributes: node
                .attributes()
                .map(|attribute| (name(attribute.namespace(), attribute.name()), attribute.value().to_string()))
                .collect(),
            content: node
                .children()
                .filter_map(|child| match child.node_type() {
                    roxmltree::NodeType::Element => Some(Content::Element(Element::read(child))),
                    roxmltree::NodeType::Text => Some(Content::Text(child.text().unwrap_or_default().to_string())),
                    _ => None,
                })
                .collect(),
        }
    }

    /// The children.
    pub fn elements(&self) -> impl Iterator<Item = &Element> {
        self.content.iter().filter_map(|content| match content {
            Content::Element(element) => Some(element),
            Content::Text(_) => None,
        })
    }

    /// The first child with this local name.
    pub fn child(&self, local: &str) -> Option<&Element> {
        self.elements().find(|element| element.name.local == local)
    }

    /// The first child with this local name, to be changed.
    pub fn child_mut(&mut self, local: &str) -> Option<&mut Element> {
        self.content.iter_mut().find_map(|content| match content {
            Content::Element(element) if element.name.local == local => Some(element),
            _ => None,
        })
    }

    /// The attribute with this local name.
    pub fn attribute(&self, local: &str) -> Option<&str> {
        self.attributes.iter().find(|(name, _)| name.local == local).map(|(_, value)| value.as_str())
    }

    /// The element's own text, without white space around it; empty where it holds elements.
    pub fn text(&self) -> &str {
        match self.content.as_slice() {
            [Content::Text(text)] => text.trim(),
            _ => "",
        }
    }

    /// The first element below a path of local names (`os/type`); itself for the empty path.
    pub fn at(&self, path: &str) -> Option<&Element> {
        path.split('/').filter(|name| !name.is_empty()).try_fold(self, |element, name| element.child(name))
    }

    /// What stands at a path: an attribute (`target@dev`, `@type`), an element's text (`name`), or for an element with
    /// more than text its [`Element::plain`] form. `None` where nothing is there.
    pub fn value(&self, path: &str) -> Option<String> {
        match path.split_once('@') {
            Some((element, attribute)) => self.at(element)?.attribute(attribute).map(str::to_string),
            None => self.at(path).map(|element| match element.text() {
                "" => element.plain().to_string(),
                text => text.to_string(),
            }),
        }
    }

    /// The same element without what makes no difference: the order of attributes, prefixes, and white space between
    /// elements.
    pub fn plain(&self) -> Element {
        let mut plain = Element { content: Vec::new(), ..self.clone() };
        plain.attributes.sort_by(|(a, _), (b, _)| (&a.namespace, &a.local).cmp(&(&b.namespace, &b.local)));
        plain.content = match self.elements().next() {
            None if self.text().is_empty() => Vec::new(),
            None => vec![Content::Text(self.text().to_string())],
            Some(_) => self.content.iter().filter_map(Content::plain).collect(),
        };
        plain
    }

    /// Whether two elements mean the same.
    pub fn same(&self, other: &Element) -> bool {
        self.plain() == other.plain()
    }

    fn write(&self, scope: &mut Vec<(String, String)>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outside = scope.len();
        write!(f, "<{}", self.name)?;
        let attributes = self.attributes.iter().map(|(name, _)| name).filter(|name| !name.namespace.is_empty());
        for name in std::iter::once(&self.name).chain(attributes) {
            declare(name, scope, f)?;
        }
        for (name, value) in &self.attributes {
            write!(f, " {name}='{}'", escaped_attribute(value))?;
        }
        if self.content.is_empty() {
            f.write_str("/>")?;
        } else {
            f.write_str(">")?;
            for content in &self.content {
                match content {
                    Content::Element(element) => element.write(scope, f)?,
                    Content::Text(text) => f.write_str(&escaped_text(text))?,
                }
            }
            write!(f, "</{}>", self.name)?;
        }
        scope.truncate(outside);
        Ok(())
    }
}

impl Content {
    fn plain(&self) -> Option<Content> {
        match self {
            Content::Element(element) => Some(Content::Element(element.plain())),
            Content::Text(text) if text.trim().is_empty() => None,
            Content::Text(text) => Some(Content::Text(text.clone())),
        }
    }
}

/// Declares a name's namespace where it is not in scope.
fn declare(name: &Name, scope: &mut Vec<(String, String)>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let known = scope.iter().rev().find(|(prefix, _)| *prefix == name.prefix).map_or("", |(_, uri)| uri.as_str());
    if known == name.namespace || name.prefix == "xml" {
        return Ok(());
    }
    scope.push((name.prefix.clone(), name.namespace.clone()));
    let colon = if name.prefix.is_empty() { "" } else { ":" };
    write!(f, " xmlns{colon}{}='{}'", name.prefix, escaped_attribute(&name.namespace))
}

impl fmt::Display for Element {
    /// As XML text, without a declaration.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(&mut Vec::new(), f)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.prefix.is_empty() {
            write!(f, "{}:", self.prefix)?;
        }
        f.write_str(&self.local)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written() {
        let table = [
            "<a/>",
            "<a b='1' c='&lt;&amp;&quot;&apos;'>x &gt; y</a>",
            "<a b='1&#10;2&#9;3'>1&#13;2</a>",
            "<a><b>1</b> mixed <c/></a>",
            "<a xmlns:q=\"urn:q\"><q:b q:c=\"1\"><d/></q:b></a>",
            "<a><m xmlns='urn:m'><n/></m><o/></a>",
            "<a xmlns=\"urn:m\"><n xmlns=\"\"/></a>",
        ];
        for text in table {
            let element = Element::parse(text).unwrap();
            let written = element.to_string();
            assert_eq!(Element::parse(&written).unwrap(), element, "{text} became {written}");
        }
        assert_eq!(Element::parse(table[5]).unwrap().to_string(), table[5]);
    }

    #[test]
    fn white_space_order_and_prefixes_make_no_difference() {
        let one = Element::parse("<a x='1' y='2'>\n  <b/>\n</a>").unwrap();
        let other = Element::parse("<a y='2' x='1'><b></b></a>").unwrap();
        assert!(one.same(&other));
        assert!(!one.same(&Element::parse("<a y='2' x='1'><c/></a>").unwrap()));
        let prefixed = Element::parse("<q:a xmlns:q='urn:q'/>").unwrap();
        assert!(prefixed.same(&Element::parse("<a xmlns='urn:q'/>").unwrap()));
    }

    #[test]
    fn values_stand_at_paths() {
        let element = Element::parse("<d t='x'><os><type m='q'> hvm </type></os><empty/></d>").unwrap();
        let table = [
            ("@t", Some("x")),
            ("os/type", Some("hvm")),
            ("os/type@m", Some("q")),
            ("empty", Some("<empty/>")),
            ("os/nothing", None),
            ("@nothing", None),
        ];
        for (path, value) in table {
            assert_eq!(element.value(path).as_deref(), value, "{path}");
        }
    }
}
