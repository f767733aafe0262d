//! A volume that is filled from a seed: when its content changes in place. Knows paths and urls; must not know how a
//! volume is filled.

use provider_core::value::Value;

use crate::seed::local;
use crate::wire::refinement;

/// What the content of a volume comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Source {
    /// A seed, and the name that only this very one has, where that is known already.
    Seed(Option<String>),
    /// Anything else, or what is not known.
    Other,
}

impl Source {
    fn of(volume: &Value) -> Source {
        match volume.at("create.content.url") {
            Value::String(url) => local::name_of(url).map_or(Source::Other, |name| Source::Seed(Some(name))),
            // Terraform may hold back the last character: one that is not known yet might change it.
            Value::Unknown(refinement) => match refinement::beginning(refinement) {
                Some(beginning) if beginning.starts_with(local::prefix().trim_end_matches('/')) => Source::Seed(None),
                _ => Source::Other,
            },
            _ => Source::Other,
        }
    }
}

/// The volume with the url of its prior state where both are of the same seed: that is the same content, wherever it lies.
pub(super) fn meant(mut volume: Value, prior: &Value) -> Value {
    let (now, before) = (Source::of(&volume), Source::of(prior));
    if now == before && matches!(now, Source::Seed(Some(_))) {
        set_url(&mut volume, prior.at("create.content.url").clone());
    }
    volume
}

/// Whether the content changes from one seed to another, and nothing else of how the volume is made. Such a volume is
/// written over: a new one would be of another path, and whoever uses it would change too.
pub(super) fn is_refilled(prior: &Value, planned: &Value) -> bool {
    let (before, now) = (Source::of(prior), Source::of(planned));
    matches!((&before, &now), (Source::Seed(_), Source::Seed(_))) && before != now && rest(prior) == rest(planned)
}

/// How a volume is made, but for the url.
fn rest(volume: &Value) -> Value {
    let mut rest = Value::from([("create", volume.get("create").clone())]);
    set_url(&mut rest, Value::Null);
    rest
}

fn set_url(volume: &mut Value, url: Value) {
    if let Some(content) = member(volume, "create").and_then(|create| member(create, "content")) {
        content.set("url", url);
    }
}

fn member<'v>(value: &'v mut Value, name: &str) -> Option<&'v mut Value> {
    match value {
        Value::Object(object) => object.get_mut(name),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use provider_core::value::Refinement;

    use super::*;

    fn filled(url: impl Into<Value>) -> Value {
        let content = Value::from([("url", url.into())]);
        Value::from([("name", "v".into()), ("create", Value::from([("content", content)]))])
    }

    fn seed(folder: &str, digit: char) -> String {
        format!("{folder}/cloudinit-{}.iso", digit.to_string().repeat(16))
    }

    #[test]
    fn the_same_seed_elsewhere_is_the_same_content() {
        let prior = filled(seed(".terraform/libvirt", 'a'));
        for folder in [".terraform/libvirt", "/home/me/.terraform/libvirt", "file:///x/.terraform/libvirt"] {
            assert_eq!(meant(filled(seed(folder, 'a')), &prior), prior, "{folder}");
        }
        for other in [seed("/images", 'a'), seed(".terraform/libvirt", 'b'), "https://h/x".to_string()] {
            assert_eq!(meant(filled(other.as_str()), &prior), filled(other.as_str()), "{other}");
        }
        assert_eq!(meant(Value::from([("name", "v".into())]), &prior), Value::from([("name", "v".into())]));
    }

    #[test]
    fn only_a_seed_is_written_over() {
        let prior = filled(seed("/tmp/terraform-provider-libvirt-cloudinit", 'a'));
        let unknown = |prefix: &str| filled(Value::Unknown(refinement::beginning_with(prefix)));
        assert!(is_refilled(&prior, &filled(seed(".terraform/libvirt", 'b'))));
        assert!(is_refilled(&prior, &unknown(".terraform/libvirt/")));
        assert!(is_refilled(&prior, &unknown(".terraform/libvirt")));
        assert!(!is_refilled(&prior, &prior));
        assert!(!is_refilled(&prior, &filled("/images/debian.qcow2")));
        assert!(!is_refilled(&filled("/images/debian.qcow2"), &filled(seed(".terraform/libvirt", 'b'))));
        assert!(!is_refilled(&prior, &unknown("/images/")));
        assert!(!is_refilled(&prior, &filled(Value::Unknown(Refinement(None)))));
        assert!(!is_refilled(&prior, &Value::from([("name", "v".into())])));
        let mut more = filled(seed(".terraform/libvirt", 'b'));
        more.set("create", Value::from([("content", more.at("create.content").clone()), ("other", true.into())]));
        assert!(!is_refilled(&prior, &more), "something else changes too");
    }
}
