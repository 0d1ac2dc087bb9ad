//! What was read, what was skipped, and what nobody knew: nothing is dropped in silence.

use super::mapping::Mapping;
use super::record::Record;
use super::sources::{Act, Opened, Sources, UNKNOWN};
use super::{BadLine, Reader};
use crate::activity::{Activity, Verb};
use crate::mask;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Most refused lines that a report names one by one; further ones are counted.
pub const NAMED_MAX: usize = 100;
/// Most different names of fields or acts that a report counts apart; further ones are counted together.
pub const NAMES_MAX: usize = 10_000;
/// What stands before each object of a sequence of JSON texts (RFC 7464).
pub(super) const SEPARATOR: u8 = 0x1e;
/// What is said of a line that is none.
const LINE: &str = "a line is one JSON object";
/// What is said of a member of a list that is no event.
pub(super) const NO_OBJECT: &str = "an event is one JSON object";
/// Most bytes of one line.
pub const LINE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Counts over one reading. Memory is bounded by [`NAMED_MAX`] and [`NAMES_MAX`], not by the log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Lines that were not empty.
    pub lines: u64,
    /// Acts read.
    pub acts: u64,
    /// Acts without a readable time or a name: shown, but on no time-line.
    pub incomplete: u64,
    /// Acts that do not say who did them: shown, but nobody's.
    pub nameless: u64,
    /// Lines that were read and tell of no act: an empty list, an answer without events.
    pub silent: u64,
    /// Lines refused.
    pub skipped: u64,
    /// Lines with bytes that are no text, read with marks in their place. Counted by whoever reads the bytes.
    pub mended: u64,
    /// The first of the lines refused or incomplete: number from 1, and why.
    pub named: Vec<(u64, BadLine)>,
    /// Acts by log.
    pub sources: BTreeMap<String, u64>,
    /// Fields nobody has a place for, kept in each act: by log and name. Addresses in names are left out, here and below:
    /// some logs have people for names of fields.
    pub unknown_fields: BTreeMap<(String, String), u64>,
    /// Names of acts the vocabulary has no verb for, kept as they are: by log and name.
    pub unknown_acts: BTreeMap<(String, String), u64>,
    /// Names left out of the two lists above because they were full.
    pub names_left_out: u64,
}

impl Report {
    /// Read one line; count what came of it. Refusals are counted, never returned as a failure of the whole.
    pub fn line(&mut self, number: u64, line: &str, sources: &Sources, format: Option<&Mapping>) -> Vec<Act> {
        if line.trim().is_empty() {
            return Vec::new();
        }
        self.lines += 1;
        let Opened { acts, refused } = match opened(line, sources, format) {
            Ok(opened) => opened,
            Err(bad) => {
                self.skipped += 1;
                self.name(number, bad);
                return Vec::new();
            }
        };
        self.skipped += refused;
        (0..refused.min(NAMED_MAX as u64)).for_each(|_| self.name(number, bad(NO_OBJECT)));
        self.silent += u64::from(acts.is_empty() && refused == 0);
        for act in &acts {
            self.count(number, act);
        }
        acts
    }

    /// Read one piece of a log that need not be one of lines, as [`Pieces`](super::pieces::Pieces) hands it out.
    pub fn piece(
        &mut self,
        number: u64,
        piece: Result<&str, BadLine>,
        sources: &Sources,
        format: Option<&Mapping>,
    ) -> Vec<Act> {
        match piece {
            Ok(text) => self.line(number, text, sources, format),
            Err(bad) => {
                self.lines += 1;
                self.skipped += 1;
                self.name(number, bad);
                Vec::new()
            }
        }
    }

    fn count(&mut self, number: u64, act: &Act) {
        self.acts += 1;
        *self.sources.entry(act.source.clone()).or_default() += 1;
        match act.activity() {
            Ok(activity) => self.nameless += u64::from(activity.actor.is_empty()),
            Err(bad) => {
                self.incomplete += 1;
                self.name(number, bad);
            }
        }
        let Record { unknown, action, verb, .. } = &act.record;
        for (field, _) in unknown {
            Self::tally(&mut self.unknown_fields, &mut self.names_left_out, &act.source, field);
        }
        if let (Some(action), Verb::Other) = (action, verb) {
            Self::tally(&mut self.unknown_acts, &mut self.names_left_out, &act.source, action);
        }
    }

