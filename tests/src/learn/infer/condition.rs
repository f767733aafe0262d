//! The smallest condition that tells observations in which something came by itself from those in which it did not. Knows
//! features as words; must not know what they are about.

use std::collections::BTreeSet;

use provider_core::defaults::DRIVER;

use super::Input;
use crate::learn::features::Table;
use crate::learn::row::MACHINE as FIRST;

/// How much must speak for a row.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// In how many documents of each driver a row must have been seen.
    pub documents: usize,
    /// In how many each single word of a condition.
    pub word: usize,
}

/// One observation.
#[derive(Clone, Copy)]
pub(super) struct Case<'a> {
    pub(super) host: usize,
    pub(super) driver: &'a str,
    pub(super) name: &'a str,
    pub(super) itself: bool,
    /// Its words in the tables of documents and of what stands beside places.
    pub(super) features: [&'a [usize]; 2],
}

/// Conditions: paths and their words.
pub(super) type When = Vec<(String, Vec<String>)>;

/// The most rows for one value with one driver.
const ROWS: usize = 4;

/// The most words of a condition.
const WORDS: usize = 6;

/// Conditions that together hold for as many of the observations that came by themselves as can be, and for no other; and
/// those for which each holds. Libvirts of one driver must all have seen it; where not all drivers have, the driver is a
/// condition.
pub(super) fn conditions(input: &Input, tables: [&Table; 2], cases: &[Case]) -> Vec<(When, Vec<usize>)> {
    let names: BTreeSet<&str> = cases.iter().filter(|case| case.itself).map(|case| case.name).collect();
    if names.len() < input.settings.documents {
        return vec![];
    }
    let drivers: BTreeSet<&str> = input.seen.iter().map(|seen| seen.driver.as_str()).collect();
    let search = Search { input, tables, cases };
    let all: Vec<usize> = (0..cases.len()).collect();
    let all_drivers = |holds: &[usize]| drivers.iter().all(|driver| search.is_supported(holds, driver));
    if let Some(found) = search.smallest(&all, &BTreeSet::new()).filter(|(_, holds)| all_drivers(holds)) {
        return vec![found];
    }
    let mut rows = Vec::new();
    for driver in drivers {
        let own: Vec<usize> = all.iter().copied().filter(|at| cases[*at].driver == driver).collect();
        let mut covered = BTreeSet::new();
        for _ in 0..ROWS {
            let Some((mut when, holds)) = search.smallest(&own, &covered) else { break };
            if !search.is_supported(&holds, driver) {
                break;
            }
            covered.extend(holds.iter().copied());
            when.insert(0, (DRIVER.to_string(), vec![driver.to_string()]));
            rows.push((when, holds));
        }
    }
    rows
}

/// The same where each word of the document's feature at `path` is a condition.
pub(super) fn conditions_by(path: &str, input: &Input, tables: [&Table; 2], cases: &[Case]) -> Vec<(When, Vec<usize>)> {
    let Some(column) = tables[0].paths.iter().position(|known| known == path) else { return vec![] };
    let words: BTreeSet<usize> = cases.iter().map(|case| case.features[0][column]).collect();
    let mut all: Vec<(When, Vec<usize>)> = Vec::new();
    for word in words {
        let own: Vec<usize> = (0..cases.len()).filter(|at| cases[*at].features[0][column] == word).collect();
        let some: Vec<Case> = own.iter().map(|at| cases[*at]).collect();
        let word = tables[0].words[word].clone();
        for (when, holds) in conditions(input, tables, &some) {
            let holds = holds.into_iter().map(|at| own[at]);
            let is_same = |other: &When| other.iter().filter(|(known, _)| known != path).eq(when.iter());
            match all.iter_mut().find(|(other, _)| is_same(other)) {
                Some((when, known)) => {
                    when.iter_mut().filter(|(known, _)| known == path).for_each(|(_, words)| words.push(word.clone()));
                    known.extend(holds);
                }
                None => {
                    let holds = holds.collect();
                    let given = (path.to_string(), vec![word.clone()]);
                    all.push((when.into_iter().chain([given]).collect(), holds));
                }
            }
        }
    }
    all
}

