//! Krippendorff's alpha.

use crate::answers::Answers;
use crate::num::real;

/// What a difference between two answers means.
#[derive(Clone, Copy)]
pub enum Scale<'a> {
    /// Classes are names: equal or not.
    Nominal,
    /// Classes are in order of their code; the distance is the number of answers between them.
    Ordinal,
    /// Squared difference of the value of each class, finite, indexed by its code.
    Interval(&'a [f64]),
    /// Squared ratio of difference and sum of the values of each class, finite and not negative, indexed by its code.
    Ratio(&'a [f64]),
    /// Any distance (already squared where the coefficient asks for it) between two codes; 0 between equal ones.
    Distance(&'a dyn Fn(usize, usize) -> f64),
}

/// Krippendorff's alpha: 1 is perfect agreement, 0 what chance would give, below 0 systematic disagreement. No unit.
///
/// `None` if no task has two answers, or all answers that can be compared are equal (0/0). Tasks with one answer do not
/// count. Source: Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", whose examples A and C the tests
/// reproduce. Time O(answers + classes) for nominal, ordinal and interval; else O(classes^2 + pairs of answers in a task).
pub fn alpha(answers: &Answers, scale: Scale<'_>) -> Option<f64> {
    let counts = pairable(answers);
    let total: usize = counts.iter().sum();
    if counts.iter().filter(|count| **count > 0).count() < 2 {
        return None;
    }
    let (observed, expected) = match scale {
        Scale::Nominal => nominal(answers, &counts),
        Scale::Ordinal => interval(answers, &counts, &middle_ranks(&counts)),
        Scale::Interval(values) => interval(answers, &counts, values),
        Scale::Ratio(values) => general(answers, &counts, &|a, b| ratio(values[a], values[b])),
        Scale::Distance(distance) => general(answers, &counts, distance),
    };
    (expected > 0.0).then(|| 1.0 - observed * real(total - 1) / expected)
}

/// The middle rank of each class among the answers that can be compared: with them for values, [`Scale::Interval`] is [`Scale::Ordinal`], and stays on the
/// same scale for a part of the answers. Time O(answers + classes).
pub fn ranks(answers: &Answers) -> Vec<f64> {
    middle_ranks(&pairable(answers))
}

/// Answers per class in tasks that have at least two.
fn pairable(answers: &Answers) -> Vec<usize> {
    let mut counts = vec![0; answers.classes()];
    for task in (0..answers.tasks()).filter(|task| answers.of_task(*task).len() > 1) {
        answers.of_task(task).for_each(|(_, class)| counts[class] += 1);
    }
    counts
}

/// (Sum over tasks of disagreement among ordered pairs over answers less one, the same over all answers as if one task.)
fn nominal(answers: &Answers, counts: &[usize]) -> (f64, f64) {
    let mut of_class = vec![0_usize; counts.len()];
    let mut observed = 0.0;
    for task in 0..answers.tasks() {
        let given = answers.of_task(task);
        let size = given.len();
        if size < 2 {
            continue;
        }
        given.clone().for_each(|(_, class)| of_class[class] += 1);
        let unequal: usize = given.clone().map(|(_, class)| size - of_class[class]).sum();
        given.for_each(|(_, class)| of_class[class] = 0);
        observed += real(unequal) / real(size - 1);
    }
    let total: usize = counts.iter().sum();
    (observed, counts.iter().map(|count| real(*count) * real(total - count)).sum())
}

fn interval(answers: &Answers, counts: &[usize], values: &[f64]) -> (f64, f64) {
    let total: usize = counts.iter().sum();
    let mean = counts.iter().zip(values).map(|(count, value)| real(*count) * value / real(total)).sum::<f64>();
    // Twice n times the sum of squares about the mean is the sum of squared differences of all ordered pairs.
    let expected = counts.iter().zip(values).map(|(count, value)| real(*count) * (value - mean).powi(2)).sum::<f64>();
    let mut observed = 0.0;
    for task in 0..answers.tasks() {
        let given = answers.of_task(task);
        let size = real(given.len());
        if given.len() > 1 {
            let middle = given.clone().map(|(_, class)| values[class]).sum::<f64>() / size;
            observed +=
                2.0 * size * given.map(|(_, class)| (values[class] - middle).powi(2)).sum::<f64>() / (size - 1.0);
        }
    }
    (observed, 2.0 * real(total) * expected)
}

/// The ordinal distance between two classes is the difference of their middle ranks.
fn middle_ranks(counts: &[usize]) -> Vec<f64> {
    let mut below = 0;
    let middle = |count: &usize| {
        below += count;
        real(below) - real(*count) / 2.0
    };
    counts.iter().map(middle).collect()
}

fn general(answers: &Answers, counts: &[usize], distance: &dyn Fn(usize, usize) -> f64) -> (f64, f64) {
    let mut observed = 0.0;
    for task in 0..answers.tasks() {
        let given = answers.of_task(task);
        if given.len() > 1 {
            let pairs =
                given.clone().map(|(_, a)| given.clone().map(|(_, b)| distance(a, b)).sum::<f64>()).sum::<f64>();
            observed += pairs / real(given.len() - 1);
        }
    }
    let used: Vec<(usize, f64)> = counts
        .iter()
        .enumerate()
        .filter(|(_, count)| **count > 0)
        .map(|(class, count)| (class, real(*count)))
        .collect();
    let row = |(a, weight): &(usize, f64)| weight * used.iter().map(|(b, other)| other * distance(*a, *b)).sum::<f64>();
    (observed, used.iter().map(row).sum())
}

fn ratio(a: f64, b: f64) -> f64 {
    if a + b == 0.0 { 0.0 } else { ((a - b) / (a + b)).powi(2) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::{Triple, tests::small};
    use proptest::prelude::*;

    /// Rows of one digit or `.` (no answer) per unit; the digit is the class.
    fn rows(rows: &[&str]) -> Answers {
        let mut triples: Vec<Triple> = Vec::new();
        for (worker, row) in (0..).zip(rows) {
            let digits = (0..).zip(row.chars()).filter_map(|(task, sign)| Some((task, sign.to_digit(10)?)));
            triples.extend(digits.map(|(task, class)| (task, worker, u16::try_from(class).expect("a digit"))));
        }
        Answers::new(rows[0].len(), rows.len(), 10, &triples).expect("in range")
    }

    const DIGITS: [f64; 10] = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0];

    #[test]
    fn examples_of_krippendorff_2011() {
        let near = |got: Option<f64>, want: f64| assert!((got.expect("defined") - want).abs() < 5e-4, "{got:?} {want}");
        near(alpha(&rows(&["0100000010", "1110010000"]), Scale::Nominal), 0.095);
        let example_c = rows(&["123321412...", "1233224125.3", ".3332342251.", "12332441251."]);
        near(alpha(&example_c, Scale::Nominal), 0.743);
        near(alpha(&example_c, Scale::Ordinal), 0.815);
        near(alpha(&example_c, Scale::Interval(&DIGITS)), 0.849);
        near(alpha(&example_c, Scale::Ratio(&DIGITS)), 0.797);
    }

    #[test]
    fn what_is_undefined_is_said_to_be() {
        assert_eq!(alpha(&rows(&["1..", ".2."]), Scale::Nominal), None); // nothing to compare
        assert_eq!(alpha(&rows(&["111", "111"]), Scale::Ordinal), None); // only one class was used
        assert_eq!(alpha(&rows(&["12", "12"]), Scale::Interval(&[0.0; 10])), None); // classes without difference
        assert_eq!(alpha(&rows(&["12", "12"]), Scale::Nominal), Some(1.0));
    }

    /// The definition, pair by pair.
    fn slow(answers: &Answers, distance: impl Fn(usize, usize) -> f64) -> f64 {
        let (mut observed, mut all) = (0.0, Vec::new());
        for task in 0..answers.tasks() {
            let given: Vec<usize> = answers.of_task(task).map(|(_, class)| class).collect();
            if given.len() > 1 {
                let of = |a: &usize| given.iter().map(|b| distance(*a, *b)).sum::<f64>();
                observed += given.iter().map(of).sum::<f64>() / real(given.len() - 1);
                all.extend(given);
            }
        }
        let expected: f64 = all.iter().map(|a| all.iter().map(|b| distance(*a, *b)).sum::<f64>()).sum();
        1.0 - (observed / real(all.len())) / (expected / real(all.len()) / real(all.len() - 1))
    }

    type Pair<'a> = dyn Fn(usize, usize) -> f64 + 'a;

    proptest! {
        #[test]
        fn every_scale_agrees_with_its_definition((tasks, workers, classes, triples) in small()) {
            let answers = Answers::new(tasks, workers, classes, &triples).expect("in range");
            let counts = pairable(&answers);
            let between = |a: usize, b: usize| {
                let (a, b) = (a.min(b), a.max(b));
                let ends = real(counts[a] + counts[b]) / 2.0;
                (real(counts[a..=b].iter().sum::<usize>()) - ends).powi(2)
            };
            let squared = |a: usize, b: usize| (real(a) - real(b)).powi(2);
            let scales: [(Scale<'_>, &Pair); 5] = [
                (Scale::Nominal, &|a, b| f64::from(u8::from(a != b))),
                (Scale::Ordinal, &between),
                (Scale::Interval(&DIGITS), &squared),
                (Scale::Ratio(&DIGITS), &|a, b| ratio(real(a), real(b))),
                (Scale::Distance(&squared), &squared),
            ];
            for (scale, distance) in scales {
                if let Some(got) = alpha(&answers, scale) {
                    prop_assert!((got - slow(&answers, distance)).abs() < 1e-9, "{:?}", got);
                    prop_assert!(got <= 1.0 + 1e-12);
                }
            }
        }
    }
}
