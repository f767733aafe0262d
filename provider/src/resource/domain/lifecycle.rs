//! What is called in libvirt to make, change and remove a domain. Knows documents and settings; must not know
//! Terraform's values beyond reading the settings off them.

use std::time::{Duration, Instant};

use provider_core::diagnostics::{AttributePath, Diagnostic, Diagnostics};
use provider_core::tree::Element;
use provider_core::value::Value;

use super::DOMAINS;
use super::wait::{self, Wait};
use crate::cancel::Cancel;
use crate::libvirt::{AddressSource, Connection, Domain, Error, Host, StartFlags, State};
use crate::resource::Failure;
use crate::resource::document::Redefinition;

/// How long a guest may take to shut down where the user does not say.
const SHUTDOWN: Duration = Duration::from_secs(30);
/// How long an interface may take to get an address where the user does not say.
const ADDRESS: Duration = Duration::from_secs(300);
/// How often it is asked whether a guest is off.
const EVERY: Duration = Duration::from_millis(250);

/// What the user wants of a domain beyond its definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Settings {
    /// Whether it runs; `None` leaves it as it is.
    pub running: Option<bool>,
    /// Whether it starts with the host; `None` leaves it as it is.
    pub autostart: Option<bool>,
    /// How it is started.
    pub start: StartFlags,
    /// Whether the document is checked against the host's schema.
    pub validate: bool,
    /// How long the guest may take to shut down for a change before it is turned off.
    pub shutdown: Duration,
    /// The interfaces to wait for after a start.
    pub waits: Vec<Wait>,
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

/// Defines a domain and starts it where that is wanted. On failure it is removed again; an address that does not come is
/// an error beside a domain that is there.
pub(super) fn create(
    host: &Host,
    document: &Element,
    uuid: &str,
    settings: &Settings,
) -> Result<(Domain, Diagnostics), Failure> {
    let connection = host.connection()?;
    let name = document.child("name").map(Element::text).unwrap_or_default();
    DOMAINS.must_be_free(&connection, name, uuid)?;
    let domain = connection.define_domain(&document.to_string(), settings.validate).map_err(|error| Failure {
        // A call that the connection broke under may have been carried out.
        left_behind: !connection.is_alive(),
        error: rejected(host, document, &error),
    })?;
    if let Err(error) = bring_up(&domain, name, settings) {
        let left_behind = domain.turn_off(false).and_then(|()| domain.undefine()).is_err();
        return Err(Failure { error, left_behind });
    }
    let diagnostics = if settings.running == Some(true) { wait(&domain, settings, host.cancel()) } else { Vec::new() };
    Ok((domain, diagnostics))
}

fn bring_up(domain: &Domain, name: &str, settings: &Settings) -> Result<(), Diagnostic> {
    if let Some(autostart) = settings.autostart {
        set_autostart(domain, name, autostart)?;
    }
    if settings.running == Some(true) {
        start(domain, name, settings)?;
    }
    Ok(())
}

fn set_autostart(domain: &Domain, name: &str, autostart: bool) -> Result<(), Diagnostic> {
    domain.set_autostart(autostart).map_err(|error| {
        error.diagnostic(format!("Cannot set autostart of the domain {name}")).at(AttributePath::root("autostart"))
    })
}

fn start(domain: &Domain, name: &str, settings: &Settings) -> Result<(), Diagnostic> {
    domain.start(settings.start).map_err(|error| error.diagnostic(format!("Cannot start the domain {name}")))
}

/// The message for a definition that libvirt rejected. Where it names a machine type that the host does not have,
/// libvirt's own text is about something else that is missing in consequence.
fn rejected(host: &Host, document: &Element, error: &Error) -> Diagnostic {
    let name = document.child("name").map(Element::text).unwrap_or_default();
    let diagnostic = error.diagnostic(format!("libvirt rejects the definition of the domain {name}"));
    let (arch, machine) = (document.value("os/type@arch"), document.value("os/type@machine"));
    let (Some(machine), Ok(capabilities)) = (machine, host.capabilities()) else { return diagnostic };
    if !capabilities.lacks_machine(arch.as_deref(), &machine) {
        return diagnostic;
    }
    let on = arch.as_deref().map(|arch| format!(" on {arch}")).unwrap_or_default();
    let known: Vec<&str> = capabilities.machines(arch.as_deref().unwrap_or("x86_64")).collect();
    Diagnostic::error(
        format!("The host has no machine type {machine:?}{on}"),
        format!(
            "{}\n\nIt has {} and versions of these; virsh capabilities lists them all.",
            diagnostic.detail,
            known.join(", ")
        ),
    )
    .at(AttributePath::root("os").attribute("type_machine"))
}

