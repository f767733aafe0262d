//! `libvirt_domain`. Knows how its attributes become documents and settings, and what is read back; the calls are in
//! `lifecycle`.

mod lifecycle;
#[cfg(test)]
mod lifecycle_tests;
mod wait;

use provider_core::convert::Root;
use provider_core::diagnostics::{Diagnostic, Diagnostics, has_errors};
use provider_core::shape::Shape;
use provider_core::value::Value;

use crate::libvirt::{Connection, Domain as Guest, Host};
use lifecycle::{Removal, Settings};

use super::document::{self, Redefinition};
use super::identity::{self, Lookup, name};
use super::{Outcome, Resource, Transition};

const DOMAINS: Lookup<Guest> = Lookup {
    kind: "domain",
    by_uuid: Connection::domain_by_uuid,
    by_name: Connection::domain_by_name,
    uuid: Guest::uuid,
};

/// The resource.
#[derive(Debug)]
pub struct Domain {
    /// libvirt's `<domain>`.
    pub root: &'static Root,
}

impl Resource for Domain {
    fn type_name(&self) -> &'static str {
        self.root.resource
    }

    fn shape(&self) -> &'static Shape {
        self.root.shape
    }

    fn root(&self) -> Option<&'static Root> {
        Some(self.root)
    }

    fn create(&self, host: &Host, _config: &Value, planned: &Value) -> Outcome {
        let mut definition = match document::write(self.root, planned) {
            Ok(definition) => definition,
            Err(error) => return Outcome::failed(error),
        };
        let uuid = match identity::identify(&mut definition) {
            Ok(uuid) => uuid,
            Err(error) => return Outcome::failed(error),
        };
        let partial = identity::partial(planned, &uuid);
        match lifecycle::create(host, &definition, &uuid, &Settings::of(planned)) {
            Ok((guest, diagnostics)) => Outcome::tried(self.actual(host, &guest, planned), Some(partial), diagnostics),
            Err(failure) => Outcome::not_made(failure, partial),
        }
    }

    fn read(&self, host: &Host, state: &Value) -> Result<Option<Value>, Diagnostics> {
        DOMAINS.read(host, state, |guest| self.actual(host, guest, state))
    }

    fn update(&self, host: &Host, change: &Transition<'_>) -> Outcome {
        let Transition { prior, planned, .. } = *change;
        let found = host.connection().and_then(|connection| Ok((DOMAINS.existing(&connection, prior)?, connection)));
        let (guest, connection) = match found {
            Ok(found) => found,
            Err(error) => return Outcome::failed(error),
        };
        let diagnostics = self
            .redefinition(host, &guest, change)
            .and_then(|wanted| lifecycle::update(host, &connection, &guest, &wanted, &Settings::of(planned)));
        let diagnostics = diagnostics.unwrap_or_else(|error| vec![error]);
        // What failed is told in the words of the state it was to change.
        let known = if has_errors(&diagnostics) { prior } else { planned };
        Outcome::tried(self.actual(host, &guest, known), None, diagnostics)
    }

    fn delete(&self, host: &Host, prior: &Value) -> Diagnostics {
        let delete = || match DOMAINS.find(&host.connection()?, prior)? {
            Some(guest) => lifecycle::delete(&guest, name(prior), &Removal::of(prior), host.cancel()),
            None => Ok(()),
        };
        delete().err().into_iter().collect()
    }

    fn import(&self, host: &Host, id: &str) -> Result<Value, Diagnostics> {
        DOMAINS.import(host, id)
    }
}

impl Domain {
    /// What the definition is to become. A machine type that the configuration does not change stays at the version the
    /// guest has, whatever its alias stands for by now.
    fn redefinition(&self, host: &Host, guest: &Guest, change: &Transition<'_>) -> Result<Redefinition, Diagnostic> {
        let failed = |error: crate::libvirt::Error| error.diagnostic("Cannot read the domain's definition");
        let definition = guest.definition().map_err(failed)?;
        let machine = document::read(self.root, &definition)?.at("os.type_machine").clone();
        let (mut prior, mut planned, mut baseline) =
            (change.prior.clone(), change.planned.clone(), change.baseline.cloned());
        if change.prior.at("os.type_machine") == change.planned.at("os.type_machine") {
            for object in [Some(&mut prior), Some(&mut planned), baseline.as_mut()].into_iter().flatten() {
                pin_machine(host, object, &machine).map_err(failed)?;
            }
        }
        let baseline = baseline.as_ref();
        Redefinition::new(self.root, &Transition { prior: &prior, planned: &planned, baseline, ..*change }, &definition)
    }

    /// The domain as libvirt tells it; `None` where it is gone. `known` is what Terraform knows of it.
    fn actual(&self, host: &Host, guest: &Guest, known: &Value) -> Result<Option<Value>, Diagnostic> {
        let failed = |error: crate::libvirt::Error| error.diagnostic(format!("Cannot read the domain {}", name(known)));
        let definition = match guest.definition() {
            Ok(definition) => definition,
            Err(error) if error.is_not_found() => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let mut actual = document::read(self.root, &definition)?;
        actual.set("id", guest.id().map(u64::from).into());
        actual.set("running", guest.is_active().map_err(failed)?.into());
        actual.set("autostart", guest.autostart().map_err(failed)?.into());
        keep_alias(host, &mut actual, known).map_err(failed)?;
        Ok(Some(actual))
    }
}

/// Writes the machine type that the guest has in place of an alias that stands for it.
fn pin_machine(host: &Host, object: &mut Value, machine: &Value) -> crate::libvirt::Result<()> {
    let arch = object.at("os.type_arch").as_str().map(str::to_string);
    let (Some(written), Some(version)) = (object.at("os.type_machine").as_str(), machine.as_str()) else {
        return Ok(());
    };
    if written != version
        && host.capabilities()?.expands(arch.as_deref(), written, version)
        && let Value::Object(object) = object
        && let Some(os) = object.get_mut("os")
    {
        os.set("type_machine", machine.clone());
    }
    Ok(())
}

/// A machine type alias stays as the user wrote it as long as the domain has what it stands for.
fn keep_alias(host: &Host, actual: &mut Value, known: &Value) -> crate::libvirt::Result<()> {
    let (Some(written), Some(machine)) = (known.at("os.type_machine").as_str(), actual.at("os.type_machine").as_str())
    else {
        return Ok(());
    };
    let same =
        written == machine || !host.capabilities()?.expands(actual.at("os.type_arch").as_str(), written, machine);
    if let (false, Value::Object(object)) = (same, actual)
        && let Some(os) = object.get_mut("os")
    {
        os.set("type_machine", written.into());
    }
    Ok(())
}
