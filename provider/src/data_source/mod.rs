//! What can be asked of a host without managing it: one file per data source, each a small hand-written shape and the
//! calls that fill it. Knows values, shapes and [`crate::libvirt`]; must not know the protocol.

mod domain_interface_addresses;
mod node_device_info;
mod node_devices;
mod node_info;

pub use domain_interface_addresses::DomainInterfaceAddresses;
pub use node_device_info::NodeDeviceInfo;
pub use node_devices::NodeDevices;
pub use node_info::NodeInfo;

use provider_core::diagnostics::{Diagnostic, Diagnostics};
use provider_core::shape::{Attribute, Class, Kind, Meaning, Primitive, Scalar, Shape};
use provider_core::value::Value;

use crate::libvirt::Host;

/// A data source.
pub trait DataSource: Send + Sync {
    /// Terraform's type name: `libvirt_node_info`.
    fn type_name(&self) -> &'static str;

    /// The attributes.
    fn shape(&self) -> &'static Shape;

    /// The whole object, the configuration's own attributes included, and what is worth knowing of it.
    fn read(&self, host: &Host, config: &Value) -> Result<(Value, Diagnostics), Diagnostic>;
}

static TEXT: Scalar = Scalar { primitive: Primitive::String, forms: &[], meaning: Meaning::Exact };
static COUNT: Scalar = Scalar { primitive: Primitive::Number, forms: &[], meaning: Meaning::Exact };

/// An attribute that the host answers with.
const fn reported(name: &'static str, kind: Kind, doc: &'static str) -> Attribute {
    Attribute::new(name, kind).class(Class::Runtime).doc(doc)
}

const fn text(name: &'static str, doc: &'static str) -> Attribute {
    reported(name, Kind::Leaf(&TEXT), doc)
}

const fn count(name: &'static str, doc: &'static str) -> Attribute {
    reported(name, Kind::Leaf(&COUNT), doc)
}
