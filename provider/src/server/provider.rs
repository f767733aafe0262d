//! The provider's own configuration. Knows its attributes and their defaults; must not know resources.

use std::env;
use std::sync::Arc;

use provider_core::diagnostics::{AttributePath, Diagnostic, Diagnostics, Level, has_errors};
use provider_core::shape::{Attribute, Form, Kind, Meaning, Primitive, Scalar, Shape};
use provider_core::validate::validate;
use provider_core::value::Value;

use super::Server;
use crate::cancel::Cancel;
use crate::libvirt::Host;

/// The uri libvirt's own tools take when no other is given.
const URI_VARIABLE: &str = "LIBVIRT_DEFAULT_URI";
const DEFAULT_URI: &str = "qemu:///system";

static TEXT: Scalar = Scalar { primitive: Primitive::String, forms: &[], meaning: Meaning::Exact };

static LEVEL: Scalar =
    Scalar { primitive: Primitive::String, forms: &[Form::Words(&["error", "warn", "off"])], meaning: Meaning::Exact };

/// The provider's configuration.
pub static PROVIDER: Shape = Shape {
    attributes: &[
        Attribute::new("uri", Kind::Leaf(&TEXT)).doc(
            "The libvirt host to connect to, as a [libvirt URI](https://libvirt.org/uri.html). If not set: the environment \
             variable `LIBVIRT_DEFAULT_URI`, otherwise `qemu:///system`. The connection is made when it is first needed.",
        ),
        Attribute::new("validation", Kind::Leaf(&LEVEL)).doc(
            "What happens to a configuration that libvirt's grammar does not allow. `error` (the default) rejects it \
             before anything is changed, `warn` reports it and goes on, `off` leaves it to libvirt. Names and paths that \
             the grammar excludes although libvirt accepts them (an underscore in a host name) are never more than a \
             warning.",
        ),
    ],
};

impl Server {
    /// Checks the provider's configuration, and takes the level of validation from it: `terraform validate` sends
    /// it no other way. (protocol: ValidateProviderConfig)
    pub fn validate_provider(&self, config: &Value) -> Diagnostics {
        let found = validate(&PROVIDER, config, Level::Error);
        if !has_errors(&found) {
            self.change_settings(|settings| settings.level = level(config));
        }
        found
    }

    /// Takes the configuration. Connects to nothing: that is done when a host is first needed, which planning
    /// never does, so the uri may still be unknown. (protocol: ConfigureProvider)
    pub fn configure(&self, config: &Value) -> Diagnostics {
        let found = self.validate_provider(config);
        let cancel = Cancel::default();
        let host = host(config, &cancel);
        self.change_settings(|settings| (settings.host, settings.cancel) = (host, cancel));
        found
    }
}

fn host(config: &Value, cancel: &Cancel) -> Result<Arc<Host>, Diagnostic> {
    let uri = match config.get("uri") {
        Value::Unknown(_) => return Err(unknown_uri()),
        Value::String(uri) if !uri.is_empty() => uri.clone(),
        _ => env::var(URI_VARIABLE).ok().filter(|uri| !uri.is_empty()).unwrap_or_else(|| DEFAULT_URI.to_string()),
    };
    Ok(Arc::new(Host::with_cancel(uri, cancel.clone())))
}

fn unknown_uri() -> Diagnostic {
    let detail = "The provider's uri depends on something that is known only after apply, so there is no host to ask \
                  yet. Apply what the uri depends on first, with -target, or write the uri out.";
    Diagnostic::error("The libvirt host is not known yet", detail).at(AttributePath::root("uri"))
}

/// An unknown level only warns: what it turns out to be may allow everything.
fn level(config: &Value) -> Level {
    match config.get("validation") {
        Value::Unknown(_) => Level::Warn,
        value => match value.as_str() {
            Some("warn") => Level::Warn,
            Some("off") => Level::Off,
            _ => Level::Error,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::Registry;

    #[test]
    fn an_unknown_uri_is_an_error_only_where_a_host_is_needed() {
        let server = Server::new(Registry::default());
        assert!(server.host().is_err());
        assert!(server.configure(&Value::from([("uri", Value::UNKNOWN)])).is_empty());
        assert_eq!(server.host().unwrap_err()[0].path.to_string(), "uri");
        assert!(server.configure(&Value::from([("uri", Value::from("test:///default"))])).is_empty());
        assert_eq!(server.host().unwrap().uri(), "test:///default");
    }

    #[test]
    fn validating_alone_sets_the_level() {
        let server = Server::new(Registry::default());
        assert!(server.validate_provider(&Value::from([("validation", Value::from("off"))])).is_empty());
        assert_eq!(server.settings().level, Level::Off);
        assert!(!server.validate_provider(&Value::from([("validation", Value::from("loud"))])).is_empty());
        assert_eq!(server.settings().level, Level::Off);
    }
}
