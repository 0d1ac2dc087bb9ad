//! Questions that are answered with numbers, with grades, or with points for each criterion of a rubric: what a model believes of the true one, and how far off the consensus is
//! expected to be, in its own unit.

use super::{
    certainty::Certainty,
    coding::{Votes, is_near},
    estimate::{COMPARED_MIN, CONTESTED_MAX, Estimate, LEVEL, SEED, mean, real, share},
    over_time::{Moments, TOLD_MIN, is_told},
    report::{ContestedNumber, NumberFigures, NumberHabit, NumberMethod, ToldHabit},
};
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};
use vouchsafe_domain::ids::TaskId;
use vouchsafe_quality::{
    aggregate::{self, Posteriors},
    calibration::GOLD_MIN,
    consensus::{numbers, trimmed_mean},
    numbers::{self as model, Belief, Choice, Held, KnownNumber, Method, Off, Ratings, auto, mean_error},
};

/// What is believed of each item of one question.
pub(super) struct Numbers {
    /// The model's name.
    pub(super) method: &'static str,
    /// Items of which nobody knows the number.
    pub(super) judged: Vec<usize>,
    beliefs: Beliefs,
    /// What the schema's method makes of the answers, by item; of points a share.
    given: Vec<Option<f64>>,
    /// What an item counts for whose number is 1.
    worths: Vec<f64>,
    /// The variance among the answers to one item.
    noise: Option<f64>,
    bounds: (f64, f64),
    tolerance: Option<f64>,
}

enum Beliefs {
    Numbers(Vec<Option<model::Estimate>>, Option<Held>),
    /// The classes in rising order, and the number of each.
    Grades(Arc<Posteriors>, Vec<(usize, f64)>),
}

/// Where the true number lies around a given one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Around {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) off: Off,
    /// Probability that it lies within the tolerance.
    pub(super) within: Option<f64>,
}

impl Numbers {
    /// Of one question, as people answered it and so many models beside them. `None` where there is nothing to compare.
    pub(super) fn of(
        votes: &Votes,
        of_people: &Ratings,
        models: usize,
        certainty: Option<&Certainty>,
    ) -> Option<(Self, Vec<NumberMethod>)> {
        let known = votes.known_numbers();
        let (method, beliefs, methods) = if votes.is_graded() || (votes.has_points() && !votes.parts_points()) {
            let certainty = certainty?;
            (certainty.method.name(), Beliefs::graded(votes, certainty), Vec::new())
        } else {
            let with_models = (models > 0).then(|| votes.ratings(of_people.workers() + models)).flatten();
            let all = with_models.as_ref().unwrap_or(of_people);
            if !founded(all, &known) {
                return None;
            }
            let choice = auto(all, wanted(votes), &known);
            let held = Held::fit(all, choice.method, &votes.gold_numbers, LEVEL, SEED);
            (choice.method.name(), Beliefs::Numbers(choice.estimates.clone(), held), scores(&choice))
        };
        let open: BTreeSet<usize> = known.iter().map(|(item, _)| *item).collect();
        let (least, greatest) = if votes.has_points() { (Some(0.0), Some(1.0)) } else { votes.question.bounds() };
        let mut numbers = Self {
            method,
            judged: Vec::new(),
            beliefs,
            given: Vec::new(),
            worths: (0..votes.items.len()).map(|item| votes.worth(item)).collect(),
            noise: of_people.within(),
            bounds: (least.unwrap_or(f64::NEG_INFINITY), greatest.unwrap_or(f64::INFINITY)),
            tolerance: votes.question.aggregation.tolerance(),
        };
        numbers.given = (0..votes.items.len()).map(|item| numbers.consensus(votes, of_people, item)).collect();
        let judged = |item: &usize| !open.contains(item) && numbers.given[*item].is_some();
        numbers.judged = (0..votes.items.len()).filter(judged).collect();
        Some((numbers, methods))
    }

