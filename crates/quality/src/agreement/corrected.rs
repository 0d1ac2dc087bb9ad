//! Agreement corrected for chance, one family: what differs is what chance is taken to be.

use crate::answers::Answers;
use crate::num::real;

/// How much two classes count as agreeing, from 1 (equal) to 0; classes are in order of their code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weights {
    /// Equal or not.
    Identity,
    /// Falls with the distance.
    Linear,
    /// Falls with the square of the distance.
    Quadratic,
    /// Falls with the number of pairs of classes in between (Gwet's ordinal weights).
    Ordinal,
}

/// Where chance comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chance {
    /// Fleiss (1971): everybody draws from the shares of all answers.
    Fleiss,
    /// Conger (1980): everybody draws from his own shares; of two people, Cohen's kappa (1960, weighted 1968).
    Conger,
    /// Gwet (2008): AC1, with weights AC2; only hard tasks are guessed. Stays sensible when one class dominates.
    Gwet,
    /// Brennan and Prediger (1981): every class is equally likely.
    Even,
}

/// A coefficient and what it is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Corrected {
    /// (observed - expected) / (1 - expected); 1 at best, 0 at chance.
    pub value: f64,
    /// Weighted share of agreeing pairs, averaged over tasks with two answers or more.
    pub observed: f64,
    /// The same by chance.
    pub expected: f64,
}

impl Weights {
    /// Of two classes with these values, which ascend.
    fn of(self, left: usize, right: usize, values: &[f64]) -> f64 {
        let (places, most_places) = (real(left.abs_diff(right)), real(values.len().max(2) - 1));
        let range = values.last().zip(values.first()).map_or(0.0, |(last, first)| last - first);
        let gap = if range > 0.0 { (values[left] - values[right]).abs() / range } else { 0.0 };
        match self {
            Self::Identity => f64::from(u8::from(left == right)),
            Self::Linear => 1.0 - gap,
            Self::Quadratic => 1.0 - gap.powi(2),
            Self::Ordinal => 1.0 - places * (places + 1.0) / (most_places * (most_places + 1.0)),
        }
    }
}

/// The coefficient of `answers` (one of a worker to a task). Only classes that somebody used are counted as classes, one step from each to the next. `None` if
/// no task has two answers, only one class was used, or chance alone agrees always.
///
/// Source: as [`corrected_by`].
pub fn corrected(answers: &Answers, weights: Weights, chance: Chance) -> Option<Corrected> {
    let (answers, _) = answers.used();
    let steps: Vec<f64> = (0..answers.classes()).map(real).collect();
    corrected_by(&answers, &steps, weights, chance)
}

