//! Marked passages as items: a text is cut wherever somebody's mark of a label begins or ends, and each stretch between two cuts is
//! a yes or no of everybody who looked at the text. Before the first cut and after the last nobody marked anything: nothing is asked.

use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Most yeses and noes of a question; where there would be more nothing is compared.
const CELLS_MAX: usize = 50_000_000;

/// One passage; characters from `start` up to and without `end`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mark {
    start: u32,
    end: u32,
    label: Box<str>,
}

/// What one worker marked in one text.
struct Looked {
    task: u32,
    worker: u32,
    at_us: i64,
    part: Option<Box<str>>,
    marks: Vec<Mark>,
}

/// A yes or no about one stretch.
pub(super) struct Said {
    pub(super) task: u32,
    pub(super) worker: u32,
    pub(super) at_us: i64,
    pub(super) part: String,
    pub(super) marked: Value,
}

/// A text: its task, and which part of it.
type Text = (u32, Option<Box<str>>);
/// Where somebody drew a border, by label.
type Cuts = BTreeMap<Box<str>, BTreeSet<u32>>;

/// The cuts of each text.
#[derive(Default)]
pub(super) struct Stretches {
    looked: Vec<Looked>,
    cuts: HashMap<Text, Cuts>,
}

impl Stretches {
    /// Takes what one worker marked; no marks mean that he looked and found nothing.
    pub(super) fn look(&mut self, task: u32, worker: u32, at_us: i64, part: Option<&str>, value: &Value) {
        let (marks, part) = (marks(value), part.map(Box::from));
        let cuts = self.cuts.entry((task, part.clone())).or_default();
        for mark in &marks {
            cuts.entry(mark.label.clone()).or_default().extend([mark.start, mark.end]);
        }
        self.looked.push(Looked { task, worker, at_us, part, marks });
    }

    /// What everybody said of each stretch, once all have looked. Forgets who looked.
    pub(super) fn cut(&mut self) -> Vec<Said> {
        let looked = std::mem::take(&mut self.looked);
        let mut all = Vec::new();
        for one in looked {
            for (stretch, marked) in self.cells(one.task, one.part.as_deref(), &one.marks) {
                let part = one.part.as_deref().map_or_else(|| stretch.clone(), |part| format!("{part}/{stretch}"));
                all.push(Said { task: one.task, worker: one.worker, at_us: one.at_us, part, marked: json!(marked) });
            }
            if all.len() > CELLS_MAX {
                self.cuts.clear();
                return Vec::new();
            }
        }
        all
    }

    /// What an answer says of the stretches of a text, by their names.
    pub(super) fn of(&self, task: u32, part: Option<&str>, value: &Value) -> Vec<(Option<String>, Value)> {
        let cells = self.cells(task, part, &marks(value));
        cells.into_iter().map(|(stretch, marked)| (Some(stretch), json!(marked))).collect()
    }

    fn cells(&self, task: u32, part: Option<&str>, marks: &[Mark]) -> Vec<(String, bool)> {
        let Some(cuts) = self.cuts.get(&(task, part.map(Box::from))) else { return Vec::new() };
        let mut cells = Vec::new();
        for (label, cuts) in cuts {
            for (start, end) in cuts.iter().zip(cuts.iter().skip(1)) {
                // Whole or not at all: every border that somebody drew is a cut, and a vote draws no others.
                let covered = |mark: &Mark| mark.label == *label && mark.start <= *start && *end <= mark.end;
                cells.push((format!("{label} {start}-{end}"), marks.iter().any(covered)));
            }
        }
        cells
    }
}

fn marks(value: &Value) -> Vec<Mark> {
    let place = |at: &Value| at.as_u64().and_then(|at| u32::try_from(at).ok());
    let one = |span: &Value| {
        let (start, end, label) = (place(&span["start"])?, place(&span["end"])?, span["label"].as_str()?);
        Some(Mark { start, end, label: label.into() })
    };
    value.as_array().into_iter().flatten().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(marks: &[(u32, u32, &str)]) -> Value {
        marks.iter().map(|(start, end, label)| json!({"start": start, "end": end, "label": label})).collect()
    }

    #[test]
    fn a_text_is_cut_where_somebody_drew_a_border_label_by_label() {
        let mut stretches = Stretches::default();
        stretches.look(3, 0, 5, None, &spans(&[(2, 8, "drug"), (20, 24, "dose")]));
        stretches.look(3, 1, 6, None, &spans(&[(4, 8, "drug"), (10, 12, "drug")]));
        stretches.look(3, 2, 7, None, &spans(&[]));
        let said = stretches.cut();
        let of = |worker: u32| -> Vec<(&str, bool)> {
            let his = said.iter().filter(|one| one.worker == worker);
            his.map(|one| (one.part.as_str(), one.marked == true)).collect()
        };
        let names = ["dose 20-24", "drug 2-4", "drug 4-8", "drug 8-10", "drug 10-12"];
        let expected = |marked: [bool; 5]| names.into_iter().zip(marked).collect::<Vec<_>>();
        assert_eq!(of(0), expected([true, true, true, false, false]));
        assert_eq!(of(1), expected([false, false, true, false, true]));
        assert_eq!(of(2), expected([false; 5]));
        // An answer of the same text is read by the same cuts; other texts have none.
        let agreed = stretches.of(3, None, &spans(&[(4, 8, "drug")]));
        let yes: Vec<_> =
            agreed.into_iter().filter(|(_, marked)| *marked == true).filter_map(|(name, _)| name).collect();
        assert_eq!(yes, ["drug 4-8"]);
        assert!(stretches.of(4, None, &spans(&[(4, 8, "drug")])).is_empty());
    }
}
