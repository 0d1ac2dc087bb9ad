//! What is known of each person: ability, gold, and what reviews say when corrected for who reviewed.

use super::{
    coding::Votes,
    figures::{LEVEL, share},
    gather::Verdict,
    measured::{self, Again},
    report::{Ability, Chance, Estimate, GoldScore, HiddenScore, PersonFigures, ReviewFigures, SamplingFigures},
};
use std::collections::{BTreeMap, HashMap};
use vouchsafe_domain::ids::PersonId;
use vouchsafe_quality::{
    ability::{abilities_with, clopper_pearson, plan},
    review::{self, Fit, Person, Review},
};

/// Reviews below which the severity of reviewers cannot be told from the quality of authors.
const REVIEWS_MIN: usize = 10;
/// Half width of a 95 % interval in standard errors.
const Z: f64 = 1.96;

/// What was counted of one person while answers were read.
#[derive(Debug, Clone)]
pub(super) struct Work {
    pub(super) person: PersonId,
    pub(super) pseudonym: String,
    pub(super) active_ms: Vec<i64>,
}

/// Everybody's figures, in order of pseudonym.
pub(super) fn figures(work: &[Work], votes: &[Votes], verdicts: &[Verdict], again: &[Again]) -> Vec<PersonFigures> {
    let mut people: Vec<PersonFigures> = work.iter().map(start).collect();
    for votes in votes {
        let Some(answers) = votes.answers(work.len()) else { continue };
        if votes.has_model() {
            for (person, ability) in people.iter_mut().zip(abilities_with(&answers, &votes.truth(), None, LEVEL)) {
                let Some(found) = ability else { continue };
                let chance = Estimate { value: found.mean, low: found.ends.0, high: found.ends.1 };
                person.ability.insert(votes.question.name.clone(), Ability { chance, answers: found.answers });
            }
        }
    }
    for (person, score) in people.iter_mut().zip(gold(work.len(), votes)) {
        person.gold = score;
    }
    let fit = fit(verdicts, again, work.len());
    for (code, person) in people.iter_mut().enumerate() {
        let counted = verdicts.iter().filter(|verdict| verdict.author == code);
        person.reviewed = chance(counted, fit.as_ref().and_then(|fit| fit.authors.get(code)));
    }
    people.retain(|person| person.annotations > 0);
    people.sort_by(|a, b| a.person.cmp(&b.person));
    people
}

fn start(work: &Work) -> PersonFigures {
    let mut active = work.active_ms.clone();
    active.sort_unstable();
    PersonFigures {
        person: work.pseudonym.clone(),
        annotations: active.len(),
        median_active_ms: active.get(active.len() / 2).copied().unwrap_or(0),
        ability: BTreeMap::new(),
        gold: None,
        reviewed: None,
    }
}

fn gold(workers: usize, votes: &[Votes]) -> Vec<Option<GoldScore>> {
    let mut counts = vec![(0_usize, 0_usize); workers];
    for votes in votes {
        let known: HashMap<usize, usize> = votes.gold.iter().copied().collect();
        for (item, worker, class) in &votes.triples {
            let Some(right) = known.get(&(*item as usize)) else { continue };
            let Some(count) = counts.get_mut(*worker as usize) else { continue };
            count.0 += usize::from(*right == usize::from(*class));
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
    let (mut reviews, mut accepted) = (0, 0);
    for verdict in counted {
        reviews += 1;
        accepted += usize::from(verdict.word == "accept");
    }
    let estimate = |person: &Person| Estimate { value: person.chance, low: person.ends.0, high: person.ends.1 };
    (reviews > 0).then(|| Chance { reviews, accepted, chance: person.map(estimate) })
}

/// Shares of wrong answers that a plan lets pass, and keeps out; each with this risk of erring.
const GOOD: f64 = 0.01;
const BAD: f64 = 0.05;
const RISK: f64 = 0.05;

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
        for reason in &verdict.reasons {
            *reasons.entry(reason.clone()).or_default() += 1;
        }
    }
    let reviewer = |(code, work): (usize, &Work)| {
        let counted = verdicts.iter().filter(|verdict| verdict.reviewer == code);
        let chance = chance(counted, fit.as_ref().and_then(|fit| fit.reviewers.get(code)))?;
        Some((work.pseudonym.clone(), chance))
    };
    Some(ReviewFigures {
        sampling: sampling(verdicts.len(), verdicts.iter().filter(|verdict| verdict.word != "accept").count()),
        verdicts: words,
        reasons,
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
