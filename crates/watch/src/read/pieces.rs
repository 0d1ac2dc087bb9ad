//! Logs that are not one object a line: an answer or a file of a vendor over several lines, and tables with commas,
//! semicolons or tabs.
//!
//! What the first line that says anything looks like decides about the whole log. A log of lines costs one look and is
//! otherwise left alone; the others come out as one object a piece, each with the line on which it begins.

use super::BadLine;
use super::flattened::simple;
use super::report::{LINE_BYTES_MAX, NO_OBJECT, SEPARATOR};
pub use super::tables::Take;
use super::tables::{Table, says_how};
use serde::de::IgnoredAny;
use std::borrow::Cow;
use std::collections::HashSet;

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
    /// The line of a member that is no object, was refused and goes on.
    stray: Option<u64>,
    /// The line that was looked at last.
    numbered: u64,
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
    Table(Table),
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
        match &mut self.shape {
            Shape::Document => self.document(number, line, take),
            Shape::Table(table) => table.line(number, line, take),
            Shape::Lines | Shape::Undecided => take(number, Ok(line)),
        }
    }

    /// Take a part of a line that is too long to be held, as stores of streams write them. `false` if the log is none in which the
    /// parts can be told apart; then nothing was taken.
    pub fn part(&mut self, number: u64, part: &str, take: &mut Take<'_>) -> bool {
        if matches!(self.shape, Shape::Undecided) {
            let part = part.trim_start_matches('\u{feff}');
            self.shape = self.told(shape(part));
        }
        if !matches!(self.shape, Shape::Document) {
            return false;
        }
        self.document(number, part, take);
        true
    }

    /// At the end of the log: what was begun and never ended is refused.
    pub fn end(&mut self, take: &mut Take<'_>) {
        if let Shape::Table(table) = &mut self.shape {
            table.end(take);
        }
        if !self.held.trim().is_empty() {
            take(self.begun, Err(bad("what begins here has no end")));
        }
        *self = Self { columns: self.columns.take(), ..Self::default() };
    }

    /// The shape, if its columns are known.
    fn told(&self, shape: Shape) -> Shape {
        let (Shape::Table(table), Some(columns)) = (&shape, &self.columns) else { return shape };
        let known = |name: &&String| {
            columns.contains(&simple(name)) || columns.contains(&simple(name.split('.').next().unwrap_or_default()))
        };
        if table.header().iter().filter(known).count() < KNOWN_COLUMNS_LEAST { Shape::Lines } else { shape }
    }

    fn document(&mut self, number: u64, line: &str, take: &mut Take<'_>) {
        // Inside an object a bracket never follows without a name: the piece before was cut off.
        let cut = line.starts_with("{\"") && self.open.last() == Some(&b'{') && !self.held.trim_end().ends_with(':');
        if cut && whole(line) {
            self.cut_off(take);
        }
        if std::mem::replace(&mut self.numbered, number) != number {
            // No text between objects goes on in the next line.
            self.quoted &= self.open.len() > usize::from(self.list);
        }
        let mut from = 0;
        for (at, byte) in line.bytes().enumerate() {
            // No text holds this sign unescaped: another object begins.
            if byte == SEPARATOR {
                if self.open.len() > usize::from(self.list) || self.quoted {
                    self.cut_off(take);
                }
                continue;
            }
            if self.quoted {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => self.quoted = false,
                    _ => {}
                }
                continue;
            }
            if self.open.len() == usize::from(self.list) {
                match byte {
                    b',' => self.stray = None,
                    b'{' | b'[' | b'}' | b']' => {}
                    byte if byte.is_ascii_whitespace() => {}
                    _ if self.stray == Some(number) => {}
                    _ => {
                        self.stray = Some(number);
                        take(number, Err(bad(NO_OBJECT)));
                    }
                }
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

    /// Refuse what was begun and goes on no more.
    fn cut_off(&mut self, take: &mut Take<'_>) {
        take(self.begun, Err(bad("what begins here has no end")));
        self.held.clear();
        self.open.truncate(usize::from(self.list));
        (self.quoted, self.escaped) = (false, false);
    }

    /// Keep a stretch of a piece, its line end included, until it is past the limit.
    fn hold(&mut self, stretch: &str) {
        if self.held.len() <= LINE_BYTES_MAX {
            self.held.push_str(stretch);
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
}

/// What the first line says of the log.
fn shape(line: &str) -> Shape {
    let line = line.trim();
    if line.starts_with(char::from(SEPARATOR)) {
        return Shape::Document;
    }
    if line.starts_with('[') {
        return if whole(line) { Shape::Lines } else { Shape::Document };
    }
    if line.starts_with('{') {
        let goes_on = line.ends_with(['{', '[', ',']) && !whole(line);
        return if goes_on || several(line) { Shape::Document } else { Shape::Lines };
    }
    [',', ';', '\t', '|']
        .into_iter()
        .find_map(|parted| Some(Shape::Table(Table::of(line, parted)?)))
        .unwrap_or(Shape::Lines)
}

/// Whether an object ends in a line and another one begins.
fn several(line: &str) -> bool {
    let mut objects = serde_json::Deserializer::from_str(line).into_iter::<IgnoredAny>();
    let first = objects.next().is_some_and(|first| first.is_ok());
    let rest = line.get(objects.byte_offset()..).unwrap_or_default();
    first && rest.trim_start_matches(|one: char| one.is_whitespace() || one == char::from(SEPARATOR)).starts_with('{')
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
    use serde_json::{Value, json};

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

    /// A store of streams writes objects without line ends: the line may be longer than what is held.
    #[test]
    fn parts_of_a_line_come_to_the_pieces_that_the_line_comes_to() {
        let log = "{\"a\":\"}{\\\"\"}{\"b\":[1,{}]} {\"c\":1}";
        for cut in (20..log.len()).filter(|cut| log.is_char_boundary(*cut)) {
            let (mut pieces_, mut found) = (Pieces::default(), Vec::new());
            let mut take = |_: u64, piece: Result<&str, BadLine>| found.push(piece.unwrap().to_owned());
            assert!(pieces_.part(1, &log[..cut], &mut take) && pieces_.part(1, &log[cut..], &mut take));
            pieces_.end(&mut take);
            assert_eq!(found, ["{\"a\":\"}{\\\"\"}", "{\"b\":[1,{}]}", "{\"c\":1}"], "{cut}");
        }
        for other in ["{\"a\": \"long", "a,b,c"] {
            assert!(!Pieces::default().part(1, other, &mut |_, _| panic!("nothing is taken")), "{other}");
        }
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
