//! What a wall that goes up late does, in the transaction that puts it up: leases that it shuts end, drafts stay.

use crate::{App, Asker, Error, work::give_back};
use vouchsafe_domain::{
    access::role::Role,
    custody::wall::Shut,
    ids::{ClientId, PersonId},
    work::assignment::State,
};
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
};
use vouchsafe_store::{
    Tx,
    access::grants,
    custody::{clearance::by, walls},
    work::assignments,
};

/// Longest reason, in bytes.
const REASON_BYTES_MAX: usize = 4_000;

/// A reason that somebody will read.
pub(super) fn reason<'a>(path: &str, text: &'a str) -> Result<&'a str, Error> {
    let text = text.trim();
    if text.is_empty() || text.len() > REASON_BYTES_MAX {
        return Err(Error::invalid(path, format!("must have 1 to {REASON_BYTES_MAX} bytes")));
    }
    Ok(text)
}

/// Only a custodian of the whole installation sees all organisations.
pub(super) async fn of_installation(tx: &mut Tx, asker: &Asker) -> Result<(), Error> {
    if asker.role != Role::Custodian || asker.only_client.is_some() || grants::any(tx, asker.member).await? {
        return Err(Error::NotFound);
    }
    Ok(())
}

/// Whether the one who asks is a custodian of the whole installation.
pub(super) async fn is_of_installation(tx: &mut Tx, asker: &Asker) -> Result<bool, Error> {
    match of_installation(tx, asker).await {
        Ok(()) => Ok(true),
        Err(Error::NotFound) => Ok(false),
        Err(other) => Err(other),
    }
}

/// An entry of the installation's ledger by whoever acts.
pub(super) fn said(app: &App, act: Act, asker: &Asker) -> Entry {
    by(Entry::new(LedgerOf::Installation, act, app.now().0), asker)
}

/// An entry of a client's ledger by whoever acts.
pub(super) fn said_to(app: &App, client: ClientId, act: Act, asker: &Asker) -> Entry {
    by(Entry::new(LedgerOf::Client(client.to_string()), act, app.now().0), asker)
}

/// Locks what a wall may end, before the graph and the persons: a submit locks its assignment, then its author, and who
/// goes the other way round waits for it while it waits for him.
pub(super) async fn lock_leases(tx: &mut Tx, persons: &[PersonId]) -> Result<(), Error> {
    let mut persons = persons.to_vec();
    persons.sort_unstable();
    for person in persons {
        assignments::lock_held_by(tx, person).await?;
    }
    Ok(())
}

/// Ends every lease of a person that a wall shuts now. Returns the entries that say so.
pub(super) async fn end_shut_leases(app: &App, tx: &mut Tx, person: PersonId) -> Result<Vec<Entry>, Error> {
    let mut entries = Vec::new();
    let mut decided: Vec<(ClientId, Option<Shut>)> = Vec::new();
    for (assignment, client) in assignments::held_by(tx, person).await? {
        let shut = if let Some((_, shut)) = decided.iter().find(|(known, _)| *known == client) {
            *shut
        } else {
            let shut = walls::look(tx, person, client).await?.err();
            decided.push((client, shut));
            shut
        };
        let Some(shut) = shut else { continue };
        let Some(found) = assignments::get(tx, assignment).await? else { continue };
        if !matches!(found.state, State::Leased | State::Returned) {
            continue;
        }
        give_back::end(tx, &found, State::Released, app.now()).await?;
        entries.push(
            Entry::new(LedgerOf::Client(client.to_string()), Act::AssignmentWalled, app.now().0)
                .because("wall", shut.word())
                .of("assignment", assignment.to_string())
                .of("task", found.task.to_string())
                .of("project", found.project.to_string())
                .by("person", person.to_string())
                .by("member", found.member.to_string()),
        );
    }
    Ok(entries)
}
