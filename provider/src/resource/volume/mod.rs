//! `libvirt_volume`. Knows what to call in libvirt to make, fill, grow and remove a volume, and what is read back.

mod content;

use std::time::Duration;

use provider_core::convert::Root;
use provider_core::diagnostics::{AttributePath, Diagnostic, Diagnostics};
use provider_core::select::lasting;
use provider_core::shape::Shape;
use provider_core::size;
use provider_core::tree::{Content as Node, Element, Name};
use provider_core::value::Value;

use crate::cancel::Cancel;
use crate::libvirt::{Connection, Error, Host, Pool, Volume as Handle};
use content::{Content, Location};

use super::{Outcome, Resource, document};

/// How often and how many times a pool that is busy is asked again.
const BUSY: (Duration, usize) = (Duration::from_millis(500), 60);

/// The resource.
#[derive(Debug)]
pub struct Volume {
    /// libvirt's `<volume>`.
    pub root: &'static Root,
}

impl Resource for Volume {
    fn type_name(&self) -> &'static str {
        "libvirt_volume"
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
            diagnostics.push(no_capacity("Nothing gives the volume a size"));
        }
        if config.at("create.content.url").as_str().is_some_and(|url| Location::parse(url).is_none()) {
            diagnostics.push(content::bad_url());
        }
        diagnostics
    }

    fn plan(&self, _config: &Value, prior: &Value, planned: &mut Value) -> Diagnostics {
        // What was set aside for the new volume is no measure of what it uses since.
        for used in ["allocation", "allocation_unit"] {
            if !prior.get(used).is_null() {
                planned.set(used, prior.get(used).clone());
            }
        }
        match (capacity(prior), capacity(planned)) {
            (Some(old), Some(new)) if new < old => vec![shrinks(old, new)],
            _ => Diagnostics::new(),
        }
    }

    fn create(&self, host: &Host, _config: &Value, planned: &Value) -> Outcome {
        let prepared = host.connection().and_then(|connection| {
            let pool = pool_for_new(&connection, planned)?;
            let content = planned.at("create.content.url").as_str().map(Content::open).transpose()?;
            let definition = self.definition(planned, content.as_ref())?;
            Ok((connection, pool, content, definition))
        });
        let (connection, pool, content, definition) = match prepared {
            Ok(prepared) => prepared,
            Err(error) => return Outcome::failed(error),
        };
        let made = make(&pool, &definition.to_string(), host.cancel()).map_err(|error| {
            let left_behind = !connection.is_alive();
            (error.diagnostic(format!("Cannot create the volume {}", name(planned))), left_behind)
        });
        let filled = made.and_then(|volume| match content {
            None => Ok(volume),
            Some(content) => fill(&connection, &volume, content, planned, host.cancel())
                .map_err(|error| (error, volume.delete().is_err()))
                .map(|()| {
                    look_again(&pool, planned, host.cancel());
                    volume
                }),
        });
        match filled {
            Ok(volume) => document::outcome(self.actual(&volume, planned), Some(document::known(planned)), Vec::new()),
            Err((error, false)) => Outcome::failed(error),
            Err((error, true)) => Outcome::partly(Some(document::known(planned)), vec![error]),
        }
    }

    fn read(&self, host: &Host, state: &Value) -> Result<Option<Value>, Diagnostics> {
        let read = || match find(&host.connection()?, state, host.cancel())? {
            Some(volume) => self.actual(&volume, state),
            None => Ok(None),
        };
        read().map_err(|error: Diagnostic| vec![error])
    }

    fn update(&self, host: &Host, _config: &Value, prior: &Value, planned: &Value) -> Outcome {
        let found = host.connection().and_then(|connection| find(&connection, prior, host.cancel()));
        let volume = match found {
            Ok(Some(volume)) => volume,
            Ok(None) => return Outcome::failed(document::gone("volume", name(prior))),
            Err(error) => return Outcome::failed(error),
        };
        let changed = self.only_size_changes(prior, planned).and_then(|()| grow(&volume, planned));
        document::outcome(self.actual(&volume, planned), None, changed.err().into_iter().collect())
    }

    fn delete(&self, host: &Host, prior: &Value) -> Diagnostics {
        let failed = |error: Error| error.diagnostic(format!("Cannot remove the volume {}", name(prior)));
        let delete = || match find(&host.connection()?, prior, host.cancel())? {
            Some(volume) => volume.delete().map_err(failed),
            None => Ok(()),
        };
        delete().err().into_iter().collect()
    }

    fn import(&self, host: &Host, id: &str) -> Result<Value, Diagnostics> {
        let import = || {
            let connection = host.connection()?;
            let failed = |error: Error| error.diagnostic(format!("Cannot look up the volume {id}"));
            match known_as(&connection, id).map_err(failed)? {
                Some(volume) => identity(&volume).map_err(failed),
                None => {
                    Err(document::nothing_to_import("volume", id, "POOL/NAME, the key or the path, its pool active"))
                }
            }
        };
        import().map_err(|error| vec![error])
    }
}

