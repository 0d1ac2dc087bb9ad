//! Choice and calibration on real sets, gold drawn at random many times.

use crate::accuracy::SETS;
use crate::data::{folder, set};
use vouchsafe_quality::aggregate::{Consensus, Method, aggregate};
use vouchsafe_quality::calibration::{Gold, Temperature, calibration_error, choose};
use vouchsafe_quality::random::Random;

fn real(count: usize) -> f64 {
    f64::from(u32::try_from(count).expect("few"))
}

/// Random halves of the truth: `gold` tasks to learn from, and the rest.
fn draws(truth: &[(usize, Option<usize>)], gold: usize, times: u64) -> impl Iterator<Item = (Vec<Gold>, Vec<Gold>)> {
    let known: Vec<Gold> = truth.iter().filter_map(|(task, class)| Some((*task, (*class)?))).collect();
    (0..times).map(move |seed| {
        let mut drawn = known.clone();
        Random::new(seed).shuffle(&mut drawn);
        let rest = drawn.split_off(gold);
        (drawn, rest)
    })
}

fn accuracy(consensus: &Consensus, truth: &[Gold]) -> f64 {
    real(truth.iter().filter(|(task, class)| consensus.posteriors.best(*task) == *class).count()) / real(truth.len())
}

/// After 50 gold tasks, sets with at least 300 tasks of truth left. The mean over sets of HBCC's calibration error is at most 0.06.
#[test]
fn fifty_gold_tasks_make_hbcc_believable() {
    let Some(data) = folder("calibration error") else { return };
    let (mut sum, mut sets) = (0.0, 0.0);
    for name in SETS {
        let set = set(&data, name);
        if set.truth.len() < 350 {
            continue;
        }
        let fit = aggregate(Method::Hbcc, &set.answers, 1).posteriors;
        for (gold, rest) in draws(&set.truth, 50, 5) {
            let scaled = Temperature::fit(&fit, &gold).apply(&fit);
            sum += calibration_error(&scaled, &rest).expect("enough") / 5.0;
        }
        sets += 1.0;
    }
    assert!(sum / sets <= 0.06, "{}", sum / sets);
}

/// Prints, per set, accuracy after a choice by 30 gold tasks, and calibration error after 50.
#[test]
#[ignore = "prints a table"]
fn choice_and_calibration() {
    let Some(data) = folder("choice and calibration") else { return };
    let (mut ours, mut theirs, mut errors, mut sets) = (0.0, 0.0, [0.0; 3], 0.0);
    for name in SETS {
        let set = set(&data, name);
        let candidates: Vec<Consensus> = Method::ALL.into_iter().map(|m| aggregate(m, &set.answers, 1)).collect();
        let reference = &set.reference["reference_algos"];
        if let Some(want) = reference["chosen_by_30_gold"]["accuracy"].as_f64() {
            let mut sum = 0.0;
            for (gold, rest) in draws(&set.truth, 30, 20) {
                let method = choose(&candidates, &gold).method;
                let chosen = candidates.iter().find(|candidate| candidate.method == method).expect("a candidate");
                sum += accuracy(chosen, &rest) / 20.0;
            }
            println!("{name:13} by 30 gold {sum:.4}, reference {want:.4}");
            ours += sum;
            theirs += want;
            sets += 1.0;
        }
        if set.truth.len() >= 350 {
            let methods = [Method::Pool, Method::Hbcc, Method::Vote];
            let mut row = [0.0; 3];
            for (gold, rest) in draws(&set.truth, 50, 10) {
                for (sum, method) in row.iter_mut().zip(methods) {
                    let fit =
                        &candidates.iter().find(|candidate| candidate.method == method).expect("there").posteriors;
                    let scaled = Temperature::fit(fit, &gold).apply(fit);
                    *sum += calibration_error(&scaled, &rest).expect("enough") / 10.0;
                }
            }
            println!(
                "{name:13} calibration error after 50 gold: pool {:.4}, hbcc {:.4}, vote {:.4}",
                row[0], row[1], row[2]
            );
            errors.iter_mut().zip(row).for_each(|(sum, part)| *sum += part);
        }
    }
    println!("mean by 30 gold {:.4}, reference {:.4}; errors summed {errors:?}", ours / sets, theirs / sets);
}
