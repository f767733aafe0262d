//! What is never a default, whatever is seen: identity, and what differs by host. Knows names of attributes only.

use super::place::FREE;

/// Attributes that libvirt chooses for each object, or that a host decides, by their names wherever they stand. Nothing in
/// them is tried either.
const NAMES: &[(&str, &str)] = &[
    ("alias", "a device's name"),
    ("gen_id", "identity"),
    ("mac", "identity"),
    ("metadata", "other programs' own"),
    ("nv_ram", "the guest's own file"),
    ("uuid", "identity"),
];

/// The same by their whole path.
const PATHS: &[(&str, &str)] = &[
    ("name", "identity"),
    ("key", "identity"),
    ("bridge.name", "the first free one"),
    ("devices.interfaces[].target", "the first free one"),
    ("os.type_arch", "that of the host"),
    ("os.type_machine", "identity: it depends on the version of the hypervisor"),
    ("sec_label[]", "what the host is set up for"),
    ("target.permissions", "whoever runs libvirt"),
    ("type", "what the host can do"),
];

/// Why a place is a choice; `None` where it may be a default.
pub fn choice(path: &str) -> Option<&'static str> {
    let last = path.rsplit('.').next().unwrap_or(path).trim_end_matches("[]");
    if last == FREE
        && path.starts_with("devices.")
        && !["listeners[]", "ip[]", "routes[]"].iter().any(|list| path.contains(list))
    {
        return Some("where a device sits; whether it may go is asked of libvirt at import");
    }
    let named = NAMES.iter().find(|(name, _)| *name == last);
    named.or_else(|| PATHS.iter().find(|(whole, _)| *whole == path)).map(|(_, why)| *why)
}
