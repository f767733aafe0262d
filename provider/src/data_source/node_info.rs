//! `data.libvirt_node_info`: the host's processors and memory.

use provider_core::diagnostics::{Diagnostic, Diagnostics};
use provider_core::shape::Shape;
use provider_core::value::Value;

use super::{DataSource, count, text};
use crate::libvirt::Host;

/// The data source.
#[derive(Debug)]
pub struct NodeInfo;

static SHAPE: Shape = Shape {
    attributes: &[
        count("cpu_cores_per_socket", "Cores in a socket."),
        count("cpu_cores_total", "All logical processors of the host."),
        text("cpu_model", "What libvirt calls the processor, such as `x86_64`."),
        count("cpu_sockets", "Sockets in a NUMA node."),
        count("cpu_threads_per_core", "Threads of a core."),
        text("id", "All the other values in one text."),
        count("memory_total_kb", "The host's memory in KiB."),
        count("numa_nodes", "NUMA nodes."),
    ],
};

impl DataSource for NodeInfo {
    fn type_name(&self) -> &'static str {
        "libvirt_node_info"
    }

    fn shape(&self) -> &'static Shape {
        &SHAPE
    }

    fn read(&self, host: &Host, _config: &Value) -> Result<(Value, Diagnostics), Diagnostic> {
        let info =
            host.connection()?.node_info().map_err(|error| error.diagnostic("Cannot read the host's hardware"))?;
        let counts = [info.cpus, info.nodes, info.sockets, info.cores, info.threads];
        let counts = counts.map(|count| format!("-{count}")).concat();
        let count = |count: u32| Value::from(u64::from(count));
        let value = Value::from([
            ("id", format!("{}-{}{counts}", info.model, info.memory).into()),
            ("cpu_model", info.model.into()),
            ("memory_total_kb", info.memory.into()),
            ("cpu_cores_total", count(info.cpus)),
            ("numa_nodes", count(info.nodes)),
            ("cpu_sockets", count(info.sockets)),
            ("cpu_cores_per_socket", count(info.cores)),
            ("cpu_threads_per_core", count(info.threads)),
        ]);
        Ok((value, Diagnostics::new()))
    }
}
