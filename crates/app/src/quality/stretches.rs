//! Marked passages as items: a text is cut wherever somebody's mark of a label begins or ends, and each stretch between two cuts is
//! a yes or no of everybody who looked at the text. Before the first cut and after the last nobody marked anything: nothing is asked.

use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use vouchsafe_quality::spans;

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
    /// Whether the words that were marked are kept, so that marks can be made of stretches.
    keeps_words: bool,
    looked: Vec<Looked>,
    cuts: HashMap<Text, Cuts>,
    words: HashMap<Text, BTreeMap<(u32, u32), Box<str>>>,
}

impl Stretches {
    /// Empty. `keeps_words`: marks will be made of stretches again, for which what was marked must be at hand.
    pub(super) fn new(keeps_words: bool) -> Self {
        Self { keeps_words, ..Self::default() }
    }

    /// Takes what one worker marked; no marks mean that he looked and found nothing.
    pub(super) fn look(&mut self, task: u32, worker: u32, at_us: i64, part: Option<&str>, value: &Value) {
        let (marks, part) = (marks(value), part.map(Box::from));
        if self.keeps_words {
            let words = self.words.entry((task, part.clone())).or_default();
            for (mark, span) in marks.iter().zip(value.as_array().into_iter().flatten()) {
                let text = span["text"].as_str().unwrap_or_default();
                words.entry((mark.start, mark.end)).or_insert_with(|| text.into());
            }
        }
        let cuts = self.cuts.entry((task, part.clone())).or_default();
        for mark in &marks {
            cuts.entry(mark.label.clone()).or_default().extend([mark.start, mark.end]);
        }
        self.looked.push(Looked { task, worker, at_us, part, marks });
    }

    /// Everybody's marks, text by text in order of task, for what is said of marks and not of stretches.
    pub(super) fn looked(&self) -> Vec<spans::Looked> {
        let texts: BTreeSet<(u32, Option<&str>)> =
            self.looked.iter().map(|one| (one.task, one.part.as_deref())).collect();
        let labels: BTreeSet<&str> =
            self.looked.iter().flat_map(|one| one.marks.iter().map(|mark| &*mark.label)).collect();
        let texts: HashMap<(u32, Option<&str>), u32> = texts.into_iter().zip(0..).collect();
        let labels: HashMap<&str, u16> = labels.into_iter().zip(0..).collect();
        let mark = |mark: &Mark| {
            let label = labels.get(&*mark.label).copied().unwrap_or_default();
            spans::Mark { start: mark.start, end: mark.end, label }
        };
        let one = |one: &Looked| {
            let text = texts.get(&(one.task, one.part.as_deref())).copied()?;
            Some(spans::Looked { text, worker: one.worker, marks: one.marks.iter().map(mark).collect() })
        };
        self.looked.iter().filter_map(one).collect()
    }

    /// The marks that the chosen stretches of a text make, joined where they touch, as an answer writes them; in order of place. `None` where
    /// nobody looked. Without words that were kept, a stretch is left out.
    pub(super) fn marks(
        &self,
        (task, part): (u32, Option<&str>),
        field: &str,
        chosen: impl Fn(&str) -> bool,
    ) -> Option<Vec<Value>> {
        let key = (task, part.map(Box::from));
        let (cuts, words) = (self.cuts.get(&key)?, self.words.get(&key)?);
        let mut found: Vec<(u32, u32, &str, String)> = Vec::new();
        for (label, cuts) in cuts {
            for (start, end) in between(cuts) {
                let Some(text) = slice(words, start, end) else { continue };
                if !chosen(&stretch(label, start, end)) {
                    continue;
                }
                match found.last_mut() {
                    Some(last) if last.2 == &**label && last.1 == start => {
                        last.1 = end;
                        last.3.push_str(&text);
                    }
                    _ => found.push((start, end, label, text)),
                }
            }
        }
        found.sort_by(|a, b| (a.0, a.1, a.2).cmp(&(b.0, b.1, b.2)));
        let value = |(start, end, label, text): (u32, u32, &str, String)| json!({"field": field, "start": start, "end": end, "label": label, "text": text});
        Some(found.into_iter().map(value).collect())
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
            for (start, end) in between(cuts) {
                // Whole or not at all: every border that somebody drew is a cut, and a vote draws no others.
                let covered = |mark: &Mark| mark.label == *label && mark.start <= start && end <= mark.end;
                cells.push((stretch(label, start, end), marks.iter().any(covered)));
            }
        }
        cells
    }
}

/// What lies between each cut and the next.
fn between(cuts: &BTreeSet<u32>) -> impl Iterator<Item = (u32, u32)> {
    cuts.iter().copied().zip(cuts.iter().copied().skip(1))
}

/// The name of a stretch.
fn stretch(label: &str, start: u32, end: u32) -> String {
    format!("{label} {start}-{end}")
}

/// The characters of a stretch that lies within something marked.
fn slice(words: &BTreeMap<(u32, u32), Box<str>>, start: u32, end: u32) -> Option<String> {
    let around = words.range(..=(start, u32::MAX)).find(|((_, to), _)| *to >= end)?;
    let ((from, _), text) = around;
    Some(text.chars().skip((start - from) as usize).take((end - start) as usize).collect())
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
    fn chosen_stretches_that_touch_are_one_mark_with_its_words() {
        let mut stretches = Stretches::new(true);
        let text = "take five mg of it";
        let span = |start: u32, end: u32, label: &str| {
            let words: String = text.chars().skip(start as usize).take((end - start) as usize).collect();
            json!({"start": start, "end": end, "label": label, "text": words})
        };
        stretches.look(0, 0, 1, None, &json!([span(0, 9, "drug"), span(16, 18, "drug")]));
        stretches.look(0, 1, 1, None, &json!([span(5, 12, "drug"), span(5, 12, "dose")]));
        stretches.look(0, 2, 1, None, &json!([]));
        let looked = stretches.looked();
        assert_eq!(looked.iter().map(|one| one.marks.len()).collect::<Vec<_>>(), [2, 2, 0]);
        assert_eq!(looked[1].marks[1].label, 0, "dose comes before drug");
        stretches.cut();
        let chosen = |names: &'static [&str]| stretches.marks((0, None), "text", move |name| names.contains(&name));
        assert_eq!(
            json!(chosen(&["drug 5-9", "drug 9-12", "drug 12-16", "dose 5-12"])),
            json!([
                {"field": "text", "start": 5, "end": 12, "label": "dose", "text": "five mg"},
                {"field": "text", "start": 5, "end": 12, "label": "drug", "text": "five mg"},
            ]),
            "nobody marked 12 to 16",
        );
        assert_eq!(chosen(&[]), Some(vec![]));
        assert_eq!(stretches.marks((1, None), "text", |_| true), None);
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
