//! Second looks: an expert asks that another person looks again at how he stands. Once for each change of standing.

use crate::{Error, Pending, Row, Tx, custody::clearance::Clearance, seal::Sealed, vals};
use vouchsafe_domain::{
    ids::{ClientId, LookId, PersonId, ProjectId},
    time::Micros,
};

const WORDS: &str = "second_look";
const ANSWER: &str = "second_look.answer";

/// A second look, its words still sealed.
#[derive(Debug, Clone)]
pub struct Look {
    /// Its id.
    pub id: LookId,
    /// In which project.
    pub project: ProjectId,
    /// Whose project.
    pub client: ClientId,
    /// Who asks.
    pub person: PersonId,
    /// Which change of standing it is about: since when it holds.
    pub about: Micros,
    /// When he asked.
    pub asked_at: Micros,
    /// Who decided, when, and whether for him.
    pub decided: Option<(PersonId, Micros, bool)>,
    words: Sealed,
    answer: Option<Sealed>,
}

impl Look {
    /// What he says, on its way to whom it was cleared for.
    pub fn words(&self, tx: &Tx, clearance: &Clearance<'_>) -> Result<Pending<String>, Error> {
        Ok(text(clearance.pending(tx, WORDS, &self.id.to_string(), self.words.clone())?))
    }

    /// What whoever decided says to it.
    pub fn answer(&self, tx: &Tx, clearance: &Clearance<'_>) -> Result<Option<Pending<String>>, Error> {
        let answer = self.answer.clone();
        answer.map(|sealed| Ok(text(clearance.pending(tx, ANSWER, &self.id.to_string(), sealed)?))).transpose()
    }
}

fn text(words: Pending<Vec<u8>>) -> Pending<String> {
    words.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select l.id, l.project_id, l.client_id, l.person_id, l.about_us, l.asked_us, l.decided_by, l.decided_us, l.verdict, l.words_sealed, l.answer_sealed
               from second_look l ",
            $rest
        )
    };
}

/// Asks. False where he asked about this change before.
pub async fn insert(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    id: LookId,
    (project, person): (ProjectId, PersonId),
    about: Micros,
    words: &str,
    at: Micros,
) -> Result<bool, Error> {
    let sealed = clearance.seal(tx, WORDS, &id.to_string(), words.as_bytes())?;
    let changed = tx
        .exec(
            "insert into second_look (id, project_id, client_id, person_id, about_us, words_sealed, asked_us)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (project_id, person_id, about_us) do nothing",
            vals![id, project, clearance.client(), person, about, sealed, at],
        )
        .await?;
    Ok(changed == 1)
}

/// His newest in a project.
pub async fn newest(tx: &mut Tx, project: ProjectId, person: PersonId) -> Result<Option<Look>, Error> {
    let sql = select!("where l.project_id = $1 and l.person_id = $2 order by l.asked_us desc, l.id limit 1");
    tx.one(sql, vals![project, person]).await?.as_ref().map(read).transpose()
}

/// Those of a project, undecided ones first, then the newest, at most 200.
pub async fn of_project(tx: &mut Tx, project: ProjectId) -> Result<Vec<Look>, Error> {
    let sql = select!(
        "where l.project_id = $1
           order by case when l.decided_us is null then 0 else 1 end, l.asked_us desc, l.id
           limit 200"
    );
    tx.q(sql, vals![project]).await?.iter().map(read).collect()
}

/// One, locked.
pub async fn get(tx: &mut Tx, id: LookId) -> Result<Option<Look>, Error> {
    tx.one(select!("where l.id = $1 /*lock l*/"), vals![id]).await?.as_ref().map(read).transpose()
}

/// Decides one that is open. False when somebody was faster.
pub async fn decide(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    look: &Look,
    for_him: bool,
    answer: &str,
    (by, at): (PersonId, Micros),
) -> Result<bool, Error> {
    let sealed = clearance.seal(tx, ANSWER, &look.id.to_string(), answer.as_bytes())?;
    let verdict = if for_him { "restored" } else { "upheld" };
    let sql = "update second_look set decided_by = $1, decided_us = $2, verdict = $3, answer_sealed = $4
                where id = $5 and client_id = $6 and decided_us is null";
    Ok(tx.exec(sql, vals![by, at, verdict, sealed, look.id, clearance.client()]).await? == 1)
}

fn read(row: &Row) -> Result<Look, Error> {
    let decided = match (row.opt_id(6)?, row.opt_at(7)?) {
        (Some(by), Some(at)) => Some((by, at, row.opt_text(8)? == Some("restored"))),
        _ => None,
    };
    Ok(Look {
        id: row.id(0)?,
        project: row.id(1)?,
        client: row.id(2)?,
        person: row.id(3)?,
        about: row.at(4)?,
        asked_at: row.at(5)?,
        decided,
        words: row.sealed(9)?,
        answer: row.opt_sealed(10)?,
    })
}
