//! What the tests share: comparing documents and finding them.

pub mod canonical;
pub mod corpus;
