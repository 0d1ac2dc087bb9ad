//! Whether people err together: how much more alike the answers to one task are than people who err each for himself would give.

use crate::aggregate::confusion::Settings;
use crate::aggregate::{Posteriors, part};
use crate::answers::Answers;
use crate::num::{exp, ln, ln_gamma, real};

/// The evidence from which on it counts, in nats: a test at 5 %. Without shared errors twice the evidence is 0 in one half of all crowds and like
/// chi-squared of one degree in the other, because the likeness that is looked for lies at the end of its range (Self and Liang 1987).
pub const TOGETHER_NATS: f64 = 1.353;

/// Intraclass correlations of answers that are tried; the first is none.
const LIKENESS: [f64; 7] = [0.0, 1.0 / 129.0, 1.0 / 65.0, 1.0 / 33.0, 1.0 / 17.0, 1.0 / 9.0, 1.0 / 5.0];

/// Most steps at each of them.
const STEPS: usize = 30;

/// Answers from which on a random part of the tasks is asked.
const ASKED_ANSWERS_MAX: usize = 100_000;

/// Answers that a worker's row begins with, for each class.
const EACH: f64 = 0.5;

/// What the answers say for tasks having answers of their own, in nats: by how much the likelihood with the best one of [`LIKENESS`] lies above that
/// with none. At least 0.
///
/// Each task of true class k draws the shares in which people answer it from a Dirichlet around the crowd's row of k (a
/// Dirichlet-multinomial; of two classes the beta-binomial); with none all tasks have the same. Who answered is not asked: where people are
/// spread over tasks by chance, unequal people do not make the answers to one task alike. Where the same people always answer together and
/// differ, this takes it for shared errors. Time O(answers * classes * steps), of more than 100,000 answers a part is asked.
///
/// Source: Mosimann (1962) for the distribution; design effect and intraclass correlation as in Rao and Scott (1992).
pub fn together(answers: &Answers) -> f64 {
    let part = (answers.len() > ASKED_ANSWERS_MAX).then(|| part(answers, ASKED_ANSWERS_MAX, 0));
    let asked = part.as_ref().unwrap_or(answers);
    if asked.classes() < 2 {
        return 0.0;
    }
    let start = Settings::hbcc().fit(asked, 0).posteriors;
    let [none, alike @ ..] = LIKENESS.map(|likeness| likelihood(asked, &start, likeness));
    alike.into_iter().fold(0.0, |most, one| f64::max(most, one - none))
}

/// The log likelihood of the answers, true classes unknown, at the rows and shares of classes where expectation-maximisation from `start` ends.
fn likelihood(answers: &Answers, start: &Posteriors, likeness: f64) -> f64 {
    let classes = answers.classes();
    // A sum of weights that is infinite makes it a multinomial.
    let sum = if likeness > 0.0 { 1.0 / likeness - 1.0 } else { 1e9 };
    let mut posteriors = start.clone();
    let mut likelihood = f64::NEG_INFINITY;
    for _ in 0..STEPS {
        let rows = Rows::read(answers, &posteriors, likeness);
        let (mut now, mut moved): (f64, f64) = (0.0, 0.0);
        let mut logs = vec![0.0; classes];
        for (task, row) in posteriors.flat_mut().chunks_exact_mut(classes).enumerate() {
            let size = real(answers.of_task(task).len());
            if size == 0.0 {
                continue;
            }
            logs.copy_from_slice(&rows.classes);
            let mut given = answers.of_task(task).map(|(_, class)| class).collect::<Vec<_>>();
            given.sort_unstable();
            for same in given.chunk_by(|a, b| a == b) {
                for (log, weight) in logs.iter_mut().zip(rows.answer(same[0])) {
                    *log += rising(sum * weight, same.len());
                }
            }
            let highest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            logs.iter_mut().for_each(|log| *log = exp(*log - highest));
            let whole: f64 = logs.iter().sum();
            now += highest + ln(whole) - rising(sum, answers.of_task(task).len());
            for (old, new) in row.iter_mut().zip(&logs) {
                moved = moved.max((*old - new / whole).abs());
                *old = new / whole;
            }
        }
        likelihood = now;
        if moved < 1e-3 {
            break;
        }
    }
    likelihood
}

/// Logarithm of weight * (weight + 1) * ... , `count` factors.
fn rising(weight: f64, count: usize) -> f64 {
    if count > 40 {
        return ln_gamma(weight + real(count)) - ln_gamma(weight);
    }
    // Few logarithms: one for each product that a double can hold.
    let (mut log, mut product) = (0.0, 1.0);
    for at in 0..count {
        product *= weight + real(at);
        if product > 1e200 {
            log += ln(product);
            product = 1.0;
        }
    }
    log + ln(product)
}

