//! A volume's content: where it comes from, how long it is, and what size it has as a disk. Knows urls and the
//! head of the qcow2 format; must not know libvirt.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::time::Duration;

use provider_core::diagnostics::{AttributePath, Diagnostic};

use crate::percent;
use crate::seed::local;

/// How long a server may take for its first answer, and how long it may pause.
const PATIENCE: Duration = Duration::from_secs(60);
/// As much of the head as holds the virtual size: QEMU's docs/interop/qcow2.rst.
const HEAD: u64 = 32;

/// What to do when a seed's file is not there.
const LOST_SEED: &str = "It is written when a plan is made, where that is made. A saved plan that is applied elsewhere, or after the \
                         file was removed, has none: plan and apply in the same folder, or put the seed into a pool with its \
                         attribute pool.";

/// Where a url points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Location {
    /// A file where Terraform runs.
    File(PathBuf),
    /// `http://` or `https://`.
    Web(String),
}

impl Location {
    /// Reads an absolute path or a url; `None` for anything else.
    pub(super) fn parse(url: &str) -> Option<Location> {
        if url.starts_with("http://") || url.starts_with("https://") {
            return Some(Location::Web(url.to_string()));
        }
        // A seed's path may be relative, so that it is the same in each working directory.
        if let Some(seed) = local::absolute(url) {
            return Some(Location::File(seed));
        }
        let path = match url.strip_prefix("file://") {
            Some(path) => percent::decoded(path.strip_prefix("localhost").unwrap_or(path)),
            None => url.to_string(),
        };
        path.starts_with('/').then(|| Location::File(path.into()))
    }

    /// As it may be shown: without user, password and query, which may hold secrets.
    fn shown(&self) -> String {
        match self {
            Location::File(path) => path.display().to_string(),
            Location::Web(url) => {
                let url = url.split(['?', '#']).next().unwrap_or_default();
                match url.split_once("://") {
                    Some((scheme, rest)) => {
                        let host = rest.find('/').unwrap_or(rest.len());
                        let start = rest[..host].rfind('@').map_or(0, |at| at + 1);
                        format!("{scheme}://{}", &rest[start..])
                    }
                    None => url.to_string(),
                }
            }
        }
    }
}

/// Opened content: its head is read, the rest streams. Reading fails where it ends before its length.
pub(super) struct Content {
    head: Vec<u8>,
    reader: Box<dyn Read>,
    /// Bytes given out so far.
    given: u64,
    /// Bytes in all, where the source reports it.
    pub length: Option<u64>,
}

impl Content {
    /// Opens a url, before anything is made in libvirt.
    pub(super) fn open(url: &str) -> Result<Content, Diagnostic> {
        let location = Location::parse(url).ok_or_else(bad_url)?;
        local::put_back(url);
        let opened = match &location {
            Location::File(path) => open_file(path).map_err(|error| error.to_string()),
            Location::Web(url) => open_web(url).map_err(|error| error.to_string()),
        };
        let read_head = |(mut reader, length): (Box<dyn Read>, Option<u64>)| {
            let mut head = Vec::new();
            reader.by_ref().take(HEAD).read_to_end(&mut head).map_err(|error| error.to_string())?;
            Ok(Content { head, reader, given: 0, length })
        };
        opened.and_then(read_head).map_err(|error| {
            let advice = match local::name_of(url) {
                Some(_) => LOST_SEED,
                None => {
                    "The url is read on the machine where Terraform runs, not on the libvirt host. Nothing was created."
                }
            };
            Diagnostic::error(format!("Cannot read {}", location.shown()), format!("{error}. {advice}")).at(path())
        })
    }

    /// The size of the disk in it, in bytes: the virtual size of a qcow2 image, else its length.
    pub(super) fn capacity(&self) -> Option<u64> {
        virtual_size(&self.head).or(self.length)
    }
}

impl Read for Content {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = match usize::try_from(self.given).ok().and_then(|given| self.head.get(given..)) {
            Some(mut head) if !head.is_empty() => head.read(buffer)?,
            _ => self.reader.read(buffer)?,
        };
        self.given += size as u64;
        match self.length {
            Some(length) if size == 0 && !buffer.is_empty() && self.given < length => Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                format!("it ended after {} of {length} bytes", self.given),
            )),
            _ => Ok(size),
        }
    }
}

fn open_file(path: &PathBuf) -> io::Result<(Box<dyn Read>, Option<u64>)> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(io::Error::from(io::ErrorKind::IsADirectory));
    }
    Ok((Box::new(file), metadata.is_file().then_some(metadata.len())))
}

