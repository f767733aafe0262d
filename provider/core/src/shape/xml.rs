//! Where in the XML an attribute lives: names, steps, what is at their end, and what must hold there. Plain static data;
//! must not know any element.

/// Where an attribute lives, from the anchor of its shape.
#[derive(Clone, Copy, Debug)]
pub struct Xml {
    /// The elements to go down through.
    pub steps: &'static [Step],
    /// What is there.
    pub leaf: Leaf,
    /// What must hold for the attribute to exist, and is written when it is set: how branches are distinguished.
    pub when: &'static [When],
    /// For an object: whether its shape is anchored at the element the steps lead to (`true`) or at the anchor
    /// of the shape it is an attribute of (`false`; the object then only groups).
    pub anchored: bool,
}

/// One step down to a child element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The child's name.
    pub name: Name,
    /// Only the child whose attribute has this value.
    pub only: Option<(&'static str, &'static str)>,
}

impl Step {
    /// Down to the child of this name.
    pub const fn to(name: Name) -> Step {
        Step { name, only: None }
    }

    /// Down to the child whose attribute has the value.
    pub const fn only(name: Name, attribute: &'static str, value: &'static str) -> Step {
        Step { name, only: Some((attribute, value)) }
    }
}

/// What is found at the end of the steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaf {
    /// The attribute of this name.
    Attribute(Name),
    /// The element's text.
    Text,
    /// The element itself: an object, the elements of a list, or, for a bool, that it is there.
    Element,
    /// The element's content as XML text.
    Raw,
    /// All the elements that the steps lead to, as XML text, where the attributes beside this one cannot hold them. What
    /// chooses a branch still says which one.
    Verbatim,
    /// Nothing of its own: an object that is there when something in it is. Its conditions are not
    /// written: an attribute of its own has what they ask for.
    Group,
    /// For a bool: that there is no attribute of this name, where its absence chooses the branch.
    Missing(&'static str),
}

/// A condition on an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    /// The elements to go down through from the shape's anchor.
    pub steps: &'static [Step],
    /// The attribute's local name.
    pub attribute: &'static str,
    /// The values for which it holds; the first one is written.
    pub values: &'static [&'static str],
    /// Whether it also holds where the attribute is missing.
    pub absent: bool,
}

/// An XML name. Finding a slot of a node compares many names, nearly all of them unequal: a hash distinguishes most of them.
#[derive(Clone, Copy, Debug, Eq)]
pub struct Name {
    /// The namespace; empty for none.
    pub namespace: &'static str,
    /// The local name.
    pub local: &'static str,
    hash: u32,
}

impl Name {
    /// A name in a namespace, which may be empty.
    pub const fn new(namespace: &'static str, local: &'static str) -> Name {
        Name { namespace, local, hash: fnv(local) }
    }

    /// A name without a namespace.
    pub const fn plain(local: &'static str) -> Name {
        Name::new("", local)
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Name) -> bool {
        self.hash == other.hash && self.local == other.local && self.namespace == other.namespace
    }
}

/// The 32-bit FNV-1a hash, since the standard library's hashers cannot run at compile time.
const fn fnv(text: &str) -> u32 {
    let bytes = text.as_bytes();
    let (mut hash, mut at) = (0x811c_9dc5_u32, 0);
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    hash
}
