//! Cases. What they rest on and what people said lies sealed with the installation's key; a case holds ids, counts and
//! words about them, and no content of any client.

use super::own::{open_own, seal_own};
use crate::{Error, Row, Tx, vals};
use vouchsafe_domain::{
    custody::case::{Measure, Verdict},
    ids::{CaseId, MemberId, PersonId},
    time::Micros,
};

/// A case to be opened.
#[derive(Debug, Clone)]
pub struct NewCase<'a> {
    /// Fresh id.
    pub id: CaseId,
    /// About whom.
    pub person: PersonId,
    /// The other of a pair.
    pub pair: Option<PersonId>,
    /// When the act was that tipped it.
    pub act_at: Micros,
    /// Its score, in thousandths of a nat.
    pub score_milli: i64,
    /// What the score had to reach, in thousandths of a nat.
    pub threshold_milli: i64,
    /// What it rests on, JSON.
    pub body: &'a str,
    /// When it is opened.
    pub at: Micros,
    /// When it is forgotten: a case from outside logs. `None`: one of our own ledgers.
    pub forget_at: Option<Micros>,
}

/// A case.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// About whom.
    pub person: PersonId,
    /// The other of a pair.
    pub pair: Option<PersonId>,
    /// When it was opened.
    pub opened_at: Micros,
    /// When the act was that tipped it.
    pub act_at: Micros,
    /// Its score, in thousandths of a nat.
    pub score_milli: i64,
    /// What the score had to reach.
    pub threshold_milli: i64,
    /// What it rests on, JSON.
    pub body: String,
    /// What it did at once.
    pub measure: Measure,
    /// When that ended.
    pub lifted_at: Option<Micros>,
    /// What was decided, by whom, when and why.
    pub decided: Option<Decided>,
    /// Who contests it, when and why.
    pub contested: Option<(MemberId, Micros, String)>,
    /// When it is forgotten: a case from outside logs. `None`: one of our own ledgers.
    pub forget_at: Option<Micros>,
}

/// A decision on a case.
#[derive(Debug, Clone)]
pub struct Decided {
    /// What was found.
    pub verdict: Verdict,
    /// By whom.
    pub by: MemberId,
    /// When.
    pub at: Micros,
    /// Why.
    pub reason: String,
}

/// Days that a case absorbs what else the same person does.
pub const ABSORBS_US: i64 = 14 * Micros::DAY;

/// Reads cases: their columns, as [`read`] takes them, and which.
macro_rules! case {
    ($which:literal) => {
        concat!(
            "select id, person_id, opened_us, act_us, score_milli, threshold_milli, body_sealed, measure, lifted_us,
                    verdict, decided_by, decided_us, reason_sealed, contested_by, contested_us, contest_sealed, forget_us, pair_id
               from watch_case ",
            $which
        )
    };
}

impl Case {
    /// Whether it waits for somebody: nobody decided, or the decision is contested.
    pub fn waits(&self) -> bool {
        let decided = self.decided.as_ref();
        decided.is_none_or(|decided| self.contested.as_ref().is_some_and(|(_, at, _)| *at >= decided.at))
    }

    /// Whether somebody is the person it is about, or the other of the pair.
    pub fn is_about(&self, person: PersonId) -> bool {
        self.person == person || self.pair == Some(person)
    }
}

