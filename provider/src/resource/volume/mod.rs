//! `libvirt_volume`. Knows how its attributes become documents, which sizes are allowed, and what is read back; the calls
//! are in `lifecycle`.

mod content;
pub(super) mod lifecycle;
mod seed;

use provider_core::convert::Root;
use provider_core::defaults::{Facts, lean};
use provider_core::diagnostics::{AttributePath, Diagnostic, Diagnostics};
use provider_core::select::lasting;
use provider_core::shape::Shape;
use provider_core::size;
use provider_core::tree::{Content as Node, Element, Name};
use provider_core::value::Value;

use crate::libvirt::{Error, Host, Volume as Handle};
use content::{Content, Location};

use super::{Outcome, Resource, Update, document, identity};

/// The resource.
#[derive(Debug)]
pub struct Volume {
    /// libvirt's `<volume>`.
    pub root: &'static Root,
}

impl Resource for Volume {
    fn type_name(&self) -> &'static str {
        self.root.resource
    }

    fn shape(&self) -> &'static Shape {
        self.root.shape
    }

    fn root(&self) -> Option<&'static Root> {
        Some(self.root)
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        let sources = ["capacity", "create", "backing_store"];
        if sources.iter().all(|source| config.get(source).is_null()) {
            diagnostics.push(no_capacity("The volume needs a capacity"));
        }
        if config.at("create.content.url").as_str().is_some_and(|url| Location::parse(url).is_none()) {
            diagnostics.push(content::bad_url());
        }
        diagnostics
    }

    fn meant(&self, config: Value, prior: &Value) -> Value {
        seed::meant(config, prior)
    }

    fn replaces(&self, prior: &Value, planned: &Value, path: &AttributePath) -> bool {
        !(*path == AttributePath::root("create") && seed::is_refilled(prior, planned))
    }

    fn plan(&self, config: &Value, prior: &Value, planned: &mut Value) -> Diagnostics {
        // A volume that is filled with something else is as large as that, where the user does not say.
        if seed::is_refilled(prior, planned) && config.get("capacity").is_null() {
            planned.set("capacity", Value::UNKNOWN);
            planned.set("capacity_unit", Value::UNKNOWN);
        }
        // What was set aside for the new volume is no measure of what it uses since.
        for used in ["allocation", "allocation_unit"] {
            if !prior.get(used).is_null() {
                planned.set(used, prior.get(used).clone());
            }
        }
        let mut asked = planned.clone();
        if config.get("capacity_unit").is_null() {
            asked.set("capacity_unit", Value::Null);
        }
        match (capacity(prior), capacity(&asked)) {
            (Some(old), Some(new)) if new < old => vec![shrinks(old, new)],
            _ => Diagnostics::new(),
        }
    }

    fn create(&self, host: &Host, _config: &Value, planned: &Value) -> Outcome {
        let prepared = host.connection().and_then(|connection| {
            let pool = lifecycle::pool_for_new(&connection, planned)?;
            let content = planned.at("create.content.url").as_str().map(Content::open).transpose()?;
            let definition = self.definition(planned, content.as_ref())?;
            Ok((connection, pool, content, definition))
        });
        let (connection, pool, content, definition) = match prepared {
            Ok(prepared) => prepared,
            Err(error) => return Outcome::failed(error),
        };
        let (definition, known) = (definition.to_string(), planned.known());
        match lifecycle::create(&connection, &pool, &definition, content, planned, host.cancel()) {
            Ok(volume) => Outcome::tried(self.actual(&volume, planned), Some(known), Vec::new()),
            Err(failure) => Outcome::not_made(failure, known),
        }
    }

    fn read(&self, host: &Host, state: &Value) -> Result<Option<Value>, Diagnostics> {
        let read = || {
            let connection = host.connection()?;
            // An error would fail the very plan that starts the pool again.
            if lifecycle::is_out_of_sight(&connection, state)? {
                tracing::warn!(volume = name(state), "its pool is stopped, so it stands as it was");
                return Ok(Some(state.clone()));
            }
            match lifecycle::find(&connection, state, host.cancel())? {
                Some(volume) => self.actual(&volume, state),
                None => Ok(None),
            }
        };
        read().map_err(|error: Diagnostic| vec![error])
    }

    fn update(&self, host: &Host, update: Update) -> Outcome {
        let Update { config, prior, planned, .. } = update;
        let found = host.connection().and_then(|connection| {
            let volume = lifecycle::find(&connection, prior, host.cancel())?;
            Ok((volume.ok_or_else(|| identity::gone("volume", name(prior)))?, connection))
        });
        let (volume, connection) = match found {
            Ok(found) => found,
            Err(error) => return Outcome::failed(error),
        };
        let changed = self.only_size_changes(prior, planned).and_then(|()| {
            if seed::is_refilled(prior, planned) {
                let content = Content::open(planned.at("create.content.url").as_str().unwrap_or_default())?;
                // In the planned state's words, which has a unit where the configuration has none.
                let wanted = if config.get("capacity").is_null() { None } else { capacity(&planned.known()) };
                lifecycle::refill(&connection, &volume, content, wanted, planned, host.cancel())?;
            }
            lifecycle::grow(&volume, planned)
        });
        Outcome::tried(self.actual(&volume, planned), None, changed.err().into_iter().collect())
    }

    /// A read takes in all of a volume.
    fn configuration(&self, facts: &Facts, state: &Value) -> Value {
        lean(self.root, state, facts)
    }

    fn delete(&self, host: &Host, prior: &Value) -> Diagnostics {
        let failed = |error: Error| error.diagnostic(format!("Cannot delete the volume {}", name(prior)));
        let delete = || match lifecycle::find(&host.connection()?, prior, host.cancel())? {
            Some(volume) => volume.delete().map_err(failed),
            None => Ok(()),
        };
        delete().err().into_iter().collect()
    }

    fn import(&self, host: &Host, id: &str) -> Result<Value, Diagnostics> {
        let import = || {
            let connection = host.connection()?;
            let failed = |error: Error| error.diagnostic(format!("Cannot look up the volume {id}"));
            match lifecycle::known_as(&connection, id).map_err(failed)? {
                Some(volume) => lifecycle::names(&volume).map_err(failed),
                None => {
                    Err(identity::nothing_to_import("volume", id, "POOL/NAME, the key or the path, its pool active"))
                }
            }
        };
        import().map_err(|error| vec![error])
    }
}

