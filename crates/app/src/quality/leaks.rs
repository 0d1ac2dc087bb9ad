//! Gold that went round: answers to it that are right more often than the people who gave them are elsewhere.
//!
//! Looked for by person (all gold of his, in order of time) and by task (everybody's answers to it). Gold that is easier than
//! other tasks is allowed for, over everybody together, so what everybody knew from the first day on is not seen.

use super::{
    coding::Votes,
    estimate::{LEVEL, SEED, real},
    gather::Work,
    report::{LeakFigures, LeaksFound},
};
use std::collections::{BTreeMap, BTreeSet};
use vouchsafe_domain::ids::TaskId;
use vouchsafe_quality::ability::{Leak, Outcome, abilities, leak};

/// Answers that a person or a task must have to be looked at.
const LOOKED_MIN: usize = 10;
/// Answers that must follow the moment.
const SHORTEST: usize = 5;
/// How probable it may be that anything at all is reported though nothing went round.
const FALSE_ALARM: f64 = 0.05;
/// Draws of the first look, and of the second where the first is not plainly chance.
const DRAWS: usize = 199;
const DRAWS_MAX: usize = 20_000;
const PLAINLY_CHANCE: f64 = 0.02;

/// An answer to gold: when, whether it was right, and how probable that was.
type Answered = (i64, Outcome);

/// Everything that is less probable than chance allows, over all that was looked at together.
pub(super) fn find(votes: &[Votes], work: &[Work], tasks: &[TaskId]) -> LeaksFound {
    let mut found: Vec<LeakFigures> = Vec::new();
    let mut looked_at = 0;
    for votes in votes.iter().filter(|votes| votes.has_model()) {
        let (people, items) = outcomes(votes, work.len());
        let of_people = people
            .into_iter()
            .filter_map(|(code, all)| Some((Some(work.get(code as usize)?.pseudonym.clone()), None, all)));
        let of_tasks = items.into_iter().filter_map(|(item, all)| {
            let task = tasks.get(votes.items.get(item as usize)?.task as usize)?;
            Some((None, Some(task.to_string()), all))
        });
        for (person, task, mut all) in of_people.chain(of_tasks).filter(|(.., all)| all.len() >= LOOKED_MIN) {
            all.sort_by_key(|(at, _)| *at);
            let all: Vec<Outcome> = all.into_iter().map(|(_, outcome)| outcome).collect();
            looked_at += 1;
            let Some(first) = leak(&all, SHORTEST, SEED, DRAWS).filter(|one| one.chance <= PLAINLY_CHANCE) else {
                continue;
            };
            let closer = leak(&all, SHORTEST, SEED, DRAWS_MAX).unwrap_or(first);
            let Leak { from: before, answers, right, expected, chance } = closer;
            let question = votes.question.name.clone();
            found.push(LeakFigures { question, person, task, before, answers, right, expected, chance });
        }
    }
    found.retain(|one| one.chance * real(looked_at) <= FALSE_ALARM);
    found.sort_by(|a, b| a.chance.total_cmp(&b.chance));
    LeaksFound { looked_at, found }
}

type ByCode = BTreeMap<u32, Vec<Answered>>;

/// Answers to gold by person and by item, of questions that are asked once a task. Where nobody else answers what a person
/// answers, nothing is known of what to expect of him.
fn outcomes(votes: &Votes, workers: usize) -> (ByCode, ByCode) {
    let whole = |item: &usize| votes.items[*item].part.is_none();
    let known: BTreeSet<usize> = votes.gold.iter().map(|(item, _)| *item).filter(whole).collect();
    let (mut people, mut items) = (ByCode::new(), ByCode::new());
    let Some(answers) = votes.answers(workers).filter(|_| !known.is_empty()) else { return (people, items) };
    let elsewhere = abilities(&answers.filter(|item, _, _| !known.contains(&item)), None, LEVEL);
    let mut all: Vec<(u32, u32, Answered)> = Vec::new();
    for (item, worker, at, right) in votes.on_gold().filter(|(item, ..)| known.contains(&(*item as usize))) {
        let Some(Some(ability)) = elsewhere.get(worker as usize) else { continue };
        // The upper end: what is not known of somebody shall not speak against him.
        let outcome = Outcome { right, expected: ability.ends.1 };
        all.push((worker, item, (at, outcome)));
    }
    let easier = easier(&all.iter().map(|(.., (_, outcome))| *outcome).collect::<Vec<_>>());
    for (worker, item, (at, outcome)) in all {
        let outcome = Outcome { expected: shifted(outcome.expected, easier), ..outcome };
        people.entry(worker).or_default().push((at, outcome));
        items.entry(item).or_default().push((at, outcome));
    }
    (people, items)
}

fn shifted(probability: f64, by: f64) -> f64 {
    let p = probability.clamp(1e-6, 1.0 - 1e-6);
    1.0 / (1.0 + (-((p / (1.0 - p)).ln() + by)).exp())
}

