//! The word that was probably meant. Knows letters only.

use std::cmp::Reverse;

/// The word nearest to `text`, letter case aside, if a slip explains the difference, or a few slips in a long word; else
/// one that is its beginning, or begins with it. Of words as near, the one that begins alike for longest.
pub fn nearest<'w>(text: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let text = text.to_lowercase();
    let distance = |word: &&str| {
        let word = word.to_lowercase();
        let alike = text.chars().zip(word.chars()).take_while(|(one, other)| one == other).count();
        (strsim::damerau_levenshtein(&text, &word), Reverse(alike))
    };
    let mut words: Vec<&str> = words.into_iter().collect();
    words.sort_by_key(distance);
    let shortened = |word: &&&str| {
        let (short, long) = if word.len() < text.len() { (**word, text.as_str()) } else { (text.as_str(), **word) };
        short.len() > 2 && long.starts_with(short)
    };
    words.first().filter(|word| is_slip(&text, word)).or_else(|| words.iter().find(shortened)).copied()
}

/// Whether a slip, letter case aside, explains the difference, or a few slips in a long word.
pub fn is_slip(text: &str, word: &str) -> bool {
    strsim::damerau_levenshtein(&text.to_lowercase(), &word.to_lowercase()) <= 1 + word.len() / 4
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_are_understood() {
        let words = ["disks", "videos", "memory_backing"];
        for (text, meant) in [
            ("disk", Some("disks")),
            ("Video", Some("videos")),
            ("memorybacking", Some("memory_backing")),
            ("x", None),
            ("vid", Some("videos")),
            ("disks_of_mine", Some("disks")),
        ] {
            assert_eq!(nearest(text, words), meant, "{text}");
        }
        assert_eq!(nearest("x", []), None);
        assert_eq!(nearest("actn", ["acpi", "action"]), Some("action"), "both are two slips away");
    }
}
