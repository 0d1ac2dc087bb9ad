//! What an expert would see of a row under a schema, before either is kept. Nothing is stored.

use super::projects::under;
use crate::{App, Asker, Error};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use vouchsafe_domain::{access::role::Role, work::schema::Schema};

/// A schema and a row to try it on.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPreview {
    /// A project template.
    pub schema: Value,
    /// The client's row; without it the schema alone is checked.
    #[serde(default)]
    pub row: Value,
}

/// What would be shown.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Preview {
    /// `{fields, questions}` as a browser is sent it.
    pub schema: Value,
    /// By field; null without a row.
    pub content: Value,
    /// The order in which items would be shown, by field.
    pub presented: Value,
}

impl App {
    /// Resolves a row by a schema and shows the result. The caller sent both, so nothing is disclosed.
    pub fn preview(&self, asker: &Asker, new: &NewPreview) -> Result<Preview, Error> {
        if asker.role != Role::Operator {
            return Err(Error::NotFound);
        }
        let schema = Schema::parse(&new.schema).map_err(|faults| under("/schema", &faults))?;
        let (mut content, mut presented) = (Value::Null, Value::Null);
        if !new.row.is_null() {
            let resolved = schema.resolve(&new.row).map_err(|e| {
                Error::invalid(format!("/row{}", e.path), format!("{}, for the field `{}`", e.rule, e.field))
            })?;
            let order = schema.present(&resolved, 0);
            let sent = schema.as_sent(&resolved, &order).map_err(|e| Error::invalid("/row", e.to_string()))?;
            content = serde_json::to_value(&sent.content).unwrap_or_default();
            presented = serde_json::to_value(&sent.presented).unwrap_or_default();
        }
        Ok(Preview { schema: schema.schema_as_sent(), content, presented })
    }
}