/// By how much gold is easier than other tasks, in log odds: with it, as many are right as are expected to be. 0 where it is harder.
fn easier(all: &[Outcome]) -> f64 {
    let right = real(all.iter().filter(|one| one.right).count());
    let expected = |by: f64| all.iter().map(|one| shifted(one.expected, by)).sum::<f64>();
    let (mut low, mut high) = (0.0, 12.0);
    for _ in 0..50 {
        let middle = f64::midpoint(low, high);
        if expected(middle) < right { low = middle } else { high = middle }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;
    use vouchsafe_quality::random::Random;

    fn drawn(random: &mut Random, expected: f64, chance: f64) -> Outcome {
        Outcome { right: random.unit() < chance, expected }
    }

    #[test]
    fn gold_that_is_easier_for_everybody_is_no_leak() {
        let mut random = Random::new(3);
        let all: Vec<Outcome> = (0..4_000).map(|_| drawn(&mut random, 0.7, 0.9)).collect();
        let by = easier(&all);
        assert!((shifted(0.7, by) - 0.9).abs() < 0.02, "{by}");
        let harder: Vec<Outcome> = (0..400).map(|_| drawn(&mut random, 0.9, 0.5)).collect();
        assert!(easier(&harder).abs() < 1e-9);
    }

    /// People who are right six times in ten; each of 60 gold tasks has all their answers, each of 400 others four.
    /// `knows` of (person, gold task).
    fn votes(seed: u64, crowd: u32, knows: impl Fn(u32, u32) -> bool) -> (Votes, Vec<Work>, Vec<TaskId>) {
        let schema = serde_json::json!({
            "schema_version": "1", "task_type": "classification", "name": "yes_no",
            "fields": [{"name": "question", "type": "text", "source": "/question"}],
            "questions": [{"name": "verdict", "type": "label", "options": [{"value": "yes"}, {"value": "no"}]}],
        });
        let schema = vouchsafe_domain::work::schema::Schema::parse(&schema).expect("a schema");
        let mut votes = Votes::of(&schema.questions()[0]).expect("labels are compared");
        let mut random = Random::new(seed);
        let (yes, no) = (serde_json::json!("yes"), serde_json::json!("no"));
        for task in 0..460 {
            let gold = task < 60;
            let mut people: Vec<u32> = (0..crowd).collect();
            random.shuffle(&mut people);
            people.truncate(if gold { people.len() } else { 4 });
            for person in people {
                let right = random.unit() < 0.6 || (gold && knows(person, task));
                let value = if right == (task % 2 == 0) { &yes } else { &no };
                votes.add(task, person, i64::from(task * 100 + person), value, None);
            }
        }
        for task in 0..60 {
            votes.known(task, if task % 2 == 0 { &yes } else { &no });
        }
        let named = |n: u32| Work {
            person: vouchsafe_domain::ids::PersonId(uuid::Uuid::from_u128(n.into())),
            pseudonym: format!("p-{n}"),
            active_ms: Vec::new(),
            at_us: Vec::new(),
        };
        let tasks = (0..460).map(|n| TaskId(uuid::Uuid::from_u128(n))).collect();
        (votes, (0..crowd).map(named).collect(), tasks)
    }

    #[test]
    fn who_knows_the_gold_from_some_day_on_is_found_and_nobody_else() {
        let (votes, work, tasks) = votes(11, 12, |person, task| person == 7 && task >= 20);
        let found = find(std::slice::from_ref(&votes), &work, &tasks);
        assert_eq!(found.looked_at, 12 + 60);
        let people: Vec<&str> = found.found.iter().filter_map(|one| one.person.as_deref()).collect();
        assert_eq!(people, ["p-7"], "{found:?}");
        assert!((15..=25).contains(&found.found[0].before), "{found:?}");
    }

    #[test]
    fn a_gold_task_that_everybody_knows_from_some_day_on_is_found_and_nobody_is_named() {
        // Answers to a task come in the order of people: the first twenty know nothing of it.
        let (votes, work, tasks) = votes(11, 60, |person, task| task == 5 && person >= 20);
        let found = find(std::slice::from_ref(&votes), &work, &tasks);
        assert_eq!(found.looked_at, 60 + 60);
        let named: Vec<_> = found.found.iter().map(|one| (one.person.as_deref(), one.task.clone())).collect();
        assert_eq!(named, [(None, Some(tasks[5].to_string()))], "{found:?}");
        let one = &found.found[0];
        assert!((12..=24).contains(&one.before) && one.right == one.answers, "{found:?}");
    }

    #[test]
    fn where_nothing_went_round_nothing_stands_out() {
        for seed in 1..4 {
            let (votes, work, tasks) = votes(seed, 12, |_, _| false);
            let found = find(std::slice::from_ref(&votes), &work, &tasks).found;
            assert!(found.is_empty(), "{seed}: {found:?}");
        }
    }
}
