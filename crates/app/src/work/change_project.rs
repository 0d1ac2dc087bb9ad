//! Pausing, opening and closing a project.

use crate::{App, Asker, Error};
use vouchsafe_domain::{custody::gate::Need, ids::ProjectId};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    custody::clearance::clear,
    work::projects::{self, State},
};

impl App {
    /// Sets whether work is given out. What is held under a lease may still be finished.
    pub async fn set_project_state(&self, asker: &Asker, project: ProjectId, state: State) -> Result<(), Error> {
        let now = self.now();
        let mut tx = self.store.write("set_project_state").await?;
        let gate = projects::gate(&mut tx, project, asker.member).await?.ok_or(Error::NotFound)?;
        let clearance = clear(&mut tx, asker, gate.client, Need::Operate, true).await?;
        if gate.state == State::Closed && state != State::Closed {
            return Err(Error::state("project_closed", "a closed project stays closed; make a new one"));
        }
        projects::set_state(&mut tx, project, state).await?;
        let entry = clearance
            .entry(Act::ProjectChanged, now)
            .of("project", project.to_string())
            .of("state_before", gate.state.word())
            .of("state", state.word());
        tx.commit([entry]).await?;
        Ok(())
    }
}
