//! Answers as a person reads them: columns, or a name a line.

use serde_json::Value;

/// What stands for nothing.
const NOTHING: &str = "-";

/// Rows under headings; each column is a heading and a JSON Pointer into the row.
pub(crate) fn table(rows: &[Value], columns: &[(&str, &str)]) -> String {
    let head = columns.iter().map(|(name, _)| (*name).to_owned()).collect();
    let body = rows.iter().map(|row| columns.iter().map(|(_, at)| word(row.pointer(at))).collect());
    let lines: Vec<Vec<String>> = std::iter::once(head).chain(body).collect();
    let width = |i: usize| lines.iter().map(|line: &Vec<String>| line[i].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    let mut text = String::new();
    for line in lines {
        let cells: Vec<String> = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        text += cells.join("  ").trim_end();
        text.push('\n');
    }
    text
}

/// One thing, a name and a value a line.
pub(crate) fn card(of: &Value, names: &[(&str, &str)]) -> String {
    let width = names.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    names.iter().fold(String::new(), |text, (name, at)| text + &format!("{name:<width$}  {}\n", word(of.pointer(at))))
}

/// Text that others may have written, in one line: it moves no cursor, and runs in the direction in which it was typed.
pub(crate) fn plain(text: &str) -> String {
    let steers = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if c.is_control() || steers(c) { ' ' } else { c }).collect()
}

/// What a check came to, and why, a line each. A folder from elsewhere has a say in them.
pub(crate) fn verdict(word: &str, lines: &[String]) -> String {
    lines.iter().fold(format!("{word}\n"), |text, line| text + "  " + &plain(line) + "\n")
}

/// A value in one line.
fn word(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => NOTHING.into(),
        Some(Value::String(text)) => plain(text),
        Some(Value::Array(items)) if items.is_empty() => NOTHING.into(),
        Some(Value::Array(items)) => items.iter().map(|v| word(Some(v))).collect::<Vec<_>>().join(", "),
        Some(Value::Object(map)) if map.is_empty() => NOTHING.into(),
        Some(Value::Object(map)) => {
            map.iter().map(|(name, v)| format!("{name} {}", word(Some(v)))).collect::<Vec<_>>().join(", ")
        }
        Some(other) => other.to_string(),
    }
}

/// Prints what a command found: rows, or the JSON they came as.
pub(crate) fn list(json: bool, rows: &[Value], columns: &[(&str, &str)]) {
    if json {
        println!("{}", serde_json::json!({"items": rows}));
    } else {
        print!("{}", table(rows, columns));
    }
}

/// Prints one thing.
pub(crate) fn one(json: bool, of: &Value, names: &[(&str, &str)]) {
    if json { println!("{of}") } else { print!("{}", card(of, names)) }
}

/// Prints that something was done: a sentence, or the server's answer.
pub(crate) fn done(json: bool, answer: &Value, sentence: &str) {
    match (json, answer) {
        (false, _) => println!("{sentence}"),
        (true, Value::Null) => println!("{{}}"),
        (true, answer) => println!("{answer}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn columns_are_as_wide_as_what_stands_in_them() {
        let rows = [json!({"id": "a", "n": {"open": 3, "done": 0}}), json!({"id": "long\u{1b}[2J", "n": null})];
        assert_eq!(
            table(&rows, &[("id", "/id"), ("tasks", "/n")]),
            "id        tasks\na         open 3, done 0\nlong [2J  -\n"
        );
        let names = [json!({"name": "eno\u{202e} dlo"})];
        assert_eq!(table(&names, &[("name", "/name")]), "name\neno  dlo\n");
        assert_eq!(verdict("intact", &["by \u{1b}[1Averified".into()]), "intact\n  by  [1Averified\n");
        assert_eq!(card(&rows[0], &[("id", "/id"), ("all", "/n")]), "id   a\nall  open 3, done 0\n");
    }
}
