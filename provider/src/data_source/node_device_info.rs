//! `data.libvirt_node_device_info`: one device of the host, read off its document.

use provider_core::diagnostics::{AttributePath, Diagnostic, Diagnostics};
use provider_core::shape::{Attribute, Kind, Primitive, Shape};
use provider_core::tree::Element;
use provider_core::value::{Number, Value};

use super::{DataSource, TEXT, count, reported, text};
use crate::libvirt::Host;

/// The data source.
#[derive(Debug)]
pub struct NodeDeviceInfo;

static SHAPE: Shape = Shape {
    attributes: &[
        reported("capability", Kind::Object(&CAPABILITY), "What it is. Which attributes are set depends on the kind."),
        text("id", "The name."),
        Attribute::new("name", Kind::Leaf(&TEXT))
            .required()
            .doc("The device's name, as `libvirt_node_devices` lists it."),
        text("parent", "The device it is attached to."),
        text("path", "Where it is in sysfs."),
    ],
};

static CAPABILITY: Shape = Shape {
    attributes: &[
        text("address", "The MAC address of a network interface."),
        text("block", "The block device, such as `/dev/sda`."),
        count("bus", "The bus of a PCI, USB or SCSI device."),
        text("class", "The class of a PCI device, such as `0x030000` for a display."),
        count("device_number", "The number of a USB device on its bus."),
        count("domain", "The domain of a PCI device."),
        text("drive_type", "The kind of a storage device, such as `disk` or `cdrom`."),
        count("function", "The function of a PCI device."),
        count("host", "The host number of a SCSI device."),
        text("interface", "The name of a network interface, such as `eth0`."),
        count("iommu_group", "The IOMMU group of a PCI device: all of a group go to one guest."),
        text("link_speed", "The speed of a network interface in Mbit/s."),
        text("link_state", "The state of a network interface, such as `up`."),
        count("logical_block_size", "Bytes in a block of a storage device."),
        count("lun", "The unit number of a SCSI device."),
        text("model", "The model of a storage device."),
        count("num_blocks", "Blocks of a storage device."),
        text("product_id", "The product, as a number."),
        text("product_name", "The product's name."),
        text("scsi_type", "The kind of a SCSI device."),
        text("serial", "The serial number of a storage device."),
        count("size", "Bytes of a storage device."),
        count("slot", "The slot of a PCI device."),
        count("target", "The target number of a SCSI device."),
        text("type", "The kind, such as `pci`, `usb_device`, `net` or `storage`."),
        text("vendor_id", "The vendor, as a number."),
        text("vendor_name", "The vendor's name."),
    ],
};

/// Where in the `<capability>` of a device each attribute stands.
const PLACES: [(&str, &str); 27] = [
    ("address", "address"),
    ("block", "block"),
    ("bus", "bus"),
    ("class", "class"),
    ("device_number", "device"),
    ("domain", "domain"),
    ("drive_type", "drive_type"),
    ("function", "function"),
    ("host", "host"),
    ("interface", "interface"),
    ("iommu_group", "iommuGroup@number"),
    ("link_speed", "link@speed"),
    ("link_state", "link@state"),
    ("logical_block_size", "logical_block_size"),
    ("lun", "lun"),
    ("model", "model"),
    ("num_blocks", "num_blocks"),
    ("product_id", "product@id"),
    ("product_name", "product"),
    ("scsi_type", "type"),
    ("serial", "serial"),
    ("size", "size"),
    ("slot", "slot"),
    ("target", "target"),
    ("type", "@type"),
    ("vendor_id", "vendor@id"),
    ("vendor_name", "vendor"),
];

impl DataSource for NodeDeviceInfo {
    fn type_name(&self) -> &'static str {
        "libvirt_node_device_info"
    }

    fn shape(&self) -> &'static Shape {
        &SHAPE
    }

    fn read(&self, host: &Host, config: &Value) -> Result<(Value, Diagnostics), Diagnostic> {
        let name = config.get("name").as_str().unwrap_or_default();
        let document = host
            .connection()?
            .node_device(name)
            .map_err(|error| error.diagnostic(format!("Cannot read the device {name}")))?
            .ok_or_else(|| no_such_device(name))?;
        let device = Element::parse(&document).map_err(|error| {
            Diagnostic::error(format!("Cannot read the XML of the device {name}"), error.to_string())
        })?;
        let value = Value::from([
            ("id", name.into()),
            ("name", name.into()),
            ("path", device.value("path").into()),
            ("parent", device.value("parent").into()),
            ("capability", device.child("capability").map(capability).into()),
        ]);
        Ok((value, Diagnostics::new()))
    }
}

fn capability(capability: &Element) -> Value {
    let mut object = Value::from([]);
    for (name, place) in PLACES {
        let found = match place.contains('@') {
            true => capability.value(place),
            false => capability.at(place).map(|element| element.text().to_string()),
        };
        let found = found.filter(|text| !text.is_empty());
        let is_count = CAPABILITY.attribute(name).is_some_and(|attribute| match attribute.kind {
            Kind::Leaf(scalar) => scalar.primitive == Primitive::Number,
            _ => false,
        });
        let value = match found {
            // A storage device's bus is a word (`scsi`), which this number cannot hold.
            Some(text) if is_count => Number::parse(&text).map_or(Value::Null, Value::Number),
            found => found.into(),
        };
        object.set(name, value);
    }
    object
}

fn no_such_device(name: &str) -> Diagnostic {
    Diagnostic::error(
        format!("The host has no device {name:?}"),
        "The data source libvirt_node_devices lists the names, and so does virsh nodedev-list.",
    )
    .at(AttributePath::root("name"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_capability_is_read_off_its_document() {
        let document = "<capability type='pci'><class>0x060000</class><domain>0</domain><bus>3</bus>\
                        <product id='0x0d57'>Bridge</product><vendor id='0x8086'/><iommuGroup number='7'/></capability>";
        let read = capability(&Element::parse(document).unwrap());
        for (name, value) in [
            ("type", "pci".into()),
            ("class", "0x060000".into()),
            ("bus", 3_i64.into()),
            ("product_id", "0x0d57".into()),
            ("product_name", "Bridge".into()),
            ("vendor_id", "0x8086".into()),
            ("vendor_name", Value::Null),
            ("iommu_group", 7_i64.into()),
        ] {
            assert_eq!(*read.get(name), value, "{name}");
        }
    }
}