impl Volume {
    /// The document for a new volume. What is filled takes its size from the content where the user gives none, and only
    /// the space that the content needs.
    fn definition(&self, planned: &Value, content: Option<&Content>) -> Result<Element, Diagnostic> {
        let mut planned = document::known(planned);
        if planned.get("capacity").is_null()
            && let Some(content) = content
        {
            let capacity =
                content.capacity().ok_or_else(|| no_capacity("The content's server does not tell its length"))?;
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
            "Any other change needs a new volume: terraform apply -replace=ADDRESS makes one, without the old one's content.",
        ))
    }

    /// The volume as libvirt tells it; `None` where it is gone.
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
    Diagnostic::error(summary, "Write capacity, in bytes or with capacity_unit.").at(AttributePath::root("capacity"))
}

fn shrinks(old: u64, new: u64) -> Diagnostic {
    Diagnostic::error(
        "A volume does not shrink",
        format!(
            "It has {old} bytes and would have {new}: what stands behind the new end would be lost. Keep the capacity, or make \
             a new, empty volume with terraform apply -replace=ADDRESS after the old one is removed from state or renamed."
        ),
    )
    .at(AttributePath::root("capacity"))
}

/// The pool for a new volume: it must exist and be active.
fn pool_for_new(connection: &Connection, planned: &Value) -> Result<Pool, Diagnostic> {
    let name = planned.get("pool").as_str().unwrap_or_default();
    let failed = |error: Error| error.diagnostic(format!("Cannot look up the pool {name}"));
    match connection.pool_by_name(name).map_err(failed)? {
        Some(pool) if pool.is_active().map_err(failed)? => Ok(pool),
        Some(_) => Err(inactive(name)),
        None => Err(Diagnostic::error(
            format!("There is no pool {name}"),
            "Create it first; where Terraform manages it, write pool = libvirt_pool.LABEL.name so that it comes first.",
        )
        .at(AttributePath::root("pool"))),
    }
}

fn inactive(pool: &str) -> Diagnostic {
    Diagnostic::error(
        format!("The pool {pool} is not active"),
        format!("Its volumes cannot be seen or changed. Start it: virsh pool-start {pool}; with autostart it starts with the host."),
    )
    .at(AttributePath::root("pool"))
}

/// Creates the volume. A pool may still list a file that somebody removed, so a name that is taken is looked at again.
fn make(pool: &Pool, definition: &str, cancel: &Cancel) -> Result<Handle, Error> {
    match pool.create_volume(definition) {
        Err(error) if error.is_taken() => {
            refresh(pool, cancel)?;
            pool.create_volume(definition)
        }
        made => made,
    }
}

/// Sends the content into the new volume and gives it the size the user wants: an image may be smaller.
fn fill(
    connection: &Connection,
    volume: &Handle,
    mut content: Content,
    planned: &Value,
    cancel: &Cancel,
) -> Result<(), Diagnostic> {
    let length = content.length;
    volume.upload(connection, &mut content, length, cancel).map_err(|error| match error {
        crate::libvirt::UploadError::Libvirt(error) => {
            error.diagnostic(format!("Cannot fill the volume {}", name(planned))).at(content::path())
        }
        other => Diagnostic::error(
            format!("Cannot fill the volume {}", name(planned)),
            format!("It stopped at: {other}. The volume was removed again."),
        )
        .at(content::path()),
    })?;
    grow(volume, planned)
}

/// Has libvirt look at what is in a volume that was called raw. It tells the format that it finds there (an ISO image, say)
/// only after the next refresh of the pool, and that would then be a difference from nowhere. A pool that stays busy is
/// no reason to fail.
fn look_again(pool: &Pool, planned: &Value, cancel: &Cancel) {
    if planned.at("target.format.type").as_str() == Some("raw")
        && let Err(error) = refresh(pool, cancel)
    {
        tracing::debug!(%error, "the pool was not refreshed");
    }
}

