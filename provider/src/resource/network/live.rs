//! Which changes of a network can be made while it runs. Knows the parts of a network document that libvirt can change
//! one by one; pure.

use provider_core::tree::{Content, Element};

use crate::libvirt::{NetworkChange, NetworkCommand, NetworkSection};

/// The parts that can be changed: their parent's path, their name, and what libvirt calls them.
const PARTS: [(&str, &str, NetworkSection); 6] = [
    ("", "portgroup", NetworkSection::PortGroup),
    ("dns", "host", NetworkSection::DnsHost),
    ("dns", "txt", NetworkSection::DnsText),
    ("dns", "srv", NetworkSection::DnsService),
    ("dhcp", "range", NetworkSection::DhcpRange),
    ("dhcp", "host", NetworkSection::DhcpHost),
];

/// The changes that take a new definition into the running network, deletions first; `None` where it must be restarted.
/// The definitions before and after show what changed: a running network shows defaults that no definition has.
pub(super) fn changes(live: &Element, before: &Element, after: &Element) -> Option<Vec<NetworkChange>> {
    if !rest(before).same(&rest(after)) {
        return None;
    }
    let (old, new) = (parts(live), parts(after));
    let missing = |from: &[Part], in_: &[Part], command| -> Vec<NetworkChange> {
        from.iter().filter(|part| !in_.contains(part)).map(|part| part.change(command)).collect()
    };
    let mut changes = missing(&old, &new, NetworkCommand::Delete);
    changes.extend(missing(&new, &old, NetworkCommand::Add));
    Some(changes)
}

/// One part, without what makes no difference.
#[derive(Debug, PartialEq, Eq)]
struct Part {
    section: NetworkSection,
    parent: i32,
    element: Element,
}

impl Part {
    fn change(&self, command: NetworkCommand) -> NetworkChange {
        NetworkChange { section: self.section, command, parent: self.parent, element: self.element.to_string() }
    }
}

fn parts(network: &Element) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut add = |parent: &Element, path: &str, position: i32| {
        for element in parent.elements() {
            if let Some((_, _, section)) = PARTS.iter().find(|(at, name, _)| *at == path && *name == element.name.local)
            {
                parts.push(Part { section: *section, parent: position, element: element.plain() });
            }
        }
    };
    add(network, "", -1);
    network.child("dns").into_iter().for_each(|dns| add(dns, "dns", -1));
    for (position, ip) in (0..).zip(network.elements().filter(|element| element.name.local == "ip")) {
        ip.child("dhcp").into_iter().for_each(|dhcp| add(dhcp, "dhcp", position));
    }
    parts
}

fn is_part(parent: &str, name: &str) -> bool {
    PARTS.iter().any(|(at, part, _)| *at == parent && *part == name)
}

/// The network without its parts, and without the containers that are empty then.
fn rest(network: &Element) -> Element {
    fn strip(element: &Element, path: &str) -> Element {
        let mut rest = Element { content: Vec::new(), ..element.clone() };
        for content in &element.content {
            match content {
                Content::Element(child) if is_part(path, &child.name.local) => {}
                Content::Element(child) => {
                    let child = strip(child, &child.name.local);
                    let container = matches!(child.name.local.as_str(), "dns" | "dhcp");
                    if !(container && child.attributes.is_empty() && child.elements().next().is_none()) {
                        rest.content.push(Content::Element(child));
                    }
                }
                text => rest.content.push(text.clone()),
            }
        }
        rest.plain()
    }
    strip(network, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIVE: &str = "<network connections='2'><forward mode='nat'><nat/></forward><name>n</name><bridge name='virbr1'/><dns><host ip='10.0.0.2'>\
        <hostname>a</hostname></host></dns><ip address='10.0.0.1' prefix='24'><dhcp><range start='10.0.0.9' end='10.0.0.20'/>\
        </dhcp></ip></network>";

    fn compare(before: &str, after: &str) -> Option<Vec<(NetworkSection, NetworkCommand, i32)>> {
        let [live, before, after] = [LIVE, before, after].map(|text| Element::parse(text).unwrap());
        let changes = changes(&live, &before, &after)?;
        Some(changes.into_iter().map(|change| (change.section, change.command, change.parent)).collect())
    }

    #[test]
    fn parts_change_and_the_rest_needs_a_restart() {
        use NetworkCommand::{Add, Delete};
        use NetworkSection::{DhcpHost, DhcpRange, DnsHost};
        let plain = LIVE.replace(" connections='2'", "").replace("<nat/>", "");
        let table = [
            (plain.clone(), Some(vec![])),
            (plain.replace("<hostname>a", "<hostname>b"), Some(vec![(DnsHost, Delete, -1), (DnsHost, Add, -1)])),
            (
                plain.replace("end='10.0.0.20'/>", "end='10.0.0.20'/><host mac='52:54:00:00:00:01' ip='10.0.0.3'/>"),
                Some(vec![(DhcpHost, Add, 0)]),
            ),
            (
                plain.replace("<dhcp><range start='10.0.0.9' end='10.0.0.20'/></dhcp>", ""),
                Some(vec![(DhcpRange, Delete, 0)]),
            ),
            (plain.replace("virbr1", "virbr2"), None),
            (plain.replace("10.0.0.1'", "10.0.1.1'"), None),
        ];
        for (definition, expected) in table {
            assert_eq!(compare(&plain, &definition), expected, "{definition}");
        }
    }
}
