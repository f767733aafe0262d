//! What there is to know about merging pool documents. Data only.

use provider_core::merge::{Keys, Rules};

/// The rules for `<pool>`.
pub(super) const RULES: Rules = Rules {
    keys: &[
        Keys { element: "pool/source/device", ways: &[&["@path"]] },
        Keys { element: "pool/source/host", ways: &[&["@name", "@port"], &["@name"]] },
    ],
    anew: &[],
};
