//! What libvirt does by itself, as static tables: one for each kind of document that has rows. Knows the runtime's
//! vocabulary; must not know any element.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::{Artifact, EmitError, HEADER, format};
use crate::defaults::{Defaults, Row};
use crate::rust_name::shouting;

/// generated/src/defaults.rs.
pub fn defaults(defaults: &Defaults) -> Result<Artifact, EmitError> {
    let tables = defaults.iter().map(|(kind, rows)| {
        let name = Ident::new(&shouting(kind), Span::call_site());
        let (count, rows) = (rows.len(), rows.iter().map(row));
        quote! {
            #[doc = #kind]
            pub static #name: [Default; #count] = [#(#rows),*];
        }
    });
    let text = format(quote! {
        //! What libvirt does by itself where a document says nothing, as tables.
        use provider_core::defaults::{Condition, Default};
        #(#tables)*
    })?;
    Ok(Artifact { path: "generated/src/defaults.rs".into(), text: format!("{HEADER}\n{text}") })
}

fn row(row: &Row) -> TokenStream {
    let (path, value) = (&row.path, row.value.to_string());
    let when = row.when.iter().map(|condition| {
        let (path, any_of) = (&condition.path, &condition.any_of);
        quote! { Condition { path: #path, any_of: &[#(#any_of),*] } }
    });
    quote! { Default::new(#path, #value, &[#(#when),*]) }
}
