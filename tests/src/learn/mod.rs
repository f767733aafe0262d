//! What libvirt does by itself, learnt by experiment: documents are defined with and without each place, and what comes back
//! by itself in all of them becomes a row of overrides/defaults. For developers, who run it at each bump (docs/bumping.md).
//! This may name elements; what it writes is data.

pub mod choices;
pub mod features;
pub mod host;
pub mod infer;
pub mod observe;
pub mod place;
pub mod row;
pub mod verify;
pub mod write;
