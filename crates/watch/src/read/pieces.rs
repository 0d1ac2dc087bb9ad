//! Logs that are not one object a line: an answer or a file of a vendor over several lines, and tables with commas,
//! semicolons or tabs.
//!
//! What the first line that says anything looks like decides about the whole log. A log of lines costs one look and is
//! otherwise left alone; the others come out as one object a piece, each with the line on which it begins.

use super::BadLine;
use super::flattened::simple;
use super::report::LINE_BYTES_MAX;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::HashSet;

/// What takes a piece: the line on which it begins, and the piece.
pub type Take<'t> = dyn FnMut(u64, Result<&str, BadLine>) + 't;

/// Puts lines together where a log is written over several. Holds one piece at most.
#[derive(Debug, Default)]
pub struct Pieces {
    shape: Shape,
    held: String,
    begun: u64,
    /// Brackets that are open, and whether a text is.
    open: Vec<u8>,
    quoted: bool,
    escaped: bool,
    /// Whether the outermost bracket is a list, whose members are a piece each.
    list: bool,
    /// Names that columns have. Nothing: any line of words may name them.
    columns: Option<HashSet<String>>,
}

/// Columns of a table that have to be known by name: without it the first row of a table that names none would be taken for names, and
/// told as such.
const KNOWN_COLUMNS_LEAST: usize = 2;

#[derive(Debug, Default)]
enum Shape {
    #[default]
    Undecided,
    Lines,
    Document,
    /// Names of the columns, and what parts the cells.
    Table(Vec<String>, char),
}

impl Pieces {
    /// Pieces of a log in which a table has columns of these names, written in any way.
    pub fn of(columns: HashSet<String>) -> Self {
        Self { columns: Some(columns), ..Self::default() }
    }

    /// Whether the log is one object a line, as far as is known; then lines are pieces already and `line` need not be
    /// called again.
    pub fn lines(&self) -> bool {
        matches!(self.shape, Shape::Lines)
    }

    /// Take a line; hand over the pieces that end with it.
    pub fn line(&mut self, number: u64, line: &str, take: &mut Take<'_>) {
        let line = if number == 1 { line.trim_start_matches('\u{feff}') } else { line };
        if matches!(self.shape, Shape::Undecided) {
            if line.trim().is_empty() || says_how(line) {
                return;
            }
            self.shape = self.told(shape(line));
            if let Shape::Table(..) = self.shape {
                return;
            }
        }
        match &self.shape {
            Shape::Document => self.document(number, line, take),
            Shape::Table(..) => self.row(number, line, take),
            Shape::Lines | Shape::Undecided => take(number, Ok(line)),
        }
    }

    /// At the end of the log: what was begun and never ended is refused.
    pub fn end(&mut self, take: &mut Take<'_>) {
        if !self.held.trim().is_empty() {
            take(self.begun, Err(bad("what begins here has no end")));
        }
        *self = Self { columns: self.columns.take(), ..Self::default() };
    }

    /// The shape, if its columns are known.
    fn told(&self, shape: Shape) -> Shape {
        let (Shape::Table(header, _), Some(columns)) = (&shape, &self.columns) else { return shape };
        let known = |name: &&String| {
            columns.contains(&simple(name)) || columns.contains(&simple(name.split('.').next().unwrap_or_default()))
        };
        if header.iter().filter(known).count() < KNOWN_COLUMNS_LEAST { Shape::Lines } else { shape }
    }

    fn document(&mut self, number: u64, line: &str, take: &mut Take<'_>) {
        // Inside an object a bracket never follows without a name: the piece before was cut off.
        let cut = line.starts_with("{\"") && self.open.last() == Some(&b'{') && !self.held.trim_end().ends_with(':');
        if cut && whole(line) {
            take(self.begun, Err(bad("what begins here has no end")));
            self.held.clear();
            self.open.truncate(usize::from(self.list));
            self.quoted = false;
        }
        let mut from = 0;
        for (at, byte) in line.bytes().enumerate() {
            if self.quoted {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => self.quoted = false,
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => self.quoted = true,
                b'[' if self.open.is_empty() && self.held.trim().is_empty() => {
                    (self.list, from) = (true, at + 1);
                    self.open.push(byte);
                }
                b'{' | b'[' => {
                    if self.open.len() == usize::from(self.list) {
                        (self.begun, from) = (number, at);
                        self.held.clear();
                    }
                    self.open.push(byte);
                }
                b'}' | b']' if self.open.pop().is_some() => {
                    if self.list && self.open.is_empty() {
                        (self.list, from) = (false, at + 1);
                        self.held.clear();
                    } else if self.open.len() == usize::from(self.list) {
                        self.hold(&line[from..=at]);
                        self.hand(take);
                        from = at + 1;
                    }
                }
                _ => {}
            }
        }
        if self.open.len() > usize::from(self.list) {
            self.hold(&line[from..]);
        }
    }

