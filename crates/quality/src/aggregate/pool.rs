//! The default without gold.

use super::{Consensus, Method, Posteriors, VERSION, aggregate};
use crate::answers::Answers;
use crate::num::real;
use crate::random::Random;

/// What the pool asks: a method of no assumptions, one of worker weights, and one of confusion rows twice, early and converged. They
/// fail on different sets.
pub const MEMBERS: [Method; 4] = [Method::Vote, Method::HbccThree, Method::Hbcc, Method::Pm];

/// Answers from which on it is asked of a random part of the tasks, of about as many answers, whether people err together.
const ASKED_ANSWERS_MAX: usize = 100_000;

/// The evidence for shared errors from which on it counts, in nats: odds of 150 to one, "very strong" in Kass and Raftery (1995), "Bayes factors".
pub const SHARED_ERRORS_NATS: f64 = 5.0;

pub(crate) fn members(answers: &Answers, seed: u64) -> [Consensus; 4] {
    MEMBERS.map(|method| aggregate(method, answers, seed))
}

/// The mean of the posteriors of `members`, and what else was fitted to all answers on the way. Both HBCC take it that people err each for himself; where the
/// answers refute that ([`asked`]), EBCC, which does not, stands in place of both.
pub(crate) fn mean(answers: &Answers, members: &[Consensus], seed: u64) -> (Consensus, Vec<Consensus>) {
    let (shared, mut fitted) = asked(answers, members, seed);
    let refuted = shared > SHARED_ERRORS_NATS;
    if refuted && fitted.is_empty() {
        fitted.push(aggregate(Method::EbccFive, answers, seed));
    }
    let together = fitted.iter().find(|one| refuted && one.method == Method::EbccFive);
    let (mut steps, mut converged) = (0, true);
    let mut mean = vec![0.0; answers.tasks() * answers.classes()];
    let whole = real(members.len());
    for member in members {
        let one = match (together, member.method) {
            (Some(together), Method::Hbcc | Method::HbccThree) => together,
            _ => member,
        };
        mean.iter_mut().zip(one.posteriors.flat()).for_each(|(mean, share)| *mean += share / whole);
        steps = steps.max(one.steps);
        // Three steps are all that is asked of HBCC-3.
        converged &= one.converged || one.method == Method::HbccThree;
    }
    let posteriors = Posteriors::new(answers.classes(), mean);
    let workers = posteriors.workers(answers);
    let (method, version, bound, starts, shared_errors) = (Method::Pool, VERSION, None, Vec::new(), Some(shared));
    let mean = Consensus { method, version, seed, posteriors, workers, steps, converged, bound, starts, shared_errors };
    (mean, fitted)
}

/// What the answers say for shared errors, in nats: by how much the bound of EBCC lies above the better one of iBCC and HBCC. EBCC with one kind of
/// task per class is iBCC, so these two differ in nothing but whether people may err together; HBCC is asked too because
/// a better prior of rows explains as much at times. And EBCC and iBCC themselves, where they were asked of all answers.
fn asked(answers: &Answers, members: &[Consensus], seed: u64) -> (f64, Vec<Consensus>) {
    let bound = |one: &Consensus| one.bound.unwrap_or(f64::NEG_INFINITY);
    let part = (answers.len() > ASKED_ANSWERS_MAX).then(|| part(answers, ASKED_ANSWERS_MAX, seed));
    let asked = part.as_ref().unwrap_or(answers);
    let hbcc = match &part {
        Some(part) => bound(&aggregate(Method::Hbcc, part, seed)),
        None => members.iter().find(|one| one.method == Method::Hbcc).map_or(f64::NEG_INFINITY, bound),
    };
    let [kinds, alone] = [Method::EbccFive, Method::Ibcc].map(|method| aggregate(method, asked, seed));
    let shared = bound(&kinds) - hbcc.max(bound(&alone));
    (shared, if part.is_none() { vec![kinds, alone] } else { vec![] })
}

