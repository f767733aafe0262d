//! What an import takes of an object: what libvirt would not do by itself. Knows resources and the grammar; must not know any
//! kind of object, nor state.

use generated::grammar::GRAMMAR;
use provider_core::conform::conform;
use provider_core::defaults::Facts;
use provider_core::diagnostics::{Level, has_errors};
use provider_core::select::compact;
use provider_core::value::Value;

use super::Resource;
use crate::libvirt::Host;

/// An object without what libvirt would do by itself; elements of lists that it would add are null. What only a host could
/// say stays where there is none to ask. All of it stays where validation would not let the rest pass: the grammar may ask
/// for what libvirt would do by itself.
pub(crate) fn imported(resource: &dyn Resource, host: Option<&Host>, driver: Option<&str>, actual: &Value) -> Value {
    let lean = resource.imported(host, actual, resource.lean(&Facts { driver }, actual));
    let is_valid =
        resource.root().is_none_or(|root| !has_errors(&conform(root, &GRAMMAR, &compact(&lean), Level::Error)));
    if is_valid { lean } else { actual.clone() }
}
