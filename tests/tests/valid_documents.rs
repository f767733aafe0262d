//! What libvirt's own documents become in Terraform is refused neither attribute by attribute nor as a whole.

use std::collections::BTreeMap;

use tests::corpus;
use tests::refused::refused;

#[test]
fn none_is_refused() {
    let Some(samples) = corpus::samples() else { return };
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    samples.iter().for_each(|sample| *count.entry(&sample.kind).or_default() += 1);
    let refused: Vec<String> = samples.iter().flat_map(refused).collect();
    println!("{} documents: {count:?}", samples.len());
    assert!(refused.is_empty(), "{} findings:\n{}", refused.len(), refused.join("\n"));
}
