//! What is called in libvirt to make, fill, grow and find a volume. Knows documents and content; must not know Terraform's
//! values beyond reading names and sizes off them.

use std::io::{self, Read};
use std::time::Duration;

use provider_core::diagnostics::{AttributePath, Diagnostic};
use provider_core::value::Value;

use super::content::{self, Content};
use super::{capacity, name};
use crate::cancel::Cancel;
use crate::libvirt::{Connection, Error, Pool, UploadError, Volume};
use crate::resource::Failure;

/// How often and how many times a pool that is busy is asked again.
const BUSY: (Duration, usize) = (Duration::from_millis(500), 60);

/// The pool for a new volume: it must exist and be active.
pub(in crate::resource) fn pool_for_new(connection: &Connection, planned: &Value) -> Result<Pool, Diagnostic> {
    let name = planned.get("pool").as_str().unwrap_or_default();
    let failed = |error: Error| error.diagnostic(format!("Cannot look up the pool {name}"));
    match connection.pool_by_name(name).map_err(failed)? {
        Some(pool) if pool.is_active().map_err(failed)? => Ok(pool),
        Some(_) => Err(inactive(name)),
        None => Err(Diagnostic::error(
            format!("Pool {name} not found"),
            "Create it first. If Terraform manages it, write pool = libvirt_pool.LABEL.name so that it is created first.",
        )
        .at(AttributePath::root("pool"))),
    }
}

fn inactive(pool: &str) -> Diagnostic {
    Diagnostic::error(
        format!("The pool {pool} is not active"),
        format!("Its volumes cannot be read or changed. Start it with virsh pool-start {pool}; with autostart it starts with the host."),
    )
    .at(AttributePath::root("pool"))
}

/// Creates the volume and uploads its content, if any. One whose upload fails is deleted again.
pub(super) fn create(
    connection: &Connection,
    pool: &Pool,
    definition: &str,
    content: Option<Content>,
    planned: &Value,
    cancel: &Cancel,
) -> Result<Volume, Failure> {
    let volume = make(pool, definition, cancel).map_err(|error| Failure {
        error: error.diagnostic(format!("Cannot create the volume {}", name(planned))),
        // A call that the connection broke under may have been carried out.
        left_behind: !connection.is_alive(),
    })?;
    if let Some(content) = content {
        fill(connection, &volume, content, planned, cancel).map_err(|error| match volume.delete() {
            Ok(()) => {
                let detail = format!("{} The volume was deleted again.", error.detail);
                Failure::from(Diagnostic { detail, ..error })
            }
            Err(_) => Failure { error, left_behind: true },
        })?;
        look_again(pool, planned, cancel);
    }
    Ok(volume)
}

/// Makes the volume. A pool may still list a file that somebody removed, so a name that is taken is looked at again.
pub(in crate::resource) fn make(pool: &Pool, definition: &str, cancel: &Cancel) -> Result<Volume, Error> {
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
    volume: &Volume,
    mut content: Content,
    planned: &Value,
    cancel: &Cancel,
) -> Result<(), Diagnostic> {
    let length = content.length;
    volume
        .upload(connection, &mut content, length, cancel)
        .map_err(|error| not_filled(name(planned), error).at(content::path()))?;
    grow(volume, planned)
}

/// The message that content could not be uploaded to a volume of this name.
pub(in crate::resource) fn not_filled(name: &str, error: UploadError) -> Diagnostic {
    let summary = format!("Cannot upload content to the volume {name}");
    match error {
        UploadError::Libvirt(error) => error.diagnostic(summary),
        other => Diagnostic::error(summary, format!("The upload failed: {other}.")),
    }
}

/// Writes other content, `length` bytes, over a volume's. A file grows as it is written, also under a guest that has it. One
/// that is to be smaller is cut where libvirt can do that, and else what is left of the old content becomes zeros.
pub(in crate::resource) fn overwrite(
    connection: &Connection,
    volume: &Volume,
    content: &mut dyn Read,
    length: u64,
    cancel: &Cancel,
) -> Result<(), UploadError> {
    if length < volume.capacity()?
        && let Err(error) = volume.shrink(length)
    {
        tracing::debug!(%error, "the volume stays as large");
    }
    let size = volume.capacity()?.max(length);
    let mut content = content.chain(io::repeat(0).take(size - length));
    volume.overwrite(connection, &mut content, size, cancel)
}

