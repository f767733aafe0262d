//! The structs as Rust: one file per root, cut along the paths where it grows too long. Knows the names of the
//! runtime's XML vocabulary; must not know Terraform.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::{Artifact, EmitError, HEADER, format};
use crate::rng::QName;
use crate::rust_name::{shouting, snake, unique};
use crate::types::{Field, Slot, Struct, Type, Types};

/// A file longer than this is cut.
const LONG: usize = 2500;
/// A part shorter than this stays where it is.
const SHORT: usize = 250;
/// How many places a struct's documentation lists.
const PLACES: usize = 8;

/// The files below `generated/src/structs`.
pub fn structs(types: &Types) -> Result<Vec<Artifact>, EmitError> {
    let names = names(types);
    let mut files = BTreeMap::new();
    let mut by_kind: BTreeMap<&str, Vec<Written>> = BTreeMap::new();
    for one in &types.structs {
        let text = format(definition(types, one, &names))?;
        by_kind.entry(&one.kind).or_default().push(Written { one, text });
    }
    for (kind, all) in by_kind {
        cut(snake(kind), 0, all, &mut files);
    }
    let mut artifacts = vec![artifact("mod", index(types, &files, &names)?), artifact("names", name_table(&names)?)];
    for (module, all) in files {
        let text: Vec<&str> = all.iter().map(|written| written.text.as_str()).collect();
        artifacts.push(artifact(&module, format!("use super::prelude::*;\n\n{}", text.join("\n"))));
    }
    artifacts.sort();
    Ok(artifacts)
}

/// What the generated crate is and how it is used, with examples that are tested.
const LIBRARY: &str = include_str!("library.md");

/// `generated/src/lib.rs` with these public modules.
pub fn lib(types: &Types, modules: &[&str]) -> Result<Artifact, EmitError> {
    let modules = modules.iter().map(|module| ident(module));
    let documentation = LIBRARY.replace("{{roots}}", &types.roots.len().to_string());
    let lines = documentation.lines().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    let text = format(quote! {
        #(#![doc = #lines])*
        #![allow(missing_docs, unused_imports)]
        #(#[rustfmt::skip] pub mod #modules;)*
    })?;
    Ok(Artifact { path: "generated/src/lib.rs".into(), text: format!("{HEADER}\n{text}") })
}

fn artifact(module: &str, text: String) -> Artifact {
    Artifact { path: format!("generated/src/structs/{module}.rs"), text: format!("{HEADER}\n{text}") }
}

/// A struct and its text.
struct Written<'a> {
    one: &'a Struct,
    text: String,
}

/// Puts the structs into the file `module`; where it is too long, those below each element of the path that are
/// many get a file of their own.
fn cut<'a>(module: String, depth: usize, all: Vec<Written<'a>>, files: &mut BTreeMap<String, Vec<Written<'a>>>) {
    if lines(&all) <= LONG {
        files.insert(module, all);
        return;
    }
    let mut stay = Vec::new();
    let mut parts: BTreeMap<&str, Vec<Written>> = BTreeMap::new();
    for written in all {
        match written.one.path.get(depth) {
            Some(name) => parts.entry(name).or_default().push(written),
            None => stay.push(written),
        }
    }
    for (name, part) in parts {
        if lines(&part) < SHORT {
            stay.extend(part);
        } else {
            cut(format!("{module}_{}", snake(name)), depth + 1, part, files);
        }
    }
    files.insert(module, stay);
}

fn lines(all: &[Written]) -> usize {
    all.iter().map(|written| written.text.lines().count() + 1).sum()
}

/// Every XML name that occurs, and the static that holds it.
fn names(types: &Types) -> BTreeMap<QName, Ident> {
    let mut all = BTreeSet::new();
    for field in types.structs.iter().flat_map(|one| &one.fields) {
        if let Slot::Attribute(name) | Slot::Children { name, .. } = &field.slot {
            all.insert(name);
        }
    }
    all.extend(types.roots.iter().map(|root| &root.element));
    let mut taken = BTreeSet::new();
    let name = |name: &QName| (name.clone(), ident(&unique(&shouting(&types.label(name)), &mut taken)));
    all.into_iter().map(name).collect()
}

