//! What leaves for a browser: content, order and answers without the ids of blind items, the schema without its
//! sources (which name the client's columns, and so the models).

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use super::Schema;
use super::view::View;
use crate::fault::Rule;
use crate::work::answers::{Answers, Given};
use crate::work::content::{Body, Content};
use crate::work::presented::Presented;

/// A task as one person is sent it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sent {
    /// The content; items stand in the order shown, those of blind fields under the ids `c1`, `c2`, ...
    pub content: Content,
    /// The ids of shuffled and blind fields in the order shown, as they stand in `content`.
    pub presented: BTreeMap<String, Vec<String>>,
}

impl Schema {
    /// A task as a person with this order is sent it.
    ///
    /// # Errors
    /// The order is not one of this content.
    pub fn as_sent(&self, content: &Content, presented: &Presented) -> Result<Sent, Rule> {
        let view = View::sent(self, content, presented)?;
        let mut sent = Sent { content: content.clone(), presented: BTreeMap::new() };
        for (name, body) in &mut sent.content.fields {
            if presented.order(name).is_none() {
                continue;
            }
            let parts = view.parts(name);
            if let Body::Items { items } = &mut body.body {
                items.sort_by_key(|item| parts.iter().position(|part| part.own == item.id));
                for (item, part) in items.iter_mut().zip(parts) {
                    item.id = part.shown.clone().into_owned();
                }
            }
            sent.presented.insert(name.clone(), parts.iter().map(|part| part.shown.clone().into_owned()).collect());
        }
        Ok(sent)
    }

    /// Checked answers as a person with this order is sent them: their own, come back, or those they review.
    ///
    /// # Errors
    /// The order is not one of this content.
    ///
    /// # Panics
    /// Never: answers are JSON values under text keys.
    pub fn answers_as_sent(&self, content: &Content, presented: &Presented, answers: &Answers) -> Result<Value, Rule> {
        let view = View::sent(self, content, presented)?;
        let mut sent = answers.clone();
        for (name, answer) in &mut sent.questions {
            let (Some(question), Given::Value(value)) = (self.question(name), &mut answer.given) else { continue };
            *value = match value.as_object().filter(|_| question.is_per_part()) {
                None => question.settings.as_sent(question, value, &view),
                Some(parts) => {
                    let shown = parts.iter().map(|(own, value)| {
                        let id = view.shown(question.on_field(), own).unwrap_or(own);
                        (id.to_owned(), question.settings.as_sent(question, value, &view))
                    });
                    shown.collect::<Map<_, _>>().into()
                }
            };
        }
        Ok(serde_json::to_value(sent).expect("answers are objects of JSON values with text keys"))
    }

    /// `{fields, questions}` as a browser needs them: no sources, no aggregation, nothing of the pipeline.
    pub fn schema_as_sent(&self) -> Value {
        let without = |list: &str, hidden: &str| {
            let mut list = self.json[list].clone();
            for entry in list.as_array_mut().into_iter().flatten() {
                if let Some(entry) = entry.as_object_mut() {
                    entry.shift_remove(hidden);
                }
            }
            list
        };
        serde_json::json!({
            "fields": without("fields", "source"),
            "questions": without("questions", "aggregation"),
        })
    }
}