struct Search<'c, 'a> {
    input: &'c Input<'a>,
    tables: [&'c Table; 2],
    cases: &'c [Case<'a>],
}

/// One feature of the cases: each one's word, as its position in `words`.
struct Column {
    path: String,
    /// Its table, and where it is in that.
    which: usize,
    position: usize,
    words: Vec<String>,
    of: Vec<usize>,
}

impl Search<'_, '_> {
    /// Whether all libvirts of the driver have seen it, in enough documents.
    fn is_supported(&self, holds: &[usize], driver: &str) -> bool {
        let own: Vec<&Case> = holds.iter().map(|at| &self.cases[*at]).filter(|case| case.driver == driver).collect();
        let names: BTreeSet<&str> = own.iter().map(|case| case.name).collect();
        let hosts = self.input.seen.iter().enumerate().filter(|(_, seen)| seen.driver == driver);
        names.len() >= self.input.settings.documents
            && hosts.map(|(host, _)| host).all(|host| own.iter().any(|case| case.host == host))
    }

    /// The condition on `among` that holds for no case that did not come by itself, and for as many new ones as can be.
    fn smallest(&self, among: &[usize], covered: &BTreeSet<usize>) -> Option<(When, Vec<usize>)> {
        let (itself, not): (Vec<usize>, Vec<usize>) = among.iter().copied().partition(|at| self.cases[*at].itself);
        let open: Vec<usize> = itself.iter().copied().filter(|at| !covered.contains(at)).collect();
        if open.is_empty() {
            return None;
        }
        if self.is_negligible(&not, &itself) {
            return Some((Vec::new(), itself)).filter(|_| covered.is_empty());
        }
        let columns = self.columns(among);
        let single = columns.iter().filter_map(|column| self.single(column, &open, &not)).max_by(by_score);
        let goal = open.len() as f64;
        let best = match single {
            Some(found) if found.score >= 0.8 * goal => Some(found),
            single => {
                let narrow: Vec<&Column> = columns.iter().filter(|column| is_first(&column.path)).collect();
                let pairs =
                    narrow.iter().enumerate().flat_map(|(at, a)| narrow[at + 1..].iter().map(move |b| (*a, *b)));
                let pair = pairs.flat_map(|(a, b)| [self.pair(a, b, &open, &not), self.pair(b, a, &open, &not)]);
                single.into_iter().chain(pair.flatten()).max_by(by_score)
            }
        }?;
        let holds = itself.into_iter().filter(|at| self.holds(&best, *at)).collect();
        Some((best.when, holds))
    }

    /// Whether what speaks against is one document in two hundred: a full bus, a daemon that died meanwhile. What it costs is seen when
    /// whole documents are tried.
    fn is_negligible(&self, not: &[usize], itself: &[usize]) -> bool {
        let names = |of: &[usize]| of.iter().map(|at| self.cases[*at].name).collect::<BTreeSet<&str>>().len();
        names(not) * 200 <= names(itself)
    }

    /// The features in which the cases differ.
    fn columns(&self, among: &[usize]) -> Vec<Column> {
        let mut columns = Vec::new();
        for (which, table) in self.tables.iter().enumerate() {
            for (position, path) in table.paths.iter().enumerate().filter(|(_, path)| *path != DRIVER) {
                let word = |at: usize| self.cases[at].features[which][position];
                if among.iter().all(|at| word(*at) == word(among[0])) {
                    continue;
                }
                let mut known = vec![None; table.words.len()];
                let mut words = Vec::new();
                let of = (0..self.cases.len()).map(|at| {
                    *known[word(at)].get_or_insert_with(|| {
                        words.push(table.words[word(at)].clone());
                        words.len() - 1
                    })
                });
                let of = of.collect();
                columns.push(Column { path: path.clone(), which, position, words, of });
            }
        }
        columns
    }

