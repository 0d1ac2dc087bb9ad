//! The report of a project, for those who run or watch it.

use super::report::Report;
use crate::{
    App, Asker, Error,
    work::{projects::gate_for, sent::json, show_project::need_to_see},
};
use vouchsafe_domain::ids::ProjectId;
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    custody::disclosed::{Going, Object},
    quality::reports,
};

impl App {
    /// The newest report of a project: a disclosure, since it quotes labels and names people by pseudonym. `None` before the first.
    pub async fn quality(&self, asker: &Asker, project: ProjectId) -> Result<Option<Report>, Error> {
        let need = need_to_see(asker.role)?;
        let mut tx = self.store.write("quality").await?;
        let (_, clearance) = gate_for(&mut tx, asker, project, need).await?;
        let (mut found, mut going) = (reports::pending(&mut tx, &clearance, project).await?, Going::of("report"));
        if let Some((body, _)) = &mut found {
            going.piece(&clearance, "report", body)?;
        }
        let act = (Act::QualitySent, self.now());
        let entry = clearance
            .sent(&mut tx, act, "GET /projects/{project}/quality", Object::changing("project", &project), going)
            .await?
            .because("report", found.as_ref().map_or_else(String::new, |(_, at)| at.to_string()));
        let committed = tx.commit([entry]).await?;
        found.map(|(body, _)| json(&body.open(&committed)?)).transpose()
    }
}