    /// The model's own number; of grades the most probable.
    pub(super) fn value(&self, item: usize) -> Option<f64> {
        match &self.beliefs {
            Beliefs::Numbers(estimates, _) => {
                let value = estimates.get(item)?.as_ref()?.value.clamp(self.bounds.0, self.bounds.1);
                let (low, high) = self.ends(item)?;
                Some(neat(value, high - low))
            }
            Beliefs::Grades(posteriors, grades) => {
                let best = posteriors.best(item);
                grades.iter().find(|(class, _)| *class == best).map(|(_, grade)| *grade)
            }
        }
    }

    /// What the schema's method makes of the answers of people to an item.
    fn consensus(&self, votes: &Votes, of_people: &Ratings, item: usize) -> Option<f64> {
        let aggregation = &votes.question.aggregation;
        let answers: Vec<f64> = of_people.of_task(item).map(|(_, value)| value).collect();
        match aggregation.method {
            "mean" | "per_criterion_mean" => numbers(&answers).map(|found| found.mean),
            "trimmed_mean" => trimmed_mean(&answers, aggregation.trim()),
            "median" => numbers(&answers).map(|found| found.median),
            _ => self.value(item).filter(|_| !answers.is_empty()),
        }
    }

    /// What is believed of an item; `None` where no model speaks of it.
    fn believe<T>(&self, item: usize, of: impl FnOnce(Belief<'_>) -> T) -> Option<T> {
        match &self.beliefs {
            Beliefs::Numbers(estimates, held) => {
                let estimate = estimates.get(item)?.as_ref()?;
                let scale = held.map_or(1.0, |held| held.scale);
                Some(of(Belief::Normal(estimate.value, scale * estimate.deviation)))
            }
            Beliefs::Grades(posteriors, grades) => {
                let row = posteriors.task(item);
                let (values, shares): (Vec<f64>, Vec<f64>) =
                    grades.iter().map(|(class, grade)| (*grade, row[*class])).unzip();
                Some(of(Belief::Grades(&values, &shares)))
            }
        }
    }

    fn ends(&self, item: usize) -> Option<(f64, f64)> {
        let (low, high) = match &self.beliefs {
            Beliefs::Numbers(estimates, Some(held)) => held.ends(estimates.get(item)?.as_ref()?),
            _ => self.believe(item, |belief| belief.ends(LEVEL))?,
        };
        let inside = |end: f64| end.clamp(self.bounds.0, self.bounds.1);
        Some((inside(low), inside(high)))
    }

    /// Where the true number lies, of points as points. The interval holds `given` in any case: to add it breaks no promise, and one without it would only puzzle.
    pub(super) fn around(&self, item: usize, given: f64) -> Option<Around> {
        let Around { low, high, off, within } = self.around_share(item, given)?;
        let worth = self.worths[item];
        let (low, high) = (low * worth, high * worth);
        let off = Off { mean: off.mean * worth.abs(), square: off.square * worth * worth };
        Some(Around { low: low.min(high), high: low.max(high), off, within })
    }

    fn around_share(&self, item: usize, given: f64) -> Option<Around> {
        if given.abs() > model::GREATEST {
            return None;
        }
        let (low, high) = self.ends(item)?;
        let width = high - low;
        let (low, high) = match self.beliefs {
            Beliefs::Numbers(..) => (neat(low, width), neat(high, width)),
            Beliefs::Grades(..) => (low, high),
        };
        let (off, within) = self.believe(item, |belief| {
            (belief.off(given), self.tolerance.map(|tolerance| belief.within(given, tolerance)))
        })?;
        Some(Around { low: low.min(given), high: high.max(given), off, within })
    }

    /// What is not known of an item, and what one more answer is expected to tell, both in bits; `None` without a tolerance. A number is known as far as which stretch
    /// of twice the tolerance it lies in; an answer tells the mutual information of two normal numbers (Lindley 1956).
    pub(super) fn unknown(&self, item: usize) -> Option<(f64, f64)> {
        let (Beliefs::Numbers(estimates, held), tolerance) = (&self.beliefs, self.tolerance?) else { return None };
        let deviation = estimates.get(item)?.as_ref()?.deviation * held.map_or(1.0, |held| held.scale);
        let nats = (deviation * (2.0 * std::f64::consts::PI * std::f64::consts::E).sqrt() / (2.0 * tolerance)).ln();
        let bits = (nats / std::f64::consts::LN_2).max(0.0);
        let told = 0.5 * (deviation * deviation / self.noise.unwrap_or(0.0)).ln_1p() / std::f64::consts::LN_2;
        // Nobody tells more than there is to know; where people never differ the first says it all.
        Some((bits, if told.is_finite() { told.min(bits) } else { bits }))
    }

    /// The consensus of an item as it is delivered, and where the true number lies around it.
    pub(super) fn delivered(&self, item: usize) -> Option<(f64, Around)> {
        let given = self.given[item]?;
        Some((given * self.worths[item], self.around(item, given)?))
    }

    /// How far off the consensus of these known items was.
    pub(super) fn missed<'a>(&'a self, known: &'a [KnownNumber]) -> impl Iterator<Item = f64> + 'a {
        known.iter().filter_map(|(item, number)| Some((self.given[*item]? - number).abs() * self.worths[*item].abs()))
    }

    pub(super) fn figures(
        &self,
        votes: &Votes,
        methods: Vec<NumberMethod>,
        of_people: &Ratings,
        tasks: &[TaskId],
    ) -> NumberFigures {
        let delivered: Vec<(usize, f64, Around)> = self
            .judged
            .iter()
            .filter_map(|item| self.delivered(*item).map(|(given, around)| (*item, given, around)))
            .collect();
        let around = || delivered.iter().map(|(.., around)| around);
        let errors: Vec<f64> = around().map(|one| one.off.mean).collect();
        let doubts: Option<Vec<f64>> = around().map(|one| one.within.map(|within| 1.0 - within)).collect();
        let missed: Vec<f64> = self.missed(&votes.gold_numbers).collect();
        let outside = |tolerance: f64| missed.iter().filter(|error| !is_near(**error, tolerance)).count();
        let (version, widened_by) = match &self.beliefs {
            Beliefs::Numbers(_, held) => (model::VERSION, held.map(|held| held.widen)),
            Beliefs::Grades(..) => (aggregate::VERSION, None),
        };
        NumberFigures {
            method: self.method.to_owned(),
            version,
            seed: SEED,
            verified: votes.gold_numbers.len() >= GOLD_MIN,
            methods,
            level: LEVEL,
            widened_by,
            gold: votes.gold_numbers.len(),
            decided: votes.decided_numbers.len(),
            gold_error: mean_error(&missed, LEVEL).map(|(value, ends)| Estimate::between(value, ends)),
            expected_error: mean(&errors, f64::INFINITY),
            tolerance: self.tolerance,
            outside: doubts.filter(|_| self.tolerance.is_some()).and_then(|doubts| mean(&doubts, 1.0)),
            gold_outside: self
                .tolerance
                .filter(|_| !missed.is_empty())
                .map(|tolerance| share(outside(tolerance), missed.len())),
            contested: contested(delivered, votes, of_people, tasks),
        }
    }
}

/// Of what is delivered, by item, that which may be furthest off.
fn contested(
    delivered: Vec<(usize, f64, Around)>,
    votes: &Votes,
    of_people: &Ratings,
    tasks: &[TaskId],
) -> Vec<ContestedNumber> {
    let mut doubtful = delivered;
    doubtful.retain(|(.., around)| around.low < around.high);
    doubtful.sort_by(|a, b| b.2.off.mean.total_cmp(&a.2.off.mean).then(a.0.cmp(&b.0)));
    doubtful.truncate(CONTESTED_MAX);
    let shown = |(item, value, around): (usize, f64, Around)| {
        let at = &votes.items[item];
        Some(ContestedNumber {
            task: tasks.get(at.task as usize)?.to_string(),
            part: at.part.as_deref().map(str::to_owned),
            value: Estimate::between(value, (around.low, around.high)),
            error: around.off.mean,
            answers: of_people.of_task(item).len(),
        })
    };
    doubtful.into_iter().filter_map(shown).collect()
}

impl Beliefs {
    fn graded(votes: &Votes, certainty: &Certainty) -> Self {
        let mut grades: Vec<(usize, f64)> = votes.values().into_iter().enumerate().collect();
        grades.sort_by(|a, b| a.1.total_cmp(&b.1));
        Self::Grades(Arc::clone(&certainty.posteriors), grades)
    }
}

/// Whether anything speaks for or against a number: other answers to the same items, or enough known ones.
fn founded(ratings: &Ratings, known: &[KnownNumber]) -> bool {
    let compared = (0..ratings.tasks()).filter(|item| ratings.of_task(*item).len() > 1).count();
    compared >= COMPARED_MIN || known.len() >= model::KNOWN_MIN
}

/// The model that the schema names, else the pool.
fn wanted(votes: &Votes) -> Method {
    match votes.question.aggregation.method {
        "gauss" => Method::Spread,
        "gauss_bias" => Method::LevelSpread,
        _ => Method::Pool,
    }
}

fn scores(choice: &Choice) -> Vec<NumberMethod> {
    let one = |(method, error): &(Method, Option<f64>)| {
        Some(NumberMethod { method: method.name().to_owned(), error: (*error)? })
    };
    let mut scores: Vec<NumberMethod> = choice.scores.iter().filter_map(one).collect();
    scores.sort_by(|a, b| a.error.total_cmp(&b.error));
    scores
}

/// Rounded to about a thousandth of a width: digits beyond it say nothing, and would be written anew with every report.
fn neat(number: f64, width: f64) -> f64 {
    let step = 10_f64.powf((width / 1_000.0).log10().floor());
    let rounded = if step >= 1.0 {
        (number / step).round() * step
    } else {
        (number * step.recip().round()).round() / step.recip().round()
    };
    if rounded.is_finite() { rounded } else { number }
}

/// How far off answers with so much to expect of each are as a whole: their mean error, and the interval that holds the mean error of these very ones, with 95 % certainty, if the
/// model is right and each errs for itself.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct ErrorsSum {
    pub(crate) rows: usize,
    mean: f64,
    variance: f64,
}

