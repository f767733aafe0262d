//! Data sources. Knows the order of checks and calls; must not know any data source.

use provider_core::diagnostics::Diagnostics;
use provider_core::validate::validate;
use provider_core::value::Value;

use super::Server;

impl Server {
    /// Checks a configuration. (protocol: ValidateDataResourceConfig)
    pub fn validate_data_source(&self, name: &str, config: &Value) -> Result<Diagnostics, Diagnostics> {
        let source = self.registry().data_source(name)?;
        Ok(validate(source.shape(), config, self.settings().level))
    }

    /// Reads the whole object. (protocol: ReadDataSource)
    pub fn read_data_source(&self, name: &str, config: &Value) -> Result<(Value, Diagnostics), Diagnostics> {
        let source = self.registry().data_source(name)?;
        source.read(&*self.host()?, config).map_err(|error| vec![error])
    }
}
