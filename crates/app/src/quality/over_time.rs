//! People over time: ability by week, since when somebody's answers to gold are better or worse, and what he is told of
//! himself: late, roughly, and only in steps of many answers, so that no figure tells which task was gold.

use super::{
    coding::Votes,
    confused::{Confusions, PersonConfusion},
    estimate::{Estimate, LEVEL, SEED, WEEK_US, real, share},
    gather::Work,
    measured::twentieths,
    report::{Ability, AbilityWeek, ChangeFigures, GoldScore, Told, ToldAbility, ToldChange, ToldWeek},
    standing::Scores,
};
use std::collections::{BTreeMap, BTreeSet};
use vouchsafe_domain::time::Micros;
use vouchsafe_quality::{
    ability::{self, Change, abilities_in_parts, change_point},
    answers::Answers,
};

/// Newest weeks with answers of which ability is shown.
const WEEKS_MAX: i64 = 12;
/// Answers to one question above which it is not looked up when each came.
const MOMENTS_MAX: usize = 5_000_000;
/// Gold tasks before and after a change, at least.
const SHORTEST: usize = 10;
/// Newest gold tasks of a person in which a change is looked for.
const LOOKED_MAX: usize = 500;
/// How probable it may be that any change at all is reported though nobody changed. Small: it is asked again with every report.
const FALSE_ALARM: f64 = 0.01;
/// Orders drawn at the first look, and where that is not plainly chance.
const DRAWS: usize = 199;
const DRAWS_MAX: usize = 20_000;
const PLAINLY_CHANCE: f64 = 0.02;
/// Somebody is told anew after so many more annotations, of days that are over.
const TOLD_STEP: usize = 20;
/// Answers below which nothing is told.
pub(super) const TOLD_MIN: usize = 10;

/// When each answer to a question came: item, worker, microseconds.
pub(super) struct Moments(Vec<(u32, u32, i64)>);

impl Moments {
    pub(super) fn new(votes: &Votes) -> Self {
        let mut all: Vec<_> = if votes.at_us.len() <= MOMENTS_MAX { votes.given().collect() } else { Vec::new() };
        all.sort_unstable();
        Self(all)
    }

    /// When this worker answered this item first; `None` where he did not, and of too many answers.
    pub(super) fn of(&self, item: usize, worker: usize) -> Option<i64> {
        let place = (u32::try_from(item).ok()?, u32::try_from(worker).ok()?);
        let first = self.0.partition_point(|(item, worker, _)| (*item, *worker) < place);
        self.0.get(first).filter(|(item, worker, _)| (*item, *worker) == place).map(|(.., at)| *at)
    }
}

/// Somebody's gold tasks in order of time, and whether all of what is asked was right.
pub(super) type Outcomes = Vec<(i64, bool)>;

/// The gold tasks of everybody, by worker. Tasks whose known answers cannot be compared are left out.
pub(super) fn outcomes(scores: &Scores, gold_work: &[(u32, u32, i64)]) -> BTreeMap<u32, Outcomes> {
    let mut all: BTreeMap<u32, Outcomes> = BTreeMap::new();
    for (worker, task, at) in gold_work {
        let Some((right, asked)) = scores.get(&(*worker, *task)) else { continue };
        all.entry(*worker).or_default().push((*at, right == asked));
    }
    for his in all.values_mut() {
        his.sort_unstable();
    }
    all
}

/// Up to when each person's answers count in what he is told: the last of a whole number of steps that was over by midnight.
pub(super) fn told_until(work: &[Work], now: Micros) -> Vec<i64> {
    let midnight = now.0 - now.0.rem_euclid(Micros::DAY);
    let until = |one: &Work| {
        let mut at: Vec<i64> = one.at_us.iter().copied().filter(|at| *at < midnight).collect();
        at.sort_unstable();
        let steps = at.len() / TOLD_STEP * TOLD_STEP;
        steps.checked_sub(1).map_or(i64::MIN, |last| at[last])
    };
    work.iter().map(until).collect()
}

/// Whether an answer of this worker that came then counts in what he is told.
pub(super) fn is_told(until: &[i64], worker: usize, at: Option<i64>) -> bool {
    until.get(worker).zip(at).is_some_and(|(until, at)| at <= *until)
}

/// What is known of one person at one question.
pub(super) struct Able {
    /// His ability with its weeks.
    pub(super) ability: Ability,
    /// What of it he is told.
    pub(super) told: Option<ToldAbility>,
    /// What he takes for what; `None` where that is too little.
    pub(super) confusion: Option<PersonConfusion>,
}

