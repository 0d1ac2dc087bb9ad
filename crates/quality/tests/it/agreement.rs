//! Agreement coefficients against those of the reference, to 1e-9.

use crate::data::{Set, folder, set};
use vouchsafe_quality::agreement::{Chance, Scale, Weights, alpha, cohen, corrected};

const SETS: [&str; 7] = ["affect_anger", "barzan", "bluebird", "pandalm", "rte", "weather_amt", "web"];

/// Asserts that every reference figure named in `ours` is met.
fn compare(name: &str, set: &Set, ours: &[(&str, Option<f64>)]) {
    let reference = set.reference["agreement"].as_object().expect("a table");
    for (figure, got) in ours {
        let want = &reference.get(*figure).unwrap_or_else(|| panic!("{name} has no {figure}"));
        let want = want.as_f64().or_else(|| want["value"].as_f64()).expect("a number");
        let got = got.unwrap_or_else(|| panic!("{name} {figure}: undefined"));
        assert!((got - want).abs() < 1e-9, "{name} {figure}: {got} is not {want}");
    }
}

#[test]
fn alpha_is_that_of_the_reference() {
    let Some(data) = folder("alpha") else { return };
    for name in SETS {
        let set = set(&data, name);
        let answers = set.answers.without_duplicates();
        let values: Vec<f64> =
            (0_u32..).zip(&set.classes).map(|(at, name)| name.parse().unwrap_or(f64::from(at))).collect();
        let ours = [
            ("krippendorff/alpha_nominal", alpha(&answers, Scale::Nominal)),
            ("krippendorff/alpha_ordinal", alpha(&answers, Scale::Ordinal)),
            ("krippendorff/alpha_interval", alpha(&answers, Scale::Interval(&values))),
            ("krippendorff/alpha_ratio", alpha(&answers, Scale::Ratio(&values))),
        ];
        compare(name, &set, &ours);
    }
}

#[test]
fn corrected_coefficients_are_those_of_the_reference() {
    let Some(data) = folder("corrected coefficients") else { return };
    let weights = [
        ("identity", Weights::Identity),
        ("linear", Weights::Linear),
        ("quadratic", Weights::Quadratic),
        ("ordinal", Weights::Ordinal),
    ];
    for name in &SETS[1..] {
        let set = set(&data, name);
        let answers = set.answers.without_duplicates();
        for (word, weights) in weights {
            let gwet = if weights == Weights::Identity { "gwet_ac1" } else { "gwet_ac2" };
            let family = [
                (gwet, Chance::Gwet),
                ("fleiss_kappa", Chance::Fleiss),
                ("brennan_prediger", Chance::Even),
                ("conger_kappa", Chance::Conger),
            ];
            for (figure, chance) in family {
                let got = corrected(&answers, weights, chance).map(|got| got.value);
                compare(name, &set, &[(&format!("irrCAC/{figure}/{word}"), got)]);
            }
        }
    }
}

#[test]
fn cohen_of_two_annotators_is_that_of_the_reference() {
    let Some(data) = folder("Cohen's kappa") else { return };
    let set = set(&data, "pandalm");
    for (left, right) in [(0, 1), (0, 2), (1, 2)] {
        let pairs: Vec<(usize, usize)> = (0..set.answers.tasks())
            .map(|task| {
                let given: Vec<usize> = set.answers.of_task(task).map(|(_, class)| class).collect();
                (given[left], given[right])
            })
            .collect();
        for (word, weights) in
            [("none", Weights::Identity), ("linear", Weights::Linear), ("quadratic", Weights::Quadratic)]
        {
            let figure = format!("sklearn/cohen_w{left}_w{right}_{word}");
            compare("pandalm", &set, &[(&figure, cohen(&pairs, 3, weights))]);
        }
    }
}
