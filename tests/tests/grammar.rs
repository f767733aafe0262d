//! The compiled grammar and jing, an implementation of RELAX NG that owes us nothing, agree on every document.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use generated::grammar::GRAMMAR;
use provider_core::grammar::CheckError;
use roxmltree::Document;
use tests::corpus::{self, Sample};
use tests::random::{Random, setting};
use tests::{jing, mutant, needs};

/// How many mutants, and which: `MUTANTS=50000 SEED=7 cargo test -p tests --test grammar`.
/// What the matcher finds wrong with a document.
fn verdict(sample: &Sample) -> Option<String> {
    match GRAMMAR.check_text(&sample.kind, &sample.text) {
        Ok(()) => None,
        Err(CheckError::Mismatch(mismatch)) => Some(mismatch.to_string()),
        Err(error) => panic!("{}: {error}", sample.file.display()),
    }
}

/// The files among the samples that jing refuses.
fn refused(samples: &[Sample]) -> BTreeSet<PathBuf> {
    let mut by_kind: BTreeMap<&str, Vec<PathBuf>> = BTreeMap::new();
    for sample in samples {
        by_kind.entry(&sample.kind).or_default().push(sample.file.clone());
    }
    by_kind.into_iter().flat_map(|(kind, files)| jing::invalid(&jing::schema(kind), &files)).collect()
}

/// One line per document on which the two differ.
fn disagreements(samples: &[Sample], refused: &BTreeSet<PathBuf>) -> Vec<String> {
    let differ = |sample: &Sample| {
        let (ours, theirs) = (verdict(sample), refused.contains(&sample.file));
        let ours_in_words = ours.as_deref().unwrap_or("valid");
        (ours.is_some() != theirs).then(|| format!("{}: {ours_in_words}", sample.file.display()))
    };
    samples.iter().filter_map(differ).collect()
}

#[test]
fn every_document_of_libvirts_is_valid() {
    let Some(samples) = corpus::samples() else { return };
    let wrong: Vec<String> = samples
        .iter()
        .filter_map(|sample| verdict(sample).map(|wrong| format!("{}: {wrong}", sample.file.display())))
        .collect();
    assert!(wrong.is_empty(), "{} of {} documents refused:\n{}", wrong.len(), samples.len(), wrong.join("\n"));
    println!("{} documents, all valid", samples.len());
}

#[test]
fn jing_agrees_on_the_corpus() {
    needs!(jing::is_here(), "jing");
    let Some(mut samples) = corpus::samples() else { return };
    let valid = samples.len();
    if let Some((outdated, invalid)) = corpus::sorted_out() {
        samples.extend(outdated.into_iter().chain(invalid));
    }
    let refused = refused(&samples);
    println!("{} documents, {} of them invalid", samples.len(), refused.len());
    assert_eq!(refused.len(), samples.len() - valid, "jing and xmllint differ");
    let differ = disagreements(&samples, &refused);
    assert!(differ.is_empty(), "{} disagreements:\n{}", differ.len(), differ.join("\n"));
}

#[test]
fn jing_agrees_on_mutants() {
    needs!(jing::is_here(), "jing");
    let Some(samples) = corpus::samples() else { return };
    let (count, seed) = (setting("MUTANTS", 5000) as usize, setting("SEED", 20261122));
    println!("{count} mutants of seed {seed}");
    let folder = tempfile::tempdir().unwrap();
    let mutants = mutants(&samples, count, seed, folder.path());
    let refused = refused(&mutants);
    let differ = disagreements(&mutants, &refused);
    println!("{} of them invalid, {} disagreements", refused.len(), differ.len());
    if !differ.is_empty() {
        let kept = folder.keep();
        panic!("{} disagreements of seed {seed}, kept in {}:\n{}", differ.len(), kept.display(), differ.join("\n"));
    }
}

/// Mutants of all kinds of documents, the rare kinds as often as the common ones for half of them.
fn mutants(samples: &[Sample], count: usize, seed: u64, folder: &Path) -> Vec<Sample> {
    let mut random = Random::new(seed);
    let mut by_kind: BTreeMap<&str, Vec<&Sample>> = BTreeMap::new();
    for sample in samples {
        by_kind.entry(&sample.kind).or_default().push(sample);
    }
    let all: Vec<&Sample> = samples.iter().collect();
    let kinds: Vec<&Vec<&Sample>> = by_kind.values().collect();
    let mut mutants = Vec::new();
    while mutants.len() < count {
        let pool = if random.below(2) == 0 { Some(&all) } else { random.one(&kinds).copied() };
        let Some(sample) = pool.and_then(|pool| random.one(pool)) else { continue };
        if let Some(mutant) = mutant::mutant(&sample.text, &mut random) {
            let file = folder.join(format!("{}.xml", mutants.len()));
            fs::write(&file, &mutant.text).unwrap();
            mutants.push(Sample { kind: sample.kind.clone(), file, text: mutant.text });
        }
    }
    mutants
}

#[test]
fn a_check_is_fast() {
    let Some(samples) = corpus::samples() else { return };
    let domains: Vec<&Sample> = samples.iter().filter(|sample| sample.kind == "domain").collect();
    let documents: Vec<Document> = domains.iter().map(|sample| Document::parse(&sample.text).unwrap()).collect();
    let round = || -> Vec<Duration> {
        let timed = |document| {
            let start = Instant::now();
            let _ = GRAMMAR.check("domain", document);
            start.elapsed()
        };
        documents.iter().map(timed).collect()
    };
    let first = round()[0];
    let mut warm = round();
    warm.sort();
    // Half of the documents take no longer; the mean would measure what else the machine does.
    let half = warm[warm.len() / 2];
    println!(
        "domain: the first, expressions compiled, {first:?}; then half within {half:?}, all within {:?}",
        warm.last()
    );
    assert!(half < Duration::from_millis(if cfg!(debug_assertions) { 50 } else { 5 }), "half take {half:?}");
}
