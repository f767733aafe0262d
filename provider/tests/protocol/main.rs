//! The plugin seen from Terraform's side: every call, the process, and Terraform itself where it is installed.

mod calls;
mod client;
mod generate;
mod life;
mod memory;
mod process;
mod terraform;
mod values;

/// What the acceptance tests do where something is missing. They depend on this crate, so their file is taken in here.
#[allow(dead_code)]
#[path = "../../../tests/src/skip.rs"]
mod skip;
