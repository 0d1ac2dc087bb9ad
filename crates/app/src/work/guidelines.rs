//! Reading and acknowledging a guideline.

use crate::{App, Asker, Error, custody::absent, experts};
use serde::Serialize;
use vouchsafe_domain::{access::role::Role, custody::gate::Need, ids::ProjectId};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    custody::{
        clearance::clear,
        disclosed::{Going, Object},
    },
    work::guidelines,
};

/// A guideline as it is sent.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct GuidelineSent {
    /// Its version, from 1.
    pub version: u32,
    /// Markdown.
    pub text: String,
    /// Whether the caller acknowledged this version.
    pub acknowledged: bool,
}

/// What a role asks for when it reads a project's texts.
pub(crate) fn need_of(role: Role) -> Need {
    match role {
        Role::Expert => Need::Label,
        Role::Reviewer => Need::Review,
        Role::Operator => Need::Operate,
        Role::Observer | Role::Custodian | Role::Admin => Need::Observe,
    }
}

impl App {
    /// Sends the newest guideline of a project.
    pub async fn guideline(&self, asker: &Asker, project: ProjectId) -> Result<GuidelineSent, Error> {
        let mut tx = self.store.write("guideline").await?;
        let gate = absent::project(&mut tx, asker, project).await?;
        let eligible = experts::eligible::eligible(self, &mut tx, asker, &gate).await?;
        let clearance = clear(&mut tx, asker, gate.client, need_of(asker.role), eligible).await?;
        let mut text = guidelines::pending(&mut tx, &clearance, gate.guideline).await?;
        let mut going = Going::default();
        going.piece(&clearance, "text", &mut text)?;
        let object = Object::new("guideline", &gate.guideline, i64::from(gate.guideline_version));
        let act = (Act::GuidelineSent, self.now());
        let entry = clearance.sent(&mut tx, act, "GET /projects/{project}/guideline", object, going).await?;
        let committed = tx.commit([entry.of("project", project.to_string())]).await?;
        Ok(GuidelineSent {
            version: gate.guideline_version,
            text: text.open(&committed)?,
            acknowledged: gate.acknowledged,
        })
    }

    /// The caller has read this version. Work under it may begin.
    pub async fn acknowledge_guideline(&self, asker: &Asker, project: ProjectId, version: u32) -> Result<(), Error> {
        let now = self.now();
        let mut tx = self.store.write("acknowledge_guideline").await?;
        let gate = absent::project(&mut tx, asker, project).await?;
        let eligible = experts::eligible::eligible(self, &mut tx, asker, &gate).await?;
        let clearance = clear(&mut tx, asker, gate.client, need_of(asker.role), eligible).await?;
        if version != gate.guideline_version {
            return Err(Error::state(
                "guideline_changed",
                format!("version {} is the newest; read that one", gate.guideline_version),
            ));
        }
        guidelines::acknowledge(&mut tx, gate.guideline, asker.member, now).await?;
        let entry = clearance
            .entry(Act::GuidelineAcknowledged, now)
            .of("guideline", gate.guideline.to_string())
            .of("project", project.to_string());
        tx.commit([entry]).await?;
        Ok(())
    }
}
