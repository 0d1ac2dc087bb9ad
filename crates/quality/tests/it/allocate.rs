//! Real answers, given out one by one: how many fewer an adaptive order needs.

use crate::data::{Set, folder, set};
use vouchsafe_quality::aggregate::{Method, Posteriors, aggregate};
use vouchsafe_quality::allocate::{Beliefs, Chooser, Policy, Willing};
use vouchsafe_quality::answers::{Answers, Triple};
use vouchsafe_quality::random::Random;

fn code(n: usize) -> u32 {
    u32::try_from(n).expect("few")
}

/// A set whose answers come in a random order within each task.
struct Replay<'a> {
    set: &'a Set,
    /// Per task, worker and class, in order of coming.
    queue: Vec<Vec<(usize, usize)>>,
}

impl<'a> Replay<'a> {
    fn new(set: &'a Set, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let once = set.answers.without_duplicates();
        let queue = (0..once.tasks()).map(|task| {
            let mut given: Vec<(usize, usize)> = once.of_task(task).collect();
            random.shuffle(&mut given);
            given
        });
        Self { set, queue: queue.collect() }
    }

    fn answers(&self, given: &[Vec<bool>]) -> Answers {
        let all = &self.set.answers;
        let mut triples: Vec<Triple> = Vec::new();
        for (task, (queue, given)) in self.queue.iter().zip(given).enumerate() {
            for ((worker, class), given) in queue.iter().zip(given) {
                if *given {
                    triples.push((code(task), code(*worker), u16::try_from(*class).expect("few")));
                }
            }
        }
        Answers::new(all.tasks(), all.workers(), all.classes(), &triples).expect("in range")
    }

    fn accuracy(&self, posteriors: &Posteriors) -> f64 {
        let truth = &self.set.truth;
        let right = truth.iter().filter(|(task, class)| Some(posteriors.best(*task)) == *class).count();
        f64::from(code(right)) / f64::from(code(truth.len()))
    }

    /// The first `share` of each task's answers, the parts of answers given by chance.
    fn uniform(&self, share: f64, seed: u64) -> (usize, f64) {
        let mut random = Random::new(seed);
        let given: Vec<Vec<bool>> = self
            .queue
            .iter()
            .map(|queue| {
                let wanted = f64::from(code(queue.len())) * share;
                let whole = wanted + random.unit();
                (0..queue.len()).map(|at| f64::from(code(at)) + 1.0 <= whole).collect()
            })
            .collect();
        let answers = self.answers(&given);
        (answers.len(), self.accuracy(&fit(&answers)))
    }

    /// Starts with two answers a task, then asks in rounds for what tells most among the answers that exist; gives (answers, accuracy) after each.
    fn adaptive(&self, most: usize, seed: u64) -> Vec<(usize, f64)> {
        let mut given: Vec<Vec<bool>> =
            self.queue.iter().map(|queue| (0..queue.len()).map(|at| at < 2).collect()).collect();
        let total: usize = self.queue.iter().map(Vec::len).sum();
        let mut curve = Vec::new();
        for round in 0.. {
            let answers = self.answers(&given);
            let posteriors = fit(&answers);
            curve.push((answers.len(), self.accuracy(&posteriors)));
            if answers.len() >= most {
                break;
            }
            let beliefs = Beliefs::new(&answers, posteriors);
            let willing: Vec<Willing> =
                (0..answers.workers()).map(|worker| Willing { worker, cost: 1.0, at_most: usize::MAX }).collect();
            let exists = |task: usize, worker: usize| self.queue[task].iter().any(|(other, _)| *other == worker);
            let policy = Policy { target: 0.999, at_most: 50, at_least: 2, price: 0.0, random_share: 0.05 };
            let chooser =
                Chooser { beliefs: &beliefs, answers: &answers, willing: &willing, policy: &policy, may: &exists };
            let picks = chooser.next(total / 25, f64::INFINITY, seed + round);
            if picks.is_empty() {
                break;
            }
            for pick in picks {
                let at = self.queue[pick.task].iter().position(|(worker, _)| *worker == pick.worker).expect("exists");
                given[pick.task][at] = true;
            }
        }
        curve
    }
}

fn fit(answers: &Answers) -> Posteriors {
    aggregate(Method::Pool, answers, 1).posteriors
}

/// Share of answers saved: how many fewer the adaptive order needs than an even spread to first reach what an even spread of `share` of all answers
/// reaches; below 0 if it needs more. Both are looked at in steps of a twenty-fifth, so that luck favours neither; what is never reached counts as
/// a quarter more than that share. The first figure takes the even spread at `share` itself, however early it was as good.
fn saved(set: &Set, share: f64, seed: u64) -> [f64; 2] {
    let replay = Replay::new(set, seed);
    let (all, wanted) = replay.uniform(share, seed);
    let most = all + all / 4;
    let first = |curve: Vec<(usize, f64)>| {
        f64::from(code(curve.iter().find(|(_, accuracy)| *accuracy >= wanted - 1e-9).map_or(most, |at| at.0)))
    };
    let adaptive = first(replay.adaptive(most, seed));
    let even = first((2..=25_u32).map(|part| replay.uniform((f64::from(part) / 25.0).min(share), seed)).collect());
    [1.0 - adaptive / f64::from(code(all)), 1.0 - adaptive / even]
}

/// The mean over three seeds.
fn saved_on_average(set: &Set) -> [f64; 2] {
    let mut row = [0.0; 2];
    for seed in 0..3 {
        row.iter_mut().zip(saved(set, 0.8, seed)).for_each(|(sum, one)| *sum += one / 3.0);
    }
    row
}

/// On the three sets that are quick to replay; the table below has all.
#[test]
fn a_quarter_of_the_answers_is_saved() {
    let Some(data) = folder("answers saved") else { return };
    let sets = ["barzan", "dog", "rte"].map(|name| saved_on_average(&set(&data, name)));
    for at in 0..2 {
        let mean = sets.iter().map(|both| both[at]).sum::<f64>() / 3.0;
        assert!(mean >= 0.25, "{sets:?}");
    }
}

#[test]
#[ignore = "prints a table"]
fn answers_saved() {
    let Some(data) = folder("answers saved") else { return };
    let (mut sums, mut sets) = ([0.0; 2], 0.0);
    for name in ["barzan", "dog", "rte", "weather_amt", "zencrowd_all", "zencrowd_in", "zencrowd_us", "web"] {
        let row = saved_on_average(&set(&data, name));
        println!("{name:13} {:.3} {:.3}", row[0], row[1]);
        sums.iter_mut().zip(row).for_each(|(sum, one)| *sum += one);
        sets += 1.0;
    }
    println!("mean          {:.3} {:.3}", sums[0] / sets, sums[1] / sets);
}