    /// Keep a stretch of a piece, one byte past the limit at most.
    fn hold(&mut self, stretch: &str) {
        if self.held.len() <= LINE_BYTES_MAX {
            self.held.push_str(stretch);
            self.held.push('\n');
        }
    }

    fn hand(&mut self, take: &mut Take<'_>) {
        let held = std::mem::take(&mut self.held);
        if held.len() > LINE_BYTES_MAX {
            take(self.begun, Err(bad("an object has at most 16 MiB")));
        } else {
            take(self.begun, Ok(held.trim()));
        }
    }

    fn row(&mut self, number: u64, line: &str, take: &mut Take<'_>) {
        if self.held.is_empty() {
            if line.trim().is_empty() {
                return;
            }
            self.begun = number;
        }
        self.hold(line.trim_end_matches(['\r', '\n']));
        // An odd number of quotes: a text goes on in the next line.
        if self.held.bytes().filter(|byte| *byte == b'"').count() % 2 == 1 && self.held.len() <= LINE_BYTES_MAX {
            return;
        }
        let held = std::mem::take(&mut self.held);
        let Shape::Table(header, parted) = &self.shape else { return };
        let cells = cells(held.trim_end_matches('\n'), *parted);
        if cells.len() != header.len() {
            take(self.begun, Err(bad("a row has as many cells as the first one")));
            return;
        }
        let members: Map<String, Value> = header.iter().cloned().zip(cells.into_iter().map(Value::String)).collect();
        take(self.begun, Ok(&Value::Object(members).to_string()));
    }
}

/// What the first line says of the log.
fn shape(line: &str) -> Shape {
    let line = line.trim();
    if line.starts_with('[') {
        return if whole(line) { Shape::Lines } else { Shape::Document };
    }
    if line.starts_with('{') {
        let goes_on = line.ends_with(['{', '[', ',']) && !whole(line);
        return if goes_on { Shape::Document } else { Shape::Lines };
    }
    [',', ';', '\t', '|']
        .into_iter()
        .find_map(|parted| Some(Shape::Table(header(line, parted)?, parted)))
        .unwrap_or(Shape::Lines)
}

/// Whether a line says how the table beneath it is written, as spreadsheets and PowerShell put it before the header.
fn says_how(line: &str) -> bool {
    line.starts_with("#TYPE ") || line.trim_end().strip_prefix("sep=").is_some_and(|parted| parted.chars().count() < 2)
}

/// The names of a table's columns, if a line parted like this can be such.
fn header(line: &str, parted: char) -> Option<Vec<String>> {
    let header: Vec<String> = cells(line, parted).into_iter().map(|name| name.trim().to_owned()).collect();
    let mut names: Vec<&String> = header.iter().collect();
    names.sort_unstable();
    names.dedup();
    let sign = |one: char| one.is_alphanumeric() || " _-./()[]{}:#$".contains(one);
    // An address is no name of a column; `@timestamp` is.
    let worded = |name: &str| !name.is_empty() && name.strip_prefix('@').unwrap_or(name).chars().all(sign);
    (header.len() >= 2 && names.len() == header.len() && header.iter().all(|name| worded(name))).then_some(header)
}

/// The cells of a row, by RFC 4180: quoted ones may hold what parts cells, line ends and quotes written twice.
fn cells(row: &str, parted: char) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut rest = row.chars().peekable();
    while let Some(one) = rest.next() {
        match one {
            '"' if quoted && rest.peek() == Some(&'"') => {
                rest.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            _ if one == parted && !quoted => cells.push(std::mem::take(&mut cell)),
            _ => cell.push(one),
        }
    }
    cells.push(cell);
    cells
}

