//! `trl_preference`: the better and the worse of two answers, for preference training (DPO, reward models).
//!
//! ```json
//! {"prompt": [{"role": "user", "content": "…"}], "chosen": [{"role": "assistant", "content": "…"}], "rejected": [{"role": "assistant", "content": "…"}]}
//! {"prompt": "…\n", "chosen": "…", "rejected": "…"}
//! ```
//!
//! The prompt is always there: where it is left out, TRL takes the longest common beginning of the two answers for
//! it, and answers that begin alike lose their first words. Ties fit no preference row; unless they are dropped,
//! `trl_preference_unpaired` holds both candidates of each:
//!
//! ```json
//! {"prompt": [{"role": "user", "content": "…"}], "completion": [{"role": "assistant", "content": "…"}], "label": true}
//! ```
//!
//! Source: the page
//! "Dataset formats" of TRL's documentation, "Preference" (explicit prompt) and "Unpaired preference".

use serde::Serialize;
use serde_json::Value;
use vouchsafe_domain::work::schema::Schema;

use super::turns::{Prompt, PromptFields, Reply};
use crate::releases::{DataFile, Format, LeftOut, Lines, NotExportable, Options, Plan, ReleaseRow, Style};

pub(super) struct TrlPreference;

#[derive(Debug)]
struct Preferences {
    prompt: PromptFields,
    candidates: String,
    question: String,
    style: Style,
    /// The label of both candidates of a tie; `None` leaves ties out.
    tie_label: Option<bool>,
}

#[derive(Serialize)]
struct Pair<'r> {
    prompt: &'r Prompt<'r>,
    chosen: Reply<'r>,
    rejected: Reply<'r>,
}

#[derive(Serialize)]
struct Unpaired<'r> {
    prompt: &'r Prompt<'r>,
    completion: Reply<'r>,
    label: bool,
}

impl Format for TrlPreference {
    fn name(&self) -> &'static str {
        "trl_preference"
    }

    fn plan(&self, schema: &Schema, options: &Options) -> Result<Box<dyn Plan>, NotExportable> {
        let format = self.name();
        let pairwise: Vec<_> = schema.questions().iter().filter(|question| question.kind == "pairwise").collect();
        let (question, candidates) = match pairwise.as_slice() {
            [] => return Err(NotExportable::NoQuestion { format, kind: "pairwise" }),
            [one] => (one.name.clone(), one.on.clone().unwrap_or_default()),
            several => {
                let questions = several.iter().map(|question| question.name.clone()).collect();
                return Err(NotExportable::SeveralPairs { format, questions });
            }
        };
        let prompt = PromptFields::find(format, schema, options, None)?;
        let tie_label = (!options.drop_ties).then_some(options.tie_label);
        Ok(Box::new(Preferences { prompt, candidates, question, style: options.style, tie_label }))
    }
}

impl Plan for Preferences {
    fn files(&self) -> Vec<DataFile> {
        let mut files = vec![DataFile { name: "trl_preference" }];
        files.extend(self.tie_label.map(|_| DataFile { name: "trl_preference_unpaired" }));
        files
    }

    fn write(&self, row: &ReleaseRow, to: &mut [Lines]) -> Result<Option<LeftOut>, serde_json::Error> {
        let Some(prompt) = self.prompt.of(row) else { return Ok(Some(LeftOut::NoPrompt)) };
        let items = row.content.field(&self.candidates).map_or(&[][..], |field| field.items());
        let settled = row.consensus.get(&self.question).and_then(|consensus| consensus.value.as_ref());
        let Some(preferred) = settled.and_then(preferred) else { return Ok(Some(LeftOut::NoConsensus)) };
        if preferred == "tie" {
            let Some(label) = self.tie_label else { return Ok(Some(LeftOut::Tie)) };
            for item in items {
                to[1].push(&Unpaired { prompt: &prompt, completion: Reply(self.style, &item.content), label })?;
            }
            return Ok(None);
        }
        let [first, second] = items else { return Ok(Some(LeftOut::NoAnswer)) };
        let (chosen, rejected) = match preferred {
            id if id == first.id => (first, second),
            id if id == second.id => (second, first),
            _ => return Ok(Some(LeftOut::NoConsensus)),
        };
        to[0].push(&Pair {
            prompt: &prompt,
            chosen: Reply(self.style, &chosen.content),
            rejected: Reply(self.style, &rejected.content),
        })?;
        Ok(None)
    }
}

/// The id in a preference, which is `{"preferred": id}` or the id alone.
fn preferred(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value.get("preferred")?.as_str())
}
