//! `libvirt_domain`: what domains do differently from other objects that libvirt keeps a definition of.

mod addresses;
mod lifecycle;
#[cfg(test)]
mod lifecycle_tests;
mod wait;

use provider_core::convert::Root;
use provider_core::diagnostics::{AttributePath, Diagnostic, Diagnostics};
use provider_core::value::Value;

use super::Failure;
use super::defined::{Autostart, Calls, Change, Kind, Known, Object};
use super::identity::parse_uuid;
use super::seed::paths;
use crate::libvirt::{self, Connection, Domain as Guest, Host};
use lifecycle::{Removal, Settings};

/// The kind.
pub(crate) enum Domain {}

impl Kind for Domain {
    type Handle = Guest;
    type Settings = Settings;

    const CALLS: Calls<Guest, Settings> = Calls {
        kind: "domain",
        import_id: "the UUID or the name",
        by_uuid: Connection::domain_by_uuid,
        by_name: Connection::domain_by_name,
        define: |connection, document, settings| connection.define_domain(document, settings.validate),
        uuid: Guest::uuid,
        definition: Guest::definition,
        is_persistent: Guest::is_persistent,
        undefine: Guest::undefine,
        autostart: Some(Autostart {
            get: Guest::autostart,
            set: Guest::set_autostart,
            wanted: |settings| settings.autostart,
            attribute: &["autostart"],
        }),
    };

    fn settings(_config: &Value, planned: &Value) -> Settings {
        Settings::of(planned)
    }

    /// libvirt refuses a domain whose SMBIOS tables carry another UUID than its own.
    fn implied_uuid(planned: &Value) -> Option<String> {
        let tables = planned.get("sys_info").items().iter().map(|tables| tables.at("smbios.system.entry").items());
        let mut uuids = tables.flatten().filter(|entry| entry.get("name").as_str() == Some("uuid"));
        uuids.find_map(|entry| parse_uuid(entry.get("value").as_str()?))
    }

    /// libvirt takes no relative path, and configurations have them for seeds.
    fn written(config: &Value) -> Value {
        paths::absolute(config)
    }

    fn prepare(planned: &Value) {
        paths::put_back(planned);
    }

    fn describe(_host: &Host, guest: &Guest, _known: &Value, actual: &mut Value) -> libvirt::Result<()> {
        actual.set("id", guest.id().map(u64::from).into());
        actual.set("running", guest.is_active()?.into());
        actual.set("autostart", guest.autostart()?.into());
        Ok(())
    }

    /// A seed has the relative path that the configuration has. A machine type is called by its alias where the configuration
    /// does, and the host says that this is the same.
    fn named_as(host: &Host, known: &Value, actual: Value) -> Value {
        let mut actual = paths::as_in(known, &actual);
        let machine = known.at("os.type_machine").as_str().map(str::to_string);
        let (Some(alias), Some(version)) = (machine, actual.at("os.type_machine").as_str()) else { return actual };
        let arch = actual.at("os.type_arch").as_str();
        let is_alias = alias != version
            && host.capabilities().is_ok_and(|capabilities| capabilities.expands(arch, &alias, version));
        if let (true, Value::Object(object)) = (is_alias, &mut actual)
            && let Some(os) = object.get_mut("os")
        {
            os.set("type_machine", alias.into());
        }
        actual
    }

    fn driver(document: &Value) -> Option<&'static str> {
        match document.get("type").as_str()? {
            "kvm" | "qemu" | "hvf" => Some("QEMU"),
            "test" => Some("TEST"),
            _ => None,
        }
    }

    fn imported(root: &Root, host: Option<&Host>, actual: &Value, lean: Value) -> Value {
        let mut lean = addresses::imported(root, host, actual, lean);
        // A guest that is only defined neither runs nor starts with the host.
        for name in ["autostart", "running"] {
            if lean.get(name).as_bool() == Some(false) {
                lean.set(name, Value::Null);
            }
        }
        lean
    }

    fn bring_up(object: &Object<Domain>) -> Result<Diagnostics, Failure> {
        Ok(lifecycle::bring_up(object)?)
    }

    /// A machine type that the configuration does not change stays at the version the guest has, whatever its alias stands
    /// for by now. A seed's file may have been another working directory's.
    fn pin(host: &Host, actual: &Value, known: Known) -> libvirt::Result<()> {
        let Known { prior, planned, baseline } = known;
        *prior = paths::where_it_is(prior, actual);
        if prior.at("os.type_machine") != planned.at("os.type_machine") {
            return Ok(());
        }
        for object in [Some(prior), Some(planned), baseline].into_iter().flatten() {
            pin_machine(host, object, actual.at("os.type_machine"))?;
        }
        Ok(())
    }

    fn bring_up_to_date(object: &Object<Domain>, change: &Change) -> Result<Diagnostics, Diagnostic> {
        lifecycle::bring_up_to_date(object, change)
    }

    fn stop(guest: &Guest) -> libvirt::Result<()> {
        guest.turn_off(false)
    }

    fn take_down(object: &Object<Domain>, prior: &Value) -> Result<Diagnostics, Diagnostic> {
        lifecycle::take_down(object, &Removal::of(prior)).map(|()| Diagnostics::new())
    }

    /// A machine type that the host does not have makes libvirt complain of something else that is missing in consequence.
    fn explain(host: &Host, planned: &Value, rejection: Diagnostic) -> Diagnostic {
        let (arch, machine) = (planned.at("os.type_arch").as_str(), planned.at("os.type_machine").as_str());
        let (Some(machine), Ok(capabilities)) = (machine, host.capabilities()) else { return rejection };
        if !capabilities.lacks_machine(arch, machine) {
            return rejection;
        }
        let on = arch.map(|arch| format!(" on {arch}")).unwrap_or_default();
        let known: Vec<&str> = capabilities.machines(arch.unwrap_or("x86_64")).collect();
        Diagnostic::error(
            format!("The host has no machine type {machine:?}{on}"),
            format!(
                "{}\n\nAvailable are {} and their versions; virsh capabilities lists them all.",
                rejection.detail,
                known.join(", ")
            ),
        )
        .at(AttributePath::root("os").attribute("type_machine"))
    }
}

/// Writes the machine type that the guest has in place of an alias that stands for it.
fn pin_machine(host: &Host, object: &mut Value, machine: &Value) -> libvirt::Result<()> {
    let (Some(written), Some(version)) = (object.at("os.type_machine").as_str(), machine.as_str()) else {
        return Ok(());
    };
    if written != version
        && host.capabilities()?.expands(object.at("os.type_arch").as_str(), written, version)
        && let Value::Object(object) = object
        && let Some(os) = object.get_mut("os")
    {
        os.set("type_machine", machine.clone());
    }
    Ok(())
}
