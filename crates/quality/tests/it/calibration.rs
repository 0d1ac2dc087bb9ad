//! Choice and calibration on real sets, gold drawn at random many times.

use crate::accuracy::SETS;
use crate::data::{folder, set};
use vouchsafe_quality::aggregate::{Consensus, Method, Posteriors, aggregate};
use vouchsafe_quality::calibration::{Gold, Temperature, blend, calibration_error, choose};
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

fn accuracy(posteriors: &Posteriors, truth: &[Gold]) -> f64 {
    real(truth.iter().filter(|(task, class)| posteriors.best(*task) == *class).count()) / real(truth.len())
}

/// Fewer methods than there are, for speed: the pool and what it asks, rows with fixed priors, weights.
const QUICK: [Method; 10] = [
    Method::Vote,
    Method::Lfc,
    Method::Ibcc,
    Method::Hbcc,
    Method::HbccThree,
    Method::EbccFive,
    Method::Catd,
    Method::Bwa,
    Method::Pm,
    Method::Pool,
];

/// After 50 gold tasks, sets with at least 300 tasks of truth left. The mean over sets of the calibration error of HBCC is at most 0.06, that of
/// the blend at most 0.05; and the blend is at least as often right as the best single method by gold, and as the pool to a third of a point.
#[test]
fn fifty_gold_tasks_make_probabilities_believable() {
    let Some(data) = folder("calibration error") else { return };
    let (mut errors, mut right, mut sets) = ([0.0; 2], [0.0; 3], 0.0);
    for name in SETS {
        let set = set(&data, name);
        if set.truth.len() < 350 {
            continue;
        }
        let candidates = QUICK.map(|method| aggregate(method, &set.answers, 1));
        let by = |method| candidates.iter().find(|candidate| candidate.method == method).expect("a candidate");
        let hbcc = &by(Method::Hbcc).posteriors;
        for (gold, rest) in draws(&set.truth, 50, 5) {
            let choice = choose(&candidates, &gold);
            let blend = blend(&candidates, &choice.scores);
            let scaled = Temperature::fit(hbcc, &gold).apply(hbcc);
            for (sum, posteriors) in errors.iter_mut().zip([&scaled, &blend]) {
                *sum += calibration_error(posteriors, &rest).expect("enough") / 5.0;
            }
            let results = [&blend, &by(choice.method).posteriors, &by(Method::Pool).posteriors];
            right.iter_mut().zip(results).for_each(|(sum, one)| *sum += accuracy(one, &rest) / 5.0);
        }
        sets += 1.0;
    }
    let [hbcc, of_blend] = errors.map(|sum| sum / sets);
    assert!(hbcc <= 0.06 && of_blend <= 0.05, "{hbcc} {of_blend}");
    let [of_blend, chosen, pool] = right.map(|sum| sum / sets);
    assert!(of_blend >= chosen && of_blend >= pool - 0.0033, "{of_blend} {chosen} {pool}");
}

/// By 30 gold tasks, on the mean of the sets of fewer than 16,000 answers, the blend is at least as often right as the reference's choice.
#[test]
fn thirty_gold_tasks_serve_as_well_as_the_reference() {
    let Some(data) = folder("accuracy by 30 gold tasks") else { return };
    let (mut ours, mut theirs) = (0.0, 0.0);
    for name in SETS {
        let set = set(&data, name);
        let want = set.reference["reference_algos"]["chosen_by_30_gold"]["accuracy"].as_f64();
        let (Some(want), true) = (want, set.answers.len() < 16_000) else { continue };
        let candidates = QUICK.map(|method| aggregate(method, &set.answers, 1));
        for (gold, rest) in draws(&set.truth, 30, 10) {
            ours += accuracy(&blend(&candidates, &choose(&candidates, &gold).scores), &rest) / 10.0;
        }
        theirs += want;
    }
    assert!(theirs > 5.0 && ours >= theirs, "{ours} {theirs}");
}

/// Prints, per set, accuracy by 30 gold tasks, and calibration error after 50.
#[test]
#[ignore = "prints a table"]
fn choice_and_calibration() {
    let Some(data) = folder("choice and calibration") else { return };
    let (mut ours, mut best, mut theirs, mut errors, mut sets) = (0.0, 0.0, 0.0, [0.0; 4], 0.0);
    for name in SETS {
        let set = set(&data, name);
        let candidates: Vec<Consensus> = Method::ALL
            .into_iter()
            .filter(|method| *method != Method::Ordinal)
            .map(|method| aggregate(method, &set.answers, 1))
            .collect();
        let reference = &set.reference["reference_algos"];
        if let Some(want) = reference["chosen_by_30_gold"]["accuracy"].as_f64() {
            let (mut sum, mut single) = (0.0, 0.0);
            for (gold, rest) in draws(&set.truth, 30, 20) {
                let choice = choose(&candidates, &gold);
                let chosen = candidates.iter().find(|one| one.method == choice.method).expect("a candidate");
                sum += accuracy(&blend(&candidates, &choice.scores), &rest) / 20.0;
                single += accuracy(&chosen.posteriors, &rest) / 20.0;
            }
            println!("{name:13} by 30 gold: blend {sum:.4}, best {single:.4}, reference {want:.4}");
            ours += sum;
            best += single;
            theirs += want;
            sets += 1.0;
        }
        if set.truth.len() >= 350 {
            let methods = [Method::Pool, Method::Hbcc, Method::Vote];
            let mut row = [0.0; 4];
            for (gold, rest) in draws(&set.truth, 50, 10) {
                let blended = blend(&candidates, &choose(&candidates, &gold).scores);
                row[3] += calibration_error(&blended, &rest).expect("enough") / 10.0;
                for (sum, method) in row.iter_mut().zip(methods) {
                    let fit =
                        &candidates.iter().find(|candidate| candidate.method == method).expect("there").posteriors;
                    let scaled = Temperature::fit(fit, &gold).apply(fit);
                    *sum += calibration_error(&scaled, &rest).expect("enough") / 10.0;
                }
            }
            println!(
                "{name:13} calibration error after 50 gold: pool {:.4}, hbcc {:.4}, vote {:.4}, blend {:.4}",
                row[0], row[1], row[2], row[3]
            );
            errors.iter_mut().zip(row).for_each(|(sum, part)| *sum += part);
        }
    }
    let [ours, best, theirs] = [ours, best, theirs].map(|sum| sum / sets);
    println!("mean by 30 gold: blend {ours:.4}, best {best:.4}, reference {theirs:.4}; errors summed {errors:?}");
}
