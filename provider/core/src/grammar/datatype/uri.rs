//! `anyURI`: what is a URI reference once the characters a URI may not hold are escaped. Knows nothing else.

use std::net::Ipv6Addr;

/// Whether the text is a URI reference. Nearly everything is: refused are a stray percent or second `#`, a scheme that
/// is none, and brackets but around an IPv6 address.
pub fn is_any_uri(text: &str) -> bool {
    let (reference, fragment) = text.split_once('#').unwrap_or((text, ""));
    !fragment.contains('#') && percents_are_escapes(text) && is_reference(reference)
}

fn percents_are_escapes(text: &str) -> bool {
    text.split('%').skip(1).all(|rest| {
        let mut two = rest.bytes().take(2);
        two.len() == 2 && two.all(|byte| byte.is_ascii_hexdigit())
    })
}

fn is_reference(reference: &str) -> bool {
    match reference.find([':', '/', '?']) {
        Some(position) if reference[position..].starts_with(':') => {
            let (scheme, rest) = (&reference[..position], &reference[position + 1..]);
            // What follows a scheme without a slash is opaque: it may be anything.
            is_scheme(scheme) && !rest.is_empty() && (!rest.starts_with('/') || is_hierarchy(rest))
        }
        _ => is_hierarchy(reference),
    }
}

fn is_scheme(text: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    text.starts_with(|character: char| character.is_ascii_alphabetic()) && text.bytes().all(letters)
}

/// Authority, path and query; brackets are free in the query alone.
fn is_hierarchy(text: &str) -> bool {
    let (hierarchy, _query) = text.split_once('?').unwrap_or((text, ""));
    let Some(rest) = text.strip_prefix("//") else { return !hierarchy.contains(['[', ']']) };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let path = hierarchy.get(2 + end..).unwrap_or("");
    !rest.is_empty() && is_authority(&rest[..end]) && !path.contains(['[', ']'])
}

fn is_authority(text: &str) -> bool {
    let host = text.rsplit_once('@').map_or(text, |(_user, host)| host);
    let Some(inside) = host.strip_prefix('[') else { return !text.contains(['[', ']']) };
    inside.split_once(']').is_some_and(|(address, port)| {
        let digits = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
        address.parse::<Ipv6Addr>().is_ok() && (port.is_empty() || port.strip_prefix(':').is_some_and(digits))
    })
}
