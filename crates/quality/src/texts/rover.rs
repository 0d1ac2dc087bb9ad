//! ROVER: transcripts lined up word by word, then a vote in each place.

use super::distance::distance;
use crate::num::real;

/// A place in the line-up.
#[derive(Debug, Clone, PartialEq)]
pub struct Slot<T> {
    /// Each word that somebody has here (`None`: nothing) and the number of people, in order of word, nothing first.
    pub words: Vec<(Option<T>, usize)>,
    /// The winner: most people; of equals the one whom the earliest in the line-up wrote.
    pub best: Option<T>,
    /// Share of people who have it.
    pub share: f64,
}

/// Lines up `texts` (lists of words) and votes in each place; the consensus is the `best` of each slot that is not `None`.
/// Texts are lined up one after another, the one nearest to all others first, so that the order of input does not matter. Time O(texts^2 *
/// words^2).
///
/// Source: Fiscus (1997), "A post-processing system to yield reduced word error rates: recognizer output voting error reduction".
/// The order by nearness is ours. It fails where people split or join words differently, and when most of them hear the same wrong word.
pub fn rover<T: Ord + Clone>(texts: &[&[T]]) -> Vec<Slot<T>> {
    let mut order: Vec<(usize, &[T])> =
        texts.iter().map(|text| (texts.iter().map(|other| distance(text, other)).sum(), *text)).collect();
    order.sort();
    // Per slot, one word or nothing for each text so far.
    let mut slots: Vec<Vec<Option<T>>> = Vec::new();
    for (so_far, (_, text)) in order.iter().enumerate() {
        slots = line_up(&slots, text, so_far);
    }
    slots.iter().map(|given| vote(given)).collect()
}

/// Adds a text to the line-up with the fewest words that are new to their slot.
fn line_up<T: PartialEq + Clone>(slots: &[Vec<Option<T>>], text: &[T], so_far: usize) -> Vec<Vec<Option<T>>> {
    let width = text.len() + 1;
    let new = |slot: &[Option<T>], word: Option<&T>| usize::from(!slot.iter().any(|other| other.as_ref() == word));
    // cost[s * width + w]: the first s slots against the first w words.
    let mut cost = vec![0; (slots.len() + 1) * width];
    for slot in 0..=slots.len() {
        for word in 0..width {
            let ways = [
                (slot > 0).then(|| cost[(slot - 1) * width + word] + new(&slots[slot - 1], None)),
                (word > 0).then(|| cost[slot * width + word - 1] + 1),
                (slot > 0 && word > 0)
                    .then(|| cost[(slot - 1) * width + word - 1] + new(&slots[slot - 1], Some(&text[word - 1]))),
            ];
            cost[slot * width + word] = ways.into_iter().flatten().min().unwrap_or(0);
        }
    }
    let (mut slot, mut word) = (slots.len(), text.len());
    let mut lined = Vec::with_capacity(slots.len().max(text.len()));
    while slot > 0 || word > 0 {
        let here = cost[slot * width + word];
        if slot > 0
            && word > 0
            && here == cost[(slot - 1) * width + word - 1] + new(&slots[slot - 1], Some(&text[word - 1]))
        {
            (slot, word) = (slot - 1, word - 1);
            lined.push([slots[slot].as_slice(), &[Some(text[word].clone())]].concat());
        } else if slot > 0 && here == cost[(slot - 1) * width + word] + new(&slots[slot - 1], None) {
            slot -= 1;
            lined.push([slots[slot].as_slice(), &[None]].concat());
        } else {
            word -= 1;
            let mut fresh = vec![None; so_far];
            fresh.push(Some(text[word].clone()));
            lined.push(fresh);
        }
    }
    lined.reverse();
    lined
}

fn vote<T: Ord + Clone>(given: &[Option<T>]) -> Slot<T> {
    let people = given.len();
    let count = |word: &Option<T>| given.iter().filter(|other| *other == word).count();
    let most = given.iter().map(count).max().unwrap_or(0);
    let best = given.iter().find(|word| count(word) == most).cloned().flatten();
    let mut words: Vec<(Option<T>, usize)> = given.iter().map(|word| (word.clone(), count(word))).collect();
    words.sort();
    words.dedup();
    Slot { words, best, share: real(most) / real(people) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn say(texts: &[&str]) -> String {
        let words: Vec<Vec<&str>> = texts.iter().map(|text| text.split_whitespace().collect()).collect();
        let slots = rover(&words.iter().map(Vec::as_slice).collect::<Vec<_>>());
        slots.into_iter().filter_map(|slot| slot.best).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn errors_of_one_are_outvoted() {
        let got = say(&["the cat sat on mat", "the cat sat on the mat", "a cat sat on the mat today"]);
        assert_eq!(got, "the cat sat on the mat");
        assert_eq!(say(&["only one"]), "only one");
        assert_eq!((say(&[]).as_str(), say(&["", ""]).as_str()), ("", ""));
    }

    proptest! {
        #[test]
        fn each_text_is_found_again_in_the_line_up(texts in prop::collection::vec(prop::collection::vec(0_u8..4, 0..6), 1..5), turn in 0_usize..5) {
            let slices: Vec<&[u8]> = texts.iter().map(Vec::as_slice).collect();
            let slots = rover(&slices);
            prop_assert!(slots.iter().all(|slot| slot.words.iter().map(|(_, count)| count).sum::<usize>() == texts.len()));
            let words: usize = texts.iter().map(Vec::len).sum();
            let held: usize = slots.iter().flat_map(|slot| &slot.words).filter(|(word, _)| word.is_some()).map(|(_, count)| count).sum();
            prop_assert_eq!(words, held);
            let mut turned = slices.clone();
            turned.rotate_left(turn % texts.len());
            prop_assert_eq!(rover(&turned), slots);
        }
    }
}
