//! What is wrong with a seed's content before any guest reads it. Knows the formats of the readers; must not know where
//! the text comes from. Nothing but names and positions of the text is quoted: there may be secrets in it.

mod cloud_config;
mod ignition;
mod yaml;

use provider_core::diagnostics::{AttributePath, Diagnostic, Diagnostics, Severity};

pub use yaml::instance_id;

/// Something wrong with a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Finding {
    severity: Severity,
    summary: String,
    detail: String,
}

impl Finding {
    fn error(summary: impl Into<String>, detail: impl Into<String>) -> Finding {
        Finding { severity: Severity::Error, summary: summary.into(), detail: detail.into() }
    }

    fn warning(summary: impl Into<String>, detail: impl Into<String>) -> Finding {
        Finding { severity: Severity::Warning, ..Finding::error(summary, detail) }
    }
}

/// What a text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// cloud-init's `user-data`.
    UserData,
    /// cloud-init's `meta-data`.
    MetaData,
    /// cloud-init's `network-config`.
    NetworkConfig,
    /// Ignition's configuration.
    Ignition,
    /// Combustion's script.
    Combustion,
}

/// No guest needs more, and a reader has it in memory.
const LIMIT: usize = 16 << 20;

/// The messages about a text, at the attribute `path`.
pub fn check(what: Text, text: &str, path: &AttributePath) -> Diagnostics {
    let found = match what {
        _ if text.len() > LIMIT => vec![Finding::error("Too much for a seed", format!("It is {} bytes.", text.len()))],
        Text::UserData => cloud_config::user_data(text),
        Text::MetaData => cloud_config::meta_data(text),
        Text::NetworkConfig => cloud_config::network_config(text),
        Text::Ignition => ignition::check(text),
        Text::Combustion => script(text),
    };
    let messages = found.into_iter().map(|Finding { severity, summary, detail }| {
        Diagnostic { severity, ..Diagnostic::error(summary, detail) }.at(path.clone())
    });
    messages.collect()
}

fn script(text: &str) -> Vec<Finding> {
    if text.starts_with("#!") {
        return Vec::new();
    }
    let detail = "Combustion runs the script as a program. Its first line must say with what: #!/bin/bash";
    vec![Finding::warning("A script that cannot be run", detail)]
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
