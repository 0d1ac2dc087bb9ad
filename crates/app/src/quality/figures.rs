//! Agreement and model of one question, from its votes.

use super::{
    certainty::Certainty,
    coding::{Scale, Votes},
    estimate::{COMPARED_MIN, CONTESTED_MAX, Estimate, LEVEL, SEED, WEEK_US, draws, mean, real, share, with_interval},
    methods::Modelled,
    numbers::Numbers,
    report::{Agreement, Contested, ModelFigures, QuestionFigures, Week},
    sets::Sets,
};
use std::{collections::BTreeMap, sync::Arc};
use vouchsafe_domain::{ids::TaskId, time::Micros};
use vouchsafe_quality::{
    aggregate::{Consensus, Posteriors},
    agreement::{self, Chance, Weights, alpha, alpha_of_numbers, corrected},
    allocate::Crowd,
    answers::Answers,
    calibration::GOLD_MIN,
    numbers::Ratings,
};

/// Items with two answers that a week must have to be shown.
const WEEK_ITEMS_MIN: usize = 10;
const WEEKS_MAX: usize = 26;
/// How many more answers are looked ahead.
const AHEAD: usize = 2;
/// Classes beyond which looking ahead costs too much.
const AHEAD_CLASSES_MAX: usize = 12;
/// A class whose probability is above this leaves nothing to contest.
const CERTAIN: f64 = 0.95;

/// What is believed of one question's items: of their classes, of their numbers, of both or of neither.
pub(super) struct Believed {
    pub(super) certainty: Option<Certainty>,
    pub(super) numbers: Option<Numbers>,
}

/// Reckons one question, answered by so many people and by so many models. `tasks` names each task by its code. The model of the answers
/// knows both; agreement, and what more answers would tell, are of people alone.
pub(super) fn reckon(
    votes: &Votes,
    (people, models): (usize, usize),
    tasks: &[TaskId],
) -> Option<(QuestionFigures, Believed)> {
    let (answers, of_people) = (votes.answers(people + models)?, votes.answers(people)?);
    let ratings = votes.ratings(people);
    let as_numbers = ratings.as_ref().filter(|_| votes.is_number());
    let model = (votes.has_model() && founded(votes, &answers)).then(|| Modelled::of(votes, &answers));
    let sets = model.as_ref().and_then(|_| Sets::of(votes, &answers));
    let judged = judged(votes);
    let crowd = model.as_ref().map(|model| Crowd::of(&of_people, &model.consensus.posteriors));
    let described =
        |(model, crowd)| describe(votes, &of_people, &Described { model, crowd, sets: sets.as_ref() }, &judged, tasks);
    let mut figures = QuestionFigures {
        question: votes.question.name.clone(),
        kind: votes.question.kind.to_owned(),
        items: votes.items.len(),
        answers: as_numbers.map_or(of_people.len(), Ratings::len),
        classes: votes.words(),
        agreement: agreement(votes, as_numbers, &of_people),
        model: model.as_ref().zip(crowd.as_ref()).map(described),
        numbers: None,
    };
    let certainty = model.zip(crowd).map(|(model, crowd)| {
        let Consensus { method, posteriors, .. } = model.consensus;
        Certainty { method, posteriors: Arc::new(posteriors), judged, crowd, sets }
    });
    let numbers = ratings.and_then(|ratings| {
        let (numbers, methods) = Numbers::of(votes, &ratings, models, certainty.as_ref())?;
        figures.numbers = Some(numbers.figures(votes, methods, &ratings, tasks));
        Some(numbers)
    });
    Some((figures, Believed { certainty, numbers }))
}

/// Whether anything speaks for or against an answer: another answer to the same item, gold, or a decision. Without either a model would
/// only repeat its own prior.
fn founded(votes: &Votes, answers: &Answers) -> bool {
    let compared = (0..answers.tasks()).filter(|item| answers.of_task(*item).len() > 1).count();
    !votes.gold.is_empty() || !votes.decided.is_empty() || compared >= COMPARED_MIN
}

/// A model and what was made of it.
struct Described<'a> {
    model: &'a Modelled,
    crowd: &'a Crowd,
    sets: Option<&'a Sets>,
}

fn describe(
    votes: &Votes,
    answers: &Answers,
    &Described { model, crowd, sets }: &Described<'_>,
    judged: &[usize],
    tasks: &[TaskId],
) -> ModelFigures {
    let consensus = &model.consensus;
    let posteriors = &consensus.posteriors;
    let truth = votes.truth().len();
    let wrong = votes.gold.iter().filter(|(item, class)| posteriors.best(*item) != *class).count();
    let doubts: Vec<f64> = judged.iter().map(|item| posteriors.doubt(*item)).collect();
    let confusion = crowd.confusion();
    ModelFigures {
        method: consensus.method.name().to_owned(),
        version: consensus.version,
        seed: consensus.seed,
        verified: truth >= GOLD_MIN,
        temperature: model.temperature.map(|temperature| temperature.value),
        methods: model.methods(),
        differ: model.differ(votes, tasks),
        gold: votes.gold.len(),
        decided: votes.decided.len(),
        gold_error: (!votes.gold.is_empty()).then(|| share(wrong, votes.gold.len())),
        expected_error: mean(&doubts, 1.0),
        between: None,
        sets: sets.map(|sets| sets.figures(judged)),
        with_more: with_more(posteriors, judged, &confusion),
        contested: contested(votes, answers, posteriors, judged, tasks),
        confusion,
    }
}

