//! Persons and their accounts. Names and addresses are sealed with the installation's key; an address is found
//! by a keyed index.

use crate::{
    Error, Tx,
    custody::clearance::Asker,
    seal::{self, Place, Sealed},
    vals,
};
use vouchsafe_domain::{
    access::{device::Device, role::Role},
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

/// Whether one of these accounts came to be after a moment.
pub async fn any_since(tx: &mut Tx, members: [MemberId; 2], since: Micros) -> Result<bool, Error> {
    let [one, other] = members;
    let sql = "select id from member where id in ($1, $2) and created_us > $3 limit 1";
    Ok(tx.one(sql, vals![one, other, since]).await?.is_some())
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
    known_before(tx, new.id, &identity_tag(&keys, new.email)).await
}

/// A keyed tag of an address that outlives the person's erasure, and is of no use for anything else.
pub fn identity_tag(keys: &crate::keys::Keyring, email: &str) -> [u8; 32] {
    keys.installation("person").keyed("identity", &[email.trim().to_lowercase().as_bytes()])
}

/// Who comes back after his erasure is the same human: what he was sent before still counts.
async fn known_before(tx: &mut Tx, person: PersonId, tag: &[u8; 32]) -> Result<(), Error> {
    tx.exec(
        "insert into identity_tag (tag, person_id) values ($1, $2) on conflict (tag) do nothing",
        vals![tag, person],
    )
    .await?;
    tx.exec(
        "update person set merged_into = (select coalesce(n.merged_into, n.id) from person n
                                           where n.id = (select i.person_id from identity_tag i where i.tag = $2))
          where id = $1 and id <> (select i.person_id from identity_tag i where i.tag = $2)",
        vals![person, tag],
    )
    .await?;
    Ok(())
}

/// Two persons are one human: `from` counts as `to` from now on.
pub async fn merge(tx: &mut Tx, from: PersonId, to: PersonId) -> Result<(), Error> {
    tx.exec("update person set merged_into = $1 where id = $2 or merged_into = $2", vals![to, from]).await?;
    // Whoever leaves under one name leaves under the other, on the earlier of two days.
    tx.exec(
        "update person set last_day_us = (select min(n.last_day_us) from person n where n.id in ($1, $2)) where id = $1",
        vals![to, from],
    )
    .await?;
    // No task comes to the same human twice, and nobody reviews himself.
    tx.exec(
        "update assignment set person_id = $1
          where person_id = $2 and (step <> 'label' or not exists
                (select 1 from assignment b where b.task_no = assignment.task_no and b.person_id = $1 and b.step = 'label'))",
        vals![to, from],
    )
    .await?;
    tx.exec("update annotation set person_id = $1 where person_id = $2", vals![to, from]).await?;
    tx.exec("update review_slot set author_person_id = $1 where author_person_id = $2", vals![to, from]).await?;
    tx.exec("update review_slot set not_person_id = $1 where not_person_id = $2", vals![to, from]).await?;
    crate::experts::courses::join(tx, from, to).await?;
    crate::experts::standing::join(tx, from, to).await
}

/// The last day of a person, set or (with `None`) taken back.
pub async fn set_last_day(tx: &mut Tx, person: PersonId, last_day: Option<Micros>) -> Result<(), Error> {
    tx.exec("update person set last_day_us = $1 where id = $2", vals![last_day, person]).await?;
    Ok(())
}

/// The last day of a person who gave notice.
pub async fn last_day(tx: &mut Tx, person: PersonId) -> Result<Option<Micros>, Error> {
    let row = tx.one("select last_day_us from person where id = $1", vals![person]).await?;
    row.map_or(Ok(None), |row| row.opt_at(0))
}

/// The accounts of a human, oldest first.
pub async fn of_person(tx: &mut Tx, person: PersonId) -> Result<Vec<Listed>, Error> {
    let rows = tx
        .q(
            "select m.id, m.person_id, m.role, p.name_sealed, p.email_sealed, m.created_us, m.suspended_us,
                    coalesce(p.merged_into, p.id)
               from member m join person p on p.id = m.person_id
              where p.id = $1 or p.merged_into = $1
              order by m.created_us, m.id limit 100",
            vals![person],
        )
        .await?;
    rows.iter().map(|row| listed(tx.keys(), row)).collect()
}

/// Humans who have several accounts, at most 100,000.
pub async fn of_several(tx: &mut Tx) -> Result<Vec<PersonId>, Error> {
    let rows = tx
        .q(
            "select coalesce(p.merged_into, p.id)
               from member m join person p on p.id = m.person_id
              group by coalesce(p.merged_into, p.id)
             having count(*) > 1
              order by 1 limit 100000",
            &[],
        )
        .await?;
    rows.iter().map(|row| row.id(0)).collect()
}

