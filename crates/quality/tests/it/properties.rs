//! What holds for every label method, whatever the answers.

use proptest::prelude::*;
use vouchsafe_quality::aggregate::{Consensus, Method, VERSION, aggregate};
use vouchsafe_quality::answers::{Answers, Triple};
use vouchsafe_quality::calibration::auto;
use vouchsafe_quality::random::Random;

const TASKS: u32 = 7;
const WORKERS: u32 = 5;
const CLASSES: u16 = 3;

/// All but EBCC, whose random start falls on tasks and classes in order, and GLAD, which stops its descent early as crowd-kit
/// does, so that rounding in a new order of sums may end it a step sooner. Ordinal takes classes for grades: their order is all it knows.
fn deterministic() -> impl Iterator<Item = Method> {
    Method::ALL
        .into_iter()
        .filter(|method| !matches!(method, Method::Ebcc | Method::EbccFive | Method::Glad | Method::Ordinal))
}

fn triples() -> impl Strategy<Value = Vec<Triple>> {
    prop::collection::vec((0..TASKS, 0..WORKERS, 0..CLASSES), 0..40)
}

fn fit(method: Method, triples: &[Triple]) -> Consensus {
    aggregate(method, &Answers::new(TASKS as usize, WORKERS as usize, CLASSES.into(), triples).expect("in range"), 1)
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-6
}

proptest! {
    #[test]
    fn every_row_is_a_distribution(triples in triples()) {
        for method in Method::ALL {
            let got = fit(method, &triples);
            for task in 0..TASKS as usize {
                let row = got.posteriors.task(task);
                prop_assert!(row.iter().all(|p| (0.0..=1.0 + 1e-12).contains(p)), "{method:?} {row:?}");
                prop_assert!(close(row.iter().sum(), 1.0), "{method:?} {row:?}");
            }
            prop_assert!(got.workers.iter().all(|w| w.agreement.is_none_or(|a| (0.0..=1.0 + 1e-9).contains(&a))));
        }
    }

    #[test]
    fn the_order_of_input_changes_no_bit(triples in triples(), turn in 0_usize..40) {
        let mut turned = triples.clone();
        turned.reverse();
        turned.rotate_left(turn % triples.len().max(1));
        for method in Method::ALL {
            prop_assert_eq!(fit(method, &triples), fit(method, &turned));
        }
    }

    #[test]
    fn names_of_classes_do_not_matter(triples in triples()) {
        let renamed: Vec<Triple> = triples.iter().map(|(t, w, c)| (*t, *w, (c + 1) % CLASSES)).collect();
        for method in deterministic() {
            let (one, other) = (fit(method, &triples), fit(method, &renamed));
            for task in 0..TASKS as usize {
                for class in 0..usize::from(CLASSES) {
                    let (a, b) = (one.posteriors.task(task)[class], other.posteriors.task(task)[(class + 1) % 3]);
                    prop_assert!(close(a, b), "{method:?} {task} {class} {a} {b}");
                }
            }
        }
    }

    #[test]
    fn names_of_workers_and_tasks_do_not_matter(triples in triples()) {
        let renamed: Vec<Triple> = triples.iter().map(|(t, w, c)| (TASKS - 1 - t, (w + 2) % WORKERS, *c)).collect();
        for method in deterministic() {
            let (one, other) = (fit(method, &triples), fit(method, &renamed));
            for task in 0..TASKS as usize {
                let pairs = one.posteriors.task(task).iter().zip(other.posteriors.task(TASKS as usize - 1 - task));
                for (a, b) in pairs {
                    prop_assert!(close(*a, *b), "{method:?} {task} {a} {b}");
                }
            }
        }
    }

    #[test]
    fn a_task_without_answers_teaches_nothing(triples in triples()) {
        for method in Method::ALL {
            let one = fit(method, &triples);
            let more = Answers::new(TASKS as usize + 3, WORKERS as usize, CLASSES.into(), &triples).expect("in range");
            let more = aggregate(method, &more, 1);
            prop_assert_eq!(one.posteriors.flat(), &more.posteriors.flat()[..one.posteriors.flat().len()]);
        }
    }
}

