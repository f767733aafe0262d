//! `libvirt_domain`. Knows how its attributes become documents and settings, and what is read back; the calls are in
//! `lifecycle`.

mod lifecycle;
#[cfg(test)]
mod lifecycle_tests;
mod rules;
mod wait;

use provider_core::convert::Root;
use provider_core::diagnostics::{Diagnostic, Diagnostics, has_errors};
use provider_core::shape::Shape;
use provider_core::value::Value;

use crate::libvirt::{Connection, Domain as Guest, Host};
use lifecycle::{Removal, Settings};
use rules::RULES;

use super::document::{self, Redefinition};
use super::identity::{self, Lookup, name};
use super::seed::paths;
use super::{Outcome, Resource};

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

    fn written(&self, config: &Value) -> Value {
        paths::absolute(config)
    }

    fn create(&self, host: &Host, _config: &Value, planned: &Value) -> Outcome {
        paths::put_back(planned);
        let mut definition = match document::write(self.root, &self.written(planned)) {
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

    fn update(&self, host: &Host, _config: &Value, prior: &Value, planned: &Value) -> Outcome {
        paths::put_back(planned);
        let found = host.connection().and_then(|connection| Ok((DOMAINS.existing(&connection, prior)?, connection)));
        let (guest, connection) = match found {
            Ok(found) => found,
            Err(error) => return Outcome::failed(error),
        };
        let diagnostics = self
            .redefinition(&guest, prior, planned)
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
    /// What the definition is to become. A machine type that the user did not change stays at the version the guest has,
    /// whatever its alias stands for by now.
    fn redefinition(&self, guest: &Guest, prior: &Value, planned: &Value) -> Result<Redefinition, Diagnostic> {
        let theirs = guest.definition().map_err(|error| error.diagnostic("Cannot read the domain's definition"))?;
        let (before, after) = (self.written(prior), self.written(planned));
        let mut wanted = Redefinition::new(self.root, &RULES, &before, &after, &theirs)?;
        if prior.at("os.type_machine") == planned.at("os.type_machine") {
            lifecycle::keep_machine(&mut wanted.merged, &wanted.before);
        }
        Ok(wanted)
    }

    /// The domain as libvirt tells it; `None` where it is gone. `known` is what Terraform knows of it.
    fn actual(&self, host: &Host, guest: &Guest, known: &Value) -> Result<Option<Value>, Diagnostic> {
        let failed = |error: crate::libvirt::Error| error.diagnostic(format!("Cannot read the domain {}", name(known)));
        let definition = match guest.definition() {
            Ok(definition) => definition,
            Err(error) if error.is_not_found() => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let mut actual = paths::as_in(known, &document::read(self.root, &definition)?);
        actual.set("id", guest.id().map(u64::from).into());
        actual.set("running", guest.is_active().map_err(failed)?.into());
        actual.set("autostart", guest.autostart().map_err(failed)?.into());
        keep_alias(host, &mut actual, known).map_err(failed)?;
        Ok(Some(actual))
    }
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
