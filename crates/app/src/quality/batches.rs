//! What is known of each batch: the tasks that came together, and stand or fall together where somebody decides whether to accept them.

use super::{
    certainty::Certainty,
    coding::Votes,
    estimate::{Estimate, LEVEL, real, share},
    figures::Believed,
    gather::{Counts, Gathered},
    numbers::{ErrorsSum, Numbers},
    people::{BAD, GOOD, RISK},
    report::{BatchFigures, BatchNumbers, BatchQuestion, BatchSampling, BatchesFigures},
};
use std::collections::HashMap;
use vouchsafe_domain::ids::BatchId;
use vouchsafe_quality::{
    ability::{how_many_wrong, plan_of, wrong_at_most},
    numbers::mean_error,
};
use vouchsafe_store::quality::batches::Counted;

/// Newest batches that a report speaks of.
pub(super) const SHOWN_MAX: u32 = 20;

/// Figures in the making.
pub(super) struct Batches {
    figures: BatchesFigures,
    places: HashMap<BatchId, usize>,
    /// By task, the place of its batch among those shown.
    of_task: Vec<Option<usize>>,
}

impl Batches {
    /// The newest of so many, with what reviews say of them.
    pub(super) fn new(gathered: &Gathered, (newest, all): &(Vec<Counted>, i64)) -> Self {
        let places: HashMap<BatchId, usize> = newest.iter().enumerate().map(|(at, one)| (one.batch, at)).collect();
        let mut reviewed = vec![(0, 0, 0); newest.len()];
        for verdict in &gathered.verdicts {
            let Some(at) = places.get(&verdict.batch).filter(|_| verdict.counts != Counts::Aside) else { continue };
            let (sample, wrong, returned) = &mut reviewed[*at];
            let drawn = verdict.counts == Counts::Drawn;
            *sample += usize::from(drawn);
            *wrong += usize::from(drawn && verdict.word != "accept");
            *returned += usize::from(verdict.word == "return");
        }
        let count = |n: i64| usize::try_from(n).unwrap_or(0);
        let batch = |(one, (sample, wrong, returned)): (&Counted, (usize, usize, usize))| {
            // What was returned stands no longer among the answers, and was one.
            let answers = gathered.answers_of.get(&one.batch).copied().unwrap_or(0) + returned;
            BatchFigures {
                batch: one.batch.to_string(),
                tasks: count(one.tasks),
                done: count(one.done),
                questions: Vec::new(),
                numbers: Vec::new(),
                sampling: sampling(answers.max(sample), sample, wrong),
            }
        };
        Self {
            of_task: gathered.batch_of.iter().map(|batch| places.get(batch).copied()).collect(),
            figures: BatchesFigures {
                newest: newest.iter().zip(reviewed).map(batch).collect(),
                left_out: count(*all).saturating_sub(newest.len()),
            },
            places,
        }
    }

    /// Takes what is believed of one question.
    pub(super) fn add(&mut self, votes: &Votes, believed: &Believed) {
        if let Some(certainty) = &believed.certainty {
            self.add_certainty(votes, certainty);
        }
        if let Some(numbers) = &believed.numbers {
            self.add_numbers(votes, numbers);
        }
    }

    /// The batch that an item came with, if it is shown.
    fn place(&self, votes: &Votes, item: usize) -> Option<usize> {
        self.of_task.get(votes.items[item].task as usize).copied().flatten()
    }

    fn add_numbers(&mut self, votes: &Votes, numbers: &Numbers) {
        let mut sums = vec![(ErrorsSum::default(), Vec::new()); self.places.len()];
        for item in &numbers.judged {
            if let (Some(at), Some((_, around))) = (self.place(votes, *item), numbers.delivered(*item)) {
                sums[at].0.note(around.off.mean, around.off.square);
            }
        }
        for known in &votes.gold_numbers {
            if let Some(at) = self.place(votes, known.0) {
                sums[at].1.extend(numbers.missed(std::slice::from_ref(known)));
            }
        }
        for (figures, (sum, missed)) in self.figures.newest.iter_mut().zip(sums) {
            if sum.rows > 0 || !missed.is_empty() {
                figures.numbers.push(BatchNumbers {
                    question: votes.question.name.clone(),
                    items: sum.rows,
                    expected_error: sum.expected(),
                    gold: missed.len(),
                    gold_error: mean_error(&missed, LEVEL).map(|(value, ends)| Estimate::between(value, ends)),
                });
            }
        }
    }

