//! New versions of a project's schema and guideline. What is held under a lease is finished under the version it
//! was taken with.

use super::projects::{GUIDELINE_BYTES_MAX, gate_for, under};
use crate::{App, Asker, Error};
use serde_json::Value;
use std::sync::Arc;
use vouchsafe_domain::{
    custody::gate::Need,
    ids::{GuidelineId, ProjectId, SchemaId},
    work::schema::Schema,
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::work::{
    guidelines,
    projects::{self, State},
    schemas, tasks,
};

impl App {
    /// Makes a schema the project's newest and returns its version, from 1. Refused where a task of the project does not fit it.
    pub async fn add_schema(&self, asker: &Asker, project: ProjectId, schema: &Value) -> Result<u32, Error> {
        let schema = Arc::new(Schema::parse(schema).map_err(|faults| under("/schema", &faults))?);
        let seen = self.all_fit(asker, project, &schema, -1).await?;
        // Those that came meanwhile; who comes later waits for the lock, and brings nothing in under the old one.
        let seen = self.all_fit(asker, project, &schema, seen).await?;
        let now = self.now();
        let mut tx = self.store.write("add_schema").await?;
        projects::lock(&mut tx, project).await?;
        let (gate, clearance) = gate_for(&mut tx, asker, project, Need::Operate).await?;
        still_open(gate.state)?;
        if tasks::any_after(&mut tx, project, seen).await? {
            return Err(Error::state(
                "rows_coming_in",
                "rows are coming into this project: try again once they are in",
            ));
        }
        let id = SchemaId(self.id());
        let version = schemas::insert(&mut tx, &clearance, id, project, &schema, asker.member, now).await?;
        let entry = clearance
            .entry(Act::SchemaCreated, now)
            .of("schema", id.to_string())
            .of("version", version)
            .of("project", project.to_string());
        tx.commit([entry]).await?;
        Ok(version)
    }

    /// Makes a guideline the project's newest and returns its version, from 1. Experts acknowledge it before their
    /// next task.
    pub async fn add_guideline(&self, asker: &Asker, project: ProjectId, text: &str) -> Result<u32, Error> {
        if text.trim().is_empty() || text.len() > GUIDELINE_BYTES_MAX {
            return Err(Error::invalid("/text", format!("must have 1 to {GUIDELINE_BYTES_MAX} bytes")));
        }
        let now = self.now();
        let mut tx = self.store.write("add_guideline").await?;
        projects::lock(&mut tx, project).await?;
        let (gate, clearance) = gate_for(&mut tx, asker, project, Need::Operate).await?;
        still_open(gate.state)?;
        let id = GuidelineId(self.id());
        let version = guidelines::insert(&mut tx, &clearance, id, project, text, asker.member, now).await?;
        let entry = clearance
            .entry(Act::GuidelineCreated, now)
            .of("guideline", id.to_string())
            .of("version", version)
            .of("project", project.to_string());
        tx.commit([entry]).await?;
        Ok(version)
    }
}

fn still_open(state: State) -> Result<(), Error> {
    if state == State::Closed {
        return Err(Error::state("project_closed", "this project is closed; its texts stay as they are"));
    }
    Ok(())
}
