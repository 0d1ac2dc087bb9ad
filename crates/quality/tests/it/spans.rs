//! Spans on real abstracts.

use crate::data::{folder, table};
use std::collections::{BTreeMap, HashMap, HashSet};
use vouchsafe_quality::aggregate::Method;
use vouchsafe_quality::spans::{DEFAULT, Looked, Mark, consensus};

/// Characters right over characters found and over characters true, over texts with truth: F1.
fn character_f1(looked: &[Looked], workers: usize, truth: &HashMap<u32, HashSet<u32>>, method: Method) -> f64 {
    let found = consensus(looked, workers, method, 1).expect("in range");
    let (mut both, mut ours) = (0.0, 0.0);
    for one in found.iter().filter(|one| truth.contains_key(&one.text)) {
        ours += f64::from(one.mark.end - one.mark.start);
        both += (one.mark.start..one.mark.end).filter(|at| truth[&one.text].contains(at)).map(|_| 1.0).sum::<f64>();
    }
    2.0 * both / (ours + f64::from(truth.values().map(|set| u32::try_from(set.len()).expect("few")).sum::<u32>()))
}

#[test]
fn pico_characters() {
    let Some(data) = folder("PICO spans") else { return };
    let folder = data.join("truth-inference/pico_spans");
    let code = |name: &str| name[1..].parse::<u32>().expect("t or w and a number");
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
    let looked: Vec<Looked> =
        people.into_iter().map(|((text, worker), marks)| Looked { text, worker, marks }).collect();
    let workers = looked.iter().map(|one| one.worker + 1).max().expect("people") as usize;
    let mut truth: HashMap<u32, HashSet<u32>> = HashMap::new();
    for row in table(&folder.join("truth.csv")) {
        let set = truth.entry(code(&row[0])).or_default();
        if row[1] != "-1" {
            set.extend(row[1].parse::<u32>().expect("a number")..row[2].parse::<u32>().expect("a number"));
        }
    }
    let f1 = |method| character_f1(&looked, workers, &truth, method);
    // The vote is that of the reference.
    assert!((f1(Method::Vote) - 0.692_184).abs() < 1e-4);
    assert!(f1(DEFAULT) >= 0.728, "{}", f1(DEFAULT));
}
