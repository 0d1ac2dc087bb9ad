//! The first form of consensus on real answers.

use crate::data::{folder, json_lines};
use vouchsafe_quality::consensus::Preference::{Better, Tie};
use vouchsafe_quality::consensus::{majority, pairwise, pairwise_by_strength};

/// The rule: `tie` is an answer like any other, and the most frequent answer wins.
#[test]
fn pandalm_gives_448_consensus_items() {
    let Some(data) = folder("pandalm consensus") else { return };
    let rows = json_lines(&data.join("llm/pairwise/pandalm_testset/data.jsonl"));
    let mut found = [0; 3];
    for row in &rows {
        let answers: Vec<_> = (1..=3)
            .map(|who| match row[format!("annotator{who}")].as_u64().expect("a number") {
                0 => Tie,
                side => Better(side),
            })
            .collect();
        let vote = pairwise(&answers).expect("three answers");
        let winner = vote.winner().expect("no standoff in this set");
        let weak: Vec<_> = answers.iter().map(|answer| (answer.clone(), 1)).collect();
        assert_eq!(pairwise_by_strength(&weak).expect("three answers"), vote);
        found[match winner {
            Tie => 2,
            Better(side) => usize::try_from(*side).expect("1 or 2") - 1,
        }] += 1;
    }
    assert_eq!((rows.len(), found), (448, [191, 206, 51]));
}

#[test]
fn the_two_roles_of_pubmedqa_agree_on_364() {
    let Some(data) = folder("pubmedqa agreement") else { return };
    let rows = json_lines(&data.join("llm/classification/pubmedqa_labeled/data.jsonl"));
    let agree = |row: &&serde_json::Value| {
        let answers = ["reasoning_required_pred", "reasoning_free_pred"].map(|who| row[who].as_str().expect("text"));
        majority(&answers).expect("two answers").winner().is_some()
    };
    assert_eq!((rows.len(), rows.iter().filter(agree).count()), (522, 364));
}