    fn single(&self, column: &Column, open: &[usize], not: &[usize]) -> Option<Found> {
        let of_word = |of: &[usize], word: usize| -> Vec<usize> {
            of.iter().copied().filter(|at| column.of[*at] == word).collect()
        };
        let words = self.backed(column, open, |word| self.is_negligible(&of_word(not, word), &of_word(open, word)));
        self.found(vec![(column, words)], open)
    }

    /// Words of `a`, and those of `b` with which none of them is ever wrong.
    fn pair(&self, a: &Column, b: &Column, open: &[usize], not: &[usize]) -> Option<Found> {
        let (rows, width) = (a.words.len(), b.words.len());
        let (mut right, mut wrong) = (vec![vec![0_usize; width]; rows], vec![vec![false; width]; rows]);
        for at in open {
            right[a.of[*at]][b.of[*at]] += 1;
        }
        for at in not {
            wrong[a.of[*at]][b.of[*at]] = true;
        }
        let worth = |row: usize| -> usize { (0..width).filter(|at| !wrong[row][*at]).map(|at| right[row][at]).sum() };
        let best = (0..rows).max_by_key(|row| worth(*row))?;
        let columns: Vec<usize> = (0..width).filter(|at| !wrong[best][*at] && right[best][*at] > 0).collect();
        let fits = |row: usize| row == best || worth(row) > 0 && columns.iter().all(|at| !wrong[row][*at]);
        let inside: Vec<usize> =
            open.iter().copied().filter(|at| columns.contains(&b.of[*at]) && fits(a.of[*at])).collect();
        let words = self.backed(a, &inside, fits);
        let others = self.backed(b, &inside, |word| columns.contains(&word));
        self.found(vec![(a, words), (b, others)], &inside)
    }

    /// The words that enough documents have.
    fn backed(&self, column: &Column, open: &[usize], may: impl Fn(usize) -> bool) -> Vec<usize> {
        let names = |word: usize| -> BTreeSet<&str> {
            open.iter().filter(|at| column.of[**at] == word).map(|at| self.cases[*at].name).collect()
        };
        (0..column.words.len()).filter(|word| may(*word) && names(*word).len() >= self.input.settings.word).collect()
    }

    fn found(&self, columns: Vec<(&Column, Vec<usize>)>, open: &[usize]) -> Option<Found> {
        if columns.iter().any(|(_, words)| words.is_empty() || words.len() > WORDS) {
            return None;
        }
        let holds = |at: &&usize| columns.iter().all(|(column, words)| words.contains(&column.of[**at]));
        let count = open.iter().filter(holds).count() as f64;
        let mut cost = 1.0;
        for (column, words) in &columns {
            cost -= if is_first(&column.path) { 0.03 } else { 0.2 };
            cost -= 0.01 * words.len() as f64;
            // That something is not there is rarely the reason.
            cost -= if words.contains(&0) && column.words[0].is_empty() { 0.05 } else { 0.0 };
        }
        let when = columns.iter().map(|(column, words)| {
            let mut words: Vec<String> = words.iter().map(|word| column.words[*word].clone()).collect();
            words.sort();
            (column.path.clone(), words)
        });
        let places = columns.iter().map(|(column, _)| (column.which, column.position)).collect();
        Some(Found { when: when.collect(), places, score: count * cost }).filter(|found| found.score > 0.0)
    }

    /// Whether a condition holds for a case, as far as words go.
    fn holds(&self, found: &Found, at: usize) -> bool {
        found.when.iter().zip(&found.places).all(|((_, words), (which, position))| {
            let word = &self.tables[*which].words[self.cases[at].features[*which][*position]];
            words.contains(word)
        })
    }
}

struct Found {
    when: When,
    places: Vec<(usize, usize)>,
    score: f64,
}

fn by_score(a: &Found, b: &Found) -> std::cmp::Ordering {
    a.score.total_cmp(&b.score).then_with(|| b.when.cmp(&a.when))
}

fn is_first(path: &str) -> bool {
    path.starts_with('.') || path.ends_with("[1]") || FIRST.contains(&path)
}
