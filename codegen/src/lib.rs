//! The build-time generator: libvirt's grammar and the overrides in, artifacts (path and text) out. Pure but for
//! [`import`], which reads libvirt's files; only the command line writes.

pub mod emit;
pub mod grammar;
pub mod members;
pub mod rng;
pub mod scalar;
