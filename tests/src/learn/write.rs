//! Rows as the file that the generator reads. Knows its form.

use super::observe::Seen;
use super::row::Row;
use provider_core::defaults::order;

/// The file's text.
pub fn text(kind: &str, seen: &[Seen], rows: &[Row]) -> String {
    let mut text = format!(
        "# What libvirt does by itself where a {kind}'s document says nothing: values, objects and elements that come back when\n\
         # they are taken out of a definition. Written by `cargo run -p tests --bin learn`, which docs/bumping.md describes: do not\n\
         # edit. Seen, and in how many documents, at:\n"
    );
    for seen in seen {
        text.push_str(&format!("#   {}: {}, {} documents\n", seen.label, seen.versions, seen.documents.len()));
    }
    text.push_str("path\tvalue\twhen\tseen\n");
    let mut rows: Vec<&Row> = rows.iter().collect();
    rows.sort_by(|a, b| order(&a.path, &b.path).then_with(|| a.key().cmp(&b.key())));
    for row in rows {
        let when: Vec<String> = row.when.iter().map(|(path, words)| format!("{path}={}", words.join("|"))).collect();
        let seen: Vec<String> = row.seen.iter().map(|(label, count)| format!("{label}: {count}")).collect();
        text.push_str(&format!("{}\t{}\t{}\t{}\n", row.path, row.value, when.join("; "), seen.join(", ")));
    }
    text
}