/// The cases about a person that are near enough to hold an act of `at`, of those from outside logs or of the others; the
/// nearest first. Those who open cases about one person take turns.
pub async fn near(tx: &mut Tx, person: PersonId, at: Micros, outside: bool) -> Result<Vec<Case>, Error> {
    tx.one("select id from person where id = $1 /*lock person*/", vals![person]).await?;
    let rows = tx
        .q(
            case!("where person_id = $1 and act_us > $2 and act_us < $3 and (case when forget_us is null then 0 else 1 end) = $4
              order by act_us, id
              limit 100"),
            vals![person, Micros(at.0 - ABSORBS_US), Micros(at.0 + ABSORBS_US), i64::from(outside)],
        )
        .await?;
    let mut near = rows.iter().map(|row| read(tx, row)).collect::<Result<Vec<_>, _>>()?;
    near.sort_by_key(|case| case.act_at.0.abs_diff(at.0));
    Ok(near)
}

/// Opens a case.
pub async fn insert(tx: &mut Tx, new: &NewCase<'_>) -> Result<(), Error> {
    let body = seal_own(tx, "watch_case.body", &new.id.to_string(), new.body);
    let (score, threshold) = (new.score_milli, new.threshold_milli);
    tx.exec(
        "insert into watch_case (id, person_id, opened_us, act_us, score_milli, threshold_milli, body_sealed, measure, forget_us, pair_id)
         values ($1, $2, $3, $4, $5, $6, $7, 'none', $8, $9)",
        vals![new.id, new.person, new.at, new.act_at, score, threshold, body, new.forget_at, new.pair],
    )
    .await?;
    Ok(())
}

/// Keeps what was added to a case: its scores, its pair and what it rests on.
pub async fn grown(tx: &mut Tx, case: &Case) -> Result<(), Error> {
    let body = seal_own(tx, "watch_case.body", &case.id.to_string(), &case.body);
    tx.exec(
        "update watch_case set score_milli = $1, threshold_milli = $2, body_sealed = $3, pair_id = $4 where id = $5",
        vals![case.score_milli, case.threshold_milli, body, case.pair, case.id],
    )
    .await?;
    Ok(())
}

/// The highest score that was found benign about a person since `since`, in cases of one kind.
pub async fn benign_since(tx: &mut Tx, person: PersonId, since: Micros, outside: bool) -> Result<Option<i64>, Error> {
    let row = tx
        .one(
            "select max(score_milli) from watch_case
              where person_id = $1 and verdict = 'benign' and decided_us >= $2
                and (case when forget_us is null then 0 else 1 end) = $3",
            vals![person, since, i64::from(outside)],
        )
        .await?;
    row.map_or(Ok(None), |row| row.opt_int(0))
}

/// What was found of a case.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    /// About whom the case is.
    pub person: PersonId,
    /// When the act was that tipped it.
    pub act_at: Micros,
    /// What people found.
    pub verdict: Verdict,
}

/// What was found of the cases of our own ledgers that were tipped since `since`, oldest first.
pub async fn found_since(tx: &mut Tx, since: Micros) -> Result<Vec<Found>, Error> {
    let rows = tx
        .q(
            "select person_id, act_us, verdict
               from watch_case
              where act_us >= $1 and verdict is not null and forget_us is null
              order by act_us, id
              limit 10000",
            vals![since],
        )
        .await?;
    let word = |word: &str| word.parse().map_err(|_| Error::Unsealable { table: "watch_case" });
    rows.iter().map(|row| Ok(Found { person: row.id(0)?, act_at: row.at(1)?, verdict: word(row.text(2)?)? })).collect()
}

/// The cases from outside logs that were decided and are not forgotten, oldest first. Their acts may be of any time.
pub async fn decided_outside(tx: &mut Tx) -> Result<Vec<Case>, Error> {
    let rows = tx
        .q(
            case!(
                "where verdict is not null and forget_us is not null
              order by act_us, id
              limit 10000"
            ),
            &[],
        )
        .await?;
    rows.iter().map(|row| read(tx, row)).collect()
}

/// Says what a case did at once; `body` names what there was before.
pub async fn measured(tx: &mut Tx, id: CaseId, measure: Measure, body: &str, at: Micros) -> Result<(), Error> {
    let body = seal_own(tx, "watch_case.body", &id.to_string(), body);
    tx.exec(
        "update watch_case set measure = $1, measured_us = $2, body_sealed = $3 where id = $4",
        vals![measure.word(), at, body, id],
    )
    .await?;
    Ok(())
}

/// Says that what a case did has ended.
pub async fn lifted(tx: &mut Tx, id: CaseId, at: Micros) -> Result<(), Error> {
    tx.exec("update watch_case set lifted_us = $1 where id = $2 and lifted_us is null", vals![at, id]).await?;
    Ok(())
}

/// Decides a case; an earlier decision gives way only while it is contested. False if somebody was faster.
pub async fn decide(tx: &mut Tx, id: CaseId, decided: &Decided) -> Result<bool, Error> {
    let reason = seal_own(tx, "watch_case.reason", &id.to_string(), &decided.reason);
    let changed = tx
        .exec(
            "update watch_case set verdict = $1, decided_by = $2, decided_us = $3, reason_sealed = $4
              where id = $5 and (decided_us is null or (contested_us is not null and contested_us >= decided_us))",
            vals![decided.verdict.word(), decided.by, decided.at, reason, id],
        )
        .await?;
    Ok(changed == 1)
}

