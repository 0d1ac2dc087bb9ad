//! What an id led to, or nowhere.
//!
//! To whom a client is shut, its things answer as what never was: the same bytes, and by the same way, so that neither
//! how long it takes nor what it waits for tells the two apart. Every use case that looks for something by its id before
//! it asks the gate goes through here.

use crate::{Asker, Error};
use vouchsafe_domain::{
    ids::{AssignmentId, ProjectId},
    work::assignment::Step,
};
use vouchsafe_store::{
    Tx,
    custody::clearance::nobody,
    work::{
        assignments,
        projects::{self, Gate},
    },
};

/// The project of what never was.
const NEVER: ProjectId = ProjectId(uuid::Uuid::nil());

/// What was found; where nothing was, the gate is asked all the same before the answer.
pub(crate) async fn found<T>(found: Option<T>, tx: &mut Tx, asker: &Asker) -> Result<T, Error> {
    match found {
        Some(found) => Ok(found),
        None => Err(nobody(tx, asker).await.into()),
    }
}

/// A project, found as [`found`] does.
pub(crate) async fn project(tx: &mut Tx, asker: &Asker, project: ProjectId) -> Result<Gate, Error> {
    let gate = projects::gate(tx, project, asker.member).await?;
    found(gate, tx, asker).await
}

/// The asker's own assignment, of this step if one is named; another's was never.
pub(crate) async fn own(
    tx: &mut Tx,
    asker: &Asker,
    assignment: AssignmentId,
    step: Option<Step>,
) -> Result<assignments::Found, Error> {
    let own = |of: &assignments::Found| of.member == asker.member && step.is_none_or(|step| of.step == step);
    let assignment = assignments::get(tx, assignment).await?.filter(own);
    found(assignment, tx, asker).await
}

/// Something with the project it belongs to; both are asked for, also where the first is not there.
pub(crate) async fn with_project<T>(
    thing: Option<T>,
    of: impl FnOnce(&T) -> ProjectId,
    tx: &mut Tx,
    asker: &Asker,
) -> Result<(T, Gate), Error> {
    let gate = projects::gate(tx, thing.as_ref().map_or(NEVER, of), asker.member).await?;
    found(thing.zip(gate), tx, asker).await
}
