//! Which tasks are asked about once more: those whose answer is not probable enough and of which one more answer tells enough for
//! its price, the one that gains most first. And which somebody decides.

use super::{
    asking::AskingFigures,
    estimate::real,
    known::Known,
    refine::{Judge, Unknown},
    strata::tells,
};
use crate::work::consensus::settle::ADJUDICATED;
use std::collections::{BTreeMap, HashSet};
use vouchsafe_domain::{
    time::Micros,
    work::{
        adjudication::{Next, Sure, level, next},
        telling::{self, Tells},
    },
};
use vouchsafe_formats::releases::Consensus;
use vouchsafe_quality::random::Random;
use vouchsafe_store::{
    quality::until::{Rules, Waiting, Wanted},
    work::{
        adjudication::{Contested, Slot},
        consensus::Done,
    },
};

/// Of the tasks asked again, the share that is drawn at random among those whose answer is probable enough: without them nobody
/// would notice that the probabilities themselves are wrong.
const RANDOM_SHARE: f64 = 0.05;

/// Most tasks of a project that wait for an adjudicator.
pub(crate) const WAITING_MAX: usize = 5_000;
/// Most tasks that are put elsewhere in the queue at once.
const MOVED_MAX: usize = 5_000;

/// A done task, how sure its least sure answer is, and how much a decision would tell and one more answer is expected to, in bits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Doubt {
    done: Done,
    probability: f64,
    bits: f64,
    /// Of an average member, or of whoever of those who are there tells most. `None` where an answer that nobody could settle has no
    /// model: what one more would tell is not known.
    gain: Option<f64>,
    /// What one more answer is expected to tell, by who gives it; `None` where anybody may be asked first.
    tells: Option<Tells>,
}

impl Doubt {
    /// The number of the task.
    pub(crate) fn number(&self) -> i64 {
        self.done.number
    }

    fn wanted(&self) -> Wanted {
        Wanted { task: self.done.task, lane: self.done.lane, done_at: self.done.done_at, tells: self.tells }
    }

    fn contested(&self) -> Contested {
        let Done { task, number, done_at, .. } = self.done;
        Contested { task, task_no: number, done_at, level: level(self.bits) }
    }
}

/// The compared answers to a task that nobody decided.
fn compared<'a>(
    settled: &'a BTreeMap<String, Consensus>,
    open: &'a [String],
) -> impl Iterator<Item = (&'a String, &'a Consensus)> {
    settled.iter().filter(|(name, one)| !open.contains(name) && one.method != ADJUDICATED)
}

/// An answer that nobody could settle.
fn is_tied(one: &Consensus) -> bool {
    one.value.is_none() && one.of > 1
}

/// How probable the least sure answer is; one that nobody could settle is as unsure as can be. `None` where no model speaks of any, or somebody decided them. Questions
/// in `open` are left out: of a text that everybody words differently nobody is unsure.
pub(super) fn least_sure(settled: &BTreeMap<String, Consensus>, open: &[String]) -> Option<f64> {
    let sure = |one: &Consensus| if is_tied(one) { Some(0.0) } else { one.probability };
    compared(settled, open).filter_map(|(_, one)| sure(one)).min_by(f64::total_cmp)
}

/// What a task's consensus says of it, and these judges of what is not known. With `strata`, the most that anybody who is there is expected to tell. `None` as in [`least_sure`].
pub(super) fn doubt(
    done: Done,
    settled: &BTreeMap<String, Consensus>,
    (judges, open): (&[Judge], &[String]),
    unknown: &Unknown,
    most: Option<f64>,
) -> Option<Doubt> {
    let probability = least_sure(settled, open)?;
    let has_model = |name: &str| judges.iter().any(|judge| judge.question() == name);
    let known = compared(settled, open).all(|(name, one)| !is_tied(one) || has_model(name));
    Some(Doubt {
        done,
        probability,
        bits: unknown.bits,
        gain: known.then(|| most.unwrap_or(unknown.gain)),
        tells: most.filter(|_| known).map(|_| tells(unknown)),
    })
}

