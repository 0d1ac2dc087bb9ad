//! How far two sets of options differ.

/// MASI distance of two sets, each sorted and without doubles: 0 if equal, 1 if they share nothing. One less the share of common
/// options (Jaccard) times 1 for equal sets, 2/3 if one holds the other, 1/3 if they only overlap. Two empty sets are equal.
///
/// With [`super::Scale::Distance`] it gives alpha for multi-label answers. Source: Passonneau (2006), "Measuring agreement on
/// set-valued items (MASI) for semantic and pragmatic annotation". (nltk rounds 2/3 and 1/3 to 0.67 and 0.33.)
pub fn masi<T: Ord>(a: &[T], b: &[T]) -> f64 {
    let common = a.iter().filter(|one| b.binary_search(one).is_ok()).count();
    let all = a.len() + b.len() - common;
    if all == common {
        return 0.0;
    }
    let real = crate::num::real;
    let weight = match common {
        0 => 0.0,
        common if common == a.len() || common == b.len() => 2.0 / 3.0,
        _ => 1.0 / 3.0,
    };
    1.0 - real(common) / real(all) * weight
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::{Scale, alpha};
    use crate::answers::Answers;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// The four cases of the paper, with the sets of its figure 2 in small.
    #[test]
    fn equal_contained_overlapping_disjoint() {
        let near = |a: &[u8], b: &[u8], want: f64| assert!((masi(a, b) - want).abs() < 1e-12, "{a:?} {b:?}");
        near(&[1, 2, 3], &[1, 2, 3], 0.0);
        near(&[1, 2], &[1, 2, 3, 4], 1.0 - 0.5 * 2.0 / 3.0);
        near(&[1, 2, 3], &[2, 3, 4], 1.0 - 0.5 / 3.0);
        near(&[1], &[2], 1.0);
        near(&[], &[], 0.0);
        near(&[], &[1], 1.0);
    }

    /// Two people, two tasks, by hand: {1} and {1,2}, distance 2/3; {2} and {2}, 0. Expected over the four answers: of the twelve ordered
    /// pairs, {1} with {1,2} 2/3 twice, {1} with {2} 1 four times, {1,2} with {2} 2/3 four times: (4/3 + 4 + 8/3) / 12 = 2/3; observed 1/3.
    #[test]
    fn alpha_by_hand() {
        let sets: [&[u8]; 3] = [&[1], &[1, 2], &[2]];
        let answers = Answers::new(2, 2, 3, &[(0, 0, 0), (0, 1, 1), (1, 0, 2), (1, 1, 2)]).expect("in range");
        let got = alpha(&answers, Scale::Distance(&|a, b| masi(sets[a], sets[b]))).expect("defined");
        assert!((got - 0.5).abs() < 1e-12, "{got}");
    }

    proptest! {
        #[test]
        fn it_is_that_of_the_sets(a in prop::collection::btree_set(0_u8..6, 0..6), b in prop::collection::btree_set(0_u8..6, 0..6)) {
            let list = |set: &BTreeSet<u8>| set.iter().copied().collect::<Vec<_>>();
            let got = masi(&list(&a), &list(&b));
            prop_assert!((got - masi(&list(&b), &list(&a))).abs() < 1e-15);
            let (common, all) = (a.intersection(&b).count(), a.union(&b).count());
            let monotone = if a == b { 1.0 } else if a.is_subset(&b) || b.is_subset(&a) { 2.0 / 3.0 } else { 1.0 / 3.0 };
            let jaccard = if all == 0 { 1.0 } else { crate::num::real(common) / crate::num::real(all) };
            prop_assert!((got - (1.0 - monotone * jaccard)).abs() < 1e-12);
        }
    }
}
