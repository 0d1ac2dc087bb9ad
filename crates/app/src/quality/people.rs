//! What is known of each person: ability, gold, and what reviews say when corrected for who reviewed.

use super::{
    coding::Votes,
    estimate::{Estimate, LEVEL, share},
    gather::{Counts, Gathered, Verdict, Work},
    judges,
    measured::{self, Again},
    numbers, over_time,
    report::{
        Chance, FixSize, GoldScore, HiddenScore, JudgeFigures, PersonFigures, ReviewFigures, SamplingFigures, Told,
    },
    standing::Scores,
};
use std::collections::BTreeMap;
use vouchsafe_domain::time::Micros;
use vouchsafe_quality::{
    ability::{clopper_pearson, plan},
    review::{self, Fit, Person, Review, mean_share},
};

/// Reviews below which the severity of reviewers cannot be told from the quality of authors.
const REVIEWS_MIN: usize = 10;
/// Half width of a 95 % interval in standard errors.
const Z: f64 = 1.96;

/// Everybody's figures, in order of pseudonym, and those of the models that answered beside them, in order of name.
pub(super) fn figures(
    gathered: &Gathered,
    scores: &Scores,
    again: &[Again],
    now: Micros,
) -> (Vec<PersonFigures>, Vec<JudgeFigures>) {
    let (work, votes, verdicts) = (&*gathered.work, &*gathered.votes, &*gathered.verdicts);
    let mut people: Vec<PersonFigures> = work.iter().map(start).collect();
    let mut models = judges::start(&gathered.judges);
    let until = over_time::told_until(work, now);
    let mut told = vec![Told::default(); work.len()];
    for votes in votes.iter().filter(|votes| votes.has_model()) {
        let Some(answers) = votes.answers(work.len() + models.len()) else { continue };
        let mut found = over_time::abilities(votes, &answers, &until);
        judges::able(&mut models, votes, found.split_off(work.len()));
        for ((person, told), found) in people.iter_mut().zip(&mut told).zip(found) {
            let Some(found) = found else { continue };
            let name = || votes.question.name.clone();
            person.ability.insert(name(), found.ability);
            person.confusion.extend(found.confusion.map(|of_it| (name(), of_it)));
            told.ability.extend(found.told.map(|of_it| (name(), of_it)));
        }
    }
    for votes in votes {
        let mut found = numbers::habits(votes, work.len() + models.len(), &until);
        judges::habits(&mut models, votes, found.split_off(work.len()));
        for ((person, told), found) in people.iter_mut().zip(&mut told).zip(found) {
            let Some(found) = found else { continue };
            let name = || votes.question.name.clone();
            person.numbers.insert(name(), found.habit);
            told.numbers.extend(found.told.map(|of_it| (name(), of_it)));
        }
    }
    let outcomes = over_time::outcomes(scores, &gathered.gold_work);
    let most = over_time::most(&outcomes);
    for (code, (person, told)) in (0..).zip(people.iter_mut().zip(told)) {
        let his = outcomes.get(&code).map(Vec::as_slice).unwrap_or_default();
        person.changed = over_time::change(his, most);
        let until = until.get(code as usize).copied().unwrap_or(i64::MIN);
        person.told = over_time::told(his, until, most, told);
    }
    let mut on_gold = gold(work.len() + models.len(), votes);
    let models = judges::done(models, votes, on_gold.split_off(work.len()), work.len());
    for (person, score) in people.iter_mut().zip(on_gold) {
        person.gold = score;
    }
    let fit = fit(verdicts, again, work.len());
    for (code, person) in people.iter_mut().enumerate() {
        let counted = verdicts.iter().filter(|verdict| verdict.author == code);
        person.reviewed = chance(counted, fit.as_ref().and_then(|fit| fit.authors.get(code)));
    }
    people.retain(|person| person.annotations > 0);
    people.sort_by(|a, b| a.person.cmp(&b.person));
    (people, models)
}

fn start(work: &Work) -> PersonFigures {
    let mut active = work.active_ms.clone();
    active.sort_unstable();
    PersonFigures {
        person: work.pseudonym.clone(),
        annotations: active.len(),
        median_active_ms: active.get(active.len() / 2).copied().unwrap_or(0),
        ability: BTreeMap::new(),
        confusion: BTreeMap::new(),
        numbers: BTreeMap::new(),
        gold: None,
        reviewed: None,
        changed: None,
        told: None,
    }
}

fn gold(workers: usize, votes: &[Votes]) -> Vec<Option<GoldScore>> {
    let mut counts = vec![(0_usize, 0_usize); workers];
    for votes in votes {
        for (_, worker, _, right) in votes.on_gold() {
            let Some(count) = counts.get_mut(worker as usize) else { continue };
            count.0 += usize::from(right);
            count.1 += 1;
        }
    }
    let score =
        |(right, total): (usize, usize)| (total > 0).then(|| GoldScore { right, total, share: share(right, total) });
    counts.into_iter().map(score).collect()
}

