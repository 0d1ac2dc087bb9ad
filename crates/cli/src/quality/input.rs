//! Reading the tables.

use super::scale;
use crate::{
    exit::{Failure, USAGE},
    progress,
};
use clap::Args;
use std::{
    collections::HashSet,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    time::Instant,
};
use vouchsafe_formats::quality::{Answers, Csv, CsvError, Kind, Rows, Truth, open_file};
use vouchsafe_quality::answers as votes;

/// The answers and what they are.
#[derive(Args)]
pub(crate) struct Input {
    /// CSV, plain, .gz or .zst, or Parquet: `task,worker,label`; pairs `task,worker,left,right,label`; spans
    /// `task,worker,start,end,label` (start -1: looked, marked nothing). Other columns are ignored.
    #[arg(long)]
    answers: PathBuf,
    /// label, number, pairwise, ranking, span, sequence or text. Without it the kind is told by columns and values: left and
    /// right are pairs, start and end spans; tags (O, B-…, I-…) a sequence; the same items in different orders a ranking; numbers
    /// that are no classes and no grades a number: classes are few, or people who differ name any and not a near one; grades are the steps of an even scale of ten or
    /// twelve; mostly different texts of several words a text; all else a label. Where it is a near thing a warning says so.
    #[arg(long, value_parser = kind)]
    kind: Option<Kind>,
}

fn kind(name: &str) -> Result<Kind, String> {
    Kind::named(name).ok_or_else(|| format!("no such kind; there are {}", Kind::ALL.map(Kind::name).join(", ")))
}

/// Answers with their kind.
pub(crate) struct Table {
    /// The answers.
    pub(crate) answers: Answers,
    /// What they are.
    pub(crate) kind: Kind,
    /// Whether the kind was told by the values.
    pub(crate) inferred: bool,
    /// Seconds that reading took.
    pub(crate) read_s: f64,
    /// What the reader must know of the rows.
    pub(crate) warnings: Vec<String>,
}

impl Table {
    /// Says on the terminal what must be known of the rows, where there is no report to say it.
    pub(crate) fn warn(&self) {
        for warning in &self.warnings {
            eprintln!("warning: {warning}");
        }
    }
}

impl Input {
    /// Where the answers are.
    pub(crate) fn path(&self) -> &Path {
        &self.answers
    }

    /// Reads everything, with a bar on a terminal.
    pub(crate) fn read(&self) -> Result<Table, Failure> {
        let began = Instant::now();
        let (file, size) = file(&self.answers)?;
        let bar = progress::bytes(size, "reading");
        let counted = |source| -> Box<dyn Read + Send> { Box::new(Counted { source, bar: bar.clone() }) };
        let answers = open_file(file, counted)
            .map_err(|error| unreadable(&self.answers, &error))
            .and_then(|source| Answers::read(source, |_| ()).map_err(|error| refused(&self.answers, &error)));
        bar.finish_and_clear();
        let answers = answers?;
        if answers.is_empty() {
            return Err(Failure::new(USAGE, format!("{}: there is no answer in it", self.answers.display())));
        }
        let (kind, near) = self.kind.map_or_else(|| kind_of(&answers), |kind| (kind, None));
        answers.check(kind).map_err(|error| Failure::new(USAGE, format!("{}: {error}", self.answers.display())))?;
        if let Some(line) = answers.empty.filter(|_| kind != Kind::Text) {
            return Err(refused(
                &self.answers,
                &CsvError::Field { line, field: "label", rule: "is not empty; only of kind text it may be" },
            ));
        }
        let inferred = self.kind.is_none();
        let mut warnings: Vec<String> = repeated(&answers).into_iter().chain(blanks(&answers)).collect();
        warnings.extend(not_numbers(&answers, kind).filter(|_| inferred));
        warnings.extend(near);
        Ok(Table { answers, kind, inferred, read_s: began.elapsed().as_secs_f64(), warnings })
    }
}

/// The kind that columns and values tell, and what must be known where it is a near thing.
fn kind_of(answers: &Answers) -> (Kind, Option<String>) {
    let kind = answers.kind();
    if !matches!(kind, Kind::Label | Kind::Number) {
        return (kind, None);
    }
    let Some(told) = scale::told(answers) else { return (kind, None) };
    let (kind, other) = if told.classes { (Kind::Label, Kind::Number) } else { (Kind::Number, Kind::Label) };
    let near = format!(
        "{} different numbers are taken for kind {}, and could be {} as well: give --kind {} or {}",
        answers.labels.len(),
        kind.name(),
        other.name(),
        kind.name(),
        other.name()
    );
    (kind, told.near.then_some(near))
}

