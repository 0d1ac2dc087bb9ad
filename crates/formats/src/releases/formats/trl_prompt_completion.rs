//! `trl_prompt_completion`: what was asked and what an expert answered, for supervised fine-tuning.
//!
//! ```json
//! {"prompt": [{"role": "user", "content": "…"}], "completion": [{"role": "assistant", "content": "…"}]}
//! {"prompt": "…\n", "completion": "…"}
//! ```
//!
//! One row a task whose answer was settled, else one row for each answer that counts. Source: the page
//! "Dataset formats" of TRL's documentation, "Prompt-completion".

use serde::Serialize;
use vouchsafe_domain::work::schema::Schema;

use super::turns::{Completion, Prompt, PromptFields, Reply};
use crate::releases::{DataFile, Format, LeftOut, Lines, NotExportable, Options, Plan, ReleaseRow, Style};

pub(super) struct TrlPromptCompletion;

#[derive(Debug)]
struct Pairs {
    prompt: PromptFields,
    completion: Completion,
    style: Style,
}

#[derive(Serialize)]
struct Line<'r> {
    prompt: &'r Prompt<'r>,
    completion: Reply<'r>,
}

impl Format for TrlPromptCompletion {
    fn name(&self) -> &'static str {
        "trl_prompt_completion"
    }

    fn plan(&self, schema: &Schema, options: &Options) -> Result<Box<dyn Plan>, NotExportable> {
        let completion = Completion::find(self.name(), schema, options)?;
        let prompt = PromptFields::find(self.name(), schema, options, completion.on.as_deref())?;
        Ok(Box::new(Pairs { prompt, completion, style: options.style }))
    }
}

impl Plan for Pairs {
    fn files(&self) -> Vec<DataFile> {
        vec![DataFile { name: "trl_prompt_completion" }]
    }

    fn write(&self, row: &ReleaseRow, to: &mut [Lines]) -> Result<Option<LeftOut>, serde_json::Error> {
        let Some(prompt) = self.prompt.of(row) else { return Ok(Some(LeftOut::NoPrompt)) };
        let answers = self.completion.of(row);
        for answer in &answers {
            to[0].push(&Line { prompt: &prompt, completion: Reply(self.style, answer) })?;
        }
        Ok(answers.is_empty().then_some(LeftOut::NoAnswer))
    }
}
