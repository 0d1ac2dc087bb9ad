//! Choosing the next answers, and when to stop.

use super::Beliefs;
use crate::answers::Answers;
use crate::random::Random;

/// When a task is settled, when it is given up, and what an answer must be worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Policy {
    /// A task whose most probable class is at least as probable as this is settled.
    pub target: f64,
    /// Most answers to a task; an unsettled task that has them goes to adjudication.
    pub at_most: usize,
    /// Fewest answers to a task, whatever its posterior says.
    pub at_least: usize,
    /// Least gain per cost, in nats per unit of cost; below it nothing is asked, and the task goes to adjudication.
    pub price: f64,
    /// Share of picks that fall on random tasks, settled ones too: without them nobody learns whether settled means right.
    pub random_share: f64,
}

impl Default for Policy {
    fn default() -> Self {
        Self { target: 0.95, at_most: 7, at_least: 1, price: 1e-3, random_share: 0.05 }
    }
}

/// Somebody who may be asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Willing {
    /// Code; beyond the known workers: somebody of whom nothing is known.
    pub worker: usize,
    /// What an answer of his costs, above 0.
    pub cost: f64,
    /// Most answers to ask of him now.
    pub at_most: usize,
}

/// Where a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// More answers are wanted.
    Open,
    /// Sure enough.
    Settled,
    /// Not sure, and more answers are not the way: somebody who knows must decide.
    Adjudicate,
}

/// Why something is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It tells most for its cost.
    Gain,
    /// It was drawn, to keep the certainty honest.
    Random,
}

/// One answer to ask for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pick {
    /// The task.
    pub task: usize,
    /// The worker.
    pub worker: usize,
    /// Expected information, in nats.
    pub gain: f64,
    /// Its cost.
    pub cost: f64,
    /// Why.
    pub why: Why,
}

/// Everything that a choice rests on.
#[derive(Clone, Copy)]
pub struct Chooser<'a> {
    /// What is believed.
    pub beliefs: &'a Beliefs,
    /// Who answered what.
    pub answers: &'a Answers,
    /// Who may be asked at all; each worker once.
    pub willing: &'a [Willing],
    /// The rules.
    pub policy: &'a Policy,
    /// Whether a worker may be asked about a task: walls, and whatever else the caller knows.
    pub may: &'a dyn Fn(usize, usize) -> bool,
}

/// Where each task stands. Time O(tasks * willing * classes^2) at most: only unsettled tasks are weighed.
pub fn standings(chooser: &Chooser<'_>) -> Vec<Standing> {
    let Chooser { beliefs, answers, policy, .. } = chooser;
    let stands = |task: usize| {
        let given = answers.of_task(task).len();
        if given >= policy.at_least && beliefs.surest(task) >= policy.target {
            return Standing::Settled;
        }
        if given >= policy.at_most {
            return Standing::Adjudicate;
        }
        // Nobody may be asked now: it waits; that is no reason to adjudicate.
        let enough = |pick: Pick| worth(&pick) >= policy.price;
        let open = given < policy.at_least || chooser.best(chooser.willing, task).is_none_or(enough);
        if open { Standing::Open } else { Standing::Adjudicate }
    };
    (0..answers.tasks()).map(stands).collect()
}

impl Chooser<'_> {
    /// Up to `count` answers to ask for, one a task (what a second is worth depends on the first), first the random ones, then most gain per cost. Costs stay
    /// within `budget`. Nobody is asked about a task that he answered, or about which `may` says no.
    pub fn next(&self, count: usize, budget: f64, seed: u64) -> Vec<Pick> {
        let mut left: Vec<usize> = self.willing.iter().map(|one| one.at_most).collect();
        let mut random = Random::new(seed);
        let drawn = (0..count).filter(|_| random.unit() < self.policy.random_share).count();
        let mut picks = self.draw(drawn, budget, &mut left, &mut random);
        let mut spent: f64 = picks.iter().map(|pick| pick.cost).sum();
        let mut taken = vec![false; self.answers.tasks()];
        picks.iter().for_each(|pick| taken[pick.task] = true);
        let standing = standings(self);
        // Best of each task; when its person is used up, the best of those left is put back in line.
        let people = self.free(&left);
        let wanted = (0..taken.len()).filter(|task| standing[*task] == Standing::Open && !taken[*task]);
        let mut line: Vec<Pick> = wanted.filter_map(|task| self.best(&people, task)).collect();
        let order =
            |a: &Pick, b: &Pick| worth(a).total_cmp(&worth(b)).then((b.task, b.worker).cmp(&(a.task, a.worker)));
        line.sort_by(order);
        while picks.len() < count {
            let Some(pick) = line.pop() else { break };
            let short = self.answers.of_task(pick.task).len() < self.policy.at_least;
            if worth(&pick) < self.policy.price && !short {
                continue;
            }
            let at = self.willing.iter().position(|one| one.worker == pick.worker).unwrap_or(0);
            if left[at] == 0 {
                if let Some(other) = self.best(&self.free(&left), pick.task) {
                    line.insert(line.partition_point(|one| order(one, &other).is_lt()), other);
                }
            } else if spent + pick.cost <= budget {
                spent += pick.cost;
                left[at] -= 1;
                picks.push(pick);
            }
        }
        picks
    }

    /// Random tasks, settled ones too, and random people.
    fn draw(&self, count: usize, budget: f64, left: &mut [usize], random: &mut Random) -> Vec<Pick> {
        let mut tasks: Vec<usize> = (0..self.answers.tasks()).collect();
        random.shuffle(&mut tasks);
        let (mut picks, mut spent) = (Vec::new(), 0.0);
        for task in tasks {
            if picks.len() >= count {
                break;
            }
            let open = |at: &usize| left[*at] > 0 && self.open(task, self.willing[*at].worker);
            let here: Vec<usize> = (0..left.len()).filter(open).collect();
            let Some(at) = here.get(random.below(here.len())).copied() else { continue };
            let Willing { worker, cost, .. } = self.willing[at];
            if spent + cost <= budget {
                spent += cost;
                left[at] -= 1;
                picks.push(Pick { task, worker, gain: self.beliefs.gain(task, worker), cost, why: Why::Random });
            }
        }
        picks
    }

    fn free(&self, left: &[usize]) -> Vec<Willing> {
        self.willing.iter().zip(left).filter(|(_, left)| **left > 0).map(|(one, _)| *one).collect()
    }

    fn open(&self, task: usize, worker: usize) -> bool {
        self.answers.of_task(task).all(|(other, _)| other != worker) && (self.may)(task, worker)
    }

    /// The person whose answer is worth most for its cost; of equals the first.
    fn best(&self, people: &[Willing], task: usize) -> Option<Pick> {
        let gain = |worker| self.beliefs.gain(task, worker);
        let pick =
            |one: &Willing| Pick { task, worker: one.worker, gain: gain(one.worker), cost: one.cost, why: Why::Gain };
        people.iter().filter(|one| self.open(task, one.worker)).map(pick).fold(None, |best: Option<Pick>, pick| {
            best.filter(|best| worth(best) >= worth(&pick) - 1e-12).or(Some(pick))
        })
    }
}

