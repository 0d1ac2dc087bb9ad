//! Where a fit starts: the share of votes, spread over the kinds of each class.

use crate::aggregate::Posteriors;
use crate::num::ln;
use crate::random::Random;

/// Per task and state. With one kind per class, the shares themselves; else each share is split among its kinds at random (uniform over
/// all splits), which is what lets the kinds grow apart.
pub(crate) fn start(shares: Posteriors, subtypes: usize, seed: u64) -> Vec<f64> {
    if subtypes == 1 {
        return shares.into_flat();
    }
    let mut random = Random::new(seed);
    let mut flat = Vec::with_capacity(shares.flat().len() * subtypes);
    for share in shares.flat() {
        let parts: Vec<f64> = (0..subtypes).map(|_| -ln(1.0 - random.unit())).collect();
        let sum: f64 = parts.iter().sum::<f64>().max(f64::MIN_POSITIVE);
        flat.extend(parts.iter().map(|part| share * part / sum));
    }
    flat
}

/// The probability of each class: the sum over its kinds.
pub(crate) fn gather(flat: Vec<f64>, subtypes: usize) -> Vec<f64> {
    if subtypes == 1 { flat } else { flat.chunks_exact(subtypes).map(|kinds| kinds.iter().sum()).collect() }
}
