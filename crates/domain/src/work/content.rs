//! The content of one task, taken from a client's row by a schema and ready to be shown.
//!
//! Made by [`Schema::resolve`](super::schema::Schema::resolve) with the client's own item ids. What a browser is sent
//! is made from it by [`Schema::as_sent`](super::schema::Schema::as_sent), which hides the ids of blind fields.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};

/// What is shown, field by field in the schema's order. A field whose row held nothing is absent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Content {
    pub(crate) fields: Vec<(String, FieldContent)>,
}

/// The content of one field.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct FieldContent {
    /// `text`, `chat`, `candidates`, `criteria` or `steps`; tells a screen how to draw the body.
    #[serde(rename = "type")]
    pub kind: String,
    /// How the texts are written.
    pub format: Format,
    /// The texts.
    #[serde(flatten)]
    pub body: Body,
}

/// How a text is written. HTML in it is never run, whatever the format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// As it stands, line breaks kept.
    #[default]
    Plain,
    /// Markdown with LaTeX and code.
    Markdown,
}

/// The shapes a field's content can have.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(untagged)]
pub enum Body {
    /// One text.
    Text {
        /// The text.
        text: String,
    },
    /// A conversation.
    Messages {
        /// In the order they were said.
        messages: Vec<Message>,
    },
    /// Things side by side or one under the other.
    Items {
        /// In the row's order.
        items: Vec<Item>,
    },
}

/// One message of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Message {
    /// Its place, from "0".
    pub id: String,
    /// Who said it.
    pub role: Role,
    /// What was said.
    pub content: String,
}

/// Who said a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The person.
    User,
    /// The model.
    Assistant,
    /// Instructions to the model.
    System,
    /// What a tool gave back.
    Tool,
}

/// One candidate, criterion or step.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Item {
    /// The client's id, or the place from "0" where the client gave none.
    pub id: String,
    /// The text.
    pub content: String,
    /// What a criterion is worth; negative for what must not happen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<f64>,
}

impl Content {
    /// The content of a field, if the row held any.
    pub fn field(&self, name: &str) -> Option<&FieldContent> {
        self.fields.iter().find(|(n, _)| n == name).map(|(_, content)| content)
    }

    /// All fields that hold something, in the schema's order.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &FieldContent)> {
        self.fields.iter().map(|(name, content)| (name.as_str(), content))
    }
}

impl FieldContent {
    /// The text of a text field.
    pub fn text(&self) -> Option<&str> {
        match &self.body {
            Body::Text { text } => Some(text),
            Body::Messages { .. } | Body::Items { .. } => None,
        }
    }

    /// The messages of a chat; none for other fields.
    pub fn messages(&self) -> &[Message] {
        match &self.body {
            Body::Messages { messages } => messages,
            Body::Text { .. } | Body::Items { .. } => &[],
        }
    }

    /// The items of a list; none for other fields.
    pub fn items(&self) -> &[Item] {
        match &self.body {
            Body::Items { items } => items,
            Body::Text { .. } | Body::Messages { .. } => &[],
        }
    }

    /// What can be asked about one by one: id and text of each message or item, in the row's order.
    pub fn parts(&self) -> impl Iterator<Item = (&str, &str)> {
        let messages = self.messages().iter().map(|m| (m.id.as_str(), m.content.as_str()));
        messages.chain(self.items().iter().map(|i| (i.id.as_str(), i.content.as_str())))
    }

    /// The text of one part.
    pub fn part(&self, id: &str) -> Option<&str> {
        self.parts().find(|(part, _)| *part == id).map(|(_, text)| text)
    }

    /// How many bytes of text it holds.
    pub fn text_bytes(&self) -> usize {
        self.text().map_or(0, str::len) + self.parts().map(|(_, text)| text.len()).sum::<usize>()
    }
}

impl Serialize for Content {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.fields.iter().map(|(name, content)| (name, content)))
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Content;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of fields")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Content, A::Error> {
                let mut fields = Vec::with_capacity(map.size_hint().unwrap_or(0).min(64));
                while let Some(entry) = map.next_entry()? {
                    fields.push(entry);
                }
                Ok(Content { fields })
            }
        }
        from.deserialize_map(Fields)
    }
}

impl<'de> Deserialize<'de> for FieldContent {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        // Spelt out because a derived flatten would copy every text once more.
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Wire {
            #[serde(rename = "type")]
            kind: String,
            #[serde(default)]
            format: Format,
            text: Option<String>,
            messages: Option<Vec<Message>>,
            items: Option<Vec<Item>>,
        }
        let wire = Wire::deserialize(from)?;
        let body = match (wire.text, wire.messages, wire.items) {
            (Some(text), None, None) => Body::Text { text },
            (None, Some(messages), None) => Body::Messages { messages },
            (None, None, Some(items)) => Body::Items { items },
            _ => return Err(D::Error::custom("a field holds exactly one of `text`, `messages` and `items`")),
        };
        Ok(Self { kind: wire.kind, format: wire.format, body })
    }
}
