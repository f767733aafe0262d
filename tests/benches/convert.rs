//! How fast each converter is, over all domains of the corpus: text to struct and back, struct to value and back, and
//! the check against the grammar. Criterion prints the throughput in bytes of XML.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use generated::grammar::GRAMMAR;
use generated::shapes::DOMAIN;
use provider_core::value::Value;
use provider_core::{convert, xml};
use tests::corpus;

/// The provider's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn converters(criterion: &mut Criterion) {
    let Some(samples) = corpus::samples() else { return };
    let domains = samples.into_iter().filter(|sample| sample.kind == "domain");
    let texts: Vec<String> = domains.map(|sample| sample.text).collect();
    let values: Vec<Value> = texts.iter().filter_map(|text| convert::from_xml(&DOMAIN, text).ok()).collect();
    let mut group = criterion.benchmark_group("domain");
    group.throughput(Throughput::Bytes(texts.iter().map(|text| text.len() as u64).sum()));
    group.sample_size(20);
    group.bench_function("roxmltree alone", |bencher| {
        bencher.iter(|| texts.iter().filter(|text| roxmltree::Document::parse(text).is_ok()).count())
    });
    group.bench_function("XML to struct", |bencher| {
        bencher.iter(|| texts.iter().filter(|text| xml::read(DOMAIN.document, text).is_ok()).count())
    });
    group.bench_function("XML to struct to XML", |bencher| {
        bencher.iter(|| {
            for text in &texts {
                if let Ok((mut node, _)) = xml::read(DOMAIN.document, text) {
                    black_box(xml::write(DOMAIN.document, node.as_mut()));
                }
            }
        })
    });
    group.bench_function("XML to value", |bencher| {
        bencher.iter(|| texts.iter().filter(|text| convert::from_xml(&DOMAIN, text).is_ok()).count())
    });
    group.bench_function("value to XML", |bencher| {
        bencher.iter(|| values.iter().filter(|value| convert::to_xml(&DOMAIN, value).is_ok()).count())
    });
    group.bench_function("check against the grammar", |bencher| {
        bencher.iter(|| texts.iter().filter(|text| GRAMMAR.check_text("domain", text).is_ok()).count())
    });
    group.finish();
}

criterion_group!(benches, converters);
criterion_main!(benches);
