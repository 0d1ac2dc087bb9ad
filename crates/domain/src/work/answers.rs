//! What one person answered to the questions of a schema.
//!
//! Only [`Schema::check`](super::schema::Schema::check) and its siblings make answers from what somebody sent, so
//! whoever holds [`Answers`] need not look again. Values name items by their own ids, in one canonical form: two
//! equal answers are equal JSON.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

use crate::fault::Path;

/// The answers, in the schema's order. A question without an answer is absent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answers {
    pub(crate) questions: Vec<(String, Answer)>,
}

/// The answer to one question.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// What was given.
    pub given: Given,
    /// Why, in the person's words, if the question asks for it.
    pub justification: Option<String>,
}

/// The three ways to answer a question.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    /// A value of the question's type; for a question asked per candidate, message or step, an object of such values
    /// by item id.
    Value(Value),
    /// "I can't judge this."
    CannotAssess,
    /// "The question makes no sense here."
    NotApplicable,
}

impl Answer {
    /// The value, if one was given.
    pub fn value(&self) -> Option<&Value> {
        match &self.given {
            Given::Value(value) => Some(value),
            Given::CannotAssess | Given::NotApplicable => None,
        }
    }
}

impl Answers {
    /// The answer to a question.
    pub fn get(&self, question: &str) -> Option<&Answer> {
        self.questions.iter().find(|(name, _)| name == question).map(|(_, answer)| answer)
    }

    /// All answers in the schema's order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Answer)> {
        self.questions.iter().map(|(name, answer)| (name.as_str(), answer))
    }

    /// Where `other` differs, as JSON Pointers: `/preferred/value/strength`, `/quality/value/response1`,
    /// `/grade/justification`. Empty if they say the same.
    ///
    /// Lists (spans, several labels) are compared whole. Pointers may hold item ids: answer with them, don't log them.
    pub fn changed(&self, other: &Self) -> Vec<String> {
        let names = self.iter().map(|(name, _)| name);
        let added = other.iter().map(|(name, _)| name).filter(|name| self.get(name).is_none());
        let mut places = Vec::new();
        for name in names.chain(added) {
            let path = Path::Root;
            let path = path.key(name);
            match (self.get(name), other.get(name)) {
                (Some(a), Some(b)) => {
                    compare(&path.key("value"), a.value(), b.value(), &mut places);
                    if a.value().is_none() && b.value().is_none() && a.given != b.given {
                        places.push(path.to_string());
                    }
                    if a.justification != b.justification {
                        places.push(path.key("justification").to_string());
                    }
                }
                _ => places.push(path.to_string()),
            }
        }
        places
    }
}

/// Notes where two values differ, walking into objects.
fn compare(path: &Path<'_>, a: Option<&Value>, b: Option<&Value>, places: &mut Vec<String>) {
    match (a, b) {
        (Some(Value::Object(a)), Some(Value::Object(b))) => {
            let added = b.keys().filter(|key| !a.contains_key(*key));
            for key in a.keys().chain(added) {
                compare(&path.key(key), a.get(key), b.get(key), places);
            }
        }
        _ if a == b => {}
        _ => places.push(path.to_string()),
    }
}

impl Serialize for Answers {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.questions.iter().map(|(name, answer)| (name, answer)))
    }
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        match &self.given {
            Given::Value(value) => map.serialize_entry("value", value)?,
            Given::CannotAssess => map.serialize_entry("cannot_assess", &true)?,
            Given::NotApplicable => map.serialize_entry("not_applicable", &true)?,
        }
        if let Some(justification) = &self.justification {
            map.serialize_entry("justification", justification)?;
        }
        map.end()
    }
}

/// Reads answers back that were checked before they were stored; it does not check them again.
impl<'de> Deserialize<'de> for Answers {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Questions;
        impl<'de> Visitor<'de> for Questions {
            type Value = Answers;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of answers")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Answers, A::Error> {
                let mut questions = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    questions.push(entry);
                }
                Ok(Answers { questions })
            }
        }
        from.deserialize_map(Questions)
    }
}

impl<'de> Deserialize<'de> for Answer {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut stored = Map::deserialize(from)?;
        let justification = match stored.remove("justification") {
            None => None,
            Some(Value::String(text)) => Some(text),
            Some(_) => return Err(D::Error::custom("a justification is a text")),
        };
        let given = if let Some(value) = stored.remove("value") {
            Given::Value(value)
        } else if stored.contains_key("cannot_assess") {
            Given::CannotAssess
        } else if stored.contains_key("not_applicable") {
            Given::NotApplicable
        } else {
            return Err(D::Error::custom("an answer holds `value`, `cannot_assess` or `not_applicable`"));
        };
        Ok(Self { given, justification })
    }
}
