//! XML names into Terraform names: snake_case, words split by a list, lists in the plural. Must not know any name itself,
//! nor that the Go provider may spell it otherwise.

use crate::overrides::Words;

/// A name by rule, and the words of the list without which it would be spelled otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spelling {
    /// The name.
    pub name: String,
    /// The words.
    pub words: Vec<String>,
}

/// `maxMemory` as `max_memory`; `iothreadids` as the word list splits it.
pub fn snake(words: &Words, name: &str) -> Spelling {
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
    let splits = parts.iter().filter(|part| words.split(part).is_some_and(|split| split != **part));
    let used = splits.cloned().collect();
    let split: Vec<String> = parts.into_iter().map(|part| words.split(&part).unwrap_or(part)).collect();
    Spelling { name: split.join("_"), words: used }
}

/// The plural of a snake_case name.
pub fn plural(words: &Words, Spelling { name, words: mut used }: Spelling) -> Spelling {
    let consonant_y = name.ends_with('y') && !["ay", "ey", "oy", "uy"].iter().any(|end| name.ends_with(end));
    let by_rule = if consonant_y {
        format!("{}ies", &name[..name.len() - 1])
    } else if ["s", "x", "ch", "sh"].iter().any(|end| name.ends_with(end)) {
        format!("{name}es")
    } else {
        format!("{name}s")
    };
    match words.plurals.get(&name) {
        Some(plural) if *plural != by_rule => {
            used.push(name);
            Spelling { name: plural.clone(), words: used }
        }
        _ => Spelling { name: by_rule, words: used },
    }
}
