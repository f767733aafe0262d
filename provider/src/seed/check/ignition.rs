//! Ignition's configuration: JSON with a version. Knows which versions there are; must not know the rest of it.

use serde_json::Value as Json;

use super::Finding;

/// The major versions that there are.
const MAJOR: &[&str] = &["2", "3"];

pub(super) fn check(text: &str) -> Vec<Finding> {
    let json: Json = match serde_json::from_str(text) {
        Ok(json) => json,
        Err(error) => {
            let hint = match text.trim_start().starts_with('{') {
                true => "",
                false => " Butane's YAML must be made Ignition's JSON first: butane --strict.",
            };
            let detail = format!("Line {}, column {}.{hint}", error.line(), error.column());
            return vec![Finding::error("Ignition's configuration is no JSON", detail)];
        }
    };
    // The first version had it elsewhere.
    if json["ignitionVersion"].is_number() {
        return Vec::new();
    }
    match json["ignition"]["version"].as_str() {
        None => {
            let detail =
                "Ignition reads nothing without { \"ignition\": { \"version\": \"3.4.0\" } }, or another version.";
            vec![Finding::error("Ignition's configuration has no version", detail)]
        }
        Some(version) if is_known(version) => Vec::new(),
        Some(version) => {
            let detail = format!("ignition.version is {version:?}. Versions begin with 2 or 3, such as 3.4.0.");
            vec![Finding::warning("An unknown version of Ignition's configuration", detail)]
        }
    }
}

/// Three numbers, the last one maybe with something behind it (`3.6.0-experimental`).
fn is_known(version: &str) -> bool {
    let (numbers, _) = version.split_once('-').unwrap_or((version, ""));
    let parts: Vec<&str> = numbers.split('.').collect();
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.len() == 3 && parts.iter().all(is_number) && MAJOR.contains(&parts[0])
}
