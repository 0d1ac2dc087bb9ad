//! `trl_messages`: whole conversations that end with an expert's answer, for supervised fine-tuning.
//!
//! ```json
//! {"messages": [{"role": "system", "content": "…"}, {"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}]}
//! ```
//!
//! One row a task whose answer was settled, else one row for each answer that counts. Source: the page
//! "Dataset formats" of TRL's documentation, "Language modeling", conversational.

use serde::Serialize;
use vouchsafe_domain::work::schema::Schema;

use super::turns::{Completion, PromptFields, Turn};
use crate::releases::{DataFile, Format, LeftOut, Lines, NotExportable, Options, Plan, ReleaseRow, Style};

pub(super) struct TrlMessages;

#[derive(Debug)]
struct Conversations {
    prompt: PromptFields,
    completion: Completion,
}

#[derive(Serialize)]
struct Line<'r> {
    messages: &'r [Turn<'r>],
}

impl Format for TrlMessages {
    fn name(&self) -> &'static str {
        "trl_messages"
    }

    fn plan(&self, schema: &Schema, options: &Options) -> Result<Box<dyn Plan>, NotExportable> {
        let options = Options { style: Style::Conversational, ..options.clone() };
        let completion = Completion::find(self.name(), schema, &options)?;
        let prompt = PromptFields::find(self.name(), schema, &options, completion.on.as_deref())?;
        Ok(Box::new(Conversations { prompt, completion }))
    }
}

impl Plan for Conversations {
    fn files(&self) -> Vec<DataFile> {
        vec![DataFile { name: "trl_messages" }]
    }

    fn write(&self, row: &ReleaseRow, to: &mut [Lines]) -> Result<Option<LeftOut>, serde_json::Error> {
        let Some(prompt) = self.prompt.of(row) else { return Ok(Some(LeftOut::NoPrompt)) };
        let mut messages = prompt.turns();
        let answers = self.completion.of(row);
        for answer in &answers {
            messages.push(Turn::assistant(answer));
            to[0].push(&Line { messages: &messages })?;
            messages.pop();
        }
        Ok(answers.is_empty().then_some(LeftOut::NoAnswer))
    }
}
