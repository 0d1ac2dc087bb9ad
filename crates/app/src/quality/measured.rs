//! How good reviewers are: by answers to gold that stand among the others, and by a second verdict on the same answer.

use super::{
    estimate::{share, with_interval},
    gather::Gathered,
    report::{AgainFigures, HiddenScore, Roughly},
    standing::Scores,
};
use crate::work::submit::draw;
use std::collections::{BTreeMap, HashMap};
use vouchsafe_domain::{ids::AnnotationId, time::Micros, work::assignment::drawn};
use vouchsafe_quality::{
    agreement::{Chance, Weights, corrected},
    answers::{Answers, Triple},
};
use vouchsafe_store::work::measuring::{GoldAnswer, Measures, Rates};

/// Answers to gold that are older are no longer put before reviewers, so that a rate that is set late does not bring years of them.
const FRESH_US: i64 = Micros::DAY;
/// How far behind the last report an answer may have become visible.
const BEHIND_US: i64 = 5 * Micros::MINUTE;
const VERDICTS: [&str; 3] = ["accept", "fix", "return"];

/// An answer that two reviewers judged, blind to each other.
pub(super) struct Again {
    pub(super) author: usize,
    pub(super) first: usize,
    pub(super) second: usize,
    pub(super) words: (String, String),
}

/// Every answer that was judged twice.
pub(super) fn again(gathered: &Gathered) -> Vec<Again> {
    let first: HashMap<AnnotationId, _> = gathered.verdicts.iter().map(|one| (one.annotation, one)).collect();
    let pair = |(measured, second): &(vouchsafe_store::work::measuring::Measured, usize)| {
        let first = first.get(&measured.annotation).filter(|_| measured.measures == Measures::Second)?;
        let words = (first.word.clone(), measured.verdict.clone());
        Some(Again { author: first.author, first: first.reviewer, second: *second, words })
    };
    gathered.measured.iter().filter_map(pair).collect()
}

/// How far the two agree.
pub(super) fn figures(again: &[Again], people: usize) -> Option<AgainFigures> {
    if again.is_empty() {
        return None;
    }
    let same = again.iter().filter(|one| one.words.0 == one.words.1).count();
    let code =
        |word: &str| VERDICTS.iter().position(|verdict| *verdict == word).and_then(|code| u16::try_from(code).ok());
    let person = |code: usize| u32::try_from(code).unwrap_or(u32::MAX);
    let triples: Vec<Triple> = (0..)
        .zip(again)
        .flat_map(|(item, one)| [(item, one.first, &one.words.0), (item, one.second, &one.words.1)])
        .filter_map(|(item, reviewer, word)| Some((item, person(reviewer), code(word)?)))
        .collect();
    let answers = Answers::new(again.len(), people, VERDICTS.len(), &triples).ok();
    let gwet = |answers: &Answers| corrected(answers, Weights::Identity, Chance::Gwet).map(|found| found.value);
    Some(AgainFigures {
        answers: again.len(),
        same: share(same, again.len()),
        ac1: answers.and_then(|answers| with_interval(&answers, gwet)),
    })
}

/// How each reviewer judged answers to gold, by pseudonym. An answer is right when every known part of it is.
pub(super) fn hidden(gathered: &Gathered, scores: &Scores, now: Micros) -> BTreeMap<String, HiddenScore> {
    let midnight = now.0 - now.0.rem_euclid(Micros::DAY);
    let right: HashMap<AnnotationId, bool> = gathered
        .gold_answers
        .iter()
        .zip(&gathered.gold_work)
        .filter_map(|(answer, (worker, task, _))| {
            scores.get(&(*worker, *task)).map(|(right, asked)| (answer.annotation, right == asked))
        })
        .collect();
    let mut counts: BTreeMap<usize, [usize; 5]> = BTreeMap::new();
    for (one, reviewer) in gathered.measured.iter().filter(|(one, _)| one.measures == Measures::Gold) {
        let Some(right) = right.get(&one.annotation) else { continue };
        let accepted = one.verdict == "accept";
        let [well, all, missed, alarms, told] = counts.entry(*reviewer).or_default();
        let told_of = usize::from(one.at.0 < midnight);
        *all += 1;
        *well += usize::from(accepted == *right);
        *missed += usize::from(accepted && !right);
        *alarms += usize::from(!accepted && *right);
        *told += told_of;
    }
    let mut told_right: BTreeMap<usize, usize> = BTreeMap::new();
    for (one, reviewer) in
        gathered.measured.iter().filter(|(one, _)| one.measures == Measures::Gold && one.at.0 < midnight)
    {
        let well = right.get(&one.annotation).is_some_and(|right| (one.verdict == "accept") == *right);
        *told_right.entry(*reviewer).or_default() += usize::from(well);
    }
    let score = |(reviewer, [right, total, missed, false_alarms, told]): (usize, [usize; 5])| {
        let told = (told_right.get(&reviewer).copied().unwrap_or(0), told);
        let score = HiddenScore { right, total, share: share(right, total), missed, false_alarms, told };
        gathered.work.get(reviewer).map(|work| (work.pseudonym.clone(), score))
    };
    counts.into_iter().filter_map(score).collect()
}

