//! Ordering a release. What the schema cannot be exported as is refused here, by name, before anything is built.

use super::StoredRelease;
use crate::{App, Asker, Error, custody::absent, error::FieldError};
use serde::{Deserialize, Serialize};
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
/// What is built when no format is asked for.
const DEFAULT_FORMAT: &str = "full";

/// A release as it is asked for.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewRelease {
    /// What the client calls it; sealed. Its title in the dataset card.
    pub name: Option<String>,
    /// `full`, `trl_preference`, `trl_prompt_completion`, `trl_messages`; `full` alone when empty.
    pub formats: Vec<String>,
    /// `{style, drop_ties, tie_label, prompt, completion}`; each has a default.
    #[schema(value_type = Option<Object>)]
    pub options: Options,
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
        let mut formats = new.formats.clone();
        if formats.is_empty() {
            formats.push(DEFAULT_FORMAT.into());
        }
        let now = self.now();
        let mut tx = self.store.write("order_release").await?;
        let gate = absent::project(&mut tx, asker, project).await?;
        let clearance = clear(&mut tx, asker, gate.client, Need::Operate, true).await?;
        let schema = schemas::rules(&mut tx, &clearance, gate.schema).await?;
        plans(&schema, &formats, &new.options)?;

        let stored = StoredRelease {
            name: name.map(str::to_owned),
            formats,
            options: new.options.clone(),
            manifest: None,
            files: Vec::new(),
        };
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
