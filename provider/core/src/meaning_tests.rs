use super::*;
use crate::shape::Primitive;
use crate::testing::value;

fn means_same(meaning: Meaning, a: &str, b: &str) -> bool {
    let scalar = Scalar { primitive: Primitive::String, forms: &[], meaning };
    let (a, b) = (value(a), value(b));
    let sides = [&a, &b].map(|object| Side { value: object.get("v"), object });
    let same = same(&scalar, &sides[0], &sides[1]);
    let [print_a, print_b] = sides.map(|side| fingerprint(&scalar, &side));
    assert!(!same || print_a == print_b, "{a:?} and {b:?} mean the same: {print_a}, {print_b}");
    same
}

#[test]
fn by_value() {
    let (switch, number, hex) = (Meaning::Switch("on", "off"), Meaning::Number, Meaning::Hexadecimal);
    let rows = [
        (Meaning::Exact, "\"a\"", "\"a\"", true),
        (Meaning::Exact, "\"a\"", "\"A\"", false),
        (Meaning::Exact, "0.5", "0.50", true),
        (Meaning::Exact, "null", "null", true),
        (Meaning::Exact, "null", "\"\"", false),
        (Meaning::Exact, "\"?\"", "\"a\"", false),
        (switch, "\"on\"", "\"true\"", true),
        (switch, "\"off\"", "false", true),
        (switch, "\"on\"", "\"off\"", false),
        (switch, "\"yes\"", "\"on\"", false),
        (number, "\"16\"", "\"0x10\"", true),
        (number, "\"0x1F\"", "\"0X1f\"", true),
        (number, "\"-1\"", "-1", true),
        (number, "\"10\"", "\"0x10\"", false),
        (number, "\"a\"", "\"b\"", false),
        (hex, "\"10\"", "\"0x10\"", true),
        (hex, "\"0x0a\"", "\"0xA\"", true),
        (hex, "10", "\"0xa\"", true),
        (Meaning::Octal, "\"770\"", "\"0770\"", true),
        (Meaning::Octal, "\"770\"", "\"771\"", false),
        (Meaning::Octal, "\"0o770\"", "\"770\"", false),
        (Meaning::AnyCase, "\"52:AB\"", "\"52:ab\"", true),
        (Meaning::AnyCase, "\"a-b\"", "\"ab\"", false),
        (Meaning::AnyCase, "\"0F0E0D0C-0000-1111-2222-333344445555\"", "\"0f0e0d0c000011112222333344445555\"", true),
        (Meaning::Path, "\"/a/b/\"", "\"/a/b\"", true),
        (Meaning::Path, "\"/\"", "\"//\"", true),
        (Meaning::Path, "\"/\"", "\"\"", false),
        (Meaning::Path, "\"/a\"", "\"/a/b\"", false),
        (Meaning::Xml, "\"<a b='1'/>\"", "\"<a b=\\\"1\\\"></a>\"", true),
        (Meaning::Xml, "\"<a/>\"", "\"<b/>\"", false),
        (Meaning::Xml, "\"<a\"", "\"<b\"", false),
    ];
    for (meaning, a, b, expected) in rows {
        let (left, right) = (format!("{{\"v\":{a}}}"), format!("{{\"v\":{b}}}"));
        assert_eq!(means_same(meaning, &left, &right), expected, "{meaning:?}: {a} and {b}");
        assert_eq!(means_same(meaning, &right, &left), expected, "{meaning:?}: {b} and {a}");
    }
}

#[test]
fn sizes_with_their_units() {
    let rows = [
        (r#"{"v":512,"u":"MiB"}"#, r#"{"v":524288,"u":"KiB"}"#, true),
        (r#"{"v":512,"u":"MiB"}"#, r#"{"v":524288}"#, true),
        (r#"{"v":512,"u":"M"}"#, r#"{"v":512,"u":"mib"}"#, true),
        (r#"{"v":512,"u":"MiB"}"#, r#"{"v":512}"#, false),
        (r#"{"v":1,"u":"GB"}"#, r#"{"v":1000000000,"u":"bytes"}"#, true),
        (r#"{"v":1,"u":"E"}"#, r#"{"v":1024,"u":"PiB"}"#, true),
        (r#"{"v":7,"u":"%"}"#, r#"{"v":7,"u":"%"}"#, true),
        (r#"{"v":7,"u":"%"}"#, r#"{"v":7,"u":"B"}"#, false),
        (r#"{"v":1,"u":"?"}"#, r#"{"v":1,"u":"KiB"}"#, false),
    ];
    for (a, b, expected) in rows {
        assert_eq!(means_same(Meaning::Sized("u", "KiB"), a, b), expected, "{a} and {b}");
    }
}

#[test]
fn unit_words() {
    let rows = [
        ("b", Some(1)),
        ("bytes", Some(1)),
        ("KB", Some(1000)),
        ("k", Some(1024)),
        ("KiB", Some(1024)),
        ("MB", Some(1_000_000)),
        ("TiB", Some(1 << 40)),
        ("EB", Some(1_000_000_000_000_000_000)),
        ("", None),
        ("Kib/s", None),
        ("é", None),
    ];
    for (word, expected) in rows {
        assert_eq!(crate::size::unit_bytes(word), expected, "{word}");
    }
}
