//! Ability against the others: the truth that a person is measured by is made without his answers.

use super::Ends;
use super::together::{TOGETHER_NATS, together};
use crate::aggregate::confusion::Settings;
use crate::aggregate::{Method, aggregate};
use crate::answers::Answers;
use crate::calibration::Temperature;
use crate::num::{real, softmax};
use std::collections::HashMap;

/// What the others' answers say of a person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ability {
    /// Number of his answers to tasks that others answered too.
    pub answers: usize,
    /// Mean of the posterior of the probability that an answer of his is right.
    pub mean: f64,
    /// Interval of that probability.
    pub ends: Ends,
}

/// Groups of workers left out together; one each if there are no more workers than this.
const GROUPS: usize = 20;

/// Grid points of ability.
const POINTS: usize = 200;

/// Strength of the prior, in answers at the crowd's mean.
const PRIOR: f64 = 2.0;

/// Per worker, ability with its interval at `level` (0.95), or `None` if none of his tasks was answered by others.
///
/// Worker by worker (in [`GROUPS`] groups when there are many) HBCC is fitted without him; given its posteriors for his tasks, at `temperature`
/// if gold gave one, each answer is right with probability a, else any other class with equal probability; a has a weak
/// prior at the crowd's mean. The naive interval, from a consensus that he helped to make, is too narrow and too high.
///
/// All this takes it that people err each for himself. Where the answers refute that ([`together`](super::together)), which of them are wrong together
/// is anybody's guess: the interval then spans those of the other readings too, in which right is what HBCC, the majority or each of the others says.
/// Ends are rounded outwards to half a point. A crowd of which most are misled on the same tasks fools every reading; gold does not.
/// Time: as many fits as groups, and one.
pub fn abilities(answers: &Answers, temperature: Option<Temperature>, level: f64) -> Vec<Option<Ability>> {
    abilities_with(answers, &[], temperature, level)
}

/// As [`abilities`], where of some tasks the class is `known`, (task, class), such as by gold or by a decision: there no model is asked.
pub fn abilities_with(
    answers: &Answers,
    known: &[(usize, usize)],
    temperature: Option<Temperature>,
    level: f64,
) -> Vec<Option<Ability>> {
    let alone = abilities_in_parts(answers, known, temperature, level, 0, |_, _, _| {}, |_, _| {});
    alone.into_iter().filter_map(|parts| parts.into_iter().next()).collect()
}

/// As [`abilities_with`], and of parts of each person's answers, such as those of a month: per worker first of all his answers, then of each of
/// `parts`. `which` is called with a task, its worker and a function to name each part that the answer belongs to; numbers of `parts` or more
/// are passed over. The crowd that the prior comes from is that of all answers. `seen` is called once for each answer that counts, as (task, worker, class), with what is
/// believed of its task without him: the known class alone, or HBCC's posterior. Time: as without parts, and for each (worker, part) once what its answers take.
pub fn abilities_in_parts(
    answers: &Answers,
    known: &[(usize, usize)],
    temperature: Option<Temperature>,
    level: f64,
    parts: usize,
    which: impl Fn(usize, usize, &mut dyn FnMut(usize)),
    mut seen: impl FnMut((usize, usize, usize), &[f64]),
) -> Vec<Vec<Option<Ability>>> {
    let per_worker = parts + 1;
    let mut one_class = vec![0.0; answers.classes()];
    let known: HashMap<usize, usize> = known.iter().copied().collect();
    let groups = answers.workers().clamp(1, GROUPS);
    // Parts without an answer take no room.
    let mut likelihoods = vec![Vec::new(); answers.workers() * per_worker];
    let mut said = vec![Said::default(); answers.workers() * per_worker];
    for group in 0..groups {
        let others = answers.filter(|_, worker, _| worker % groups != group);
        let fit = Settings::hbcc().fit(&others, 0);
        let truth = temperature.map_or(fit.posteriors.clone(), |temperature| temperature.apply(&fit.posteriors));
        let votes = aggregate(Method::Vote, &others, 0).posteriors;
        let judged = |task: &usize| known.contains_key(task) || others.of_task(*task).len() > 0;
        for task in (0..answers.tasks()).filter(judged) {
            for (worker, class) in answers.of_task(task).filter(|(worker, _)| worker % groups == group) {
                let right = known.get(&task).map(|right| f64::from(u8::from(*right == class)));
                match known.get(&task) {
                    Some(right) => {
                        one_class[*right] = 1.0;
                        seen((task, worker, class), &one_class);
                        one_class[*right] = 0.0;
                    }
                    None => seen((task, worker, class), truth.task(task)),
                }
                let (model, votes) = (truth.task(task)[class], votes.task(task));
                let readings = [model, leads(votes, class), votes[class]].map(|same| right.unwrap_or(same));
                let mut take = |slot: usize| {
                    likelihoods[slot].resize(POINTS, 0.0);
                    add(&mut likelihoods[slot], readings[0], truth.classes());
                    said[slot].answers += 1;
                    said[slot].right.iter_mut().zip(readings).for_each(|(sum, right)| *sum += right);
                };
                let first = worker * per_worker;
                take(first);
                which(task, worker, &mut |part| {
                    if part < parts {
                        take(first + 1 + part);
                    }
                });
            }
        }
    }
    let whole = |slot: &usize| slot.is_multiple_of(per_worker) && said[*slot].answers > 0;
    let all: Vec<usize> = (0..said.len()).filter(whole).collect();
    let crowd = crowd_mean(&all.iter().map(|slot| &*likelihoods[*slot]).collect::<Vec<_>>());
    let mut abilities: Vec<Option<Ability>> = (likelihoods.iter().zip(&said))
        .map(|(logs, said)| (said.answers > 0).then(|| posterior(logs, said.answers, crowd, level)))
        .collect();
    if together(answers) > TOGETHER_NATS {
        for reading in 0..READINGS {
            let count: usize = all.iter().map(|slot| said[*slot].answers).sum();
            let right = all.iter().map(|slot| said[*slot].right[reading]).sum::<f64>();
            span(&mut abilities, &said, reading, (right / real(count.max(1)), level));
        }
    }
    abilities.chunks(per_worker).map(<[Option<Ability>]>::to_vec).collect()
}