/// Accounts that are not suspended of persons whose last day has come, at most `limit`.
pub async fn past_last_day(tx: &mut Tx, now: Micros, limit: u32) -> Result<Vec<Listed>, Error> {
    let rows = tx
        .q(
            "select m.id, m.person_id, m.role, p.name_sealed, p.email_sealed, m.created_us, m.suspended_us,
                    coalesce(p.merged_into, p.id)
               from member m join person p on p.id = m.person_id
               join person r on r.id = coalesce(p.merged_into, p.id)
              where r.last_day_us <= $1 and m.suspended_us is null
              order by m.created_us, m.id limit $2",
            vals![now, limit],
        )
        .await?;
    rows.iter().map(|row| listed(tx.keys(), row)).collect()
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
    /// The person whose address, password and code these are: another row where the human was merged.
    pub entered: PersonId,
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

impl SignIn {
    /// Who asks, before a door is known.
    pub fn asker(&self) -> Asker {
        Asker {
            person: self.person,
            member: self.member,
            role: self.role,
            door: String::new(),
            only_client: None,
            device: Device::Unknown,
        }
    }
}

/// Whether a person enters by a password. Who does not was made at the machine and enters by links alone.
pub async fn has_password(tx: &mut Tx, member: MemberId) -> Result<bool, Error> {
    let row = tx
        .one("select p.password_hash from person p join member m on m.person_id = p.id where m.id = $1", vals![member])
        .await?;
    row.map_or(Ok(false), |row| Ok(row.opt_text(0)?.is_some()))
}

/// The account behind an address, the newest that is not suspended; its person's row locked.
pub async fn sign_in(tx: &mut Tx, email: &str) -> Result<Option<SignIn>, Error> {
    let key = email_key(tx.keys(), email);
    let row = tx
        .one(
            "select p.id, m.id, m.role, p.password_hash, p.totp_sealed, p.totp_step, coalesce(p.merged_into, p.id)
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
            person: row.id(6)?,
            entered: row.id(0)?,
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
    Ok(person_at(tx, email).await?.is_some())
}

/// The human who has an address: whoever he was found to be, if he was merged.
pub async fn person_at(tx: &mut Tx, email: &str) -> Result<Option<PersonId>, Error> {
    let key = email_key(tx.keys(), email);
    let row = tx.one("select coalesce(merged_into, id) from person where email_key = $1", vals![&key]).await?;
    row.map(|row| row.id(0)).transpose()
}

/// An account as those who run the installation see it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The account.
    pub member: MemberId,
    /// The human: whoever he was found to be, if he was merged.
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

pub(crate) fn listed(keys: &crate::keys::Keyring, row: &crate::Row) -> Result<Listed, Error> {
    let key = keys.installation("person");
    let open = |table, column| -> Result<String, Error> {
        let body = seal::open(&key, Place { owner: "installation", table, row: row.text(1)? }, &row.sealed(column)?)?;
        Ok(String::from_utf8_lossy(&body).into_owned())
    };
    Ok(Listed {
        member: row.id(0)?,
        person: row.id(7)?,
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
            "select m.id, m.person_id, m.role, p.name_sealed, p.email_sealed, m.created_us, m.suspended_us,
                    coalesce(p.merged_into, p.id)
               from member m join person p on p.id = m.person_id
              where m.created_us > $1 or (m.created_us = $1 and m.id > $2)
              order by m.created_us, m.id limit $3",
            vals![after.0, after.1, limit],
        )
        .await?;
    rows.iter().map(|row| listed(tx.keys(), row)).collect()
}

/// Every account with its person. In no order.
pub async fn persons(tx: &mut Tx) -> Result<Vec<(MemberId, PersonId)>, Error> {
    let sql = "select m.id, coalesce(p.merged_into, p.id) from member m join person p on p.id = m.person_id";
    tx.q(sql, &[]).await?.iter().map(|row| Ok((row.id(0)?, row.id(1)?))).collect()
}

/// One account.
pub async fn get(tx: &mut Tx, member: MemberId) -> Result<Option<Listed>, Error> {
    let row = tx
        .one(
            "select m.id, m.person_id, m.role, p.name_sealed, p.email_sealed, m.created_us, m.suspended_us,
                    coalesce(p.merged_into, p.id)
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

/// The ids under which a human was ever known here: his own and those merged into it.
pub async fn names_of(tx: &mut Tx, person: PersonId) -> Result<Vec<PersonId>, Error> {
    let rows = tx.q("select id from person where id = $1 or merged_into = $1 order by id", vals![person]).await?;
    rows.iter().map(|row| row.id(0)).collect()
}

/// Everybody who was merged, with whom he is: ids under which ledgers may know him, and his own. At most 100,000.
pub async fn merged(tx: &mut Tx) -> Result<Vec<(PersonId, PersonId)>, Error> {
    let rows =
        tx.q("select id, merged_into from person where merged_into is not null order by id limit 100000", &[]).await?;
    rows.iter().map(|row| Ok((row.id(0)?, row.id(1)?))).collect()
}

/// Destroys a person's name, address, password, second factor and profile, and the index by which his address signs in:
/// it may join anew. The tag of his identity stays: by it a return is recognised, and what he was sent still counts.
pub async fn erase(tx: &mut Tx, person: PersonId) -> Result<bool, Error> {
    let row = person.to_string();
    let key = tx.keys().installation("person");
    let sealed = |table| seal::seal(&key, Place { owner: "installation", table, row: &row }, b"erased");
    let mut nobodys = [0; 32];
    seal::drawn(&mut nobodys);
    let changed = tx
        .exec(
            "update person set name_sealed = $1, email_sealed = $2, password_hash = null, totp_sealed = null,
                    totp_step = null, profile_sealed = null, email_key = $4
              where id = $3",
            vals![sealed("person.name"), sealed("person.email"), person, &nobodys],
        )
        .await?;
    Ok(changed == 1)
}
