//! How fast documents are read and written: all domains of the corpus, XML → struct → XML. The best of many passes
//! counts, so that a busy machine does not.

use std::hint::black_box;
use std::time::{Duration, Instant};

use generated::structs::DOCUMENTS;
use provider_core::xml::{read, write};
use tests::corpus;

const PASSES: usize = 100;

fn main() {
    let texts: Vec<String> = corpus::documents("domain").into_iter().map(|(_, text)| text).collect();
    let Some(document) = DOCUMENTS.iter().find(|document| document.kind == "domain") else { return };
    if texts.is_empty() {
        println!("skipped: needs ../shared/corpus or LIBVIRT_CORPUS");
        return;
    }
    measure("roxmltree alone", &texts, |text| {
        black_box(roxmltree::Document::parse(text).is_ok());
    });
    measure("XML to struct", &texts, |text| {
        black_box(read(document, text).is_ok());
    });
    measure("XML to struct to XML", &texts, |text| {
        if let Ok((mut node, _)) = read(document, text) {
            black_box(write(document, node.as_mut()));
        }
    });
}

fn measure(what: &str, texts: &[String], mut work: impl FnMut(&str)) {
    let mut best = Duration::MAX;
    for _ in 0..PASSES {
        let start = Instant::now();
        texts.iter().for_each(|text| work(text));
        best = best.min(start.elapsed());
    }
    let bytes: usize = texts.iter().map(String::len).sum();
    println!("{what:22} {:6.1} MB/s", bytes as f64 / 1e6 / best.as_secs_f64());
}