/// Items of which nobody knows the right class: neither gold nor decided.
fn judged(votes: &Votes) -> Vec<usize> {
    let truth: std::collections::BTreeSet<usize> = votes.truth().iter().map(|(item, _)| *item).collect();
    let open = |item: &usize| !truth.contains(item) && !votes.aside.contains(&votes.items[*item].task);
    (0..votes.items.len()).filter(open).collect()
}

fn agreement(votes: &Votes, numbers: Option<&Ratings>, answers: &Answers) -> Agreement {
    let answers = answers.without_duplicates();
    let of = |answers: &Answers| {
        alpha(
            answers,
            match votes.scale {
                Scale::Nominal => agreement::Scale::Nominal,
                Scale::Ordinal => agreement::Scale::Ordinal,
                Scale::Interval => return None,
            },
        )
    };
    let of_items = |items: Option<&[usize]>| match (numbers, items) {
        (Some(numbers), items) => {
            let all: Vec<usize> = items.map_or_else(|| (0..numbers.tasks()).collect(), <[usize]>::to_vec);
            let (value, ends) = alpha_of_numbers(numbers, &all, (SEED, draws(numbers.len())), LEVEL)?;
            Some(Estimate { value, low: ends.low, high: ends.high })
        }
        (None, None) => with_interval(&answers, of),
        (None, Some(items)) => with_interval(&answers.take(items), of),
    };
    let weights = if votes.scale == Scale::Ordinal { Weights::Ordinal } else { Weights::Identity };
    let gwet = |answers: &Answers| corrected(answers, weights, Chance::Gwet).map(|found| found.value);
    let mut counts = vec![0_usize; answers.classes()];
    for (_, class) in (0..answers.tasks()).flat_map(|item| answers.of_task(item).collect::<Vec<_>>()) {
        counts[class] += 1;
    }
    let most = counts.iter().max().copied().unwrap_or(0);
    Agreement {
        scale: votes.scale.word().to_owned(),
        alpha: of_items(None),
        ac1: (votes.scale != Scale::Interval).then(|| with_interval(&answers, gwet)).flatten(),
        gamma: votes.gamma,
        dominant_share: (!answers.is_empty()).then(|| real(most) / real(answers.len())),
        by_week: weeks(
            votes,
            |item| numbers.map_or_else(|| answers.of_task(item).len(), |of| of.of_task(item).len()),
            of_items,
        ),
    }
}

fn weeks(
    votes: &Votes,
    answers: impl Fn(usize) -> usize,
    of: impl Fn(Option<&[usize]>) -> Option<Estimate>,
) -> Vec<Week> {
    // An item belongs to the week of its newest answer.
    let mut newest = vec![i64::MIN; votes.items.len()];
    for (item, _, at) in votes.given() {
        newest[item as usize] = newest[item as usize].max(at);
    }
    let mut weeks: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for (item, at) in newest.into_iter().enumerate().filter(|(item, _)| answers(*item) > 1) {
        weeks.entry(at.div_euclid(WEEK_US)).or_default().push(item);
    }
    let week = |(week, items): (&i64, &Vec<usize>)| {
        let alpha = of(Some(items))?;
        Some(Week { from: Micros(week * WEEK_US).to_string(), items: items.len(), alpha })
    };
    let enough = weeks.iter().rev().filter(|(_, items)| items.len() >= WEEK_ITEMS_MIN).take(WEEKS_MAX);
    let mut shown: Vec<Week> = enough.filter_map(week).collect();
    shown.reverse();
    shown
}

/// The expected error after each further answer of an average member: the mean, over what he may say, of the
/// error that would then be left. Empty where there are too many classes.
fn with_more(posteriors: &Posteriors, judged: &[usize], confusion: &[Vec<f64>]) -> Vec<f64> {
    if confusion.len() > AHEAD_CLASSES_MAX || judged.is_empty() {
        return Vec::new();
    }
    let right: Vec<f64> = (1..=AHEAD)
        .map(|more| judged.iter().map(|item| best_after(posteriors.task(*item), confusion, more)).sum::<f64>())
        .collect();
    right.into_iter().map(|right| (1.0 - right / real(judged.len())).max(0.0)).collect()
}

/// Expected probability of the best class after `more` answers; `weights` are joint with what was said so far.
fn best_after(weights: &[f64], confusion: &[Vec<f64>], more: usize) -> f64 {
    if more == 0 {
        return weights.iter().copied().fold(0.0, f64::max);
    }
    (0..confusion.len())
        .map(|said| {
            let joint: Vec<f64> = weights.iter().zip(confusion).map(|(weight, row)| weight * row[said]).collect();
            best_after(&joint, confusion, more - 1)
        })
        .sum()
}

/// Of a distribution, in nats.
pub(super) fn entropy(probabilities: &[f64]) -> f64 {
    probabilities.iter().filter(|p| **p > 0.0).map(|p| -p * p.ln()).sum()
}

fn contested(
    votes: &Votes,
    answers: &Answers,
    posteriors: &Posteriors,
    judged: &[usize],
    tasks: &[TaskId],
) -> Vec<Contested> {
    let mut doubtful: Vec<(usize, f64)> = judged
        .iter()
        .filter(|item| posteriors.task(**item)[posteriors.best(**item)] < CERTAIN)
        .map(|item| (*item, entropy(posteriors.task(*item))))
        .collect();
    doubtful.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    doubtful.truncate(CONTESTED_MAX);
    let shown = |(item, _): (usize, f64)| {
        let at = &votes.items[item];
        Some(Contested {
            task: tasks.get(at.task as usize)?.to_string(),
            part: at.part.as_deref().map(str::to_owned),
            probabilities: posteriors.task(item).to_vec(),
            answers: answers.of_task(item).len(),
        })
    };
    doubtful.into_iter().filter_map(shown).collect()
}
