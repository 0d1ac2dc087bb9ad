//! One line to one JSON object, stricter than JSON where JSON leaves room for two readings.

use std::fmt::{self, Write as _};

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Value};

use super::{Limits, Rule};

/// Parse one line, which must hold one object. Returns its members in their order.
///
/// Fails with the rule that was broken and the JSON Pointer to where (`None`: the line as a whole).
/// Numbers keep their value: an integer that 64 bits cannot hold is refused rather than rounded. Decimals are
/// read as doubles.
pub fn parse_object(text: &str, limits: &Limits) -> Result<Map<String, Value>, (Option<String>, Rule)> {
    if !text.trim_start_matches(JSON_SPACE).starts_with('{') {
        return Err((None, Rule::NotAnObject));
    }
    let mut walk = Walk::new(limits, None);
    let value = walk.parse(text)?;
    if walk.wide_float
        && let Some(number) = first_wide_integer(text)
    {
        Walk::new(limits, Some(number)).parse(text)?;
    }
    match value {
        Value::Object(members) => Ok(members),
        _ => Err((None, Rule::NotAnObject)),
    }
}

/// What JSON takes as space, but for the line feed, which ends the line.
pub(super) const JSON_SPACE: [char; 3] = [' ', '\t', '\r'];

const NAME_CHARS_MAX: usize = 64;
const PATH_NAMES_MAX: usize = 16;

struct Walk<'l> {
    limits: &'l Limits,
    /// Refuse at this number (counted from 0 in reading order): the second pass, which only finds its path.
    refuse_number: Option<u64>,
    numbers: u64,
    values: usize,
    depth: usize,
    /// A double at or beyond 2^63 was read: its literal may have been an integer that does not fit.
    wide_float: bool,
    broken: Option<Rule>,
    /// Names from the innermost outwards, filled only while an error goes up.
    path: Vec<String>,
}

impl<'l> Walk<'l> {
    fn new(limits: &'l Limits, refuse_number: Option<u64>) -> Self {
        Self {
            limits,
            refuse_number,
            numbers: 0,
            values: 0,
            depth: 0,
            wide_float: false,
            broken: None,
            path: Vec::new(),
        }
    }

    fn parse(&mut self, text: &str) -> Result<Value, (Option<String>, Rule)> {
        let mut json = serde_json::Deserializer::from_str(text);
        let parsed = Node(self).deserialize(&mut json).and_then(|value| json.end().map(|()| value));
        parsed.map_err(|error| {
            let rule = self.broken.take().unwrap_or_else(|| rule_of(&error, text, self.limits));
            (self.pointer(), rule)
        })
    }

    fn pointer(&self) -> Option<String> {
        if self.path.is_empty() {
            return None;
        }
        let mut pointer = String::new();
        for name in self.path.iter().rev().take(PATH_NAMES_MAX) {
            pointer.push('/');
            pointer.push_str(name);
        }
        Some(pointer)
    }

    fn refuse<E: serde::de::Error>(&mut self, rule: Rule) -> E {
        self.broken = Some(rule);
        E::custom("refused")
    }

    fn count_value<E: serde::de::Error>(&mut self) -> Result<(), E> {
        self.values += 1;
        let values_max = self.limits.values_max;
        if self.values > values_max { Err(self.refuse(Rule::TooManyValues { values_max })) } else { Ok(()) }
    }

    fn count_number<E: serde::de::Error>(&mut self) -> Result<(), E> {
        let refused = self.refuse_number == Some(self.numbers);
        self.numbers += 1;
        if refused { Err(self.refuse(Rule::NumberDoesNotFit)) } else { self.count_value() }
    }

    fn go_in<E: serde::de::Error>(&mut self) -> Result<(), E> {
        self.count_value()?;
        self.depth += 1;
        let depth_max = self.limits.depth_max;
        if self.depth > depth_max { Err(self.refuse(Rule::TooDeep { depth_max })) } else { Ok(()) }
    }
}

/// A name as a step of a JSON Pointer, cut short and without control characters.
fn step(name: &str) -> String {
    let mut step = String::new();
    for c in name.chars().take(NAME_CHARS_MAX) {
        match c {
            '~' => step.push_str("~0"),
            '/' => step.push_str("~1"),
            c if c.is_control() => step.push('\u{fffd}'),
            c => step.push(c),
        }
    }
    step
}

struct Node<'w, 'l>(&'w mut Walk<'l>);

