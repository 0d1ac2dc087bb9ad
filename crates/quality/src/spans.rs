//! Spans by a model: each stretch between two borders that anybody drew is a small task.

use crate::aggregate::{Method, Posteriors, aggregate};
use crate::answers::{Answers, OutOfRange, Triple};
use crate::sequences::bsc_seq;
use std::collections::BTreeMap;

/// One mark: characters `start` up to and without `end`, Unicode scalar values from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// First character.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// Code of the label, from 0.
    pub label: u16,
}

/// What one person marked in one text; no marks means that he looked and found nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Looked {
    /// Code of the text, from 0.
    pub text: u32,
    /// Code of the person, from 0.
    pub worker: u32,
    /// His marks.
    pub marks: Vec<Mark>,
}

/// A mark of the consensus.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// Code of the text.
    pub text: u32,
    /// Where and what.
    pub mark: Mark,
    /// Mean over its characters of the probability that they bear the label.
    pub probability: f64,
}

/// The method for spans that nobody chose: people miss marks far more often than they make false ones, so it has to tell the two apart (vote and weights,
/// half of the pool, do not), and there are only two classes, so few answers suffice for rows.
pub const DEFAULT: Method = Method::Lfc;

/// The stretches of one label in all texts, as tasks with the answers yes (1) and no (0).
struct Stretches {
    /// Text, start and end of each.
    places: Vec<(u32, u32, u32)>,
    triples: Vec<Triple>,
}

/// Consensus marks of `looked` by `method`, label by label: texts are cut wherever somebody's mark begins or ends, each stretch is a task that
/// everybody who looked at the text answered with yes or no, and stretches more probable than not are joined. `workers` is the
/// number of codes of people. In order of text, start, end, label. Stretches of one text lean on each other in truth, not in the model:
/// probabilities are too sure.
///
/// Source: the segment-wise aggregation that Nguyen et al. (2017), "Aggregating and predicting sequence labels from crowd
/// annotations", compare with.
pub fn consensus(looked: &[Looked], workers: usize, method: Method, seed: u64) -> Result<Vec<Found>, OutOfRange> {
    by_label(looked, workers, |answers, _| {
        let posteriors = aggregate(method, answers, seed).posteriors;
        let chosen =
            (0..answers.tasks()).map(|task| posteriors.task(task)[1] > posteriors.task(task)[0] + 1e-9).collect();
        (posteriors, chosen)
    })
}

/// The same by a model in which a person's yes or no depends on what he said of the stretch before, and so does the truth
/// ([`bsc_seq`], with the tags no and yes, whatever the length of the stretches).
pub fn consensus_in_sequence(looked: &[Looked], workers: usize) -> Result<Vec<Found>, OutOfRange> {
    by_label(looked, workers, |answers, starts| {
        let found = bsc_seq(answers, starts, &|_, _| true);
        (found.posteriors, found.best.iter().map(|tag| *tag == 1).collect())
    })
}

/// `choose` is given the stretches of one label as tasks, and where each text begins among them (and the end).
fn by_label(
    looked: &[Looked],
    workers: usize,
    choose: impl Fn(&Answers, &[usize]) -> (Posteriors, Vec<bool>),
) -> Result<Vec<Found>, OutOfRange> {
    let mut by_text: BTreeMap<u32, Vec<&Looked>> = BTreeMap::new();
    looked.iter().for_each(|one| by_text.entry(one.text).or_default().push(one));
    by_text.values_mut().for_each(|people| people.sort());
    let mut labels: Vec<u16> = looked.iter().flat_map(|one| one.marks.iter().map(|mark| mark.label)).collect();
    labels.sort_unstable();
    labels.dedup();
    let mut found = Vec::new();
    for label in labels {
        let stretches = stretches(&by_text, label);
        let answers = Answers::new(stretches.places.len(), workers, 2, &stretches.triples)?;
        let mut starts = vec![0];
        for text in stretches.places.chunk_by(|a, b| a.0 == b.0) {
            starts.push(starts[starts.len() - 1] + text.len());
        }
        let (posteriors, chosen) = choose(&answers, &starts);
        found.extend(join(&stretches, &posteriors, &chosen, label));
    }
    found.sort_by_key(|found: &Found| (found.text, found.mark));
    Ok(found)
}

