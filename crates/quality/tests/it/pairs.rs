//! Bradley-Terry on real comparisons and rankings, set by set beside crowd-kit's.

use crate::data::{folder, reference, table};
use std::collections::HashMap;
use vouchsafe_quality::pairs::{BradleyTerry, Duel, Said};

/// The named setting `bradley-terry`: workers are not told apart.
fn bradley_terry() -> BradleyTerry {
    BradleyTerry { workers: None, ..BradleyTerry::default() }
}

/// Codes in order of name.
fn coded<'a>(names: impl Iterator<Item = &'a str>) -> HashMap<&'a str, u32> {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().zip(0..).collect()
}

/// Of the pairs whose better one is known, the share that the scores order so: within half a point or one pair of crowd-kit's.
#[test]
fn pairs_of_arguments_are_ordered_as_crowd_kit_orders_them() {
    let Some(data) = folder("Bradley-Terry of crowd-kit, pairs") else { return };
    let set = data.join("truth-inference/convarg_a");
    let rows = table(&set.join("labels.csv"));
    let (items, workers) = (
        coded(rows.iter().flat_map(|row| [row[2].as_str(), row[3].as_str()])),
        coded(rows.iter().map(|row| row[1].as_str())),
    );
    let duel = |row: &Vec<String>| Duel {
        left: items[row[2].as_str()],
        right: items[row[3].as_str()],
        worker: workers[row[1].as_str()],
        said: match &row[4] {
            label if *label == row[2] => Said::Left,
            label if *label == row[3] => Said::Right,
            _ => Said::Tie,
        },
    };
    let duels: Vec<Duel> = rows.iter().map(duel).collect();
    let scores = bradley_terry().fit(items.len(), workers.len(), &duels).items;
    let of_task: HashMap<&str, Duel> = rows.iter().map(|row| row[0].as_str()).zip(duels).collect();
    let truth = table(&set.join("truth.csv"));
    let ordered = |row: &&Vec<String>| {
        let (duel, better) = (of_task[row[0].as_str()], items[row[1].as_str()]);
        let worse = if better == duel.left { duel.right } else { duel.left };
        scores[better as usize] > scores[worse as usize]
    };
    let count = |number: usize| f64::from(u32::try_from(number).expect("few"));
    let got = count(truth.iter().filter(ordered).count()) / count(truth.len());
    let want = reference(&data, "convarg_a")["crowd_kit"]["BradleyTerry"]["pair_accuracy"].as_f64().expect("a number");
    assert!((got - want).abs() <= 0.005, "{got} is not {want}");
}

/// Rankings as all the pairs they state: every order is the true one, as by crowd-kit (Kendall's tau 1 on each task).
#[test]
fn rankings_of_dots_are_the_true_ones_as_crowd_kit_finds_them() {
    let Some(data) = folder("Bradley-Terry of crowd-kit, rankings") else { return };
    let set = data.join("truth-inference/rank_dots_a");
    let (rows, truth) = (table(&set.join("labels.csv")), table(&set.join("truth.csv")));
    let theirs = reference(&data, "rank_dots_a")["crowd_kit"]["BradleyTerry"].clone();
    for known in truth {
        assert_eq!(theirs[format!("tau_{}", known[0])].as_f64(), Some(1.0), "{}", known[0]);
        let items: Vec<&str> = known[1].split_whitespace().collect();
        let code =
            |item: &str| u32::try_from(items.iter().position(|other| *other == item).expect("an item")).expect("few");
        let mut duels = Vec::new();
        for row in rows.iter().filter(|row| row[0] == known[0]) {
            let ranked: Vec<u32> = row[2].split_whitespace().map(code).collect();
            for (at, better) in ranked.iter().enumerate() {
                duels.extend(ranked[at + 1..].iter().map(|worse| Duel {
                    left: *better.min(worse),
                    right: *better.max(worse),
                    worker: 0,
                    said: if better < worse { Said::Left } else { Said::Right },
                }));
            }
        }
        let order = bradley_terry().fit(items.len(), 1, &duels).order();
        assert!(order.iter().copied().eq(0..items.len()), "{}: {order:?}", known[0]);
    }
}
