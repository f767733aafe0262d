//! `libvirt_secret`: what secrets do differently from other objects that libvirt keeps a definition of. They are never
//! started, and have a value that is neither in the definition nor in any state.

use base64::prelude::{BASE64_STANDARD, Engine};
use provider_core::diagnostics::{AttributePath, Diagnostic, Diagnostics};
use provider_core::value::Value;

use super::Failure;
use super::defined::{Calls, Change, Kind, Object};
use crate::libvirt::{Connection, Secret as Handle};

const TEXT: &str = "value_wo";
const BASE64: &str = "value_base64_wo";
const VERSION: &str = "value_wo_version";

/// The kind. Its settings are the value, where the configuration has one.
pub(crate) enum Secret {}

impl Kind for Secret {
    type Handle = Handle;
    type Settings = Option<Vec<u8>>;

    const CALLS: Calls<Handle, Self::Settings> = Calls {
        kind: "secret",
        import_id: "the UUID or the usage, as TYPE:NAME",
        by_uuid: Connection::secret_by_uuid,
        by_name: Connection::secret_by_usage,
        define: |connection, document, _| connection.define_secret(document),
        uuid: Handle::uuid,
        definition: Handle::definition,
        is_persistent: |_| Ok(true),
        undefine: Handle::undefine,
        autostart: None,
    };

    fn validate(config: &Value) -> Diagnostics {
        let detail = match config.get(BASE64) {
            base64 if !base64.is_null() && !config.get(TEXT).is_null() => {
                "Set either value_wo or value_base64_wo, not both."
            }
            Value::String(text) if BASE64_STANDARD.decode(text).is_err() => "The value is not valid base64.",
            _ => return Diagnostics::new(),
        };
        vec![Diagnostic::error("Invalid secret value", detail).at(AttributePath::root(BASE64))]
    }

    fn settings(config: &Value, _planned: &Value) -> Self::Settings {
        match (config.get(TEXT).as_str(), config.get(BASE64).as_str()) {
            (Some(text), _) => Some(text.as_bytes().to_vec()),
            (None, base64) => BASE64_STANDARD.decode(base64?).ok(),
        }
    }

    fn bring_up(object: &Object<Secret>) -> Result<Diagnostics, Failure> {
        Ok(set_value(object)?)
    }

    fn bring_up_to_date(object: &Object<Secret>, change: &Change) -> Result<Diagnostics, Diagnostic> {
        let changed = change.prior.get(VERSION) != change.planned.get(VERSION);
        if changed { set_value(object) } else { Ok(Diagnostics::new()) }
    }
}

fn set_value(object: &Object<Secret>) -> Result<Diagnostics, Diagnostic> {
    let set = object.settings.as_ref().map_or(Ok(()), |value| object.handle.set_value(value));
    set.map(|()| Diagnostics::new()).map_err(|error| object.cannot("set the value of", &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_text_or_base64() {
        let config = |text: Value, base64: Value| Value::from([(TEXT, text), (BASE64, base64)]);
        let table = [
            (config(Value::Null, Value::Null), Some(None)),
            (config("\u{e9}".into(), Value::Null), Some(Some(vec![0xc3, 0xa9]))),
            (config(Value::Null, "/wA=".into()), Some(Some(vec![0xff, 0]))),
            (config(Value::Null, "no base64".into()), None),
            (config("a".into(), "/wA=".into()), None),
            (config("a".into(), Value::UNKNOWN), None),
        ];
        for (config, expected) in table {
            let valid = Secret::validate(&config).is_empty();
            assert_eq!(valid.then(|| Secret::settings(&config, &Value::Null)), expected, "{config:?}");
        }
    }
}
