//! XML names as Rust names. Knows Rust's spelling and its keywords; must not know grammars.

use std::collections::BTreeSet;

/// `maxSize` as `max_size`; whatever is no letter or digit becomes an underscore.
pub fn snake(name: &str) -> String {
    words(name).join("_")
}

/// `maxSize` as `MaxSize`.
pub fn camel(name: &str) -> String {
    words(name).iter().map(|word| capitalised(word)).collect()
}

/// `maxSize` as `MAX_SIZE`, with an underscore in front where it would start with a digit.
pub fn shouting(name: &str) -> String {
    startable(snake(name).to_uppercase())
}

/// A field's name: snake case, keywords raw.
pub fn field(name: &str) -> String {
    let name = startable(snake(name));
    match name.as_str() {
        "self" | "super" | "crate" => format!("{name}_"),
        _ if KEYWORDS.contains(&name.as_str()) => format!("r#{name}"),
        _ => name,
    }
}

/// The name, or the name with the first number from 2 that makes it new among `taken`, where it is then put.
pub fn unique(name: &str, taken: &mut BTreeSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{name}{number}"));
    let free = std::iter::once(name.to_string()).chain(numbered).find(|name| taken.insert(name.clone()));
    free.unwrap_or_default()
}

/// Lower-case words; a new one starts at a capital that follows a small letter or a digit, and at the last of
/// several capitals where a small letter follows.
fn words(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut words = vec![String::new()];
    for (position, letter) in letters.iter().enumerate() {
        let before = position.checked_sub(1).and_then(|before| letters.get(before));
        let after = letters.get(position + 1);
        let follows_small = before.is_some_and(|before| before.is_lowercase() || before.is_ascii_digit());
        let ends_capitals =
            before.is_some_and(|before| before.is_uppercase()) && after.is_some_and(|after| after.is_lowercase());
        if !letter.is_alphanumeric() || (letter.is_uppercase() && (follows_small || ends_capitals)) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut()
            && letter.is_alphanumeric()
        {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn startable(name: String) -> String {
    if name.starts_with(|first: char| first.is_ascii_digit()) { format!("_{name}") } else { name }
}

const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move",
    "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings() {
        assert_eq!(snake("maxSize"), "max_size");
        assert_eq!(snake("TLSPort"), "tls_port");
        assert_eq!(snake("suspend-to-mem"), "suspend_to_mem");
        assert_eq!(camel("l3cacheUUID"), "L3cacheUuid");
        assert_eq!(shouting("9p"), "_9P");
        assert_eq!(field("type"), "r#type");
        assert_eq!(field("self"), "self_");
    }

    #[test]
    fn clashes_are_numbered() {
        let mut taken = BTreeSet::new();
        let names = [unique("a", &mut taken), unique("a", &mut taken), unique("a", &mut taken)];
        assert_eq!(names, ["a", "a2", "a3"]);
    }
}
