//! How each expert stands in a project, what the project asks of him, and when he was last looked at. One row a human.

use crate::{Error, Row, Tx, custody::clearance::Clearance, tx::Read, vals};
use vouchsafe_domain::{
    experts::standing::{Bar, Bars, Standing},
    ids::{PersonId, ProjectId},
    time::Micros,
};

/// Most rows of one project that are read.
pub const PEOPLE_MAX: usize = 10_000;

/// An expert's standing with what keeps the rule honest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Who.
    pub person: PersonId,
    /// How he stands, as it was written: a pause may be over since.
    pub standing: Standing,
    /// Who had set the rule that moved him last.
    pub rule_by: Option<PersonId>,
    /// When his figures were last looked at.
    pub looked_at: Micros,
    /// How many annotations of his there were then.
    pub looked_annotations: i64,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select x.person_id, x.state, x.since_us, x.counted_us, x.until_us, x.reasons, x.rule_by, x.looked_us, x.looked_annotations
               from expert_standing x ",
            $rest
        )
    };
}

/// Everybody who was looked at in a project, by id, at most [`PEOPLE_MAX`].
pub async fn of_project(on: &mut Read, project: ProjectId) -> Result<Vec<Kept>, Error> {
    let rows = on.q(select!("where x.project_id = $1 order by x.person_id limit 10000"), vals![project]).await?;
    rows.iter().map(read).collect()
}

/// As [`of_project`], in a transaction and without those who are active.
pub async fn moved(tx: &mut Tx, project: ProjectId) -> Result<Vec<Kept>, Error> {
    let sql =
        select!("where x.project_id = $1 and x.state <> 'active' order by x.since_us desc, x.person_id limit 10000");
    tx.q(sql, vals![project]).await?.iter().map(read).collect()
}

/// One expert's row, locked; `None` where he was never looked at.
pub async fn get(tx: &mut Tx, project: ProjectId, person: PersonId) -> Result<Option<Kept>, Error> {
    let sql = select!("where x.project_id = $1 and x.person_id = $2 /*lock x*/");
    tx.one(sql, vals![project, person]).await?.as_ref().map(read).transpose()
}

/// Writes a row over one that stood since `before`, or where there is none. False where somebody else moved him meanwhile.
pub async fn put(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    project: ProjectId,
    new: &Kept,
    before: Micros,
) -> Result<bool, Error> {
    clearance.within(tx)?;
    let standing = &new.standing;
    let reasons = serde_json::to_string(&standing.reasons).map_err(|e| Error::Database(e.to_string()))?;
    let changed = tx
        .exec(
            "insert into expert_standing (project_id, person_id, client_id, state, since_us, counted_us, until_us, reasons, rule_by, looked_us, looked_annotations)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             on conflict (project_id, person_id) do update
               set state = excluded.state, since_us = excluded.since_us, counted_us = excluded.counted_us, until_us = excluded.until_us,
                   reasons = excluded.reasons, rule_by = excluded.rule_by, looked_us = excluded.looked_us,
                   looked_annotations = excluded.looked_annotations
             where expert_standing.since_us = $12",
            vals![
                project,
                new.person,
                clearance.client(),
                standing.state.word(),
                standing.since,
                standing.counted_from,
                standing.until,
                reasons,
                new.rule_by,
                new.looked_at,
                new.looked_annotations,
                before
            ],
        )
        .await?;
    Ok(changed == 1)
}

fn read(row: &Row) -> Result<Kept, Error> {
    Ok(Kept {
        person: row.id(0)?,
        standing: Standing {
            state: row.id(1)?,
            since: row.at(2)?,
            counted_from: row.at(3)?,
            until: row.opt_at(4)?,
            reasons: serde_json::from_str(row.text(5)?).map_err(|e| Error::Database(e.to_string()))?,
        },
        rule_by: row.opt_id(6)?,
        looked_at: row.at(7)?,
        looked_annotations: row.int(8)?,
    })
}

/// Two persons turned out to be one: what either stands as holds for him, and where both stand somewhere, that of `to`.
pub async fn join(tx: &mut Tx, from: PersonId, to: PersonId) -> Result<(), Error> {
    // Who set a rule does not become another by it.
    tx.exec("update expert_standing set rule_by = $1 where rule_by = $2", vals![to, from]).await?;
    tx.exec("update expert_bars set set_by = $1 where set_by = $2", vals![to, from]).await?;
    tx.exec(
        "update expert_standing set person_id = $1
          where person_id = $2
            and not exists (select 1 from expert_standing o where o.project_id = expert_standing.project_id and o.person_id = $1)",
        vals![to, from],
    )
    .await?;
    tx.exec("delete from expert_standing where person_id = $1", vals![from]).await?;
    tx.exec(
        "update second_look set person_id = $1
          where person_id = $2
            and not exists (select 1 from second_look o
                             where o.project_id = second_look.project_id and o.person_id = $1 and o.about_us = second_look.about_us)",
        vals![to, from],
    )
    .await?;
    Ok(())
}

/// What a project asks, and who set it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// What is asked; neither bar where nothing is.
    pub bars: Bars,
    /// Who set it.
    pub by: PersonId,
    /// When.
    pub at: Micros,
}

const BARS: &str =
    "select gold_probation, gold_pause, review_probation, review_pause, at_least, pause_us, set_by, set_us
       from expert_bars where project_id = $1";

/// What a project asks; `None` where nobody ever set it.
pub async fn asked(tx: &mut Tx, project: ProjectId) -> Result<Option<Asked>, Error> {
    tx.one(BARS, vals![project]).await?.as_ref().map(read_asked).transpose()
}

/// As [`asked`], outside a transaction.
pub async fn asked_of(on: &mut Read, project: ProjectId) -> Result<Option<Asked>, Error> {
    on.one(BARS, vals![project]).await?.as_ref().map(read_asked).transpose()
}

/// Sets what a project asks, in place of what it asked before.
pub async fn ask(tx: &mut Tx, clearance: &Clearance<'_>, project: ProjectId, new: &Asked) -> Result<(), Error> {
    clearance.within(tx)?;
    let (gold, review) = (new.bars.gold, new.bars.review);
    tx.exec(
        "insert into expert_bars (project_id, client_id, gold_probation, gold_pause, review_probation, review_pause, at_least, pause_us, set_by, set_us)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (project_id) do update
           set gold_probation = excluded.gold_probation, gold_pause = excluded.gold_pause, review_probation = excluded.review_probation,
               review_pause = excluded.review_pause, at_least = excluded.at_least, pause_us = excluded.pause_us,
               set_by = excluded.set_by, set_us = excluded.set_us",
        vals![
            project,
            clearance.client(),
            gold.map(|bar| bar.probation_below),
            gold.map(|bar| bar.pause_below),
            review.map(|bar| bar.probation_below),
            review.map(|bar| bar.pause_below),
            new.bars.at_least,
            new.bars.pause_us,
            new.by,
            new.at
        ],
    )
    .await?;
    Ok(())
}

fn read_asked(row: &Row) -> Result<Asked, Error> {
    let bar = |at: usize| {
        let (probation, pause) = (row.opt_int(at)?, row.opt_int(at + 1)?);
        let share = |n: i64| u32::try_from(n).unwrap_or(0);
        Ok::<_, Error>(
            probation
                .zip(pause)
                .map(|(probation, pause)| Bar { probation_below: share(probation), pause_below: share(pause) }),
        )
    };
    Ok(Asked {
        bars: Bars { gold: bar(0)?, review: bar(2)?, at_least: row.count(4)?, pause_us: row.int(5)? },
        by: row.id(6)?,
        at: row.at(7)?,
    })
}
