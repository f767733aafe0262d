//! What the generator makes of the sources beside code: the reference, explanations, and what it finds wrong.

mod overrides;
mod pages;
mod sources;
