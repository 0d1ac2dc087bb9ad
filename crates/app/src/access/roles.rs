//! Roles that must not meet in one human: an admin lets people in, a custodian keeps them out.

use crate::Error;
use vouchsafe_domain::{access::role::Role, ids::PersonId};
use vouchsafe_store::{
    Tx,
    access::{
        installation,
        members::{self, Listed},
    },
};

/// Refuses when two accounts that are not suspended, of one human, hold roles that must not meet in him here.
pub(crate) async fn may_join<'a>(tx: &mut Tx, accounts: impl IntoIterator<Item = &'a Listed>) -> Result<(), Error> {
    if meet(accounts) && !installation::one_person(tx).await? {
        return Err(Error::state(
            "roles_must_not_meet",
            "one human would be admin and custodian here; one of the accounts is suspended first",
        ));
    }
    Ok(())
}

/// The same of all accounts of one human, as they stand in this transaction.
pub(crate) async fn of_person(tx: &mut Tx, person: PersonId) -> Result<(), Error> {
    let accounts = members::of_person(tx, person).await?;
    may_join(tx, &accounts).await
}

/// Refuses when any human holds such roles.
pub(crate) async fn nobody_joins(tx: &mut Tx) -> Result<(), Error> {
    for person in members::of_several(tx).await? {
        if meet(&members::of_person(tx, person).await?) {
            return Err(Error::state(
                "roles_must_not_meet",
                "somebody is admin and custodian at once; one of his accounts is suspended first",
            ));
        }
    }
    Ok(())
}

/// Whether roles that must not meet are held by accounts that are not suspended.
fn meet<'a>(accounts: impl IntoIterator<Item = &'a Listed>) -> bool {
    let held: Vec<Role> = accounts.into_iter().filter(|one| one.suspended_at.is_none()).map(|one| one.role).collect();
    held.iter().any(|one| held.iter().any(|other| !one.may_join(*other, false)))
}
