//! Prompts, answers and messages as trainers read them, and where a schema holds them.

use serde::{Serialize, Serializer};
use vouchsafe_domain::work::content::{Message, Role};
use vouchsafe_domain::work::schema::{Field, Per, Schema};

use crate::releases::{NotExportable, Options, ReleaseRow, Style};

/// One message of a conversation. Roles are `user`, `assistant`, `system` and `tool`: TRL renames the keys of other
/// conventions but keeps their role names, so ours are the ones that chat templates know.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Turn<'r> {
    role: Role,
    content: &'r str,
}

impl<'r> Turn<'r> {
    pub(super) fn assistant(content: &'r str) -> Self {
        Self { role: Role::Assistant, content }
    }

    fn user(content: &'r str) -> Self {
        Self { role: Role::User, content }
    }

    fn of(message: &'r Message) -> Self {
        Self { role: message.role, content: &message.content }
    }
}

/// An answer of the model, in one of the two styles.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reply<'r>(pub(super) Style, pub(super) &'r str);

impl Serialize for Reply<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Style::Conversational => to.collect_seq([Turn::assistant(self.1)]),
            Style::Standard => to.serialize_str(self.1),
        }
    }
}

/// What stands before the answer.
#[derive(Debug, Clone)]
pub(super) enum Prompt<'r> {
    Text(Style, std::borrow::Cow<'r, str>),
    Chat(&'r [Message]),
}

impl Prompt<'_> {
    /// As messages, whatever the style.
    pub(super) fn turns(&self) -> Vec<Turn<'_>> {
        match self {
            Self::Text(_, text) => vec![Turn::user(text)],
            Self::Chat(messages) => messages.iter().map(Turn::of).collect(),
        }
    }
}

impl Serialize for Prompt<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(Style::Standard, text) if text.ends_with(char::is_whitespace) => to.serialize_str(text),
            Self::Text(Style::Standard, text) => to.collect_str(&format_args!("{text}\n")),
            Self::Text(Style::Conversational, _) | Self::Chat(_) => to.collect_seq(self.turns()),
        }
    }
}

/// Where the prompt of a row is.
#[derive(Debug, Clone)]
pub(super) struct PromptFields {
    fields: Vec<String>,
    style: Style,
}

impl PromptFields {
    /// The fields that `options` names; else `likely`, if it can be a prompt; else the only one that can.
    pub(super) fn find(
        format: &'static str,
        schema: &Schema,
        options: &Options,
        likely: Option<&str>,
    ) -> Result<Self, NotExportable> {
        let able = |field: &&Field| matches!(field.kind, "text" | "markdown" | "chat");
        let by_name = |name: &str| schema.fields().iter().filter(able).find(|field| field.name == name);
        let fields: Vec<&Field> = if let Some(likely) = likely.and_then(by_name).filter(|_| options.prompt.is_empty()) {
            vec![likely]
        } else if options.prompt.is_empty() {
            schema.fields().iter().filter(able).collect()
        } else {
            let unknown = |name: &String| NotExportable::NotAPrompt { field: name.clone() };
            options.prompt.iter().map(|name| by_name(name).ok_or_else(|| unknown(name))).collect::<Result<_, _>>()?
        };
        let names: Vec<String> = fields.iter().map(|field| field.name.clone()).collect();
        match fields.as_slice() {
            [] => return Err(NotExportable::NoPrompt { format }),
            [_] => {}
            _ if options.prompt.is_empty() => return Err(NotExportable::WhichPrompt { format, fields: names }),
            several => {
                if let Some(chat) = several.iter().find(|field| field.kind == "chat") {
                    return Err(NotExportable::ChatNotAlone { chat: chat.name.clone() });
                }
            }
        }
        if options.style == Style::Standard && fields[0].kind == "chat" {
            return Err(NotExportable::ChatAsString { chat: names[0].clone() });
        }
        Ok(Self { fields: names, style: options.style })
    }

    /// The prompt of a row; `None` if its fields are empty.
    pub(super) fn of<'r>(&self, row: &'r ReleaseRow) -> Option<Prompt<'r>> {
        if let [one] = self.fields.as_slice() {
            let field = row.content.field(one)?;
            return match field.text() {
                Some(text) => (!text.trim().is_empty()).then(|| Prompt::Text(self.style, text.into())),
                None => (!field.messages().is_empty()).then(|| Prompt::Chat(field.messages())),
            };
        }
        let texts = self.fields.iter().filter_map(|name| row.content.field(name)?.text());
        let texts: Vec<&str> = texts.filter(|text| !text.trim().is_empty()).collect();
        (!texts.is_empty()).then(|| Prompt::Text(self.style, texts.join("\n\n").into()))
    }
}

/// The question whose answer an expert wrote for the model to learn.
#[derive(Debug, Clone)]
pub(super) struct Completion {
    question: String,
    /// The field it is about.
    pub(super) on: Option<String>,
}

impl Completion {
    /// The one that `options` names, else the only required `text` question. One that is not required is more often
    /// a remark than an answer, so it must be named.
    pub(super) fn find(format: &'static str, schema: &Schema, options: &Options) -> Result<Self, NotExportable> {
        let texts = schema.questions().iter().filter(|question| question.kind == "text" && question.per == Per::Record);
        let texts: Vec<_> = texts.collect();
        let found = if let Some(name) = &options.completion {
            let found = texts.iter().find(|question| question.name == *name);
            found.ok_or_else(|| NotExportable::NotACompletion { question: name.clone() })?
        } else {
            let mut required = texts.iter().filter(|question| question.required);
            match (texts.is_empty(), required.next(), required.next()) {
                (true, ..) => return Err(NotExportable::NoQuestion { format, kind: "text" }),
                (false, Some(only), None) => only,
                _ => {
                    let questions = texts.iter().map(|question| question.name.clone()).collect();
                    return Err(NotExportable::WhichCompletion { format, questions });
                }
            }
        };
        Ok(Self { question: found.name.clone(), on: found.on.clone() })
    }

    /// The consensus if there is one; else every answer that counts, since free texts do not add up.
    pub(super) fn of<'r>(&self, row: &'r ReleaseRow) -> Vec<&'r str> {
        let settled = row.consensus.get(&self.question).and_then(|consensus| consensus.value.as_ref()?.as_str());
        if let Some(settled) = settled {
            return vec![settled];
        }
        let answers = row.annotations.iter().filter_map(|one| one.answers.get(&self.question)?.value()?.as_str());
        answers.collect()
    }
}
