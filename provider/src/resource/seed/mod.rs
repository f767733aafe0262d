//! `libvirt_cloudinit_disk`, `libvirt_ignition`, `libvirt_combustion`. Knows their attributes, and when a path stays and
//! when it changes; what is in a seed is [`crate::seed`]'s to know, and the calls are in `lifecycle`.

mod lifecycle;
pub mod paths;

use provider_core::convert::Root;
use provider_core::diagnostics::{AttributePath, Diagnostic, Diagnostics};
use provider_core::shape::{Bare, Shape};
use provider_core::value::Value;

use super::{Outcome, Resource, Update};
use crate::libvirt::Host;
use crate::seed::check::{Text, check, instance_id};
use crate::seed::{Content, Format, Seed, local};
use crate::wire::refinement;

/// Who reads a seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// cloud-init.
    CloudInit,
    /// Ignition.
    Ignition,
    /// Combustion.
    Combustion,
}

/// One of the resources.
#[derive(Debug)]
pub struct SeedFile {
    /// Its attributes.
    pub bare: &'static Bare,
    /// Who reads what it makes.
    pub reader: Reader,
    /// libvirt's `<volume>`, for those in a pool.
    pub volumes: &'static Root,
}

/// The attributes that hold the main text: as it is, write-only, and the version of the latter.
struct Names {
    plain: &'static str,
    secret: &'static str,
    version: &'static str,
}

impl Resource for SeedFile {
    fn type_name(&self) -> &'static str {
        self.bare.resource
    }

    fn shape(&self) -> &'static Shape {
        self.bare.shape
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        let mut diagnostics = self.sources(config);
        for (name, what) in self.texts() {
            if let Some(text) = config.get(name).as_str() {
                diagnostics.extend(check(what, text, &AttributePath::root(name)));
            }
        }
        diagnostics
    }

    fn plan(&self, _config: &Value, prior: &Value, planned: &mut Value) -> Diagnostics {
        let in_pool = !planned.get("pool").is_null();
        let inputs = self.inputs().chain(["name", "pool"]).map(|name| planned.get(name));
        if inputs.into_iter().any(Value::is_unknown) {
            let unknown_path = match planned.get("pool").is_null() {
                // Whatever it will be, it will be a seed of ours: what is filled from it need not be replaced.
                true => Value::Unknown(refinement::beginning_with(&local::prefix())),
                false if self.same_volume(prior, planned) => prior.get("path").clone(),
                false => Value::UNKNOWN,
            };
            for (name, value) in [("id", Value::UNKNOWN), ("path", unknown_path), ("size", Value::UNKNOWN)] {
                planned.set(name, value);
            }
            return Diagnostics::new();
        }
        let seed = self.of(planned);
        let same = !prior.is_null() && prior.get("pool") == planned.get("pool") && self.of(prior) == self.of(planned);
        planned.set("id", self.of(planned).content.id().into());
        planned.set(
            "size",
            match (same && !prior.get("size").is_null(), self.is_secret(planned)) {
                (true, _) => prior.get("size").clone(),
                (false, true) => Value::UNKNOWN,
                (false, false) => seed.bytes().len().into(),
            },
        );
        planned.set(
            "path",
            match in_pool {
                // It may be one that another version or provider has made.
                false if same && !prior.get("path").is_null() => prior.get("path").clone(),
                false => local::path(&seed.file_name(name(planned))).into(),
                true if self.same_volume(prior, planned) => prior.get("path").clone(),
                true => Value::UNKNOWN,
            },
        );
        self.same_instance(prior, planned).into_iter().collect()
    }

    fn replaces(&self, prior: &Value, planned: &Value, path: &AttributePath) -> bool {
        // Without a volume the name is nobody's but the reader's.
        let is_local = prior.get("pool").is_null() && planned.get("pool").is_null();
        !(is_local && *path == AttributePath::root("name"))
    }

    fn create(&self, host: &Host, config: &Value, planned: &Value) -> Outcome {
        match planned.get("pool").is_null() {
            true => self.write(&Value::Null, planned),
            false => lifecycle::create(self, host, planned, &self.bytes(config, planned)),
        }
    }

    fn recall(&self, state: &Value) {
        if !state.is_null() && state.get("pool").is_null() {
            keep(state, &self.of(state).bytes());
        }
    }

    fn read(&self, host: &Host, state: &Value) -> Result<Option<Value>, Diagnostics> {
        if !state.get("pool").is_null() {
            return lifecycle::read(host, state).map_err(|error| vec![error]);
        }
        let bytes = self.of(state).bytes();
        keep(state, &bytes);
        let mut actual = state.clone();
        actual.set("size", bytes.len().into());
        Ok(Some(actual))
    }

    fn update(&self, host: &Host, update: Update) -> Outcome {
        let Update { config, prior, planned, .. } = update;
        match planned.get("pool").is_null() {
            true => self.write(prior, planned),
            false => {
                let is_new = self.of(prior) != self.of(planned) || prior.get("id").is_null();
                let bytes = is_new.then(|| self.bytes(config, planned));
                lifecycle::update(self, host, prior, planned, bytes.as_deref())
            }
        }
    }

    fn delete(&self, host: &Host, prior: &Value) -> Diagnostics {
        let removed = match prior.get("pool").is_null() {
            true => remove(prior),
            false => lifecycle::delete(host, prior),
        };
        removed.err().into_iter().collect()
    }

    fn import(&self, _host: &Host, id: &str) -> Result<Value, Diagnostics> {
        Err(vec![Diagnostic::error(
            format!("{} cannot be imported", self.bare.resource),
            format!(
                "{id:?} does not say which configuration it was made from. Create it with Terraform: the same content gives the same bytes."
            ),
        )])
    }
}

