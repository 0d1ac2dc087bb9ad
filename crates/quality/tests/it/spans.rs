//! Spans on real abstracts.

use crate::data::{folder, table};
use std::collections::{BTreeMap, HashMap, HashSet};
use vouchsafe_quality::aggregate::Method;
use vouchsafe_quality::agreement::{disorder, disorder_of_all, gamma};
use vouchsafe_quality::spans::{DEFAULT, Found, Looked, Mark, consensus, consensus_in_sequence};

/// Characters right over characters found and over characters true, over texts with truth: F1.
fn character_f1(found: &[Found], truth: &HashMap<u32, HashSet<u32>>) -> f64 {
    let (mut both, mut ours) = (0.0, 0.0);
    for one in found.iter().filter(|one| truth.contains_key(&one.text)) {
        ours += f64::from(one.mark.end - one.mark.start);
        both += (one.mark.start..one.mark.end).filter(|at| truth[&one.text].contains(at)).map(|_| 1.0).sum::<f64>();
    }
    2.0 * both / (ours + f64::from(truth.values().map(|set| u32::try_from(set.len()).expect("few")).sum::<u32>()))
}

fn code(name: &str) -> u32 {
    name[1..].parse().expect("t or w and a number")
}

/// Everybody who looked at an abstract, with his marks.
fn pico(folder: &std::path::Path) -> Vec<Looked> {
    let mut people: BTreeMap<(u32, u32), Vec<Mark>> = BTreeMap::new();
    for row in table(&folder.join("labels.csv")) {
        let marks = people.entry((code(&row[0]), code(&row[1]))).or_default();
        if row[2] != "-1" {
            marks.push(Mark {
                start: row[2].parse().expect("a number"),
                end: row[3].parse().expect("a number"),
                label: 0,
            });
        }
    }
    people.into_iter().map(|((text, worker), marks)| Looked { text, worker, marks }).collect()
}

/// The disorder is that of the reference, of two people and of three, which keeps four bytes a number; gamma is drawn, so it is only near.
#[test]
fn gamma_is_that_of_pygamma() {
    let Some(data) = folder("gamma") else { return };
    let reference = std::fs::read_to_string(data.join("truth-inference/reference.json")).expect("readable");
    let reference: serde_json::Value = serde_json::from_str(&reference).expect("JSON");
    let tasks = reference["data_sets"]["pico_spans"]["agreement"]["tasks"].as_object().expect("tasks").clone();
    let looked = pico(&data.join("truth-inference/pico_spans"));
    let mut compared = BTreeMap::new();
    for (name, theirs) in &tasks {
        // It does not count whoever marked nothing.
        let marked: Vec<Looked> =
            looked.iter().filter(|one| one.text == code(name) && !one.marks.is_empty()).cloned().collect();
        *compared.entry(marked.len()).or_insert(0) += 1;
        let want = |what: &str| theirs[what].as_f64().expect("a number");
        let (got, exact) = disorder_of_all(&marked.iter().map(|one| one.marks.clone()).collect::<Vec<_>>());
        assert!(exact && (got - want("best_alignment_disorder")).abs() < 1e-6, "{name}: {got} {theirs}");
        if let [a, b] = &marked[..] {
            assert!((disorder(&a.marks, &b.marks) - got).abs() < 1e-12);
        }
        let found = gamma(&marked, 1, 0, f64::INFINITY).expect("defined");
        assert!((found.value - want("gamma")).abs() < 0.05, "{name}: {found:?} {theirs}");
    }
    assert_eq!(compared, BTreeMap::from([(2, 3), (3, 2)]));
    let all = gamma(&looked, 1, 100, f64::INFINITY).expect("defined");
    assert!((0.4..0.5).contains(&all.value) && all.near * 4 < all.texts, "{all:?}");
}

#[test]
fn pico_characters() {
    let Some(data) = folder("PICO spans") else { return };
    let folder = data.join("truth-inference/pico_spans");
    let looked = pico(&folder);
    let workers = looked.iter().map(|one| one.worker + 1).max().expect("people") as usize;
    let mut truth: HashMap<u32, HashSet<u32>> = HashMap::new();
    for row in table(&folder.join("truth.csv")) {
        let set = truth.entry(code(&row[0])).or_default();
        if row[1] != "-1" {
            set.extend(row[1].parse::<u32>().expect("a number")..row[2].parse::<u32>().expect("a number"));
        }
    }
    let f1 = |method| character_f1(&consensus(&looked, workers, method, 1).expect("in range"), &truth);
    // The vote is that of the reference.
    assert!((f1(Method::Vote) - 0.692_184).abs() < 1e-4);
    assert!(f1(DEFAULT) >= 0.728, "{}", f1(DEFAULT));
    let chained = character_f1(&consensus_in_sequence(&looked, workers).expect("in range"), &truth);
    assert!(chained >= 0.725, "{chained}");
}