fn name_table(names: &BTreeMap<QName, Ident>) -> Result<String, EmitError> {
    let statics = names.iter().map(|(QName { namespace, local }, ident)| {
        quote! { pub static #ident: Name = Name::new(#namespace, #local); }
    });
    format(quote! {
        //! Every XML name of the grammars, once.
        use provider_core::shape::Name;
        #(#statics)*
    })
}

/// `structs/mod.rs`: the files, all their types, the roots and the prefixes.
fn index(
    types: &Types,
    files: &BTreeMap<String, Vec<Written>>,
    names: &BTreeMap<QName, Ident>,
) -> Result<String, EmitError> {
    let modules: Vec<Ident> = files.keys().map(|module| ident(module)).collect();
    let prefixes = types.prefixes.iter().map(|(namespace, prefix)| quote! { (#namespace, #prefix) });
    let roots = types.roots.iter().map(|root| {
        let (kind, element, ty) = (&root.kind, &names[&root.element], type_name(types, root.ty));
        quote! {
            Document { kind: #kind, element: names::#element, new: || Box::new(#ty::default()), prefixes: PREFIXES }
        }
    });
    format(quote! {
        //! One struct per element type of libvirt's grammar, and what a document of each kind starts with.
        #(mod #modules;)*
        pub mod names;
        #(pub use #modules::*;)*
        pub use provider_core::node::{Empty, Text};
        use provider_core::xml::Document;
        /// What the files of structs use.
        mod prelude {
            pub use super::{names, *};
            pub use provider_core::node::{Node, Rest, Visitor};
        }
        /// The prefix that is written for a namespace where the document does not say.
        pub static PREFIXES: &[(&str, &str)] = &[#(#prefixes),*];
        /// The kinds of documents.
        pub static DOCUMENTS: &[Document] = &[#(#roots),*];
    })
}

/// A struct and its visit.
fn definition(types: &Types, one: &Struct, names: &BTreeMap<QName, Ident>) -> TokenStream {
    let name = ident(&one.name);
    let docs = places(one);
    let fields = one.fields.iter().map(|field| {
        let (ident, ty, doc) = (ident(&field.ident), field_type(types, field), doc(types, field));
        quote! { #[doc = #doc] pub #ident: #ty }
    });
    let visits = one.fields.iter().map(|field| visit(field, names));
    quote! {
        #(#[doc = #docs])*
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct #name {
            #(#fields,)*
            /// What the grammar does not know.
            pub rest: Rest,
        }
        impl Node for #name {
            fn visit<'a>(&'a mut self, visitor: &mut dyn Visitor<'a>) {
                visitor.rest(&mut self.rest);
                #(#visits)*
            }
        }
    }
}

fn places(one: &Struct) -> Vec<String> {
    let mut lines: Vec<String> = one.places.iter().take(PLACES).map(|place| format!(" `{place}`")).collect();
    let more = one.places.len().saturating_sub(PLACES);
    if more > 0 {
        lines.push(format!(" and {more} more"));
    }
    lines.join(",\n").lines().map(str::to_string).collect()
}

fn doc(types: &Types, field: &Field) -> String {
    match &field.slot {
        Slot::Attribute(name) => format!(" `@{}`", types.label(name)),
        Slot::Text => " `text()`".into(),
        Slot::Raw => " `node()`: raw XML".into(),
        Slot::Children { name, .. } => format!(" `{}`", types.label(name)),
    }
}

fn field_type(types: &Types, field: &Field) -> TokenStream {
    match &field.slot {
        Slot::Attribute(_) | Slot::Text | Slot::Raw => quote! { Option<String> },
        Slot::Children { ty, many, .. } => {
            let ty = type_name(types, *ty);
            if *many {
                quote! { Vec<#ty> }
            } else {
                quote! { Option<Box<#ty>> }
            }
        }
    }
}

fn visit(field: &Field, names: &BTreeMap<QName, Ident>) -> TokenStream {
    let ident = ident(&field.ident);
    match &field.slot {
        Slot::Attribute(name) => {
            let name = &names[name];
            quote! { visitor.attribute(&names::#name, &mut self.#ident); }
        }
        Slot::Text => quote! { visitor.text(&mut self.#ident); },
        Slot::Raw => quote! { visitor.raw(&mut self.#ident); },
        Slot::Children { name, .. } => {
            let name = &names[name];
            quote! { visitor.children(&names::#name, &mut self.#ident); }
        }
    }
}

fn type_name(types: &Types, ty: Type) -> Ident {
    match ty {
        Type::Empty => ident("Empty"),
        Type::Text => ident("Text"),
        Type::Struct(position) => ident(&types.structs[position].name),
    }
}

fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}
