//! The vocabulary generated code is written in: what a Terraform object looks like. Plain static data; knows nothing of
//! libvirt, of the wire or of any particular element. What one value may be is in `scalar`, where in the XML an attribute
//! lives in `xml`.

mod scalar;
mod xml;

pub use scalar::{Form, Meaning, Pattern, Primitive, Scalar};
pub use xml::{Leaf, Name, Step, When, Xml};

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

/// A resource that is no document of libvirt's.
#[derive(Debug)]
pub struct Bare {
    /// Terraform's resource type.
    pub resource: &'static str,
    /// The Terraform object.
    pub shape: &'static Shape,
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
    /// Whether others than the user change it as they go (the owner of a disk's file), so that what libvirt reports of it
    /// later is no difference from what the user wrote. It counts for what is in it too.
    pub volatile: bool,
    /// The attribute beside it without which libvirt does not report it, so that its absence then is no difference; empty
    /// where there is none.
    pub reported_with: &'static str,
    /// What libvirt derives its own choice from: where one of these changes, the choice is made again. Dotted paths in the
    /// object that the attribute stands in, or from the root with a `/` before them; with a `?` behind it only whether
    /// anything is there counts.
    pub depends: &'static [&'static str],
    /// With what a change of it is written.
    pub unit: Unit,
    /// Where it lives in the XML; `None` for what the provider itself adds (`running`, `create`, ...).
    pub xml: Option<Xml>,
    /// The libvirt version whose grammar first has it; empty where it is older than the oldest one imported.
    pub since: &'static str,
    /// Whether libvirt takes it although its grammar does not have it: no document is checked with it.
    pub outside_grammar: bool,
    /// One or two sentences for the reference; empty where there are none.
    pub doc: &'static str,
}

impl Attribute {
    /// An attribute of the user's without anything special.
    pub const fn new(name: &'static str, kind: Kind) -> Attribute {
        Attribute {
            name,
            kind,
            class: Class::Configured,
            required: false,
            sensitive: false,
            replace: false,
            volatile: false,
            reported_with: "",
            depends: &[],
            unit: Unit::Own,
            xml: None,
            since: "",
            outside_grammar: false,
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

    /// Changed by others as they go.
    pub const fn volatile(self) -> Attribute {
        Attribute { volatile: true, ..self }
    }

    /// Reported by libvirt only together with the attribute of this name.
    pub const fn reported_with(self, reported_with: &'static str) -> Attribute {
        Attribute { reported_with, ..self }
    }

    /// Chosen again by libvirt where one of these changes.
    pub const fn depends(self, depends: &'static [&'static str]) -> Attribute {
        Attribute { depends, ..self }
    }

    /// Written together with others, or part by part.
    pub const fn unit(self, unit: Unit) -> Attribute {
        Attribute { unit, ..self }
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
    pub const fn outside_grammar(self) -> Attribute {
        Attribute { outside_grammar: true, ..self }
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

/// How the elements of a list are matched, and which of them are in it.
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
    /// The user alone: null where the configuration is null, and then libvirt's default.
    Configured,
    /// The same, but what libvirt chose where the configuration is null stays when something beside it changes.
    Choice,
    /// The same, and it stays as it is when its line is taken out of the configuration: what identifies the object,
    /// or what runs inside the guest has come to rely on.
    Identity,
    /// An identity that libvirt can give up where it no longer fits: the place of a device.
    Placement,
    /// The user or else libvirt: optional and computed, and state holds what libvirt chose.
    ServerDefault,
    /// libvirt alone: computed, read each time.
    Runtime,
    /// Sent, never stored.
    WriteOnly,
}

impl Class {
    /// Whether it is null in state where neither the configuration nor an earlier one sets it.
    pub fn is_null_unless_set(self) -> bool {
        matches!(self, Class::Configured | Class::Choice | Class::Identity | Class::Placement)
    }

    /// Whether it stays as it is when its line is taken out of the configuration.
    pub fn is_kept(self) -> bool {
        matches!(self, Class::Identity | Class::Placement)
    }
}

/// What is written as one when something in it changes, and carried over as it is when nothing does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// The element that the attribute lives in; of a list each of its elements.
    Own,
    /// That element and all others of the same name here: libvirt decides them together.
    With(&'static str),
    /// It is no unit itself: its members are.
    Parts,
}
