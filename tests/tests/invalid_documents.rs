//! What libvirt's own documents become with one thing changed: what the grammar does not allow is refused by a plan.
//!
//! `MUTANTS=15000 SEED=7 cargo test --release -p tests --test invalid_documents`

use generated::grammar::GRAMMAR;
use generated::shapes::ROOTS;
use provider_core::convert::open::open;
use provider_core::convert::{Root, from_xml, to_xml};
use provider_core::grammar::{CheckError, Fault, Mismatch};
use provider_core::value::Value;
use tests::corpus::{self, Sample};
use tests::mutant::mutant;
use tests::random::{Random, setting};
use tests::refused::refused;

#[test]
fn each_is_refused() {
    let Some(samples) = corpus::samples() else { return };
    let (count, seed) = (setting("MUTANTS", 400), setting("SEED", 20261124));
    let mut random = Random::new(seed);
    let managed: Vec<(&Root, &Sample)> = samples
        .iter()
        .filter_map(|sample| Some((*ROOTS.iter().find(|root| root.kind == sample.kind)?, sample)))
        .filter(|(root, _)| !root.resource.is_empty())
        .collect();
    let (mut invalid, mut passed) = (0, Vec::new());
    for _ in 0..count {
        let Some((root, sample)) = random.one(&managed) else { return };
        let Some(mutant) = mutant(&sample.text, &mut random) else { continue };
        // What no attribute can hold at all never reaches a plan.
        let Ok(value) = from_xml(root, &mutant.text) else { continue };
        let Some(mismatch) = fault(root, &value) else { continue };
        invalid += 1;
        if refused(&Sample { text: mutant.text, ..Sample::clone(sample) }).is_empty() {
            passed.push(format!("{}: {}: {mismatch}", sample.file.display(), mutant.change));
        }
    }
    println!("{count} mutants of seed {seed}, {invalid} with values that make an invalid document");
    assert!(invalid > 0 && passed.is_empty(), "{} were not refused:\n{}", passed.len(), passed.join("\n"));
}

/// What is wrong with the document that the values make, other than that something is missing, or that nobody wrote which
/// branch an element is: libvirt completes both.
fn fault(root: &Root, value: &Value) -> Option<Mismatch> {
    let text = to_xml(root, value).ok()?;
    let document = roxmltree::Document::parse(&text).unwrap();
    if !open(root.shape, value, document.root_element()).is_empty() {
        return None;
    }
    match GRAMMAR.arrange(root.kind, text.clone()) {
        Err(CheckError::Mismatch(mismatch)) if mismatch.fault != Fault::Missing => Some(*mismatch),
        _ => None,
    }
}
