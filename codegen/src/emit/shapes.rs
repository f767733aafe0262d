//! The Terraform trees as static tables: one file per root, equal objects and equal scalars made one. Knows the names
//! of the runtime's shape vocabulary; must not know any element.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::docs::values::Patterns;
use super::{Artifact, EmitError, HEADER, format};
use crate::defaults::Defaults;
use crate::overrides::Class;
use crate::rng::QName;
use crate::rust_name::{shouting, snake, unique};
use crate::scalar::{Form, Meaning, Primitive, Scalar};
use crate::tree::{Attribute, Kind, Leaf, ListRule, Object, Step, Tree, When, Xml};

/// The files below `generated/src/shapes`, and the table of all roots.
pub fn shapes(trees: &[Tree], patterns: &Patterns, defaults: &Defaults) -> Result<Vec<Artifact>, EmitError> {
    let mut interner = Interner::new(patterns);
    let mut files: BTreeMap<String, Vec<TokenStream>> = BTreeMap::new();
    let mut roots = Vec::new();
    for (position, tree) in trees.iter().enumerate() {
        let shape = interner.object(&format!("{} shape", tree.kind), &tree.object);
        files.insert(snake(&tree.kind), std::mem::take(&mut interner.items));
        let (kind, document) = (&tree.kind, ident(&shouting(&tree.kind)));
        let resource = tree.resource.clone().unwrap_or_default();
        if !tree.is_document() {
            roots.push(quote! {
                #[doc = #kind]
                pub static #document: Bare = Bare { resource: #resource, shape: &#shape };
            });
            continue;
        }
        let table = match defaults.contains_key(kind) {
            true => quote! { &defaults::#document },
            false => quote! { &[] },
        };
        roots.push(quote! {
            #[doc = #kind]
            pub static #document: Root = Root {
                kind: #kind,
                resource: #resource,
                shape: &#shape,
                document: &DOCUMENTS[#position],
                defaults: #table,
            };
        });
    }
    let documents = trees.iter().filter(|tree| tree.is_document());
    let names: Vec<Ident> = documents.map(|tree| ident(&shouting(&tree.kind))).collect();
    let modules: Vec<Ident> = files.keys().map(|module| ident(module)).collect();
    let index = quote! {
        //! The Terraform objects of all kinds of documents, as tables.
        use provider_core::convert::Root;
        use provider_core::shape::Bare;
        use crate::defaults;
        use crate::structs::DOCUMENTS;
        #(mod #modules;)*
        mod prelude {
            pub use provider_core::shape::*;
            #(pub use super::#modules::*;)*
        }
        #(use #modules::*;)*
        #(#roots)*
        /// Every kind, in the order of overrides/roots.toml.
        pub static ROOTS: &[&Root] = &[#(&#names),*];
    };
    let mut artifacts = vec![artifact("mod", format(index)?)];
    for (module, items) in files {
        let text = format(quote! { #(#items)* })?;
        artifacts.push(artifact(&module, format!("use super::prelude::*;\n\n{text}")));
    }
    Ok(artifacts)
}

fn artifact(module: &str, text: String) -> Artifact {
    Artifact { path: format!("generated/src/shapes/{module}.rs"), text: format!("{HEADER}\n{text}") }
}

fn ident(text: &str) -> Ident {
    Ident::new(text, Span::call_site())
}

/// Gives every object and scalar that is seen for the first time a static of its own.
struct Interner<'p> {
    patterns: &'p Patterns,
    objects: BTreeMap<Object, Ident>,
    scalars: BTreeMap<Scalar, Ident>,
    taken: BTreeSet<String>,
    items: Vec<TokenStream>,
}

impl<'p> Interner<'p> {
    fn new(patterns: &'p Patterns) -> Self {
        let (objects, scalars) = (BTreeMap::new(), BTreeMap::new());
        Interner { patterns, objects, scalars, taken: BTreeSet::new(), items: Vec::new() }
    }

    fn object(&mut self, path: &str, object: &Object) -> Ident {
        if let Some(known) = self.objects.get(object) {
            return known.clone();
        }
        let mut sorted: Vec<&Attribute> = object.attributes.iter().collect();
        sorted.sort_by(|a, b| a.name.cmp(&b.name));
        let attributes: Vec<TokenStream> = sorted.iter().map(|attribute| self.attribute(path, attribute)).collect();
        let name = ident(&unique(&shouting(path), &mut self.taken));
        self.items.push(quote! {
            #[doc = #path]
            pub static #name: Shape = Shape { attributes: &[#(#attributes),*] };
        });
        self.objects.insert(object.clone(), name.clone());
        name
    }

    fn attribute(&mut self, path: &str, attribute: &Attribute) -> TokenStream {
        let below = format!("{} {}", path.trim_end_matches(" shape"), attribute.name);
        let name = &attribute.name;
        let kind = match &attribute.kind {
            Kind::Leaf(scalar) => {
                let scalar = self.scalar(&below, scalar);
                quote! { Kind::Leaf(&#scalar) }
            }
            Kind::Leaves(scalar) => {
                let scalar = self.scalar(&below, scalar);
                quote! { Kind::Leaves(&#scalar) }
            }
            Kind::Set(scalar) => {
                let scalar = self.scalar(&below, scalar);
                quote! { Kind::Set(&#scalar) }
            }
            Kind::Object(object) => {
                let shape = self.object(&below, object);
                quote! { Kind::Object(&#shape) }
            }
            Kind::List(object, rule) => {
                let shape = self.object(&below, object);
                let rule = list(rule);
                quote! { Kind::List(&#shape, #rule) }
            }
        };
        let rest = details(attribute);
        quote! { Attribute::new(#name, #kind) #rest }
    }

    fn scalar(&mut self, path: &str, scalar: &Scalar) -> Ident {
        if let Some(known) = self.scalars.get(scalar) {
            return known.clone();
        }
        let base = format!("{} value", path.rsplit(' ').next().unwrap_or(path));
        let name = ident(&unique(&shouting(&base), &mut self.taken));
        let primitive = match scalar.primitive {
            Primitive::Bool => quote! { Primitive::Bool },
            Primitive::Number => quote! { Primitive::Number },
            Primitive::String => quote! { Primitive::String },
        };
        let meaning = meaning(&scalar.meaning);
        let forms: Vec<TokenStream> = scalar.forms.iter().map(|found| form(found, self.patterns)).collect();
        let count = forms.len();
        // Patterns keep what they were compiled to, so the forms need a static of their own.
        let (extra, forms) = if scalar.forms.iter().any(|form| matches!(form, Form::Pattern(_) | Form::Usual(_))) {
            let table = ident(&format!("{name}_FORMS"));
            (quote! { static #table: [Form; #count] = [#(#forms),*]; }, quote! { &#table })
        } else {
            (quote! {}, quote! { &[#(#forms),*] })
        };
        self.items.push(quote! {
            #extra
            #[doc = #base]
            pub static #name: Scalar = Scalar { primitive: #primitive, forms: #forms, meaning: #meaning };
        });
        self.scalars.insert(scalar.clone(), name.clone());
        name
    }
}

/// All but the name and the kind.
fn details(attribute: &Attribute) -> TokenStream {
    let mut rest = attribute.xml.as_ref().map(xml).unwrap_or_default();
    match attribute.class {
        Class::Configured => {}
        Class::Choice => rest.extend(quote! { .class(Class::Choice) }),
        Class::Identity => rest.extend(quote! { .class(Class::Identity) }),
        Class::Placement => rest.extend(quote! { .class(Class::Placement) }),
        Class::ServerDefault => rest.extend(quote! { .class(Class::ServerDefault) }),
        Class::Runtime => rest.extend(quote! { .class(Class::Runtime) }),
        Class::WriteOnly => rest.extend(quote! { .class(Class::WriteOnly) }),
    }
    if attribute.required {
        rest.extend(quote! { .required() });
    }
    if attribute.sensitive {
        rest.extend(quote! { .sensitive() });
    }
    if attribute.replace {
        rest.extend(quote! { .replace() });
    }
    if attribute.volatile {
        rest.extend(quote! { .volatile() });
    }
    let (since, doc, reported_with) = (&attribute.since, &attribute.doc, &attribute.reported_with);
    if !reported_with.is_empty() {
        rest.extend(quote! { .reported_with(#reported_with) });
    }
    if !attribute.depends.is_empty() {
        let depends = &attribute.depends;
        rest.extend(quote! { .depends(&[#(#depends),*]) });
    }
    let unit = &attribute.unit;
    if !unit.is_empty() {
        rest.extend(quote! { .unit(Unit::With(#unit)) });
    }
    if attribute.parts {
        rest.extend(quote! { .unit(Unit::Parts) });
    }
    if !since.is_empty() {
        rest.extend(quote! { .since(#since) });
    }
    if attribute.outside_grammar {
        rest.extend(quote! { .outside_grammar() });
    }
    if !doc.is_empty() {
        rest.extend(quote! { .doc(#doc) });
    }
    rest
}

fn xml(xml: &Xml) -> TokenStream {
    let steps = steps(&xml.steps);
    let leaf = match &xml.leaf {
        Leaf::Attribute(attribute) => {
            let name = name(attribute);
            quote! { Leaf::Attribute(#name) }
        }
        Leaf::Text => quote! { Leaf::Text },
        Leaf::Element => quote! { Leaf::Element },
        Leaf::Group => quote! { Leaf::Group },
        Leaf::Raw => quote! { Leaf::Raw },
        Leaf::Verbatim => quote! { Leaf::Verbatim },
        Leaf::Missing(local) => quote! { Leaf::Missing(#local) },
    };
    let mut out = if xml.anchored {
        quote! { .anchored(#steps) }
    } else {
        quote! { .xml(#steps, #leaf) }
    };
    if !xml.when.is_empty() {
        let when = xml.when.iter().map(when);
        out.extend(quote! { .when(&[#(#when),*]) });
    }
    out
}

fn when(when: &When) -> TokenStream {
    let steps = steps(&when.steps);
    let When { attribute, values, absent, .. } = when;
    quote! { When { steps: #steps, attribute: #attribute, values: &[#(#values),*], absent: #absent } }
}

fn steps(steps: &[Step]) -> TokenStream {
    let steps = steps.iter().map(|step| {
        let name = name(&step.name);
        match &step.only {
            None => quote! { Step::to(#name) },
            Some((attribute, value)) => quote! { Step::only(#name, #attribute, #value) },
        }
    });
    quote! { &[#(#steps),*] }
}

fn name(QName { namespace, local }: &QName) -> TokenStream {
    if namespace.is_empty() {
        quote! { Name::plain(#local) }
    } else {
        quote! { Name::new(#namespace, #local) }
    }
}

fn list(rule: &ListRule) -> TokenStream {
    let keys = rule.keys.iter().map(|key| quote! { &[#(#key),*] });
    let skip = rule.skip;
    quote! { &List { keys: &[#(#keys),*], skip: #skip } }
}

fn form(form: &Form, patterns: &Patterns) -> TokenStream {
    let pattern = |text: &String| match form.pattern().and_then(|bare| patterns.get(bare)) {
        Some(words) => quote! { Pattern::in_words(#text, #words) },
        None => quote! { Pattern::new(#text) },
    };
    match form {
        Form::Words(words) => quote! { Form::Words(&[#(#words),*]) },
        Form::Integer(low, high) => quote! { Form::Integer(#low, #high) },
        Form::Decimal => quote! { Form::Decimal },
        Form::Pattern(text) => {
            let pattern = pattern(text);
            quote! { Form::Pattern(#pattern) }
        }
        Form::Usual(text) => {
            let pattern = pattern(text);
            quote! { Form::Usual(#pattern) }
        }
    }
}

fn meaning(meaning: &Meaning) -> TokenStream {
    match meaning {
        Meaning::Exact => quote! { Meaning::Exact },
        Meaning::Switch(yes, no) => quote! { Meaning::Switch(#yes, #no) },
        Meaning::Number => quote! { Meaning::Number },
        Meaning::Hexadecimal => quote! { Meaning::Hexadecimal },
        Meaning::Sized(unit, default) => quote! { Meaning::Sized(#unit, #default) },
        Meaning::Octal => quote! { Meaning::Octal },
        Meaning::AnyCase => quote! { Meaning::AnyCase },
        Meaning::Path => quote! { Meaning::Path },
        Meaning::Xml => quote! { Meaning::Xml },
    }
}
