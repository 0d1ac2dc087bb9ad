//! Whether the tasks of a project can be shown under another schema. One that cannot would stop whoever is given it.

use super::{projects::gate_for, stored::TaskBody};
use crate::{App, Asker, Error, error::FieldError};
use std::sync::Arc;
use vouchsafe_domain::{custody::gate::Need, ids::ProjectId, work::schema::Schema};
use vouchsafe_store::{custody::clearance::clear_server, work::tasks};

/// Tasks looked at at once.
const PAGE: u32 = 500;
/// Tasks that are named, of those that do not fit.
const NAMED_MAX: usize = 20;

impl App {
    /// Looks at the tasks after the one numbered `after`, a page at a time and outside any transaction, and refuses a schema that
    /// some of them do not fit. The number of the last one.
    pub(super) async fn all_fit(
        &self,
        asker: &Asker,
        project: ProjectId,
        schema: &Arc<Schema>,
        after: i64,
    ) -> Result<i64, Error> {
        let mut tx = self.store.write("all_fit").await?;
        let (gate, _) = gate_for(&mut tx, asker, project, Need::Operate).await?;
        let opener = clear_server(&mut tx, "schema", gate.client).await?.opener(&tx)?;
        tx.abandon().await?;
        let (mut last, mut looked, mut unfit, mut named) = (after, 0_usize, 0_usize, Vec::new());
        loop {
            // A read of its own for each page: none keeps the database from its housekeeping for long.
            let page = tasks::bodies(&mut self.store.read().await?, project, last, PAGE).await?;
            let Some(end) = page.last().map(|task| task.number) else { break };
            (last, looked) = (end, looked + page.len());
            let (schema, opener) = (Arc::clone(schema), opener.clone());
            let judged = tokio::task::spawn_blocking(move || {
                let unfit = |task: &tasks::Body| match schema.resolve(&TaskBody::parse(&task.open(&opener)?)?.data) {
                    Ok(_) => Ok(None),
                    Err(why) => {
                        Ok(Some(format!("task {}: {} {}, for the field `{}`", task.id, why.path, why.rule, why.field)))
                    }
                };
                page.iter().filter_map(|task| unfit(task).transpose()).collect::<Result<Vec<String>, Error>>()
            });
            let found =
                judged.await.map_err(|_| Error::state("not_looked_at", "the tasks could not be looked at"))??;
            unfit += found.len();
            named.extend(found.into_iter().take(NAMED_MAX - named.len()));
        }
        if unfit == 0 {
            return Ok(last);
        }
        let all = format!("{unfit} of {looked} tasks of this project cannot be shown under it");
        let rules = std::iter::once(all).chain(named);
        Err(Error::Invalid(rules.map(|rule| FieldError { path: "/schema".into(), rule }).collect()))
    }
}
