//! MACE: a worker knows, or guesses from habits of his own.

use super::{Consensus, Method, Posteriors, VERSION, vote};
use crate::answers::Answers;
use crate::num::{digamma, exp, ln, real, softmax, steady};

/// Steps, all taken.
const STEPS: usize = 50;

/// Prior of knowing and of guessing, each.
const KNOWING: f64 = 0.5;

/// Prior of each class in a worker's guesses.
const GUESSES: f64 = 10.0;

struct Habits {
    /// Per worker, weight of guessing and of knowing (need not sum to 1: they are geometric means).
    guess: Vec<f64>,
    knows: Vec<f64>,
    /// Per worker and class, weight of the class when guessing.
    of_class: Vec<f64>,
}

/// Posteriors after 50 steps of variational Bayes with the priors of crowd-kit. Its random start is replaced by the middle of its range:
/// everybody knows half the time, guesses evenly. Classes are taken to be equally frequent.
///
/// Source: Hovy, Berg-Kirkpatrick, Vaswani and Hovy (2013), "Learning whom to trust with MACE".
pub(crate) fn fit(answers: &Answers) -> (Posteriors, usize, bool) {
    fit_by(answers, |worker, class| worker * answers.classes() + class)
}

/// MACE as crowd-kit 1.4.2 computes it, which depends on the order of rows: it counts guesses by workers and classes in order of
/// name (here: of code) and looks them up in the order in which they first appear. `worker_places` and `class_places` say for each
/// code where it comes in the order of appearance. To compare with its figures; the habits are not those of the people whom they are
/// used for.
///
/// # Panics
///
/// If a list is not as long as there are codes, or a place is none.
pub fn mace_of_crowd_kit(answers: &Answers, worker_places: &[usize], class_places: &[usize]) -> Consensus {
    let place = |worker, class| worker_places[worker] * answers.classes() + class_places[class];
    let (posteriors, steps, converged) = fit_by(answers, place);
    let workers = posteriors.workers(answers);
    let (method, version, seed) = (Method::Mace, VERSION, 0);
    Consensus {
        method,
        version,
        seed,
        posteriors,
        workers,
        steps,
        converged,
        bound: None,
        starts: vec![],
        shared_errors: None,
    }
}

/// `place` says which habit, `worker * classes + class`, is used for a worker and a class.
fn fit_by(answers: &Answers, place: impl Fn(usize, usize) -> usize) -> (Posteriors, usize, bool) {
    let (workers, classes) = (answers.workers(), answers.classes());
    if answers.is_empty() {
        return (vote::shares(answers), 0, true);
    }
    let even = 1.0 / real(classes);
    let mut habits =
        Habits { guess: vec![0.5; workers], knows: vec![0.5; workers], of_class: vec![even; workers * classes] };
    let mut posteriors = Posteriors::new(classes, vec![even; answers.tasks() * classes]);
    for step in 0..=STEPS {
        let mut guessed = vec![0.0; workers * classes];
        let mut known = vec![0.0; workers];
        for (task, row) in posteriors.flat_mut().chunks_exact_mut(classes).enumerate() {
            row.fill(0.0);
            for (worker, class) in answers.of_task(task) {
                let guess = habits.guess[worker] * habits.of_class[place(worker, class)];
                // Against all classes alike, then more for his own.
                row[class] += ln((guess + habits.knows[worker]) / guess);
            }
            softmax(row);
            steady(row);
            for (worker, class) in answers.of_task(task) {
                let guess = habits.guess[worker] * habits.of_class[place(worker, class)];
                let knew = row[class] * habits.knows[worker] / (guess + habits.knows[worker]);
                known[worker] += knew;
                guessed[worker * classes + class] += 1.0 - knew;
            }
        }
        if step < STEPS {
            habits = learn(&guessed, &known, classes);
        }
    }
    (posteriors, STEPS, false)
}

fn learn(guessed: &[f64], known: &[f64], classes: usize) -> Habits {
    let mut habits = Habits { guess: Vec::new(), knows: Vec::new(), of_class: Vec::with_capacity(guessed.len()) };
    for (row, knew) in guessed.chunks_exact(classes).zip(known) {
        let sum: f64 = row.iter().sum();
        let all = digamma(sum + knew + 2.0 * KNOWING);
        habits.guess.push(exp(digamma(sum + KNOWING) - all));
        habits.knows.push(exp(digamma(knew + KNOWING) - all));
        let all = digamma(sum + real(classes) * GUESSES);
        habits.of_class.extend(row.iter().map(|count| exp(digamma(count + GUESSES) - all)));
    }
    habits
}