/// Random tasks of about `most` answers.
pub(crate) fn part(answers: &Answers, most: usize, seed: u64) -> Answers {
    let mut tasks: Vec<usize> = (0..answers.tasks()).collect();
    Random::new(seed).shuffle(&mut tasks);
    let mut held = 0;
    tasks.retain(|task| {
        let taken = held < most;
        held += answers.of_task(*task).len();
        taken
    });
    tasks.sort_unstable();
    answers.take(&tasks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::Triple;

    #[test]
    fn the_pool_is_the_mean_of_its_members() {
        let triples = [(0, 0, 1), (0, 1, 1), (0, 2, 0), (1, 0, 0), (1, 2, 1), (2, 1, 1), (3, 0, 1), (3, 1, 1)];
        let answers = Answers::new(5, 3, 2, &triples).expect("in range");
        let members = members(&answers, 1);
        let (got, fitted) = mean(&answers, &members, 1);
        assert!(fitted.iter().map(|one| one.method).eq([Method::EbccFive, Method::Ibcc]));
        for task in 0..5 {
            let want = members.iter().map(|member| member.posteriors.task(task)[1]).sum::<f64>() / 4.0;
            assert!((got.posteriors.task(task)[1] - want).abs() < 1e-12);
        }
        assert!(got.shared_errors.is_some_and(|shared| shared < 0.0) && got.steps >= 3 && got.converged);
    }

    /// Tasks of 2 classes, 8 of 20 people each, who are wrong one time in ten; on a third of the tasks of one class 8 of
    /// the 20 are wrong with `misled`.
    fn crowd(misled: f64, tasks: u32) -> (Answers, Vec<usize>) {
        let mut random = Random::new(12);
        let mut triples: Vec<Triple> = Vec::new();
        let mut truth = Vec::new();
        for task in 0..tasks {
            let class = usize::from(random.unit() < 0.3);
            let trap = class == 0 && random.unit() < 1.0 / 3.0;
            let mut workers: Vec<u32> = (0..20).collect();
            random.shuffle(&mut workers);
            for worker in &workers[..8] {
                let wrong = if trap && *worker < 8 { misled } else { 0.1 };
                let said = if random.unit() < wrong { 1 - class } else { class };
                triples.push((task, *worker, u16::try_from(said).expect("0 or 1")));
            }
            truth.push(class);
        }
        (Answers::new(tasks as usize, 20, 2, &triples).expect("in range"), truth)
    }

    #[test]
    fn it_sees_whether_people_err_together_and_is_right_more_often_where_they_do() {
        let (alone, _) = crowd(0.1, 1000);
        assert!(aggregate(Method::Pool, &alone, 1).shared_errors.is_some_and(|shared| shared < 0.0));
        let (together, truth) = crowd(0.9, 1000);
        let got = aggregate(Method::Pool, &together, 1);
        assert!(got.shared_errors.is_some_and(|shared| shared > SHARED_ERRORS_NATS), "{:?}", got.shared_errors);
        let right = |one: &Consensus| {
            truth.iter().enumerate().filter(|(task, class)| one.posteriors.best(*task) == **class).count()
        };
        let rows = aggregate(Method::Hbcc, &together, 1);
        assert!(right(&got) > right(&rows) + 5, "{} {}", right(&got), right(&rows));
        let kinds = aggregate(Method::EbccFive, &together, 1);
        let members = members(&together, 1);
        let want = (members[0].posteriors.task(7)[1] + members[3].posteriors.task(7)[1]) / 4.0
            + kinds.posteriors.task(7)[1] / 2.0;
        assert!((got.posteriors.task(7)[1] - want).abs() < 1e-12);
    }

    /// Beyond the limit a part of the tasks is asked, and says the same.
    #[test]
    fn of_many_answers_a_part_is_asked() {
        let (together, _) = crowd(0.9, 13_000);
        assert!(together.len() > ASKED_ANSWERS_MAX);
        let part = part(&together, ASKED_ANSWERS_MAX, 1);
        assert!((ASKED_ANSWERS_MAX..ASKED_ANSWERS_MAX + 8).contains(&part.len()), "{}", part.len());
        assert!(aggregate(Method::Pool, &together, 1).shared_errors.is_some_and(|shared| shared > SHARED_ERRORS_NATS));
    }
}