/// Has libvirt look at what is in a volume that was called raw, or an ISO image, which libvirt makes as raw. It reports the
/// format that it finds there only after the next refresh of the pool, and that would then be a difference from nowhere. A
/// pool that stays busy is no reason to fail.
pub(super) fn look_again(pool: &Pool, planned: &Value, cancel: &Cancel) {
    if let Some("raw" | "iso") = planned.at("target.format.type").as_str()
        && let Err(error) = refresh(pool, cancel)
    {
        tracing::debug!(%error, "the pool was not refreshed");
    }
}

/// Fills a volume with other content than it has; where the user wants a size, it must fit.
pub(super) fn refill(
    connection: &Connection,
    volume: &Volume,
    mut content: Content,
    wanted: Option<u64>,
    planned: &Value,
    cancel: &Cancel,
) -> Result<(), Diagnostic> {
    let failed = |error| not_filled(name(planned), error).at(content::path());
    let length = content.length.unwrap_or(0);
    if let Some(wanted) = wanted.filter(|wanted| *wanted < length) {
        let detail = format!("The new content has {length} bytes, and capacity is {wanted}. The volume is as it was.");
        return Err(Diagnostic::error(format!("The volume {} is too small", name(planned)), detail)
            .at(AttributePath::root("capacity")));
    }
    overwrite(connection, volume, &mut content, length, cancel).map_err(failed)?;
    if let Some(wanted) = wanted.filter(|wanted| *wanted > length) {
        volume.resize(wanted).map_err(|error| failed(error.into()))?;
    }
    Ok(())
}

/// Makes the volume as large as planned; what is that large already stays.
pub(super) fn grow(volume: &Volume, planned: &Value) -> Result<(), Diagnostic> {
    let failed = |error: Error| {
        error.diagnostic(format!("Cannot resize the volume {}", name(planned))).at(AttributePath::root("capacity"))
    };
    // A unit that is still unknown is one that the user did not write: libvirt reports one later.
    match capacity(&planned.known()) {
        Some(wanted) if wanted > volume.capacity().map_err(failed)? => volume.resize(wanted).map_err(failed),
        _ => Ok(()),
    }
}

/// The volume by pool and name or, where Terraform knows only that, by its key. A volume that its active pool does not
/// have even after a second look is gone; in a pool that is not active nothing is known.
pub(in crate::resource) fn find(
    connection: &Connection,
    state: &Value,
    cancel: &Cancel,
) -> Result<Option<Volume>, Diagnostic> {
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

/// Whether the volume's pool is there and stopped, so that nothing is known of the volume.
pub(in crate::resource) fn is_out_of_sight(connection: &Connection, state: &Value) -> Result<bool, Diagnostic> {
    let Some(pool) = state.get("pool").as_str() else { return Ok(false) };
    let is_stopped = || match connection.pool_by_name(pool)? {
        Some(pool) => pool.is_active().map(|active| !active),
        None => Ok(false),
    };
    is_stopped().map_err(|error: Error| error.diagnostic(format!("Cannot look up the pool {pool}")))
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
pub(super) fn known_as(connection: &Connection, id: &str) -> Result<Option<Volume>, Error> {
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

/// The attributes by which a volume is found again.
pub(super) fn names(volume: &Volume) -> Result<Value, Error> {
    Ok(Value::from([("id", volume.key()?.into()), ("pool", volume.pool()?.into()), ("name", volume.name()?.into())]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::libvirt::Host;

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
        let state = names(&volume).unwrap();
        for id in ["volumes/v", state.get("id").as_str().unwrap(), &volume.path().unwrap()] {
            assert_eq!(names(&known_as(&connection, id).unwrap().unwrap()).unwrap(), state, "{id}");
        }
        assert!(known_as(&connection, "volumes/nope").unwrap().is_none());
        make(&pool, text, host.cancel()).unwrap_err();
        pool.stop().unwrap();
        assert!(is_out_of_sight(&connection, &state).unwrap());
        let hidden = find(&connection, &state, host.cancel()).unwrap_err();
        assert!(hidden.summary.contains("not active"), "{hidden:?}");
        pool.start().unwrap();
        assert!(!is_out_of_sight(&connection, &state).unwrap());
        pool.undefine().unwrap_err();
        pool.stop().unwrap();
        pool.undefine().unwrap();
        assert!(!is_out_of_sight(&connection, &state).unwrap());
        assert!(find(&connection, &state, host.cancel()).unwrap().is_none());
    }

    #[test]
    fn a_new_volume_needs_an_active_pool() {
        let connection = Host::new("test:///default").connect().unwrap();
        let error = pool_for_new(&connection, &Value::from([("pool", "nope".into())])).unwrap_err();
        assert!(error.summary.contains("Pool nope not found"), "{error:?}");
    }
}
