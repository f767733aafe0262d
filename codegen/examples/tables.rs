use codegen::{emit, grammar::Grammars, rng};
fn main() {
    let dir = std::path::PathBuf::from(std::env::args().nth(1).unwrap());
    let kinds = std::env::args().skip(2).collect::<Vec<_>>();
    let all: Vec<_> = kinds.iter().map(|k| (k.as_str(), rng::load::load(&dir, &format!("{k}.rng")).unwrap())).collect();
    let start = std::time::Instant::now();
    let g = Grammars::new(all.iter().map(|(k, g)| (*k, g)));
    let a = emit::grammar::artifact(&g).unwrap();
    eprintln!(
        "{} {} patterns {} elements {} bytes {:?}",
        a.path,
        g.patterns.len(),
        g.elements.len(),
        a.text.len(),
        start.elapsed()
    );
    std::fs::write(a.path, a.text).unwrap();
}
