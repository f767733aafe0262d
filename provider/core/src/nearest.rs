//! The word that was probably meant. Knows letters only.

/// The word nearest to `text`, letter case aside, if a slip explains the difference, or a few slips in a long word.
pub fn nearest<'w>(text: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let text = text.to_lowercase();
    let distance = |word: &&str| strsim::damerau_levenshtein(&text, &word.to_lowercase());
    let nearest = words.into_iter().min_by_key(distance)?;
    (distance(&nearest) <= 1 + nearest.len() / 4).then_some(nearest)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_are_understood() {
        let words = ["disks", "videos", "memory_backing"];
        for (text, meant) in
            [("disk", Some("disks")), ("Video", Some("videos")), ("memorybacking", Some("memory_backing")), ("x", None)]
        {
            assert_eq!(nearest(text, words), meant, "{text}");
        }
        assert_eq!(nearest("x", []), None);
    }
}
