//! Reading a JSON object key by key, gathering every fault instead of stopping at the first.
//!
//! A key nobody asked for is a fault too, so a misspelt setting is refused and never ignored.

use std::cell::RefCell;

use serde_json::{Map, Value};

use crate::fault::{Path, Rule, Sink, is_name};

/// One object of the document being read.
pub(crate) struct Reader<'a> {
    object: &'a Map<String, Value>,
    path: &'a Path<'a>,
    sink: &'a Sink,
    read: RefCell<Vec<&'static str>>,
}

impl<'a> Reader<'a> {
    /// A reader of `value`, or a fault if it is no object.
    pub(crate) fn new(value: &'a Value, path: &'a Path<'a>, sink: &'a Sink) -> Option<Self> {
        let Some(object) = value.as_object() else {
            sink.fault(path, Rule::Shape("an object"));
            return None;
        };
        Some(Self { object, path, sink, read: RefCell::default() })
    }

    pub(crate) fn sink(&self) -> &'a Sink {
        self.sink
    }

    pub(crate) fn path(&self) -> &'a Path<'a> {
        self.path
    }

    /// Says that the value of `key` breaks `rule`.
    pub(crate) fn fault(&self, key: &str, rule: Rule) {
        self.sink.fault(&self.path.key(key), rule);
    }

    /// The value of `key`, if there is one.
    pub(crate) fn get(&self, key: &'static str) -> Option<&'a Value> {
        self.read.borrow_mut().push(key);
        self.object.get(key)
    }

    /// The value of `key`; a fault if there is none.
    pub(crate) fn need(&self, key: &'static str) -> Option<&'a Value> {
        let value = self.get(key);
        if value.is_none() {
            self.fault(key, Rule::Missing);
        }
        value
    }

    /// `pick` applied to the value of `key`; a fault naming `shape` if it does not fit.
    fn typed<T>(&self, key: &'static str, shape: &'static str, pick: impl Fn(&'a Value) -> Option<T>) -> Option<T> {
        let value = self.get(key)?;
        let picked = pick(value);
        if picked.is_none() {
            self.fault(key, Rule::Shape(shape));
        }
        picked
    }

    /// A text of at most `chars_max` characters.
    pub(crate) fn text(&self, key: &'static str, chars_max: usize) -> Option<&'a str> {
        let text = self.typed(key, "a text", Value::as_str)?;
        let got = text.chars().count();
        if got > chars_max {
            self.fault(key, Rule::TooMany { got, max: chars_max, unit: "characters" });
            return None;
        }
        Some(text)
    }

    /// A name ([`is_name`]) that must be there.
    pub(crate) fn name(&self, key: &'static str) -> Option<&'a str> {
        self.need(key)?;
        let name = self.typed(key, "a text", Value::as_str)?;
        if !is_name(name) {
            self.fault(key, Rule::Name);
            return None;
        }
        Some(name)
    }

    /// One word of `known`.
    pub(crate) fn word(&self, key: &'static str, known: &[&'static str]) -> Option<&'static str> {
        let word = self.typed(key, "a text", Value::as_str)?;
        let found = known.iter().find(|&&w| w == word).copied();
        if found.is_none() {
            self.fault(key, Rule::one_of(known.iter().copied()));
        }
        found
    }

    /// `true` or `false`; `None` if absent.
    pub(crate) fn flag(&self, key: &'static str) -> Option<bool> {
        self.typed(key, "true or false", Value::as_bool)
    }

    /// A whole number from `min` to `max`.
    pub(crate) fn whole(&self, key: &'static str, min: usize, max: usize) -> Option<usize> {
        let number = self.typed(key, "a whole number", |v| v.as_u64().and_then(|n| usize::try_from(n).ok()))?;
        if !(min..=max).contains(&number) {
            self.fault(key, Rule::Range { min: min.to_string(), max: max.to_string() });
            return None;
        }
        Some(number)
    }

    /// A number, whole or not.
    pub(crate) fn number(&self, key: &'static str) -> Option<f64> {
        self.typed(key, "a number", Value::as_f64)
    }

    /// A number from 0 to 1.
    pub(crate) fn share(&self, key: &'static str) -> Option<f64> {
        let share = self.number(key)?;
        if !(0.0..=1.0).contains(&share) {
            self.fault(key, Rule::range(Some(0.0), Some(1.0)));
            return None;
        }
        Some(share)
    }

    /// A list of `min` to `max` elements.
    pub(crate) fn list(&self, key: &'static str, min: usize, max: usize) -> Option<&'a [Value]> {
        let list = self.typed(key, "a list", Value::as_array)?;
        let got = list.len();
        if got > max {
            self.fault(key, Rule::TooMany { got, max, unit: "elements" });
            return None;
        }
        if got < min {
            self.fault(key, Rule::TooFew { got, min, unit: "elements" });
            return None;
        }
        Some(list)
    }

    /// Says which keys nobody asked for. Called last.
    pub(crate) fn finish(self) {
        let read = self.read.into_inner();
        for key in self.object.keys().filter(|key| !read.contains(&key.as_str())) {
            self.sink.fault(&self.path.foreign(key), Rule::Unknown);
        }
    }
}
