//! Answers as integers: who gave which class to which task, stored once, in order of task, then worker, then class.

use std::fmt;

/// Answers to tasks, coded as integers from 0. The stored order does not depend on the order of input, so neither does
/// any sum over it. 6 bytes an answer and 8 a task. A worker may have answered a task more than once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    starts: Vec<usize>,
    workers: Vec<u32>,
    labels: Vec<u16>,
    worker_codes: usize,
    classes: usize,
}

/// One answer: task, worker, class.
pub type Triple = (u32, u32, u16);

/// A code outside its range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutOfRange {
    /// `task`, `worker` or `class`.
    pub what: &'static str,
    /// The code.
    pub code: usize,
    /// How many codes there are.
    pub count: usize,
}

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} has code {}; there are {} codes, from 0", self.what, self.code, self.count)
    }
}

impl std::error::Error for OutOfRange {}

impl Answers {
    /// Sorts `triples` by task, worker and class. Codes must lie below `tasks`, `workers` and `classes`; a task or
    /// worker without answers is allowed. Time and memory O(triples + tasks).
    pub fn new(tasks: usize, workers: usize, classes: usize, triples: &[Triple]) -> Result<Self, OutOfRange> {
        let mut starts = vec![0_usize; tasks + 1];
        for &(task, worker, class) in triples {
            let codes = [
                ("task", task as usize, tasks),
                ("worker", worker as usize, workers),
                ("class", class.into(), classes),
            ];
            if let Some(&(what, code, count)) = codes.iter().find(|(_, code, count)| code >= count) {
                return Err(OutOfRange { what, code, count });
            }
            starts[task as usize + 1] += 1;
        }
        for task in 0..tasks {
            starts[task + 1] += starts[task];
        }
        let mut next = starts.clone();
        let mut pairs = vec![(0_u32, 0_u16); triples.len()];
        for &(task, worker, class) in triples {
            pairs[next[task as usize]] = (worker, class);
            next[task as usize] += 1;
        }
        for task in 0..tasks {
            pairs[starts[task]..starts[task + 1]].sort_unstable();
        }
        let (task_workers, labels) = pairs.into_iter().unzip();
        Ok(Self { starts, workers: task_workers, labels, worker_codes: workers, classes })
    }

    /// Number of tasks, with those that nobody answered.
    pub fn tasks(&self) -> usize {
        self.starts.len() - 1
    }

    /// Number of workers, with those who answered nothing.
    pub fn workers(&self) -> usize {
        self.worker_codes
    }

