//! libvirt's own documents in the source tree that `LIBVIRT_SRC` names: they come back through Terraform's values, no
//! check refuses what came of them, and the compiled grammar says of each what jing says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use generated::grammar::GRAMMAR;
use generated::shapes::ROOTS;
use provider_core::convert::{Root, from_xml, to_xml};
use tests::corpus::Sample;
use tests::refused::refused;
use tests::source_tree::SourceTree;
use tests::{exceptions, jing, same};

fn root(sample: &Sample) -> &'static Root {
    ROOTS.iter().find(|root| root.kind == sample.kind).unwrap()
}

#[test]
fn valid_documents_come_back_through_values() {
    let Some(tree) = SourceTree::named() else { return };
    println!("{tree}");
    let exceptions = exceptions::of("tree");
    let (mut whole, mut excused, mut wrong) = (0, BTreeMap::<&str, usize>::new(), Vec::new());
    for sample in tree.documents() {
        let root = root(sample);
        let differences = match from_xml(root, &sample.text).and_then(|value| to_xml(root, &value)) {
            Ok(back) => same::differences(&sample.text, &back),
            Err(error) => BTreeSet::from([error.to_string()]),
        };
        whole += usize::from(differences.is_empty());
        for path in differences {
            match exceptions.iter().find(|one| one.kind == sample.kind && one.path == path) {
                Some(exception) => *excused.entry(&exception.path).or_default() += 1,
                None => wrong.push(format!("{}: {path}", sample.file.display())),
            }
        }
    }
    println!("{whole} of {} documents come back whole, listed exceptions: {excused:?}", tree.documents().count());
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
    let mut by_kind: BTreeMap<&str, Vec<&Sample>> = BTreeMap::new();
    for sample in tree.all() {
        by_kind.entry(&sample.kind).or_default().push(sample);
    }
    let into = tempfile::tempdir().unwrap();
    let (mut all, mut refused, mut differ) = (0, 0, Vec::new());
    for (kind, samples) in by_kind {
        let files: Vec<PathBuf> = samples.iter().map(|sample| sample.file.clone()).collect();
        let invalid = jing::invalid(&jing::schema(kind, into.path()), &files);
        (all, refused) = (all + files.len(), refused + invalid.len());
        let ours = samples.iter().filter(|sample| GRAMMAR.check_text(kind, &sample.text).is_err());
        let ours: BTreeSet<PathBuf> = ours.map(|sample| sample.file.clone()).collect();
        differ.extend(ours.symmetric_difference(&invalid).map(|file| file.display().to_string()));
    }
    println!("{all} documents, {refused} of them invalid");
    assert!(differ.is_empty(), "{} disagreements:\n{}", differ.len(), differ.join("\n"));
}