/// What becomes of the done tasks of a project.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Chosen {
    /// Asked about once more.
    pub(crate) ask: Vec<Wanted>,
    /// To be decided by an adjudicator, those first that tell most.
    pub(crate) decide: Vec<Contested>,
    /// How many there are of each kind; `None` where the project does not ask on.
    pub(crate) asking: Option<AskingFigures>,
}

/// How many were asked about once more because they are not sure, and how many sure ones were drawn among them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Drawn {
    asked: usize,
    drawn: usize,
}

impl Drawn {
    /// With what was chosen just now.
    pub(crate) fn and(self, chosen: &Chosen) -> Self {
        let (asked, drawn) = chosen.asking.map_or((0, 0), |asking| (asking.asked, asking.drawn));
        Self { asked: self.asked + asked, drawn: self.drawn + drawn }
    }

    /// How many are to be drawn with so many more.
    fn owed(self, more: usize) -> usize {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a list's length")]
        let all = (real(self.asked + more) * RANDOM_SHARE).ceil() as usize;
        if more == 0 { 0 } else { all.saturating_sub(self.drawn) }
    }
}

/// What one more answer must be expected to tell, in bits, at the price that the project states.
fn least_bits(rules: &Rules) -> Option<f64> {
    Some(telling::least_bits(rules.until?.least_gain_millionths?, rules.price_per_10000))
}

/// In the levels of the queue, so that nobody is refused there what was asked for here.
fn is_enough(gain: f64, least: f64) -> bool {
    telling::level(gain) >= telling::level(least)
}

/// Of the tasks that wait for somebody who tells enough: those of which an answer tells something else now, and those about which nobody who is there
/// tells enough any more.
pub(super) fn judged_again(
    waiting: Vec<Waiting>,
    known: &Known,
    rules: &Rules,
) -> (Vec<(Waiting, Tells)>, Vec<Waiting>) {
    let (mut moved, mut ended) = (Vec::new(), Vec::new());
    let Some((strata, least)) = known.strata.as_ref().zip(least_bits(rules)) else { return (moved, ended) };
    for one in waiting {
        let Some(task) = known.gathered.code_of(one.task) else { continue };
        let unknown = known.unknown(task);
        let now = tells(&unknown);
        if !is_enough(strata.most(task, &unknown), least) {
            ended.push(one);
        } else if !now.is_near(one.tells) {
            moved.push((one, now));
        }
    }
    moved.truncate(MOVED_MAX);
    (moved, ended)
}

/// Sorts them. So many slots may be opened; `before` is what was chosen of the same tasks before, a few at a time. The seed of what is drawn is the moment of asking.
pub(crate) fn choose(doubts: Vec<Doubt>, rules: &Rules, left: usize, before: Drawn, now: Micros) -> Chosen {
    let until = rules.until;
    let bars =
        Sure { ask_until: until.map(|until| until.posterior_per_10000), adjudicate_below: rules.adjudicate_per_10000 };
    let least_bits = least_bits(rules);
    let may_ask = |doubt: &Doubt| left > 0 && until.is_some_and(|until| doubt.done.overlap < until.at_most);
    let tells = |doubt: &Doubt| doubt.gain.zip(least_bits).is_none_or(|(gain, least)| is_enough(gain, least));
    let mut asking = AskingFigures { least_bits, ..AskingFigures::default() };
    let (mut ask, mut others, mut decide) = (Vec::new(), Vec::new(), Vec::new());
    for doubt in doubts {
        let (may, tells) = (may_ask(&doubt), tells(&doubt));
        if bars.ask_until.is_some_and(|bar| doubt.probability < f64::from(bar) / 10_000.0) {
            asking.unsure += 1;
            asking.at_the_cap += usize::from(!may);
            asking.too_little += usize::from(may && !tells);
            asking.most_bits = asking.most_bits.into_iter().chain(doubt.gain).max_by(f64::total_cmp);
        }
        match next(doubt.probability, may && tells, bars) {
            Next::Ask => ask.push(doubt),
            Next::Adjudicate => decide.push(doubt),
            Next::Rest => others.extend(may.then_some(doubt)),
        }
    }
    decide.sort_by(|a, b| b.bits.total_cmp(&a.bits).then(a.done.number.cmp(&b.done.number)));
    decide.truncate(WAITING_MAX);
    asking.at_the_cap += ask.len().saturating_sub(left);
    asking.asked = ask.len().min(left);
    let ask = again(ask, others, left, before, now);
    asking.drawn = ask.len() - asking.asked;
    Chosen { ask, decide: decide.iter().map(Doubt::contested).collect(), asking: until.map(|_| asking) }
}

