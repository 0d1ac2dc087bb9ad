//! Ordinal Dawid-Skene: grades in order, workers who lean and scatter.

use super::confusion::{Both, Pairs, Rows, Sums, pass};
use super::{Posteriors, vote};
use crate::answers::Answers;
use crate::num::{digamma, exp, ln, real, softmax};

/// How far a worker may lean, in grades: from minus to plus this, in steps of a quarter.
const LEAN_MOST: f64 = 1.5;

/// How far workers lean before any answer: standard deviation, in grades.
const LEAN: f64 = 0.5;

/// How much workers scatter, in grades (scale of a logistic): least, factor from one to the next, how many.
const SCATTER: (f64, f64, u32) = (0.1, 1.35, 13);

/// Least probability of any grade: slips of the finger.
const SLIP: f64 = 1e-3;

/// Workers that what is believed before any answer is worth beside the real ones.
const EVEN: f64 = 10.0;

/// Most steps, and the movement of probabilities below which it is done.
const STEPS: usize = 200;
const STILL: f64 = 1e-4;

/// Posteriors, steps, whether they settled. Classes are grades, in order of code and equally far apart. A worker sees the true grade plus
/// his own leaning plus logistic noise of his own scale, and answers the nearest grade: two numbers a worker instead of a row per grade,
/// so few answers do. Both lie on a grid; how frequent each point is is learned from all workers, so that one with few answers is taken to
/// be like the others. Mean-field; starts from the share of votes. Time O(pairs * grades * 169) a step, a pair being a worker and a
/// grade that he used.
///
/// Source: the ordinal model of Lakshminarayanan and Teh (2013), "Inferring ground truth from multi-annotator ordinal data", with
/// the cumulative logits of `McCullagh` (1980) and a learned prior. It fails where grades are names, where people confuse two grades that are far
/// apart, and where all lean the same way.
pub(crate) fn fit(answers: &Answers) -> (Posteriors, usize, bool) {
    let classes = answers.classes();
    let mut flat = vote::shares(answers).into_flat();
    if answers.is_empty() {
        return (Posteriors::new(classes, flat), 0, true);
    }
    let (pairs, grid) = (Pairs::new(answers), Grid::new(classes));
    let mut common = grid.even.clone();
    let mut sums = [Sums::default(), Sums::default()];
    pass(&pairs, classes, &mut flat, None, &mut sums);
    for step in 1..=STEPS {
        let rows = Rows {
            watched: true,
            classes: frequencies(&sums[0].tasks),
            pairs: Both::from_logs(grid.read(&pairs, &sums[0].counts, &mut common)),
        };
        pass(&pairs, classes, &mut flat, Some(&rows), &mut sums);
        if sums[0].moved <= STILL {
            return (Posteriors::new(classes, flat), step, true);
        }
    }
    (Posteriors::new(classes, flat), STEPS, false)
}

/// How frequent each grade is, with one task of each before any.
fn frequencies(tasks: &[f64]) -> Both {
    let all = digamma(tasks.iter().sum::<f64>() + real(tasks.len()));
    Both::from_logs(tasks.iter().map(|count| digamma(count + 1.0) - all).collect())
}

/// What every point of the grid says of every answer.
struct Grid {
    classes: usize,
    points: usize,
    /// Per point, what is believed of anybody before any answer: most people lean little.
    even: Vec<f64>,
    /// Log probability, `[(end * (2 classes - 1) + answer + classes - 1 - truth) * points + point]`; `end` is 0 for the lowest grade as an
    /// answer, 2 for the highest, 1 between. Between the ends it depends on the difference alone.
    logs: Vec<f64>,
}

