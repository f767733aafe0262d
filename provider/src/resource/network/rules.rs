//! What there is to know about merging network documents. Data only.

use provider_core::merge::{Anew, Keys, Rules};

/// The rules for `<network>`.
pub(super) const RULES: Rules = Rules {
    keys: &[
        Keys { element: "network/ip", ways: &[&["@address"]] },
        Keys { element: "network/ip/dhcp/host", ways: &[&["@mac"], &["@id"], &["@ip"], &["@name"]] },
        Keys { element: "network/ip/dhcp/range", ways: &[&["@start", "@end"]] },
        Keys { element: "network/dns/host", ways: &[&["@ip"]] },
        Keys { element: "network/dns/txt", ways: &[&["@name"]] },
        Keys { element: "network/forward/interface", ways: &[&["@dev"]] },
        Keys { element: "network/portgroup", ways: &[&["@name"]] },
        Keys { element: "network/route", ways: &[&["@address", "@prefix"], &["@address", "@netmask"]] },
    ],
    anew: &[
        Anew { what: "network/forward/nat", when: &["@mode"] },
        Anew { what: "network/forward/@dev", when: &["@mode", "interface@dev"] },
        Anew { what: "network/forward/interface", when: &["@mode", "@dev"] },
    ],
};