/// Makes the volume as large as planned; what is that large already stays.
fn grow(volume: &Handle, planned: &Value) -> Result<(), Diagnostic> {
    let failed = |error: Error| {
        error.diagnostic(format!("Cannot resize the volume {}", name(planned))).at(AttributePath::root("capacity"))
    };
    match capacity(planned) {
        Some(wanted) if wanted > volume.capacity().map_err(failed)? => volume.resize(wanted).map_err(failed),
        _ => Ok(()),
    }
}

/// The volume by pool and name or, where Terraform knows only that, by its key. A volume that its active pool does not
/// have even after a second look is gone; in a pool that is not active nothing can be told.
fn find(connection: &Connection, state: &Value, cancel: &Cancel) -> Result<Option<Handle>, Diagnostic> {
    let failed = |error: Error| error.diagnostic(format!("Cannot look up the volume {}", name(state)));
    let (Some(pool_name), Some(name)) = (state.get("pool").as_str(), state.get("name").as_str()) else {
        return connection.volume_by_key(state.get("id").as_str().unwrap_or_default()).map_err(failed);
    };
    let Some(pool) = connection.pool_by_name(pool_name).map_err(failed)? else { return Ok(None) };
    if !pool.is_active().map_err(failed)? {
        return Err(inactive(pool_name));
    }
    if let Some(volume) = pool.volume(name).map_err(failed)? {
        return Ok(Some(volume));
    }
    refresh(&pool, cancel).map_err(failed)?;
    pool.volume(name).map_err(failed)
}

/// Has the pool look at its storage again; uploads in progress make it refuse for a while.
fn refresh(pool: &Pool, cancel: &Cancel) -> Result<(), Error> {
    let (every, times) = BUSY;
    for _ in 0..times {
        match pool.refresh() {
            Err(error) if error.is_busy() && !cancel.wait(every) => continue,
            answer => return answer,
        }
    }
    pool.refresh()
}

/// The volume with this key or path, or named `POOL/NAME`.
fn known_as(connection: &Connection, id: &str) -> Result<Option<Handle>, Error> {
    if let Some(volume) = connection.volume_by_key(id)? {
        return Ok(Some(volume));
    }
    if id.starts_with('/') {
        return connection.volume_by_path(id);
    }
    let Some((pool, name)) = id.split_once('/') else { return Ok(None) };
    match connection.pool_by_name(pool)? {
        Some(pool) if pool.is_active()? => pool.volume(name),
        _ => Ok(None),
    }
}

fn identity(volume: &Handle) -> Result<Value, Error> {
    Ok(Value::from([("id", volume.key()?.into()), ("pool", volume.pool()?.into()), ("name", volume.name()?.into())]))
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

    #[test]
    fn a_volume_is_found_by_all_its_names_and_only_gone_when_its_pool_says_so() {
        let host = Host::new("test:///default");
        let connection = host.connect().unwrap();
        let pool = connection
            .define_pool("<pool type='dir'><name>volumes</name><target><path>/volumes</path></target></pool>")
            .unwrap();
        pool.start().unwrap();
        let text = "<volume><name>v</name><capacity unit='MiB'>1</capacity><allocation>0</allocation></volume>";
        let volume = make(&pool, text, host.cancel()).unwrap();
        let state = identity(&volume).unwrap();
        for id in ["volumes/v", state.get("id").as_str().unwrap(), &volume.path().unwrap()] {
            assert_eq!(identity(&known_as(&connection, id).unwrap().unwrap()).unwrap(), state, "{id}");
        }
        assert!(known_as(&connection, "volumes/nope").unwrap().is_none());
        make(&pool, text, host.cancel()).unwrap_err();
        pool.stop().unwrap();
        let hidden = find(&connection, &state, host.cancel()).unwrap_err();
        assert!(hidden.summary.contains("not active"), "{hidden:?}");
        pool.start().unwrap();
        pool.undefine().unwrap_err();
        pool.stop().unwrap();
        pool.undefine().unwrap();
        assert!(find(&connection, &state, host.cancel()).unwrap().is_none());
    }

    #[test]
    fn a_new_volume_needs_an_active_pool() {
        let connection = Host::new("test:///default").connect().unwrap();
        let error = pool_for_new(&connection, &Value::from([("pool", "nope".into())])).unwrap_err();
        assert!(error.summary.contains("no pool nope"), "{error:?}");
    }
}