fn open_web(url: &str) -> Result<(Box<dyn Read>, Option<u64>), ureq::Error> {
    let config = ureq::Agent::config_builder()
        .timeout_connect(Some(PATIENCE))
        .timeout_recv_response(Some(PATIENCE))
        .timeout_per_read(Some(PATIENCE))
        // What is compressed on the way has another length than what arrives.
        .accept_encoding("identity")
        .build();
    let body = ureq::Agent::new_with_config(config).get(url).call()?.into_body();
    let length = body.content_length();
    Ok((Box::new(body.into_reader()), length))
}

/// The virtual size in bytes that a qcow2 header holds.
fn virtual_size(head: &[u8]) -> Option<u64> {
    let size = head.starts_with(b"QFI\xfb").then(|| head.get(24..32)).flatten()?;
    Some(u64::from_be_bytes(size.try_into().ok()?))
}

/// The attribute that holds the url.
pub(super) fn path() -> AttributePath {
    AttributePath::root("create").attribute("content").attribute("url")
}

/// The message for a url that is none.
pub(super) fn bad_url() -> Diagnostic {
    Diagnostic::error(
        "Invalid content url",
        "It is an absolute path, or a url with file://, http:// or https://. A path relative to the module is written \
         abspath(\"${path.module}/image.qcow2\").",
    )
    .at(path())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_point_to_files_or_the_web() {
        let file = |path: &str| Some(Location::File(path.into()));
        let table = [
            ("/a/b.img", file("/a/b.img")),
            ("file:///a/b%20c.img", file("/a/b c.img")),
            ("file://localhost/a", file("/a")),
            ("https://h/x?y", Some(Location::Web("https://h/x?y".into()))),
            ("a/b.img", None),
            ("ftp://h/x", None),
            ("", None),
        ];
        for (url, expected) in table {
            assert_eq!(Location::parse(url), expected, "{url}");
        }
    }

    #[test]
    fn secrets_in_urls_are_not_shown() {
        let location = Location::parse("https://me:pw@h.example:8443/x.img?token=t#f").unwrap();
        assert_eq!(location.shown(), "https://h.example:8443/x.img");
    }

    #[test]
    fn a_qcow2_image_has_its_virtual_size() {
        let mut head = b"QFI\xfb\0\0\0\x03".to_vec();
        head.resize(24, 0);
        head.extend((5_u64 << 30).to_be_bytes());
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), [head, vec![1; 1000]].concat()).unwrap();
        let mut content = Content::open(file.path().to_str().unwrap()).unwrap();
        assert_eq!((content.capacity(), content.length), (Some(5 << 30), Some(1032)));
        let mut all = Vec::new();
        content.read_to_end(&mut all).unwrap();
        assert_eq!(all, std::fs::read(file.path()).unwrap());
    }

    #[test]
    fn short_content_is_an_error() {
        let mut content = Content { head: vec![1, 2], reader: Box::new(io::empty()), given: 0, length: Some(3) };
        assert_eq!(content.read_to_end(&mut Vec::new()).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        assert_eq!(content.capacity(), Some(3));
    }

    #[test]
    fn what_cannot_be_opened_is_one_message() {
        for url in ["/nonexistent/image", "/", "relative", "http://127.0.0.1:1/x"] {
            let error = Content::open(url).err().unwrap();
            assert_eq!(error.path, path(), "{url}");
        }
    }

    /// A server that gives these answers, one connection each, and its address.
    fn server(answers: Vec<Vec<u8>>) -> String {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        std::thread::spawn(move || {
            for answer in answers {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).unwrap();
                io::Write::write_all(&mut stream, &answer).unwrap();
            }
        });
        format!("http://{address}/image")
    }

    #[test]
    fn the_web_is_followed_and_its_length_believed() {
        let moved =
            b"HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec();
        let found = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\n".to_vec();
        let url = server(vec![moved, [found, vec![3; 100]].concat()]);
        let mut content = Content::open(&url).map_err(|error| format!("{error:?}")).unwrap();
        assert_eq!((content.length, content.capacity()), (Some(100), Some(100)));
        let mut all = Vec::new();
        content.read_to_end(&mut all).unwrap();
        assert_eq!(all, vec![3; 100]);
    }

    #[test]
    fn the_web_may_send_no_length_or_break_off() {
        let open = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_vec();
        let mut content = Content::open(&server(vec![[open, vec![3; 100]].concat()])).ok().unwrap();
        assert_eq!(content.capacity(), None);
        assert_eq!(content.read_to_end(&mut Vec::new()).unwrap(), 100);
        let short = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nConnection: close\r\n\r\n".to_vec();
        let mut content = Content::open(&server(vec![[short, vec![3; 100]].concat()])).ok().unwrap();
        assert!(content.read_to_end(&mut Vec::new()).is_err());
        let missing = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec();
        let error = Content::open(&server(vec![missing])).err().unwrap();
        assert!(error.detail.contains("404"), "{error:?}");
    }
}