/// Says so where a worker answered something more than once: most often a file was put together twice.
fn repeated(answers: &Answers) -> Option<String> {
    let (count, (task, worker)) = match &answers.rows {
        Rows::Labels(rows) => further(rows.iter().map(|(task, worker, _)| (*task, *worker)).collect(), |key| key)?,
        Rows::Pairs(rows) => further(
            rows.iter().map(|row| (row.task, row.worker, row.left.min(row.right), row.left.max(row.right))).collect(),
            |key| (key.0, key.1),
        )?,
        Rows::Spans(rows) => {
            further(rows.iter().map(|row| (row.task, row.worker, row.mark)).collect(), |key| (key.0, key.1))?
        }
    };
    let name = |names: &[Box<str>], code: u32| names.get(code as usize).map_or_else(String::new, ToString::to_string);
    let (task, worker) = (name(&answers.tasks, task), name(&answers.workers, worker));
    Some(format!(
        "answers that the same worker gave to the same question before: {count}, such as by worker `{worker}` on task `{task}`; if rows stand there twice, take one out"
    ))
}

/// Says so where two names differ by blanks at their ends alone.
fn blanks(answers: &Answers) -> Option<String> {
    [("tasks", &answers.tasks), ("workers", &answers.workers), ("labels", &answers.labels)].into_iter().find_map(
        |(what, names)| {
            let plain: HashSet<&str> = names.iter().map(|name| &**name).collect();
            let alike = |name: &&str| name.trim().len() < name.len() && plain.contains(name.trim());
            let name = names.iter().map(|name| &**name).find(alike)?;
            Some(format!("{what} `{name}` and `{}` differ by blanks alone and are taken for two", name.trim()))
        },
    )
}

/// Most different values that are numbers for one that is none to be a mistake.
const NUMBERS_FOR_ONE: usize = 10;

/// Says so where nearly all values are numbers, and a few that are not make them labels.
fn not_numbers(answers: &Answers, kind: Kind) -> Option<String> {
    let number = |label: &str| label.trim().parse().is_ok_and(f64::is_finite);
    let others: Vec<_> = answers.labels.iter().filter(|label| !number(label)).collect();
    let numbers = answers.labels.len() - others.len();
    let few = !others.is_empty() && numbers > NUMBERS_FOR_ONE * others.len();
    (few && matches!(kind, Kind::Label | Kind::Text)).then(|| {
        format!(
            "{numbers} different values are numbers, and `{}` is none: all are taken for kind {}; take it out, or give --kind",
            others[0],
            kind.name()
        )
    })
}

/// How many keys stand there once more, and the first of them.
fn further<K: Ord + Copy>(mut keys: Vec<K>, who: impl Fn(K) -> (u32, u32)) -> Option<(usize, (u32, u32))> {
    keys.sort_unstable();
    let mut again = keys.windows(2).filter(|two| two[0] == two[1]);
    let first = again.next()?[0];
    Some((1 + again.count(), who(first)))
}

/// Known answers.
pub(crate) fn truth(path: &Path) -> Result<Truth, Failure> {
    let (file, _) = file(path)?;
    let source = open_file(file, |file| Box::new(file)).map_err(|error| unreadable(path, &error))?;
    Truth::read(source).map_err(|error| refused(path, &error))
}

/// Hands the table at `path` to `read`.
pub(crate) fn rows(
    path: &Path,
    read: impl FnOnce(&mut Csv<Box<dyn Read + Send>>) -> Result<(), CsvError>,
) -> Result<(), Failure> {
    let (file, _) = file(path)?;
    let source = open_file(file, |file| Box::new(file)).map_err(|error| unreadable(path, &error))?;
    Csv::new(source).and_then(|mut csv| read(&mut csv)).map_err(|error| refused(path, &error))
}

fn file(path: &Path) -> Result<(File, u64), Failure> {
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let size = file.metadata().map_or(0, |about| about.len());
    Ok((file, size))
}

/// The file could not be opened at all.
pub(crate) fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(USAGE, format!("{}: {error}", path.display()))
}

/// Its content is not what it has to be; nothing was written.
fn refused(path: &Path, error: &CsvError) -> Failure {
    Failure::from(format!("{}, {error}", path.display()))
}

struct Counted {
    source: File,
    bar: indicatif::ProgressBar,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.bar.inc(read as u64);
        Ok(read)
    }
}

/// The answers as the engine takes them, also where their kind is not settled yet; their columns are those of labels.
pub(super) fn coded(answers: &Answers) -> Result<votes::Answers, Failure> {
    let Rows::Labels(rows) = &answers.rows else { unreachable!("checked against the kind") };
    let classes = answers.labels.len();
    if classes > usize::from(u16::MAX) {
        let text = format!("there are {classes} different labels; a label task has at most {}", u16::MAX);
        return Err(Failure::new(USAGE, text));
    }
    let narrow =
        |(task, worker, label): &(u32, u32, u32)| (*task, *worker, u16::try_from(*label).expect("few classes"));
    let triples: Vec<_> = rows.iter().map(narrow).collect();
    votes::Answers::new(answers.tasks.len(), answers.workers.len(), classes, &triples)
        .map_err(|error| Failure::from(error.to_string()))
}
