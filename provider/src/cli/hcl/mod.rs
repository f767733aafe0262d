//! HCL as text ⇄ values, by shape. Knows the language's syntax and shapes; must not know any attribute, nor evaluate
//! what only Terraform can.

mod layout;
mod meant;
mod nulls;
mod passed;
mod position;
mod quote;
mod read;
mod reported;
mod write;

pub use nulls::{WithoutNulls, without_nulls};
pub use position::{Position, Positions};
pub use read::{Finding, Reader, What, locate, locate_within};
pub use write::{import, locals, resource};
