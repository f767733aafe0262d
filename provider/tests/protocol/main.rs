//! The plugin seen from Terraform's side: every call, the process, and Terraform itself where it is installed.

mod calls;
mod client;
mod life;
mod memory;
mod process;
mod terraform;
mod values;
