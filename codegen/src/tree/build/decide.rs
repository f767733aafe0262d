//! What the rules, the peer and the overrides say of one place: its form, name, type and flags. Must not know
//! any element.

use super::*;
use crate::overrides::USUAL;

impl<'a> Builder<'a> {
    pub(super) fn find<T>(&self, spot: &Spot, get: impl Fn(&'a Entry) -> Option<T>) -> Option<(String, T)> {
        self.lookup.find(spot, get)
    }

    /// The root whose documents may stand here: inside them everything is as it is in such a document alone.
    pub(super) fn embedded_root(&self, child: &ChildMember) -> Option<PeerRoot<'a>> {
        let contents: Vec<PatternId> = child.elements.iter().map(|id| self.grammars.element(*id).content).collect();
        self.roots.iter().find(|root| contents.contains(&root.content)).cloned()
    }

    /// What an entry says, or else the rule. An entry that says what the rule says has no effect.
    pub(super) fn decide<T: PartialEq>(
        &self,
        spot: &Spot,
        verb: &'static str,
        by_rule: T,
        get: impl Fn(&'a Entry) -> Option<T>,
    ) -> T {
        match self.find(spot, get) {
            Some((path, value)) => {
                if value != by_rule {
                    self.lookup.mark(&path, verb);
                }
                value
            }
            None => by_rule,
        }
    }

    pub(super) fn dropped(&mut self, spot: &Spot) -> bool {
        self.findings.known.insert(without_branches(&spot.path));
        let found = self.find(spot, |entry| entry.drop.then_some(()));
        found.inspect(|(path, ())| self.lookup.mark(path, "drop")).is_some()
    }

    /// Whether the element is one of those around it, without end, and so ends here. That must have been decided by
    /// someone. One that stands in two elements of which one holds the other is no recursion.
    pub(super) fn recursion_ends(&mut self, spot: &Spot, at: &At) -> bool {
        let mut known = at.around.iter().flat_map(|around| around.intersection(spot.elements));
        let again = known.any(|element| members::is_in_itself(self.grammars, *element));
        if again {
            match self.find(spot, |entry| entry.cut.then_some(())) {
                Some((path, ())) => self.lookup.mark(&path, "cut"),
                None => self.findings.undecided.push(format!("{}: recursion without a cut", spot.path)),
            }
        }
        again
    }

    /// Whether someone says that the element is there as XML too.
    pub(super) fn is_verbatim(&mut self, spot: &Spot) -> bool {
        let found = self.find(spot, |entry| entry.verbatim.then_some(()));
        found.inspect(|(path, ())| self.lookup.mark(path, "verbatim")).is_some()
    }

    pub(super) fn form(&mut self, spot: &Spot, members: &Members, many: bool) -> ElementForm {
        let only_text = members.attributes.is_empty() && members.children.is_empty();
        let by_rule = match &members.text {
            _ if members.any => return ElementForm::Raw,
            None if members.is_empty() && !many => ElementForm::Presence,
            Some(_) if only_text && many => ElementForm::Leaves,
            Some(_) if only_text => ElementForm::Leaf,
            Some(_) if members.children.is_empty() && !many => ElementForm::Flat,
            _ => ElementForm::Object,
        };
        self.decide(spot, "form", by_rule, |entry| {
            Some(match entry.form? {
                FormRule::Object => ElementForm::Object,
                FormRule::Flat => ElementForm::Flat,
                FormRule::Inline => ElementForm::Inline,
                FormRule::Leaf if many => ElementForm::Leaves,
                FormRule::Leaf => ElementForm::Leaf,
            })
        })
    }

    /// How the elements of a list are known again: by attributes that there are.
    pub(super) fn list_rule(&mut self, spot: &Spot, object: &Object) -> ListRule {
        let keys = self.decide(spot, "keys", vec![], |entry| entry.keys.clone());
        for path in keys.iter().flatten().filter(|path| !has_leaf(object, path)) {
            self.findings.undecided.push(format!("{}: there is no attribute '{path}' to be a key", spot.path));
        }
        ListRule { keys, skip: 0 }
    }

    /// The Terraform name at a place and what the peer has there.
    pub(super) fn name<'p>(&mut self, spot: &Spot, at: &At<'p>, local: &str, list: bool) -> (String, Option<&'p Peer>) {
        let words = &self.overrides.words;
        let prefixed = |name: &str| match &at.prefix {
            Some(prefix) => format!("{prefix}_{name}"),
            None => name.to_string(),
        };
        // An element of a foreign namespace at the top of its kind is told apart by its prefix.
        let namespace = match spot.path.rsplit(['/', '@']).next().and_then(|last| last.split_once(':')) {
            Some((prefix, _)) if !spot.path.trim_end_matches(|c| c != '/').contains(':') => format!("{prefix}_"),
            _ => String::new(),
        };
        let single = naming::snake(words, local);
        let plural = naming::plural(words, &single);
        let by_rule = format!("{namespace}{}", if list { &plural } else { &single });
        let mut candidates = vec![prefixed(&by_rule)];
        if list {
            candidates.extend(
                [format!("{local}s"), local.to_string(), single].map(|name| prefixed(&format!("{namespace}{name}"))),
            );
        } else {
            candidates.push(prefixed(&format!("{namespace}{local}")));
        }
        let peers_own = at.peer.and_then(|peer| peer.find(&candidates)).map(|(name, _)| name.to_string());
        let by_rule = peers_own.unwrap_or_else(|| prefixed(&by_rule));
        let name = self.decide(spot, "name", by_rule, |entry| entry.name.clone());
        let peer = at.peer.and_then(|peer| peer.below.get(&name));
        (name, peer)
    }