/// Of those that wait for an adjudicator, which are new or tell another amount now, and those that wait no longer.
pub(super) fn changed(decide: Vec<Contested>, waiting: &BTreeMap<i64, Slot>) -> (Vec<Contested>, Vec<(i64, Slot)>) {
    let still: HashSet<i64> = decide.iter().map(|one| one.task_no).collect();
    let gone = waiting.iter().filter(|(no, _)| !still.contains(no)).map(|(no, slot)| (*no, *slot)).collect();
    let moved = |one: &Contested| waiting.get(&one.task_no).is_none_or(|slot| slot.level != one.level);
    (decide.into_iter().filter(moved).collect(), gone)
}

fn again(mut unsure: Vec<Doubt>, mut sure: Vec<Doubt>, left: usize, before: Drawn, now: Micros) -> Vec<Wanted> {
    // Of which nothing is known first; then where one more answer is expected to tell most, and of these the least sure.
    let worth = |doubt: &Doubt| doubt.gain.unwrap_or(f64::INFINITY);
    unsure.sort_by(|a, b| {
        let gain = worth(b).total_cmp(&worth(a));
        gain.then(a.probability.total_cmp(&b.probability)).then(a.done.task.0.cmp(&b.done.task.0))
    });
    unsure.truncate(left);
    sure.sort_by_key(|doubt| doubt.done.task.0);
    Random::new(now.0.unsigned_abs()).shuffle(&mut sure);
    sure.truncate(before.owed(unsure.len()).min(left - unsure.len()));
    // Whoever comes is given those: who would tell most about them says nothing about whether sure means right.
    let drawn = sure.iter().map(|doubt| Wanted { tells: None, ..doubt.wanted() });
    unsure.iter().map(Doubt::wanted).chain(drawn).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use vouchsafe_domain::ids::TaskId;
    use vouchsafe_store::quality::until::Until;

    fn made(probabilities: &[f64], overlap: u32) -> Vec<Doubt> {
        let done = |n: u128| Done {
            task: TaskId(uuid::Uuid::from_u128(n)),
            number: i64::try_from(n).unwrap_or_default(),
            lane: 0,
            overlap,
            done_at: Micros(1),
        };
        let doubt = |(n, probability): (u128, &f64)| Doubt {
            done: done(n),
            probability: *probability,
            bits: 1.0 - probability,
            gain: Some(1.0 - probability),
            tells: None,
        };
        (0..).zip(probabilities).map(doubt).collect()
    }

    fn rules(until: Option<Until>, adjudicate_per_10000: Option<u32>) -> Rules {
        Rules { until, adjudicate_per_10000, price_per_10000: None, answers: 100, places: 0 }
    }

    fn choose(doubts: Vec<Doubt>, rules: &Rules, now: Micros) -> Chosen {
        super::choose(doubts, rules, rules.left(), Drawn::default(), now)
    }

    fn chosen(doubts: Vec<Doubt>, at_most: u32, answers_max: Option<u32>) -> Vec<u128> {
        let until = Until { posterior_per_10000: 9_500, at_most, answers_max, least_gain_millionths: None };
        let asked = choose(doubts, &rules(Some(until), None), Micros(7)).ask;
        asked.into_iter().map(|wanted| wanted.task.0.as_u128()).collect()
    }

    fn decided(doubts: Vec<Doubt>, at_most: u32, answers_max: Option<u32>) -> Vec<i64> {
        let until = Until { posterior_per_10000: 9_500, at_most, answers_max, least_gain_millionths: None };
        choose(doubts, &rules(Some(until), Some(8_000)), Micros(7)).decide.iter().map(|one| one.task_no).collect()
    }

    #[test]
    fn at_the_cap_or_past_the_budget_somebody_decides_the_most_telling_first() {
        assert_eq!(decided(made(&[0.99, 0.9, 0.4, 0.7], 5), 5, None), [2, 3, 1]);
        assert!(decided(made(&[0.9, 0.4], 4), 5, None).is_empty(), "more may be asked");
        assert_eq!(decided(made(&[0.9, 0.4], 4), 5, Some(100)), [1, 0], "none may be asked any more");
        let contested = choose(made(&[0.9, 0.4, 0.7], 2), &rules(None, Some(8_000)), Micros(7));
        assert_eq!(contested.decide.iter().map(|one| one.task_no).collect::<Vec<_>>(), [1, 2]);
        assert!(contested.ask.is_empty());
    }

    #[test]
    fn only_what_changed_is_moved() {
        let decide = choose(made(&[0.4, 0.7, 0.1], 2), &rules(None, Some(8_000)), Micros(7)).decide;
        let at = |level: i64| Slot { level, pos: 5 };
        let levels: BTreeMap<i64, Slot> = decide.iter().map(|one| (one.task_no, at(one.level))).collect();
        assert_eq!(changed(decide.clone(), &levels), (Vec::new(), Vec::new()));
        let before = BTreeMap::from([(0, levels[&0]), (1, at(levels[&1].level + 1)), (9, at(3))]);
        let (moved, gone) = changed(decide, &before);
        assert_eq!(moved.iter().map(|one| one.task_no).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(gone, [(9, at(3))]);
    }

    #[test]
    fn where_an_answer_tells_most_comes_first_however_sure_and_what_is_not_known_before_all() {
        let mut doubts = made(&[0.5, 0.6, 0.4, 0.7], 2);
        for (doubt, gain) in doubts.iter_mut().zip([Some(0.1), Some(0.3), Some(0.2), None]) {
            doubt.gain = gain;
        }
        assert_eq!(chosen(doubts, 5, Some(104)), [3, 1, 2, 0]);
    }

    /// Half a bit for each unit of the currency.
    #[test]
    fn below_the_least_gain_for_its_price_nobody_is_asked_and_somebody_decides() {
        let until =
            Until { posterior_per_10000: 9_500, at_most: 5, answers_max: None, least_gain_millionths: Some(500_000) };
        let priced = |price, adjudicate| Rules { price_per_10000: price, ..rules(Some(until), adjudicate) };
        let doubts = || {
            let mut doubts = made(&[0.3, 0.7, 0.9, 0.99, 0.2], 2);
            doubts[4].gain = None;
            doubts
        };
        let tasks = |chosen: &Chosen| chosen.ask.iter().map(|one| one.task.0.as_u128()).collect::<Vec<_>>();
        let numbers = |chosen: &Chosen| chosen.decide.iter().map(|one| one.task_no).collect::<Vec<_>>();
        let by_answer = choose(doubts(), &priced(None, Some(8_000)), Micros(7));
        assert_eq!((tasks(&by_answer), numbers(&by_answer)), (vec![4, 0, 3], vec![1, 2]), "3 is drawn at random");
        // At a price of 0.5 a quarter of a bit is enough, at 1.5 not even 0.7 is; of 4 nobody knows.
        let cheap = choose(doubts(), &priced(Some(5_000), Some(8_000)), Micros(7));
        assert_eq!((tasks(&cheap), numbers(&cheap)), (vec![4, 0, 1, 3], vec![2]));
        let dear = choose(doubts(), &priced(Some(15_000), Some(8_000)), Micros(7));
        assert_eq!((tasks(&dear), numbers(&dear)), (vec![4, 3], vec![0, 1, 2]));
        let told = AskingFigures {
            unsure: 4,
            asked: 1,
            at_the_cap: 0,
            too_little: 3,
            drawn: 1,
            most_bits: Some(0.7),
            least_bits: Some(0.75),
            ..AskingFigures::default()
        };
        assert_eq!(dear.asking, Some(told));
        // Without the step nobody decides, and what tells too little may still be drawn.
        let alone = choose(doubts(), &priced(Some(15_000), None), Micros(7));
        assert!(alone.decide.is_empty() && alone.ask.len() == 2 && alone.ask[0].task.0.as_u128() == 4);
    }

    #[test]
    fn what_is_shown_adds_up_at_the_cap_and_past_the_budget() {
        let until =
            Until { posterior_per_10000: 9_500, at_most: 5, answers_max: Some(101), least_gain_millionths: None };
        let told = choose(made(&[0.3, 0.7, 0.9], 2), &rules(Some(until), None), Micros(7)).asking.expect("it asks on");
        assert_eq!((told.unsure, told.asked, told.at_the_cap, told.drawn, told.least_bits), (3, 1, 2, 0, None));
        let capped = choose(made(&[0.3, 0.99], 5), &rules(Some(until), None), Micros(7)).asking.expect("it asks on");
        assert_eq!((capped.unsure, capped.asked, capped.at_the_cap), (1, 0, 1));
        assert_eq!(choose(made(&[0.3], 2), &rules(None, Some(8_000)), Micros(7)).asking, None);
    }

    #[test]
    fn the_least_sure_come_first_and_one_sure_task_is_drawn_with_them() {
        let got = chosen(made(&[0.99, 0.6, 0.97, 0.4, 0.949], 2), 5, None);
        assert_eq!(got[..3], [3, 1, 4]);
        assert!(got.len() == 4 && [0, 2].contains(&got[3]), "{got:?}");
    }

    #[test]
    fn nobody_is_asked_beyond_the_cap_or_the_budget() {
        assert!(chosen(made(&[0.5, 0.6], 5), 5, None).is_empty());
        assert_eq!(chosen(made(&[0.5, 0.6, 0.4], 2), 5, Some(102)), [2, 0]);
        assert!(chosen(made(&[0.5], 2), 5, Some(40)).is_empty());
    }

    #[test]
    fn where_all_are_sure_nobody_is_asked_again() {
        assert!(chosen(made(&[0.99, 0.98], 2), 5, None).is_empty());
    }

    /// A few at a time as many are drawn as of all at once.
    #[test]
    fn a_few_at_a_time_one_in_twenty_is_drawn() {
        let until = Until { posterior_per_10000: 9_500, at_most: 5, answers_max: None, least_gain_millionths: None };
        let mut before = Drawn::default();
        for turn in 0..200 {
            let chosen =
                super::choose(made(&[0.6, 0.99, 0.98], 2), &rules(Some(until), None), usize::MAX, before, Micros(turn));
            before = before.and(&chosen);
        }
        assert_eq!(before, Drawn { asked: 200, drawn: 10 });
        // What could not be drawn is drawn when there are sure ones again.
        let alone = super::choose(made(&[0.6; 40], 2), &rules(Some(until), None), usize::MAX, before, Micros(7));
        assert_eq!(alone.ask.len(), 40);
        before = before.and(&alone);
        let chosen =
            super::choose(made(&[0.6, 0.99, 0.98, 0.97], 2), &rules(Some(until), None), usize::MAX, before, Micros(7));
        assert_eq!(before.and(&chosen), Drawn { asked: 241, drawn: 13 });
    }
}