/// The answers to gold to put before a reviewer: of those that came since the last report. Which follows from their ids, so
/// that each is drawn once.
pub(super) fn choose(answers: &[GoldAnswer], rates: Rates, last: Option<Micros>, now: Micros) -> Vec<GoldAnswer> {
    let from = last.map_or(i64::MIN, |last| last.0 - BEHIND_US).max(now.0 - FRESH_US);
    let fresh = answers.iter().filter(|one| one.at.0 > from);
    fresh.filter(|one| drawn(draw(one.annotation), rates.gold)).copied().collect()
}

/// What a reviewer is told of himself: nothing below so many, and ends rounded outward to whole twentieths, in percent.
pub(super) fn told(score: &HiddenScore) -> Option<Roughly> {
    const TOLD_MIN: usize = 10;
    let (right, total) = score.told;
    if total < TOLD_MIN {
        return None;
    }
    let ends = share(right, total);
    Some(twentieths((ends.low, ends.high)))
}

/// Both ends of an interval of shares rounded outward to whole twentieths, in percent.
pub(super) fn twentieths((low, high): (f64, f64)) -> Roughly {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of 0 to 1, in twentieths")]
    let twentieths = |x: f64| (x.clamp(0.0, 1.0) * 20.0) as u32;
    Roughly { from: 5 * twentieths(low), to: (5 * twentieths(high) + 5).min(100) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(first: &str, second: &str) -> Again {
        Again { author: 0, first: 1, second: 2, words: (first.into(), second.into()) }
    }

    #[test]
    fn two_verdicts_agree_or_not() {
        assert_eq!(figures(&[], 3), None);
        let pairs: Vec<Again> =
            (0..40).map(|n| if n % 4 == 0 { pair("accept", "return") } else { pair("accept", "accept") }).collect();
        let found = figures(&pairs, 3).expect("there are pairs");
        assert_eq!((found.answers, found.same.value.to_bits()), (40, 0.75_f64.to_bits()));
        let ac1 = found.ac1.expect("it is defined");
        assert!(ac1.low <= ac1.value && ac1.value <= ac1.high && ac1.value > 0.5, "{ac1:?}");
    }

    #[test]
    fn a_reviewer_is_told_little_and_late() {
        let score = |right, total| HiddenScore {
            right: 0,
            total: 99,
            share: share(0, 99),
            missed: 0,
            false_alarms: 0,
            told: (right, total),
        };
        assert_eq!(told(&score(9, 9)), None);
        let Roughly { from: low, to: high } = told(&score(9, 12)).expect("twelve are enough");
        let exact = share(9, 12);
        assert!(
            f64::from(low) / 100.0 <= exact.low && exact.high <= f64::from(high) / 100.0 && low % 5 == 0,
            "{low} {high}"
        );
    }

    #[test]
    fn which_answers_are_put_before_a_reviewer_follows_from_their_ids() {
        let answer = |n: u128, at: i64| GoldAnswer {
            annotation: AnnotationId(uuid::Uuid::from_u128(n << 76 | n)),
            task: vouchsafe_domain::ids::TaskId(uuid::Uuid::from_u128(n)),
            number: 1,
            author: vouchsafe_domain::ids::PersonId(uuid::Uuid::from_u128(1)),
            at: Micros(at),
        };
        let answers: Vec<GoldAnswer> = (0..2_000).map(|n| answer(n * 7_919, Micros::DAY)).collect();
        let rates = Rates { second: 0, gold: 2_500 };
        let all = Rates { gold: 10_000, ..rates };
        let now = Micros(2 * Micros::DAY - 1);
        let chosen = choose(&answers, rates, None, now);
        assert_eq!(chosen, choose(&answers, rates, None, now));
        assert!(choose(&answers, Rates::default(), None, now).is_empty());
        assert!(choose(&answers, all, None, Micros(2 * Micros::DAY)).is_empty(), "a day old");
        assert!(choose(&answers, all, Some(now), now).is_empty(), "the last report knew them");
        assert_eq!(choose(&answers, all, None, now).len(), 2_000);
    }
}
