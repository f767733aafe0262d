//! Sending content into a volume. Knows libvirt's streams; must not know where the content comes from.

use std::io::Read;

use virt::stream::Stream;
use virt::sys;

use crate::cancel::Cancel;

use super::error::Named;
use super::{Connection, Error, Result, Volume};

/// What is read and sent at once, in bytes: the most that one message of libvirt's protocol carries.
const CHUNK: usize = 256 * 1024;

/// Why an upload ended early.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// A libvirt call failed.
    #[error(transparent)]
    Libvirt(#[from] Error),
    /// The source failed.
    #[error("cannot read the content: {0}")]
    Source(#[from] std::io::Error),
    /// Terraform asked to stop.
    #[error("interrupted")]
    Cancelled,
}

impl Volume {
    /// Writes `content`, `length` bytes where that is known, into the volume from its start. Chunks of zeros are sent as
    /// holes where the host takes them, so that a mostly empty image neither crosses the wire nor fills the disk; the
    /// volume must be new, that is, read as zeros. Source: `virStorageVolUpload`, `virStreamSend`, `virStreamSendHole`.
    pub fn upload(
        &self,
        connection: &Connection,
        content: &mut dyn Read,
        length: Option<u64>,
        cancel: &Cancel,
    ) -> std::result::Result<(), UploadError> {
        let (stream, sparse) = self.open(connection, length.unwrap_or(0))?;
        let sent = send(&stream, content, sparse, cancel);
        finish(stream, sent)
    }

    /// Writes `content`, `length` bytes, over what is in the volume from its start. Source: `virStorageVolUpload`,
    /// `virStreamSend`.
    pub fn overwrite(
        &self,
        connection: &Connection,
        content: &mut dyn Read,
        length: u64,
        cancel: &Cancel,
    ) -> std::result::Result<(), UploadError> {
        let stream = self.stream(connection, length, 0)?;
        let sent = send(&stream, content, false, cancel);
        finish(stream, sent)
    }

    /// A stream into the volume, and whether it takes holes.
    fn open(&self, connection: &Connection, length: u64) -> Result<(Stream, bool)> {
        match self.stream(connection, length, sys::VIR_STORAGE_VOL_UPLOAD_SPARSE_STREAM) {
            Err(error @ Error { .. }) if error.is_unsupported() => {
                self.stream(connection, length, 0).map(|stream| (stream, false))
            }
            opened => opened.map(|stream| (stream, true)),
        }
    }

    fn stream(&self, connection: &Connection, length: u64, flags: u32) -> Result<Stream> {
        let stream = Stream::new(&connection.0, 0).named("virStreamNew")?;
        self.0.upload(&stream, 0, length, flags).named("virStorageVolUpload")?;
        Ok(stream)
    }
}

/// Ends a stream after what came of sending.
fn finish(stream: Stream, sent: std::result::Result<(), UploadError>) -> std::result::Result<(), UploadError> {
    match sent {
        Ok(()) => Ok(stream.finish().named("virStreamFinish")?),
        Err(error) => {
            // The first error is the one to report; a stream that libvirt aborted by itself refuses this.
            let _ = stream.abort();
            Err(error)
        }
    }
}

fn send(
    stream: &Stream,
    content: &mut dyn Read,
    sparse: bool,
    cancel: &Cancel,
) -> std::result::Result<(), UploadError> {
    let mut buffer = vec![0; CHUNK];
    let mut hole = 0;
    loop {
        if cancel.is_cancelled() {
            return Err(UploadError::Cancelled);
        }
        let size = fill(content, &mut buffer)?;
        let chunk = &buffer[..size];
        if sparse && size > 0 && chunk.iter().all(|byte| *byte == 0) {
            hole += size;
            continue;
        }
        if hole > 0 {
            send_hole(stream, hole)?;
            hole = 0;
        }
        if size == 0 {
            return Ok(());
        }
        send_all(stream, chunk)?;
    }
}

/// Reads until the buffer is full or the content ends.
fn fill(content: &mut dyn Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut length = 0;
    while length < buffer.len() {
        match content.read(&mut buffer[length..]) {
            Ok(0) => break,
            Ok(size) => length += size,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

fn send_all(stream: &Stream, mut data: &[u8]) -> Result<()> {
    while !data.is_empty() {
        match stream.send(data).named("virStreamSend")? {
            sent @ 1.. => data = &data[(sent as usize).min(data.len())..],
            // -2 says "not now", which a blocking stream does not, and 0 would go on for ever.
            _ => return Err(Error::new("virStreamSend", sys::VIR_ERR_INTERNAL_ERROR, "the stream takes no data")),
        }
    }
    Ok(())
}

fn send_hole(stream: &Stream, size: usize) -> Result<()> {
    // SAFETY: the stream is valid as long as the borrow; the call takes numbers besides.
    let answer = unsafe { sys::virStreamSendHole(stream.as_ptr(), size as i64, 0) };
    if answer < 0 { Err(Error::last("virStreamSendHole")) } else { Ok(()) }
}
