//! A file's bytes → text. Knows how documents say what they are encoded in; must not know what they say else.

use std::str;

/// The mark at the start of a text in UTF-8 that some editors write.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// The text of a file.
pub fn text(bytes: Vec<u8>) -> Result<String, String> {
    match bytes.as_slice() {
        [0xff, 0xfe, units @ ..] => utf16(units, u16::from_le_bytes),
        [0xfe, 0xff, units @ ..] => utf16(units, u16::from_be_bytes),
        _ => utf8(bytes),
    }
}

/// The text of an XML document, which may be in what it declares.
pub fn xml(bytes: Vec<u8>) -> Result<String, String> {
    let declared = declared(&bytes).map(str::to_ascii_lowercase);
    match declared.as_deref() {
        // A character's number there is its number in Unicode.
        Some("iso-8859-1" | "latin1") => Ok(bytes.into_iter().map(char::from).collect()),
        None | Some("utf-8" | "utf8" | "us-ascii" | "ascii") => text(bytes),
        Some(other) => Err(format!("line 1: unknown encoding {other}; save the document as UTF-8")),
    }
}

/// The encoding that an XML declaration names, if bytes are characters in it.
fn declared(bytes: &[u8]) -> Option<&str> {
    let rest = bytes.strip_prefix(MARK).unwrap_or(bytes).strip_prefix(b"<?xml".as_slice())?;
    let end = rest.windows(2).position(|two| two == b"?>")?;
    let (_, named) = str::from_utf8(&rest[..end]).ok()?.split_once("encoding")?;
    let named = named.trim_start().strip_prefix('=')?.trim_start();
    let quote = named.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    named[1..].split(quote).next()
}

fn utf8(mut bytes: Vec<u8>) -> Result<String, String> {
    if bytes.starts_with(MARK) {
        bytes.drain(..MARK.len());
    }
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        format!("line {line}: not valid UTF-8")
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, String> {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|two| unit([two[0], two[1]])).collect();
    match String::from_utf16(&units) {
        Ok(text) if bytes.chunks_exact(2).remainder().is_empty() => Ok(text),
        _ => Err("not valid UTF-16, although it begins with a byte order mark".to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "<name>ü</name>";

    #[test]
    fn documents_are_read_in_what_they_are_written_in() {
        let declared = |name: &str| format!("<?xml version='1.0' encoding = \"{name}\"?>{NAME}");
        let latin = |name: &str| -> Vec<u8> { declared(name).chars().map(|c| u32::from(c) as u8).collect() };
        let units = |mark: &[u8], bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            let units = declared("UTF-16").encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
            [mark, &units].concat()
        };
        let documents = [
            NAME.as_bytes().to_vec(),
            declared("utf-8").into_bytes(),
            [MARK, declared("UTF-8").as_bytes()].concat(),
            latin("ISO-8859-1"),
            units(b"\xff\xfe", u16::to_le_bytes),
            units(b"\xfe\xff", u16::to_be_bytes),
        ];
        for bytes in documents {
            let read = xml(bytes.clone()).unwrap();
            assert!(read.starts_with('<') && read.ends_with(NAME), "{read} of {bytes:?}");
        }
        assert!(xml(latin("KOI8-R")).unwrap_err().starts_with("line 1: unknown encoding koi8-r"));
    }

    #[test]
    fn what_is_no_text_is_an_error_with_its_line() {
        assert_eq!(text(b"a\nb\xffc".to_vec()).unwrap_err(), "line 2: not valid UTF-8");
        assert!(text(b"\xff\xfea".to_vec()).unwrap_err().contains("UTF-16"));
    }
}
