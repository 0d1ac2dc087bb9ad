//! Slow, obvious versions of the models, which share nothing with the code they check but the answers: tables are dense, votes,
//! distributions and gamma functions are written anew on those of the standard library.

use crate::answers::Answers;

/// Shares of votes; even where nobody answered.
fn votes(answers: &Answers) -> Vec<Vec<f64>> {
    let k = answers.classes();
    let of_task = |task: usize| {
        let given: Vec<usize> = answers.of_task(task).map(|(_, answer)| answer).collect();
        let share = |class: usize| {
            let mut count = 0.0;
            given.iter().filter(|answer| **answer == class).for_each(|_| count += 1.0);
            count
        };
        let counts: Vec<f64> = (0..k).map(share).collect();
        let all: f64 = counts.iter().sum();
        let even = 1.0 / f64::from(u32::try_from(k).expect("few"));
        counts.iter().map(|count| if all > 0.0 { count / all } else { even }).collect()
    };
    (0..answers.tasks()).map(of_task).collect()
}

/// What is proportional to the exponentials of `logs`: one over the sum of the others' ratios to it.
fn distribution(logs: &[f64]) -> Vec<f64> {
    logs.iter().map(|own| 1.0 / logs.iter().map(|other| (other - own).exp()).sum::<f64>()).collect()
}

/// By Stirling's series, far out, and the recurrence back.
fn ln_gamma(x: f64) -> f64 {
    if x < 30.0 {
        return ln_gamma(x + 1.0) - x.ln();
    }
    (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln() + 1.0 / (12.0 * x) - 1.0 / (360.0 * x.powi(3))
        + 1.0 / (1260.0 * x.powi(5))
}

/// The slope of the same series.
fn digamma(x: f64) -> f64 {
    if x < 30.0 {
        return digamma(x + 1.0) - 1.0 / x;
    }
    x.ln() - 0.5 / x - 1.0 / (12.0 * x * x) + 1.0 / (120.0 * x.powi(4)) - 1.0 / (252.0 * x.powi(6))
}

/// Three steps over dense tables, as the papers write them. `prior` is per true class and answer.
pub(super) fn slow(answers: &Answers, prior: &[Vec<f64>], mean_field: bool, class_prior: f64) -> Vec<Vec<f64>> {
    let k = answers.classes();
    let mut posterior = votes(answers);
    for _ in 0..3 {
        let mut rows = vec![vec![vec![0.0; k]; k]; answers.workers()]; // worker, class, answer
        let mut classes = vec![class_prior; k];
        for (task, given) in posterior.iter().enumerate() {
            for class in 0..k {
                answers.of_task(task).for_each(|(worker, answer)| rows[worker][class][answer] += given[class]);
                classes[class] += if answers.of_task(task).len() > 0 { given[class] } else { 0.0 };
            }
        }
        let log = |part: f64, whole: f64| if mean_field { digamma(part) - digamma(whole) } else { (part / whole).ln() };
        for (task, given) in posterior.iter_mut().enumerate() {
            for class in 0..k {
                given[class] = log(classes[class], classes.iter().sum());
                for (worker, answer) in answers.of_task(task) {
                    let row: Vec<f64> = rows[worker][class].iter().zip(&prior[class]).map(|(a, b)| a + b).collect();
                    given[class] += log(row[answer], row.iter().sum());
                }
            }
            *given = distribution(given);
        }
    }
    posterior
}

/// Seven steps over dense tables with a learned prior, whose strength is chosen in the first and the sixth.
pub(super) fn slow_hbcc(answers: &Answers) -> Vec<Vec<f64>> {
    let k = answers.classes();
    let mut posterior = votes(answers);
    let mut strengths = vec![0.0; k];
    for step in 0..7 {
        let mut counts = vec![vec![vec![0.0; k]; k]; answers.workers()]; // worker, class, answer
        let mut classes = vec![1.0; k];
        for (task, given) in posterior.iter().enumerate() {
            for class in 0..k {
                answers.of_task(task).for_each(|(worker, answer)| counts[worker][class][answer] += given[class]);
                classes[class] += if answers.of_task(task).len() > 0 { given[class] } else { 0.0 };
            }
        }
        let mut prior = vec![vec![0.0; k]; k];
        for class in 0..k {
            let of = |answer: usize| counts.iter().map(|rows| rows[class][answer]).sum::<f64>();
            let crowd: Vec<f64> = (0..k).map(|answer| of(answer) + if answer == class { 4.0 } else { 1.0 }).collect();
            let all: f64 = crowd.iter().sum();
            let weights = |strength: f64| -> Vec<f64> { crowd.iter().map(|x| strength * x / all + 0.05).collect() };
            let likelihood = |strength: f64| -> f64 {
                let weights = weights(strength);
                let sum: f64 = weights.iter().sum();
                let of_worker = |row: &[f64]| {
                    let each = row.iter().zip(&weights).map(|(n, w)| ln_gamma(w + n) - ln_gamma(*w));
                    each.sum::<f64>() + ln_gamma(sum) - ln_gamma(sum + row.iter().sum::<f64>())
                };
                counts.iter().map(|rows| of_worker(&rows[class])).sum()
            };
            if step % 5 == 0 {
                // Of those equally likely the least.
                let same = 1e-4 + 1e-11 * of_class(&counts, class);
                let more =
                    |best: f64, next: &f64| if likelihood(*next) > likelihood(best) + same { *next } else { best };
                strengths[class] = [3.0, 10.0, 30.0, 100.0].iter().fold(1.0, more);
            }
            prior[class] = weights(strengths[class]);
        }
        for (task, given) in posterior.iter_mut().enumerate() {
            for class in 0..k {
                given[class] = digamma(classes[class]) - digamma(classes.iter().sum());
                for (worker, answer) in answers.of_task(task) {
                    let row: Vec<f64> = counts[worker][class].iter().zip(&prior[class]).map(|(a, b)| a + b).collect();
                    given[class] += digamma(row[answer]) - digamma(row.iter().sum());
                }
            }
            *given = distribution(given);
        }
    }
    posterior
}

fn of_class(counts: &[Vec<Vec<f64>>], class: usize) -> f64 {
    counts.iter().map(|rows| rows[class].iter().sum::<f64>()).sum()
}
