//! How fast documents are read and written: all domains of the corpus, XML → struct → XML.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use generated::structs::DOCUMENTS;
use provider_core::xml::{read, write};
use tests::corpus;

fn domains(criterion: &mut Criterion) {
    let texts: Vec<String> = corpus::documents("domain").into_iter().map(|(_, text)| text).collect();
    let Some(document) = DOCUMENTS.iter().find(|document| document.kind == "domain") else { return };
    let mut group = criterion.benchmark_group("domain");
    group.throughput(Throughput::Bytes(texts.iter().map(|text| text.len() as u64).sum()));
    group.bench_function("parse", |bencher| {
        bencher.iter(|| texts.iter().filter(|text| roxmltree::Document::parse(text).is_ok()).count())
    });
    group.bench_function("read", |bencher| {
        bencher.iter(|| texts.iter().filter(|text| read(document, text).is_ok()).count())
    });
    group.bench_function("read and write", |bencher| {
        bencher.iter(|| {
            let nodes = texts.iter().flat_map(|text| read(document, text));
            nodes.map(|(mut node, _)| write(document, node.as_mut()).len()).sum::<usize>()
        })
    });
    group.finish();
}

criterion_group!(benches, domains);
criterion_main!(benches);
