//! libvirt's own documents in the source tree that `LIBVIRT_SRC` names: they come back through Terraform's values, no
//! check refuses what came of them, and the compiled grammar says of each what jing says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use generated::grammar::GRAMMAR;
use generated::shapes::ROOTS;
use provider_core::convert::{Root, from_xml, to_xml};
use tests::conversion::there_and_back;
use tests::corpus::Sample;
use tests::refused::refused;
use tests::source_tree::SourceTree;
use tests::{jing, same};

fn root(sample: &Sample) -> &'static Root {
    ROOTS.iter().find(|root| root.kind == sample.kind).unwrap()
}

fn by_kind<'t>(samples: impl Iterator<Item = &'t Sample>) -> BTreeMap<&'t str, Vec<&'t Sample>> {
    let mut found: BTreeMap<&str, Vec<&Sample>> = BTreeMap::new();
    for sample in samples {
        found.entry(&sample.kind).or_default().push(sample);
    }
    found
}

#[test]
fn valid_documents_come_back_through_values() {
    let Some(tree) = SourceTree::named() else { return };
    println!("{tree}");
    let (mut whole, mut wrong) = (0, Vec::new());
    for sample in tree.documents() {
        let root = root(sample);
        let differences = match from_xml(root, &sample.text).and_then(|value| to_xml(root, &value)) {
            Ok(back) => same::differences(&sample.text, &back),
            Err(error) => BTreeSet::from([error.to_string()]),
        };
        whole += usize::from(differences.is_empty());
        wrong.extend(differences.iter().map(|path| format!("{}: {path}", sample.file.display())));
    }
    println!("{whole} of {} documents come back whole", tree.documents().count());
    assert!(wrong.is_empty(), "{} places do not come back:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn valid_documents_come_back_through_hcl() {
    let Some(tree) = SourceTree::named() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    for (kind, samples) in by_kind(tree.valid.iter()) {
        let documents = there_and_back(kind, "hcl", "tf", &samples, folder.path());
        for (sample, document) in samples.iter().zip(&documents) {
            let differences = same::differences(&sample.text, &std::fs::read_to_string(document).unwrap());
            wrong.extend(differences.iter().map(|path| format!("{}: {path}", sample.file.display())));
        }
    }
    println!("{} documents", tree.valid.len());
    assert!(wrong.is_empty(), "{} places do not come back:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn valid_documents_are_not_refused() {
    let Some(tree) = SourceTree::named() else { return };
    println!("not looked at: {} documents that only older schemas allow", tree.once_valid.len());
    let refused: Vec<String> = tree.valid.iter().flat_map(refused).collect();
    println!("{} documents, {} findings", tree.valid.len(), refused.len());
    assert!(refused.is_empty(), "{} findings:\n{}", refused.len(), refused.join("\n"));
}

#[test]
fn jing_agrees_on_every_document() {
    let Some(tree) = SourceTree::named().filter(|_| jing::is_here()) else { return };
    let by_kind = by_kind(tree.all());
    let (mut all, mut refused, mut differ) = (0, 0, Vec::new());
    for (kind, samples) in by_kind {
        let files: Vec<PathBuf> = samples.iter().map(|sample| sample.file.clone()).collect();
        let invalid = jing::invalid(&jing::schema(kind), &files);
        (all, refused) = (all + files.len(), refused + invalid.len());
        let ours = samples.iter().filter(|sample| GRAMMAR.check_text(kind, &sample.text).is_err());
        let ours: BTreeSet<PathBuf> = ours.map(|sample| sample.file.clone()).collect();
        differ.extend(ours.symmetric_difference(&invalid).map(|file| file.display().to_string()));
    }
    println!("{all} documents, {refused} of them invalid");
    assert!(differ.is_empty(), "{} disagreements:\n{}", differ.len(), differ.join("\n"));
}
