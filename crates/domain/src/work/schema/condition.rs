//! `visible_when`: a question that is asked only after certain answers to an earlier one.
//!
//! A question that is not asked counts as unanswered, so conditions chain. If both questions are asked of the same
//! parts (of each candidate, say), the condition is judged part by part: "why is *this* candidate bad?". Otherwise an
//! answer to any part counts.

use serde_json::Value;

use super::fields::Field;
use super::limits::OPTIONS_MAX;
use super::question::{Before, Per, Question};
use crate::fault::Rule;
use crate::reader::Reader;
use crate::work::answers::Answer;

/// A condition on an earlier question.
#[derive(Clone, Debug)]
pub(crate) struct VisibleWhen {
    /// Its index among the questions.
    pub(crate) question: usize,
    wanted: Vec<Value>,
    by_part: bool,
}

/// Whether a question is asked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Visible {
    Yes,
    No,
    /// Of these parts only, by their own ids.
    Parts(Vec<String>),
    /// The answer it depends on is faulty: neither asking nor hiding it would be fair.
    Unknown,
}

impl VisibleWhen {
    pub(crate) fn read(reader: &Reader<'_>, before: &Before<'_>, on: Option<&Field>, per: Per) -> Option<Self> {
        let value = reader.get("visible_when")?;
        let place = reader.path().key("visible_when");
        let condition = Reader::new(value, &place, reader.sink())?;
        let name = condition.name("question");
        let wanted = match (condition.get("equals"), condition.get("in")) {
            (Some(value), None) => vec![value.clone()],
            (None, Some(_)) => condition.list("in", 1, OPTIONS_MAX).map(<[Value]>::to_vec).unwrap_or_default(),
            _ => {
                reader.fault("visible_when", Rule::Says("must have either `equals` or `in`"));
                Vec::new()
            }
        };
        let index = name.and_then(|name| before.questions.iter().position(|question| question.name == name));
        if name.is_some_and(|name| index.is_none() && !before.faulty_questions.contains(&name)) {
            condition.fault("question", Rule::Names("a question that is asked before this one"));
        }
        let question = index.map(|index| &before.questions[index]);
        if let Some(question) = question {
            let one = condition.get("equals").is_some();
            let (equals, list) = (place.key("equals"), place.key("in"));
            for (n, value) in wanted.iter().enumerate() {
                if let Err(rule) = question.settings.can_hold(value) {
                    reader.sink().fault(&if one { equals } else { list.index(n) }, rule);
                }
            }
        }
        condition.finish();
        let on = on.map(|field| field.name.as_str());
        let by_part = question.is_some_and(|q| per != Per::Record && q.per == per && q.on.as_deref() == on);
        Some(Self { question: index?, wanted, by_part })
    }

    /// What the answer to the earlier `question` says.
    pub(crate) fn judge(&self, question: &Question, answer: Option<&Answer>) -> Visible {
        let Some(value) = answer.and_then(Answer::value) else { return Visible::No };
        let holds = |value: &Value| question.settings.holds(value, &self.wanted);
        let yes = match value.as_object().filter(|_| question.is_per_part()) {
            Some(parts) if self.by_part => {
                let parts = parts.iter().filter(|(_, value)| holds(value)).map(|(id, _)| id.clone());
                return Visible::Parts(parts.collect());
            }
            Some(parts) => parts.values().any(holds),
            None => holds(value),
        };
        if yes { Visible::Yes } else { Visible::No }
    }
}
