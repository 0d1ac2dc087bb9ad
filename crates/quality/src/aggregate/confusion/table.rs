//! Which row of the confusion table each answer reads and writes.

use crate::answers::Answers;

/// Every (worker, class answered) that occurs gets a number, in order; a confusion table holds one row of true classes
/// per number, so that it never outgrows the answers, however many classes there are.
#[derive(Debug, Clone)]
pub(crate) struct Pairs {
    /// Start of each task in `of_answer`, and the end.
    pub(crate) starts: Vec<usize>,
    /// Per answer, in the order of [`Answers`], its pair.
    pub(crate) of_answer: Vec<u32>,
    /// Per pair, its worker and the class answered; in order.
    pub(crate) list: Vec<(u32, u16)>,
}

impl Pairs {
    /// The pairs of the answers to one task.
    pub(crate) fn of_task(&self, task: usize) -> &[u32] {
        &self.of_answer[self.starts[task]..self.starts[task + 1]]
    }

    pub(crate) fn new(answers: &Answers) -> Self {
        let classes = answers.classes();
        let (starts, workers, labels) = answers.columns();
        let keys = || workers.iter().zip(labels).map(|(w, c)| *w as usize * classes + usize::from(*c));
        let dense = answers.workers().checked_mul(classes).filter(|size| *size <= 4 * answers.len() + (1 << 20));
        let (unique, of_answer) = if let Some(size) = dense {
            let mut number = vec![u32::MAX; size];
            keys().for_each(|key| number[key] = 0);
            let unique: Vec<usize> = (0..size).filter(|key| number[*key] == 0).collect();
            (0..).zip(&unique).for_each(|(at, key)| number[*key] = at);
            let of_answer = keys().map(|key| number[key]).collect();
            (unique, of_answer)
        } else {
            let mut unique: Vec<usize> = keys().collect();
            unique.sort_unstable();
            unique.dedup();
            let of_answer = keys().map(|key| narrow(unique.partition_point(|other| *other < key))).collect();
            (unique, of_answer)
        };
        let pair = |key: &usize| (narrow(key / classes), u16::try_from(key % classes).expect("a class is a u16"));
        Self { starts: starts.to_vec(), of_answer, list: unique.iter().map(pair).collect() }
    }
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).expect("workers and pairs are counted in 32 bits")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::tests::small;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_answer_finds_its_worker_and_class((tasks, workers, classes, triples) in small(), far in any::<bool>()) {
            // Far worker codes make the table sparse.
            let far = if far { 1_000_000_u32 } else { 1 };
            let triples: Vec<_> = triples.iter().map(|(t, w, c)| (*t, w * far, *c)).collect();
            let answers = Answers::new(tasks, workers * far as usize, classes, &triples).expect("in range");
            let pairs = Pairs::new(&answers);
            for task in 0..tasks {
                let got = pairs.of_answer[pairs.starts[task]..pairs.starts[task + 1]].iter().map(|pair| {
                    let (worker, class) = pairs.list[*pair as usize];
                    (worker as usize, usize::from(class))
                });
                prop_assert!(got.eq(answers.of_task(task)));
            }
            prop_assert!(pairs.list.windows(2).all(|two| two[0] < two[1]));
        }
    }
}