fn stretches(by_text: &BTreeMap<u32, Vec<&Looked>>, label: u16) -> Stretches {
    let mut stretches = Stretches { places: Vec::new(), triples: Vec::new() };
    for (text, people) in by_text {
        let his = |one: &Looked| {
            one.marks.iter().filter(|mark| mark.label == label && mark.start < mark.end).copied().collect::<Vec<_>>()
        };
        let marks: Vec<(u32, Vec<Mark>)> = people.iter().map(|one| (one.worker, his(one))).collect();
        let mut borders: Vec<u32> =
            marks.iter().flat_map(|(_, marks)| marks.iter().flat_map(|m| [m.start, m.end])).collect();
        borders.sort_unstable();
        borders.dedup();
        for ends in borders.windows(2) {
            let inside = |mark: &Mark| mark.start <= ends[0] && ends[1] <= mark.end;
            let task = u32::try_from(stretches.places.len()).expect("fewer than 2^32 stretches");
            stretches.places.push((*text, ends[0], ends[1]));
            stretches
                .triples
                .extend(marks.iter().map(|(worker, marks)| (task, *worker, u16::from(marks.iter().any(inside)))));
        }
    }
    stretches
}

fn join(stretches: &Stretches, posteriors: &Posteriors, chosen: &[bool], label: u16) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for (task, (text, start, end)) in stretches.places.iter().enumerate() {
        let row = posteriors.task(task);
        if !chosen[task] {
            continue;
        }
        let length = |mark: &Mark| f64::from(mark.end - mark.start);
        match found.last_mut() {
            Some(last) if last.text == *text && last.mark.end == *start => {
                let before = last.probability * length(&last.mark);
                last.mark.end = *end;
                last.probability = (before + row[1] * f64::from(end - start)) / length(&last.mark);
            }
            _ => found.push(Found { text: *text, mark: Mark { start: *start, end: *end, label }, probability: row[1] }),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consensus::{Mark as Marked, character_majority};
    use proptest::prelude::*;

    proptest! {
        /// With the vote as method it is the majority of characters.
        #[test]
        fn by_vote_it_is_character_majority(people in prop::collection::vec(prop::collection::vec((0_u32..12, 0_u32..6, 0_u16..2), 0..4), 1..5)) {
            let marks = |p: &Vec<(u32, u32, u16)>| p.iter().map(|(s, n, l)| Mark { start: *s, end: s + n, label: *l }).collect::<Vec<_>>();
            let looked: Vec<Looked> = (0..).zip(&people).map(|(worker, p)| Looked { text: 3, worker, marks: marks(p) }).collect();
            let got = consensus(&looked, people.len(), Method::Vote, 0).expect("in range");
            let other: Vec<Vec<Marked<u16>>> = looked
                .iter()
                .map(|one| one.marks.iter().map(|m| Marked { start: m.start as usize, end: m.end as usize, label: m.label }).collect())
                .collect();
            let want = character_majority(&other.iter().map(Vec::as_slice).collect::<Vec<_>>(), 0.5);
            prop_assert_eq!(got.len(), want.len());
            for (a, b) in got.iter().zip(&want) {
                prop_assert_eq!((a.mark.start as usize, a.mark.end as usize, a.mark.label), (b.mark.start, b.mark.end, b.mark.label));
                prop_assert!((a.probability - b.share).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn a_code_out_of_range_is_refused() {
        let looked = [Looked { text: 0, worker: 4, marks: vec![Mark { start: 0, end: 2, label: 0 }] }];
        assert!(consensus(&looked, 4, Method::Hbcc, 0).is_err());
        assert_eq!(consensus(&[], 0, Method::Hbcc, 0), Ok(vec![]));
    }
}
