//! Persons and their accounts. Names and addresses are sealed with the installation's key; an address is found
//! by a keyed index.

use crate::{
    Error, Tx,
    seal::{self, Place, Sealed},
    vals,
};
use vouchsafe_domain::{
    access::role::Role,
    ids::{MemberId, PersonId},
    time::Micros,
};

/// A new person.
#[derive(Debug, Clone)]
pub struct NewPerson<'a> {
    /// Fresh id.
    pub id: PersonId,
    /// As he wants to be called.
    pub name: &'a str,
    /// Where he can be reached; letters count as the same in either case.
    pub email: &'a str,
    /// Hash of his password, in PHC form.
    pub password_hash: Option<&'a str>,
    /// Secret of his second factor.
    pub totp: Option<&'a [u8]>,
    /// When.
    pub at: Micros,
}

/// The keyed index value of an address.
pub fn email_key(keys: &crate::keys::Keyring, email: &str) -> [u8; 32] {
    keys.installation("person").keyed("email", &[email.trim().to_lowercase().as_bytes()])
}

/// Seals something of a person.
pub(crate) fn seal_person(keys: &crate::keys::Keyring, table: &'static str, person: PersonId, body: &[u8]) -> Sealed {
    seal::seal(&keys.installation("person"), Place { owner: "installation", table, row: &person.to_string() }, body)
}

/// Inserts a person. Fails with [`Error::Constraint`] when the address is known.
pub async fn insert_person(tx: &mut Tx, new: &NewPerson<'_>) -> Result<(), Error> {
    let keys = tx.keys().clone();
    let name = seal_person(&keys, "person.name", new.id, new.name.as_bytes());
    let email = seal_person(&keys, "person.email", new.id, new.email.trim().as_bytes());
    let totp = new.totp.map(|secret| seal_person(&keys, "person.totp", new.id, secret));
    tx.exec(
        "insert into person (id, name_sealed, email_sealed, email_key, password_hash, totp_sealed, created_us)
         values ($1, $2, $3, $4, $5, $6, $7)",
        vals![new.id, name, email, &email_key(&keys, new.email), new.password_hash, totp, new.at],
    )
    .await?;
    Ok(())
}

/// Inserts an account of a person.
pub async fn insert(tx: &mut Tx, id: MemberId, person: PersonId, role: Role, at: Micros) -> Result<(), Error> {
    tx.exec(
        "insert into member (id, person_id, role, created_us) values ($1, $2, $3, $4)",
        vals![id, person, role.word(), at],
    )
    .await?;
    Ok(())
}