/// As [`corrected`], of classes that all count, used or not, and have these ascending `values`, by which linear and quadratic weights go.
///
/// Source: Gwet (2014), "Handbook of inter-rater reliability", chapters 4 and 5, whose treatment of missing answers is followed: observed
/// agreement from tasks with two answers, shares of classes from all. Time O(answers + classes * people) with identity weights, else that times classes.
///
/// # Panics
///
/// If there are not as many values as classes.
pub fn corrected_by(answers: &Answers, values: &[f64], weights: Weights, chance: Chance) -> Option<Corrected> {
    let classes = answers.classes();
    assert_eq!(classes, values.len(), "each class has a value");
    if classes < 2 {
        return None;
    }
    let weight = |a: usize, b: usize| weights.of(a, b, values);
    let (mut observed, mut pairable, mut tasks) = (0.0, 0_usize, 0_usize);
    let mut shares = vec![0.0; classes];
    let mut of_task = vec![0_usize; classes];
    for task in 0..answers.tasks() {
        let given = answers.of_task(task);
        let size = given.len();
        if size == 0 {
            continue;
        }
        tasks += 1;
        given.clone().for_each(|(_, class)| of_task[class] += 1);
        given.clone().for_each(|(_, class)| shares[class] += 1.0 / real(size));
        if size > 1 {
            pairable += 1;
            let row = |a: usize| (0..classes).map(|b| weight(a, b) * real(of_task[b])).sum::<f64>() - 1.0;
            let agreeing: f64 = if weights == Weights::Identity {
                given.clone().map(|(_, class)| real(of_task[class] - 1)).sum()
            } else {
                (0..classes).filter(|a| of_task[*a] > 0).map(|a| real(of_task[a]) * row(a)).sum()
            };
            observed += agreeing / (real(size) * real(size - 1));
        }
        given.for_each(|(_, class)| of_task[class] = 0);
    }
    if pairable == 0 {
        return None;
    }
    let observed = observed / real(pairable);
    shares.iter_mut().for_each(|share| *share /= real(tasks));
    let sum = |pair: &dyn Fn(usize, usize) -> f64| {
        if weights == Weights::Identity {
            return (0..classes).map(|a| pair(a, a)).sum();
        }
        (0..classes).map(|a| (0..classes).map(|b| weight(a, b) * pair(a, b)).sum::<f64>()).sum::<f64>()
    };
    let expected = match chance {
        Chance::Fleiss => sum(&|a, b| shares[a] * shares[b]),
        Chance::Even => sum(&|_, _| 1.0) / real(classes * classes),
        Chance::Gwet => {
            let spread: f64 = shares.iter().map(|share| share * (1.0 - share)).sum();
            sum(&|_, _| 1.0) * spread / real(classes * (classes - 1))
        }
        Chance::Conger => {
            let own = own_shares(answers, classes);
            let people = real(own.len());
            let mean = |a: usize| own.iter().map(|share| share[a]).sum::<f64>() / people;
            let means: Vec<f64> = (0..classes).map(mean).collect();
            let product = |a: usize, b: usize| own.iter().map(|share| share[a] * share[b]).sum::<f64>();
            let covary = |a: usize, b: usize| (product(a, b) - people * means[a] * means[b]) / (people - 1.0);
            sum(&|a, b| means[a] * means[b] - covary(a, b) / people)
        }
    };
    (expected < 1.0 - 1e-15).then(|| Corrected { value: (observed - expected) / (1.0 - expected), observed, expected })
}

/// Cohen's kappa of two people who answered the same tasks, weighted or not. Codes must lie below `classes`, all of which
/// count for the weights. `None` without tasks or when chance alone agrees always.
///
/// Source: Cohen (1960, 1968).
pub fn cohen(pairs: &[(usize, usize)], classes: usize, weights: Weights) -> Option<f64> {
    let size = real(pairs.len());
    let steps: Vec<f64> = (0..classes).map(real).collect();
    let (mut left, mut right) = (vec![0.0; classes], vec![0.0; classes]);
    let mut observed = 0.0;
    for (a, b) in pairs {
        left[*a] += 1.0 / size;
        right[*b] += 1.0 / size;
        observed += weights.of(*a, *b, &steps) / size;
    }
    let row = |a: usize| (0..classes).map(|b| weights.of(a, b, &steps) * left[a] * right[b]).sum::<f64>();
    let expected: f64 = (0..classes).map(row).sum();
    (!pairs.is_empty() && expected < 1.0 - 1e-15).then(|| (observed - expected) / (1.0 - expected))
}

