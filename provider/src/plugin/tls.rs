//! TLS between host and plugin: each makes a certificate for this one run and sends it to the other. Knows certificates;
//! must not know where they travel.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{ring, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::version::TLS13;
use rustls::{DigitallySignedStruct, DistinguishedName, Error, PeerIncompatible, ServerConfig, SignatureScheme};
use tokio_rustls::TlsAcceptor;

use super::PluginError;
use super::ecdsa::P521;

/// Our certificate for this run, and a server that takes only the host's.
#[derive(Clone)]
pub struct Identity {
    certificate: String,
    config: Arc<ServerConfig>,
}

impl Identity {
    /// Makes a certificate, to be used with the host whose own is `client`, in PEM.
    pub fn new(client: &str) -> Result<Identity, PluginError> {
        let host = CertificateDer::from_pem_slice(client.as_bytes()).map_err(trouble)?;
        let pair = rcgen::generate_simple_self_signed(["localhost".to_string()]).map_err(trouble)?;
        let certificate = pair.cert.der().clone();
        let key = PrivateKeyDer::try_from(pair.signing_key.serialize_der()).map_err(trouble)?;
        let text = STANDARD_NO_PAD.encode(&certificate);
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[&TLS13])
            .map_err(trouble)?
            .with_client_cert_verifier(Arc::new(OnlyHost { host }))
            .with_single_cert(vec![certificate], key)
            .map_err(trouble)?;
        // Go's gRPC insists on it.
        config.alpn_protocols = vec![b"h2".to_vec()];
        Ok(Identity { certificate: text, config: Arc::new(config) })
    }

    /// Our certificate as the handshake has it: DER in base64 without padding.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    pub(super) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(self.config.clone())
    }
}

fn trouble(error: impl ToString) -> PluginError {
    PluginError::Tls(error.to_string())
}

/// Takes one certificate, byte for byte. It is the host's own root, so there is no chain and no name to check; that the
/// other side holds its key is what the signature shows.
#[derive(Debug)]
struct OnlyHost {
    host: CertificateDer<'static>,
}

impl ClientCertVerifier for OnlyHost {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        if *certificate == self.host {
            Ok(ClientCertVerified::assertion())
        } else {
            Err(Error::General("not the certificate that this plugin was started with".to_string()))
        }
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        // Not offered, see above.
        Err(Error::PeerIncompatible(PeerIncompatible::Tls12NotOffered))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = match signature.scheme {
            SignatureScheme::ECDSA_NISTP521_SHA512 => P521,
            _ => ring::default_provider().signature_verification_algorithms,
        };
        verify_tls13_signature(message, certificate, signature, &algorithms)
    }

    /// Go sends no certificate at all when its own kind is not among these.
    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let others = ring::default_provider().signature_verification_algorithms.supported_schemes();
        P521.supported_schemes().into_iter().chain(others).collect()
    }
}
