//! Which resources and data sources there are. Knows their names; must not know what they do.

use std::collections::BTreeMap;
use std::fmt;

use provider_core::diagnostics::{Diagnostic, Diagnostics};

use crate::data_source::DataSource;
use crate::resource::Resource;

/// Resources and data sources by type name.
#[derive(Default)]
pub struct Registry {
    resources: BTreeMap<&'static str, Box<dyn Resource>>,
    data_sources: BTreeMap<&'static str, Box<dyn DataSource>>,
}

impl Registry {
    /// A registry of these.
    pub fn new(resources: Vec<Box<dyn Resource>>, data_sources: Vec<Box<dyn DataSource>>) -> Registry {
        Registry {
            resources: resources.into_iter().map(|resource| (resource.type_name(), resource)).collect(),
            data_sources: data_sources.into_iter().map(|source| (source.type_name(), source)).collect(),
        }
    }

    /// All resources, by name.
    pub fn resources(&self) -> impl Iterator<Item = &dyn Resource> {
        self.resources.values().map(|resource| &**resource)
    }

    /// All data sources, by name.
    pub fn data_sources(&self) -> impl Iterator<Item = &dyn DataSource> {
        self.data_sources.values().map(|source| &**source)
    }

    /// The resource called `name`. Terraform asks only for what the schema has.
    pub fn resource(&self, name: &str) -> Result<&dyn Resource, Diagnostics> {
        self.resources.get(name).map(|resource| &**resource).ok_or_else(|| missing("resource", name))
    }

    /// The data source called `name`.
    pub fn data_source(&self, name: &str) -> Result<&dyn DataSource, Diagnostics> {
        self.data_sources.get(name).map(|source| &**source).ok_or_else(|| missing("data source", name))
    }
}

fn missing(kind: &str, name: &str) -> Diagnostics {
    vec![Diagnostic::error(format!("Unknown {kind}"), format!("This provider has no {kind} called {name}."))]
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.resources.keys()).entries(self.data_sources.keys()).finish()
    }
}