impl Volume {
    /// The document for a new volume. One with content takes its size from it where the user gives none, and only
    /// the space that the content needs.
    fn definition(&self, planned: &Value, content: Option<&Content>) -> Result<Element, Diagnostic> {
        let mut planned = planned.known();
        if planned.get("capacity").is_null()
            && let Some(content) = content
        {
            let capacity =
                content.capacity().ok_or_else(|| no_capacity("The content's server does not report its length"))?;
            planned.set("capacity", capacity.into());
            planned.set("capacity_unit", "bytes".into());
        }
        let mut definition = document::write(self.root, &planned)?;
        if content.is_some() && definition.child("allocation").is_none() {
            let name = Name { prefix: String::new(), namespace: String::new(), local: "allocation".to_string() };
            let content = vec![Node::Text("0".to_string())];
            definition.content.push(Node::Element(Element { name, attributes: Vec::new(), content }));
        }
        Ok(definition)
    }

    /// An error where a plan changes what cannot be changed in place.
    fn only_size_changes(&self, prior: &Value, planned: &Value) -> Result<(), Diagnostic> {
        let rest = |value: &Value| {
            let mut definition = document::write(self.root, &lasting(self.root.shape, value))?;
            definition.content.retain(|content| match content {
                Node::Element(element) => {
                    !matches!(element.name.local.as_str(), "capacity" | "allocation" | "physical")
                }
                Node::Text(_) => false,
            });
            Ok(definition)
        };
        if rest(prior)?.same(&rest(planned)?) {
            return Ok(());
        }
        Err(Diagnostic::error(
            format!("The volume {} can only grow in place", name(planned)),
            "Any other change needs a new volume: terraform apply -replace=ADDRESS creates one, without the old one's content.",
        ))
    }

    /// The volume as libvirt reports it; `None` where it is gone.
    fn actual(&self, volume: &Handle, known: &Value) -> Result<Option<Value>, Diagnostic> {
        let failed = |error: Error| error.diagnostic(format!("Cannot read the volume {}", name(known)));
        let definition = match volume.document() {
            Ok(definition) => definition,
            Err(error) if error.is_not_found() => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let mut actual = document::read(self.root, &definition)?;
        let key = volume.key().map_err(failed)?;
        actual.set("id", key.as_str().into());
        actual.set("key", key.into());
        actual.set("path", volume.path().map_err(failed)?.into());
        actual.set("pool", volume.pool().map_err(failed)?.into());
        Ok(Some(actual))
    }
}

fn name(state: &Value) -> &str {
    state.get("name").as_str().or(state.get("id").as_str()).unwrap_or_default()
}

/// The capacity of an object, in bytes; `None` where it is not known.
fn capacity(value: &Value) -> Option<u64> {
    let bytes = size::bytes(value.get("capacity"), value.get("capacity_unit"), "bytes")?;
    u64::try_from(bytes).ok()
}

fn no_capacity(summary: &str) -> Diagnostic {
    Diagnostic::error(summary, "Set capacity, in bytes or with capacity_unit.").at(AttributePath::root("capacity"))
}

fn shrinks(old: u64, new: u64) -> Diagnostic {
    Diagnostic::error(
        "A volume cannot shrink",
        format!(
            "It has {old} bytes and would have {new}: data beyond the new end would be lost. Keep the capacity, or create a \
             new, empty volume with terraform apply -replace=ADDRESS once the old one is renamed or removed from the state."
        ),
    )
    .at(AttributePath::root("capacity"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sized(capacity: i64, unit: &str) -> Value {
        Value::from([("capacity", capacity.into()), ("capacity_unit", unit.into())])
    }

    #[test]
    fn capacities_compare_in_bytes() {
        assert_eq!(capacity(&sized(1, "GiB")), capacity(&sized(1024, "MiB")));
        assert_eq!(capacity(&Value::from([("capacity", 5_i64.into()), ("capacity_unit", Value::UNKNOWN)])), None);
        assert_eq!(capacity(&Value::from([("capacity", Value::UNKNOWN)])), None);
    }
}
