//! Looking at one's assignment again: after a reload, a return or a lapse.

use super::sent::{self, AssignmentSent};
use crate::{App, Asker, Error, custody::absent};
use vouchsafe_domain::{
    ids::AssignmentId,
    work::assignment::{Resume, State, Step, lapses_at, on_resume},
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    custody::{clearance::clear, disclosed::Object},
    work::{assignments, queue},
};

impl App {
    /// Sends an assignment to its member again, taking the lease up where that is possible. One that is over is
    /// sent as it stands, so that its author can read what he wrote.
    pub async fn resume(&self, asker: &Asker, assignment: AssignmentId) -> Result<AssignmentSent, Error> {
        let now = self.now();
        let mut tx = self.store.write("resume").await?;
        let found = assignments::get(&mut tx, assignment).await?.filter(|f| f.member == asker.member);
        let (mut found, gate) = absent::with_project(found, |found| found.project, &mut tx, asker).await?;
        let clearance = clear(&mut tx, asker, found.client, found.step.need(), true).await?;
        let end = lapses_at(now, found.lease_us);
        let taken = match on_resume(found.state) {
            Resume::Extend => assignments::extend(&mut tx, assignment, asker.member, end).await?,
            Resume::TakeUp => {
                queue::lease_resumed(&mut tx, asker.member, found.project).await?;
                assignments::lease(&mut tx, assignment, found.state, end).await?
            }
            Resume::TakeIfFree if found.step == Step::Label && queue::take_again(&mut tx, found.task).await? => {
                queue::lease_resumed(&mut tx, asker.member, found.project).await?;
                assignments::lease(&mut tx, assignment, found.state, end).await?
            }
            Resume::TakeIfFree | Resume::Over => false,
        };
        if taken {
            (found.state, found.lapses_at) = (State::Leased, end);
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