fn whole(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

fn bad(rule: &'static str) -> BadLine {
    BadLine { field: Cow::Borrowed("line"), rule }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pieces(log: &str) -> Vec<(u64, Result<Value, &'static str>)> {
        let (mut pieces, mut found) = (Pieces::default(), Vec::new());
        let mut take = |number: u64, piece: Result<&str, BadLine>| {
            let value = piece.map_err(|bad| bad.rule);
            found.push((number, value.and_then(|text| serde_json::from_str(text).map_err(|_| "no JSON"))));
        };
        for (number, line) in (1..).zip(log.split_inclusive('\n')) {
            pieces.line(number, line, &mut take);
        }
        pieces.end(&mut take);
        found
    }

    #[test]
    fn a_list_over_several_lines_is_a_piece_a_member() {
        let said = [(2, Ok(json!({"a": "}]"}))), (3, Ok(json!({"b": [1, {"c": 2}]})))];
        assert_eq!(pieces("[\n{\"a\": \"}]\"},\n{\"b\": [1,\n {\"c\": 2}]}\n]\n"), said);
        let said = [(1, Ok(json!({"a": 1}))), (2, Ok(json!({"b": 2})))];
        assert_eq!(pieces("[{\"a\": 1},\n{\"b\": 2}]"), said);
    }

    #[test]
    fn an_object_over_several_lines_is_one_piece_and_the_next_another() {
        let said = [(1, Ok(json!({"a": {"b": "x\\\"{"}}))), (6, Ok(json!({"c": 1})))];
        assert_eq!(pieces("{\n \"a\": {\n  \"b\": \"x\\\\\\\"{\"\n }\n}\n{\n\"c\": 1}"), said);
    }

    #[test]
    fn a_piece_that_was_cut_off_costs_itself_alone() {
        let said = [(1, Err("what begins here has no end")), (3, Ok(json!({"c": 1})))];
        assert_eq!(pieces("{\n \"a\": 1,\n{\"c\": 1}\n"), said);
        assert_eq!(pieces("[\n{\"a\":\n"), [(2, Err("what begins here has no end"))]);
    }

    #[test]
    fn a_log_of_lines_stays_as_it_is_also_if_its_first_line_is_broken() {
        let said = [(1, Err("no JSON")), (2, Ok(json!({"a": 1})))];
        assert_eq!(pieces("not json\n{\"a\": 1}"), said);
        assert_eq!(pieces("{\"a\": \"cut\n{\"a\": 1}"), said);
        assert_eq!(pieces("\u{feff}{\"a\": 1}"), [(1, Ok(json!({"a": 1})))]);
    }

    #[test]
    fn a_table_is_an_object_a_row() {
        let log = "\u{feff}RecordId,Operation,AuditData\r\n1,FileDownloaded,\"{\"\"Id\"\":\"\"7\"\",\n\"\"x\"\":1}\"\r\n2,b\r\n";
        let said = json!({"RecordId": "1", "Operation": "FileDownloaded", "AuditData": "{\"Id\":\"7\",\n\"x\":1}"});
        assert_eq!(pieces(log), [(2, Ok(said)), (4, Err("a row has as many cells as the first one"))]);
    }

    /// What stands in the first row of a table that names no columns is content.
    #[test]
    fn a_table_without_a_header_names_nothing() {
        let columns = || crate::read::sources::Sources::own().unwrap().columns();
        let read = |log: &str| {
            let (mut pieces, mut found) = (Pieces::of(columns()), Vec::new());
            let mut take = |_: u64, piece: Result<&str, BadLine>| found.push(piece.unwrap_or("refused").to_owned());
            (1..).zip(log.split_inclusive('\n')).for_each(|(at, line)| pieces.line(at, line, &mut take));
            pieces.end(&mut take);
            found
        };
        let bare = "2025-05-05,ann,download,Pricing for A\n2025-05-06,bob,view,Notes\n";
        assert_eq!(read(bare).concat(), bare, "each is a line, and refused as such");
        for named in [
            "@timestamp;id.applicationName;name",
            "Date|Event|Actor",
            "creationdate,auditdata",
            "userIdentity.arn,eventName,x{}.y",
        ] {
            let parted = named.chars().find(|one| ",;|".contains(*one)).unwrap();
            let row = vec!["1"; named.split(parted).count()].join(&parted.to_string());
            assert!(read(&format!("\u{feff}{named}\r\n{row}\r\n"))[0].starts_with('{'), "{named}");
        }
    }

    #[test]
    fn a_table_is_parted_as_its_first_line_is() {
        let said = json!({"RecordId": "1", "Operation": "FileDownloaded", "AuditData": "{\"Id\":\"7;8,\t\"}"});
        for (parted, before) in [(',', "#TYPE Selected.System.Object\r\n"), (';', "sep=;\n"), ('\t', "")] {
            let rows = [
                format!("RecordId{parted}Operation{parted}AuditData\r\n"),
                format!("1{parted}FileDownloaded{parted}\"{{\"\"Id\"\":\"\"7;8,\t\"\"}}\"\r\n"),
            ];
            let number = if before.is_empty() { 2 } else { 3 };
            assert_eq!(pieces(&format!("{before}{}{}", rows[0], rows[1])), [(number, Ok(said.clone()))]);
        }
    }
}
