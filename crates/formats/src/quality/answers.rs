//! A table of answers, read in one pass and coded.

use super::{Csv, CsvError, Kind, coding::Names, kind::infer};
use std::{collections::HashSet, io::Read};

/// What an answers file must have.
const SHAPES: &str =
    "an answers file has `task,worker,label`, `task,worker,left,right,label` or `task,worker,start,end,label`";

/// Which of two is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PairRow {
    /// Code of the task.
    pub task: u32,
    /// Code of the worker.
    pub worker: u32,
    /// Code of the item shown left.
    pub left: u32,
    /// Code of the item shown right.
    pub right: u32,
    /// `Some(true)`: left is better; `None`: a tie.
    pub left_won: Option<bool>,
}

/// A mark, or the word that somebody looked and marked nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SpanRow {
    /// Code of the task.
    pub task: u32,
    /// Code of the worker.
    pub worker: u32,
    /// First character, one past the last, code of the label; `None` if nothing was marked.
    pub mark: Option<(u32, u32, u32)>,
}

/// The rows, by shape. In the order of the file; what is made of them must not depend on it.
#[derive(Debug)]
pub enum Rows {
    /// Task, worker, label.
    Labels(Vec<(u32, u32, u32)>),
    /// Pairs; items are numbered in [`Answers::labels`].
    Pairs(Vec<PairRow>),
    /// Spans.
    Spans(Vec<SpanRow>),
}

/// Why a coded table does not fit the kind that was asked for.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("answers of kind {kind} come as `{columns}`; this file has other columns")]
pub struct Unusable {
    kind: &'static str,
    columns: &'static str,
}

/// Answers with their names, each list in order (by number where all are numbers, else by bytes).
#[derive(Debug)]
pub struct Answers {
    /// Names of tasks.
    pub tasks: Vec<Box<str>>,
    /// Names of workers.
    pub workers: Vec<Box<str>>,
    /// Names of labels; of items, for pairs.
    pub labels: Vec<Box<str>>,
    /// The rows.
    pub rows: Rows,
    /// The first line whose label is empty, which only a text may be.
    pub empty: Option<u64>,
}

impl Answers {
    /// Reads everything. 12 bytes a row (20 for pairs and spans) and the distinct names stay in memory. `tick` is called with
    /// the number of rows now and then.
    pub fn read(source: impl Read, mut tick: impl FnMut(u64)) -> Result<Self, CsvError> {
        let mut csv = Csv::new(source)?;
        let [task, worker, label] = ["task", "worker", "label"].map(|name| csv.column(name, SHAPES));
        let (task, worker, label) = (task?, worker?, label?);
        let mut tables = [Names::default(), Names::default(), Names::default()];
        let shape = (csv.find("left").zip(csv.find("right")), csv.find("start").zip(csv.find("end")));
        let mut rows = match shape {
            (Some(_), _) => Rows::Pairs(Vec::new()),
            (None, Some(_)) => Rows::Spans(Vec::new()),
            (None, None) => Rows::Labels(Vec::new()),
        };
        let (mut count, mut empty) = (0_u64, None);
        while csv.next_record()? {
            count += 1;
            if count.is_multiple_of(1 << 16) {
                tick(count);
            }
            let task = name(&csv, "task", task, &mut tables[0])?;
            let worker = name(&csv, "worker", worker, &mut tables[1])?;
            match (&mut rows, shape) {
                (Rows::Pairs(rows), (Some((left, right)), _)) => {
                    let [left_name, right_name, said] = [left, right, label].map(|at| csv.field(at));
                    let left_won = match said {
                        _ if left_name == "tie" || right_name == "tie" => {
                            let field = if left_name == "tie" { "left" } else { "right" };
                            return Err(
                                csv.wrong(field, "is not called `tie`: as a `label` that says that neither is better")
                            );
                        }
                        _ if left_name == right_name => return Err(csv.wrong("right", "is another item than `left`")),
                        said if said == left_name => Some(true),
                        said if said == right_name => Some(false),
                        "tie" => None,
                        _ => return Err(csv.wrong("label", "is the name in `left`, the name in `right`, or `tie`")),
                    };
                    let left = name(&csv, "left", left, &mut tables[2])?;
                    let right = name(&csv, "right", right, &mut tables[2])?;
                    rows.push(PairRow { task, worker, left, right, left_won });
                }
                (Rows::Spans(rows), (_, Some((start, end)))) => {
                    let mark = if csv.field(start).trim() == "-1" {
                        None
                    } else {
                        let rule = "is a whole number of characters from 0 to 4294967295; `start` is -1 where nothing was marked";
                        let number =
                            |field, at| csv.field(at).trim().parse::<u32>().map_err(|_| csv.wrong(field, rule));
                        let (start, end) = (number("start", start)?, number("end", end)?);
                        if end <= start {
                            return Err(csv.wrong("end", "lies beyond `start`"));
                        }
                        Some((start, end, name(&csv, "label", label, &mut tables[2])?))
                    };
                    rows.push(SpanRow { task, worker, mark });
                }
                (Rows::Labels(rows), _) => {
                    if csv.field(label).is_empty() {
                        empty = empty.or(Some(csv.line()));
                    }
                    rows.push((task, worker, code(&csv, "label", label, &mut tables[2])?));
                }
                _ => unreachable!("rows were made for the shape"),
            }
        }
        Ok(Self { empty, ..Self::sorted(tables, rows) })
    }

