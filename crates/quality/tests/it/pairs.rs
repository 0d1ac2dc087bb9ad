//! Bradley-Terry on real comparisons and rankings, set by set beside crowd-kit's.

use crate::data::{folder, reference, table};
use std::collections::HashMap;
use std::path::Path;
use vouchsafe_quality::pairs::{BradleyTerry, Duel, Said};
use vouchsafe_quality::random::Random;

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

/// The comparisons of `convarg_a`.
struct Arguments {
    rows: Vec<Vec<String>>,
}

impl Arguments {
    fn read(data: &Path) -> Self {
        Self { rows: table(&data.join("truth-inference/convarg_a/labels.csv")) }
    }

    fn items(&self) -> HashMap<&str, u32> {
        coded(self.rows.iter().flat_map(|row| [row[2].as_str(), row[3].as_str()]))
    }

    fn workers(&self) -> HashMap<&str, u32> {
        coded(self.rows.iter().map(|row| row[1].as_str()))
    }

    fn duels(&self) -> Vec<Duel> {
        let (items, workers) = (self.items(), self.workers());
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
        self.rows.iter().map(duel).collect()
    }
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).expect("few"))
}

/// Of the pairs whose better one is known, the share that the scores order so: within half a point or one pair of crowd-kit's.
#[test]
fn pairs_of_arguments_are_ordered_as_crowd_kit_orders_them() {
    let Some(data) = folder("Bradley-Terry of crowd-kit, pairs") else { return };
    let arguments = Arguments::read(&data);
    let (items, duels) = (arguments.items(), arguments.duels());
    let scores = bradley_terry().fit(items.len(), arguments.workers().len(), &duels).items;
    let of_task: HashMap<&str, Duel> = arguments.rows.iter().map(|row| row[0].as_str()).zip(duels).collect();
    let truth = table(&data.join("truth-inference/convarg_a/truth.csv"));
    let ordered = |row: &&Vec<String>| {
        let (duel, better) = (of_task[row[0].as_str()], items[row[1].as_str()]);
        let worse = if better == duel.left { duel.right } else { duel.left };
        scores[better as usize] > scores[worse as usize]
    };
    let got = count(truth.iter().filter(ordered).count()) / count(truth.len());
    let want = reference(&data, "convarg_a")["crowd_kit"]["BradleyTerry"]["pair_accuracy"].as_f64().expect("a number");
    assert!((got - want).abs() <= 0.005, "{got} is not {want}");
}

/// A fifth of the votes, drawn at random and held out, is predicted at least as often as crowd-kit's Bradley-Terry does: 0.781. Votes for a tie
/// are not counted.
#[test]
fn held_out_votes_on_arguments_are_predicted() {
    let Some(data) = folder("held-out votes on arguments") else { return };
    let arguments = Arguments::read(&data);
    let (items, workers) = (arguments.items().len(), arguments.workers().len());
    let mut right = 0.0;
    for seed in 0..2 {
        let mut duels = arguments.duels();
        Random::new(seed).shuffle(&mut duels);
        let held = duels.split_off(duels.len() / 5 * 4);
        let scores = BradleyTerry::default().fit(items, workers, &duels);
        let said: Vec<&Duel> = held.iter().filter(|duel| duel.said != Said::Tie).collect();
        let predicted = |duel: &&&Duel| {
            let lead = scores.items[duel.left as usize] - scores.items[duel.right as usize] + scores.side;
            (lead > 0.0) == (duel.said == Said::Left)
        };
        right += count(said.iter().filter(predicted).count()) / count(said.len()) / 2.0;
    }
    let theirs = reference(&data, "convarg_a")["crowd_kit"]["BradleyTerry"]["heldout_vote_accuracy"].as_f64();
    assert!(theirs.is_some_and(|theirs| theirs > 0.78) && right >= 0.781, "{right} is not {theirs:?}");
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