impl SeedFile {
    fn names(&self) -> Names {
        match self.reader {
            Reader::CloudInit => Names { plain: "user_data", secret: "user_data_wo", version: "user_data_wo_version" },
            Reader::Ignition | Reader::Combustion => {
                Names { plain: "content", secret: "content_wo", version: "content_wo_version" }
            }
        }
    }

    /// The attributes with text, and what it is for.
    fn texts(&self) -> Vec<(&'static str, Text)> {
        let Names { plain, secret, .. } = self.names();
        let main = match self.reader {
            Reader::CloudInit => Text::UserData,
            Reader::Ignition => Text::Ignition,
            Reader::Combustion => Text::Combustion,
        };
        let mut texts = vec![(plain, main), (secret, main)];
        if self.reader == Reader::CloudInit {
            texts.extend([("meta_data", Text::MetaData), ("network_config", Text::NetworkConfig)]);
        }
        texts
    }

    /// The attributes that a state has of what a seed is made from.
    fn inputs(&self) -> impl Iterator<Item = &'static str> {
        let Names { plain, version, .. } = self.names();
        let more: &[&str] = if self.reader == Reader::CloudInit { &["meta_data", "network_config"] } else { &[] };
        [plain, version, "format"].into_iter().chain(more.iter().copied())
    }

    /// There must be one main text, and one that is not stored needs a volume: a refresh could not write its file again.
    fn sources(&self, config: &Value) -> Diagnostics {
        let Names { plain, secret, version } = self.names();
        let is_set = |name: &str| !config.get(name).is_null();
        let error =
            |summary: &str, detail: String, name| Diagnostic::error(summary, detail).at(AttributePath::root(name));
        let mut found = Diagnostics::new();
        match (is_set(plain), is_set(secret)) {
            (true, true) => {
                let detail =
                    format!("Set either {plain} or {secret}. The latter is for content that the state must not hold.");
                found.push(error("Conflicting contents", detail, secret));
            }
            (false, false) => {
                found.push(error("Missing content", format!("Set {plain}, or {secret} together with pool."), plain));
            }
            _ => {}
        }
        if is_set(secret) && !is_set("pool") {
            let detail = format!(
                "Content that is not stored cannot be written again when its file is lost. Set pool to keep it in a volume, or \
                 use {plain} instead."
            );
            found.push(error("Write-only content needs a pool", detail, secret));
        }
        if is_set(version) && !is_set(secret) {
            found.push(error("Version without content", format!("{version} has no effect without {secret}."), version));
        }
        found
    }

    fn is_secret(&self, value: &Value) -> bool {
        value.get(self.names().plain).is_null()
    }

    /// The seed as a state or a plan has it: a write-only text's version stands in for it.
    fn of(&self, value: &Value) -> Seed {
        let Names { plain, version, .. } = self.names();
        let text = value.get(plain).as_str().map(str::to_string);
        let stand_in = || value.get(version).as_integer().map_or_else(String::new, |version| version.to_string());
        self.with(value, text.unwrap_or_else(stand_in))
    }

    fn with(&self, value: &Value, text: String) -> Seed {
        let other = |name: &str| value.get(name).as_str().map(str::to_string);
        let (content, usual) = match self.reader {
            Reader::CloudInit => {
                let (meta_data, network_config) = (other("meta_data"), other("network_config"));
                (Content::CloudInit { user_data: text, meta_data, network_config }, Format::Iso)
            }
            Reader::Ignition => (Content::Ignition(text), Format::Raw),
            Reader::Combustion => (Content::Combustion(text), Format::Raw),
        };
        let format = match value.get("format").as_str() {
            Some("iso") => Format::Iso,
            Some("vfat") => Format::Vfat,
            Some("raw") => Format::Raw,
            _ => usual,
        };
        Seed { content, format }
    }

    /// What goes into the volume.
    fn bytes(&self, config: &Value, planned: &Value) -> Vec<u8> {
        match config.get(self.names().secret).as_str() {
            Some(secret) => self.with(planned, secret.to_string()).bytes(),
            None => self.of(planned).bytes(),
        }
    }

    /// Whether the plan is for the volume that there is.
    fn same_volume(&self, prior: &Value, planned: &Value) -> bool {
        let same = |name: &str| !prior.get(name).is_null() && prior.get(name) == planned.get(name);
        same("pool") && same("name") && !prior.get("path").is_null()
    }

    /// A warning where cloud-init will pass over what changes.
    fn same_instance(&self, prior: &Value, planned: &Value) -> Option<Diagnostic> {
        let is_changed = |name: &str| prior.get(name) != planned.get(name);
        let Names { plain, version, .. } = self.names();
        if prior.is_null() || ![plain, version, "network_config"].into_iter().any(is_changed) {
            return None;
        }
        let instance = |value: &Value| value.get("meta_data").as_str().and_then(instance_id);
        let kept = instance(planned).filter(|id| instance(prior).as_ref() == Some(id))?;
        Some(
            Diagnostic::warning(
                "The instance-id stays the same",
                format!(
                    "A guest that has booted as the instance {kept} does not apply the changed content: cloud-init does most \
                     of its work once for each instance. Change the instance-id in meta_data as well, or leave meta_data out: \
                     then there is one that changes with the content."
                ),
            )
            .at(AttributePath::root("meta_data")),
        )
    }

    /// Writes the file, and removes the one before where that is another.
    fn write(&self, prior: &Value, planned: &Value) -> Outcome {
        let seed = self.of(planned);
        let bytes = seed.bytes();
        let path =
            planned.get("path").as_str().map_or_else(|| local::path(&seed.file_name(name(planned))), str::to_string);
        if let Err(error) = local::ensure(&path, &bytes) {
            let failed = Diagnostic::error(
                format!("Cannot write {path}"),
                format!("{error}. It is a file where Terraform runs."),
            );
            return Outcome::partly((!prior.is_null()).then(|| prior.clone()), vec![failed]);
        }
        let is_other = prior.get("path").as_str().is_some_and(|before| before != path);
        let left = if is_other { remove(prior).err() } else { None };
        let mut actual = planned.known();
        actual.set("id", seed.content.id().into());
        actual.set("size", bytes.len().into());
        actual.set("path", path.into());
        Outcome::partly(Some(actual), left.into_iter().map(Diagnostic::as_warning).collect())
    }
}

fn name(value: &Value) -> &str {
    value.get("name").as_str().unwrap_or_default()
}

/// Sees to it that the file is there. A plan may do without it; whoever reads the file says why it cannot.
fn keep(state: &Value, bytes: &[u8]) {
    if let Some(path) = state.get("path").as_str()
        && let Err(error) = local::keep(path, bytes)
    {
        tracing::warn!(path, %error, "the file is not there, and cannot be written again");
    }
}

fn remove(state: &Value) -> Result<(), Diagnostic> {
    match state.get("path").as_str() {
        None => Ok(()),
        Some(path) => local::remove(path).map_err(|error| {
            Diagnostic::error(format!("Cannot remove {path}"), format!("{error}. It is a file where Terraform runs."))
        }),
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
