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
        let Ok(document) = provider_core::xml::parse(document) else { return capabilities };
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

    /// Whether `machine` is what `alias` stands for on `arch`, now or in an earlier version of the hypervisor: a guest keeps
    /// the version it was defined with. Without an architecture, on any.
    pub fn expands(&self, arch: Option<&str>, alias: &str, machine: &str) -> bool {
        let archs = self.machines.iter().filter(|(name, _)| arch.is_none_or(|arch| arch == *name));
        archs.filter_map(|(_, machines)| machines.get(alias)).any(|canonical| {
            canonical != alias && (canonical == machine || (versioned(machine) && stem(canonical) == stem(machine)))
        })
    }

    /// Whether the host names machine types for `arch` (for any, without one) and this one is not among them.
    pub fn lacks_machine(&self, arch: Option<&str>, machine: &str) -> bool {
        let archs = self.machines.iter().filter(|(name, _)| arch.is_none_or(|arch| arch == *name));
        let knows = |machines: &BTreeMap<String, String>| {
            machines.contains_key(machine) || machines.values().any(|canonical| canonical == machine)
        };
        let named = archs.filter(|(_, machines)| !machines.is_empty()).collect::<Vec<_>>();
        !named.is_empty() && !named.iter().any(|(_, machines)| knows(machines))
    }

    /// The machine types that the host names for `arch`, without those that are a version of another.
    pub fn machines(&self, arch: &str) -> impl Iterator<Item = &str> {
        let names = self.machines.get(arch).into_iter().flatten().map(|(name, _)| name.as_str());
        names.filter(|name| !versioned(name))
    }
}

/// A machine type without its version: `pc-q35` of `pc-q35-10.0`.
fn stem(machine: &str) -> &str {
    machine.trim_end_matches(|character: char| character.is_ascii_digit() || character == '.')
}

fn versioned(machine: &str) -> bool {
    machine.ends_with(|character: char| character.is_ascii_digit()) && stem(machine).ends_with('-')
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
        assert_eq!(capabilities.machines("x86_64").collect::<Vec<_>>(), ["q35"]);
        for (alias, machine, same) in [
            ("q35", "pc-q35-10.0", true),
            ("q35", "pc-q35-9.2", true),
            ("q35", "pc-i440fx-10.0", false),
            ("pc-q35-10.0", "pc-q35-9.2", false),
            ("nope", "pc-q35-10.0", false),
        ] {
            assert_eq!(capabilities.expands(Some("x86_64"), alias, machine), same, "{alias} {machine}");
        }
        assert!(capabilities.lacks_machine(Some("x86_64"), "foo") && !capabilities.lacks_machine(None, "q35"));
        assert!(!capabilities.lacks_machine(Some("riscv64"), "virt"));
        assert_eq!(Capabilities::read("no xml"), Capabilities::default());
    }
}
