//! The vocabulary generated code is written in: what a Terraform object looks like and where in the XML each
//! attribute lives. Plain static data; knows nothing of libvirt, of the wire or of any particular element.

use std::sync::OnceLock;

use regex::Regex;

/// A Terraform object type: its attributes, sorted by name.
///
/// A shape is anchored at one XML element; the places of its attributes start there.
#[derive(Debug)]
pub struct Shape {
    /// The attributes, sorted by name.
    pub attributes: &'static [Attribute],
}

impl Shape {
    /// The attribute called `name`.
    pub fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        let found = self.attributes.binary_search_by(|attribute| attribute.name.cmp(name)).ok()?;
        self.attributes.get(found)
    }

    /// Attributes in the whole tree below this shape: what Terraform pays for with every instance.
    pub fn size(&self) -> usize {
        self.attributes.iter().map(|attribute| 1 + attribute.kind.shape().map_or(0, Shape::size)).sum()
    }
}

/// One Terraform attribute.
#[derive(Debug)]
pub struct Attribute {
    /// Terraform's name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Who sets it.
    pub class: Class,
    /// Whether the configuration must set it wherever its parent is set.
    pub required: bool,
    /// Whether Terraform hides it.
    pub sensitive: bool,
    /// Whether a change needs a new object.
    pub replace: bool,
    /// Whether libvirt writes it by itself where the user does not. What the user did not write is then left alone: an
    /// import leaves it out, and elements of a list that came from elsewhere are no drift.
    pub filled: bool,
    /// Whether others than the user change it as they go (the owner of a disk's file), so that what libvirt tells of it later
    /// is no difference from what the user wrote. It counts for what is in it too.
    pub fleeting: bool,
    /// The attribute beside it without which libvirt does not tell it, so that its absence then is no difference; empty
    /// where there is none.
    pub told_with: &'static str,
    /// Where it lives in the XML; `None` for what the provider itself adds (`running`, `create`, ...).
    pub xml: Option<Xml>,
    /// The libvirt version whose grammar first has it; empty where it is older than the oldest one imported.
    pub since: &'static str,
    /// Whether libvirt takes it although its grammar does not have it: no document is checked with it.
    pub beyond: bool,
    /// One or two sentences for the reference; empty where there are none.
    pub doc: &'static str,
}

impl Attribute {
    /// An attribute of the user's that nothing more is said of.
    pub const fn new(name: &'static str, kind: Kind) -> Attribute {
        Attribute {
            name,
            kind,
            class: Class::Configured,
            required: false,
            sensitive: false,
            replace: false,
            filled: false,
            fleeting: false,
            told_with: "",
            xml: None,
            since: "",
            beyond: false,
            doc: "",
        }
    }

    /// Set by someone else than the user alone.
    pub const fn class(self, class: Class) -> Attribute {
        Attribute { class, ..self }
    }

    /// Must be set wherever its parent is.
    pub const fn required(self) -> Attribute {
        Attribute { required: true, ..self }
    }

    /// Hidden by Terraform.
    pub const fn sensitive(self) -> Attribute {
        Attribute { sensitive: true, ..self }
    }

    /// A change needs a new object.
    pub const fn replace(self) -> Attribute {
        Attribute { replace: true, ..self }
    }

    /// Written by libvirt where the user does not.
    pub const fn filled(self) -> Attribute {
        Attribute { filled: true, ..self }
    }

    /// Changed by others as they go.
    pub const fn fleeting(self) -> Attribute {
        Attribute { fleeting: true, ..self }
    }

    /// Told by libvirt only together with the attribute of this name.
    pub const fn told_with(self, told_with: &'static str) -> Attribute {
        Attribute { told_with, ..self }
    }

    /// Lives in the XML.
    pub const fn xml(self, steps: &'static [Step], leaf: Leaf) -> Attribute {
        Attribute { xml: Some(Xml { steps, leaf, when: &[], anchored: false }), ..self }
    }

    /// Lives in the XML, and its own attributes start at its element.
    pub const fn anchored(self, steps: &'static [Step]) -> Attribute {
        Attribute { xml: Some(Xml { steps, leaf: Leaf::Element, when: &[], anchored: true }), ..self }
    }

    /// Is there only where the conditions hold.
    pub const fn when(self, when: &'static [When]) -> Attribute {
        match self.xml {
            Some(xml) => Attribute { xml: Some(Xml { when, ..xml }), ..self },
            None => self,
        }
    }

    /// The first libvirt version that has it.
    pub const fn since(self, since: &'static str) -> Attribute {
        Attribute { since, ..self }
    }

    /// Not in libvirt's grammar.
    pub const fn beyond(self) -> Attribute {
        Attribute { beyond: true, ..self }
    }

