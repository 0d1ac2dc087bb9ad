//! Tables: a first line that names the columns, and a row for each event. Each row comes out as a JSON object.

use super::BadLine;
use super::report::LINE_BYTES_MAX;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Lines of one row, at most: what is longer began with a quote that nothing closes.
const ROW_LINES_MAX: usize = 1_000;
/// What one vendor's screens write behind the name of a column with times. Other zones are not known by name.
const ZONE: &str = " [UTC]";

/// What takes a piece: the line on which it begins, and the piece.
pub type Take<'t> = dyn FnMut(u64, Result<&str, BadLine>) + 't;

/// A table, and the row that was begun and is not whole.
#[derive(Debug)]
pub(super) struct Table {
    header: Vec<String>,
    parted: char,
    row: Vec<(u64, String)>,
    row_bytes: usize,
}

impl Table {
    /// The table whose columns a line names, if it is parted like this and can be such.
    pub(super) fn of(line: &str, parted: char) -> Option<Self> {
        let (mut header, _) = cells(line, parted, false);
        for name in &mut header {
            *name = name.trim().trim_end_matches(ZONE).to_owned();
        }
        while header.last().is_some_and(String::is_empty) {
            header.pop();
        }
        let sign = |one: char| one.is_alphanumeric() || " _-./()[]{}:#$%&?*@'".contains(one);
        // An address is no name of a column; `@timestamp` is.
        let worded = |name: &str| !name.chars().skip(1).any(|one| one == '@') && name.chars().all(sign);
        let named = header.iter().filter(|name| !name.is_empty()).count();
        (named >= 2 && header.iter().all(|name| worded(name))).then_some(Self {
            header,
            parted,
            row: Vec::new(),
            row_bytes: 0,
        })
    }

    /// Names of the columns; one without a name is empty.
    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    /// Take a line. A row that fails costs its first line; the others are looked at again, by themselves.
    pub(super) fn line(&mut self, number: u64, line: &str, take: &mut Take<'_>) {
        self.lines(vec![(number, line.trim_end_matches(['\r', '\n']).to_owned())], take);
    }

    /// At the end of the table.
    pub(super) fn end(&mut self, take: &mut Take<'_>) {
        while !self.row.is_empty() {
            let rest = self.give_back("what begins here has no end", take);
            self.lines(rest, take);
        }
    }

    /// Take lines, the last one first.
    fn lines(&mut self, mut waiting: Vec<(u64, String)>, take: &mut Take<'_>) {
        while let Some((number, line)) = waiting.pop() {
            if self.row.is_empty() && line.trim().is_empty() {
                continue;
            }
            let goes_on = !self.row.is_empty();
            let (alone, open) = cells(&line, self.parted, goes_on);
            self.row_bytes += line.len();
            self.row.push((number, line));
            if open && self.row.len() < ROW_LINES_MAX && self.row_bytes <= LINE_BYTES_MAX {
                continue;
            }
            let whole = if open { None } else { self.object(if goes_on { self.joined() } else { alone }) };
            match whole {
                Some(object) => {
                    take(self.row[0].0, Ok(&object.to_string()));
                    self.row.clear();
                    self.row_bytes = 0;
                }
                None if open => waiting.extend(self.give_back("what begins here has no end", take)),
                None => waiting.extend(self.give_back("a row has as many cells as the first one", take)),
            }
        }
    }

    /// Refuse the first line of the row and hand out the others, the last one first.
    fn give_back(&mut self, rule: &'static str, take: &mut Take<'_>) -> Vec<(u64, String)> {
        let mut rest = std::mem::take(&mut self.row);
        self.row_bytes = 0;
        rest.reverse();
        if let Some((number, _)) = rest.pop() {
            take(number, Err(BadLine { field: Cow::Borrowed("line"), rule }));
        }
        rest
    }

    /// The cells of a row over several lines.
    fn joined(&self) -> Vec<String> {
        let lines: Vec<&str> = self.row.iter().map(|(_, line)| line.as_str()).collect();
        cells(&lines.join("\n"), self.parted, false).0
    }

    /// A row as an object; `None` if it has fewer or more cells than there are columns. Empty cells at the end count for
    /// nothing. Of two columns of one name the second is numbered.
    fn object(&self, mut cells: Vec<String>) -> Option<Value> {
        while cells.len() > self.header.len() && cells.last().is_some_and(String::is_empty) {
            cells.pop();
        }
        if cells.len() != self.header.len() {
            return None;
        }
        let mut members = Map::new();
        for (at, (name, cell)) in self.header.iter().zip(cells).enumerate() {
            match name.as_str() {
                "" if cell.is_empty() => {}
                "" => drop(members.insert(format!("column {}", at + 1), Value::String(cell))),
                name if members.contains_key(name) => {
                    members.insert(format!("{name} {}", at + 1), Value::String(cell));
                }
                name => drop(members.insert(name.to_owned(), Value::String(cell))),
            }
        }
        Some(Value::Object(members))
    }
}

/// Whether a line says how the table beneath it is written, as spreadsheets and PowerShell put it before the header.
pub(super) fn says_how(line: &str) -> bool {
    line.starts_with("#TYPE ") || line.trim_end().strip_prefix("sep=").is_some_and(|parted| parted.chars().count() < 2)
}

/// The cells of a row, by RFC 4180: quoted ones may hold what parts cells, line ends and quotes written twice. A quote opens at the
/// beginning of a cell alone, besides spaces; any other is a character. Also whether a quote is open at the end; `quoted` if one is at
/// the beginning.
fn cells(row: &str, parted: char, mut quoted: bool) -> (Vec<String>, bool) {
    let (mut cells, mut cell, mut begun) = (Vec::new(), String::new(), quoted);
    let mut rest = row.chars().peekable();
    while let Some(one) = rest.next() {
        match one {
            '"' if quoted && rest.peek() == Some(&'"') => {
                rest.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if !begun && cell.trim_matches(' ').is_empty() => {
                (quoted, begun) = (true, true);
                cell.clear();
            }
            _ if one == parted && !quoted => {
                cells.push(std::mem::take(&mut cell));
                begun = false;
            }
            _ => cell.push(one),
        }
    }
    cells.push(cell);
    (cells, quoted)
}