impl Grid {
    fn new(classes: usize) -> Self {
        let mut points = Vec::new();
        let mut lean = -LEAN_MOST;
        while lean <= LEAN_MOST {
            let mut scatter = SCATTER.0;
            for _ in 0..SCATTER.2 {
                points.push((lean, scatter));
                scatter *= SCATTER.1;
            }
            lean += 0.25;
        }
        let mut logs = Vec::with_capacity(3 * (2 * classes - 1) * points.len());
        for end in 0..3 {
            for difference in 0..2 * classes - 1 {
                let way = real(difference) - real(classes - 1);
                logs.extend(points.iter().map(|(lean, scatter)| {
                    let below = |edge: f64| 1.0 / (1.0 + exp(-(way + edge - lean) / scatter));
                    let low = if end == 0 { 0.0 } else { below(-0.5) };
                    let high = if end == 2 { 1.0 } else { below(0.5) };
                    ln((1.0 - SLIP * real(classes)).max(0.5) * (high - low).max(0.0) + SLIP)
                }));
            }
        }
        let mut even: Vec<f64> = points.iter().map(|(lean, _)| -lean * lean / (2.0 * LEAN * LEAN)).collect();
        softmax(&mut even);
        Self { classes, points: points.len(), even, logs }
    }

    /// Per point, the log probability of an answer given the truth.
    fn at(&self, truth: usize, answer: usize) -> &[f64] {
        let end = if answer == 0 { 0 } else { 1 + usize::from(answer == self.classes - 1) };
        let row = end * (2 * self.classes - 1) + answer + self.classes - 1 - truth;
        &self.logs[row * self.points..][..self.points]
    }