    /// Number of classes that an answer may name.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Number of answers.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is no answer at all.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The answers to one task: worker and class, in order.
    #[inline]
    pub fn of_task(&self, task: usize) -> impl ExactSizeIterator<Item = (usize, usize)> + Clone + '_ {
        let range = self.starts[task]..self.starts[task + 1];
        let pair = |(worker, class): (&u32, &u16)| (*worker as usize, usize::from(*class));
        self.workers[range.clone()].iter().zip(&self.labels[range]).map(pair)
    }

    /// All answers in their order: where each task begins (and the end), workers, classes.
    pub(crate) fn columns(&self) -> (&[usize], &[u32], &[u16]) {
        (&self.starts, &self.workers, &self.labels)
    }

    /// The answers to `tasks`, in that order, as tasks 0, 1, ...; a task may come more than once.
    #[must_use]
    pub fn take(&self, tasks: &[usize]) -> Self {
        let mut taken = Self { starts: vec![0], workers: Vec::new(), labels: Vec::new(), ..*self };
        for &task in tasks {
            let range = self.starts[task]..self.starts[task + 1];
            taken.workers.extend_from_slice(&self.workers[range.clone()]);
            taken.labels.extend_from_slice(&self.labels[range]);
            taken.starts.push(taken.labels.len());
        }
        taken
    }

    /// The answers for which `keep` (task, worker, class) says so; tasks, workers and classes keep their codes.
    #[must_use]
    pub fn filter(&self, mut keep: impl FnMut(usize, usize, usize) -> bool) -> Self {
        let mut kept = Self { starts: vec![0], workers: Vec::new(), labels: Vec::new(), ..*self };
        for task in 0..self.tasks() {
            for at in self.starts[task]..self.starts[task + 1] {
                if keep(task, self.workers[at] as usize, self.labels[at].into()) {
                    kept.workers.push(self.workers[at]);
                    kept.labels.push(self.labels[at]);
                }
            }
            kept.starts.push(kept.labels.len());
        }
        kept
    }

    /// The same answers with class c as `code(c)`, which must lie below `classes` and keep the order of classes.
    pub(crate) fn recode(&self, classes: usize, code: impl Fn(usize) -> usize) -> Self {
        let narrow = |class: &u16| u16::try_from(code(usize::from(*class))).expect("no more classes than before");
        Self { labels: self.labels.iter().map(narrow).collect(), classes, ..self.clone() }
    }

    /// The same answers with only the classes that occur, in order, and which those were.
    #[must_use]
    pub fn used(&self) -> (Self, Vec<usize>) {
        let mut used = vec![false; self.classes];
        self.labels.iter().for_each(|class| used[usize::from(*class)] = true);
        let names: Vec<usize> = (0..self.classes).filter(|class| used[*class]).collect();
        let mut place = vec![0; self.classes];
        names.iter().enumerate().for_each(|(at, class)| place[*class] = at);
        (self.recode(names.len(), |class| place[class]), names)
    }

    /// One of each worker's answers to a task: agreement coefficients expect one. The order of input is forgotten here, so it is the lowest class; who wants the
    /// one that was given first hands in no other.
    #[must_use]
    pub fn without_duplicates(&self) -> Self {
        let mut last = None;
        self.filter(|task, worker, _| last.replace((task, worker)) != Some((task, worker)))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Small random answers: up to 8 tasks, 5 workers, 4 classes, some tasks without answers.
    pub(crate) fn small() -> impl Strategy<Value = (usize, usize, usize, Vec<Triple>)> {
        (1_u32..8, 1_u32..5, 1_u16..4).prop_flat_map(|(tasks, workers, classes)| {
            let triples = prop::collection::vec((0..tasks, 0..workers, 0..classes), 0..30);
            triples.prop_map(move |triples| (tasks as usize, workers as usize, classes.into(), triples))
        })
    }

    #[test]
    fn a_code_out_of_range_is_named() {
        let error = Answers::new(2, 1, 3, &[(0, 0, 2), (1, 0, 3)]).expect_err("class 3 of 3");
        assert_eq!(error.to_string(), "the class has code 3; there are 3 codes, from 0");
    }

    #[test]
    fn second_answers_are_dropped_on_request() {
        let answers = Answers::new(2, 2, 3, &[(1, 0, 2), (1, 0, 1), (1, 1, 0)]).expect("in range");
        assert_eq!(answers.len(), 3);
        assert_eq!(answers.without_duplicates().of_task(1).collect::<Vec<_>>(), [(0, 1), (1, 0)]);
        assert_eq!(answers.of_task(0).len(), 0);
    }

    proptest! {
        #[test]
        fn storage_forgets_the_order_of_input((tasks, workers, classes, triples) in small(), turn in 0_usize..30) {
            let mut turned = triples.clone();
            turned.reverse();
            turned.rotate_left(turn % triples.len().max(1));
            prop_assert_eq!(Answers::new(tasks, workers, classes, &triples), Answers::new(tasks, workers, classes, &turned));
        }

        #[test]
        fn storage_loses_and_adds_nothing((tasks, workers, classes, mut triples) in small()) {
            let answers = Answers::new(tasks, workers, classes, &triples).expect("in range");
            triples.sort_unstable();
            let code = |n: usize| u32::try_from(n).expect("small");
            let back: Vec<Triple> = (0..tasks)
                .flat_map(|task| answers.of_task(task).map(move |(w, c)| (code(task), code(w), u16::try_from(c).expect("small"))))
                .collect();
            prop_assert_eq!(back, triples);
        }
    }
}
