//! Documents drawn from libvirt's grammar itself: of every element, attribute and word at every place at least one, then
//! some at random. All are valid, and all come back: through structs to the letter, through Terraform's values but for
//! how a number is written.
//!
//! `DRAWN=20000 SEED=7 cargo test -p tests --test drawn`

use std::collections::BTreeMap;
use std::path::Path;

use generated::grammar::GRAMMAR;
use generated::shapes::ROOTS;
use generated::structs::DOCUMENTS;
use provider_core::convert::{from_xml, to_xml};
use provider_core::xml::{read, write};
use tests::conversion::there_and_back;
use tests::corpus::Sample;
use tests::drawn::Artist;
use tests::random::setting;
use tests::{canonical, jing, meant, needs};

/// Documents of a kind: as many as it takes to show all there is, and some more at random.
fn drawn(kind: &str, more: usize, seed: u64) -> Vec<String> {
    let mut artist = Artist::new(&GRAMMAR, kind, seed);
    let mut documents = Vec::new();
    let mut stuck = 0;
    while artist.open() > 0 && stuck < 200 {
        let before = artist.open();
        documents.push(artist.document());
        stuck = if artist.open() == before { stuck + 1 } else { 0 };
    }
    let needed = documents.len();
    documents.extend((0..more).map(|_| artist.document()));
    println!("{kind:16} {}: {needed} documents, and {more} more", artist.all());
    assert_eq!(artist.open(), 0, "{kind}: not drawn: {:?}", artist.unseen());
    documents
}

fn all() -> Vec<(&'static str, String)> {
    let (more, seed) = (setting("DRAWN", 340) as usize / DOCUMENTS.len(), setting("SEED", 20261123));
    println!("seed {seed}");
    let kinds = DOCUMENTS.iter().map(|document| document.kind);
    kinds.flat_map(|kind| drawn(kind, more, seed).into_iter().map(move |text| (kind, text))).collect()
}

/// All documents as files in a folder, by kind.
fn as_files(folder: &Path) -> BTreeMap<&'static str, Vec<Sample>> {
    let mut by_kind: BTreeMap<&str, Vec<Sample>> = BTreeMap::new();
    for (position, (kind, text)) in all().into_iter().enumerate() {
        let file = folder.join(format!("{position}.xml"));
        std::fs::write(&file, &text).unwrap();
        by_kind.entry(kind).or_default().push(Sample { kind: kind.to_string(), file, text });
    }
    by_kind
}

#[test]
fn they_are_valid_and_come_back_through_structs() {
    let documents = all();
    let mut failures = Vec::new();
    for (kind, text) in &documents {
        let document = DOCUMENTS.iter().find(|document| document.kind == *kind).unwrap();
        if let Err(error) = GRAMMAR.check_text(kind, text) {
            failures.push(format!("{kind}: {error}\n{text}"));
        }
        match read(document, text) {
            Ok((mut node, unknown)) => {
                let written = write(document, node.as_mut());
                failures.extend(canonical::difference(text, &written).map(|how| format!("{kind}: {how}\n{text}")));
                failures.extend(unknown.iter().map(|unknown| format!("{kind}: unknown {unknown}")));
            }
            Err(error) => failures.push(format!("{kind}: {error}\n{text}")),
        }
    }
    println!("{} of {} documents", documents.len() - failures.len(), documents.len());
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures[..failures.len().min(20)].join("\n"));
}

#[test]
fn they_come_back_through_values() {
    let documents = all();
    let mut lost = BTreeMap::<String, (usize, String)>::new();
    let mut same = 0;
    for (kind, text) in &documents {
        let root = ROOTS.iter().find(|root| root.kind == *kind).unwrap();
        let differences = match from_xml(root, text).and_then(|value| to_xml(root, &value)) {
            Ok(back) => meant::differences(text, &back),
            Err(error) => vec![format!("{error}")],
        };
        same += usize::from(differences.is_empty());
        for place in differences {
            lost.entry(format!("{kind} {place}")).or_insert_with(|| (0, text.clone())).0 += 1;
        }
    }
    println!("{same} of {} documents", documents.len());
    let lines: Vec<String> =
        lost.iter().map(|(place, (count, first))| format!("{count:5} {place}, first in\n{first}")).collect();
    assert!(lost.is_empty(), "{} places lost:\n{}", lost.len(), lines.join("\n"));
}

#[test]
fn they_come_back_through_hcl() {
    let folder = tempfile::tempdir().unwrap();
    let mut lost = Vec::new();
    for (kind, samples) in &as_files(folder.path()) {
        let samples: Vec<&Sample> = samples.iter().collect();
        let documents = there_and_back(kind, "hcl", "tf", &samples, folder.path());
        for (sample, document) in samples.iter().zip(&documents) {
            let places = meant::differences(&sample.text, &std::fs::read_to_string(document).unwrap());
            lost.extend(places.iter().map(|place| format!("{kind} {place} in\n{}", sample.text)));
        }
    }
    assert!(lost.is_empty(), "{} places lost:\n{}", lost.len(), lost[..lost.len().min(20)].join("\n"));
}

#[test]
fn jing_finds_them_valid() {
    needs!(jing::is_here(), "jing");
    let folder = tempfile::tempdir().unwrap();
    let by_kind = as_files(folder.path());
    let mut count = 0;
    for (kind, samples) in &by_kind {
        let files: Vec<_> = samples.iter().map(|sample| sample.file.clone()).collect();
        count += files.len();
        let invalid = jing::invalid(&jing::schema(kind), &files);
        assert!(invalid.is_empty(), "{kind}: {invalid:?}, kept in {}", folder.keep().display());
    }
    println!("{count} documents");
}
