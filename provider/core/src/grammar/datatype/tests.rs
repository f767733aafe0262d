use super::*;

#[track_caller]
fn check(datatype: Datatype, accepted: &[&str], refused: &[&str]) {
    let data = Data { datatype, facets: &[], except: &[] };
    for text in accepted {
        assert!(data.accepts(text), "{} should accept {text:?}", datatype.name());
    }
    for text in refused {
        assert!(!data.accepts(text), "{} should refuse {text:?}", datatype.name());
    }
}

#[test]
fn integers() {
    check(Datatype::UNSIGNED_INT, &["+5", "-0", "007", " 5\n", "4294967295"], &["4294967296", "", "5.0", "٣", "-1"]);
    check(Datatype::INTEGER, &["99999999999999999999999999999999", "-1", "+0"], &["", "--1", "+", "1 2", "0x5"]);
    check(Datatype::SHORT, &["-32768", "32767"], &["-32769", "32768"]);
    check(Datatype::LONG, &["-9223372036854775808", "9223372036854775807"], &["9223372036854775808"]);
    check(Datatype::UNSIGNED_LONG, &["18446744073709551615"], &["18446744073709551616"]);
    check(Datatype::UNSIGNED_SHORT, &["65535"], &["65536"]);
    check(Datatype::INT, &["-2147483648"], &["2147483648"]);
    check(Datatype::POSITIVE_INTEGER, &["+1", "01"], &["0", "-0", "-1"]);
}

#[test]
fn doubles() {
    let refused = [".", "+INF", "inf", "nan", "1e", "", "1e5.0", "0x1p3", "1f", "1 2"];
    check(Datatype::Double, &["1", "1.", ".5", "1e5", "-1.5E+5", "INF", "-INF", "NaN", " 1 "], &refused);
}

#[test]
fn date_times() {
    let accepted = [
        "2020-01-01T00:00:00",
        "2020-02-29T23:59:59.5Z",
        " 2000-02-29T00:00:00+14:00 ",
        "2020-01-01T24:00:00",
        "-0001-01-01T00:00:00",
        "-0005-02-29T00:00:00",
        "12020-01-01T00:00:00-00:30",
    ];
    let refused = [
        "2021-02-29T00:00:00",
        "1900-02-29T00:00:00",
        "2020-01-01T24:00:01",
        "2020-01-01T00:00:00+14:01",
        "0000-01-01T00:00:00",
        "02020-01-01T00:00:00",
        "2020-13-01T00:00:00",
        "2020-01-01T00:00:00.",
        "2020-01-01T00:00:00z",
        "+2020-01-01T00:00:00",
        "2020-01-01",
        "",
    ];
    check(Datatype::DateTime, &accepted, &refused);
}

#[test]
fn names() {
    check(Datatype::NcName, &["a", "_a", "a-b.c", " a ", "é", "a·"], &["a:b", "1a", "-a", "a b", ""]);
}

#[test]
fn uris() {
    let accepted = [
        "",
        "a b",
        "a%20",
        "#[",
        "?[",
        "http://a/b",
        "http:///a",
        "http://?q",
        "http://u@[::1]:80/",
        "//a",
        "a/b:c",
        "x:]",
        "a<b",
        "é",
        "http://[::1]",
    ];
    let refused = [
        "a%zz",
        "a%2",
        "%",
        "a#b#c",
        "1http://a",
        ":a",
        "é:b",
        "a:",
        "x:#f",
        "http://",
        "//",
        "a[b]",
        "http://a/[b]",
        "http://[1.2.3.4]/",
        "http://[::1",
        "http://[::1]x/",
        "//[",
    ];
    check(Datatype::AnyUri, &accepted, &refused);
}

#[test]
fn strings_keep_and_tokens_collapse_white_space() {
    static LETTERS: Expression = Expression::new("^(?:[a-z ]+)$");
    static FACETS: [Facet; 2] = [Facet::Pattern(&LETTERS), Facet::MaxLength(3)];
    let string = Data { datatype: Datatype::String, facets: &FACETS, except: &["no"] };
    assert!(string.accepts(" a ") && !string.accepts("a\n") && !string.accepts(" a  ") && !string.accepts("no"));
    let token = Data { datatype: Datatype::Token, ..string };
    assert!(token.accepts("\n a  b\t") && !token.accepts("a b c") && !token.accepts(""));
    assert!(is_token("a b", " a\n b ") && !is_token("a b", "ab"));
}

#[test]
fn numbers_keep_their_bounds() {
    static FACETS: [Facet; 2] = [Facet::MinInclusive("-2"), Facet::MaxInclusive("10")];
    let data = Data { datatype: Datatype::INTEGER, facets: &FACETS, except: &[] };
    assert!(["-2", "010", " 9 "].iter().all(|text| data.accepts(text)));
    assert!(!["-3", "11", "100"].iter().any(|text| data.accepts(text)));
    let data = Data { datatype: Datatype::Double, ..data };
    assert!(data.accepts("9.99") && !data.accepts("10.01"));
    assert_eq!(data.to_string(), "double (at least -2, at most 10)");
}
