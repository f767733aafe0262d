//! What the tests that span crates share: documents, mutants of them, and an independent judge of both.

pub mod corpus;
pub mod jing;
pub mod mutant;
pub mod random;
