//! The only place that knows `virt`.

/// A libvirt host that the provider talks to: the uri and, once it was needed, the connection.
#[derive(Debug)]
pub struct Host {
    uri: String,
}

impl Host {
    /// A host that is connected to when first used.
    pub fn new(uri: impl Into<String>) -> Host {
        Host { uri: uri.into() }
    }

    /// The uri as configured.
    pub fn uri(&self) -> &str {
        &self.uri
    }
}
