//! Log events as go-plugin's host wants them: one JSON object a line on standard error. Knows that format and
//! Terraform's variables for levels; must not know what is logged.

use std::env;
use std::fmt;
use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value as Json};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry;

/// Terraform's variables, the narrowest first.
const LEVELS: [&str; 3] = ["TF_LOG_PROVIDER_LIBVIRT", "TF_LOG_PROVIDER", "TF_LOG"];

/// Crates whose events are logged. What others say of their own insides, such as the bytes they send, may be secret.
const OURS: [&str; 3] = ["terraform_provider_libvirt", "provider_core", "generated"];

/// Sends events to the host from now on; a second call changes nothing.
pub(super) fn install() {
    let level = LEVELS.iter().find_map(|name| env::var(name).ok().filter(|level| !level.is_empty()));
    let level = level.map_or(LevelFilter::OFF, |level| filter(&level));
    if level != LevelFilter::OFF {
        // Fails where a test has installed something of its own.
        let _ = tracing::subscriber::set_global_default(registry().with(HostLog { level }));
    }
}

fn filter(level: &str) -> LevelFilter {
    match level.to_ascii_uppercase().as_str() {
        "ERROR" => LevelFilter::ERROR,
        "WARN" => LevelFilter::WARN,
        "INFO" => LevelFilter::INFO,
        "DEBUG" => LevelFilter::DEBUG,
        "OFF" => LevelFilter::OFF,
        // TRACE, JSON (which is TRACE for machines), and what Terraform takes for TRACE since it does not know it.
        _ => LevelFilter::TRACE,
    }
}

struct HostLog {
    level: LevelFilter,
}

impl<S: Subscriber> Layer<S> for HostLog {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        let root = metadata.target().split("::").next().unwrap_or_default();
        *metadata.level() <= self.level && OURS.contains(&root)
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let line = line(event, SystemTime::now());
        // One write a line, so that lines of several threads do not mix. A host that is gone reads nothing.
        let _ = std::io::stderr().lock().write_all(line.as_bytes());
    }
}

/// The event in JSON. The keys with an @ are always strings; anything else makes Terraform crash.
fn line(event: &Event<'_>, time: SystemTime) -> String {
    let mut fields = Fields(Map::new());
    event.record(&mut fields);
    let Fields(mut object) = fields;
    let message = object.remove("message").unwrap_or_default();
    let message = message.as_str().map_or_else(String::new, ToString::to_string);
    let strings = [
        ("@level", level(*event.metadata().level()).to_string()),
        ("@message", message),
        ("@module", format!("provider.{}", event.metadata().target().replace("::", "."))),
        ("@timestamp", timestamp(time)),
    ];
    object.extend(strings.map(|(key, text)| (key.to_string(), Json::String(text))));
    Json::Object(object).to_string() + "\n"
}

fn level(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}

/// An event's fields as JSON; numbers and bools stay what they are, everything else becomes text.
struct Fields(Map<String, Json>);

impl Fields {
    fn put(&mut self, field: &Field, value: impl Into<Json>) {
        self.0.insert(field.name().to_string(), value.into());
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value);
    }
}

/// `2006-01-02T15:04:05.000000Z`: UTC, with six digits after the point whatever they are.
fn timestamp(time: SystemTime) -> String {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let (days, second) = (since.as_secs() / 86_400, since.as_secs() % 86_400);
    let (year, month, day) = date(days);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:06}Z", since.subsec_micros())
}

/// The date some days after 1970-01-01, in years that begin in March: then the leap day is the last of a year.
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468; // from 0000-03-01
    let (era, day) = (days / 146_097, days % 146_097); // of 400 years
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153; // from March
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + next, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    #[test]
    fn timestamps_have_six_digits() {
        let at = |seconds, micros| timestamp(UNIX_EPOCH + Duration::from_secs(seconds) + Duration::from_micros(micros));
        assert_eq!(at(0, 0), "1970-01-01T00:00:00.000000Z");
        assert_eq!(at(951_827_696, 7), "2000-02-29T12:34:56.000007Z");
        assert_eq!(at(1_798_761_599, 999_999), "2026-12-31T23:59:59.999999Z");
    }

    #[derive(Clone, Default)]
    struct Captured(Arc<Mutex<Vec<String>>>);

    impl<S: Subscriber> Layer<S> for Captured {
        fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
            self.0.lock().unwrap().push(line(event, UNIX_EPOCH));
        }
    }

    #[test]
    fn keys_with_an_at_are_strings() {
        let captured = Captured::default();
        tracing::subscriber::with_default(registry().with(captured.clone()), || {
            tracing::info!(answer = 42, text = "a\nb", "hello {}", 1);
            tracing::warn!(answer = 42);
        });
        let lines = captured.0.lock().unwrap();
        assert!(lines.iter().all(|line| line.ends_with('\n') && line.matches('\n').count() == 1));
        let parsed: Vec<Json> = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(parsed[0]["@message"], "hello 1");
        assert_eq!(parsed[0]["answer"], 42);
        assert_eq!(parsed[1]["@message"], "");
        for key in ["@level", "@message", "@module", "@timestamp"] {
            assert!(parsed.iter().all(|line| line[key].is_string()), "{key}");
        }
    }
}