    fn sorted(tables: [Names; 3], mut rows: Rows) -> Self {
        let [(tasks, task_of), (workers, worker_of), (labels, label_of)] = tables.map(Names::sorted);
        let (task, worker, label) = (
            |code: &mut u32| *code = task_of[*code as usize],
            |code: &mut u32| *code = worker_of[*code as usize],
            |code: &mut u32| {
                *code = label_of[*code as usize];
            },
        );
        match &mut rows {
            Rows::Labels(rows) => rows.iter_mut().for_each(|row| {
                task(&mut row.0);
                worker(&mut row.1);
                label(&mut row.2);
            }),
            Rows::Pairs(rows) => rows.iter_mut().for_each(|row| {
                task(&mut row.task);
                worker(&mut row.worker);
                label(&mut row.left);
                label(&mut row.right);
            }),
            Rows::Spans(rows) => rows.iter_mut().for_each(|row| {
                task(&mut row.task);
                worker(&mut row.worker);
                if let Some(mark) = &mut row.mark {
                    label(&mut mark.2);
                }
            }),
        }
        Self { tasks, workers, labels, rows, empty: None }
    }

    /// Number of answers (rows).
    pub fn len(&self) -> usize {
        match &self.rows {
            Rows::Labels(rows) => rows.len(),
            Rows::Pairs(rows) => rows.len(),
            Rows::Spans(rows) => rows.len(),
        }
    }

    /// Whether there is no answer at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Keeps of each worker's answers to the same question the one that stands first in the file. Spans stay: there a worker has many. This is the one
    /// thing for which the order of rows counts.
    pub fn keep_first(&mut self) {
        match &mut self.rows {
            Rows::Labels(rows) => {
                let mut seen = HashSet::new();
                rows.retain(|(task, worker, _)| seen.insert((*task, *worker)));
            }
            Rows::Pairs(rows) => {
                let mut seen = HashSet::new();
                let question = |row: &PairRow| (row.task, row.worker, row.left.min(row.right), row.left.max(row.right));
                rows.retain(|row| seen.insert(question(row)));
            }
            Rows::Spans(_) => {}
        }
    }

    /// The kind, told by columns (`left` and `right`: pairwise; `start` and `end`: span) and else by values: tags (`O`, `B-…`,
    /// `I-…`) are a sequence; the same items in different orders a ranking; numbers of which one is not whole or more than ten differ a
    /// number; mostly distinct values of several words a text; everything else a label.
    pub fn kind(&self) -> Kind {
        match &self.rows {
            Rows::Pairs(_) => Kind::Pairwise,
            Rows::Spans(_) => Kind::Span,
            Rows::Labels(rows) => infer(&self.labels, rows.len()),
        }
    }

    /// Whether the columns fit this kind.
    pub fn check(&self, kind: Kind) -> Result<(), Unusable> {
        let columns = match (kind, &self.rows) {
            (Kind::Pairwise, Rows::Pairs(_)) | (Kind::Span, Rows::Spans(_)) => return Ok(()),
            (Kind::Pairwise, _) => "task,worker,left,right,label",
            (Kind::Span, _) => "task,worker,start,end,label",
            (_, Rows::Labels(_)) => return Ok(()),
            _ => "task,worker,label",
        };
        Err(Unusable { kind: kind.name(), columns })
    }
}

