//! Looking at one's assignment again: after a reload, a return or a lapse.

use super::sent::{self, AssignmentSent};
use crate::{App, Asker, Error, custody::absent};
use vouchsafe_domain::{
    ids::AssignmentId,
    time::Micros,
    work::assignment::{Purpose, Resume, State, Step, lapses_at, on_resume},
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    Tx,
    custody::{clearance::clear, disclosed::Object},
    work::{
        assignments::{self, Found},
        queue,
    },
};

impl App {
    /// Sends an assignment to its member again, taking the lease up where that is possible and `may_take` says so. One that
    /// is over is sent as it stands, so that its author can read what he wrote.
    pub async fn resume(
        &self,
        asker: &Asker,
        assignment: AssignmentId,
        may_take: bool,
    ) -> Result<AssignmentSent, Error> {
        let now = self.now();
        let mut tx = self.store.write("resume").await?;
        let found = assignments::get(&mut tx, assignment).await?.filter(|f| f.member == asker.member);
        let (mut found, gate) = absent::with_project(found, |found| found.project, &mut tx, asker).await?;
        let clearance = clear(&mut tx, asker, found.client, found.step.need(), true).await?;
        let end = lapses_at(now, found.lease_us);
        match on_resume(found.state) {
            _ if !may_take => {}
            Resume::Extend => {
                if assignments::extend(&mut tx, assignment, asker.member, end).await? {
                    found.lapses_at = end;
                }
            }
            Resume::TakeUp => lease(&mut tx, &mut found, Purpose::Work, (now, end)).await?,
            Resume::TakeIfFree => {
                take_up(&mut tx, &mut found, Purpose::Work, (now, end)).await?;
            }
            Resume::Over => {}
        }
        let mut pending = sent::read(&mut tx, &clearance, &found, &gate).await?;
        let (going, task) = (pending.going(&clearance)?, Object::task(found.task));
        let entry = clearance
            .sends((Act::AssignmentResumed, now), "GET /assignments/{assignment}", &task, &going, true)
            .because("state", found.state.word())
            .of("assignment", found.id.to_string())
            .of("project", found.project.to_string())
            .of("schema", found.schema.to_string());
        let committed = tx.commit([pending.names(entry)]).await?;
        pending.open(&committed, now)
    }
}

/// Takes an ended lease up again if a slot of its task is free. False where none is.
pub(super) async fn take_up(
    tx: &mut Tx,
    found: &mut Found,
    purpose: Purpose,
    from_until: (Micros, Micros),
) -> Result<bool, Error> {
    if found.step != Step::Label || !queue::take_again(tx, found.task).await? {
        return Ok(false);
    }
    lease(tx, found, purpose, from_until).await?;
    Ok(true)
}

async fn lease(tx: &mut Tx, found: &mut Found, purpose: Purpose, from_until: (Micros, Micros)) -> Result<(), Error> {
    queue::lease_resumed(tx, found.member, found.project, purpose).await?;
    if !assignments::lease(tx, (found.id, found.state), purpose, from_until).await? {
        return Err(vouchsafe_store::Error::Conflict.into());
    }
    (found.state, found.purpose, found.lapses_at) = (State::Leased, purpose, from_until.1);
    Ok(())
}
