//! What the generator writes.

pub mod grammar;