/// The crowd's rows, and how frequent classes are.
struct Rows {
    /// Logarithms.
    classes: Vec<f64>,
    /// Per answer and true class.
    shares: Vec<f64>,
}

impl Rows {
    /// From the posteriors; alike answers to one task count for fewer.
    fn read(answers: &Answers, posteriors: &Posteriors, likeness: f64) -> Self {
        let classes = answers.classes();
        let (mut frequent, mut shares) = (vec![1.0; classes], vec![EACH; classes * classes]);
        for task in (0..answers.tasks()).filter(|task| answers.of_task(*task).len() > 0) {
            let row = posteriors.task(task);
            let weight = 1.0 / (1.0 + (real(answers.of_task(task).len()) - 1.0) * likeness);
            frequent.iter_mut().zip(row).for_each(|(sum, p)| *sum += p);
            for (_, answer) in answers.of_task(task) {
                let sums = &mut shares[answer * classes..][..classes];
                sums.iter_mut().zip(row).for_each(|(sum, p)| *sum += p * weight);
            }
        }
        let mut totals = vec![0.0; classes];
        for row in shares.chunks_exact(classes) {
            totals.iter_mut().zip(row).for_each(|(total, share)| *total += share);
        }
        for row in shares.chunks_exact_mut(classes) {
            row.iter_mut().zip(&totals).for_each(|(share, total)| *share /= total);
        }
        let tasks: f64 = frequent.iter().sum();
        Self { classes: frequent.iter().map(|sum| ln(sum / tasks)).collect(), shares }
    }

    /// Per true class, the share of this answer.
    fn answer(&self, answer: usize) -> &[f64] {
        let classes = self.classes.len();
        &self.shares[answer * classes..][..classes]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// 300 tasks in `classes` classes, 5 of 30 unequal people each; a share `hard` of the tasks has a wrong answer that half of the people give.
    fn crowd(seed: u32, classes: usize, hard: f64) -> Answers {
        let mut random = Random::new(seed.into());
        let ability: Vec<f64> = (0..30).map(|_| 0.55 + 0.4 * random.unit()).collect();
        let mut triples = Vec::new();
        for task in 0..300 {
            let truth = random.below(classes);
            let trap = (random.unit() < hard).then(|| (truth + 1 + random.below(classes - 1)) % classes);
            let mut workers: Vec<usize> = (0..30).collect();
            random.shuffle(&mut workers);
            for worker in &workers[..5] {
                let wrong = (truth + 1 + random.below(classes - 1)) % classes;
                let class = match trap {
                    Some(trap) if random.unit() < 0.5 => trap,
                    _ if random.unit() < ability[*worker] => truth,
                    _ => wrong,
                };
                triples.push((task, u32::try_from(*worker).expect("few"), u16::try_from(class).expect("few")));
            }
        }
        Answers::new(300, 30, classes, &triples).expect("in range")
    }

    #[test]
    fn shared_errors_are_seen_and_unequal_people_are_not_taken_for_them() {
        let alarms =
            (0..60).filter(|seed| together(&crowd(*seed, 2 + (*seed % 3) as usize, 0.0)) > TOGETHER_NATS).count();
        assert!(alarms <= 8, "{alarms} false alarms of 60 at 5 %");
        let seen = (0..20).filter(|seed| together(&crowd(*seed, 4, 0.3)) > TOGETHER_NATS).count();
        assert!(seen >= 15, "{seen} of 20");
    }

    #[test]
    fn rising_products_are_those_of_gamma() {
        assert!((rising(1.0, 4) - 24.0_f64.ln()).abs() < 1e-12);
        assert_eq!(rising(3.0, 0), 0.0);
        for (weight, count) in [(0.3, 40), (0.3, 41), (1e9, 40), (12.5, 300)] {
            let slow: f64 = (0..count).map(|at| (weight + real(at)).ln()).sum();
            assert!((rising(weight, count) - slow).abs() < 1e-9 * slow.abs().max(1.0), "{weight} {count}");
        }
    }

    #[test]
    fn nothing_speaks_for_anything_where_nothing_was_answered() {
        for (tasks, classes) in [(0, 0), (3, 0), (3, 1), (3, 2)] {
            assert_eq!(together(&Answers::new(tasks, 1, classes, &[]).expect("in range")), 0.0);
        }
    }
}