fn worth(pick: &Pick) -> f64 {
    pick.gain / pick.cost.max(f64::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregate::{Method, aggregate};

    /// Task 0 agreed by four, task 1 split, task 2 answered once, task 3 not at all; worker 4 has answered nothing.
    fn made() -> (Answers, Beliefs) {
        let mut triples: Vec<_> =
            (4..60).flat_map(|task| (0..4).map(move |w| (task, w, u16::from(task % 2 == 0)))).collect();
        triples.extend((0..4).map(|w| (0, w, 0)));
        triples.extend([(1, 0, 0), (1, 1, 1), (2, 2, 1)]);
        let answers = Answers::new(60, 4, 2, &triples).expect("in range");
        let posteriors = aggregate(Method::Vote, &answers, 1).posteriors;
        let beliefs = Beliefs::new(&answers, posteriors);
        (answers, beliefs)
    }

    fn everybody(at_most: usize) -> Vec<Willing> {
        (0..5).map(|worker| Willing { worker, cost: 1.0, at_most }).collect()
    }

    fn next(
        (answers, beliefs): &(Answers, Beliefs),
        willing: &[Willing],
        policy: &Policy,
        count: usize,
        budget: f64,
        may: &dyn Fn(usize, usize) -> bool,
    ) -> Vec<Pick> {
        Chooser { beliefs, answers, willing, policy, may }.next(count, budget, 1)
    }

    const STRICT: Policy = Policy { target: 0.95, at_most: 4, at_least: 2, price: 1e-3, random_share: 0.0 };

    #[test]
    fn open_tasks_are_asked_and_settled_ones_are_left() {
        let made = made();
        let picks = next(&made, &everybody(9), &STRICT, 10, 100.0, &|_, _| true);
        let tasks: Vec<usize> = picks.iter().map(|pick| pick.task).collect();
        assert_eq!(tasks.len(), 3);
        assert!([1, 2, 3].iter().all(|task| tasks.contains(task)), "{picks:?}");
        assert!(picks.iter().all(|pick| made.0.of_task(pick.task).all(|(worker, _)| worker != pick.worker)));
        assert_eq!(next(&made, &everybody(9), &STRICT, 10, 1.5, &|_, _| true).len(), 1);
        assert_eq!(next(&made, &everybody(0), &STRICT, 10, 100.0, &|_, _| true), vec![]);
    }

    #[test]
    fn a_wall_comes_first_and_a_used_up_person_is_replaced() {
        let made = made();
        let picks = next(&made, &everybody(9), &STRICT, 10, 100.0, &|_, worker| worker == 4);
        assert!(picks.iter().all(|pick| pick.worker == 4) && picks.len() == 3);
        assert_eq!(next(&made, &everybody(9), &STRICT, 10, 100.0, &|_, _| false), vec![]);
        let once = next(&made, &everybody(1), &STRICT, 10, 100.0, &|_, _| true);
        let mut people: Vec<usize> = once.iter().map(|pick| pick.worker).collect();
        people.sort_unstable();
        people.dedup();
        assert_eq!((once.len(), people.len()), (3, 3));
    }

    #[test]
    fn some_picks_are_random_and_a_hopeless_task_is_adjudicated() {
        let made = made();
        let loose = Policy { random_share: 1.0, ..STRICT };
        let picks = next(&made, &everybody(99), &loose, 20, 100.0, &|_, _| true);
        assert_eq!((picks.len(), picks.iter().filter(|pick| pick.why == Why::Random).count()), (20, 20));
        let cap = Policy { at_most: 2, ..STRICT };
        let stands = |willing: &[Willing], policy: &Policy| {
            standings(&Chooser { beliefs: &made.1, answers: &made.0, willing, policy, may: &|_, _| true })
        };
        assert_eq!(
            stands(&everybody(9), &cap)[..4],
            [Standing::Settled, Standing::Adjudicate, Standing::Open, Standing::Open]
        );
        let dear = Policy { price: 10.0, ..STRICT };
        assert_eq!(stands(&everybody(9), &dear)[1], Standing::Adjudicate);
        // Nobody to ask now is no reason to adjudicate.
        assert_eq!(stands(&[], &STRICT)[1], Standing::Open);
    }
}
