//! Paths in a taxonomy: the deepest node that a majority stands behind.

use super::vote::majority;
use crate::num::real;

/// A node of a taxonomy and how many stand behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct Path<T> {
    /// From the root down; empty if not even the first level has a majority.
    pub nodes: Vec<T>,
    /// Number of answers that lie at or below this node.
    pub answers: usize,
    /// `answers` over all answers, in \[0, 1\].
    pub share: f64,
}

/// The deepest node below which more than half of all answers lie. `None` without answers.
pub fn deepest_common<T: Ord + Clone>(answers: &[&[T]]) -> Option<Path<T>> {
    let mut below: Vec<&[T]> = answers.to_vec();
    let mut nodes: Vec<T> = Vec::new();
    loop {
        let level: Vec<T> = below.iter().filter_map(|path| path.get(nodes.len()).cloned()).collect();
        let next = majority(&level).and_then(|vote| vote.winner().cloned());
        let Some(next) = next.filter(|next| 2 * level.iter().filter(|node| *node == next).count() > answers.len())
        else {
            break;
        };
        below.retain(|path| path.get(nodes.len()) == Some(&next));
        nodes.push(next);
    }
    (!answers.is_empty()).then(|| Path { nodes, answers: below.len(), share: real(below.len()) / real(answers.len()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_who_part_below_a_node_agree_on_the_node() {
        let got = deepest_common(&[&["law", "civil"], &["law", "tax"], &["law"], &["physics"]]).expect("four");
        assert_eq!((got.nodes, got.answers, got.share), (vec!["law"], 3, 0.75));
    }

    #[test]
    fn a_split_at_the_top_has_no_common_node() {
        let got = deepest_common(&[&["law"], &["physics"]]).expect("two");
        assert_eq!((got.nodes, got.answers), (vec![], 2));
        assert_eq!(deepest_common::<u8>(&[]), None);
    }
}