/// Readings of the others' answers that take a truth at its word: HBCC's, the majority's, shares of votes.
const READINGS: usize = 3;

/// A person's answers, and how many are right by each reading.
#[derive(Debug, Clone, Copy, Default)]
struct Said {
    answers: usize,
    right: [f64; READINGS],
}

/// Widens intervals to span those by `reading`, where the crowd is right with this probability.
fn span(abilities: &mut [Option<Ability>], said: &[Said], reading: usize, (crowd, level): (f64, f64)) {
    for (ability, said) in abilities.iter_mut().zip(said) {
        let Some(ability) = ability else { continue };
        let (right, wrong) = (said.right[reading], real(said.answers) - said.right[reading]);
        let logs: Vec<f64> = (0..POINTS).map(|at| right * point(at).ln() + wrong * (1.0 - point(at)).ln()).collect();
        let (low, high) = posterior(&logs, said.answers, crowd, level).ends;
        ability.ends = (ability.ends.0.min(low), ability.ends.1.max(high));
    }
}

fn point(at: usize) -> f64 {
    (real(at) + 0.5) / real(POINTS)
}

/// One more answer, which is the right class with probability `same`.
fn add(likelihood: &mut [f64], same: f64, classes: usize) {
    let others = real(classes.max(2) - 1);
    for (at, log) in likelihood.iter_mut().enumerate() {
        *log += (point(at) * same + (1.0 - point(at)) * (1.0 - same) / others).max(1e-300).ln();
    }
}

/// How far the most votes are for `class`: 1, or, of several with as many, its part.
fn leads(votes: &[f64], class: usize) -> f64 {
    let most = votes.iter().copied().fold(0.0, f64::max);
    let lead = |vote: &f64| *vote >= most - 1e-9;
    if lead(&votes[class]) { 1.0 / real(votes.iter().filter(|vote| lead(vote)).count()) } else { 0.0 }
}

/// The one ability that fits all answers best.
fn crowd_mean(likelihoods: &[&[f64]]) -> f64 {
    if likelihoods.is_empty() {
        return 0.5;
    }
    let sum = |at: &usize| likelihoods.iter().map(|likelihood| likelihood[*at]).sum::<f64>();
    let sums: Vec<f64> = (0..POINTS).map(|at| sum(&at)).collect();
    point(crate::num::argmax(&sums))
}

