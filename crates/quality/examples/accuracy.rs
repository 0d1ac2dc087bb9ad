//! Accuracy of the pool and its members on the real label sets of `VOUCHSAFE_TEST_DATA`: whole, with 70 and 40 % of the answers, with half of
//! the workers (means of four draws). `cargo run --release -p vouchsafe-quality --example accuracy`

use std::collections::HashMap;
use std::path::Path;
use vouchsafe_quality::aggregate::pool_and_members;
use vouchsafe_quality::answers::{Answers, Triple};
use vouchsafe_quality::random::Random;

/// Answers, and the true class of each task that has one.
struct Set {
    answers: Answers,
    truth: Vec<(usize, usize)>,
}

const SETS: [&str; 14] = [
    "adult",
    "barzan",
    "bluebird",
    "dog",
    "dots_binary",
    "product",
    "rte",
    "weather_amt",
    "weather_cf",
    "web",
    "wsd",
    "zencrowd_all",
    "zencrowd_in",
    "zencrowd_us",
];

/// Draws of each kind.
const DRAWS: u64 = 4;

fn main() {
    let Some(data) = std::env::var_os("VOUCHSAFE_TEST_DATA").filter(|folder| !folder.is_empty()) else {
        eprintln!("VOUCHSAFE_TEST_DATA is not set");
        return;
    };
    let mut means: HashMap<&str, Vec<f64>> = HashMap::new();
    println!(
        "{:13} {:17}{}",
        "",
        "",
        ["vote", "hbcc-3", "hbcc", "pm", "pool"].map(|name| format!("{name:>8}")).join("")
    );
    for name in SETS {
        let set = read(&Path::new(&data).join("truth-inference").join(name));
        for kind in ["whole", "70 % of answers", "40 % of answers", "half the workers"] {
            let mut row = vec![0.0; 5];
            for seed in 0..DRAWS {
                let thin = thin(&set.answers, kind, seed);
                for (sum, one) in row.iter_mut().zip(pool_and_members(&thin, 1)) {
                    let right = set.truth.iter().filter(|(task, truth)| one.posteriors.best(*task) == *truth).count();
                    *sum += 100.0 * real(right) / real(set.truth.len()) / 4.0;
                }
            }
            print(name, kind, &row);
            let sums = means.entry(kind).or_insert_with(|| vec![0.0; 5]);
            sums.iter_mut().zip(row).for_each(|(sum, one)| *sum += one / real(SETS.len()));
        }
    }
    for (kind, row) in means {
        print("mean", kind, &row);
    }
}

fn print(name: &str, kind: &str, row: &[f64]) {
    let shares: Vec<String> = row.iter().map(|share| format!("{share:8.2}")).collect();
    println!("{name:13} {kind:17}{}", shares.concat());
}

fn thin(answers: &Answers, kind: &str, seed: u64) -> Answers {
    let mut random = Random::new(seed);
    let stays: Vec<bool> = (0..answers.workers()).map(|_| random.unit() < 0.5).collect();
    answers.filter(|_, worker, _| match kind {
        "whole" => true,
        "70 % of answers" => random.unit() < 0.7,
        "40 % of answers" => random.unit() < 0.4,
        _ => stays[worker],
    })
}

fn real(count: usize) -> f64 {
    f64::from(u32::try_from(count).expect("few"))
}

/// The sets hold no quoted fields.
fn read(folder: &Path) -> Set {
    let rows = |file: &str| -> Vec<Vec<String>> {
        let text = std::fs::read_to_string(folder.join(file)).expect("a readable file");
        text.lines().skip(1).map(|line| line.split(',').map(String::from).collect()).collect()
    };
    let labels = rows("labels.csv");
    let codes = |at: usize| -> HashMap<&str, u32> {
        let mut names: Vec<&str> = labels.iter().map(|row| row[at].as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names.into_iter().zip(0..).collect()
    };
    let (tasks, workers, classes) = (codes(0), codes(1), codes(2));
    let triple = |row: &Vec<String>| -> Triple {
        let class = u16::try_from(classes[row[2].as_str()]).expect("few classes");
        (tasks[row[0].as_str()], workers[row[1].as_str()], class)
    };
    let triples: Vec<Triple> = labels.iter().map(triple).collect();
    let answers = Answers::new(tasks.len(), workers.len(), classes.len(), &triples).expect("codes in range");
    let known = rows("truth.csv");
    let truth =
        |row: &Vec<String>| Some((*tasks.get(row[0].as_str())? as usize, *classes.get(row[1].as_str())? as usize));
    Set { answers, truth: known.iter().filter_map(truth).collect() }
}