/// Per worker with answers, his shares of classes.
fn own_shares(answers: &Answers, classes: usize) -> Vec<Vec<f64>> {
    let mut counts = vec![vec![0.0; classes]; answers.workers()];
    for task in 0..answers.tasks() {
        answers.of_task(task).for_each(|(worker, class)| counts[worker][class] += 1.0);
    }
    counts.retain(|row| row.iter().any(|count| *count > 0.0));
    for row in &mut counts {
        let sum: f64 = row.iter().sum();
        row.iter_mut().for_each(|count| *count /= sum);
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::Triple;

    /// With as many classes as answers nothing that costs their square would end.
    #[test]
    fn very_many_classes_are_no_trouble() {
        let triples: Vec<Triple> = (0..30_000_u16)
            .flat_map(|n| [(n.into(), 0, n), (n.into(), 1, if n % 2 == 0 { n } else { n + 1 })])
            .collect();
        let answers = Answers::new(30_000, 2, 30_001, &triples).expect("in range");
        for chance in [Chance::Fleiss, Chance::Conger, Chance::Gwet, Chance::Even] {
            let found = corrected(&answers, Weights::Identity, chance).expect("defined");
            assert!(found.observed == 0.5 && (found.value - 0.5).abs() < 1e-4, "{chance:?} {found:?}");
        }
    }

    /// Fleiss (1971) as printed in many textbooks: 10 tasks, 14 raters, 5 classes, kappa 0.210.
    #[test]
    fn fleiss_example() {
        let table = [
            [0, 0, 0, 0, 14],
            [0, 2, 6, 4, 2],
            [0, 0, 3, 5, 6],
            [0, 3, 9, 2, 0],
            [2, 2, 8, 1, 1],
            [7, 7, 0, 0, 0],
            [3, 2, 6, 3, 0],
            [2, 5, 3, 2, 2],
            [6, 5, 2, 1, 0],
            [0, 2, 2, 3, 7],
        ];
        let mut triples: Vec<Triple> = Vec::new();
        for (task, row) in (0..).zip(&table) {
            let classes = (0..).zip(row).flat_map(|(class, count)| std::iter::repeat_n(class, *count));
            triples.extend((0..).zip(classes).map(|(worker, class)| (task, worker, class)));
        }
        let answers = Answers::new(10, 14, 5, &triples).expect("in range");
        let got = corrected(&answers, Weights::Identity, Chance::Fleiss).expect("defined");
        assert!((got.value - 0.210).abs() < 5e-4 && (got.observed - 0.378).abs() < 5e-4, "{got:?}");
    }

    /// Of grades 1, 2 and 10 the first two are all but the same.
    #[test]
    fn weights_go_by_value() {
        let answers = Answers::new(3, 2, 3, &[(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 1), (2, 0, 2), (2, 1, 2)])
            .expect("in range");
        let of = |values: &[f64], weights| corrected_by(&answers, values, weights, Chance::Even).expect("defined");
        let uneven = of(&[1.0, 2.0, 10.0], Weights::Linear);
        assert!((uneven.observed - (1.0 - 1.0 / 27.0)).abs() < 1e-12, "{uneven:?}");
        assert_eq!(
            Some(of(&[0.0, 1.0, 2.0], Weights::Quadratic)),
            corrected(&answers, Weights::Quadratic, Chance::Even)
        );
    }

    /// 50 applications, two readers: 20 both yes, 15 both no, 5 and 10 apart; kappa 0.40.
    #[test]
    fn cohen_by_hand() {
        let times = |count: usize, pair: (usize, usize)| std::iter::repeat_n(pair, count);
        let pairs: Vec<_> =
            times(20, (1, 1)).chain(times(15, (0, 0))).chain(times(5, (1, 0))).chain(times(10, (0, 1))).collect();
        assert!((cohen(&pairs, 2, Weights::Identity).expect("defined") - 0.4).abs() < 1e-12);
        assert_eq!(cohen(&[(0, 0)], 2, Weights::Identity), None);
        assert_eq!(cohen(&[], 2, Weights::Linear), None);
    }

    #[test]
    fn one_class_is_undefined_and_a_dominant_one_parts_alpha_from_gwet() {
        let all_alike: Vec<Triple> = (0..20).map(|at| (at / 2, at % 2, 1)).collect();
        let answers = Answers::new(10, 2, 3, &all_alike).expect("in range");
        assert_eq!(corrected(&answers, Weights::Identity, Chance::Fleiss), None);
        let mut triples: Vec<Triple> = (0..200).map(|at| (at / 2, at % 2, 0)).collect();
        triples[1].2 = 1;
        let answers = Answers::new(100, 2, 2, &triples).expect("in range");
        let value = |chance| corrected(&answers, Weights::Identity, chance).expect("defined").value;
        assert!(value(Chance::Fleiss) < 0.0 && value(Chance::Gwet) > 0.98);
    }
}
