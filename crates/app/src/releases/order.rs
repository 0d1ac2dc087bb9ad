//! Ordering a release. What the schema cannot be exported as is refused here, by name, before anything is built.

use super::StoredRelease;
use crate::{App, Asker, Error, custody::absent, error::FieldError};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use vouchsafe_domain::{
    custody::gate::Need,
    ids::{ProjectId, ReleaseId},
    work::schema::Schema,
};
use vouchsafe_formats::releases::{Options, Plan, format_named};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{custody::clearance::clear, releases::orders, work::schemas};

/// Longest name of a release, in bytes.
const NAME_BYTES_MAX: usize = 200;
/// What is always built when no format is asked for.
const DEFAULT_FORMAT: &str = "full";

/// A release as it is asked for.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewRelease {
    /// What the client calls it; sealed. Its title in the dataset card.
    pub name: Option<String>,
    /// `full`, `trl_preference`, `trl_prompt_completion`, `trl_messages`; when empty `full` and what the schema's `export` names.
    pub formats: Vec<String>,
    /// `{style, drop_ties, tie_label, prompt, completion}`; each has a default, `drop_ties` that of the schema's `export`.
    #[schema(value_type = Option<Object>)]
    pub options: Map<String, Value>,
}

/// What ordering answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Ordered {
    /// Its id.
    pub id: String,
    /// Within the project, from 1.
    pub version: u32,
    /// `building`.
    pub state: &'static str,
}

impl App {
    /// Orders a release of all that is done in a project. The build follows: [`App::build_release`].
    pub async fn order_release(&self, asker: &Asker, project: ProjectId, new: &NewRelease) -> Result<Ordered, Error> {
        let name = new.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
        if name.is_some_and(|name| name.len() > NAME_BYTES_MAX) {
            return Err(Error::invalid("/name", format!("must have at most {NAME_BYTES_MAX} bytes")));
        }
        let now = self.now();
        let mut tx = self.store.write("order_release").await?;
        let gate = absent::project(&mut tx, asker, project).await?;
        let clearance = clear(&mut tx, asker, gate.client, Need::Operate, true).await?;
        let schema = schemas::rules(&mut tx, &clearance, gate.schema).await?;
        let options = options(&schema, &new.options)?;
        let formats = if new.formats.is_empty() { usual(&schema, &options) } else { new.formats.clone() };
        plans(&schema, &formats, &options)?;

        let stored =
            StoredRelease { name: name.map(str::to_owned), formats, options, manifest: None, files: Vec::new() };
        let body = serde_json::to_vec(&stored).map_err(|e| Error::invalid("", e.to_string()))?;
        let id = ReleaseId(self.id());
        let version = orders::insert(&mut tx, &clearance, id, project, &body, asker.member, now).await?;
        let entry = clearance
            .entry(Act::ReleaseOrdered, now)
            .because("formats", stored.formats)
            .of("release", id.to_string())
            .of("project", project.to_string())
            .of("version", version);
        tx.commit([entry]).await?;
        Ok(Ordered { id: id.to_string(), version, state: "building" })
    }
}

/// What was chosen, and where nothing was, what the schema's template says.
fn options(schema: &Schema, chosen: &Map<String, Value>) -> Result<Options, Error> {
    let mut all = chosen.clone();
    if let Some(drop) = schema.export().and_then(|export| export.drop_ties) {
        all.entry("drop_ties").or_insert(drop.into());
    }
    serde_json::from_value(Value::Object(all)).map_err(|error| Error::invalid("/options", error.to_string()))
}

/// What is built when no format is asked for: everything, and the format of the schema's template where we write it.
fn usual(schema: &Schema, options: &Options) -> Vec<String> {
    let named = schema.export().and_then(|export| export.trl).map(|trl| format!("trl_{trl}"));
    let written = named.filter(|name| format_named(name).is_some_and(|format| format.plan(schema, options).is_ok()));
    std::iter::once(DEFAULT_FORMAT.to_owned()).chain(written).collect()
}

/// Formats by name, each with its plan.
pub(super) type Plans = Vec<(&'static str, Box<dyn Plan>)>;

/// A plan for each format, or which format cannot be and why.
pub(super) fn plans(schema: &Schema, formats: &[String], options: &Options) -> Result<Plans, Error> {
    let (mut plans, mut errors) = (Vec::new(), Vec::new());
    for (place, name) in formats.iter().enumerate() {
        let refused = |rule: String| FieldError { path: format!("/formats/{place}"), rule };
        if formats[..place].contains(name) {
            errors.push(refused("is there twice".into()));
            continue;
        }
        match format_named(name).map(|format| (format.name(), format.plan(schema, options))) {
            Some((name, Ok(plan))) => plans.push((name, plan)),
            Some((_, Err(why))) => errors.push(refused(why.to_string())),
            None => errors.push(refused(
                "is no format: `full`, `trl_preference`, `trl_prompt_completion` or `trl_messages`".into(),
            )),
        }
    }
    if errors.is_empty() { Ok(plans) } else { Err(Error::Invalid(errors)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pairs(export: &Value) -> Schema {
        let mut schema = json!({
            "schema_version": "1", "task_type": "pairwise_preference",
            "fields": [
                {"name": "prompt", "type": "text", "source": "/prompt"},
                {"name": "responses", "type": "candidates", "source": {"fixed": [
                    {"id": "a", "content": "/a"}, {"id": "b", "content": "/b"}]}}],
            "questions": [{"name": "preferred", "type": "pairwise", "on": "responses", "required": true, "allow_tie": true}],
        });
        if !export.is_null() {
            schema["export"] = export.clone();
        }
        Schema::parse(&schema).unwrap()
    }

    #[test]
    fn what_nobody_chose_is_as_the_template_says() {
        let of = |export: Value, chosen: Value| {
            let schema = pairs(&export);
            let options = options(&schema, chosen.as_object().unwrap()).unwrap();
            (usual(&schema, &options), options.drop_ties)
        };
        let both = vec!["full".to_owned(), "trl_preference".to_owned()];
        assert_eq!(of(Value::Null, json!({})), (vec!["full".to_owned()], true));
        assert_eq!(of(json!({"trl": "preference"}), json!({})), (both.clone(), true));
        assert_eq!(of(json!({"trl": "preference", "drop_ties": false}), json!({})), (both.clone(), false));
        assert_eq!(of(json!({"trl": "preference", "drop_ties": false}), json!({"drop_ties": true})), (both, true));
        // What it cannot be written as, or we do not write, is left out.
        assert_eq!(of(json!({"trl": "messages"}), json!({})).0, ["full"]);
        assert_eq!(of(json!({"trl": "stepwise_supervision"}), json!({})).0, ["full"]);
        let unknown = options(&pairs(&Value::Null), json!({"ties": 1}).as_object().unwrap());
        assert!(matches!(unknown, Err(Error::Invalid(errors)) if errors[0].path == "/options"));
    }
}
