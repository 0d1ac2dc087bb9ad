//! Agreement coefficients against those of the reference, to 1e-9.

use crate::data::{Set, folder, set};
use vouchsafe_quality::agreement::{Scale, alpha};

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
