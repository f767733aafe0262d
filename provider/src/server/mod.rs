//! What Terraform may ask of a provider, in native types. Knows resources, shapes and the rules of state; must not
//! know messages, encodings or how the process is run.

mod data_source;
mod history;
mod private;
mod provider;
mod registry;
mod reported;
mod resource;

use std::sync::{Arc, PoisonError, RwLock};

use provider_core::diagnostics::{Diagnostic, Diagnostics, Level};

use crate::cancel::Cancel;
use crate::libvirt::Host;

pub use provider::PROVIDER;
pub use registry::Registry;
pub use resource::{Change, Plan, Planned, State};

/// The provider: its resources, and the configuration once Terraform has sent one.
#[derive(Debug)]
pub struct Server {
    registry: Registry,
    settings: RwLock<Settings>,
}

/// The provider's configuration. One process serves one configuration; only when debugging is it configured again.
#[derive(Clone, Debug)]
struct Settings {
    /// The host, or why there is none.
    host: Result<Arc<Host>, Diagnostic>,
    level: Level,
    cancel: Cancel,
}

impl Server {
    /// A provider that is not configured yet.
    pub fn new(registry: Registry) -> Server {
        let unconfigured = Diagnostic::error(
            "Provider not configured",
            "Terraform asked for a host before it configured the provider.",
        );
        let settings = Settings { host: Err(unconfigured), level: Level::default(), cancel: Cancel::default() };
        Server { registry, settings: RwLock::new(settings) }
    }

    /// What the provider has.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Ends long calls; calls that come later end at once. (protocol: StopProvider)
    pub fn stop(&self) {
        self.settings().cancel.cancel();
    }

    /// The host to work on. Planning and validating need none, so an unknown uri is no error before this.
    fn host(&self) -> Result<Arc<Host>, Diagnostics> {
        self.settings().host.map_err(|reason| vec![reason])
    }

    fn settings(&self) -> Settings {
        self.settings.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn change_settings(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.settings.write().unwrap_or_else(PoisonError::into_inner));
    }
}
