//! Known answers: `task,label`.

use super::{Csv, CsvError};
use std::{collections::BTreeMap, io::Read};

/// Per task its known answer.
#[derive(Debug, Default)]
pub struct Truth(BTreeMap<Box<str>, Box<str>>);

impl Truth {
    /// Reads everything; a task stands there once.
    pub fn read(source: impl Read) -> Result<Self, CsvError> {
        let mut csv = Csv::new(source)?;
        let rule = "a file of known answers has `task,label`";
        let (task, label) = (csv.column("task", rule)?, csv.column("label", rule)?);
        let mut known = BTreeMap::new();
        while csv.next_record()? {
            if csv.field(task).is_empty() {
                return Err(csv.wrong("task", "is not empty"));
            }
            if known.insert(csv.field(task).into(), csv.field(label).into()).is_some() {
                return Err(csv.wrong("task", "stands there once"));
            }
        }
        Ok(Self(known))
    }

    /// Tasks with their known answers, in order of task.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(task, label)| (&**task, &**label))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_known_once() {
        let known = Truth::read(&b"task,label\nt1,a\nt2,b\n"[..]).expect("well-formed");
        assert_eq!(known.iter().collect::<Vec<_>>(), [("t1", "a"), ("t2", "b")]);
        let told = Truth::read(&b"task,label\nt1,a\nt1,b\n"[..]).expect_err("twice").to_string();
        assert_eq!(told, "line 3: `task` stands there once");
    }
}