    /// Per pair and grade, the expected log probability of the answer under what is believed of its worker; `common` is what is believed
    /// of anybody, and is learned anew.
    fn read(&self, pairs: &Pairs, counts: &[f64], common: &mut [f64]) -> Vec<f64> {
        let classes = self.classes;
        let mut logs = vec![0.0; counts.len()];
        let mut learned: Vec<f64> = self.even.iter().map(|share| EVEN * share).collect();
        let mut workers = EVEN;
        let mut first = 0;
        for his in pairs.list.chunk_by(|a, b| a.0 == b.0) {
            let mut belief: Vec<f64> = common.iter().map(|share| ln(*share)).collect();
            for (pair, (_, answer)) in (first..).zip(his) {
                for (truth, count) in counts[pair * classes..][..classes].iter().enumerate().filter(|(_, c)| **c > 0.0)
                {
                    let said = self.at(truth, usize::from(*answer));
                    belief.iter_mut().zip(said).for_each(|(belief, log)| *belief += count * log);
                }
            }
            softmax(&mut belief);
            learned.iter_mut().zip(&belief).for_each(|(sum, share)| *sum += share);
            workers += 1.0;
            for (pair, (_, answer)) in (first..).zip(his) {
                for (truth, log) in logs[pair * classes..][..classes].iter_mut().enumerate() {
                    let said = self.at(truth, usize::from(*answer));
                    *log = belief.iter().zip(said).map(|(share, log)| share * log).sum();
                }
            }
            first += his.len();
        }
        common.iter_mut().zip(learned).for_each(|(common, sum)| *common = sum / workers);
        logs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::{Triple, tests::small};
    use crate::random::Random;
    use proptest::prelude::*;

    #[test]
    fn probabilities_of_all_answers_sum_to_one() {
        let grid = Grid::new(5);
        for truth in 0..5 {
            for point in 0..grid.points {
                let sum: f64 = (0..5).map(|answer| grid.at(truth, answer)[point].exp()).sum();
                assert!((sum - 1.0).abs() < 1e-9, "{sum}");
            }
        }
    }

    /// Half of the people lean a grade up, so the mean is too high and the most frequent answer a matter of luck.
    #[test]
    fn leanings_are_taken_out() {
        let mut random = Random::new(2);
        let (mut triples, mut truths): (Vec<Triple>, Vec<usize>) = (Vec::new(), Vec::new());
        for task in 0..400_u32 {
            let truth = random.below(5);
            truths.push(truth);
            for _ in 0..5 {
                let worker = random.below(30);
                let lean = if worker < 15 { 1.0 } else { 0.0 };
                let seen = (real(truth) + lean + 0.4 * random.normal()).round().clamp(0.0, 4.0);
                let answer = (0..5_u16).find(|class| f64::from(*class) >= seen).expect("clamped");
                triples.push((task, u32::try_from(worker).expect("few"), answer));
            }
        }
        let answers = Answers::new(400, 30, 5, &triples).expect("in range");
        let right =
            |got: &Posteriors| truths.iter().enumerate().filter(|(task, truth)| got.best(*task) == **truth).count();
        let (got, _, converged) = fit(&answers);
        let votes = vote::shares(&answers);
        assert!(
            converged && right(&got) > 300 && right(&got) > right(&votes) + 40,
            "{} {}",
            right(&got),
            right(&votes)
        );
    }

    /// One step, written out answer by answer.
    fn slow(answers: &Answers) -> Vec<f64> {
        let (classes, grid) = (answers.classes(), Grid::new(answers.classes()));
        let shares = vote::shares(answers);
        let mut tasks = vec![1.0; classes];
        let mut beliefs = vec![grid.even.iter().map(|share| share.ln()).collect::<Vec<f64>>(); answers.workers()];
        for task in (0..answers.tasks()).filter(|task| answers.of_task(*task).len() > 0) {
            for (truth, share) in shares.task(task).iter().enumerate() {
                tasks[truth] += share;
                for (worker, answer) in answers.of_task(task) {
                    for (point, belief) in beliefs[worker].iter_mut().enumerate() {
                        *belief += share * grid.at(truth, answer)[point];
                    }
                }
            }
        }
        beliefs.iter_mut().for_each(|belief| softmax(belief));
        let mut flat = Vec::new();
        for task in 0..answers.tasks() {
            let mut row: Vec<f64> =
                tasks.iter().map(|count| digamma(*count) - digamma(tasks.iter().sum::<f64>())).collect();
            for (truth, log) in row.iter_mut().enumerate() {
                for (worker, answer) in answers.of_task(task) {
                    *log += beliefs[worker].iter().zip(grid.at(truth, answer)).map(|(a, b)| a * b).sum::<f64>();
                }
            }
            softmax(&mut row);
            flat.extend(row);
        }
        flat
    }

    proptest! {
        #[test]
        fn a_step_agrees_with_its_definition((tasks, workers, classes, triples) in small()) {
            prop_assume!(!triples.is_empty());
            let answers = Answers::new(tasks, workers, classes, &triples).expect("in range");
            let (pairs, grid) = (Pairs::new(&answers), Grid::new(classes));
            let mut flat = vote::shares(&answers).into_flat();
            let mut sums = [Sums::default(), Sums::default()];
            pass(&pairs, classes, &mut flat, None, &mut sums);
            let mut common = grid.even.clone();
            let logs = grid.read(&pairs, &sums[0].counts, &mut common);
            prop_assert!((common.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            let rows = Rows { watched: true, classes: frequencies(&sums[0].tasks), pairs: Both::from_logs(logs) };
            pass(&pairs, classes, &mut flat, Some(&rows), &mut sums);
            for (got, want) in flat.iter().zip(slow(&answers)) {
                prop_assert!((got - want).abs() < 1e-9, "{got} {want}");
            }
        }

        #[test]
        fn a_scale_read_backwards_gives_the_same_backwards((tasks, workers, classes, triples) in small()) {
            let answers = Answers::new(tasks, workers, classes, &triples).expect("in range");
            let top = u16::try_from(classes - 1).expect("small");
            let turned: Vec<Triple> = triples.iter().map(|(t, w, c)| (*t, *w, top - c)).collect();
            let turned = Answers::new(tasks, workers, classes, &turned).expect("in range");
            let ((one, ..), (other, ..)) = (fit(&answers), fit(&turned));
            for task in 0..tasks {
                for class in 0..classes {
                    prop_assert!((one.task(task)[class] - other.task(task)[classes - 1 - class]).abs() < 1e-6);
                }
            }
        }
    }
}
