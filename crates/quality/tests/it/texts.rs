//! Transcripts of recordings.

use crate::data::{folder, table};
use std::collections::BTreeMap;
use vouchsafe_quality::texts::{distance, rover};

/// Lower case, letters, digits and apostrophes only.
fn words(text: &str) -> Vec<String> {
    let kept: String = text.chars().filter(|c| c.is_alphanumeric() || c.is_whitespace() || *c == '\'').collect();
    kept.to_lowercase().split_whitespace().map(String::from).collect()
}

#[test]
fn speech_word_error_rate() {
    let Some(data) = folder("transcripts") else { return };
    let folder = data.join("truth-inference/speech_dev_clean");
    let mut texts: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    for row in table(&folder.join("labels.csv")) {
        texts.entry(row[0].clone()).or_default().push(words(&row[2]));
    }
    let (mut errors, mut total) = (0_u32, 0_u32);
    for row in table(&folder.join("truth.csv")) {
        let truth = words(&row[1]);
        let given: Vec<&[String]> = texts[&row[0]].iter().map(Vec::as_slice).collect();
        let got: Vec<String> = rover(&given).into_iter().filter_map(|slot| slot.best).collect();
        errors += u32::try_from(distance(&got, &truth)).expect("few");
        total += u32::try_from(truth.len()).expect("few");
    }
    let rate = f64::from(errors) / f64::from(total);
    assert!(rate <= 0.0591, "{rate}");
}
