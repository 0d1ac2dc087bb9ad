//! Reads the sets of `VOUCHSAFE_TEST_DATA`; a test without them says that it was skipped.

use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::path::{Path, PathBuf};
use vouchsafe_quality::{
    answers::Answers,
    numbers::{KnownNumber, Ratings},
};

/// The folder of test data, or `None` after saying that `test` was skipped.
pub(crate) fn folder(test: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("VOUCHSAFE_TEST_DATA").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    if folder.is_none() {
        eprintln!("skipped: {test} needs VOUCHSAFE_TEST_DATA");
    }
    folder
}

/// The rows of a JSON-lines file.
pub(crate) fn json_lines(path: &Path) -> Vec<serde_json::Value> {
    let text = std::fs::read_to_string(path).expect("readable");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// A set of `truth-inference`: answers and truth in integers. Names are coded in order: as numbers if all are, else as text.
pub(crate) struct Set {
    pub(crate) answers: Answers,
    /// Per worker and per class, its place in the order in which they first appear in the file.
    pub(crate) appearance: (Vec<usize>, Vec<usize>),
    /// The names of classes, by code.
    pub(crate) classes: Vec<String>,
    /// Task and its true class; a truth that nobody ever answered is `None`.
    pub(crate) truth: Vec<(usize, Option<usize>)>,
    /// What others reach on this set.
    pub(crate) reference: serde_json::Value,
}

/// Reads the set called `name`.
pub(crate) fn set(data: &Path, name: &str) -> Set {
    let folder = data.join("truth-inference").join(name);
    let rows = table(&folder.join("labels.csv"));
    let column = |at: usize| rows.iter().map(move |row| row[at].as_str());
    let (tasks, workers, classes) = (coded(column(0)), coded(column(1)), coded(column(2)));
    let code = |names: &[String], name: &str| names.iter().position(|n| n == name);
    let index = |names: &[String]| -> HashMap<String, usize> { names.iter().cloned().zip(0..).collect() };
    let (task_of, worker_of, class_of) = (index(&tasks), index(&workers), index(&classes));
    let small = |n: usize| u32::try_from(n).expect("few");
    let triple = |row: &Vec<String>| {
        let class = u16::try_from(class_of[&row[2]]).expect("few classes");
        (small(task_of[&row[0]]), small(worker_of[&row[1]]), class)
    };
    let triples: Vec<_> = rows.iter().map(triple).collect();
    let answers = Answers::new(tasks.len(), workers.len(), classes.len(), &triples).expect("in range");
    let appearance = (places(column(1), &worker_of), places(column(2), &class_of));
    let truth = table(&folder.join("truth.csv"));
    let truth = truth.iter().filter_map(|row| Some((*task_of.get(&row[0])?, code(&classes, &row[1])))).collect();
    Set { answers, appearance, classes, truth, reference: reference(data, name) }
}

/// Reads a set of numbers: the answers, and the truth by code of task.
pub(crate) fn numbers(data: &Path, name: &str) -> (Ratings, Vec<KnownNumber>) {
    let folder = data.join("truth-inference").join(name);
    let rows = table(&folder.join("labels.csv"));
    let (tasks, workers) =
        (coded(rows.iter().map(|row| row[0].as_str())), coded(rows.iter().map(|row| row[1].as_str())));
    let code = |names: &[String], name: &String| names.iter().position(|one| one == name).expect("it was answered");
    let small = |n: usize| u32::try_from(n).expect("few");
    let number = |text: &String| text.parse::<f64>().expect("a number");
    let row = |row: &Vec<String>| (small(code(&tasks, &row[0])), small(code(&workers, &row[1])), number(&row[2]));
    let answers: Vec<_> = rows.iter().map(row).collect();
    let truth = table(&folder.join("truth.csv"));
    let truth = truth.iter().map(|row| (code(&tasks, &row[0]), number(&row[1]))).collect();
    (Ratings::new(tasks.len(), workers.len(), &answers).expect("in range"), truth)
}

/// What others reach on the set called `name`.
pub(crate) fn reference(data: &Path, name: &str) -> serde_json::Value {
    let text = std::fs::read_to_string(data.join("truth-inference/reference.json")).expect("readable");
    let all: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    all["data_sets"][name].clone()
}

/// Per code, when its name first appears.
fn places<'a>(column: impl Iterator<Item = &'a str>, codes: &HashMap<String, usize>) -> Vec<usize> {
    let mut places = vec![usize::MAX; codes.len()];
    let mut next = 0;
    for name in column {
        let place = &mut places[codes[name]];
        if *place == usize::MAX {
            *place = next;
            next += 1;
        }
    }
    places
}

/// The distinct names, in order.
fn coded<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut names: Vec<String> = names.map(String::from).collect::<HashSet<_>>().into_iter().collect();
    let number = |name: &String| name.parse::<f64>().ok();
    if names.iter().all(|name| number(name).is_some()) {
        names.sort_by(|a, b| number(a).partial_cmp(&number(b)).expect("finite"));
    } else {
        names.sort();
    }
    names
}

/// The rows of a comma-separated file without its head; a quoted field may hold commas, doubled quotes and line ends.
pub(crate) fn table(path: &Path) -> Vec<Vec<String>> {
    let text = read(path);
    let (mut rows, mut row, mut field, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '"' if quoted && signs.peek() == Some(&'"') => field.extend(signs.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut field)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            sign => field.push(sign),
        }
    }
    if !field.is_empty() || !row.is_empty() {
        row.push(field);
        rows.push(row);
    }
    rows.split_off(1)
}

/// The text of a file, plain or its `.gz`.
fn read(path: &Path) -> String {
    let mut text = String::new();
    if let Ok(mut file) = std::fs::File::open(path) {
        file.read_to_string(&mut text).expect("readable");
    } else {
        let packed = std::fs::File::open(format!("{}.gz", path.display())).expect("a plain or packed file");
        flate2::read::GzDecoder::new(packed).read_to_string(&mut text).expect("readable");
    }
    text
}
