//! `libvirt_network`: what networks do differently from other objects that libvirt keeps a definition of.

mod lifecycle;
mod live;

use provider_core::diagnostics::{Diagnostic, Diagnostics};
use provider_core::value::Value;

use super::Failure;
use super::defined::{Autostart, Calls, Change, Kind, Object};
use crate::libvirt::{self, Connection, Host, Network as Handle};

/// The kind.
pub(crate) enum Network {}

/// What the user wants of a network beyond its definition.
pub(in crate::resource) struct Settings {
    /// Whether it starts with the host; `None` leaves it as it is.
    autostart: Option<bool>,
}

impl Kind for Network {
    type Handle = Handle;
    type Settings = Settings;

    const CALLS: Calls<Handle, Settings> = Calls {
        kind: "network",
        import_id: "the UUID or the name",
        by_uuid: Connection::network_by_uuid,
        by_name: Connection::network_by_name,
        define: |connection, document, _| connection.define_network(document),
        uuid: Handle::uuid,
        definition: Handle::definition,
        is_persistent: Handle::is_persistent,
        undefine: Handle::undefine,
        autostart: Some(Autostart {
            get: Handle::autostart,
            set: Handle::set_autostart,
            wanted: |settings| settings.autostart,
            attribute: &["autostart"],
        }),
    };

    fn settings(_config: &Value, planned: &Value) -> Settings {
        Settings { autostart: planned.get("autostart").as_bool() }
    }

    fn plan(_config: &Value, prior: &Value, planned: &mut Value) -> Diagnostics {
        if !prior.is_null() {
            planned.set("active", true.into());
        }
        Diagnostics::new()
    }

    fn describe(_host: &Host, network: &Handle, _known: &Value, actual: &mut Value) -> libvirt::Result<()> {
        actual.set("active", network.is_active()?.into());
        actual.set("autostart", network.autostart()?.into());
        Ok(())
    }

    fn bring_up(object: &Object<Network>) -> Result<Diagnostics, Failure> {
        lifecycle::start(object)?;
        Ok(Diagnostics::new())
    }

    fn bring_up_to_date(object: &Object<Network>, change: &Change) -> Result<Diagnostics, Diagnostic> {
        if !object.handle.is_active().map_err(|error| object.cannot("change", &error))? {
            lifecycle::start(object)?;
        } else if change.redefined {
            return lifecycle::bring_up_to_date(object, change);
        }
        Ok(Diagnostics::new())
    }

    fn stop(network: &Handle) -> libvirt::Result<()> {
        network.stop()
    }
}

#[cfg(test)]
mod tests {
    use provider_core::tree::Element;

    use super::*;
    use crate::resource::{defined, identity};

    fn definition(inside: &str) -> Element {
        let text = format!("<network><name>made</name>{inside}<ip address='10.9.7.1' prefix='24'/></network>");
        Element::parse(&text).unwrap()
    }

    fn create(host: &Host, inside: &str) -> (Value, Result<(Handle, Diagnostics), Failure>) {
        let mut definition = definition(inside);
        let uuid = identity::identify(&mut definition, None);
        let planned = Value::from([("name", "made".into()), ("uuid", uuid.into())]);
        let made = defined::create::<Network>(host, &definition, &planned, &Settings { autostart: Some(true) });
        (planned, made)
    }

    #[test]
    fn it_is_made_started_and_removed() {
        let host = Host::new("test:///default");
        let connection = &host.connect().unwrap();
        let (planned, made) = create(&host, "");
        let (network, diagnostics) = made.unwrap();
        assert!(diagnostics.is_empty() && network.is_active().unwrap() && network.autostart().unwrap());
        assert_eq!(Some(network.uuid().unwrap().as_str()), planned.get("uuid").as_str());
        let again = create(&host, "").1.unwrap_err();
        assert!(again.error.summary.contains("already") && !again.left_behind, "{again:?}");
        let settings = &Settings { autostart: None };
        defined::delete(
            &Object::<Network> { host: &host, connection, handle: &network, name: "made", settings },
            &planned,
        )
        .unwrap();
        assert!(Network::CALLS.find(connection, &planned).unwrap().is_none());
    }

    #[test]
    fn a_rejected_one_leaves_nothing() {
        let host = Host::new("test:///default");
        let (planned, made) = create(&host, "<forward mode='nonsense'/>");
        let failure = made.unwrap_err();
        assert!(failure.error.summary.contains("rejected") && !failure.left_behind, "{failure:?}");
        assert!(Network::CALLS.find(&host.connect().unwrap(), &planned).unwrap().is_none());
    }
}
