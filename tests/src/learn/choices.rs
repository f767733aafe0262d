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
    ("sec_label", "what the host is set up for"),
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

/// What a condition may be about, from the root's object: what libvirt's own code asks for. Anything else that tells
/// documents apart does so by chance.
const REASONS: &[&str] = &[
    "devices.consoles",
    "devices.graphics",
    "devices.graphics[].spice",
    "devices.graphics[].vnc",
    "devices.serials",
    "devices.videos",
    "forward",
    "numa_tune",
    "numa_tune.memory.placement",
    "forward.mode",
    "forward.dev",
    "os.firmware",
    "os.type",
    "os.type_arch",
    "os.type_machine",
    "target.format",
    "type",
    "cpu.features",
    "cpu.mode",
];

/// Whether a condition may be about this path.
pub fn is_reason(path: &str) -> bool {
    path.starts_with('.') || REASONS.contains(&path)
}

/// Numbers that count: an element's place among its kind. Only a port's first number, or none, is a default.
const POSITIONS: &[&str] = &["id", "index", "port"];

/// Whether a number at this path is one that counts.
pub fn is_position(path: &str) -> bool {
    POSITIONS.contains(&path.rsplit('.').next().unwrap_or(path))
}

/// Elements that are no rows although libvirt adds them.
const KEPT: &[(&str, &str)] = &[
    ("devices.controllers[]", "added at another place of the list; whether they may go is asked of libvirt at import"),
    ("devices.serials[]", "added for a console, which goes in its stead"),
];

/// Whether elements at this path stay.
pub fn is_kept(path: &str) -> bool {
    KEPT.iter().any(|(kept, _)| *kept == path)
}

/// Places whose value is a matter of the architecture alone, so that there are many and each needs that condition.
const BY_ARCHITECTURE: &[&str] = &["cpu", "cpu.model", "devices.emulator"];

/// Whether a default at this path is one of an architecture.
pub fn is_by_architecture(path: &str) -> bool {
    BY_ARCHITECTURE.contains(&path)
}
