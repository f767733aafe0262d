//! Local files that objects stand for and that other objects are made from: which there are, and what a plan must carry so
//! that its apply can write them, wherever and whenever that is. Knows resources by what they answer; must not know any.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use provider_core::json::{self, Unknown};
use provider_core::value::Value;
use serde_json::{Value as Json, json};

use super::Registry;
use crate::resource::Resource;
use crate::resource::seed::paths::each_text;
use crate::seed::local;

/// The files of all objects that this process has planned, by their names.
#[derive(Debug, Default)]
pub(super) struct Files(Mutex<BTreeMap<String, Origin>>);

/// An object that stands for a file.
#[derive(Clone, Debug, PartialEq)]
struct Origin {
    /// Its resource type.
    kind: String,
    /// Its state.
    object: Json,
}

/// A file that a planned object mentions, on its way to the apply.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Carried {
    /// As the planned object has it.
    path: String,
    origin: Origin,
}

impl Carried {
    pub(super) fn from_json(json: &Json) -> Option<Carried> {
        let text = |name: &str| json[name].as_str().map(str::to_string);
        Some(Carried { path: text("path")?, origin: Origin { kind: text("type")?, object: json["object"].clone() } })
    }

    pub(super) fn to_json(&self) -> Json {
        json!({ "path": self.path, "type": self.origin.kind, "object": self.origin.object })
    }
}

impl Files {
    /// Takes note of the file that a planned object stands for, if it does for one.
    pub(super) fn note(&self, resource: &dyn Resource, planned: &Value) {
        if let Some(file) = resource.local_file(planned) {
            let origin = Origin { kind: resource.type_name().to_string(), object: json::encode(planned) };
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(file.name, origin);
        }
    }

    /// The files that a planned object mentions in any of its texts. What stands for a file does not need it.
    pub(super) fn mentioned(&self, planned: &Value) -> Vec<Carried> {
        let mut texts = BTreeSet::new();
        each_text(planned, &mut |text| {
            texts.insert(text);
        });
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let carried = |path: &str| {
            let origin = known.get(&local::name_of(path)?)?.clone();
            Some(Carried { path: path.to_string(), origin })
        };
        texts.into_iter().filter_map(carried).collect()
    }
}

/// Writes the files that are not there. Whoever needs one that cannot be written says so himself.
pub(super) fn restore(registry: &Registry, files: &[Carried]) {
    for Carried { path, origin } in files {
        let Ok(resource) = registry.resource(&origin.kind) else { continue };
        let Ok(object) = json::decode(resource.shape(), &origin.object, Unknown::Ignored) else { continue };
        let Some((file, path)) = resource.local_file(&object).zip(local::absolute(path)) else { continue };
        if let Err(error) = local::ensure(&path.display().to_string(), &file.content) {
            tracing::warn!(path = %path.display(), %error, "the file cannot be written again");
        }
    }
}
