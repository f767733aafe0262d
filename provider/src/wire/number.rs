//! Terraform's numbers: decimal, with 512 bits of precision. Knows their notations; must not know where they stand.

use provider_core::value::Number;

/// A float, exactly: Terraform sends one only where it is the very number meant, and 0.1 is none.
/// `None` for infinities and NaN.
pub(super) fn exact(float: f64) -> Option<Number> {
    if !float.is_finite() {
        return None;
    }
    if float.fract() == 0.0 {
        return Number::parse_exactly(&format!("{float:.0}"));
    }
    // The smallest float has 1074 binary places, and so as many decimal ones.
    let digits = format!("{float:.1074}");
    Some(Number::Decimal(digits.trim_end_matches('0').to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_kept_exactly() {
        assert_eq!(exact(0.5), Some(Number::Decimal("0.5".into())));
        assert_eq!(exact(-3.0), Some(Number::Integer(-3)));
        assert_eq!(exact(2f64.powi(100)), Some(Number::Integer(1 << 100)));
        let Some(Number::Decimal(tenth)) = exact(0.1) else { panic!() };
        assert!(tenth.starts_with("0.10000000000000000555"));
        assert_eq!(exact(f64::NAN), None);
    }

    #[test]
    fn every_digit_of_a_decimal_survives() {
        let text = "0.1234567890123456789012345678901234567890";
        assert_eq!(Number::parse_exactly(text), Some(Number::Decimal(text.into())));
        assert_eq!(Number::parse_exactly("18446744073709551615"), Some(Number::Integer(u64::MAX.into())));
        assert_eq!(Number::parse_exactly("1e3"), Some(Number::Integer(1000)));
        assert_eq!(Number::parse_exactly("twelve"), None);
    }
}
