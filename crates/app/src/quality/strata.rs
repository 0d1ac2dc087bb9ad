//! Which people tell alike, what each kind of them is expected to tell about a task, and which of them are there.

use super::{
    gather::Work,
    refine::{Judge, Unknown},
};
use std::collections::{BTreeMap, HashMap};
use vouchsafe_domain::{
    ids::PersonId,
    time::Micros,
    work::telling::{STRATA, Stratum, Tells},
};
use vouchsafe_quality::allocate::{Beliefs, Crowd, strata};

/// Annotations from which on somebody is known.
const KNOWN_MIN: usize = 10;
/// Tasks that people are compared by, at most; fewer where there are many people or classes.
const COMPARED_MAX: usize = 200;
const COMPARED_MIN: usize = 20;
/// Steps that comparing them may take.
const STEPS_MAX: usize = 200_000_000;
/// Classes above which everybody is taken for the average.
const CLASSES_MAX: usize = 30;
/// Bits below which nothing is left to ask about a task.
const UNSURE_BITS: f64 = 0.05;
/// Whoever answered within this time is there.
const THERE_US: i64 = 7 * Micros::DAY;

/// Groups of people who tell alike.
pub(super) struct Strata {
    /// By code of a person.
    of: Vec<Stratum>,
    /// By the same, whether he is there.
    is_there: Vec<bool>,
    /// Of each group, how many are there.
    there: [usize; STRATA],
    /// Whether somebody of whom little is known may come: such a person is there, or somebody came who had not been.
    strangers: bool,
    /// By task about which something is left to ask, how many of each group answered it and are there.
    answered: HashMap<u32, [usize; STRATA]>,
}

impl Strata {
    /// From what these people answered, with so many models beside them. Tells each judge how the groups answer.
    pub(super) fn of(judges: &mut [Judge], work: &[Work], models: usize, now: Micros) -> Self {
        let known: Vec<usize> = (0..work.len()).filter(|code| work[*code].at_us.len() >= KNOWN_MIN).collect();
        let beliefs: Vec<Option<Beliefs>> = judges
            .iter()
            .map(|judge| {
                let few = judge.votes().classes.len() <= CLASSES_MAX;
                few.then(|| judge.beliefs(work.len() + models)).flatten()
            })
            .collect();
        let groups = strata(&gains(judges, &beliefs, &known), STRATA);
        let mut of: Vec<Stratum> = vec![None; work.len()];
        for (code, group) in known.iter().zip(&groups) {
            of[*code] = u8::try_from(*group).ok();
        }
        for (judge, beliefs) in judges.iter_mut().zip(&beliefs) {
            let Some(everybody) = judge.crowd().cloned() else { continue };
            let crowds: [Crowd; STRATA] = std::array::from_fn(|group| {
                let his: Vec<usize> = (0..of.len()).filter(|code| of[*code].map(usize::from) == Some(group)).collect();
                match beliefs.as_ref().filter(|_| !his.is_empty()) {
                    Some(beliefs) => beliefs.together(&his),
                    None => everybody.clone(),
                }
            });
            judge.tell(crowds.into());
        }
        let lately = |at: Option<&i64>| at.is_some_and(|at| now.0 - at <= THERE_US);
        let there: Vec<bool> = work.iter().map(|work| lately(work.at_us.iter().max())).collect();
        let mut all = Self { of, is_there: there, there: [0; STRATA], strangers: false, answered: HashMap::new() };
        for (code, work) in work.iter().enumerate() {
            if !all.is_there[code] {
                continue;
            }
            all.strangers |= lately(work.at_us.iter().min()) || all.of[code].is_none();
            if let Some(group) = all.of[code] {
                all.there[usize::from(group)] += 1;
            }
        }
        all.answered = all.who_answered(judges);
        all
    }

    /// The same groups of the same people, for tasks that are done later.
    pub(super) fn for_later(&self) -> Self {
        let (of, is_there) = (self.of.clone(), self.is_there.clone());
        Self { of, is_there, there: self.there, strangers: self.strangers, answered: HashMap::new() }
    }

