//! What there is to know about merging domain documents: which devices are told apart by what, and which of libvirt's
//! choices a change makes stale. Data only.

use provider_core::merge::{Anew, Keys, Rules};

/// The rules for `<domain>`.
pub(super) const RULES: Rules = Rules {
    keys: &[
        keys("domain/devices/disk", &[&["alias@name"], &["target@dev"]]),
        keys("domain/devices/interface", &[&["alias@name"], &["mac@address"]]),
        keys("domain/devices/controller", &[&["alias@name"], &["@type", "@index"], &["@type"]]),
        keys("domain/devices/filesystem", &[&["alias@name"], &["target@dir"]]),
        keys("domain/devices/channel", &[&["alias@name"], &["target@name"], &["target@type", "@type"]]),
        keys("domain/devices/serial", &[&["alias@name"], &["target@port"], &["@type"]]),
        keys("domain/devices/console", &[&["alias@name"], &["target@type", "target@port"], &["@type"]]),
        keys("domain/devices/graphics", &[&["alias@name"], &["@type"]]),
        keys("domain/devices/input", &[&["alias@name"], &["@type", "@bus"]]),
        keys("domain/devices/sound", &[&["alias@name"], &["@model"]]),
        keys("domain/devices/audio", &[&["@id"]]),
        keys("domain/devices/video", &[&["alias@name"], &["model@type"]]),
        keys("domain/devices/watchdog", &[&["alias@name"], &["@model"]]),
        keys("domain/cpu/feature", &[&["@name"]]),
        keys("domain/clock/timer", &[&["@name"]]),
    ],
    anew: &[
        anew("domain/currentMemory", &["memory", "memory@unit"]),
        anew("domain/vcpu/@current", &[""]),
        anew("domain/cpu/*", &["@mode", "@match", "model"]),
        anew("domain/os/loader", &["@firmware", "firmware"]),
        anew("domain/os/nvram", &["@firmware", "firmware", "loader", "loader@secure"]),
        anew("domain/os/firmware", &["@firmware", "loader"]),
        anew("domain/devices/disk/address", &["target@bus", "@device"]),
        anew("domain/devices/disk/driver", &["@type", "source"]),
        anew("domain/devices/disk/backingStore", &["@type", "source"]),
        anew("domain/devices/interface/address", &["model@type", "@type"]),
        anew("domain/devices/controller/*", &["@model"]),
        anew("domain/devices/filesystem/address", &["driver@type"]),
        anew("domain/devices/graphics/*", &["@type", "@autoport", "listen"]),
        anew("domain/devices/video/model/*", &["@type"]),
        anew("domain/devices/memballoon/*", &["@model"]),
        anew("domain/devices/rng/address", &["@model"]),
        anew("domain/devices/tpm/*", &["@model"]),
    ],
};

const fn keys(element: &'static str, ways: &'static [&'static [&'static str]]) -> Keys {
    Keys { element, ways }
}

const fn anew(what: &'static str, when: &'static [&'static str]) -> Anew {
    Anew { what, when }
}
