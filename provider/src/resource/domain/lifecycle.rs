//! What is called in libvirt to start, restart and stop a guest. Must not know Terraform's values beyond reading the
//! settings off them.

use std::time::{Duration, Instant};

use provider_core::diagnostics::{AttributePath, Diagnostic, Diagnostics};
use provider_core::tree::Element;
use provider_core::value::Value;

use super::Domain;
use super::wait::{self, Wait};
use crate::cancel::Cancel;
use crate::libvirt::{AddressSource, Domain as Guest, Error, StartFlags, State};
use crate::resource::defined::{Change, Object};

/// How long a guest may take to shut down where the user does not say.
const SHUTDOWN: Duration = Duration::from_secs(30);
/// How long an interface may take to get an address where the user does not say.
const ADDRESS: Duration = Duration::from_secs(300);
/// How often it is asked whether a guest is off.
const EVERY: Duration = Duration::from_millis(250);

/// What the user wants of a domain beyond its definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::resource) struct Settings {
    /// Whether it runs; `None` leaves it as it is.
    pub(super) running: Option<bool>,
    /// Whether it starts with the host; `None` leaves it as it is.
    pub autostart: Option<bool>,
    /// How it is started.
    pub start: StartFlags,
    /// Whether the document is checked against the host's schema.
    pub validate: bool,
    /// How long the guest may take to shut down for a change before it is turned off.
    pub shutdown: Duration,
    /// The interfaces to wait for after a start.
    pub(super) waits: Vec<Wait>,
}

impl Settings {
    /// The settings in a planned object.
    pub(super) fn of(planned: &Value) -> Settings {
        let flag = |path| planned.at(path).as_bool().unwrap_or(false);
        Settings {
            running: planned.get("running").as_bool(),
            autostart: planned.get("autostart").as_bool(),
            start: StartFlags {
                paused: flag("create.paused"),
                autodestroy: flag("create.autodestroy"),
                bypass_cache: flag("create.bypass_cache"),
                force_boot: flag("create.force_boot"),
                reset_nvram: flag("create.reset_nvram"),
            },
            validate: flag("create.validate"),
            shutdown: seconds(planned.at("update.shutdown.timeout")).unwrap_or(SHUTDOWN),
            waits: waits(planned.at("devices.interfaces").items()),
        }
    }
}

fn waits(interfaces: &[Value]) -> Vec<Wait> {
    let wanted = interfaces.iter().enumerate().filter(|(_, interface)| !interface.get("wait_for_ip").is_null());
    let wait = |(interface, value): (usize, &Value)| Wait {
        interface,
        sources: AddressSource::named(value.at("wait_for_ip.source").as_str()),
        timeout: seconds(value.at("wait_for_ip.timeout")).unwrap_or(ADDRESS),
    };
    wanted.map(wait).collect()
}

/// A length of time from a number of seconds; `None` where it is not set.
fn seconds(value: &Value) -> Option<Duration> {
    let seconds = u64::try_from(value.as_integer()?).ok()?;
    Some(Duration::from_secs(seconds))
}

/// How a domain is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Removal {
    /// Never kill the hypervisor's process by force.
    pub graceful: bool,
    /// Let the guest shut down within this time, or fail.
    pub shutdown: Option<Duration>,
}

impl Removal {
    /// How the object in state is to be removed.
    pub(super) fn of(state: &Value) -> Removal {
        let shutdown = state.at("destroy.shutdown");
        Removal {
            graceful: state.at("destroy.graceful").as_bool().unwrap_or(false),
            shutdown: (!shutdown.is_null()).then(|| seconds(shutdown.get("timeout")).unwrap_or(SHUTDOWN)),
        }
    }
}

/// Starts a guest whose domain has just been defined, where that is wanted. An address that does not come is an error
/// beside a domain that is there.
pub(super) fn bring_up(object: &Object<Domain>) -> Result<Diagnostics, Diagnostic> {
    if object.settings.running != Some(true) {
        return Ok(Diagnostics::new());
    }
    start(object)?;
    Ok(wait(object))
}

fn start(object: &Object<Domain>) -> Result<(), Diagnostic> {
    object.handle.start(object.settings.start).map_err(|error| object.cannot("start", &error))
}

/// Brings the guest into the wanted state; one that runs with another definition is restarted where it is to run.
pub(super) fn bring_up_to_date(object: &Object<Domain>, change: &Change) -> Result<Diagnostics, Diagnostic> {
    let active = object.handle.is_active().map_err(|error| object.cannot("read the state of", &error))?;
    match object.settings.running {
        Some(true) if active && !change.redefined => Ok(Vec::new()),
        Some(true) => {
            stop(object)?;
            start(object).map_err(|error| match active && change.redefined {
                true => put_back(object, &change.wanted.before, error),
                false => error,
            })?;
            Ok(wait(object))
        }
        Some(false) => stop(object).map(|()| Vec::new()),
        None if active && change.redefined => Ok(vec![Diagnostic::warning(
            format!("The running guest {} keeps its old definition", object.name),
            "The new definition is stored and takes effect the next time the guest starts. With running = true the provider \
             restarts the guest to apply a change.",
        )]),
        None => Ok(Vec::new()),
    }
}