/// Defines the domain anew over itself, then brings it into the wanted state. Nothing is stopped before libvirt has taken
/// the new definition.
pub(super) fn update(
    host: &Host,
    connection: &Connection,
    domain: &Domain,
    wanted: &Redefinition,
    settings: &Settings,
) -> Result<Diagnostics, Diagnostic> {
    let name = domain.name().map_err(|error| error.diagnostic("Cannot read the domain's name"))?;
    let failed = |error: Error| error.diagnostic(format!("Cannot read the state of the domain {name}"));
    let redefine = wanted.changed || !domain.is_persistent().map_err(failed)?;
    if redefine {
        wanted
            .define(|document| connection.define_domain(document, settings.validate))
            .map_err(|error| rejected(host, &wanted.plain, &error))?;
    }
    if let Some(autostart) = settings.autostart.filter(|wanted| domain.autostart().ok() != Some(*wanted)) {
        set_autostart(domain, &name, autostart)?;
    }
    let active = domain.is_active().map_err(failed)?;
    match settings.running {
        Some(true) if active && !redefine => Ok(Vec::new()),
        Some(true) => {
            stop(domain, &name, settings.shutdown, host.cancel())?;
            start(domain, &name, settings).map_err(|error| match active && redefine {
                true => put_back(connection, &wanted.before, settings, error),
                false => error,
            })?;
            Ok(wait(domain, settings, host.cancel()))
        }
        Some(false) => stop(domain, &name, settings.shutdown, host.cancel()).map(|()| Vec::new()),
        None if active && redefine => Ok(vec![Diagnostic::warning(
            format!("The running guest {name} keeps what it was started with"),
            "The new definition is in place and takes effect when the guest is next started. With running = true the \
             provider restarts it for a change.",
        )]),
        None => Ok(Vec::new()),
    }
}

/// Defines and starts again what ran before a change that does not start. The error tells of it.
fn put_back(connection: &Connection, before: &Element, settings: &Settings, error: Diagnostic) -> Diagnostic {
    let back = connection.define_domain(&before.to_string(), false).and_then(|domain| domain.start(settings.start));
    let told = match back {
        Ok(()) => "The previous definition was put back, and the guest runs with it.".to_string(),
        Err(again) => format!("The previous definition could not be started again either: {}.", again.message()),
    };
    Diagnostic { detail: format!("{}\n\n{told}", error.detail), ..error }
}

/// Lets the guest shut down and turns it off when it does not.
fn stop(domain: &Domain, name: &str, timeout: Duration, cancel: &Cancel) -> Result<(), Diagnostic> {
    match shut_down(domain, timeout, cancel) {
        Ok(true) => Ok(()),
        Ok(false) => {
            domain.turn_off(false).map_err(|error| error.diagnostic(format!("Cannot turn off the domain {name}")))
        }
        Err(error) => Err(error.told(name)),
    }
}

/// Why a guest could not be shut down.
enum NotDown {
    Libvirt(Error),
    Cancelled,
}

impl NotDown {
    fn told(self, name: &str) -> Diagnostic {
        let summary = format!("Cannot shut down the domain {name}");
        match self {
            NotDown::Libvirt(error) => error.diagnostic(summary),
            NotDown::Cancelled => {
                Diagnostic::error(summary, "Terraform asked to stop while the guest was shutting down.")
            }
        }
    }
}

/// Asks the guest to shut down. `false` when it still runs after the timeout, or cannot react to the question.
fn shut_down(domain: &Domain, timeout: Duration, cancel: &Cancel) -> Result<bool, NotDown> {
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
fn wait(domain: &Domain, settings: &Settings, cancel: &Cancel) -> Diagnostics {
    if settings.waits.is_empty() {
        return Vec::new();
    }
    let macs = match domain.definition() {
        Ok(definition) => macs(&definition),
        Err(error) => return vec![error.diagnostic("Cannot read the MAC addresses of the domain")],
    };
    let wait = |wait: &Wait| {
        let path =
            AttributePath::root("devices").attribute("interfaces").element(wait.interface).attribute("wait_for_ip");
        let waited = match macs.get(wait.interface) {
            Some(Some(mac)) => wait::for_address(domain, mac, wait, cancel),
            _ => Err(no_mac()),
        };
        waited.err().map(|error| error.at(path))
    };
    settings.waits.iter().filter_map(wait).collect()
}

fn no_mac() -> Diagnostic {
    Diagnostic::warning(
        "Did not wait for an address of the interface",
        "libvirt's definition of the domain tells no MAC address for it, by which its addresses are known.",
    )
}

/// The MAC addresses of a definition's interfaces.
fn macs(definition: &str) -> Vec<Option<String>> {
    let Ok(definition) = Element::parse(definition) else { return Vec::new() };
    let Some(devices) = definition.child("devices") else { return Vec::new() };
    let interfaces = devices.elements().filter(|element| element.name.local == "interface");
    interfaces.map(|interface| interface.value("mac@address")).collect()
}

/// Stops the domain as its settings say and removes its definition.
pub(super) fn delete(domain: &Domain, name: &str, removal: &Removal, cancel: &Cancel) -> Result<(), Diagnostic> {
    match removal.shutdown {
        Some(timeout) => match shut_down(domain, timeout, cancel) {
            Ok(true) => {}
            Ok(false) => return Err(still_running(name, timeout)),
            Err(error) => return Err(error.told(name)),
        },
        None => domain
            .turn_off(removal.graceful)
            .map_err(|error| error.diagnostic(format!("Cannot turn off the domain {name}")))?,
    }
    match domain.is_persistent() {
        Ok(false) => Ok(()),
        Err(error) if error.is_not_found() => Ok(()),
        _ => domain.undefine().map_err(|error| error.diagnostic(format!("Cannot remove the domain {name}"))),
    }
}

fn still_running(name: &str, timeout: Duration) -> Diagnostic {
    Diagnostic::error(
        format!("The guest {name} did not shut down within {} seconds", timeout.as_secs()),
        "It still runs and is still defined. Shut it down from inside, raise destroy.shutdown.timeout, or take \
         destroy.shutdown out to turn it off at once; then destroy again.",
    )
    .at(AttributePath::root("destroy").attribute("shutdown"))
}