fn name<R: Read>(csv: &Csv<R>, field: &'static str, at: usize, names: &mut Names) -> Result<u32, CsvError> {
    let text = csv.field(at);
    if text.is_empty() {
        return Err(csv.wrong(field, "is not empty"));
    }
    code(csv, field, at, names)
}

fn code<R: Read>(csv: &Csv<R>, field: &'static str, at: usize, names: &mut Names) -> Result<u32, CsvError> {
    names.code(csv.field(at)).ok_or_else(|| csv.wrong(field, "has fewer than 2^32 - 1 different values"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Answers, CsvError> {
        Answers::read(text.as_bytes(), |_| ())
    }

    #[test]
    fn the_order_of_rows_changes_no_code() {
        let one = read("task,worker,label\nt2,b,yes\nt1,a,no\n").expect("well-formed");
        let other = read("worker,label,task,seconds\na,no,t1,3\nb,yes,t2,4\n").expect("well-formed");
        assert_eq!((&one.tasks, &one.workers, &one.labels), (&other.tasks, &other.workers, &other.labels));
        let sorted = |answers: Answers| match answers.rows {
            Rows::Labels(mut rows) => {
                rows.sort_unstable();
                rows
            }
            _ => unreachable!("labels"),
        };
        assert_eq!(sorted(one), [(0, 0, 0), (1, 1, 1)]);
        assert_eq!(sorted(other), [(0, 0, 0), (1, 1, 1)]);
    }

    #[test]
    fn pairs_and_spans_are_told_by_their_columns() {
        let pairs = read("task,worker,left,right,label\nt,w,b,a,a\nt,v,a,b,tie\n").expect("well-formed");
        assert_eq!(pairs.kind(), Kind::Pairwise);
        assert!(matches!(&pairs.rows, Rows::Pairs(rows) if rows[0].left == 1 && rows[0].left_won == Some(false)));
        let spans = read("task,worker,start,end,label\nt,w,3,9,P\nt,v,-1,-1,\n").expect("well-formed");
        assert_eq!(spans.kind(), Kind::Span);
        assert!(matches!(&spans.rows, Rows::Spans(rows) if rows[1].mark.is_none()));
        assert!(spans.check(Kind::Label).is_err() && spans.check(Kind::Span).is_ok());
    }

    #[test]
    fn the_first_of_the_same_workers_answers_is_that_of_the_file() {
        let mut labels = read("task,worker,label\nt,w,z\nt,w,a\nt,v,a\nu,w,a\n").expect("well-formed");
        labels.keep_first();
        assert!(matches!(&labels.rows, Rows::Labels(rows) if *rows == [(0, 1, 1), (0, 0, 0), (1, 1, 0)]), "{labels:?}");
        let mut pairs = read("task,worker,left,right,label\nt,w,b,a,a\nt,w,a,b,b\nu,w,a,b,b\n").expect("well-formed");
        pairs.keep_first();
        assert!(
            matches!(&pairs.rows, Rows::Pairs(rows) if rows.len() == 2 && rows[0].left_won == Some(false)),
            "{pairs:?}"
        );
    }

    #[test]
    fn what_is_wrong_names_line_field_and_rule() {
        let told = |text: &str| read(text).expect_err("wrong").to_string();
        let no_worker = told("task,lable\n");
        assert!(no_worker.starts_with("line 1: no column `worker`; an answers file has"), "{no_worker}");
        assert!(no_worker.ends_with("; here are `task,lable`"), "{no_worker}");
        let wide = told(&format!("task,worker,{}\n", "x".repeat(900)));
        assert!(wide.ends_with("x…`") && wide.chars().count() < 500, "{wide}");
        assert_eq!(told("task,worker,label\nt,,x\n"), "line 2: `worker` is not empty");
        assert_eq!(
            told("task,worker,left,right,label\nt,w,a,b,c\n"),
            "line 2: `label` is the name in `left`, the name in `right`, or `tie`"
        );
        assert_eq!(told("task,worker,start,end,label\nt,w,4,4,P\n"), "line 2: `end` lies beyond `start`");
        assert!(told("task,worker,start,end,label\nt,w,x,4,P\n").starts_with("line 2: `start` is a whole number"));
        let huge = told("task,worker,start,end,label\nt,w,0,99999999999999999999,P\n");
        assert!(huge.starts_with("line 2: `end` is a whole number of characters from 0 to 4294967295"), "{huge}");
    }
}