/// By worker. `None` where nobody else answered what he did.
pub(super) fn abilities(votes: &Votes, answers: &Answers, until: &[i64]) -> Vec<Option<Able>> {
    let moments = Moments::new(votes);
    let newest = votes.at_us.iter().max().copied().unwrap_or(0).div_euclid(WEEK_US);
    let oldest = newest - WEEKS_MAX + 1;
    // The first part is what he is told of, the others are weeks.
    let weeks = usize::try_from(WEEKS_MAX).unwrap_or(0);
    let truth = votes.truth();
    let known: BTreeSet<usize> = truth.iter().map(|(item, _)| *item).collect();
    let mut confusions = Confusions::new(answers.workers(), answers.classes());
    let seen = |(item, worker, said): (usize, usize, usize), belief: &[f64]| {
        confusions.take(worker, said, belief, known.contains(&item));
    };
    let parts_of = |item: usize, worker: usize, part: &mut dyn FnMut(usize)| {
        let Some(at) = moments.of(item, worker) else { return };
        if is_told(until, worker, Some(at)) {
            part(0);
        }
        if let Ok(week) = usize::try_from(at.div_euclid(WEEK_US) - oldest) {
            part(week + 1);
        }
    };
    let found = abilities_in_parts(answers, &truth, None, LEVEL, weeks + 1, parts_of, seen);
    let one = |((worker, parts), confusion): ((usize, Vec<Option<ability::Ability>>), Option<PersonConfusion>)| {
        let mut parts = parts.into_iter();
        let (whole, told) = (parts.next()??, parts.next().flatten());
        let by_week: Vec<(i64, ability::Ability)> =
            (oldest..).zip(parts).filter_map(|(week, found)| Some((week * WEEK_US, found?))).collect();
        let until = until.get(worker).copied().unwrap_or(i64::MIN);
        let over = |(from, found): &&(i64, ability::Ability)| from + WEEK_US <= until && found.answers >= TOLD_STEP;
        let told = told.filter(|told| told.answers >= TOLD_MIN).map(|told| ToldAbility {
            right: twentieths(told.ends),
            weeks: by_week.iter().filter(over).map(told_week).collect(),
        });
        let week = |(from, found): (i64, ability::Ability)| AbilityWeek {
            from: Micros(from).to_string(),
            chance: estimate(&found),
            answers: found.answers,
        };
        let by_week = by_week.into_iter().map(week).collect();
        Some(Able { ability: Ability { chance: estimate(&whole), answers: whole.answers, by_week }, told, confusion })
    };
    found.into_iter().enumerate().zip(confusions.done()).map(one).collect()
}

fn estimate(found: &ability::Ability) -> Estimate {
    Estimate::between(found.mean, found.ends)
}

fn told_week((from, found): &(i64, ability::Ability)) -> ToldWeek {
    ToldWeek { from: Micros(*from).to_string(), right: twentieths(found.ends) }
}

/// Since when somebody answers gold better or worse, if chance explains as much with a probability of at most `most`.
pub(super) fn change(his: &[(i64, bool)], most: f64) -> Option<ChangeFigures> {
    turned(his, most).map(|(_, found)| found)
}

/// [`change`], and when the first answer after it came.
fn turned(his: &[(i64, bool)], most: f64) -> Option<(i64, ChangeFigures)> {
    let his = &his[his.len().saturating_sub(LOOKED_MAX)..];
    let right: Vec<bool> = his.iter().map(|(_, right)| *right).collect();
    let first = change_point(&right, SHORTEST, SEED, DRAWS).filter(|one| one.chance <= PLAINLY_CHANCE)?;
    let Change { at, chance, .. } = change_point(&right, SHORTEST, SEED, DRAWS_MAX).unwrap_or(first);
    let score = |part: &[bool]| {
        let (right, total) = (part.iter().filter(|right| **right).count(), part.len());
        GoldScore { right, total, share: share(right, total) }
    };
    let (before, after) = right.split_at(at);
    let (before, after, since) = (score(before), score(after), his[at].0);
    (chance <= most).then(|| (since, ChangeFigures { since: Micros(since).to_string(), before, after, chance }))
}

