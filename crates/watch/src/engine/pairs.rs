//! The pair test: two people each of whom takes what the other leaves.
//!
//! If two people took their items of a client by chance, they would share about `a·b/n` of its `n` confidential ones. The
//! lower tail of the hypergeometric distribution says how surprising it is to share so few. Only people whose own takes
//! already stand out are looked at, so that colleagues who divide their work do not meet here.
//!
//! What the test says is no part of a score, because it grows with what somebody else takes: it is added where it is asked
//! whether a case opens, and the case names both.

use crate::tails::ln_gamma;
use std::collections::{HashMap, HashSet};

/// Somebody whose takes stand out.
pub(crate) struct Candidate {
    pub(crate) person: u32,
    /// Confidential items taken for the first time in the last 14 days, by client.
    pub(crate) by_client: HashMap<u32, HashSet<u32>>,
    /// Colleagues written to in the last 28 days.
    pub(crate) wrote: HashSet<u32>,
}

/// From how many items of one client on somebody's set is looked at.
pub(crate) const ITEMS_LEAST: usize = 8;
const NATS_MOST: f64 = 8.0;

/// What the test says of somebody.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paired {
    pub(crate) nats: f64,
    pub(crate) other: u32,
}

/// The strongest pair of each person.
pub(crate) fn test(candidates: &[Candidate], pool: impl Fn(u32) -> Option<usize>) -> HashMap<u32, Paired> {
    let mut found: HashMap<u32, Paired> = HashMap::new();
    #[expect(clippy::cast_precision_loss, reason = "a count of people")]
    let price = (candidates.len().max(1) as f64).ln();
    for (at, one) in candidates.iter().enumerate() {
        for two in &candidates[at + 1..] {
            let mut nats = 0.0;
            for (client, mine) in &one.by_client {
                // Without a catalogue nobody can say of how many they chose theirs.
                let (Some(theirs), Some(all)) = (two.by_client.get(client), pool(*client)) else { continue };
                let both = mine.intersection(theirs).count();
                nats = f64::max(nats, surprise_of_overlap(both, mine.len(), theirs.len(), all));
            }
            if nats == 0.0 {
                continue;
            }
            let wrote = one.wrote.contains(&two.person) || two.wrote.contains(&one.person);
            let nats = (nats + if wrote { 1.5 } else { 0.0 } - price).clamp(0.0, NATS_MOST);
            for (who, other) in [(one.person, two.person), (two.person, one.person)] {
                let paired = Paired { nats, other };
                let best = found.entry(who).or_insert(paired);
                if nats > best.nats {
                    *best = paired;
                }
            }
        }
    }
    found
}

/// `-ln P(overlap <= both)` where sets of `a` and `b` are drawn of `n` by chance. 0 if they do not fit into `n`.
pub(crate) fn surprise_of_overlap(both: usize, a: usize, b: usize, n: usize) -> f64 {
    if a + b > n + both || a > n || b > n {
        return 0.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of documents")]
    let ln_choose =
        |of: usize, k: usize| ln_gamma(of as f64 + 1.0) - ln_gamma(k as f64 + 1.0) - ln_gamma((of - k) as f64 + 1.0);
    let all = ln_choose(n, b);
    let low = (a + b).saturating_sub(n);
    let sum: f64 = (low..=both.min(a).min(b)).map(|k| (ln_choose(a, k) + ln_choose(n - a, b - k) - all).exp()).sum();
    -sum.clamp(1e-300, 1.0).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_one_set_do_not_meet_by_chance() {
        // C(10,5) = 252 ways to draw 5 of 10; one of them leaves out all of the other five.
        assert!((surprise_of_overlap(0, 5, 5, 10) - 252.0_f64.ln()).abs() < 1e-9);
        assert!(surprise_of_overlap(5, 5, 5, 10).abs() < 1e-9);
        assert!(surprise_of_overlap(0, 10, 10, 1_000) < 0.2);
    }
}
