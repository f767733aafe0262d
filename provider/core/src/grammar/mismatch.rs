//! What is wrong with a document, and where: the answer of a check. Knows nothing of patterns.

use std::fmt;

use roxmltree::Node;

/// The first thing in a document that its grammar does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The element it is about, from the root down.
    pub path: Vec<Step>,
    /// The attribute it is about, where it is one's name or value.
    pub attribute: Option<String>,
    /// The line of the element, from 1.
    pub line: u32,
    /// What kind of thing is wrong.
    pub fault: Fault,
    /// The name, value or text that was found; empty where something is missing.
    pub found: String,
    /// What would have been allowed instead: names for a name, values (or their datatypes) for a value or text; where
    /// something is missing and `missing` is empty, the members one of which would do.
    pub allowed: Vec<String>,
    /// What must be there and is not.
    pub missing: Vec<Member>,
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The element's local name.
    pub name: String,
    /// Its position among its siblings of the same name, from 0.
    pub index: usize,
    /// Whether it has siblings of the same name.
    pub several: bool,
}

/// What kind of thing is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The element may not stand where it does.
    Element,
    /// The element may not have the attribute.
    Attribute,
    /// The attribute may not have the value.
    Value,
    /// The element may not have the text.
    Text,
    /// The element misses something.
    Missing,
}

/// A part of an element.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Member {
    /// An attribute.
    Attribute(String),
    /// A child.
    Element(String),
    /// Text.
    Text,
}

/// More alternatives than this help nobody.
const SHOWN: usize = 12;

impl Step {
    /// The steps that lead to an element.
    pub fn path(node: Node) -> Vec<Step> {
        let mut path: Vec<Step> = node.ancestors().filter(Node::is_element).map(Step::to).collect();
        path.reverse();
        path
    }

    fn to(node: Node) -> Step {
        let same = |other: &Node| other.is_element() && other.tag_name() == node.tag_name();
        let before = node.prev_siblings().skip(1).filter(same).count();
        let several = before > 0 || node.next_siblings().skip(1).any(|other| same(&other));
        Step { name: node.tag_name().name().to_string(), index: before, several }
    }
}

impl Mismatch {
    /// The place as XPath writes it: `domain/devices/disk[2]/target@dev`.
    pub fn place(&self) -> String {
        let steps: Vec<String> = self.path.iter().map(Step::to_string).collect();
        let attribute = self.attribute.iter().map(|name| format!("@{name}"));
        steps.join("/") + &attribute.collect::<String>()
    }

    /// What would have been allowed, the first of it; `None` where nothing is known.
    pub fn allowed_in_words(&self) -> Option<String> {
        (!self.allowed.is_empty()).then(|| listed(&self.allowed))
    }

    /// What is wrong, in words.
    pub fn problem(&self) -> String {
        // A problem is one line, whatever the document holds.
        let found = self.found.replace(['\n', '\r'], " ");
        match self.fault {
            Fault::Element if self.path.last().is_some_and(|step| step.index > 0) => {
                format!("<{found}> is not allowed more than once here")
            }
            Fault::Element => format!("<{found}> is not allowed here"),
            Fault::Attribute => format!("attribute '{found}' is not allowed here"),
            Fault::Value => format!("the value '{found}' is not allowed"),
            Fault::Text => format!("the text '{}' is not allowed here", found.trim()),
            Fault::Missing if self.missing.is_empty() => "one of these is missing".to_string(),
            Fault::Missing => format!("{} is missing", listed(&self.missing)),
        }
    }
}

impl std::error::Error for Mismatch {}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (line {}): {}", self.place(), self.line, self.problem())?;
        match self.fault {
            _ if self.allowed.is_empty() => Ok(()),
            Fault::Missing if self.missing.is_empty() => write!(f, ": {}", listed(&self.allowed)),
            _ => write!(f, "; allowed: {}", listed(&self.allowed)),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.several { write!(f, "{}[{}]", self.name, self.index + 1) } else { f.write_str(&self.name) }
    }
}

impl fmt::Display for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Member::Attribute(name) => write!(f, "attribute '{name}'"),
            Member::Element(name) => write!(f, "<{name}>"),
            Member::Text => f.write_str("text"),
        }
    }
}

fn listed<T: fmt::Display>(items: &[T]) -> String {
    let shown: Vec<String> = items.iter().take(SHOWN).map(T::to_string).collect();
    let more = items.len().saturating_sub(SHOWN);
    if more == 0 { shown.join(", ") } else { format!("{}, and {more} more", shown.join(", ")) }
}
