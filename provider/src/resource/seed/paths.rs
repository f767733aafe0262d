//! Paths of seeds in other resources' values. libvirt takes no relative path, and configurations have them. Must not know
//! any attribute.

use std::collections::BTreeMap;
use std::path::Path;

use provider_core::value::Value;

use crate::seed::local;

/// The value with each relative path of a seed made absolute, as libvirt wants it.
pub fn absolute(value: &Value) -> Value {
    mapped(value, &|text| {
        let path = local::absolute(text)?;
        is_relative(text).then(|| path.display().to_string())
    })
}

/// Puts back, where that can be done, what is gone of the files of seeds that the value has.
pub fn put_back(value: &Value) {
    each_text(value, &mut local::put_back);
}

/// What libvirt reports, with each seed's path as `known` has it where that is relative: it is the same file in whatever
/// working directory.
pub fn as_in(known: &Value, actual: &Value) -> Value {
    named(actual, &seeds(known, is_relative))
}

/// What was written, with each seed's path as libvirt has it: where that is another working directory's, the path changes
/// with the next change of all.
pub fn where_it_is(written: &Value, actual: &Value) -> Value {
    named(written, &seeds(actual, |_| true))
}

/// The paths of seeds in a value, by file name.
fn seeds(value: &Value, counts: impl Fn(&str) -> bool) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    each_text(value, &mut |text| {
        if let Some(name) = Some(text).filter(|text| counts(text)).and_then(local::name_of) {
            found.insert(name, text.to_string());
        }
    });
    found
}

fn named(value: &Value, seeds: &BTreeMap<String, String>) -> Value {
    if seeds.is_empty() {
        return value.clone();
    }
    mapped(value, &|text| seeds.get(&local::name_of(text)?).cloned())
}

fn is_relative(path: &str) -> bool {
    !path.contains("://") && Path::new(path).is_relative()
}

fn each_text<'v>(value: &'v Value, see: &mut impl FnMut(&'v str)) {
    match value {
        Value::String(text) => see(text),
        Value::List(items) => items.iter().for_each(|item| each_text(item, see)),
        Value::Object(object) => object.values().for_each(|member| each_text(member, see)),
        Value::Null | Value::Unknown(_) | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn mapped(value: &Value, text: &dyn Fn(&str) -> Option<String>) -> Value {
    match value {
        Value::String(before) => text(before).map_or_else(|| value.clone(), Value::from),
        Value::List(items) => Value::List(items.iter().map(|item| mapped(item, text)).collect()),
        Value::Object(object) => {
            Value::Object(object.iter().map(|(name, member)| (*name, mapped(member, text))).collect())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "cloudinit-0123456789abcdef.iso";

    fn disks(path: &str) -> Value {
        let file = Value::from([("file", path.into())]);
        Value::from([("disks", Value::List(vec![file, Value::from([("file", "/other".into())])]))])
    }

    #[test]
    fn a_relative_path_is_absolute_for_libvirt_and_relative_again() {
        let written = disks(&local::path(NAME));
        let sent = absolute(&written);
        let path = sent.get("disks").items()[0].get("file").as_str().unwrap().to_string();
        assert!(Path::new(&path).is_absolute() && path.ends_with(&local::path(NAME)), "{path}");
        assert_eq!(as_in(&written, &sent), written);
        let elsewhere = disks(&format!("/home/other/{}", local::path(NAME)));
        assert_eq!(as_in(&written, &elsewhere), written, "in another working directory");
        assert_eq!(where_it_is(&sent, &elsewhere), elsewhere);
        assert_eq!(where_it_is(&sent, &disks("/other")), sent);
    }

    #[test]
    fn absolute_paths_stay() {
        let written = disks(&format!("/home/me/{}", local::path(NAME)));
        assert_eq!(absolute(&written), written);
        let other = disks(&format!("/home/other/{}", local::path(NAME)));
        assert_eq!(as_in(&written, &other), other, "it is another file");
        let plain = disks("images/a.iso");
        assert_eq!(absolute(&plain), plain, "what is no seed is libvirt's to judge");
    }
}
