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

/// What a sign-in is checked against.
pub struct SignIn {
    /// The human.
    pub person: PersonId,
    /// The account that is entered.
    pub member: MemberId,
    /// Its role.
    pub role: Role,
    /// Hash of the password, in PHC form.
    pub password_hash: Option<String>,
    /// Secret of the second factor.
    pub totp: Option<Vec<u8>>,
    /// The last time step whose code was used.
    pub totp_step: Option<i64>,
}

/// The account behind an address, the newest that is not suspended; its person's row locked.
pub async fn sign_in(tx: &mut Tx, email: &str) -> Result<Option<SignIn>, Error> {
    let key = email_key(tx.keys(), email);
    let row = tx
        .one(
            "select p.id, m.id, m.role, p.password_hash, p.totp_sealed, p.totp_step
               from person p join member m on m.person_id = p.id
              where p.email_key = $1 and m.suspended_us is null
              order by m.created_us desc, m.id limit 1 /*lock p*/",
            vals![&key],
        )
        .await?;
    row.map(|row| {
        let place = Place { owner: "installation", table: "person.totp", row: row.text(0)? };
        let totp = row
            .opt_sealed(4)?
            .map(|sealed| seal::open(&tx.keys().installation("person"), place, &sealed))
            .transpose()?;
        Ok(SignIn {
            person: row.id(0)?,
            member: row.id(1)?,
            role: row.id(2)?,
            password_hash: row.opt_text(3)?.map(str::to_owned),
            totp,
            totp_step: row.opt_int(5)?,
        })
    })
    .transpose()
}

/// A code of this time step was used; none of it or before is taken again.
pub async fn used_step(tx: &mut Tx, person: PersonId, step: i64) -> Result<(), Error> {
    tx.exec("update person set totp_step = $1 where id = $2", vals![step, person]).await?;
    Ok(())
}

/// Whether an address is known.
pub async fn knows(tx: &mut Tx, email: &str) -> Result<bool, Error> {
    let key = email_key(tx.keys(), email);
    Ok(tx.one("select id from person where email_key = $1", vals![&key]).await?.is_some())
}

/// An account as those who run the installation see it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The account.
    pub member: MemberId,
    /// The human.
    pub person: PersonId,
    /// Its role.
    pub role: Role,
    /// His name.
    pub name: String,
    /// His address.
    pub email: String,
    /// When it came to be.
    pub created_at: Micros,
    /// When it was suspended.
    pub suspended_at: Option<Micros>,
}

fn listed(keys: &crate::keys::Keyring, row: &crate::Row) -> Result<Listed, Error> {
    let key = keys.installation("person");
    let open = |table, column| -> Result<String, Error> {
        let body = seal::open(&key, Place { owner: "installation", table, row: row.text(1)? }, &row.sealed(column)?)?;
        Ok(String::from_utf8_lossy(&body).into_owned())
    };
    Ok(Listed {
        member: row.id(0)?,
        person: row.id(1)?,
        role: row.id(2)?,
        name: open("person.name", 3)?,
        email: open("person.email", 4)?,
        created_at: row.at(5)?,
        suspended_at: row.opt_at(6)?,
    })
}

/// The accounts, in order of coming, after `(created, id)`.
pub async fn list(tx: &mut Tx, after: (i64, &str), limit: u32) -> Result<Vec<Listed>, Error> {
    let rows = tx
        .q(
            "select m.id, m.person_id, m.role, p.name_sealed, p.email_sealed, m.created_us, m.suspended_us
               from member m join person p on p.id = m.person_id
              where m.created_us > $1 or (m.created_us = $1 and m.id > $2)
              order by m.created_us, m.id limit $3",
            vals![after.0, after.1, limit],
        )
        .await?;
    rows.iter().map(|row| listed(tx.keys(), row)).collect()
}

/// One account.
pub async fn get(tx: &mut Tx, member: MemberId) -> Result<Option<Listed>, Error> {
    let row = tx
        .one(
            "select m.id, m.person_id, m.role, p.name_sealed, p.email_sealed, m.created_us, m.suspended_us
               from member m join person p on p.id = m.person_id where m.id = $1",
            vals![member],
        )
        .await?;
    row.map(|row| listed(tx.keys(), &row)).transpose()
}

/// Suspends an account (or lets it in again, without a moment) and ends its sessions and tokens.
pub async fn suspend(tx: &mut Tx, member: MemberId, at: Option<Micros>, now: Micros) -> Result<bool, Error> {
    let changed = tx.exec("update member set suspended_us = $1 where id = $2", vals![at, member]).await?;
    if at.is_some() {
        tx.exec("update session set ended_us = $1 where member_id = $2 and ended_us is null", vals![now, member])
            .await?;
        tx.exec("update token set revoked_us = $1 where member_id = $2 and revoked_us is null", vals![now, member])
            .await?;
    }
    Ok(changed == 1)
}
