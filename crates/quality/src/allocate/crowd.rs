//! How people answer on average, for whoever asks without knowing who will come.

use super::beliefs::careful;
use crate::aggregate::Posteriors;
use crate::answers::Answers;
use crate::num::real;

/// Answers of an average person to each class, and what one more of them is expected to tell.
#[derive(Debug, Clone, PartialEq)]
pub struct Crowd {
    classes: usize,
    /// How often each answer was given to each class, each answer counted by how probable the class is: `[class * classes + answer]`.
    counts: Vec<f64>,
    /// `[class * classes + answer]`.
    rows: Vec<f64>,
    /// Of each row, in nats.
    entropies: Vec<f64>,
}

/// Answers spread evenly that each row begins with: of a class that hardly occurs nobody knows how it is answered.
const PRIOR: f64 = 1.0;

impl Crowd {
    /// From all answers, each counted for every class by how probable `posteriors` hold it. Whoever answers more counts more, as he will when the
    /// next answer is asked for. Time O(answers * classes).
    pub fn of(answers: &Answers, posteriors: &Posteriors) -> Self {
        let classes = answers.classes();
        let mut counts = vec![0.0; classes * classes];
        for task in 0..answers.tasks() {
            for (_, said) in answers.of_task(task) {
                for (class, weight) in posteriors.task(task).iter().enumerate() {
                    counts[class * classes + said] += weight;
                }
            }
        }
        let rows: Vec<f64> = counts.iter().map(|count| PRIOR / real(classes.max(1)) + count).collect();
        let rows = careful(shares(rows, classes), classes);
        Self { counts, ..Self::from_rows(classes, rows) }
    }

    /// From weights of answers to each class, `[class * classes + answer]`, that stand for counts too.
    pub(super) fn from_rows(classes: usize, weights: Vec<f64>) -> Self {
        let (counts, rows) = (weights.clone(), shares(weights, classes));
        let entropies = rows.chunks_exact(classes.max(1)).map(entropy).collect();
        Self { classes, counts, rows, entropies }
    }

    /// Per class, the share of answers that named each class; of a class that never was true a row of zeros.
    pub fn confusion(&self) -> Vec<Vec<f64>> {
        let share = |row: &[f64]| {
            let sum: f64 = row.iter().sum();
            row.iter().map(|count| if sum > 0.0 { count / sum } else { 0.0 }).collect()
        };
        self.counts.chunks_exact(self.classes.max(1)).map(share).collect()
    }

    /// Expected information (nats) in one more answer about a task of which this is believed: how much less would be uncertain afterwards, on
    /// average over what he may say. From 0 up to the entropy of the belief. The same as [`Beliefs::gain`](super::Beliefs::gain) of a stranger,
    /// written as the entropy of the answer less that which is left when the class is known. Time O(classes * classes believed at all).
    pub fn gain(&self, belief: &[f64]) -> f64 {
        let mut chances = vec![0.0; self.classes];
        let mut left = 0.0;
        for (class, weight) in belief.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
            let row = &self.rows[class * self.classes..][..self.classes];
            chances.iter_mut().zip(row).for_each(|(chance, share)| *chance += weight * share);
            left += weight * self.entropies[class];
        }
        (entropy(&chances) - left).max(0.0)
    }
}

/// Rows that each sum to 1.
fn shares(mut rows: Vec<f64>, classes: usize) -> Vec<f64> {
    for row in rows.chunks_exact_mut(classes.max(1)) {
        let sum: f64 = row.iter().sum();
        row.iter_mut().for_each(|share| *share /= sum);
    }
    rows
}

fn entropy(shares: &[f64]) -> f64 {
    shares.iter().filter(|share| **share > 0.0).map(|share| -share * share.ln()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregate::{Method, aggregate};
    use crate::random::Random;

    fn made(right: f64, classes: usize) -> (Answers, Posteriors) {
        let mut random = Random::new(3);
        let mut triples = Vec::new();
        for task in 0..300_u32 {
            let truth = random.below(classes);
            for worker in 0..5 {
                let said = if random.unit() < right { truth } else { random.below(classes) };
                triples.push((task, worker, u16::try_from(said).expect("few")));
            }
        }
        let answers = Answers::new(300, 5, classes, &triples).expect("in range");
        let posteriors = aggregate(Method::Hbcc, &answers, 1).posteriors;
        (answers, posteriors)
    }

    /// The sum over classes and answers that the definition gives.
    #[test]
    fn it_is_the_mutual_information_of_class_and_answer() {
        let (answers, posteriors) = made(0.7, 3);
        let crowd = Crowd::of(&answers, &posteriors);
        for belief in [[0.5, 0.3, 0.2], [0.98, 0.01, 0.01], [0.0, 0.5, 0.5]] {
            let mut slow = 0.0;
            for said in 0..3 {
                let chance: f64 = (0..3).map(|class| belief[class] * crowd.rows[3 * class + said]).sum();
                for (class, weight) in belief.iter().enumerate() {
                    let joint = weight * crowd.rows[3 * class + said];
                    slow += if joint > 0.0 { joint * (joint / (weight * chance)).ln() } else { 0.0 };
                }
            }
            assert!((crowd.gain(&belief) - slow).abs() < 1e-12, "{belief:?}");
        }
    }

    #[test]
    fn the_open_task_and_the_better_crowd_tell_more() {
        let (good, poor) = (made(0.9, 2), made(0.2, 2));
        let (good, poor) = (Crowd::of(&good.0, &good.1), Crowd::of(&poor.0, &poor.1));
        assert!(good.gain(&[0.5, 0.5]) > good.gain(&[0.9, 0.1]) && good.gain(&[0.9, 0.1]) > good.gain(&[0.99, 0.01]));
        assert!(good.gain(&[0.5, 0.5]) > 2.0 * poor.gain(&[0.5, 0.5]));
        assert!(good.gain(&[0.5, 0.5]) < std::f64::consts::LN_2);
        assert!(good.gain(&[1.0, 0.0]).abs() < 1e-12, "nothing is left to tell");
    }

    #[test]
    fn of_a_class_that_nobody_named_an_answer_tells_little() {
        let answers = Answers::new(2, 2, 3, &[(0, 0, 0), (0, 1, 0), (1, 0, 0), (1, 1, 0)]).expect("in range");
        let crowd = Crowd::of(&answers, &aggregate(Method::Vote, &answers, 1).posteriors);
        assert!(crowd.gain(&[0.0, 0.5, 0.5]).abs() < 1e-12);
        assert!(crowd.rows.iter().all(|share| share.is_finite() && *share > 0.0));
        assert_eq!(crowd.confusion(), [[1.0, 0.0, 0.0], [0.0; 3], [0.0; 3]]);
    }
}
