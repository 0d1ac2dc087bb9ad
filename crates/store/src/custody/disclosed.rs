//! What an entry says of content that leaves: what, which of it, how much, and whether this person had it before.
//!
//! An entry about content that a clearance let out says all that [`super::ledger`] asks for, which refuses one that
//! does not: what is not said in full is not sent.

use super::clearance::Clearance;
use crate::{Error, Pending, Tx, vals};
use vouchsafe_domain::{
    ids::{PersonId, TaskId},
    time::Micros,
};
use vouchsafe_ledger::{act::Act, entry::Entry, signing::to_hex};

/// What leaves: something of ours with an id, and in which version.
#[derive(Debug, Clone)]
pub struct Object {
    kind: &'static str,
    id: String,
    version: Option<i64>,
}

impl Object {
    /// Something that has versions, or never changes: then its version is 1.
    pub fn new(kind: &'static str, id: &impl ToString, version: impl Into<i64>) -> Self {
        Self { kind, id: id.to_string(), version: Some(version.into()) }
    }

    /// Something that changes without being numbered, such as a list: its content says which it was.
    pub fn changing(kind: &'static str, id: &impl ToString) -> Self {
        Self { kind, id: id.to_string(), version: None }
    }

    /// A task. It never changes.
    pub fn task(task: TaskId) -> Self {
        Self::new("task", &task, 1)
    }
}

/// The pieces that go out with one answer.
#[derive(Debug, Default)]
pub struct Going {
    fields: Vec<&'static str>,
    hashes: Vec<Vec<u8>>,
    bytes: usize,
}

impl Going {
    /// Pieces of one field, of which there may be none.
    pub fn of(field: &'static str) -> Self {
        Self { fields: vec![field], ..Self::default() }
    }

    /// A piece that is opened now for its hash, and stays closed to everybody else.
    pub fn piece<T>(&mut self, by: &Clearance<'_>, field: &'static str, pending: &mut Pending<T>) -> Result<(), Error>
    where
        T: AsRef<[u8]> + Send + 'static,
    {
        let hash = pending.hashed(|body| by.content_hash(body.as_ref()))?;
        self.known(field, &hash, pending.bytes());
        Ok(())
    }

    /// A piece whose keyed hash is known.
    pub fn known(&mut self, field: &'static str, hash: &[u8], bytes: usize) {
        self.field(field);
        self.hashes.push(hash.to_vec());
        self.bytes += bytes;
    }

    /// Something of a client that goes along and whose words the hashed pieces do not hold: a project's name with each
    /// task, its schema under its version.
    pub fn field(&mut self, field: &'static str) {
        if !self.fields.contains(&field) {
            self.fields.push(field);
        }
    }

    /// One hash of all pieces: the piece's own where there is one, so that who holds the text finds it again.
    fn content(&self, by: &Clearance<'_>) -> String {
        match self.hashes.as_slice() {
            [one] => to_hex(one),
            many => to_hex(&by.content_hash(&many.concat())),
        }
    }
}

impl Clearance<'_> {
    /// The entry of content that leaves by this clearance. Notes that this person has it from now on.
    pub async fn sent(
        &self,
        tx: &mut Tx,
        (act, now): (Act, Micros),
        route: &'static str,
        object: Object,
        going: Going,
    ) -> Result<Entry, Error> {
        Ok(self.sent_anew(tx, (act, now), route, object, going).await?.0)
    }

    /// The same, and whether this person had it before.
    pub async fn sent_anew(
        &self,
        tx: &mut Tx,
        (act, now): (Act, Micros),
        route: &'static str,
        object: Object,
        going: Going,
    ) -> Result<(Entry, bool), Error> {
        self.within(tx)?;
        let mark = match object.version {
            Some(version) if object.kind == "task" && version == 1 => format!("task/{}", object.id),
            Some(version) => format!("{}/{}@{version} {}", object.kind, object.id, going.fields.join(" ")),
            None => format!("{}/{}#{} {}", object.kind, object.id, going.content(self), going.fields.join(" ")),
        };
        let before = match self.person() {
            Some(person) => !mark_sent(tx, self, person, &mark, now).await?,
            None => false,
        };
        Ok((self.sends((act, now), route, &object, &going, before), before))
    }

    /// The same where it is known whether this person had it `before`, and noted.
    pub fn sends(
        &self,
        (act, now): (Act, Micros),
        route: &'static str,
        object: &Object,
        going: &Going,
        before: bool,
    ) -> Entry {
        let content = going.content(self);
        // What is numbered nowhere is told apart by its content.
        let version = object.version.map_or_else(|| content[..16].into(), serde_json::Value::from);
        self.entry(act, now)
            .because("route", route)
            .because("purpose", self.need().word())
            .because("holds", self.holds())
            .because("sent_before", before)
            .of("client", self.client().to_string())
            .of("object", object.kind)
            .of(object.kind, object.id.as_str())
            .of("version", version)
            .of("fields", going.fields.clone())
            .of("content", content)
            .of("sealed_bytes", going.bytes)
    }
}

/// Notes that a person has something. False when that was noted before.
async fn mark_sent(tx: &mut Tx, by: &Clearance<'_>, person: PersonId, mark: &str, at: Micros) -> Result<bool, Error> {
    let changed = tx
        .exec(
            "insert into sent_mark (client_id, person_id, object, first_us) values ($1, $2, $3, $4)
             on conflict (client_id, person_id, object) do nothing",
            vals![by.client(), person, mark, at],
        )
        .await?;
    Ok(changed == 1)
}

/// What `from` has `to` has: they are one human.
pub async fn join(tx: &mut Tx, from: PersonId, to: PersonId) -> Result<(), Error> {
    tx.exec(
        "insert into sent_mark (client_id, person_id, object, first_us)
         select s.client_id, $2, s.object, s.first_us from sent_mark s where s.person_id = $1
         on conflict (client_id, person_id, object) do update
           set first_us = case when excluded.first_us < sent_mark.first_us then excluded.first_us else sent_mark.first_us end",
        vals![from, to],
    )
    .await?;
    tx.exec("delete from sent_mark where person_id = $1", vals![from]).await?;
    Ok(())
}

/// Whether a person was sent a task before: as an assignment, or opened by itself. Each step by its own index.
pub async fn had_task(tx: &mut Tx, by: &Clearance<'_>, person: PersonId, no: i64, task: TaskId) -> Result<bool, Error> {
    let row = tx
        .one(
            "select (select count(*) from assignment a where a.task_no = $1 and a.person_id = $2 and a.step = 'label')
                  + (select count(*) from assignment a where a.task_no = $1 and a.person_id = $2 and a.step = 'review')
                  + (select count(*) from assignment a where a.task_no = $1 and a.person_id = $2 and a.step = 'adjudicate')
                  + (select count(*) from sent_mark s where s.client_id = $3 and s.person_id = $2 and s.object = $4)",
            vals![no, person, by.client(), format!("task/{task}")],
        )
        .await?;
    Ok(row.is_some_and(|row| row.int(0).is_ok_and(|n| n > 0)))
}
