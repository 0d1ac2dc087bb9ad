//! A conversation: pairs of `user` and `assistant` columns, or messages that say their role.

use serde_json::{Map, Value, json};

use super::{FieldType, format, format_schema};
use crate::fault::Rule;
use crate::reader::Reader;
use crate::work::content::{Body, FieldContent, Format, Message, Role};
use crate::work::schema::limits::ROLES_MAX;
use crate::work::schema::source::{RowFault, list_at, pointer, pointer_schema, text_at};

/// A conversation.
#[derive(Debug)]
pub(super) struct Chat {
    list: String,
    turns: Turns,
    format: Format,
}

/// What one element of the list holds.
#[derive(Debug)]
enum Turns {
    /// What the person said and what the model answered; either may be missing.
    Pairs { user: String, assistant: String },
    /// One message. `roles` renames the row's roles; a role it does not name must be one of ours.
    Messages { role: String, content: String, roles: Vec<(String, Role)> },
}

const ROLES: [(&str, Role); 4] =
    [("user", Role::User), ("assistant", Role::Assistant), ("system", Role::System), ("tool", Role::Tool)];

impl FieldType for Chat {
    fn name() -> &'static str {
        "chat"
    }

    fn published() -> Map<String, Value> {
        let object = |required: [&str; 3], properties: Value| {
            json!({
                "type": "object", "additionalProperties": false, "required": required, "properties": properties,
            })
        };
        let source = json!({"oneOf": [
            object(["list", "user", "assistant"], json!({
                "list": pointer_schema(), "user": pointer_schema(), "assistant": pointer_schema(),
            })),
            object(["list", "role", "content"], json!({
                "list": pointer_schema(), "role": pointer_schema(), "content": pointer_schema(),
                "role_map": {
                    "type": "object", "maxProperties": ROLES_MAX,
                    "additionalProperties": {"enum": ROLES.map(|(name, _)| name)},
                },
            })),
        ]});
        Map::from_iter([("source".to_owned(), source), ("format".to_owned(), format_schema())])
    }

    fn read(field: &Reader<'_>) -> Option<Self> {
        let format = format(field);
        let place = field.path().key("source");
        let source = Reader::new(field.need("source")?, &place, field.sink())?;
        let list = source.need("list").and_then(|_| pointer(&source, "list"));
        let need = |key| source.need(key).and_then(|_| pointer(&source, key));
        let turns = if source.get("role").is_some() {
            let roles = read_roles(&source);
            need("role").zip(need("content")).map(|(role, content)| Turns::Messages { role, content, roles })
        } else {
            need("user").zip(need("assistant")).map(|(user, assistant)| Turns::Pairs { user, assistant })
        };
        source.finish();
        Some(Self { list: list?, turns: turns?, format })
    }

    fn resolve(&self, row: &Value) -> Result<Option<FieldContent>, RowFault> {
        let Some(turns) = list_at(row, &self.list)? else { return Ok(None) };
        let mut messages = Vec::with_capacity(turns.len());
        for (n, turn) in turns.iter().enumerate() {
            let mut say = |role, content| messages.push(Message { id: messages.len().to_string(), role, content });
            self.turns
                .read_one(turn, &mut say)
                .map_err(|(pointer, rule)| (format!("{}/{n}{pointer}", self.list), rule))?;
        }
        Ok(Some(FieldContent { kind: Self::name().to_owned(), format: self.format, body: Body::Messages { messages } }))
    }

    fn part(&self) -> Option<&'static str> {
        Some("message")
    }
}

impl Turns {
    /// Says the messages of one element of the list.
    fn read_one(&self, turn: &Value, say: &mut impl FnMut(Role, String)) -> Result<(), RowFault> {
        let at = |pointer: &str| text_at(turn, pointer).map_err(|rule| (pointer.to_owned(), rule));
        let need = |pointer: &str| at(pointer)?.ok_or_else(|| (pointer.to_owned(), Rule::Missing));
        match self {
            Self::Pairs { user, assistant } => {
                let (said, answered) = (at(user)?, at(assistant)?);
                if said.is_none() && answered.is_none() {
                    return Err((String::new(), Rule::Says("must hold a message of the user or the assistant")));
                }
                let both = [(Role::User, said), (Role::Assistant, answered)];
                for (role, text) in both.into_iter().filter_map(|(role, text)| Some((role, text?))) {
                    say(role, text);
                }
            }
            Self::Messages { role, content, roles } => {
                let name = need(role)?;
                let renamed = roles.iter().find(|(from, _)| *from == name).map(|(_, role)| *role);
                let known = renamed.or_else(|| ours(&name));
                let unknown = || (role.clone(), Rule::Says("is a role that neither we nor `role_map` know"));
                say(known.ok_or_else(unknown)?, need(content)?);
            }
        }
        Ok(())
    }
}

fn ours(name: &str) -> Option<Role> {
    ROLES.iter().find(|(ours, _)| *ours == name).map(|(_, role)| *role)
}

fn read_roles(source: &Reader<'_>) -> Vec<(String, Role)> {
    let Some(map) = source.get("role_map") else { return Vec::new() };
    let Some(map) = map.as_object() else {
        source.fault("role_map", Rule::Shape("an object"));
        return Vec::new();
    };
    if map.len() > ROLES_MAX {
        source.fault("role_map", Rule::TooMany { got: map.len(), max: ROLES_MAX, unit: "roles" });
        return Vec::new();
    }
    let place = source.path().key("role_map");
    let mut roles = Vec::with_capacity(map.len());
    for (from, to) in map {
        match to.as_str().and_then(ours) {
            Some(role) => roles.push((from.clone(), role)),
            None => source.sink().fault(&place.foreign(from), Rule::one_of(ROLES.map(|(name, _)| name))),
        }
    }
    roles
}