/// Contests a case.
pub async fn contest(tx: &mut Tx, id: CaseId, by: MemberId, at: Micros, reason: &str) -> Result<(), Error> {
    let reason = seal_own(tx, "watch_case.contest", &id.to_string(), reason);
    tx.exec(
        "update watch_case set contested_by = $1, contested_us = $2, contest_sealed = $3 where id = $4",
        vals![by, at, reason, id],
    )
    .await?;
    Ok(())
}

/// Whether a member ever had a grant or a proposal: a custodian without one is the installation's.
pub async fn ever_granted(tx: &mut Tx, member: MemberId) -> Result<bool, Error> {
    Ok(tx.one("select id from client_grant where member_id = $1 limit 1", vals![member]).await?.is_some())
}

/// A case, locked.
pub async fn get(tx: &mut Tx, id: CaseId) -> Result<Option<Case>, Error> {
    let row = tx.one(case!("where id = $1 /*lock watch_case*/"), vals![id]).await?;
    row.map(|row| read(tx, &row)).transpose()
}

/// Cases, newest first, before `(opened, id)`, but for those about `reader` alone or with another; only those that wait for a decision, or all.
pub async fn list(
    tx: &mut Tx,
    before: (i64, &str),
    open: bool,
    reader: PersonId,
    limit: u32,
) -> Result<Vec<Case>, Error> {
    let rows = tx
        .q(
            case!(
                "where (opened_us < $1 or (opened_us = $1 and id < $2))
                and ($3 = 0 or decided_us is null or (contested_us is not null and contested_us >= decided_us))
                and person_id <> $4 and (pair_id is null or pair_id <> $4)
              order by opened_us desc, id desc
              limit $5"
            ),
            vals![before.0, before.1, i64::from(open), reader, limit],
        )
        .await?;
    rows.iter().map(|row| read(tx, row)).collect()
}

/// Cases about a person, newest first, at most 200.
pub async fn of_person(tx: &mut Tx, person: PersonId) -> Result<Vec<Case>, Error> {
    let rows = tx.q(case!("where person_id = $1 order by opened_us desc, id desc limit 200"), vals![person]).await?;
    rows.iter().map(|row| read(tx, row)).collect()
}

/// Cases about `from` are about `to`: he sees them no more than his own, and decides none of them.
pub async fn join(tx: &mut Tx, from: PersonId, to: PersonId) -> Result<(), Error> {
    tx.exec("update watch_case set person_id = $1 where person_id = $2", vals![to, from]).await?;
    tx.exec("update watch_case set pair_id = $1 where pair_id = $2", vals![to, from]).await?;
    Ok(())
}

fn read(tx: &Tx, row: &Row) -> Result<Case, Error> {
    let id = row.text(0)?;
    let decided = match (row.opt_id(9)?, row.opt_id(10)?, row.opt_at(11)?, row.opt_sealed(12)?) {
        (Some(verdict), Some(by), Some(at), Some(sealed)) => {
            Some(Decided { verdict, by, at, reason: open_own(tx, "watch_case.reason", id, &sealed)? })
        }
        _ => None,
    };
    let contested = match (row.opt_id(13)?, row.opt_at(14)?, row.opt_sealed(15)?) {
        (Some(by), Some(at), Some(sealed)) => Some((by, at, open_own(tx, "watch_case.contest", id, &sealed)?)),
        _ => None,
    };
    Ok(Case {
        id: row.id(0)?,
        person: row.id(1)?,
        pair: row.opt_id(17)?,
        opened_at: row.at(2)?,
        act_at: row.at(3)?,
        score_milli: row.int(4)?,
        threshold_milli: row.int(5)?,
        body: open_own(tx, "watch_case.body", id, &row.sealed(6)?)?,
        measure: row.id(7)?,
        lifted_at: row.opt_at(8)?,
        decided,
        contested,
        forget_at: row.opt_at(16)?,
    })
}
