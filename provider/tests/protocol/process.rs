//! The program as Terraform starts it: environment, handshake, TLS, and what a person sees.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hyper_util::rt::TokioIo;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::UnixStream;
use tokio_rustls::TlsConnector;
use tonic::transport::{Channel, Endpoint};

use crate::client::plugin::{Empty, grpc_controller_client::GrpcControllerClient};
use crate::client::{Client, channel, proto::GetMetadataRequest};
use crate::needs;

const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_terraform-provider-libvirt"));
    for name in ["PLUGIN_CLIENT_CERT", "PLUGIN_MULTIPLEX_GRPC", "TF_PLUGIN_MAGIC_COOKIE", "TF_LOG"] {
        command.env_remove(name);
    }
    command
}

/// A plugin that was started as Terraform starts one. Dropping it ends it.
struct Plugin {
    child: Child,
    fields: Vec<String>,
}

impl Plugin {
    fn start(directory: &Path, certificate: Option<&str>) -> Plugin {
        let mut command = program();
        command.env("TF_PLUGIN_MAGIC_COOKIE", COOKIE).env("PLUGIN_PROTOCOL_VERSIONS", "5,6");
        command.env("PLUGIN_UNIX_SOCKET_DIR", directory);
        if let Some(certificate) = certificate {
            command.env("PLUGIN_CLIENT_CERT", certificate);
        }
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Plugin { child, fields: line.trim_end().split('|').map(str::to_string).collect() }
    }

    fn socket(&self) -> &Path {
        Path::new(&self.fields[3])
    }

    fn certificate(&self) -> CertificateDer<'static> {
        CertificateDer::from(STANDARD_NO_PAD.decode(&self.fields[5]).unwrap())
    }

    /// Waits for its end; false if it does not come.
    async fn ended(&mut self) -> bool {
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(5) {
            if self.child.try_wait().unwrap().is_some_and(|status| status.success()) {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        false
    }
}

impl Drop for Plugin {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn without_tls_it_answers_and_ends_when_asked() {
    let directory = tempfile::tempdir().unwrap();
    let mut plugin = Plugin::start(directory.path(), None);
    assert_eq!(plugin.fields[..3], ["1", "6", "unix"]);
    assert_eq!(plugin.fields[4..], ["grpc", ""]);
    assert!(plugin.socket().starts_with(directory.path()));
    let channel = channel(plugin.socket()).await;
    Client::new(channel.clone()).get_metadata(GetMetadataRequest {}).await.unwrap();
    GrpcControllerClient::new(channel).shutdown(Empty {}).await.unwrap();
    assert!(plugin.ended().await);
    assert_eq!(directory.path().read_dir().unwrap().count(), 0, "nothing stays behind");
}

#[tokio::test]
async fn ended_before_anyone_came_it_leaves_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let mut plugin = Plugin::start(directory.path(), None);
    signal(&plugin, "TERM");
    assert!(plugin.ended().await);
    assert_eq!(directory.path().read_dir().unwrap().count(), 0);
}

#[tokio::test]
async fn ctrl_c_is_terraforms_to_handle() {
    let directory = tempfile::tempdir().unwrap();
    let mut plugin = Plugin::start(directory.path(), None);
    let channel = channel(plugin.socket()).await;
    let mut client = Client::new(channel);
    client.get_metadata(GetMetadataRequest {}).await.unwrap();
    signal(&plugin, "INT");
    tokio::time::sleep(Duration::from_millis(200)).await;
    client.get_metadata(GetMetadataRequest {}).await.expect("it is still there");
    signal(&plugin, "TERM");
    assert!(plugin.ended().await);
    assert_eq!(directory.path().read_dir().unwrap().count(), 0, "nothing stays behind");
}

fn signal(plugin: &Plugin, name: &str) {
    let status = Command::new("kill").args([&format!("-{name}"), &plugin.child.id().to_string()]).status().unwrap();
    assert!(status.success());
}

#[tokio::test]
async fn with_tls_only_the_host_gets_in() {
    let directory = tempfile::tempdir().unwrap();
    let (host, key) = identity();
    let (stranger, other_key) = identity();
    let pem = pem(&host);
    let mut plugin = Plugin::start(directory.path(), Some(&pem));
    assert!(plugin.fields[5].len() > 50 && !plugin.fields[5].ends_with('='));

    let refused = secure(&plugin, stranger, other_key).await;
    let refused = match refused {
        Ok(channel) => Client::new(channel).get_metadata(GetMetadataRequest {}).await.is_err(),
        Err(_) => true,
    };
    assert!(refused, "another certificate gets no answer");
    let channel = secure(&plugin, host, key).await.unwrap();
    Client::new(channel.clone()).get_metadata(GetMetadataRequest {}).await.unwrap();
    drop(channel);
    assert!(plugin.ended().await, "the host is gone");
}

fn identity() -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
    let pair = rcgen::generate_simple_self_signed(["localhost".to_string()]).unwrap();
    let key = PrivateKeyDer::try_from(pair.signing_key.serialize_der()).unwrap();
    (pair.cert.der().clone(), key)
}