impl ErrorsSum {
    pub(crate) fn note(&mut self, mean: f64, square: f64) {
        self.rows += 1;
        self.mean += mean;
        self.variance += (square - mean * mean).max(0.0);
    }

    pub(crate) fn expected(&self) -> Option<Estimate> {
        let (rows, reach) = (real(self.rows), 1.96 * self.variance.sqrt());
        let (low, high) = ((self.mean - reach).max(0.0) / rows, (self.mean + reach) / rows);
        (self.rows > 0).then(|| Estimate { value: self.mean / rows, low, high })
    }
}

/// How somebody answers with numbers, and what of it he is told.
pub(super) struct Habits {
    pub(super) habit: NumberHabit,
    pub(super) told: Option<ToldHabit>,
}

/// By worker; models have the codes after those of people. `None` of less than three answers that anything can be said of. Each is told of his answers up to his moment in `until`.
pub(super) fn habits(votes: &Votes, workers: usize, until: &[i64]) -> Vec<Option<Habits>> {
    // Of points nobody has a bias: what one is worth differs from criterion to criterion.
    let Some(ratings) = votes.ratings(workers).filter(|_| !votes.has_points()) else {
        return (0..workers).map(|_| None).collect();
    };
    let gold: HashMap<usize, f64> = votes.gold_numbers.iter().copied().collect();
    let mut errors: Vec<Vec<f64>> = vec![Vec::new(); workers];
    for (item, worker, value) in ratings.rows() {
        if let Some(number) = gold.get(&(item as usize)) {
            errors[worker as usize].push((value - number).abs());
        }
    }
    let one = |([found, told], errors): ([Option<model::Habit>; 2], Vec<f64>)| {
        let found = found?;
        let habit = NumberHabit {
            bias: Estimate::between(found.bias, found.bias_ends),
            spread: Estimate::between(found.spread, found.spread_ends),
            answers: found.answers,
            known: found.known,
            gold: errors.len(),
            gold_error: mean_error(&errors, LEVEL).map(|(value, ends)| Estimate::between(value, ends)),
        };
        Some(Habits { habit, told: told.filter(|told| told.answers >= TOLD_MIN).map(|told| ToldHabit::of(&told)) })
    };
    let moments = Moments::new(votes);
    let known = votes.known_numbers();
    let told = |item, worker| is_told(until, worker, moments.of(item, worker));
    model::habits_of_some(&ratings, &known, LEVEL, told).into_iter().zip(errors).map(one).collect()
}
