//! The report of a project, for those who run or watch it.

use super::{measured, report::Report};
use crate::{
    App, Asker, Error,
    work::{projects::gate_for, show_project::need_to_see, stored::json},
};
use serde::Serialize;
use vouchsafe_domain::{access::role::Role, custody::gate::Need, ids::ProjectId};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    custody::disclosed::{Going, Object},
    quality::reports,
};

/// What a reviewer is told of how he reviews. Rounded outward to whole twentieths and a day late, so that it does not tell
/// which of what he judged was gold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct OwnReviewing {
    /// Lower end of the 95 % interval of the share of gold he judged rightly, in percent; null below ten judgements.
    pub right_from: Option<u32>,
    /// Upper end, in percent.
    pub right_to: Option<u32>,
}

impl App {
    /// How the caller reviews, by the gold among what he was given to judge.
    pub async fn own_reviewing(&self, asker: &Asker, project: ProjectId) -> Result<OwnReviewing, Error> {
        if asker.role != Role::Reviewer {
            return Err(Error::NotFound);
        }
        let mut tx = self.store.write("own_reviewing").await?;
        let (_, clearance) = gate_for(&mut tx, asker, project, Need::Review).await?;
        let (mut found, mut going) = (reports::pending(&mut tx, &clearance, project).await?, Going::of("own_score"));
        if let Some((body, _)) = &mut found {
            going.piece(&clearance, "own_score", body)?;
        }
        let own = clearance.pseudonym(asker.person);
        let (act, object) = ((Act::QualitySent, self.now()), Object::changing("project", &project));
        let entry = clearance.sent(&mut tx, act, "GET /projects/{project}/reviewing", object, going).await?;
        let committed = tx.commit([entry]).await?;
        let report: Option<Report> = found.map(|(body, _)| json(&body.open(&committed)?)).transpose()?;
        let score = report.and_then(|report| report.reviews?.hidden.get(&own).copied());
        let told = score.as_ref().and_then(measured::told);
        Ok(OwnReviewing { right_from: told.map(|told| told.from), right_to: told.map(|told| told.to) })
    }

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
