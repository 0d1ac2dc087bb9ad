//! What a fit says of tasks that were not in it: for answers that came since, until the next fit.

use super::Posteriors;
use crate::answers::Answers;
use crate::calibration::golden;
use crate::num::{exp, ln, real, softmax};

/// Most classes, and most counts of all workers together: 32 MB.
const CLASSES_MAX: usize = 30;
const COUNTS_MAX: usize = 4_000_000;
/// Tasks of the fit by which it is seen how near to it this comes, at most.
const TASKS_MAX: usize = 2_000;
/// And at least.
const TASKS_MIN: usize = 20;
/// Answers by the crowd's rows that each worker's rows begin with.
const CROWD: f64 = 4.0;
/// Shares of the vote that are tried.
const VOTES: [f64; 4] = [0.0, 0.25, 0.5, 0.75];
/// The least probability that is told apart from 0.
const LEAST: f64 = 1e-12;

/// How everybody answered by the posteriors of a fit, of whatever method, and how sure that makes.
#[derive(Debug, Clone, PartialEq)]
pub struct Between {
    classes: usize,
    /// How often each class was true.
    tasks: Vec<f64>,
    /// Shares: `[class * classes + answer]`.
    crowd: Vec<f64>,
    /// By worker how often he gave each answer to each class, in the same order, each answer counted by how probable the class is.
    counts: Vec<f64>,
    /// How much of a posterior is the vote.
    vote: f64,
    /// The power of what the rows say.
    power: f64,
    /// How far this lies from the fit on tasks of the fit that it did not learn from: the mean over tasks of the greatest difference of a probability.
    pub off: f64,
}

impl Between {
    /// From the answers of a fit and the posteriors it ended in. `None` of more than 30 classes, of more than four million
    /// counts (workers times squared classes), or less than 20 tasks with an answer.
    ///
    /// A task is believed by Bayes's rule from everybody's rows, as these posteriors have them, to a power, and in part by its vote. Power and part are those that come
    /// nearest to the posteriors themselves (cross-entropy) on up to 2,000 tasks of the fit, each held against rows without its own answers. So it repeats what the fit
    /// makes of answers like these, also where that is a mean over methods, a temperature or a blend by gold. What the new answers say of people waits for the
    /// next fit, which is the reference. Time O(answers * classes).
    pub fn of(answers: &Answers, posteriors: &Posteriors) -> Option<Self> {
        let classes = answers.classes();
        let answered: Vec<usize> = (0..answers.tasks()).filter(|task| answers.of_task(*task).len() > 0).collect();
        let square = classes * classes;
        if !(2..=CLASSES_MAX).contains(&classes)
            || answered.len() < TASKS_MIN
            || answers.workers() * square > COUNTS_MAX
        {
            return None;
        }
        let mut between = Self {
            classes,
            tasks: vec![1.0; classes],
            crowd: vec![1.0 / real(classes); square],
            counts: vec![0.0; answers.workers() * square],
            vote: 0.0,
            power: 1.0,
            off: 0.0,
        };
        for task in &answered {
            for (class, share) in posteriors.task(*task).iter().enumerate() {
                between.tasks[class] += share;
                for (worker, said) in answers.of_task(*task) {
                    between.counts[worker * square + class * classes + said] += share;
                    between.crowd[class * classes + said] += share;
                }
            }
        }
        for row in between.crowd.chunks_exact_mut(classes) {
            let sum: f64 = row.iter().sum();
            row.iter_mut().for_each(|share| *share /= sum);
        }
        between.learn(answers, posteriors, &answered);
        Some(between)
    }