fn pem(certificate: &CertificateDer<'_>) -> String {
    let text = base64::engine::general_purpose::STANDARD.encode(certificate);
    format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
}

async fn secure(
    plugin: &Plugin,
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
) -> Result<Channel, tonic::transport::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(plugin.certificate()).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_client_auth_cert(vec![certificate], key)
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let (tls, socket) = (TlsConnector::from(Arc::new(config)), plugin.socket().to_path_buf());
    let connector = tower::service_fn(move |_| {
        let (tls, socket) = (tls.clone(), socket.clone());
        async move {
            let stream = UnixStream::connect(socket).await?;
            Ok::<_, std::io::Error>(TokioIo::new(tls.connect("localhost".try_into().unwrap(), stream).await?))
        }
    });
    Endpoint::from_static("http://localhost").connect_with_connector(connector).await
}

/// Terraform's own kind of certificate, which rustls cannot make: openssl does, and greets with it.
#[test]
fn a_p521_certificate_is_accepted() {
    let directory = tempfile::tempdir().unwrap();
    let (key, certificate) = (directory.path().join("key"), directory.path().join("certificate"));
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-521", "-sha512", "-nodes"]);
    openssl.args(["-subj", "/CN=localhost", "-days", "1", "-keyout"]).arg(&key).arg("-out").arg(&certificate);
    needs!(openssl.stderr(Stdio::null()).status().is_ok_and(|status| status.success()), "openssl");
    let pem = std::fs::read_to_string(&certificate).unwrap();
    let plugin = Plugin::start(directory.path(), Some(&pem));
    let mut greeting = Command::new("openssl");
    greeting.args(["s_client", "-unix"]).arg(plugin.socket()).args(["-alpn", "h2", "-cert"]).arg(&certificate);
    // The server's first frame arrives only once it has verified the certificate.
    greeting.arg("-key").arg(&key).args(["-msg", "-ign_eof"]).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut greeting = greeting.stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(500));
    drop(plugin);
    let _ = greeting.kill();
    let output = String::from_utf8_lossy(&greeting.wait_with_output().unwrap().stdout).into_owned();
    assert!(output.contains("ALPN protocol: h2"), "{output}");
    assert!(output.contains(">>> TLS 1.3, Handshake") && output.contains("CertificateVerify"), "{output}");
    assert!(output.contains("NewSessionTicket") && !output.contains("<<< TLS 1.3, Alert"), "{output}");
}

#[test]
fn a_person_learns_what_it_is() {
    let output = program().output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    assert!(String::from_utf8_lossy(&output.stderr).contains("plugin of Terraform"));
    let output = program().env("TF_PLUGIN_MAGIC_COOKIE", "wrong").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let output = program().arg("--version").output().unwrap();
    let version = format!("terraform-provider-libvirt {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(String::from_utf8_lossy(&output.stdout), version);
}
