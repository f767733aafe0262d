//! Learns what libvirt does by itself, and writes it as rows of overrides/defaults. The work is in `tests::learn`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;

use clap::Parser;
use generated::shapes::ROOTS;
use provider_core::convert::Root;
use tests::learn::host::Host;
use tests::learn::infer::{Blame, Input, Settings, infer};
use tests::learn::observe::{Document, Seen, corpus, observe};
use tests::learn::row::Row;
use tests::learn::verify::{Outcome, verify};
use tests::learn::write;

/// Defines documents with and without each place, on several libvirts, and writes what comes by itself.
#[derive(Parser)]
struct Arguments {
    /// The kind of documents: domain, network, storagepool, storagevol.
    #[arg(long)]
    kind: String,
    /// A folder of such documents.
    #[arg(long)]
    corpus: PathBuf,
    /// A libvirt, as `label=uri`; several of each driver, of different versions.
    #[arg(long, required = true)]
    host: Vec<String>,
    /// Where observations are kept from one run to the next.
    #[arg(long)]
    cache: PathBuf,
    /// The file to write.
    #[arg(long)]
    out: Option<PathBuf>,
    /// In how many documents of each driver a row must have been seen.
    #[arg(long, default_value_t = 4)]
    documents: usize,
    /// In how many each word of a condition.
    #[arg(long, default_value_t = 2)]
    word: usize,
    /// Learns on one half of the documents and tries the other, instead of writing.
    #[arg(long)]
    halves: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), String> {
    let root = ROOTS.iter().find(|root| root.kind == arguments.kind).ok_or("there is no such kind")?;
    let hosts = arguments.host.iter().map(|host| connect(host, root)).collect::<Result<Vec<_>, _>>()?;
    std::fs::create_dir_all(&arguments.cache).map_err(|error| error.to_string())?;
    let documents = corpus(root, &arguments.corpus);
    let seen: Vec<Seen> = thread::scope(|scope| {
        let observed: Vec<_> = hosts.iter().map(|host| scope.spawn(|| observed(arguments, host, &documents))).collect();
        observed.into_iter().filter_map(|thread| thread.join().ok()).collect()
    });
    for seen in &seen {
        println!("{}: {}, {} of {} documents", seen.label, seen.versions, seen.documents.len(), documents.len());
    }
    let settings = Settings { documents: arguments.documents, word: arguments.word };
    if arguments.halves {
        for half in [0, 1] {
            let learns = move |name: &str| parity(name) == half;
            let (rows, _) = learn(root, &hosts, &seen, &learns, settings);
            println!("half {half}: {} rows; on the other half:", rows.len());
            report(&seen, &check(&hosts, &seen, &rows, &|name| !learns(name), false));
        }
    } else {
        let (rows, outcomes) = learn(root, &hosts, &seen, &|_| true, settings);
        println!("{} rows", rows.len());
        report(&seen, &outcomes);
        if let Some(out) = &arguments.out {
            std::fs::write(out, write::text(root.kind, &seen, &rows)).map_err(|error| error.to_string())?;
        }
    }
    for host in &hosts {
        host.finish().map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn connect(host: &str, root: &'static Root) -> Result<Host, String> {
    let (label, uri) = host.split_once('=').ok_or("a host is label=uri")?;
    Host::new(label, uri, root, "tfv-learn").map_err(|error| format!("{label}: {error}"))
}

fn observed(arguments: &Arguments, host: &Host, documents: &[(String, provider_core::value::Value)]) -> Seen {
    let file = arguments.cache.join(format!("{}-{}.json", host.root.kind, host.label));
    if let Some(seen) = Seen::load(&file, host) {
        return seen;
    }
    let seen = observe(host, documents);
    if let Err(error) = seen.save(&file) {
        eprintln!("{}: {error}", file.display());
    }
    seen
}

/// Rows that hold in whole documents: what one of them refutes counts as not seen, and all is inferred again.
fn learn(
    root: &'static Root,
    hosts: &[Host],
    seen: &[Seen],
    counts: &dyn Fn(&str) -> bool,
    settings: Settings,
) -> (Vec<Row>, Vec<Outcome>) {
    const ROUNDS: usize = 12;
    let mut blame = Blame::new();
    let mut round = 0;
    loop {
        let rows = infer(&Input { root, seen, counts, blame: &blame, settings });
        let outcomes = check(hosts, seen, &rows, counts, round < ROUNDS);
        let failed: Vec<usize> = outcomes.iter().map(|outcome| outcome.failed.len()).collect();
        eprintln!("round {round}: {} rows, failures {failed:?}", rows.len());
        let before = blame.len();
        blame.extend(outcomes.iter().flat_map(Outcome::blame));
        if blame.len() == before || round == ROUNDS {
            return (rows, outcomes);
        }
        round += 1;
    }
}

fn check(hosts: &[Host], seen: &[Seen], rows: &[Row], counts: &dyn Fn(&str) -> bool, search: bool) -> Vec<Outcome> {
    let documents: Vec<Vec<&Document>> =
        seen.iter().map(|seen| seen.documents.iter().filter(|document| counts(&document.name)).collect()).collect();
    thread::scope(|scope| {
        let threads: Vec<_> = hosts
            .iter()
            .zip(&documents)
            .map(|(host, documents)| scope.spawn(move || verify(host, rows, documents, search)))
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_default()).collect()
    })
}

fn report(seen: &[Seen], outcomes: &[Outcome]) {
    for (seen, outcome) in seen.iter().zip(outcomes) {
        let (tried, failed, moved) = (outcome.tried, outcome.failed.len(), outcome.moved.len());
        println!(
            "  {}: {tried} tried, {failed} failed, {moved} with other addresses, {:.2}%",
            seen.label,
            outcome.share() * 100.0
        );
        for (name, rows) in outcome.failed.iter().take(12) {
            let rows: Vec<String> = rows.iter().map(|row| format!("{} {}", row.path, row.value)).collect();
            println!("    {name}: {}", rows.join(", "));
        }
    }
}

/// Which half a document is of.
fn parity(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
        >> 17
        & 1
}
