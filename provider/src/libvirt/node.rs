//! Calls about the host itself and its devices. Knows libvirt's words for the kinds of devices; must not know who asks.

use virt::sys;

use super::error::{Named, found};
use super::{Connection, Result};

/// A host's processors and memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeInfo {
    /// What libvirt calls the processor: `x86_64`.
    pub model: String,
    /// In KiB.
    pub memory: u64,
    /// All logical processors.
    pub cpus: u32,
    /// NUMA nodes.
    pub nodes: u32,
    /// Sockets per NUMA node.
    pub sockets: u32,
    /// Cores per socket.
    pub cores: u32,
    /// Threads per core.
    pub threads: u32,
}

/// The kinds of devices, as the documents of devices name them (`virConnectListAllNodeDeviceFlags`).
const KINDS: [(&str, sys::virConnectListAllNodeDeviceFlags); 21] = [
    ("system", sys::VIR_CONNECT_LIST_NODE_DEVICES_CAP_SYSTEM),
    ("pci", sys::VIR_CONNECT_LIST_NODE_DEVICES_CAP_PCI_DEV),
    ("usb_device", sys::VIR_CONNECT_LIST_NODE_DEVICES_CAP_USB_DEV),
    ("usb", sys::VIR_CONNECT_LIST_NODE_DEVICES_CAP_USB_INTERFACE),
    ("net", sys::VIR_CONNECT_LIST_NODE_DEVICES_CAP_NET),
    ("scsi_host", sys::VIR_CONNECT_LIST_NODE_DEVICES_CAP_SCSI_HOST),
    ("scsi_target", sys::VIR_CONNECT_LIST_NODE_DEVICES_CAP_SCSI_TARGET),
    ("scsi", sys::VIR_CONNECT_LIST_NODE_DEVICES_CAP_SCSI),
    ("storage", sys::VIR_CONNECT_LIST_NODE_DEVICES_CAP_STORAGE),
    ("fc_host", sys::VIR_CONNECT_LIST_NODE_DEVICES_CAP_FC_HOST),
    ("vports", sys::VIR_CONNECT_LIST_NODE_DEVICES_CAP_VPORTS),
    ("scsi_generic", sys::VIR_CONNECT_LIST_NODE_DEVICES_CAP_SCSI_GENERIC),
    ("drm", sys::VIR_CONNECT_LIST_NODE_DEVICES_CAP_DRM),
    ("mdev_types", sys::VIR_CONNECT_LIST_NODE_DEVICES_CAP_MDEV_TYPES),
    ("mdev", sys::VIR_CONNECT_LIST_NODE_DEVICES_CAP_MDEV),
    ("ccw", sys::VIR_CONNECT_LIST_NODE_DEVICES_CAP_CCW_DEV),
    ("css", sys::VIR_CONNECT_LIST_NODE_DEVICES_CAP_CSS_DEV),
    ("vdpa", sys::VIR_CONNECT_LIST_NODE_DEVICES_CAP_VDPA),
    ("ap_card", sys::VIR_CONNECT_LIST_NODE_DEVICES_CAP_AP_CARD),
    ("ap_queue", sys::VIR_CONNECT_LIST_NODE_DEVICES_CAP_AP_QUEUE),
    ("ap_matrix", sys::VIR_CONNECT_LIST_NODE_DEVICES_CAP_AP_MATRIX),
];

/// A kind of devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceKind(sys::virConnectListAllNodeDeviceFlags);

impl DeviceKind {
    /// The kind of this name.
    pub fn named(name: &str) -> Option<DeviceKind> {
        KINDS.iter().find(|(word, _)| *word == name).map(|(_, flag)| DeviceKind(*flag))
    }

    /// The names of all kinds.
    pub fn names() -> impl Iterator<Item = &'static str> {
        KINDS.iter().map(|(word, _)| *word)
    }
}

impl Connection {
    /// Source: `virNodeGetInfo`.
    pub fn node_info(&self) -> Result<NodeInfo> {
        let info = self.0.node_info().named("virNodeGetInfo")?;
        Ok(NodeInfo {
            model: info.model,
            memory: info.memory,
            cpus: info.cpus,
            nodes: info.nodes,
            sockets: info.sockets,
            cores: info.cores,
            threads: info.threads,
        })
    }

    /// The names of the host's devices, of one kind or of all. Source: `virConnectListAllNodeDevices`.
    pub fn node_devices(&self, kind: Option<DeviceKind>) -> Result<Vec<String>> {
        let flags = kind.map_or(0, |kind| kind.0);
        let devices = self.0.list_all_node_devices(flags).named("virConnectListAllNodeDevices")?;
        devices.iter().map(|device| device.name().named("virNodeDeviceGetName")).collect()
    }

    /// A device's document; `None` where there is no such device. Source: `virNodeDeviceLookupByName`,
    /// `virNodeDeviceGetXMLDesc`.
    pub fn node_device(&self, name: &str) -> Result<Option<String>> {
        let device = found(self.0.lookup_node_device_by_name(name).named("virNodeDeviceLookupByName"))?;
        device.map(|device| device.xml_desc(0).named("virNodeDeviceGetXMLDesc")).transpose()
    }
}
