//! The pure half of the provider.
//!
//! It knows Terraform's values, the shapes that generated code is written in, and libvirt's XML as text.
//! It must not know any element or resource name, do I/O, or depend on tokio, tonic or virt: whatever names a
//! thing of libvirt's comes in as data.

pub mod convert;
pub mod diagnostics;
pub mod grammar;
pub mod node;
pub mod shape;
pub mod value;
