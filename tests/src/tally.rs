//! Counting over many documents: how many hold, and for those that do not, why.

use std::cmp::Reverse;
use std::collections::BTreeMap;

/// What held and what did not.
#[derive(Default)]
pub struct Tally {
    good: usize,
    bad: BTreeMap<String, Vec<String>>,
}

impl Tally {
    /// Counts one: `who` it was, and what came of it.
    pub fn count(&mut self, who: &str, result: Result<(), String>) {
        match result {
            Ok(()) => self.good += 1,
            Err(why) => {
                let kind: String = why.lines().next().unwrap_or_default().chars().take(200).collect();
                self.bad.entry(kind).or_default().push(who.to_string());
            }
        }
    }

    /// Prints the count and what did not hold. Panics where fewer than `least` were tried or fewer than `share` of them
    /// held.
    pub fn expect(&self, what: &str, least: usize, share: f64) {
        let all = self.good + self.bad.values().map(Vec::len).sum::<usize>();
        println!("{what}: {} of {all}", self.good);
        let mut sorted: Vec<_> = self.bad.iter().collect();
        sorted.sort_by_key(|(_, who)| Reverse(who.len()));
        for (kind, who) in sorted {
            println!(
                "{:5}  {kind}\n         {}",
                who.len(),
                who.iter().take(3).cloned().collect::<Vec<_>>().join(", ")
            );
        }
        assert!(all >= least, "{what}: only {all} were tried");
        assert!(self.good as f64 >= share * all as f64, "{what}: {} of {all} hold", self.good);
    }
}
