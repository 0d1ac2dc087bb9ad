//! Spans: character by character majority.

use crate::num::real;
use std::collections::BTreeMap;

/// One marked stretch: characters `start` up to and without `end` (Unicode scalar values, from 0).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark<L> {
    /// First character.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
    /// The label.
    pub label: L,
}

/// A stretch of the consensus.
#[derive(Debug, Clone, PartialEq)]
pub struct Marks<L> {
    /// Where and what.
    pub mark: Mark<L>,
    /// Mean over its characters of the share of people who marked them with this label, in (0, 1\].
    pub share: f64,
}

/// Per label, the longest stretches in which every character was marked by more than `threshold` of the people (0.5: the
/// majority). One slice per person, empty if he marked nothing: looking and finding nothing is an answer. Marks of one
/// person that overlap count once; marks without length do not count. In order of start, end, label. Time O(m log m).
pub fn character_majority<L: Ord + Clone>(people: &[&[Mark<L>]], threshold: f64) -> Vec<Marks<L>> {
    let mut edges: BTreeMap<&L, Vec<(usize, bool)>> = BTreeMap::new(); // (position, opens)
    for marks in people {
        for (label, stretches) in union(marks) {
            let list = edges.entry(label).or_default();
            list.extend(stretches.into_iter().flat_map(|(start, end)| [(start, true), (end, false)]));
        }
    }
    let mut found: Vec<Marks<L>> = Vec::new();
    for (label, mut list) in edges {
        list.sort_unstable();
        found.extend(
            sweep(&list, people.len(), threshold)
                .into_iter()
                .map(|(start, end, share)| Marks { mark: Mark { start, end, label: label.clone() }, share }),
        );
    }
    found.sort_by(|a, b| a.mark.cmp(&b.mark));
    found
}

/// Per label, what one person marked, as stretches that neither overlap nor touch.
fn union<L: Ord>(marks: &[Mark<L>]) -> BTreeMap<&L, Vec<(usize, usize)>> {
    let mut sorted: Vec<&Mark<L>> = marks.iter().filter(|mark| mark.start < mark.end).collect();
    sorted.sort();
    let mut by_label: BTreeMap<&L, Vec<(usize, usize)>> = BTreeMap::new();
    for mark in sorted {
        let stretches = by_label.entry(&mark.label).or_default();
        match stretches.last_mut() {
            Some(last) if mark.start <= last.1 => last.1 = last.1.max(mark.end),
            _ => stretches.push((mark.start, mark.end)),
        }
    }
    by_label
}

/// Runs of positions covered by more than `threshold * people`, with the mean share covered.
fn sweep(edges: &[(usize, bool)], people: usize, threshold: f64) -> Vec<(usize, usize, f64)> {
    let mut runs: Vec<(usize, usize, usize)> = Vec::new(); // start, end, characters times people
    let mut covering: usize = 0;
    for (at, (position, opens)) in edges.iter().enumerate() {
        covering = if *opens { covering + 1 } else { covering - 1 };
        let next = edges.get(at + 1).map_or(*position, |edge| edge.0);
        if next == *position || real(covering) <= threshold * real(people) {
            continue;
        }
        let weight = (next - position) * covering;
        match runs.last_mut() {
            Some(run) if run.1 == *position => *run = (run.0, next, run.2 + weight),
            _ => runs.push((*position, next, weight)),
        }
    }
    runs.into_iter().map(|(start, end, weight)| (start, end, real(weight) / real((end - start) * people))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn mark(start: usize, end: usize, label: u8) -> Mark<u8> {
        Mark { start, end, label }
    }

    #[test]
    fn what_two_of_three_marked_stands() {
        let (a, b, c) = ([mark(0, 5, 1)], [mark(2, 8, 1)], [mark(4, 6, 1), mark(0, 3, 2)]);
        let got = character_majority(&[&a, &b, &c], 0.5);
        assert_eq!(got.len(), 1);
        assert_eq!(got[0].mark, mark(2, 6, 1));
        assert!((got[0].share - 9.0 / 12.0).abs() < 1e-15); // 2, 2, 3, 2 of 3
    }

    #[test]
    fn who_marked_nothing_votes_against() {
        let (a, nothing) = ([mark(0, 5, 1)], []);
        assert!(character_majority(&[&a, &nothing], 0.5).is_empty());
        assert_eq!(character_majority(&[&a], 0.5).len(), 1);
        assert!(character_majority::<u8>(&[], 0.5).is_empty());
    }

    proptest! {
        /// Against counting every character.
        #[test]
        fn agrees_with_counting_each_character(people in prop::collection::vec(prop::collection::vec((0_usize..12, 0_usize..6, 0_u8..2), 0..4), 1..5)) {
            let marks: Vec<Vec<Mark<u8>>> = people.iter().map(|p| p.iter().map(|(s, n, l)| mark(*s, s + n, *l)).collect()).collect();
            let slices: Vec<&[Mark<u8>]> = marks.iter().map(Vec::as_slice).collect();
            let got = character_majority(&slices, 0.5);
            for label in 0..2 {
                for position in 0..20 {
                    let marked = |m: &&Mark<u8>| m.label == label && m.start <= position && position < m.end;
                    let votes = marks.iter().filter(|p| p.iter().any(|m| marked(&m))).count();
                    prop_assert_eq!(got.iter().any(|m| marked(&&m.mark)), 2 * votes > marks.len());
                }
            }
            for pair in got.windows(2) {
                prop_assert!(pair[0].mark.label != pair[1].mark.label || pair[0].mark.end < pair[1].mark.start);
            }
        }
    }
}
