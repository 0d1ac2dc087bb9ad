//! What a step reads and what it adds up.

use crate::num::{exp, ln};

/// What a pass adds up.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sums {
    /// Per pair and true class, the expected number of answers.
    pub(crate) counts: Vec<f64>,
    /// Per class, the expected number of answered tasks.
    pub(crate) tasks: Vec<f64>,
    /// Over answered tasks, the logarithm of the sum that the products were divided by.
    pub(crate) evidence: f64,
    /// The most that a probability moved; 0 where nobody watches.
    pub(crate) moved: f64,
}

/// What posteriors are made from, as logarithms and as the numbers themselves.
#[derive(Debug)]
pub(crate) struct Rows {
    /// Whether it matters how far a probability moved.
    pub(crate) watched: bool,
    /// Per class, how frequent it is.
    pub(crate) classes: Both,
    /// Per pair and class, how probable the answer is.
    pub(crate) pairs: Both,
}

/// Logarithms, none above 0, and what they are the logarithms of.
#[derive(Debug)]
pub(crate) struct Both {
    pub(crate) logs: Vec<f64>,
    pub(crate) shares: Vec<f64>,
}

impl Both {
    pub(crate) fn from_logs(logs: Vec<f64>) -> Self {
        let shares = logs.iter().map(|log| exp(*log)).collect();
        Self { logs, shares }
    }

    pub(crate) fn from_shares(shares: Vec<f64>) -> Self {
        let logs = shares.iter().map(|share| ln(*share)).collect();
        Self { logs, shares }
    }
}

impl Sums {
    /// Zeroes, for so many pairs and states.
    pub(crate) fn clear(&mut self, pairs: usize, states: usize) {
        self.counts.clear();
        self.counts.resize(pairs * states, 0.0);
        self.tasks.clear();
        self.tasks.resize(states, 0.0);
        (self.evidence, self.moved) = (0.0, 0.0);
    }

    pub(crate) fn add(&mut self, other: &Self) {
        add(&mut self.counts, &other.counts);
        add(&mut self.tasks, &other.tasks);
        self.evidence += other.evidence;
        self.moved = self.moved.max(other.moved);
    }

    /// Expected log likelihood of `rows` under these counts, the shares of classes counted once per answer as crowd-kit does.
    pub(crate) fn likelihood(&self, rows: &Rows) -> f64 {
        let mut classes = vec![0.0; self.tasks.len()];
        self.counts.chunks_exact(self.tasks.len().max(1)).for_each(|row| add(&mut classes, row));
        expected(&self.counts, &rows.pairs.logs) + expected(&classes, &rows.classes.logs)
    }

    /// Entropy of all posteriors of answered tasks in nats, where they and these sums were made from `rows`: a posterior's is the
    /// log of the sum it was divided by, less its expected log product.
    pub(crate) fn entropy(&self, rows: &Rows) -> f64 {
        self.evidence - expected(&self.counts, &rows.pairs.logs) - expected(&self.tasks, &rows.classes.logs)
    }
}

/// The sum of products; 0 times minus infinity is 0.
fn expected(counts: &[f64], logs: &[f64]) -> f64 {
    let finite = |(count, log): (&f64, &f64)| if *count > 0.0 { count * log } else { 0.0 };
    counts.iter().zip(logs).map(finite).sum()
}

#[inline]
pub(crate) fn add(sum: &mut [f64], part: &[f64]) {
    sum.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
}
