//! What a host can run, read off its capabilities document. Knows that document; pure.

use std::collections::{BTreeMap, BTreeSet};

/// Machine types by architecture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    machines: BTreeMap<String, Machines>,
}

/// The machine types of an architecture, each with what it stands for: itself, or what it is an alias of. Ubuntu's QEMU
/// gives one alias to several (`q35` to its own `pc-q35-noble` and to `pc-q35-8.2`); which of them a guest gets is
/// libvirt's choice.
type Machines = BTreeMap<String, BTreeSet<String>>;

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
                let stands_for = machine.attribute("canonical").unwrap_or(name);
                machines.entry(name.into()).or_default().insert(stands_for.into());
            }
        }
        capabilities
    }

    /// Whether `machine` is what `alias` stands for on `arch`, now or in an earlier version of the hypervisor: a guest keeps
    /// the version it was defined with. Without an architecture, on any.
    pub fn expands(&self, arch: Option<&str>, alias: &str, machine: &str) -> bool {
        self.of(arch).any(|machines| {
            let theirs = family(machines, machine);
            let same = |one: &str| one == machine || (theirs.is_some() && family(machines, one) == theirs);
            machines.get(alias).into_iter().flatten().any(|one| one != alias && same(one))
        })
    }

    /// Whether the host names machine types for `arch` (for any, without one) and this one is not among them.
    pub fn lacks_machine(&self, arch: Option<&str>, machine: &str) -> bool {
        let knows = |machines: &Machines| {
            machines.contains_key(machine) || machines.values().any(|stands_for| stands_for.contains(machine))
        };
        let named = self.of(arch).filter(|machines| !machines.is_empty()).collect::<Vec<_>>();
        !named.is_empty() && !named.iter().any(|machines| knows(machines))
    }

    /// The machine types that the host names for `arch`, without those that are a version of another.
    pub fn machines(&self, arch: &str) -> impl Iterator<Item = &str> {
        let machines = self.machines.get(arch);
        let names =
            machines.into_iter().flat_map(|machines| machines.keys().map(move |name| (machines, name.as_str())));
        names.filter(|(machines, name)| family(machines, name).is_none()).map(|(_, name)| name)
    }

    fn of(&self, arch: Option<&str>) -> impl Iterator<Item = &Machines> {
        self.machines
            .iter()
            .filter(move |(name, _)| arch.is_none_or(|arch| arch == *name))
            .map(|(_, machines)| machines)
    }
}

/// What a machine type is a version of: `pc-q35` of `pc-q35-10.0`. Distributions have versions of their own
/// (`pc-q35-rhel9.4.0`, `pc-q35-noble-v2`), some of which look like any other word: what the host has numbered versions
/// of has these, too.
fn family<'a>(machines: &Machines, machine: &'a str) -> Option<&'a str> {
    let names = || machines.keys().chain(machines.values().flatten()).map(String::as_str).chain([machine]);
    let stems = machine.rmatch_indices('-').map(|(dash, _)| &machine[..dash]);
    stems.into_iter().find(|stem| {
        names().any(|name| name.strip_prefix(stem).and_then(|rest| rest.strip_prefix('-')).is_some_and(is_number))
    })
}

/// Whether this is a version's number, which a vendor's name may precede: `10.0`, `rhel9.4.0`.
fn is_number(version: &str) -> bool {
    let number = version.trim_start_matches(|character: char| character.is_ascii_lowercase());
    number.contains('.')
        && number.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
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

    #[test]
    fn an_alias_may_stand_for_several() {
        // As Ubuntu 24.04 reports it.
        let capabilities = Capabilities::read(
            "<capabilities><guest><arch name='x86_64'>\
             <machine canonical='pc-q35-8.2'>q35</machine><machine canonical='pc-q35-noble'>q35</machine>\
             <machine canonical='pc-q35-noble-v2'>ubuntu-q35</machine><machine canonical='pc-i440fx-noble'>pc</machine>\
             <machine>pc-q35-noble</machine><machine>pc-q35-jammy-maxcpus</machine><machine>pc-q35-8.2</machine>\
             <machine>pc-i440fx-8.2</machine><machine>microvm</machine></arch></guest></capabilities>",
        );
        for (alias, machine, same) in [
            ("q35", "pc-q35-noble", true),
            ("q35", "pc-q35-8.2", true),
            ("q35", "pc-q35-jammy-maxcpus", true),
            ("q35", "pc-i440fx-noble", false),
            ("ubuntu-q35", "pc-q35-noble-v2", true),
            ("ubuntu-q35", "pc-q35-mantic", true),
            ("pc", "pc-i440fx-noble", true),
            ("pc", "pc-i440fx-jammy", true),
            ("pc", "pc-q35-noble", false),
            ("pc-q35-noble", "pc-q35-jammy", false),
            ("microvm", "pc-q35-noble", false),
        ] {
            assert_eq!(capabilities.expands(Some("x86_64"), alias, machine), same, "{alias} {machine}");
        }
        assert_eq!(capabilities.machines("x86_64").collect::<Vec<_>>(), ["microvm", "pc", "q35", "ubuntu-q35"]);
        assert!(!capabilities.lacks_machine(None, "pc-i440fx-noble"));
    }

    #[test]
    fn vendors_number_their_own_versions() {
        let capabilities = Capabilities::read(
            "<capabilities><guest><arch name='aarch64'><machine canonical='virt-rhel9.4.0'>virt</machine></arch>\
             <arch name='ppc64'><machine canonical='powernv10'>powernv</machine><machine>powernv9</machine>\
             <machine canonical='new-evb'>evb</machine><machine>old-evb</machine></arch></guest></capabilities>",
        );
        for (alias, machine, same) in [
            ("virt", "virt-rhel9.4.0", true),
            ("virt", "virt-rhel8.6.0", true),
            ("virt", "virt-9.1", true),
            ("powernv", "powernv10", true),
            ("powernv", "powernv9", false),
            ("evb", "new-other", false),
        ] {
            assert_eq!(capabilities.expands(None, alias, machine), same, "{alias} {machine}");
        }
    }
}
