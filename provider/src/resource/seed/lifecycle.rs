//! What is called in libvirt to make, fill, find and remove a seed's volume. Knows volumes; must not know what is in a
//! seed.

use provider_core::diagnostics::{AttributePath, Diagnostic};
use provider_core::value::Value;

use super::{SeedFile, name};
use crate::libvirt::{Connection, Error, Host, Pool, Volume};
use crate::resource::volume::lifecycle as volumes;
use crate::resource::{Failure, Outcome, document, identity};

/// Makes the volume and fills it. One that cannot be filled is removed again.
pub(super) fn create(seed: &SeedFile, host: &Host, planned: &Value, bytes: &[u8]) -> Outcome {
    let made = || -> Result<Volume, Failure> {
        let connection = host.connection()?;
        let pool = volumes::pool_for_new(&connection, planned)?;
        make(seed, host, &connection, &pool, planned, bytes)
    };
    match made() {
        Ok(volume) => Outcome::tried(actual(&volume, planned, Some(bytes)), Some(planned.known()), Vec::new()),
        Err(failure) => Outcome::not_made(failure, planned.known()),
    }
}

fn make(
    seed: &SeedFile,
    host: &Host,
    connection: &Connection,
    pool: &Pool,
    planned: &Value,
    bytes: &[u8],
) -> Result<Volume, Failure> {
    let raw = Value::from([("type", "raw".into())]);
    let document = document::write(
        seed.volumes,
        &Value::from([
            ("name", name(planned).into()),
            ("capacity", bytes.len().into()),
            ("capacity_unit", "bytes".into()),
            ("target", Value::from([("format", raw)])),
        ]),
    )?;
    let volume = volumes::make(pool, &document.to_string(), host.cancel()).map_err(|error| Failure {
        error: error.diagnostic(format!("Cannot create the volume {}", name(planned))),
        // A call that the connection broke under may have been carried out.
        left_behind: !connection.is_alive(),
    })?;
    match fill(host, connection, &volume, planned, bytes) {
        Ok(()) => Ok(volume),
        Err(error) => Err(Failure { error, left_behind: volume.delete().is_err() }),
    }
}

/// Writes the bytes over what there is.
fn fill(host: &Host, connection: &Connection, volume: &Volume, state: &Value, bytes: &[u8]) -> Result<(), Diagnostic> {
    let length = bytes.len() as u64;
    volumes::overwrite(connection, volume, &mut &*bytes, length, host.cancel())
        .map_err(|error| volumes::not_filled(name(state), error))
}

/// The volume as it is. One that is gone is planned to be made again, as a change: that leaves its path known, and whoever
/// uses it alone. Of one whose pool is stopped nothing is known.
pub(super) fn read(host: &Host, state: &Value) -> Result<Option<Value>, Diagnostic> {
    let connection = host.connection()?;
    if volumes::is_out_of_sight(&connection, state)? {
        tracing::warn!(volume = name(state), "its pool is stopped, so it stands as it was");
        return Ok(Some(state.clone()));
    }
    if let Some(volume) = volumes::find(&connection, state, host.cancel())? {
        return actual(&volume, state, None);
    }
    let pool = state.get("pool").as_str().unwrap_or_default();
    let failed = |error: Error| error.diagnostic(format!("Cannot look up the pool {pool}"));
    let lost = connection.pool_by_name(pool).map_err(failed)?.map(|_| {
        let mut lost = state.clone();
        lost.set("id", Value::Null);
        lost
    });
    Ok(lost)
}

/// Fills the volume with `bytes`, where there are new ones; makes it again where it is gone.
pub(super) fn update(seed: &SeedFile, host: &Host, prior: &Value, planned: &Value, bytes: Option<&[u8]>) -> Outcome {
    let updated = || -> Result<Volume, Diagnostic> {
        let connection = host.connection()?;
        match (volumes::find(&connection, prior, host.cancel())?, bytes) {
            (Some(volume), None) => Ok(volume),
            (Some(volume), Some(bytes)) => fill(host, &connection, &volume, planned, bytes).map(|()| volume),
            (None, Some(bytes)) => {
                let pool = volumes::pool_for_new(&connection, planned)?;
                make(seed, host, &connection, &pool, planned, bytes).map_err(|failure| failure.error)
            }
            (None, None) => Err(identity::gone("volume", name(prior))),
        }
    };
    match updated() {
        Ok(volume) => Outcome::tried(actual(&volume, planned, bytes), Some(planned.known()), Vec::new()),
        Err(error) => Outcome::failed(error),
    }
}

/// Removes the volume; what is gone is removed.
pub(super) fn delete(host: &Host, prior: &Value) -> Result<(), Diagnostic> {
    match volumes::find(&host.connection()?, prior, host.cancel())? {
        Some(volume) => {
            volume.delete().map_err(|error| error.diagnostic(format!("Cannot remove the volume {}", name(prior))))
        }
        None => Ok(()),
    }
}

/// What there is of it, after `bytes` were written or as it was found.
fn actual(volume: &Volume, known: &Value, bytes: Option<&[u8]>) -> Result<Option<Value>, Diagnostic> {
    let path = volume.path().map_err(|error| {
        error.diagnostic(format!("Cannot read the volume {}", name(known))).at(AttributePath::root("path"))
    })?;
    let mut actual = known.known();
    actual.set("path", path.into());
    if let Some(bytes) = bytes {
        actual.set("size", bytes.len().into());
    }
    Ok(Some(actual))
}