    /// How much memory it takes without what it knows of tasks, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.of.len() * (size_of::<Stratum>() + size_of::<bool>())
    }

    fn who_answered(&self, judges: &[Judge]) -> HashMap<u32, [usize; STRATA]> {
        let mut gave: Vec<(u32, u32)> = Vec::new();
        for judge in judges {
            let votes = judge.votes();
            let of_task = |(item, worker, _): (u32, u32, i64)| (votes.items[item as usize].task, worker);
            let asked =
                |(task, worker): &(u32, u32)| self.has_there(*worker) && judge.unknown(*task).bits >= UNSURE_BITS;
            gave.extend(votes.given().map(of_task).filter(asked));
        }
        gave.sort_unstable();
        gave.dedup();
        let mut answered: HashMap<u32, [usize; STRATA]> = HashMap::new();
        for (task, worker) in gave {
            if let Some(group) = self.of[worker as usize] {
                answered.entry(task).or_default()[usize::from(group)] += 1;
            }
        }
        answered
    }

    /// The most that anybody who is there and did not answer a task is expected to tell about it, in bits; 0 where nobody is.
    pub(super) fn most(&self, task: u32, unknown: &Unknown) -> f64 {
        self.most_but(self.answered.get(&task).copied().unwrap_or_default(), unknown)
    }

    /// The same of a task that these people answered, each of them once.
    pub(super) fn most_beside(&self, people: impl Iterator<Item = u32>, unknown: &Unknown) -> f64 {
        let mut answered = [0; STRATA];
        for code in people.filter(|code| self.has_there(*code)) {
            if let Some(group) = self.of[code as usize] {
                answered[usize::from(group)] += 1;
            }
        }
        self.most_but(answered, unknown)
    }

    fn most_but(&self, answered: [usize; STRATA], unknown: &Unknown) -> f64 {
        let groups =
            (0..STRATA).filter(|group| self.there[*group] > answered[*group]).map(|group| unknown.groups[group]);
        groups.chain(self.strangers.then_some(unknown.gain)).fold(0.0, f64::max)
    }

    fn has_there(&self, code: u32) -> bool {
        self.is_there.get(code as usize).copied().unwrap_or(false)
    }

    /// Everybody, in order of id: so two processes that write them wait for each other in one order.
    pub(super) fn people(&self, work: &[Work]) -> Vec<(PersonId, Stratum)> {
        let mut people: Vec<_> = work.iter().zip(&self.of).map(|(work, of)| (work.person, *of)).collect();
        people.sort_by_key(|(person, _)| person.0);
        people
    }
}

/// What the queue keeps of it.
pub(super) fn tells(unknown: &Unknown) -> Tells {
    Tells::new(unknown.gain, &unknown.groups)
}

/// What each of `known` is expected to tell about some of the tasks of which least is known, spread evenly over those: by person, by task.
fn gains(judges: &[Judge], beliefs: &[Option<Beliefs>], known: &[usize]) -> Vec<Vec<f64>> {
    let mut bits: BTreeMap<u32, f64> = BTreeMap::new();
    for (judge, _) in judges.iter().zip(beliefs).filter(|(_, beliefs)| beliefs.is_some()) {
        for item in &judge.votes().items {
            bits.entry(item.task).or_insert_with(|| judges.iter().map(|one| one.unknown(item.task).bits).sum());
        }
    }
    let mut unsure: Vec<(u32, f64)> = bits.into_iter().filter(|(_, bits)| *bits >= UNSURE_BITS).collect();
    unsure.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let squares = |judge: &Judge| judge.votes().classes.len().min(CLASSES_MAX).pow(2);
    let steps = known.len() * judges.iter().map(squares).sum::<usize>();
    let most = (STEPS_MAX / steps.max(1)).clamp(COMPARED_MIN, COMPARED_MAX);
    let every = unsure.len().div_ceil(most).max(1);
    let places: HashMap<u32, usize> = unsure.iter().step_by(every).map(|(task, _)| *task).zip(0..).collect();
    let mut gains = vec![vec![0.0; places.len()]; known.len()];
    for (judge, beliefs) in judges.iter().zip(beliefs) {
        let Some(beliefs) = beliefs else { continue };
        for (item, of) in judge.votes().items.iter().enumerate() {
            let Some(place) = places.get(&of.task) else { continue };
            known.iter().zip(&mut gains).for_each(|(code, his)| his[*place] += beliefs.gain(item, *code));
        }
    }
    gains
}
