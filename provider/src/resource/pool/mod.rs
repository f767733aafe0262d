//! `libvirt_pool`: what storage pools do differently from other objects that libvirt keeps a definition of.

mod lifecycle;

use provider_core::diagnostics::{Diagnostic, Diagnostics};
use provider_core::value::Value;

use super::Failure;
use super::defined::{Autostart, Calls, Change, Kind, Object};
use crate::libvirt::{self, Connection, Host, Pool as Handle};
use lifecycle::Settings;

/// The kind.
pub(crate) enum Pool {}

impl Kind for Pool {
    type Handle = Handle;
    type Settings = Settings;

    const CALLS: Calls<Handle, Settings> = Calls {
        kind: "pool",
        import_id: "the UUID or the name",
        by_uuid: Connection::pool_by_uuid,
        by_name: Connection::pool_by_name,
        define: |connection, document, _| connection.define_pool(document),
        uuid: Handle::uuid,
        definition: Handle::definition,
        is_persistent: Handle::is_persistent,
        undefine: Handle::undefine,
        autostart: Some(Autostart {
            get: Handle::autostart,
            set: Handle::set_autostart,
            wanted: |settings| Some(settings.autostart),
            attribute: &["create", "autostart"],
        }),
    };

    fn settings(_config: &Value, planned: &Value) -> Settings {
        Settings::of(planned)
    }

    fn plan(_config: &Value, prior: &Value, planned: &mut Value) -> Diagnostics {
        if !prior.is_null() && Settings::of(planned).start {
            planned.set("active", true.into());
        }
        Diagnostics::new()
    }

    /// Sizes are in bytes.
    fn describe(_host: &Host, pool: &Handle, _known: &Value, actual: &mut Value) -> libvirt::Result<()> {
        let sizes = pool.state()?;
        actual.set("active", pool.is_active()?.into());
        actual.set("capacity", sizes.capacity.into());
        actual.set("allocation", sizes.allocation.into());
        actual.set("available", sizes.available.into());
        Ok(())
    }

    fn bring_up(object: &Object<Pool>) -> Result<Diagnostics, Failure> {
        lifecycle::bring_up(object).map(|()| Diagnostics::new())
    }

    fn bring_up_to_date(object: &Object<Pool>, change: &Change) -> Result<Diagnostics, Diagnostic> {
        lifecycle::bring_up_to_date(object, change)
    }

    fn stop(pool: &Handle) -> libvirt::Result<()> {
        pool.stop()
    }

    fn take_down(object: &Object<Pool>, prior: &Value) -> Result<Diagnostics, Diagnostic> {
        lifecycle::take_down(object, lifecycle::deletes(prior))
    }
}

#[cfg(test)]
mod tests {
    use provider_core::tree::Element;

    use super::*;
    use crate::resource::{defined, identity};

    fn create(host: &Host, kind: &str) -> (Value, Result<(Handle, Diagnostics), Failure>) {
        let text = format!("<pool type='{kind}'><name>made</name><target><path>/made</path></target></pool>");
        let mut definition = Element::parse(&text).unwrap();
        let uuid = identity::identify(&mut definition, None);
        let planned = Value::from([("name", "made".into()), ("type", kind.into()), ("uuid", uuid.into())]);
        let made = defined::create::<Pool>(host, &definition, &planned, &Settings::of(&planned));
        (planned, made)
    }

    #[test]
    fn it_is_made_and_removed() {
        let host = Host::new("test:///default");
        let connection = &host.connect().unwrap();
        let (planned, made) = create(&host, "dir");
        let (pool, diagnostics) = made.unwrap();
        assert!(diagnostics.is_empty() && pool.is_active().unwrap() && pool.autostart().unwrap());
        let again = create(&host, "dir").1.unwrap_err();
        assert!(again.error.summary.contains("already") && !again.left_behind, "{again:?}");
        let settings = &Settings::of(&planned);
        let object = Object::<Pool> { host: &host, connection, handle: &pool, name: "made", settings };
        assert!(defined::delete(&object, &planned).unwrap().is_empty());
        assert!(Pool::CALLS.find(connection, &planned).unwrap().is_none());
    }

    #[test]
    fn a_rejected_one_leaves_nothing() {
        let host = Host::new("test:///default");
        let failure = create(&host, "nonsense").1.unwrap_err();
        assert!(failure.error.summary.contains("rejected") && !failure.left_behind, "{failure:?}");
        assert!(host.connect().unwrap().pool_by_name("made").unwrap().is_none());
    }
}