/// What somebody is told of himself; `None` where there is nothing to tell yet. `by_question` holds what is told of each question already.
pub(super) fn told(his: &[(i64, bool)], until: i64, most: f64, by_question: Told) -> Option<Told> {
    let his = &his[..his.partition_point(|(at, _)| *at <= until)];
    let right = his.iter().filter(|(_, right)| *right).count();
    let gold = (his.len() >= TOLD_MIN).then(|| share(right, his.len()));
    let ends = |share: &Estimate| twentieths((share.low, share.high));
    let changed = turned(his, most).map(|(since, found)| ToldChange {
        // The week: of a day with few answers he would know that gold was among them.
        since: Micros(since.div_euclid(WEEK_US) * WEEK_US).to_string(),
        before: ends(&found.before.share),
        after: ends(&found.after.share),
    });
    let told = Told { gold: gold.as_ref().map(ends), changed, ..by_question };
    (told.gold.is_some() || !told.ability.is_empty() || !told.numbers.is_empty()).then_some(told)
}

/// What chance may explain at most, so that over all who are looked at it is seldom that anybody is named for nothing.
pub(super) fn most(outcomes: &BTreeMap<u32, Outcomes>) -> f64 {
    FALSE_ALARM / real(outcomes.values().filter(|his| his.len() >= 2 * SHORTEST).count().max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use vouchsafe_quality::random::Random;

    /// One gold task a day, right with a chance that follows from the day.
    fn drawn(seed: u64, days: i64, chance: impl Fn(i64) -> f64) -> Outcomes {
        let mut random = Random::new(seed);
        (0..days).map(|day| (day * Micros::DAY, random.unit() < chance(day))).collect()
    }

    #[test]
    fn a_fall_is_dated_and_nobody_else_is_named() {
        let mut people: BTreeMap<u32, Outcomes> = (0..20).map(|n| (n, drawn(u64::from(n), 80, |_| 0.85))).collect();
        people.insert(20, drawn(99, 80, |day| if day < 50 { 0.95 } else { 0.3 }));
        let most = most(&people);
        let named = people.iter().filter_map(|(who, his)| Some((*who, change(his, most)?)));
        let found: BTreeMap<u32, ChangeFigures> = named.collect();
        assert_eq!(found.keys().copied().collect::<Vec<_>>(), [20], "{found:?}");
        let one = &found[&20];
        assert!(one.since.starts_with("1970-02-1") || one.since.starts_with("1970-02-2"), "{one:?}");
        assert!(one.before.share.low > one.after.share.high && one.chance < 0.0005, "{one:?}");
        assert_eq!(one.before.total + one.after.total, 80);
    }

    /// Looked at again after each tenth answer, as reports are.
    #[test]
    fn somebody_who_stays_the_same_is_seldom_said_to_change_however_often_he_is_looked_at() {
        let alarms = (0..60).filter(|seed| {
            let his = drawn(1_000 + seed, 200, |_| 0.8);
            (20..=200).step_by(10).any(|so_far| change(&his[..so_far], FALSE_ALARM).is_some())
        });
        let alarms = alarms.count();
        assert!(alarms <= 4, "{alarms} of 60");
    }

    #[test]
    fn what_somebody_is_told_moves_in_steps_of_many_answers_and_a_day_late() {
        let work = |at_us: Vec<i64>| Work {
            person: vouchsafe_domain::ids::PersonId(uuid::Uuid::from_u128(1)),
            pseudonym: "p-1".into(),
            active_ms: Vec::new(),
            at_us,
        };
        let day = |n: i64| (0..n).map(|i| Micros::DAY + i).collect::<Vec<_>>();
        let now = Micros(2 * Micros::DAY + 5);
        let until = |at_us| told_until(&[work(at_us)], now)[0];
        assert_eq!(until(day(19)), i64::MIN);
        assert_eq!(until(day(20)), Micros::DAY + 19);
        assert_eq!(until(day(39)), Micros::DAY + 19);
        assert_eq!(told_until(&[work(day(40))], Micros(2 * Micros::DAY - 1))[0], i64::MIN, "the day is not over");
    }

    #[test]
    fn what_somebody_is_told_is_rough_and_leaves_out_what_came_since() {
        let his: Outcomes = (0..30).map(|n| (n, n < 25)).collect();
        let told = |until| told(&his, until, 0.0001, Told::default());
        assert_eq!(told(8), None, "nine are too few");
        let gold = told(19).expect("twenty are enough").gold.expect("there is gold");
        assert_eq!((gold.from, gold.to), (80, 100));
        let all = told(29).expect("all of them");
        assert_eq!(
            (all.gold.map(|gold| (gold.from, gold.to)), all.changed),
            (Some((65, 95)), None),
            "chance may do as much"
        );
    }
}
