//! What one person takes for what.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Classes up to which all of a person's confusion is kept; of more only what is confused most.
const CLASSES_MAX: usize = 12;
/// Pairs kept where there are more classes.
const PAIRS_MAX: usize = 12;
/// Answers of a person to a question below which nothing is kept.
const ANSWERS_MIN: usize = 10;
/// Of many classes, beliefs below this are passed over.
const BELIEVED_MIN: f64 = 0.05;

/// What somebody answered where each class is true. True is what is known (gold, decisions), or as probable as a consensus made without this person
/// holds it: then one answer counts in part for several classes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PersonConfusion {
    /// Answers it rests on.
    pub answers: usize,
    /// Of them to what is known.
    pub known: usize,
    /// Per true class, effective answers that named each class, in the order of the question's classes; empty where there are more than 12.
    pub rows: Vec<Vec<f64>>,
    /// The pairs confused most, at most 12, where there are more classes.
    pub pairs: Vec<ConfusedPair>,
}

/// One class taken for another.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ConfusedPair {
    /// Place of the true class among the question's.
    pub truth: usize,
    /// Place of the class that was answered.
    pub said: usize,
    /// Effective answers that named it.
    pub answers: f64,
    /// Of so many to what is the true class.
    pub of: f64,
}

/// Counts in the making, of everybody at one question.
pub(super) struct Confusions {
    classes: usize,
    cells: Vec<BTreeMap<(usize, usize), f64>>,
    counts: Vec<(usize, usize)>,
}

impl Confusions {
    pub(super) fn new(workers: usize, classes: usize) -> Self {
        Self { classes, cells: vec![BTreeMap::new(); workers], counts: vec![(0, 0); workers] }
    }

    /// Takes an answer, with what is believed of its item without whoever gave it.
    pub(super) fn take(&mut self, worker: usize, said: usize, belief: &[f64], known: bool) {
        let (answers, to_known) = &mut self.counts[worker];
        *answers += 1;
        *to_known += usize::from(known);
        let least = if self.classes > CLASSES_MAX { BELIEVED_MIN } else { 0.0 };
        for (class, share) in belief.iter().enumerate().filter(|(_, share)| **share > least) {
            *self.cells[worker].entry((class, said)).or_default() += share;
        }
    }

    /// By worker; `None` below ten answers.
    pub(super) fn done(self) -> Vec<Option<PersonConfusion>> {
        let classes = self.classes;
        let one = |(cells, (answers, known)): (BTreeMap<(usize, usize), f64>, (usize, usize))| {
            if answers < ANSWERS_MIN {
                return None;
            }
            let mut said = PersonConfusion { answers, known, ..PersonConfusion::default() };
            if classes <= CLASSES_MAX {
                let cell = |truth, said| tenth(cells.get(&(truth, said)).copied().unwrap_or(0.0));
                said.rows = (0..classes).map(|truth| (0..classes).map(|said| cell(truth, said)).collect()).collect();
            } else {
                said.pairs = pairs(&cells);
            }
            Some(said)
        };
        self.cells.into_iter().zip(self.counts).map(one).collect()
    }
}

/// What is confused most, most first.
fn pairs(cells: &BTreeMap<(usize, usize), f64>) -> Vec<ConfusedPair> {
    let mut of: BTreeMap<usize, f64> = BTreeMap::new();
    for ((truth, _), count) in cells {
        *of.entry(*truth).or_default() += count;
    }
    let wrong = cells.iter().filter(|((truth, said), count)| truth != said && **count >= 0.5);
    let mut pairs: Vec<ConfusedPair> = wrong
        .map(|((truth, said), count)| {
            let of = tenth(of.get(truth).copied().unwrap_or(0.0));
            ConfusedPair { truth: *truth, said: *said, answers: tenth(*count), of }
        })
        .collect();
    pairs.sort_by(|a, b| b.answers.total_cmp(&a.answers).then((a.truth, a.said).cmp(&(b.truth, b.said))));
    pairs.truncate(PAIRS_MAX);
    pairs
}

/// Figures of a report need no more places.
fn tenth(count: f64) -> f64 {
    (count * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_count_in_part_for_each_class_that_may_be_true() {
        let mut confusions = Confusions::new(2, 2);
        (0..9).for_each(|_| confusions.take(0, 1, &[0.75, 0.25], false));
        confusions.take(0, 0, &[1.0, 0.0], true);
        (0..9).for_each(|_| confusions.take(1, 1, &[0.0, 1.0], true));
        let found = confusions.done();
        let first = found[0].as_ref().expect("ten answers");
        assert_eq!((first.answers, first.known), (10, 1));
        assert_eq!(first.rows, [vec![1.0, 6.8], vec![0.0, 2.3]]);
        assert!(first.pairs.is_empty());
        assert_eq!(found[1], None, "nine are too few");
    }

    #[test]
    fn of_many_classes_only_what_is_confused_most_is_kept() {
        let mut confusions = Confusions::new(1, 40);
        let belief = |class: usize| {
            let mut belief = vec![0.001; 40];
            belief[class] = 0.961;
            belief
        };
        for class in 0..40 {
            (0..class).for_each(|_| confusions.take(0, (class + 1) % 40, &belief(class), false));
            confusions.take(0, class, &belief(class), false);
        }
        let found = confusions.done().remove(0).expect("many answers");
        assert!(found.rows.is_empty());
        assert_eq!(found.pairs.len(), PAIRS_MAX);
        let first = found.pairs[0];
        assert_eq!((first.truth, first.said), (39, 0));
        assert!((first.answers - 37.5).abs() < 0.05 && (first.of - 38.4).abs() < 0.05, "{first:?}");
    }
}