    /// What the reference says of it.
    pub const fn doc(self, doc: &'static str) -> Attribute {
        Attribute { doc, ..self }
    }
}

/// What an attribute holds.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A string, number or bool.
    Leaf(&'static Scalar),
    /// A list of strings, numbers or bools: one repeated XML element each.
    Leaves(&'static Scalar),
    /// A set of strings; only the provider's own attributes use it.
    Set(&'static Scalar),
    /// A nested object.
    Object(&'static Shape),
    /// A list of nested objects.
    List(&'static Shape, &'static List),
}

impl Kind {
    /// The shape of the object or of the list's elements.
    pub fn shape(&self) -> Option<&'static Shape> {
        match self {
            Kind::Object(shape) | Kind::List(shape, _) => Some(shape),
            Kind::Leaf(_) | Kind::Leaves(_) | Kind::Set(_) => None,
        }
    }
}

/// How the elements of a list are told apart and whose they are.
#[derive(Debug, PartialEq, Eq)]
pub struct List {
    /// Ways to know an element again, best first; each is a set of dotted attribute paths inside the element
    /// (`target.dev`; `type` and `index`). An element matches by the first way in which both sides have
    /// all values. With none, elements match by position.
    pub keys: &'static [&'static [&'static str]],
    /// How many elements, from the first, an attribute of its own holds, so that they are not in the list.
    pub skip: usize,
}

/// Who sets an attribute, and so what state holds when the configuration does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The user alone: null where the configuration is null.
    Configured,
    /// The user or else libvirt: optional and computed.
    ServerDefault,
    /// libvirt alone: computed, read each time.
    Runtime,
    /// Sent, never stored.
    WriteOnly,
}

/// Terraform's primitive types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Primitive {
    /// `bool`
    Bool,
    /// `number`
    Number,
    /// `string`
    String,
}

/// A primitive value: its type in Terraform, what XML may write for it, and when two spellings mean the same.
#[derive(Debug)]
pub struct Scalar {
    /// The type in Terraform.
    pub primitive: Primitive,
    /// What the grammar accepts: any one of these. Empty means anything of the type.
    pub forms: &'static [Form],
    /// When two spellings mean the same.
    pub meaning: Meaning,
}

/// One alternative of what the grammar accepts for a scalar.
#[derive(Debug)]
pub enum Form {
    /// One of these words.
    Words(&'static [&'static str]),
    /// An integer between two bounds, both included.
    Integer(i128, i128),
    /// Any decimal number.
    Decimal,
    /// Text that matches the pattern as a whole.
    Pattern(Pattern),
    /// The same, but libvirt takes other text too.
    Usual(Pattern),
}

/// A regular expression in Rust's syntax, anchored at both ends, compiled when first used.
#[derive(Debug)]
pub struct Pattern {
    /// The expression, anchors included.
    pub text: &'static str,
    /// What it says to a person; empty where another form beside it says so too.
    pub said: Option<&'static str>,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// A pattern from its text, which the generator has checked.
    pub const fn new(text: &'static str) -> Pattern {
        Pattern { text, said: None, compiled: OnceLock::new() }
    }

    /// One of which it is known what it says to a person.
    pub const fn in_words(text: &'static str, said: &'static str) -> Pattern {
        Pattern { text, said: Some(said), compiled: OnceLock::new() }
    }

    /// Whether the whole of `input` matches.
    pub fn matches(&self, input: &str) -> bool {
        self.compiled.get_or_init(|| Regex::new(self.text).ok()).as_ref().is_none_or(|regex| regex.is_match(input))
    }
}

/// When two spellings of a scalar mean the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Only when they are the same text, number or bool.
    Exact,
    /// A switch: the first word is true, the second false. A string attribute also takes `true` and `false`.
    Switch(&'static str, &'static str),
    /// A number in any of the forms the XML allows (decimal, `0x` hexadecimal).
    Number,
    /// A number the XML always writes in base 16.
    Hexadecimal,
    /// A size whose unit stands in the sibling attribute named here; `None` in that attribute means the given
    /// default unit.
    Sized(&'static str, &'static str),
    /// File permissions in octal: `770` is `0770`.
    Octal,
    /// Letters in either case (MAC addresses; UUIDs, whose dashes do not count either).
    AnyCase,
    /// A path: a trailing slash is no difference.
    Path,
    /// XML, compared in canonical form.
    Xml,
}

/// Where an attribute lives, from the anchor of its shape.
#[derive(Clone, Copy, Debug)]
pub struct Xml {
    /// The elements to go down through.
    pub steps: &'static [Step],
    /// What is there.
    pub leaf: Leaf,
    /// What must hold for the attribute to exist, and is written when it is set: how branches are told apart.
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

/// An XML name. Finding a slot of a node compares many names, nearly all of them unequal: a hash tells most apart.
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