impl<'de> DeserializeSeed<'de> for Node<'_, '_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_, '_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Value, E> {
        self.0.count_value()?;
        Ok(Value::Null)
    }

    fn visit_bool<E: serde::de::Error>(self, v: bool) -> Result<Value, E> {
        self.0.count_value()?;
        Ok(Value::Bool(v))
    }

    fn visit_u64<E: serde::de::Error>(self, v: u64) -> Result<Value, E> {
        self.0.count_number()?;
        Ok(Value::Number(v.into()))
    }

    fn visit_i64<E: serde::de::Error>(self, v: i64) -> Result<Value, E> {
        self.0.count_number()?;
        Ok(Value::Number(v.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, v: f64) -> Result<Value, E> {
        const TWO_POW_63: f64 = 9_223_372_036_854_775_808.0;
        self.0.count_number()?;
        self.0.wide_float |= v.abs() >= TWO_POW_63;
        match serde_json::Number::from_f64(v) {
            Some(number) => Ok(Value::Number(number)),
            None => Err(self.0.refuse(Rule::NotANumber)),
        }
    }

    fn visit_str<E: serde::de::Error>(self, v: &str) -> Result<Value, E> {
        self.visit_string(v.to_owned())
    }

    fn visit_string<E: serde::de::Error>(self, v: String) -> Result<Value, E> {
        self.0.count_value()?;
        Ok(Value::String(v))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        self.0.go_in()?;
        let mut elements = Vec::new();
        loop {
            match seq.next_element_seed(Node(self.0)) {
                Ok(Some(element)) => elements.push(element),
                Ok(None) => break,
                Err(error) => {
                    let mut index = String::new();
                    write!(index, "{}", elements.len()).map_err(A::Error::custom)?;
                    self.0.path.push(index);
                    return Err(error);
                }
            }
        }
        self.0.depth -= 1;
        Ok(Value::Array(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        self.0.go_in()?;
        let mut members = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            let place = match members.entry(name) {
                Entry::Vacant(place) => place,
                Entry::Occupied(taken) => {
                    self.0.path.push(step(taken.key()));
                    return Err(self.0.refuse(Rule::RepeatedName));
                }
            };
            match map.next_value_seed(Node(self.0)) {
                Ok(value) => place.insert(value),
                Err(error) => {
                    self.0.path.push(step(place.key()));
                    return Err(error);
                }
            };
        }
        self.0.depth -= 1;
        Ok(Value::Object(members))
    }
}

/// The rule behind an error of the JSON parser. Its texts are fixed and hold no content.
fn rule_of(error: &serde_json::Error, text: &str, limits: &Limits) -> Rule {
    let full = error.to_string();
    let what = full.split(" at line ").next().unwrap_or(&full);
    match what {
        "number out of range" => Rule::NumberDoesNotFit,
        "recursion limit exceeded" => Rule::TooDeep { depth_max: limits.depth_max },
        "lone leading surrogate in hex escape" | "unexpected end of hex escape" => Rule::LoneSurrogate,
        "expected value" | "invalid number" if stands_for_no_number(text, error.column()) => Rule::NotANumber,
        _ => Rule::NotJson { byte: error.column(), what: what.to_owned() },
    }
}

/// Is the word around this column (from 1) one of those that other languages write for what is no number?
fn stands_for_no_number(text: &str, column: usize) -> bool {
    let bytes = text.as_bytes();
    let at = column.saturating_sub(1).min(bytes.len());
    let in_word = |b: &u8| b.is_ascii_alphabetic() || matches!(b, b'-' | b'+');
    let start = at - bytes[..at].iter().rev().take(12).take_while(|b| in_word(b)).count();
    let end = at + bytes[at..].iter().take(12).take_while(|b| in_word(b)).count();
    let word = text.get(start..end).unwrap_or_default().trim_start_matches(['-', '+']).to_ascii_lowercase();
    matches!(word.as_str(), "nan" | "infinity" | "inf")
}

/// The place among the row's numbers (from 0) of the first integer that fits neither `i64` nor `u64`. The text
/// is known to be JSON.
fn first_wide_integer(text: &str) -> Option<u64> {
    let bytes = text.as_bytes();
    let (mut at, mut number) = (0, 0);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at += 1;
                while bytes.get(at).is_some_and(|b| *b != b'"') {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                at += 1;
            }
            b'-' | b'0'..=b'9' => {
                let is_part = |b: &&u8| matches!(b, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9');
                let end = at + bytes[at..].iter().take_while(is_part).count();
                let literal = &text[at..end];
                let whole = !literal.contains(['.', 'e', 'E']);
                if whole && literal.parse::<i64>().is_err() && literal.parse::<u64>().is_err() {
                    return Some(number);
                }
                number += 1;
                at = end;
            }
            _ => at += 1,
        }
    }
    None
}
