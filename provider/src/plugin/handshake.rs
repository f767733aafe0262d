//! The first words between host and plugin: environment variables in, one line out. Knows go-plugin's version 1 of
//! them; must not know the transport.

use std::env;
use std::path::Path;
use std::process;

use serde_json::json;

/// By this variable and value a host shows that it is Terraform (or OpenTofu).
const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

/// Set when the host can put further services on the same connection, and wants to know whether we can.
const MULTIPLEX: &str = "PLUGIN_MULTIPLEX_GRPC";

/// The host's certificate; not set when TLS is switched off.
const CLIENT_CERTIFICATE: &str = "PLUGIN_CLIENT_CERT";

/// go-plugin's own protocol, and the only version of Terraform's that is served. A host that cannot speak it says so
/// better than we could, so PLUGIN_PROTOCOL_VERSIONS is not looked at.
const VERSIONS: &str = "1|6";

/// Whether Terraform started this process, and not a person.
pub fn started_by_host() -> bool {
    env::var(COOKIE.0).is_ok_and(|value| value == COOKIE.1)
}

/// The host's certificate, in PEM, when it wants TLS.
pub(super) fn client_certificate() -> Option<String> {
    env::var(CLIENT_CERTIFICATE).ok().filter(|pem| !pem.is_empty())
}

/// The line that the host waits for: versions, socket, kind of protocol, certificate.
pub(super) fn line(socket: &Path, certificate: &str) -> String {
    let line = format!("{VERSIONS}|unix|{}|grpc|{certificate}", socket.display());
    if env::var_os(MULTIPLEX).is_some_and(|value| !value.is_empty()) { line + "|false" } else { line }
}

/// The variable by which Terraform uses a provider that already runs.
pub(super) fn reattach(socket: &Path, address: &str) -> String {
    let provider = json!({
        "Protocol": "grpc",
        "ProtocolVersion": 6,
        "Pid": process::id(),
        // Terraform then neither stops the process nor uses TLS.
        "Test": true,
        "Addr": { "Network": "unix", "String": socket },
    });
    format!("TF_REATTACH_PROVIDERS='{}'", json!({ address: provider }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_has_six_fields() {
        assert_eq!(line(Path::new("/tmp/x/s"), "QUJD"), "1|6|unix|/tmp/x/s|grpc|QUJD");
        assert_eq!(line(Path::new("/tmp/x/s"), ""), "1|6|unix|/tmp/x/s|grpc|");
    }
}