    fn add_certainty(&mut self, votes: &Votes, certainty: &Certainty) {
        let (posteriors, here) = (&certainty.posteriors, self.places.len());
        let mut doubts: Vec<Vec<f64>> = vec![Vec::new(); here];
        for item in &certainty.judged {
            if let Some(at) = self.place(votes, *item) {
                doubts[at].push(posteriors.doubt(*item));
            }
        }
        let mut gold = vec![(0, 0); here];
        for (item, class) in &votes.gold {
            if let Some(at) = self.place(votes, *item) {
                gold[at].0 += usize::from(posteriors.best(*item) != *class);
                gold[at].1 += 1;
            }
        }
        for ((figures, doubts), (wrong, known)) in self.figures.newest.iter_mut().zip(doubts).zip(gold) {
            if !doubts.is_empty() || known > 0 {
                figures.questions.push(BatchQuestion {
                    question: votes.question.name.clone(),
                    items: doubts.len(),
                    expected_error: expected(&doubts),
                    gold: known,
                    gold_error: (known > 0).then(|| share(wrong, known)),
                });
            }
        }
    }

    /// The figures; `None` of a project without batches.
    pub(super) fn done(self) -> Option<BatchesFigures> {
        (!self.figures.newest.is_empty()).then_some(self.figures)
    }
}

fn expected(doubts: &[f64]) -> Option<Estimate> {
    let items = real(doubts.len());
    let (low, high) = how_many_wrong(doubts, LEVEL);
    let value = doubts.iter().sum::<f64>() / items;
    // Of a batch in which most likely nothing is wrong, the mean lies above the interval.
    let (low, high) = (value.min(real(low) / items), value.max(real(high) / items));
    (!doubts.is_empty()).then_some(Estimate { value, low, high })
}

/// Whether so many reviewed answers of a batch, of which so many were not accepted as they were, meet the plan for its size. `None` without any.
fn sampling(answers: usize, sample: usize, wrong: usize) -> Option<BatchSampling> {
    let plan = plan_of(answers, GOOD, BAD, RISK, RISK).filter(|_| sample > 0)?;
    let at_most = real(wrong_at_most(wrong, sample, answers, RISK)) / real(answers);
    let met = if at_most < BAD { Some(true) } else { (sample >= plan.sample).then_some(false) };
    let plan = (plan.sample, plan.wrong_max);
    Some(BatchSampling { answers, sample, wrong, at_most, plan, bad: BAD, good: GOOD, met })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both ways of saying it agree, whatever the size: as many wrong as the plan allows are let through, and one more is not.
    #[test]
    fn a_sample_of_a_batch_meets_its_plan_or_not_or_is_too_small_to_say() {
        for answers in [12, 60, 300, 5_000] {
            let (sample, wrong_max) = sampling(answers, 1, 0).expect("there is one").plan;
            let met = |sample, wrong| sampling(answers, sample, wrong).expect("there are some").met;
            assert_eq!((met(sample, wrong_max), met(sample, wrong_max + 1)), (Some(true), Some(false)), "{answers}");
            assert_eq!(met(sample / 2, wrong_max + 1), None, "{answers}");
            let all = sampling(answers, answers, 2).expect("there are some");
            assert!((all.at_most - 2.0 / real(answers)).abs() < 1e-12, "nothing is left open");
        }
        assert_eq!(sampling(40, 0, 0), None);
    }

    #[test]
    fn one_item_says_little_of_how_many_are_wrong() {
        assert_eq!(expected(&[]), None);
        assert_eq!(expected(&[0.5]), Some(Estimate { value: 0.5, low: 0.0, high: 1.0 }));
        let many = expected(&[0.1; 400]).expect("there are items");
        assert!(many.low > 0.07 && many.high < 0.135, "{many:?}");
        let none = expected(&[1e-5; 30]).expect("there are items");
        assert!(none.low == 0.0 && none.high >= none.value, "{none:?}");
    }
}
