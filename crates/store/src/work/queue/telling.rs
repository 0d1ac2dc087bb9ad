//! Of the next few tasks, the one of which this member's answer is expected to tell most.
//!
//! A report leaves on each task that is asked about once more what a member of each group would tell, and on each member which group is his. So
//! a claim needs no model: it looks at a few tasks, and its cost does not depend on how many there are.

use super::{Candidate, LanePlace, SWEEP_MAX, read_candidate, upto};
use crate::{Error, Tx, vals};
use vouchsafe_domain::{
    ids::{PersonId, ProjectId},
    work::telling::{self, Stratum},
};

/// How many tasks a member chooses among.
const CHOICE: i64 = 16;
/// The same where others hold all of those at this moment: more than there are connections.
const CHOICE_WIDE: i64 = 256;

/// What a member's answer must tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// His group.
    pub stratum: Stratum,
    /// The least level at which he is asked.
    pub least: i64,
}

/// Tasks that anybody may be given come first, in their order; then what he tells most about. Among so many as `$8` says that he never
/// had and about which he tells enough, the first behind a place. The last column is the first of the others. PostgreSQL takes what is compared with
/// `<` for likelier than what is compared with `=`, and so walks the index up to the limit where it would sort all there is.
const BEST: &str = concat!(
    "with w as materialized (
       select t.no, t.pos, case when t.tells is null then 1000000 else (t.tells >> cast($6 as integer)) & 4095 end as level
         from task t
        where t.project_id = $1 and t.lane = $2 and t.open_slots > 0 and t.pos > $3 and t.pos <= $5
          and (t.tells is null or ((t.tells >> cast($6 as integer)) & 4095) >= $7)
          and (select count(*) ",
    had!("label"),
    ") + (select count(*) ",
    had!("review"),
    ") + (select count(*) ",
    had!("adjudicate"),
    ") < 1
        order by t.pos
        limit $8)",
    candidate!(
        "(select task.id, task.pos, task.no, task.overlap, task.client_id, (select min(o.pos) from w o where o.no <> w.no) as others
            from w join task on task.project_id = $1 and task.no = w.no
           where task.open_slots > 0 and task.pos = w.pos
           order by w.level desc, w.pos
           limit 1 /*claim task*/) t
           join task_content c on c.task_no = t.no",
        ", t.others"
    )
);

/// The task of a lane after `from.pos` that this person never had and tells most about, of the next few; nothing about which he
/// tells too little. Looks at three times [`SWEEP_MAX`] tasks or fewer: where the next positions hold none for him, at the next open tasks, and then from
/// a place on that `draw` chooses, so that he is stuck behind nothing that is for others.
pub async fn seek(
    tx: &mut Tx,
    project: ProjectId,
    person: PersonId,
    from: LanePlace,
    choice: Choice,
    draw: i64,
) -> Result<Option<Candidate>, Error> {
    let near = from.pos + SWEEP_MAX;
    let found = seek_within(tx, project, person, (from, near), choice).await?;
    if found.is_some() || from.end <= near {
        return Ok(found);
    }
    let far = near + draw.rem_euclid(from.end - near);
    for start in [near, far] {
        let start = LanePlace { pos: start, ..from };
        let found = match upto(tx, project, start).await? {
            Some(upto) => seek_within(tx, project, person, (start, upto), choice).await?,
            None => None,
        };
        if found.is_some() {
            return Ok(
                found.map(|found| Candidate { place: if start.pos == near { found.place } else { from.pos }, ..found })
            );
        }
    }
    Ok(None)
}

pub(super) async fn seek_within(
    tx: &mut Tx,
    project: ProjectId,
    person: PersonId,
    (from, upto): (LanePlace, i64),
    choice: Choice,
) -> Result<Option<Candidate>, Error> {
    let wide = tx.skips_locked().then_some(CHOICE_WIDE);
    for among in [CHOICE].into_iter().chain(wide) {
        let (shift, least) = (telling::shift(choice.stratum), choice.least);
        let vals = vals![project, from.lane, from.pos, person, upto, shift, least, among];
        if let Some(row) = tx.one(BEST, vals).await? {
            let candidate = read_candidate(&row, from.lane)?;
            // What he leaves to others stays before him.
            let place = row.opt_int(8)?.map_or(candidate.pos, |others| candidate.pos.min(others - 1));
            return Ok(Some(Candidate { place, ..candidate }));
        }
    }
    Ok(None)
}