/// Two verdicts on the same answer are two rows.
fn fit(verdicts: &[Verdict], again: &[Again], people: usize) -> Option<Fit> {
    if verdicts.len() < REVIEWS_MIN {
        return None;
    }
    let reviews: Vec<Review> = verdicts
        .iter()
        .map(|verdict| Review { author: verdict.author, reviewer: verdict.reviewer, passed: verdict.word == "accept" })
        .chain(again.iter().map(|one| Review {
            author: one.author,
            reviewer: one.second,
            passed: one.words.1 == "accept",
        }))
        .collect();
    review::fit(&reviews, people, people, Z)
}

fn chance<'a>(counted: impl Iterator<Item = &'a Verdict>, person: Option<&Person>) -> Option<Chance> {
    let estimate = |person: &Person| Estimate::between(person.chance, person.ends);
    let (mut said, mut sizes) = (Chance { chance: person.map(estimate), ..Chance::default() }, Vec::new());
    for verdict in counted {
        said.reviews += 1;
        match verdict.word.as_str() {
            "accept" => said.accepted += 1,
            "fix" => said.fixed += 1,
            _ => said.returned += 1,
        }
        sizes.extend(verdict.fix_size);
        count_reasons(&mut said.reasons, verdict);
    }
    said.fix_size = fix_size(&sizes);
    (said.reviews > 0).then_some(said)
}

fn count_reasons(counts: &mut BTreeMap<String, usize>, verdict: &Verdict) {
    for reason in &verdict.reasons {
        *counts.entry(reason.clone()).or_default() += 1;
    }
}

fn fix_size(sizes: &[f64]) -> Option<FixSize> {
    let (value, (low, high)) = mean_share(sizes, LEVEL)?;
    Some(FixSize { fixes: sizes.len(), mean: Estimate { value, low, high } })
}

/// Shares of wrong answers that a plan lets pass, and keeps out; each with this risk of erring.
pub(super) const GOOD: f64 = 0.01;
pub(super) const BAD: f64 = 0.05;
pub(super) const RISK: f64 = 0.05;

/// Whether so many reviewed answers, of which so many were not accepted as they were, meet the plan. `None` without any.
fn sampling(sample: usize, wrong: usize) -> Option<SamplingFigures> {
    let plan = plan(GOOD, BAD, RISK, RISK).filter(|_| sample > 0)?;
    let (_, at_most) = clopper_pearson(wrong, sample, 1.0 - 2.0 * RISK);
    let met = if at_most <= BAD { Some(true) } else { (sample >= plan.sample).then_some(false) };
    Some(SamplingFigures { sample, wrong, at_most, plan: (plan.sample, plan.wrong_max), bad: BAD, good: GOOD, met })
}

/// What reviews say as a whole; `None` without any.
pub(super) fn reviews(
    work: &[Work],
    verdicts: &[Verdict],
    again: &[Again],
    hidden: BTreeMap<String, HiddenScore>,
) -> Option<ReviewFigures> {
    if verdicts.is_empty() && hidden.is_empty() {
        return None;
    }
    let fit = fit(verdicts, again, work.len());
    let (mut words, mut reasons) = (BTreeMap::new(), BTreeMap::new());
    for verdict in verdicts {
        *words.entry(verdict.word.clone()).or_default() += 1;
        count_reasons(&mut reasons, verdict);
    }
    let sizes: Vec<f64> = verdicts.iter().filter_map(|verdict| verdict.fix_size).collect();
    let drawn = || verdicts.iter().filter(|verdict| verdict.counts == Counts::Drawn);
    let reviewer = |(code, work): (usize, &Work)| {
        let counted = verdicts.iter().filter(|verdict| verdict.reviewer == code);
        let chance = chance(counted, fit.as_ref().and_then(|fit| fit.reviewers.get(code)))?;
        Some((work.pseudonym.clone(), chance))
    };
    Some(ReviewFigures {
        sampling: sampling(drawn().count(), drawn().filter(|verdict| verdict.word != "accept").count()),
        verdicts: words,
        reasons,
        fix_size: fix_size(&sizes),
        reviewers: work.iter().enumerate().filter_map(reviewer).collect(),
        reviewer_spread: fit.as_ref().map(|fit| fit.reviewer_spread),
        again: measured::figures(again, work.len()),
        hidden,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both ways of saying it agree: so many wrong are let through as the plan says, and one more is not.
    #[test]
    fn a_sample_meets_the_plan_or_not_or_is_too_small_to_say() {
        let (sample, wrong_max) = sampling(1, 0).expect("there is one").plan;
        let met = |sample, wrong| sampling(sample, wrong).expect("there are some").met;
        assert_eq!((met(sample, wrong_max), met(sample, wrong_max + 1)), (Some(true), Some(false)));
        assert_eq!((met(20, 0), met(20, 3)), (None, None));
        assert_eq!(met(59, 0), Some(true), "0.95 to the 59 is below 0.05");
        assert_eq!(sampling(0, 0), None);
    }
}
