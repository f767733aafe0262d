//! The one thing that is said and asked of a text that is not known yet: what it begins with. Knows how Terraform writes
//! that; must not know what the text is for.

use std::sync::Arc;

use provider_core::value::Refinement;
use rmp::{decode, encode};

/// Keys of what is known of an unknown value: whether it is null, and what the text begins with. Others follow them.
const IS_NULL: u64 = 1;
const PREFIX: u64 = 2;

/// A text that will not be null and will begin with this.
pub(crate) fn beginning_with(prefix: &str) -> Refinement {
    let mut payload = Vec::new();
    // A vector takes all that is written to it.
    let written = encode::write_map_len(&mut payload, 2).is_ok()
        && encode::write_uint(&mut payload, IS_NULL).is_ok()
        && encode::write_bool(&mut payload, false).is_ok()
        && encode::write_uint(&mut payload, PREFIX).is_ok()
        && encode::write_str(&mut payload, prefix).is_ok();
    Refinement(written.then(|| Arc::from(payload)))
}

/// What a text that is not known yet begins with, where that is known.
pub(crate) fn beginning(refinement: &Refinement) -> Option<String> {
    let mut rest: &[u8] = refinement.0.as_deref()?;
    let entries = decode::read_map_len(&mut rest).ok()?;
    for _ in 0..entries {
        match decode::read_int::<u64, _>(&mut rest).ok()? {
            IS_NULL => drop(decode::read_bool(&mut rest).ok()?),
            PREFIX => {
                let length = decode::read_str_len(&mut rest).ok()? as usize;
                return String::from_utf8(rest.get(..length)?.to_vec()).ok();
            }
            // Bounds of numbers and lengths, which no text has.
            _ => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_is_written_as_terraform_does_and_read_again() {
        let refinement = beginning_with("a/b/");
        assert_eq!(refinement.0.as_deref(), Some(&b"\x82\x01\xc2\x02\xa4a/b/"[..]));
        assert_eq!(beginning(&refinement).as_deref(), Some("a/b/"));
        assert_eq!(beginning(&Refinement(Some(Arc::from(&b"\x81\x02\xa1x"[..])))).as_deref(), Some("x"));
        for other in [&b"\x81\x01\xc2"[..], b"\x80", b"", b"\x82\x01\xc2\x02\xa4a", b"\x81\x03\xc2"] {
            assert_eq!(beginning(&Refinement(Some(Arc::from(other)))), None);
        }
        assert_eq!(beginning(&Refinement(None)), None);
    }
}
