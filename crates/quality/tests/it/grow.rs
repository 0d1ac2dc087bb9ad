//! New answers taken in without a full fit: how often it is said that nothing material changes, and how far off that is.

use crate::accuracy::SETS;
use crate::data::{folder, set};
use vouchsafe_quality::ability::abilities;
use vouchsafe_quality::aggregate::confusion::{Fit, Settings};
use vouchsafe_quality::aggregate::{Between, Method, aggregate};
use vouchsafe_quality::answers::{Answers, Triple};
use vouchsafe_quality::random::Random;

const TOLERANCE: f64 = 0.01;

/// What came of some streams.
#[derive(Debug, Default, Clone, Copy)]
struct Told {
    /// Times that answers came.
    times: u32,
    /// Times it was said that nothing material changes.
    kept: u32,
    /// Of these, those in which a full fit moved a probability by more than the tolerance.
    wrong: u32,
    /// Of those said to need one, those in which it did.
    needed: u32,
    /// Steps of all full fits, and those that were taken in their place: where one was needed, both.
    full: usize,
    taken: usize,
    /// The most that a full fit moved a probability where none was said to be needed.
    most: f64,
}

fn far(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

fn steps(fit: &Fit) -> usize {
    fit.steps * fit.bounds.len().max(1)
}

/// Answers in order of coming, the first `from` at once and then `some` at a time.
fn stream(settings: Settings, size: (usize, usize, usize), all: &[Triple], from: usize, some: usize, told: &mut Told) {
    let of = |count: usize| Answers::new(size.0, size.1, size.2, &all[..count]).expect("in range");
    let mut fit = settings.fit(&of(from), 0);
    let mut held = from;
    while held < all.len() {
        held = (held + some).min(all.len());
        let answers = of(held);
        let grown = settings.grow(&fit, &answers, TOLERANCE);
        let full = settings.fit(&answers, 0);
        let off = far(full.posteriors.flat(), grown.posteriors.flat());
        told.times += 1;
        told.full += steps(&full);
        told.taken += grown.steps;
        if grown.refit {
            told.needed += u32::from(off > TOLERANCE);
            told.taken += steps(&full);
            fit = full;
        } else {
            told.kept += 1;
            told.wrong += u32::from(off > TOLERANCE);
            told.most = told.most.max(off);
        }
    }
}

fn made(seed: u64, tasks: usize, workers: usize, classes: usize, per_task: usize) -> Vec<Triple> {
    let mut random = Random::new(seed);
    let skills: Vec<f64> = (0..workers).map(|_| 0.4 + 0.55 * random.unit()).collect();
    let mut all: Vec<Triple> = Vec::new();
    let code = |n: usize| u32::try_from(n).expect("few");
    for task in 0..tasks {
        let truth = random.below(classes);
        for _ in 0..per_task {
            let worker = random.below(workers);
            let said = if random.unit() < skills[worker] { truth } else { random.below(classes) };
            all.push((code(task), code(worker), u16::try_from(said).expect("few")));
        }
    }
    random.shuffle(&mut all);
    all
}

fn settings() -> [(&'static str, Settings); 3] {
    [("lfc", Settings::lfc()), ("ibcc", Settings::ibcc()), ("hbcc", Settings::hbcc())]
}

fn in_random_order(data: &std::path::Path, name: &str) -> ((usize, usize, usize), Vec<Triple>) {
    let all = set(data, name).answers;
    let code = |n: usize| u32::try_from(n).expect("few");
    let class = |n: usize| u16::try_from(n).expect("few");
    let of = |task: usize| all.of_task(task).map(move |(worker, said)| (code(task), code(worker), class(said)));
    let mut triples: Vec<Triple> = (0..all.tasks()).flat_map(of).collect();
    Random::new(1).shuffle(&mut triples);
    ((all.tasks(), all.workers(), all.classes()), triples)
}

/// The last twenty times that answers came, one at a time: in 98 of 100 it is right, and where it is wrong a full fit ended elsewhere.
#[test]
fn where_nothing_material_changes_a_full_fit_agrees() {
    let mut told = Told::default();
    for (_, settings) in settings() {
        for seed in 0..4 {
            let all = made(seed, 1_000, 25, 2 + (seed % 2) as usize, 5);
            stream(settings, (1_000, 25, 4), &all, all.len() - 20, 1, &mut told);
        }
    }
    assert!(told.kept >= 40 && told.wrong * 50 <= told.kept, "{told:?}");
    assert!(told.taken < told.full, "{told:?}");
}

#[test]
fn on_real_sets_it_is_seldom_wrong_and_saves_steps() {
    let Some(data) = folder("grown fits") else { return };
    let mut told = Told::default();
    for name in ["barzan", "bluebird", "rte", "zencrowd_in"] {
        let (size, all) = in_random_order(&data, name);
        for (_, settings) in settings() {
            stream(settings, size, &all, all.len() - 20, 1, &mut told);
        }
    }
    assert!(told.kept >= 100 && told.wrong * 50 <= told.kept, "{told:?}");
    assert!(told.taken * 2 < told.full, "{told:?}");
}

#[test]
#[ignore = "prints a table"]
fn grown_table() {
    let Some(data) = folder("grown fits") else { return };
    let sets = "adult barzan bluebird dog product rte weather_amt wsd zencrowd_all zencrowd_in";
    for some in [1, 10] {
        for (method, settings) in settings() {
            let mut told = Told::default();
            for seed in 0..10 {
                let all = made(seed, 2_000, 40, 2 + (seed % 4) as usize, 5);
                stream(settings, (2_000, 40, 6), &all, all.len() - 20 * some, some, &mut told);
            }
            println!("{some:2} made {method:6} {told:?}");
            let mut told = Told::default();
            for name in sets.split(' ') {
                let (size, all) = in_random_order(&data, name);
                stream(settings, size, &all, all.len() - 20 * some, some, &mut told);
            }
            println!("{some:2} real {method:6} {told:?}");
        }
    }
}

/// Of a tenth of the tasks, which the fit did not have: how far what it says of them between fits lies from a full fit of all (mean over tasks of the greatest difference), how far the fit itself
/// expected that, and the share of tasks that are called the same.
fn between(data: &std::path::Path, name: &str) -> (f64, f64, f64) {
    let all = set(data, name).answers;
    let mut tasks: Vec<usize> = (0..all.tasks()).filter(|task| all.of_task(*task).len() > 0).collect();
    Random::new(3).shuffle(&mut tasks);
    let (after, before) = tasks.split_at(tasks.len() / 10);
    let known = all.take(before);
    let between = Between::of(&known, &aggregate(Method::Pool, &known, 1).posteriors).expect("enough");
    let (found, full) = (between.posteriors(&all.take(after)), aggregate(Method::Pool, &all, 1).posteriors);
    let count = f64::from(u32::try_from(after.len()).expect("few"));
    let off = after.iter().enumerate().map(|(at, task)| far(found.task(at), full.task(*task))).sum::<f64>() / count;
    let same = after.iter().enumerate().filter(|(at, task)| found.best(*at) == full.best(**task)).count();
    (off, between.off, f64::from(u32::try_from(same).expect("few")) / count)
}

#[test]
fn tasks_between_two_fits_get_about_what_the_next_will_say() {
    let Some(data) = folder("tasks between fits") else { return };
    let found: Vec<(f64, f64, f64)> =
        ["barzan", "rte", "weather_amt", "zencrowd_in"].map(|name| between(&data, name)).to_vec();
    let mean = |of: fn(&(f64, f64, f64)) -> f64| found.iter().map(of).sum::<f64>() / 4.0;
    assert!(mean(|one| one.0) < 0.07 && mean(|one| one.2) > 0.93, "{found:?}");
    assert!((mean(|one| one.0) - mean(|one| one.1)).abs() < 0.03, "{found:?}");
}

#[test]
#[ignore = "prints a table"]
fn between_table() {
    let Some(data) = folder("tasks between fits") else { return };
    for name in SETS.into_iter().filter(|name| *name != "dots_binary") {
        let (off, expected, same) = between(&data, name);
        println!("{name:14} off {off:.3}, expected {expected:.3}, the same {same:.3}");
    }
}

/// Asking until an answer is sure, of tasks that a fit did not have.
#[derive(Debug, Default, Clone, Copy)]
struct Asked {
    /// Tasks that were sure enough, and of them those that a full fit of all answers so far does not call so.
    closed: usize,
    closed_otherwise: usize,
    /// Times that one more was asked, and of them those in which a full fit calls the task sure.
    more: usize,
    more_otherwise: usize,
    /// Tasks that ended unsure, and of them those that a full fit calls sure.
    ended: usize,
    ended_otherwise: usize,
    /// Answers in the end.
    answers: usize,
    /// Of the sure tasks whose truth is known, how many there are, how many are right, and how many were said to be.
    known: usize,
    right: usize,
    said: f64,
}

/// A set of which a tenth of the tasks comes after a fit, their answers one by one in random order; of the others the fit has so many answers each at most.
struct Replay {
    set: crate::data::Set,
    after: Vec<usize>,
    before: Vec<Triple>,
    given: Vec<Vec<Triple>>,
    between: Between,
}

impl Replay {
    fn of(data: &std::path::Path, name: &str, each: usize) -> Self {
        let set = set(data, name);
        let all = &set.answers;
        let code = |n: usize| u32::try_from(n).expect("few");
        let class = |n: usize| u16::try_from(n).expect("few");
        let of = |task: usize| all.of_task(task).map(move |(worker, said)| (code(task), code(worker), class(said)));
        let mut random = Random::new(3);
        let mut tasks: Vec<usize> = (0..all.tasks()).filter(|task| all.of_task(*task).len() > 0).collect();
        random.shuffle(&mut tasks);
        let (after, before) = tasks.split_at(tasks.len() / 10);
        let mut shuffled = |task: &usize| {
            let mut given: Vec<Triple> = of(*task).collect();
            random.shuffle(&mut given);
            given
        };
        let given: Vec<Vec<Triple>> = after.iter().map(&mut shuffled).collect();
        let before: Vec<Triple> = before.iter().flat_map(|task| shuffled(task).into_iter().take(each)).collect();
        let known = Answers::new(all.tasks(), all.workers(), all.classes(), &before).expect("in range");
        let between = Between::of(&known, &aggregate(Method::Pool, &known, 1).posteriors).expect("enough");
        let after = after.to_vec();
        Self { set, after, before, given, between }
    }

    /// Two are asked first, and up to seven while the answer that most gave is less probable than `target`: by the fit, or by a full fit each time.
    fn ask(&self, target: f64, by_full: bool) -> Asked {
        let (all, mut asked) = (&self.set.answers, Asked::default());
        let mut taken: Vec<usize> = self.given.iter().map(|given| given.len().min(2)).collect();
        let mut open: Vec<usize> = (0..self.after.len()).collect();
        while !open.is_empty() {
            let new = self.given.iter().zip(&taken).flat_map(|(given, taken)| given[..*taken].iter().copied());
            let triples: Vec<Triple> = self.before.iter().copied().chain(new).collect();
            let now = Answers::new(all.tasks(), all.workers(), all.classes(), &triples).expect("in range");
            let full = aggregate(Method::Pool, &now, 1).posteriors;
            let found = self.between.posteriors(&now.take(&self.after));
            let mut left = Vec::new();
            for at in open {
                let task = self.after[at];
                let winner = winner(&now, task);
                let probable = |row: &[f64]| winner.map_or(0.0, |class| row[class]);
                let (by_fit, by_all) = (probable(found.task(at)), probable(full.task(task)));
                let sure = if by_full { by_all } else { by_fit };
                let otherwise = (sure >= target) != (by_all >= target);
                if sure >= target {
                    asked.closed += 1;
                    asked.closed_otherwise += usize::from(otherwise);
                    if let Some((_, truth)) = self.set.truth.iter().find(|(known, _)| *known == task) {
                        asked.known += 1;
                        asked.right += usize::from(winner == *truth);
                        asked.said += sure;
                    }
                } else if taken[at] < self.given[at].len().min(7) {
                    asked.more += 1;
                    asked.more_otherwise += usize::from(otherwise);
                    taken[at] += 1;
                    left.push(at);
                } else {
                    asked.ended += 1;
                    asked.ended_otherwise += usize::from(otherwise);
                }
            }
            open = left;
        }
        asked.answers = taken.iter().sum();
        asked
    }
}

/// What most answered, if one class was named more often than any other.
fn winner(answers: &Answers, task: usize) -> Option<usize> {
    let mut counts = vec![0; answers.classes()];
    answers.of_task(task).for_each(|(_, said)| counts[said] += 1);
    let most = *counts.iter().max()?;
    let mut named = (0..counts.len()).filter(|class| counts[*class] == most && most > 0);
    named.next().filter(|_| named.next().is_none())
}

/// Where asking on is decided by the last fit, few tasks are left alone that a full fit would ask about, and no more is asked by much.
#[test]
fn asking_on_between_two_fits_does_about_what_the_next_would_have_done() {
    let Some(data) = folder("asking between fits") else { return };
    let (mut fit, mut full) = (Asked::default(), Asked::default());
    for name in ["barzan", "rte", "weather_amt", "zencrowd_in"] {
        let replay = Replay::of(&data, name, 3);
        for (sum, by_full) in [(&mut fit, false), (&mut full, true)] {
            let one = replay.ask(0.9, by_full);
            sum.closed += one.closed;
            sum.closed_otherwise += one.closed_otherwise;
            sum.answers += one.answers;
        }
    }
    assert!(fit.closed >= 150 && fit.closed_otherwise * 8 <= fit.closed, "{fit:?}");
    assert!(fit.answers * 10 <= full.answers * 11 && full.answers * 10 <= fit.answers * 11, "{fit:?} {full:?}");
    assert_eq!(full.closed_otherwise, 0);
}

#[test]
#[ignore = "prints a table"]
fn asked_table() {
    let Some(data) = folder("asking between fits") else { return };
    for name in SETS.into_iter().filter(|name| *name != "dots_binary") {
        for each in [3, usize::MAX] {
            let replay = Replay::of(&data, name, each);
            for (target, by_full) in [(0.9, false), (0.9, true), (0.95, false), (0.95, true)] {
                let asked = replay.ask(target, by_full);
                println!("{name:14} of {each} off {:.3} {target:.2} full {by_full:5} {asked:?}", replay.between.off);
            }
        }
    }
}

/// What a report is made of, and what stands in for it until the next; five of fifty people answer each task in two classes.
#[test]
#[ignore = "prints a table, and wants optimisation"]
fn report_table() {
    let timed = |what: &str, work: &mut dyn FnMut()| {
        let began = std::time::Instant::now();
        work();
        println!("  {what}: {:?}", began.elapsed());
    };
    for tasks in [2_000, 20_000, 200_000] {
        let all = made(1, tasks, 50, 2, 5);
        let answers = Answers::new(tasks, 50, 2, &all).expect("in range");
        println!("{} answers", all.len());
        let mut posteriors = None;
        timed("the pool", &mut || posteriors = Some(aggregate(Method::Pool, &answers, 1).posteriors));
        timed("abilities", &mut || drop(abilities(&answers, None, 0.95)));
        let posteriors = posteriors.expect("just now");
        let mut between = None;
        timed("what is kept until the next", &mut || between = Between::of(&answers, &posteriors));
        let (some, between) = (answers.take(&(0..1_000).collect::<Vec<_>>()), between.expect("enough"));
        timed("a thousand tasks by that", &mut || drop(between.posteriors(&some)));
    }
}
