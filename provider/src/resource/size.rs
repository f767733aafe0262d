//! Sizes with libvirt's units. Pure.

/// A size in bytes; `None` where the unit is none of libvirt's or the size is out of bounds. Without a unit it is bytes.
pub(super) fn bytes(size: i128, unit: Option<&str>) -> Option<u64> {
    u64::try_from(size.checked_mul(factor(unit.unwrap_or("bytes"))?)?).ok()
}

/// How many bytes a unit is: powers of 1024 for `K` and `KiB`, of 1000 for `KB`, in either case.
fn factor(unit: &str) -> Option<i128> {
    let unit = unit.to_ascii_lowercase();
    if matches!(unit.as_str(), "b" | "byte" | "bytes" | "") {
        return Some(1);
    }
    let power = "kmgtpe".find(unit.chars().next()?)? as u32 + 1;
    match &unit[1..] {
        "" | "ib" => Some(1024_i128.pow(power)),
        "b" => Some(1000_i128.pow(power)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_libvirts() {
        let table = [
            (7, None, Some(7)),
            (7, Some("bytes"), Some(7)),
            (1, Some("KiB"), Some(1024)),
            (1, Some("k"), Some(1024)),
            (1, Some("KB"), Some(1000)),
            (3, Some("GiB"), Some(3 << 30)),
            (1, Some("E"), Some(1 << 60)),
            (99, Some("EiB"), None),
            (-1, None, None),
            (1, Some("parsec"), None),
        ];
        for (size, unit, expected) in table {
            assert_eq!(bytes(size, unit), expected, "{size} {unit:?}");
        }
    }
}
