//! What a format is, and why a project cannot be exported in one.

use std::fmt::Debug;

use serde::{Deserialize, Serialize};
use vouchsafe_domain::work::schema::Schema;

use super::{Lines, ReleaseRow};

/// One way of writing a release. Each is one file of `releases/formats` and one line of [`super::FORMATS`].
pub trait Format: Sync {
    /// Its name in requests, manifests and file names.
    fn name(&self) -> &'static str;

    /// How a project with this schema is written, or why it cannot be.
    fn plan(&self, schema: &Schema, options: &Options) -> Result<Box<dyn Plan>, NotExportable>;
}

/// A format bound to a schema.
pub trait Plan: Debug + Send {
    /// The files it writes, in the order of [`Plan::write`]'s `to`.
    fn files(&self) -> Vec<DataFile>;

    /// Turn one task into lines: none, one or several in each file. `Some` says why a task gave no line.
    fn write(&self, row: &ReleaseRow, to: &mut [Lines]) -> Result<Option<LeftOut>, serde_json::Error>;
}

/// One file of a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DataFile {
    /// Its name under `data/`, without `.jsonl`; also the name of its configuration in the dataset card.
    pub name: &'static str,
}

/// Choices of whoever orders the release. As JSON: `{"style": "conversational", "drop_ties": true, "tie_label":
/// true, "prompt": ["question"], "completion": "answer"}`; what is not given has its default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Lists of messages or plain strings.
    pub style: Style,
    /// A tie gives no preference row. `true`: it is left out. `false`: both candidates go to a file of unpaired
    /// rows, each with `tie_label`.
    pub drop_ties: bool,
    /// The label of both candidates of a tie. A tie says that they are alike, not that they are good: whoever
    /// keeps ties decides what they are.
    pub tie_label: bool,
    /// The fields that make the prompt, joined by a blank line. Empty: the only text or chat field there is.
    pub prompt: Vec<String>,
    /// The `text` question whose answer is the completion. `None`: the only required one.
    pub completion: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { style: Style::Conversational, drop_ties: true, tie_label: true, prompt: Vec::new(), completion: None }
    }
}

/// How prompts and answers are written where TRL knows both ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// `[{"role": "user", "content": "…"}]`
    Conversational,
    /// `"…"`; a prompt ends with a line break, since TRL joins prompt and completion as they stand.
    Standard,
}

/// Why a task gave no line in a format; the manifest counts them by these names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftOut {
    /// Neither candidate was preferred.
    Tie,
    /// The annotators did not settle on an answer.
    NoConsensus,
    /// Nobody answered the question.
    NoAnswer,
    /// The field of the prompt is empty.
    NoPrompt,
}

impl LeftOut {
    /// Its name in the manifest.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Tie => "tie",
            Self::NoConsensus => "no_consensus",
            Self::NoAnswer => "no_answer",
            Self::NoPrompt => "no_prompt",
        }
    }
}

/// A project's schema, or the options, leave no way to write it in a format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotExportable {
    /// The question the format is made of is missing.
    #[error("`{format}` needs a `{kind}` question; the schema has none")]
    NoQuestion {
        /// The format.
        format: &'static str,
        /// The type of question.
        kind: &'static str,
    },
    /// Several questions would do, or none is marked as the one.
    #[error("`{format}` needs to know which answer is the completion; name one of {} in `completion`", listed(.questions))]
    WhichCompletion {
        /// The format.
        format: &'static str,
        /// Those that would do.
        questions: Vec<String>,
    },
    /// `completion` names something else.
    #[error("`completion` names `{question}`, which is no `text` question asked once a task")]
    NotACompletion {
        /// What was named.
        question: String,
    },
    /// Several pairwise questions.
    #[error("`{format}` takes one `pairwise` question; the schema has {}", listed(.questions))]
    SeveralPairs {
        /// The format.
        format: &'static str,
        /// Their names.
        questions: Vec<String>,
    },
    /// No field could be the prompt.
    #[error("`{format}` needs a `text`, `markdown` or `chat` field for the prompt; the schema has none")]
    NoPrompt {
        /// The format.
        format: &'static str,
    },
    /// Several fields could be the prompt.
    #[error("`{format}` needs to know what the prompt is; name one or more of {} in `prompt`", listed(.fields))]
    WhichPrompt {
        /// The format.
        format: &'static str,
        /// Those that would do.
        fields: Vec<String>,
    },
    /// `prompt` names something else.
    #[error("`prompt` names `{field}`, which is no `text`, `markdown` or `chat` field of the schema")]
    NotAPrompt {
        /// What was named.
        field: String,
    },
    /// A chat next to other fields.
    #[error("`prompt` joins `{chat}` with other fields; a chat stands alone")]
    ChatNotAlone {
        /// The chat field.
        chat: String,
    },
    /// A chat cannot be one string.
    #[error("the prompt `{chat}` is a chat, which the style `standard` cannot write; take `conversational`")]
    ChatAsString {
        /// The chat field.
        chat: String,
    },
}

fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