    /// How much of the vote, and which power, come nearest.
    fn learn(&mut self, answers: &Answers, posteriors: &Posteriors, answered: &[usize]) {
        let every = answered.len().div_ceil(TASKS_MAX);
        let held = |task: &usize| {
            let own = posteriors.task(*task);
            (self.logs(answers, *task, Some(own)), votes(answers, *task), own)
        };
        let held: Vec<(Vec<f64>, Vec<f64>, &[f64])> = answered.iter().step_by(every).map(held).collect();
        let loss = |vote: f64, power: f64| -> f64 {
            let of = |(logs, votes, own): &(Vec<f64>, Vec<f64>, &[f64])| -> f64 {
                let row = mixed(logs, votes, vote, power);
                row.iter().zip(*own).map(|(share, own)| -own * ln(share.max(LEAST))).sum()
            };
            held.iter().map(of).sum()
        };
        let nearest = |vote: f64| {
            let log = golden(&|log| loss(vote, exp(log)), ln(0.02), ln(4.0));
            (vote, exp(log), loss(vote, exp(log)))
        };
        let best = VOTES.into_iter().map(nearest).min_by(|a, b| a.2.total_cmp(&b.2));
        (self.vote, self.power) = best.map_or((0.0, 1.0), |(vote, power, _)| (vote, power));
        let off = |(logs, votes, own): &(Vec<f64>, Vec<f64>, &[f64])| {
            let row = mixed(logs, votes, self.vote, self.power);
            row.iter().zip(*own).map(|(share, own)| (share - own).abs()).fold(0.0, f64::max)
        };
        self.off = held.iter().map(off).sum::<f64>() / real(held.len());
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// How much memory it takes, in bytes.
    pub fn bytes(&self) -> usize {
        (self.tasks.len() + self.crowd.len() + self.counts.len()) * size_of::<f64>()
    }

    /// What is believed of other tasks of the same classes. A worker whose code the fit did not have answers like the crowd; a task without answers gets
    /// the share of each class. Time O(answers * classes).
    pub fn posteriors(&self, answers: &Answers) -> Posteriors {
        let row = |task: usize| mixed(&self.logs(answers, task, None), &votes(answers, task), self.vote, self.power);
        Posteriors::new(self.classes, (0..answers.tasks()).flat_map(row).collect())
    }

    /// Logarithms of prior and answers, up to a constant; without what this very task adds to the rows, if it was one of the fit with this posterior.
    fn logs(&self, answers: &Answers, task: usize, own: Option<&[f64]>) -> Vec<f64> {
        let (classes, square) = (self.classes, self.classes * self.classes);
        let mut logs: Vec<f64> = self.tasks.iter().map(|tasks| ln(*tasks)).collect();
        for (worker, said) in answers.of_task(task) {
            let rows = self.counts.get(worker * square..(worker + 1) * square);
            for (class, log) in logs.iter_mut().enumerate() {
                let row = rows.map(|rows| &rows[class * classes..][..classes]);
                let own = own.map_or(0.0, |own| own[class]);
                let (all, like): (f64, f64) = row.map_or((0.0, 0.0), |row| (row.iter().sum(), row[said]));
                let crowd = CROWD * self.crowd[class * classes + said];
                *log += ln((like - own).max(0.0) + crowd) - ln((all - own).max(0.0) + CROWD);
            }
        }
        logs
    }
}

/// The share of answers that named each class; of no answers all alike.
fn votes(answers: &Answers, task: usize) -> Vec<f64> {
    let given = answers.of_task(task);
    let all = real(given.len());
    let mut shares = vec![if all > 0.0 { 0.0 } else { 1.0 / real(answers.classes()) }; answers.classes()];
    given.for_each(|(_, said)| shares[said] += 1.0 / all);
    shares
}

fn mixed(logs: &[f64], votes: &[f64], vote: f64, power: f64) -> Vec<f64> {
    let mut row: Vec<f64> = logs.iter().map(|log| power * log).collect();
    softmax(&mut row);
    row.iter_mut().zip(votes).for_each(|(share, votes)| *share = vote * votes + (1.0 - vote) * *share);
    row
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregate::{Method, aggregate};
    use crate::answers::Triple;
    use crate::random::Random;

    /// Ten people who are right with 0.5 to 0.95, three of them on each task.
    fn made(tasks: u32) -> Answers {
        let mut random = Random::new(7);
        let mut triples: Vec<Triple> = Vec::new();
        for task in 0..tasks {
            let truth = u16::from(random.unit() < 0.4);
            let mut workers: Vec<u32> = (0..10).collect();
            random.shuffle(&mut workers);
            for worker in &workers[..3] {
                let right = random.unit() < 0.5 + 0.05 * f64::from(*worker);
                triples.push((task, *worker, if right { truth } else { 1 - truth }));
            }
        }
        Answers::new(tasks as usize, 10, 2, &triples).expect("in range")
    }

    #[test]
    fn new_tasks_get_what_a_full_fit_would_give_them() {
        let all = made(660);
        let (before, after): (Vec<usize>, Vec<usize>) = ((0..600).collect(), (600..660).collect());
        for method in [Method::Vote, Method::Hbcc, Method::Pool] {
            let known = all.take(&before);
            let between = Between::of(&known, &aggregate(method, &known, 1).posteriors).expect("enough");
            let (found, full) = (between.posteriors(&all.take(&after)), aggregate(method, &all, 1).posteriors);
            let far = after.iter().enumerate().map(|(at, task)| (found.task(at)[1] - full.task(*task)[1]).abs());
            let (mean, most) = far.fold((0.0, 0.0_f64), |(sum, most), far| (sum + far / 60.0, most.max(far)));
            assert!(
                mean < 0.05 && most < 0.3 && (mean - between.off).abs() < 0.03,
                "{method:?} {mean} {most} {}",
                between.off
            );
        }
    }

    #[test]
    fn who_is_new_answers_like_the_crowd_and_no_answers_are_the_share_of_classes() {
        let known = made(400);
        let between = Between::of(&known, &aggregate(Method::Hbcc, &known, 1).posteriors).expect("enough");
        let new = Answers::new(3, 11, 2, &[(0, 10, 1), (1, 9, 1), (2, 0, 1)]).expect("in range");
        let found = between.posteriors(&new);
        let [stranger, best, worst] = [0, 1, 2].map(|task| found.task(task)[1]);
        assert!(worst < stranger && stranger < best, "{worst} {stranger} {best}");
        let none = between.posteriors(&Answers::new(1, 0, 2, &[]).expect("in range"));
        assert!((none.task(0).iter().sum::<f64>() - 1.0).abs() < 1e-12 && none.task(0)[1] < 0.5, "{none:?}");
    }

    #[test]
    fn of_too_little_nothing_is_said() {
        let of = |answers: &Answers| Between::of(answers, &aggregate(Method::Vote, answers, 1).posteriors);
        assert_eq!((of(&made(19)), of(&Answers::new(0, 0, 0, &[]).expect("empty"))), (None, None));
        assert!(of(&made(20)).is_some());
        let crowd: Vec<Triple> = (0..20).map(|task| (task, 0, u16::from(task % 2 == 0))).collect();
        assert_eq!(of(&Answers::new(20, 1_000_001, 2, &crowd).expect("in range")), None);
        let many: Vec<Triple> = (0..40).map(|task| (task, 0, u16::try_from(task).expect("few"))).collect();
        assert_eq!(of(&Answers::new(40, 1, 40, &many).expect("in range")), None);
    }
}