/// Enough answers that sums run in two halves and by logarithms: method and seed give every bit again, in any order of rows.
#[test]
fn a_result_is_replayed_to_the_bit_by_every_method() {
    let mut random = Random::new(8);
    let (tasks, workers, classes) = (6_000, 50, 4_u16);
    let skill: Vec<f64> = (0..workers).map(|_| 0.4 + 0.5 * random.unit()).collect();
    let mut triples: Vec<Triple> = Vec::new();
    for task in 0..tasks {
        let truth = u16::try_from(random.below(4)).expect("few");
        for _ in 0..4 {
            let worker = random.below(50);
            let said = if random.unit() < skill[worker] { truth } else { u16::try_from(random.below(4)).expect("few") };
            triples.push((task, u32::try_from(worker).expect("few"), said));
        }
    }
    let answers =
        |triples: &[Triple]| Answers::new(tasks as usize, workers, classes.into(), triples).expect("in range");
    let gold: Vec<(usize, usize)> =
        triples.iter().step_by(400).map(|(task, _, said)| (*task as usize, usize::from(*said))).collect();
    let first = answers(&triples);
    let methods = Method::ALL.map(|method| aggregate(method, &first, 7));
    let blend = auto(&first, &gold, 7).consensus;
    random.shuffle(&mut triples);
    let again = answers(&triples);
    for one in &methods {
        assert!(one.seed == 7 && one.version == VERSION);
        let named = Method::named(one.method.name()).expect("a name that is known");
        assert!(aggregate(named, &again, one.seed) == *one, "{:?}", one.method);
    }
    assert_eq!(blend.method, Method::Blend);
    assert!(auto(&again, &gold, blend.seed).consensus == blend);
}

#[test]
fn the_simplest_cases_have_the_obvious_answer() {
    for method in Method::ALL {
        let one_worker = fit(method, &[(0, 0, 2), (1, 0, 1)]);
        assert_eq!((one_worker.posteriors.best(0), one_worker.posteriors.best(1)), (2, 1), "{method:?}");
        let agreed: Vec<Triple> = (0..TASKS).flat_map(|t| (0..WORKERS).map(move |w| (t, w, (t % 3) as u16))).collect();
        let agreed = fit(method, &agreed);
        assert!((0..7).all(|task| agreed.posteriors.best(task) == task % 3), "{method:?}");
        let one_class: Vec<Triple> = (0..TASKS).flat_map(|t| (0..WORKERS).map(move |w| (t, w, 1))).collect();
        assert!((0..7).all(|task| fit(method, &one_class).posteriors.best(task) == 1), "{method:?}");
        let twice = fit(method, &[(0, 0, 1), (0, 0, 1), (0, 1, 2)]);
        assert!(twice.posteriors.task(0)[1] >= twice.posteriors.task(0)[2], "{method:?}");
        let none = aggregate(method, &Answers::new(2, 1, 4, &[]).expect("in range"), 1);
        assert!(none.posteriors.task(1).iter().all(|share| close(*share, 0.25)), "{method:?}");
        assert_eq!(aggregate(method, &Answers::new(0, 0, 0, &[]).expect("empty"), 1).posteriors.tasks(), 0);
        assert_eq!(Method::named(method.name()), Some(method));
    }
}

/// A worker who always answers the other of two classes is read the right way round by those that learn rows.
#[test]
fn a_contrary_worker_informs_those_who_learn_rows() {
    let mut triples: Vec<Triple> = Vec::new();
    for task in 0..40_u32 {
        let truth = u16::from(task % 2 == 0);
        triples.extend((0..4).map(|w| (task, w, if (task + w) % 5 == 0 { 1 - truth } else { truth })));
        triples.push((task, 4, 1 - truth));
    }
    triples.extend([(40, 4, 0)]);
    let answers = Answers::new(41, 5, 2, &triples).expect("in range");
    for method in [Method::DawidSkene, Method::Lfc, Method::Ibcc, Method::Hbcc] {
        let got = aggregate(method, &answers, 1);
        assert_eq!(got.posteriors.best(40), 1, "{method:?}");
        assert!(got.workers[4].agreement.expect("answers") < 0.1, "{method:?}");
    }
    assert_eq!(aggregate(Method::Vote, &answers, 1).posteriors.best(40), 0);
}
