//! What a host can run, read off its capabilities document. Knows that document; pure.

use std::collections::BTreeMap;

/// Machine types by architecture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    machines: BTreeMap<String, BTreeMap<String, String>>,
}

impl Capabilities {
    /// Reads `virConnectGetCapabilities`' document. A document that cannot be read knows nothing, which no caller takes
    /// for "cannot run".
    pub fn read(document: &str) -> Capabilities {
        let mut capabilities = Capabilities::default();
        let Ok(document) = roxmltree::Document::parse(document) else { return capabilities };
        for arch in document.descendants().filter(|node| node.has_tag_name("arch") && node.has_attribute("name")) {
            let machines = capabilities.machines.entry(arch.attribute("name").unwrap_or_default().into()).or_default();
            for machine in arch.descendants().filter(|node| node.has_tag_name("machine")) {
                let name = machine.text().unwrap_or_default();
                machines.insert(name.into(), machine.attribute("canonical").unwrap_or(name).into());
            }
        }
        capabilities
    }

    /// What `machine` stands for on `arch`: `q35` for `pc-q35-10.0`, a versioned one for itself; `None` where the
    /// host does not name it.
    pub fn machine(&self, arch: &str, machine: &str) -> Option<&str> {
        self.machines.get(arch)?.get(machine).map(String::as_str)
    }

    /// The machine types that the host names for `arch`; empty where it names none, which says nothing.
    pub fn machines(&self, arch: &str) -> impl Iterator<Item = &str> {
        self.machines.get(arch).into_iter().flatten().map(|(name, _)| name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_resolve_per_architecture() {
        let capabilities = Capabilities::read(
            "<capabilities><guest><os_type>hvm</os_type><arch name='x86_64'>\
             <machine maxCpus='255' canonical='pc-q35-10.0'>q35</machine><machine>pc-q35-10.0</machine>\
             <domain type='kvm'/></arch></guest><guest><arch name='s390x'>\
             <machine canonical='s390-ccw-virtio-10.0'>s390-ccw-virtio</machine></arch></guest></capabilities>",
        );
        assert_eq!(capabilities.machine("x86_64", "q35"), Some("pc-q35-10.0"));
        assert_eq!(capabilities.machine("x86_64", "pc-q35-10.0"), Some("pc-q35-10.0"));
        assert_eq!(capabilities.machine("s390x", "q35"), None);
        assert_eq!(capabilities.machines("x86_64").count(), 2);
        assert_eq!(Capabilities::read("no xml"), Capabilities::default());
    }
}
