//! The pure half of the provider.
//!
//! It knows Terraform's values, the shapes that generated code is written in, and libvirt's XML as text.
//! It must not know any element or resource name, do I/O, or depend on tokio, tonic or virt: whatever names a
//! thing of libvirt's comes in as data.

pub mod baseline;
pub mod canonical;
pub mod compare;
pub mod conform;
pub mod convert;
pub mod defaults;
mod depends;
pub mod diagnostics;
mod exclusive;
mod forms;
mod fragments;
pub mod grammar;
pub mod json;
mod matching;
pub mod meaning;
pub mod nearest;
pub mod newer;
pub mod node;
pub mod place;
pub mod plan;
pub mod primitive;
pub mod reconcile;
pub mod redefine;
pub mod reported;
pub mod select;
pub mod shape;
pub mod size;
pub mod tree;
pub mod validate;
pub mod value;
pub mod walk;
pub mod xml;

#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod testing;