    fn tally(names: &mut BTreeMap<(String, String), u64>, left_out: &mut u64, source: &str, name: &str) {
        let key = (source.to_owned(), mask::addresses(name).chars().take(200).collect());
        if names.len() < NAMES_MAX || names.contains_key(&key) {
            *names.entry(key).or_default() += 1;
        } else {
            *left_out += 1;
        }
    }

    fn name(&mut self, number: u64, bad: BadLine) {
        if self.named.len() < NAMED_MAX {
            self.named.push((number, bad));
        }
    }
}

/// The acts of a line, or why it is refused.
fn opened(line: &str, sources: &Sources, format: Option<&Mapping>) -> Result<Opened, BadLine> {
    if line.len() > LINE_BYTES_MAX {
        return Err(bad("a line has at most 16 MiB"));
    }
    let (events, broken) = events(line).ok_or(bad(LINE))?;
    let mut all = Opened { refused: u64::from(broken), ..Opened::default() };
    for event in events {
        let holds = match &event {
            Value::Array(list) => list.is_empty() || list.iter().any(Value::is_object),
            other => other.is_object(),
        };
        if !holds {
            return Err(bad(LINE));
        }
        let Opened { acts, refused } = sources.opened(event, format);
        all.acts.extend(acts);
        all.refused += refused;
    }
    Ok(all)
}

/// What a line holds: one value, or objects one after another, and whether the last of them is broken. `None` if it is nothing of the
/// kind.
fn events(line: &str) -> Option<(Vec<Value>, bool)> {
    let line = line.trim_matches(|one: char| one.is_whitespace() || one == char::from(SEPARATOR));
    if let Ok(event) = serde_json::from_str(line) {
        return Some((vec![event], false));
    }
    let mut all = Vec::new();
    for part in line.split(char::from(SEPARATOR)) {
        let mut objects = serde_json::Deserializer::from_str(part).into_iter();
        while part.get(objects.byte_offset()..).is_some_and(|rest| rest.trim_start().starts_with('{')) {
            match objects.next() {
                Some(Ok(object)) => all.push(object),
                _ if all.is_empty() => return None,
                _ => return Some((all, true)),
            }
        }
        if part.get(objects.byte_offset()..).is_some_and(|rest| !rest.trim().is_empty()) {
            return None;
        }
    }
    Some((all, false))
}

fn bad(rule: &'static str) -> BadLine {
    BadLine { field: Cow::Borrowed("line"), rule }
}

impl Sources {
    /// Every act of a line, each read or refused by itself: one bad event of a whole answer costs itself alone. Whether any was of a
    /// known log; an error if the line as a whole is refused.
    pub fn each(&self, line: &str, take: &mut dyn FnMut(Result<Activity<'static>, BadLine>)) -> Result<bool, BadLine> {
        let mut known = false;
        let Opened { acts, refused } = opened(line, self, None)?;
        for act in acts {
            known |= act.source != UNKNOWN;
            take(act.activity());
        }
        (0..refused).for_each(|_| take(Err(bad(NO_OBJECT))));
        Ok(known)
    }
}

/// Every log this crate knows, told apart line by line. All acts of a line are handed over or none.
impl Reader for Sources {
    fn read<'a>(&self, line: &'a str, each: &mut dyn FnMut(Activity<'a>)) -> Result<(), BadLine> {
        let Opened { acts, refused } = opened(line, self, None)?;
        if refused > 0 {
            return Err(bad(NO_OBJECT));
        }
        let read: Result<Vec<_>, _> = acts.into_iter().map(|act| act.activity()).collect();
        read?.into_iter().for_each(each);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_line_costs_itself_alone_and_is_named() {
        let sources = Sources::own().unwrap();
        let mut report = Report::default();
        let good = r#"{"eventType": "user.session.start", "published": "2025-05-05T02:50:02Z", "actor": {"alternateId": "a@b.example"}, "moon": 1}"#;
        for (number, line) in (1..).zip([
            "{",
            good,
            "",
            "[1]",
            r#"{"eventType": "new.kind", "published": "never", "actor": {"alternateId": "a"}}"#,
        ]) {
            report.line(number, line, &sources, None);
        }
        assert_eq!((report.lines, report.acts, report.skipped, report.incomplete), (4, 2, 2, 1));
        assert_eq!(report.named.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 4, 5]);
        assert_eq!(report.unknown_fields, BTreeMap::from([(("okta".to_owned(), "moon".to_owned()), 1)]));
        assert_eq!(report.unknown_acts, BTreeMap::from([(("okta".to_owned(), "new.kind".to_owned()), 1)]));
    }
}
