//! `data.libvirt_node_devices`: the names of the host's devices.

use provider_core::diagnostics::{AttributePath, Diagnostic, Diagnostics};
use provider_core::shape::{Attribute, Kind, Shape};
use provider_core::value::Value;

use super::{DataSource, TEXT, reported, text};
use crate::libvirt::{DeviceKind, Host};

/// The data source.
#[derive(Debug)]
pub struct NodeDevices;

static SHAPE: Shape = Shape {
    attributes: &[
        Attribute::new("capability", Kind::Leaf(&TEXT))
            .doc("Only devices of this kind: `pci`, `usb_device`, `net`, `storage` and so on, as in a device's own document."),
        reported("devices", Kind::Set(&TEXT), "The names of the devices."),
        text("id", "The kind and how many there are."),
    ],
};

impl DataSource for NodeDevices {
    fn type_name(&self) -> &'static str {
        "libvirt_node_devices"
    }

    fn shape(&self) -> &'static Shape {
        &SHAPE
    }

    fn read(&self, host: &Host, config: &Value) -> Result<(Value, Diagnostics), Diagnostic> {
        let (kind, mut found) = (config.get("capability").as_str(), Diagnostics::new());
        let mut devices = match (kind, kind.and_then(DeviceKind::named)) {
            (Some(unknown), None) => {
                found.push(no_such_kind(unknown));
                Vec::new()
            }
            (_, kind) => host
                .connection()?
                .node_devices(kind)
                .map_err(|error| error.diagnostic("Cannot list the devices of the host"))?,
        };
        devices.sort();
        let value = Value::from([
            ("id", format!("{}-{}", kind.unwrap_or("all"), devices.len()).into()),
            ("capability", config.get("capability").clone()),
            ("devices", Value::List(devices.into_iter().map(Value::from).collect())),
        ]);
        Ok((value, found))
    }
}

fn no_such_kind(kind: &str) -> Diagnostic {
    let known: Vec<&str> = DeviceKind::names().collect();
    Diagnostic::warning(
        format!("Unknown capability {kind:?}"),
        format!("No device has it. Valid values: {}.", known.join(", ")),
    )
    .at(AttributePath::root("capability"))
}
