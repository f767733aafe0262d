//! XML names into Terraform names: snake_case, words split by a list, lists in the plural; and, where the peer's
//! surface has a name of the same letters at that place, the peer's spelling. Must not know any name itself.

use std::collections::BTreeMap;

use crate::overrides::Words;

/// One attribute of the surface that must not change, and what is below it.
#[derive(Debug, Default)]
pub struct Peer {
    /// Terraform's type there: `string`, `nested list`, ...
    pub kind: String,
    /// `required`, `optional`, `computed`, `optional/computed`.
    pub flags: String,
    /// The attributes below, by name.
    pub below: BTreeMap<String, Peer>,
}

impl Peer {
    /// Reads rows of `kind type path tf_type flags`; keeps those of one resource.
    pub fn read(rows: &str, resource: &str) -> Peer {
        let mut root = Peer::default();
        for row in rows.lines().skip(1) {
            let columns: Vec<&str> = row.split('\t').collect();
            if let [_, owner, path, kind, flags] = columns[..]
                && owner == resource
            {
                let mut place = &mut root;
                for name in path.split('.') {
                    place = place.below.entry(name.trim_end_matches("[]").to_string()).or_default();
                }
                place.kind = kind.to_string();
                place.flags = flags.to_string();
            }
        }
        root
    }

    /// The attribute here whose letters are those of one of the candidates, first candidate first.
    pub fn find(&self, candidates: &[String]) -> Option<(&str, &Peer)> {
        candidates.iter().find_map(|candidate| {
            let letters = squash(candidate);
            self.below.iter().find(|(name, _)| squash(name) == letters).map(|(name, peer)| (name.as_str(), peer))
        })
    }
}

/// The letters and digits of a name, in lower case.
pub fn squash(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|character| character.to_ascii_lowercase()).collect()
}

/// `maxMemory` as `max_memory`; `iothreadids` as the word list splits it.
pub fn snake(words: &Words, name: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut previous = ' ';
    for character in name.chars() {
        let hump = character.is_ascii_uppercase() && (previous.is_ascii_lowercase() || previous.is_ascii_digit());
        if hump || !character.is_ascii_alphanumeric() {
            parts.push(std::mem::take(&mut word));
        }
        if character == '+' {
            parts.push("plus".to_string());
        } else if character.is_ascii_alphanumeric() {
            word.push(character.to_ascii_lowercase());
        }
        previous = character;
    }
    parts.push(word);
    parts.retain(|part| !part.is_empty());
    let split = parts.iter().map(|part| words.words.get(part).map_or(part.clone(), |split| split.replace(' ', "_")));
    split.collect::<Vec<_>>().join("_")
}

/// The plural of a snake_case name.
pub fn plural(words: &Words, name: &str) -> String {
    if let Some(plural) = words.plurals.get(name) {
        return plural.clone();
    }
    let consonant_y = name.ends_with('y') && !["ay", "ey", "oy", "uy"].iter().any(|end| name.ends_with(end));
    if consonant_y {
        format!("{}ies", &name[..name.len() - 1])
    } else if ["s", "x", "ch", "sh"].iter().any(|end| name.ends_with(end)) {
        format!("{name}es")
    } else {
        format!("{name}s")
    }
}