    /// The attribute with all that the peer and the overrides say of it.
    pub(super) fn finish(
        &mut self,
        spot: &Spot,
        name: String,
        peer: Option<&Peer>,
        kind: Kind,
        xml: Xml,
        required: bool,
    ) -> Attribute {
        let kind = match kind {
            Kind::Leaf(scalar) => Kind::Leaf(self.typed(spot, scalar, peer)),
            Kind::Leaves(scalar) => Kind::Leaves(self.typed(spot, scalar, peer)),
            other => other,
        };
        let flags = peer.map(|peer| peer.flags.as_str());
        let class = match flags {
            Some("computed") => Class::Runtime,
            Some("optional/computed") => Class::ServerDefault,
            _ => Class::Configured,
        };
        let class = self.decide(spot, "class", class, |entry| entry.class);
        let required = required && flags.is_none_or(|flags| flags == "required") && class == Class::Configured;
        let plain = without_branches(&spot.path);
        Attribute {
            class,
            required: self.decide(spot, "required", required, |entry| entry.required),
            sensitive: self.decide(spot, "sensitive", false, |entry| entry.sensitive),
            replace: self.decide(spot, "replace", false, |entry| entry.replace),
            volatile: self.decide(spot, "volatile", false, |entry| entry.volatile),
            reported_with: self.decide(spot, "reported_with", String::new(), |entry| entry.reported_with.clone()),
            depends: self.decide(spot, "depends", Vec::new(), |entry| entry.depends.clone()),
            unit: self.decide(spot, "unit", String::new(), |entry| entry.unit.clone()),
            parts: self.decide(spot, "parts", false, |entry| entry.parts),
            since: self.history.get(&plain).cloned().unwrap_or_default(),
            doc: self.lookup.doc(spot),
            ..Attribute::new(name, kind, Some(xml))
        }
    }

    pub(super) fn typed(&mut self, spot: &Spot, scalar: Scalar, peer: Option<&Peer>) -> Scalar {
        let primitive = match peer.map(|peer| peer.kind.as_str()) {
            Some("string" | "list(string)") => Primitive::String,
            Some("number") => Primitive::Number,
            Some("bool") => Primitive::Bool,
            _ => scalar.primitive,
        };
        let primitive = self.decide(spot, "type", primitive, |entry| entry.primitive);
        scalar.forms.iter().for_each(|form| self.lookup.mark_form(form));
        let meaning = self.decide(spot, "meaning", scalar.meaning.clone(), |entry| entry.meaning.clone());
        let words = scalar.forms.iter().any(|form| matches!(form, Form::Words(_)));
        let loses = match primitive {
            Primitive::Number => scalar.primitive == Primitive::String && (scalar.forms.is_empty() || words),
            Primitive::Bool => scalar.primitive != Primitive::Bool && !matches!(meaning, Meaning::Switch(..)),
            Primitive::String => false,
        };
        if loses && scalar.primitive != Primitive::Bool && meaning != Meaning::Number {
            self.findings.undecided.push(format!("{}: a {primitive:?} cannot hold {:?}", spot.path, scalar.forms));
        }
        let forms = scalar.forms.into_iter().map(|form| self.usual(form)).collect();
        Scalar { primitive, meaning, forms }
    }

    /// The form, marked where libvirt takes other text too.
    fn usual(&self, form: Form) -> Form {
        let known = form.pattern().filter(|pattern| self.overrides.words.usual.contains_key(*pattern));
        match (known, &form) {
            (Some(pattern), Form::Pattern(text)) => {
                self.overrides.mark(pattern, USUAL);
                Form::Usual(text.clone())
            }
            _ => form,
        }
    }
}

/// The elements of a place as XML, for what the attributes beside it cannot hold.
pub(super) fn verbatim(at: &At, child: &ChildMember, name: &str) -> Attribute {
    as_xml(at, child, name, ", where the other attributes cannot hold it. Those then say only which kind it is.")
}

/// The elements of a place as XML; `when` says when it is there.
pub(super) fn as_xml(at: &At, child: &ChildMember, name: &str, when: &str) -> Attribute {
    let xml = Some(at.element(child, Leaf::Verbatim));
    let doc = format!("`<{}>` as XML{when}", child.name.local);
    Attribute { doc, ..Attribute::new(format!("{name}_xml"), Kind::Leaf(xml_text()), xml) }
}

/// How a child becomes attributes: what [`FormRule`] asks for, and what only a rule decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ElementForm {
    Presence,
    Leaf,
    Leaves,
    Flat,
    Inline,
    Object,
    Raw,
}

/// Whether an object lacks some of what its own element may hold, since a type is narrower than the grammar.
pub(super) fn is_narrow(object: &Object) -> bool {
    object.attributes.iter().any(|attribute| matches!(&attribute.kind, Kind::Leaf(scalar) if scalar.is_narrow()))
}

/// Whether a dotted path of names leads to a value.
fn has_leaf(object: &Object, path: &str) -> bool {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    object.attributes.iter().filter(|attribute| attribute.name == name).any(|attribute| match (&attribute.kind, rest) {
        (Kind::Object(inner), Some(rest)) => has_leaf(inner, rest),
        (Kind::Leaf(_), None) => true,
        _ => false,
    })
}