/// Defines and starts again what ran before a change that does not start. The error says whether that worked.
fn put_back(object: &Object<Domain>, before: &Element, error: Diagnostic) -> Diagnostic {
    let defined = object.connection.define_domain(&before.to_string(), false);
    let outcome = match defined.and_then(|domain| domain.start(object.settings.start)) {
        Ok(()) => "The previous definition was restored, and the guest is running with it.".to_string(),
        Err(again) => {
            format!("The guest could not be started with the previous definition either: {}.", again.message())
        }
    };
    Diagnostic { detail: format!("{}\n\n{outcome}", error.detail), ..error }
}

/// Lets the guest shut down and turns it off when it does not.
fn stop(object: &Object<Domain>) -> Result<(), Diagnostic> {
    match shut_down(object.handle, object.settings.shutdown, object.host.cancel()) {
        Ok(true) => Ok(()),
        Ok(false) => object.handle.turn_off(false).map_err(|error| object.cannot("power off", &error)),
        Err(error) => Err(error.diagnostic(object)),
    }
}

/// Why a guest could not be shut down.
enum NotDown {
    Libvirt(Error),
    Cancelled,
}

impl NotDown {
    fn diagnostic(&self, object: &Object<Domain>) -> Diagnostic {
        match self {
            NotDown::Libvirt(error) => object.cannot("shut down", error),
            NotDown::Cancelled => Diagnostic::error(
                format!("Cannot shut down the domain {}", object.name),
                "Terraform was interrupted while the guest was shutting down.",
            ),
        }
    }
}

/// Asks the guest to shut down. `false` when it still runs after the timeout, or cannot react to the question.
fn shut_down(domain: &Guest, timeout: Duration, cancel: &Cancel) -> Result<bool, NotDown> {
    match domain.state() {
        Ok(State::Off) => return Ok(true),
        Ok(State::Halted) => return Ok(false),
        Ok(State::Running) => {}
        Err(error) if error.is_not_found() => return Ok(true),
        Err(error) => return Err(NotDown::Libvirt(error)),
    }
    let end = Instant::now() + timeout;
    match domain.shut_down() {
        Err(error) if error.is_unsupported() => return Ok(false),
        answer => answer.map_err(NotDown::Libvirt)?,
    }
    loop {
        match domain.is_active() {
            Ok(false) => return Ok(true),
            Err(error) if error.is_not_found() => return Ok(true),
            Err(error) => return Err(NotDown::Libvirt(error)),
            Ok(true) => {}
        }
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(false);
        }
        if cancel.wait(EVERY.min(left)) {
            return Err(NotDown::Cancelled);
        }
    }
}

/// Waits for the addresses the user wants to wait for.
fn wait(object: &Object<Domain>) -> Diagnostics {
    let waits = &object.settings.waits;
    if waits.is_empty() {
        return Vec::new();
    }
    let macs = match object.handle.definition() {
        Ok(definition) => macs(&definition),
        Err(error) => return vec![object.cannot("read the MAC addresses of", &error)],
    };
    let wait = |wait: &Wait| {
        let path =
            AttributePath::root("devices").attribute("interfaces").element(wait.interface).attribute("wait_for_ip");
        let waited = match macs.get(wait.interface) {
            Some(Some(mac)) => wait::for_address(object.handle, mac, wait, object.host.cancel()),
            _ => Err(no_mac()),
        };
        waited.err().map(|error| error.at(path))
    };
    waits.iter().filter_map(wait).collect()
}

fn no_mac() -> Diagnostic {
    Diagnostic::warning(
        "Did not wait for the interface's address",
        "libvirt reports no MAC address for the interface, which is needed to find its addresses.",
    )
}

/// The MAC addresses of a definition's interfaces.
fn macs(definition: &str) -> Vec<Option<String>> {
    let Ok(definition) = Element::parse(definition) else { return Vec::new() };
    let Some(devices) = definition.child("devices") else { return Vec::new() };
    let interfaces = devices.elements().filter(|element| element.name.local == "interface");
    interfaces.map(|interface| interface.value("mac@address")).collect()
}

/// Stops the guest as the user wants it stopped before its domain is removed.
pub(super) fn take_down(object: &Object<Domain>, removal: &Removal) -> Result<(), Diagnostic> {
    let Some(timeout) = removal.shutdown else {
        return object.handle.turn_off(removal.graceful).map_err(|error| object.cannot("power off", &error));
    };
    match shut_down(object.handle, timeout, object.host.cancel()) {
        Ok(true) => Ok(()),
        Ok(false) => Err(still_running(object.name, timeout)),
        Err(error) => Err(error.diagnostic(object)),
    }
}

fn still_running(name: &str, timeout: Duration) -> Diagnostic {
    Diagnostic::error(
        format!("The guest {name} did not shut down within {} seconds", timeout.as_secs()),
        "It is still running and still defined. Shut it down from inside, increase destroy.shutdown.timeout, or remove \
         destroy.shutdown to power it off immediately; then destroy again.",
    )
    .at(AttributePath::root("destroy").attribute("shutdown"))
}