fn posterior(likelihood: &[f64], answers: usize, crowd: f64, level: f64) -> Ability {
    let prior = |a: f64| (PRIOR * crowd).mul_add(a.ln(), PRIOR * (1.0 - crowd) * (1.0 - a).ln());
    let mut weights: Vec<f64> = likelihood.iter().enumerate().map(|(at, log)| log + prior(point(at))).collect();
    softmax(&mut weights);
    let mean = weights.iter().enumerate().map(|(at, weight)| weight * point(at)).sum();
    let tail = (1.0 - level) / 2.0;
    let outside = |weights: &mut dyn Iterator<Item = &f64>| {
        let below = weights.scan(0.0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        });
        real(below.take_while(|below| *below < tail).count()) / real(POINTS)
    };
    let (low, high) = (outside(&mut weights.iter()), 1.0 - outside(&mut weights.iter().rev()));
    Ability { answers, mean, ends: (low, high) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::Triple;
    use crate::random::Random;

    /// Share of workers whose true ability lies in the interval, over crowds of 30 who give 5 answers a task.
    #[test]
    fn intervals_cover_the_ability_they_promise() {
        let (mut covered, mut all, mut width) = (0, 0, 0.0);
        for seed in 0..20 {
            let mut random = Random::new(seed);
            let classes = 2 + random.below(3);
            let ability: Vec<f64> = (0..30).map(|_| 0.55 + 0.4 * random.unit()).collect();
            let mut triples: Vec<Triple> = Vec::new();
            for task in 0..300 {
                let truth = random.below(classes);
                let mut workers: Vec<usize> = (0..30).collect();
                random.shuffle(&mut workers);
                for worker in &workers[..5] {
                    let wrong = (truth + 1 + random.below(classes - 1)) % classes;
                    let class = if random.unit() < ability[*worker] { truth } else { wrong };
                    triples.push((task, u32::try_from(*worker).expect("few"), u16::try_from(class).expect("few")));
                }
            }
            let answers = Answers::new(300, 30, classes, &triples).expect("in range");
            for (got, ability) in abilities(&answers, None, 0.95).iter().zip(&ability) {
                let got = got.expect("answers");
                covered += usize::from(got.ends.0 <= *ability && *ability <= got.ends.1);
                width += got.ends.1 - got.ends.0;
                all += 1;
            }
        }
        let share = real(covered) / real(all);
        assert!((0.93..=0.97).contains(&share), "{share}");
        assert!(width / real(all) < 0.28, "{}", width / real(all));
    }

    /// A quarter of the tasks has a wrong answer that most people give; those are each right as often as they are.
    #[test]
    fn intervals_allow_for_errors_that_are_shared() {
        let (mut covered, mut all, mut width) = (0, 0, 0.0);
        for seed in 0..5 {
            let mut random = Random::new(seed);
            let mut triples: Vec<Triple> = Vec::new();
            let mut right = vec![(0, 0); 30];
            for task in 0..300 {
                let truth = random.below(4);
                let trap = (random.unit() < 0.25).then_some((truth + 1) % 4);
                let mut workers: Vec<usize> = (0..30).collect();
                random.shuffle(&mut workers);
                for worker in &workers[..8] {
                    let class = match trap {
                        Some(trap) if random.unit() < 0.7 => trap,
                        _ if random.unit() < 0.9 => truth,
                        _ => random.below(4),
                    };
                    right[*worker].0 += usize::from(class == truth);
                    right[*worker].1 += 1;
                    triples.push((task, u32::try_from(*worker).expect("few"), u16::try_from(class).expect("few")));
                }
            }
            let answers = Answers::new(300, 30, 4, &triples).expect("in range");
            assert!(together(&answers) > TOGETHER_NATS);
            for (got, (right, count)) in abilities(&answers, None, 0.95).iter().zip(right) {
                let (got, share) = (got.expect("answers"), real(right) / real(count));
                covered += usize::from(got.ends.0 <= share && share <= got.ends.1);
                width += got.ends.1 - got.ends.0;
                all += 1;
            }
        }
        let (share, width) = (real(covered) / real(all), width / real(all));
        assert!(share > 0.8 && width < 0.4, "{share} {width}");
    }

    /// Somebody who falls from always right to guessing: his months say so, and all of them together lie between.
    #[test]
    fn parts_tell_what_the_whole_hides() {
        let mut random = Random::new(4);
        let mut triples: Vec<Triple> = Vec::new();
        for task in 0..400_u32 {
            let truth = u16::from(random.unit() < 0.5);
            for worker in 0..4_u32 {
                let skill = if worker == 3 && task >= 200 { 0.5 } else { 0.95 };
                triples.push((task, worker, if random.unit() < skill { truth } else { 1 - truth }));
            }
        }
        let answers = Answers::new(400, 5, 2, &triples).expect("in range");
        let got = abilities_in_parts(&answers, &[], None, 0.95, 3, |task, _, part| part(task / 200), |_, _| {});
        assert_eq!(got.iter().map(|parts| parts[0]).collect::<Vec<_>>(), abilities(&answers, None, 0.95));
        let [Some(all), Some(early), Some(late), None] = got[3][..] else { panic!("{:?}", got[3]) };
        assert!(early.ends.0 > late.ends.1 && early.mean > all.mean && all.mean > late.mean, "{:?}", got[3]);
        assert_eq!((all.answers, early.answers, late.answers), (400, 200, 200));
        let [_, Some(early), Some(late), None] = got[0][..] else { panic!("{:?}", got[0]) };
        assert!(
            early.ends.0 < late.ends.1 && late.ends.0 < early.ends.1,
            "who stayed the same is said to: {:?}",
            got[0]
        );
        assert_eq!(got[4], [None; 4]);
    }

    /// Somebody who says 0 where it is 1, and never the reverse: the others' answers show it, and each answer is seen once.
    #[test]
    fn what_is_believed_without_a_person_shows_what_he_confuses() {
        let truth = |task: u32| u16::from(task % 2 == 1);
        let said = |task: u32, worker: u32| if worker == 3 && task % 4 == 1 { 0 } else { truth(task) };
        let triples: Vec<Triple> =
            (0..200).flat_map(|task| (0..4).map(move |worker| (task, worker, said(task, worker)))).collect();
        let answers = Answers::new(200, 4, 2, &triples).expect("in range");
        let known: Vec<(usize, usize)> = (0..20).map(|task| (task, task % 2)).collect();
        let (mut rows, mut certain, mut count) = ([[0.0; 2]; 2], 0, 0);
        abilities_in_parts(
            &answers,
            &known,
            None,
            0.95,
            0,
            |_, _, _| {},
            |(task, worker, class), belief| {
                assert!((belief.iter().sum::<f64>() - 1.0).abs() < 1e-9);
                count += 1;
                certain += usize::from(task < 20 && belief[task % 2].to_bits() == 1.0_f64.to_bits());
                if worker == 3 {
                    rows.iter_mut().zip(belief).for_each(|(row, share)| row[class] += share);
                }
            },
        );
        assert_eq!((count, certain), (800, 80));
        assert!((rows[0][0] - 100.0).abs() < 3.0 && rows[0][1] < 1.0, "{rows:?}");
        assert!((rows[1][0] - 50.0).abs() < 3.0 && (rows[1][1] - 50.0).abs() < 3.0, "{rows:?}");
    }

    #[test]
    fn a_tie_leads_in_part() {
        assert_eq!([0, 1, 2].map(|class| leads(&[0.4, 0.4, 0.2], class)), [0.5, 0.5, 0.0]);
        assert_eq!(leads(&[0.2, 0.8], 1), 1.0);
    }

    /// Two in three err together on every task: without them nobody would know that the third is right.
    #[test]
    fn what_is_known_outweighs_a_crowd_that_errs_together() {
        let triples: Vec<Triple> = (0..60).flat_map(|task| [(task, 0, 1), (task, 1, 1), (task, 2, 0)]).collect();
        let answers = Answers::new(60, 3, 2, &triples).expect("in range");
        let known: Vec<(usize, usize)> = (0..60).map(|task| (task, 0)).collect();
        let (without, with) = (abilities(&answers, None, 0.95), abilities_with(&answers, &known, None, 0.95));
        let mean = |got: &[Option<Ability>], worker: usize| got[worker].expect("answers").mean;
        assert!(mean(&without, 2) < 0.5, "{without:?}");
        assert!(mean(&with, 2) > 0.9 && mean(&with, 0) < 0.1, "{with:?}");
        let alone = Answers::new(2, 1, 2, &[(0, 0, 1), (1, 0, 1)]).expect("in range");
        assert_eq!(abilities_with(&alone, &[(0, 1)], None, 0.95)[0].expect("one is known").answers, 1);
    }

    #[test]
    fn who_answered_alone_is_not_judged() {
        let answers = Answers::new(2, 3, 2, &[(0, 0, 1), (1, 1, 1), (1, 2, 1)]).expect("in range");
        let got = abilities(&answers, None, 0.95);
        assert_eq!(got[0], None);
        assert!(got[1].is_some_and(|ability| ability.answers == 1 && ability.ends.1 - ability.ends.0 > 0.5));
        assert_eq!(abilities(&Answers::new(0, 0, 0, &[]).expect("empty"), None, 0.95), vec![]);
    }
}
