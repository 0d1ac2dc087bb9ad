//! All that a claim must know of a project and a member, in one statement.

use crate::{Error, Pending, Row, Tx, custody::clearance::Clearance, seal::Sealed, vals};
use std::str::FromStr;
use vouchsafe_domain::{
    experts::{course::Course, standing},
    ids::{ClientId, GuidelineId, MemberId, PersonId, ProjectId, SchemaId},
    time::Micros,
    work::telling,
};

/// Whether work is given out.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum State {
    /// Work is given out.
    Open,
    /// No new work for now; what is held may be finished.
    Paused,
    /// Nothing comes in any more.
    Closed,
}

/// The text names no state of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be one of `open`, `paused`, `closed`")]
pub struct UnknownState;

impl State {
    /// The word in rows and API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Paused => "paused",
            Self::Closed => "closed",
        }
    }
}

impl FromStr for State {
    type Err = UnknownState;
    fn from_str(text: &str) -> Result<Self, UnknownState> {
        [Self::Open, Self::Paused, Self::Closed].into_iter().find(|s| s.word() == text).ok_or(UnknownState)
    }
}

/// A project as a member comes to its door. Holds no content but the sealed name.
#[derive(Clone, Debug)]
pub struct Gate {
    /// The project.
    pub project: ProjectId,
    /// Its number in the installation.
    pub number: i64,
    /// Whose it is.
    pub client: ClientId,
    /// Whether work is given out.
    pub state: State,
    /// The newest schema.
    pub schema: SchemaId,
    /// Its version, from 1.
    pub schema_version: u32,
    /// The newest guideline.
    pub guideline: GuidelineId,
    /// Its version, from 1.
    pub guideline_version: u32,
    /// The member acknowledged this very version.
    pub acknowledged: bool,
    /// How many people label each task.
    pub overlap: u32,
    /// How many of 10,000 annotations are reviewed.
    pub review_per_10000: u32,
    /// How many of 10,000 assignments of a person are gold.
    pub gold_per_10000: u32,
    /// How long a lease lasts, in microseconds.
    pub lease_us: i64,
    /// What is returned goes to another person, not to its author.
    pub return_to_another: bool,
    /// How many leases one member may hold here at once.
    pub open_leases_max: u32,
    /// How many assignments one member may take here within an hour.
    pub per_hour_max: u32,
    /// Text may be copied out of the browser.
    pub copy_allowed: bool,
    /// Changes whenever the pool does.
    pub pool_version: i64,
    /// The member's person.
    pub person: PersonId,
    /// Changes whenever the person's profile or credentials do.
    pub facts_version: i64,
    /// How the member's human stands here, and when a pause ends; `None` where he was never looked at.
    pub standing: Option<(standing::State, Option<Micros>)>,
    /// What it asks as a qualification course; `None` where it is none.
    pub course: Option<Course>,
    /// The level of what one more answer must tell (`domain/work/telling.rs`); `None` where however little is enough.
    pub least: Option<i64>,
    pub(super) name: Sealed,
}

/// The row of a [`Gate`], of project `$1` and member `$2`.
pub(crate) const SELECT: &str = "select p.client_id, p.state, p.schema_id, s.version, p.guideline_id, g.version,
                    case when exists (select 1 from guideline_ack a where a.guideline_id = p.guideline_id and a.member_id = m.id) then 1 else 0 end,
                    p.overlap, p.review_per_10000, p.gold_per_10000, p.lease_us, p.return_to_another_us,
                    p.open_leases_max, p.per_hour_max, p.copy_allowed_us, p.pool_version,
                    m.person_id, n.facts_version, p.name_sealed, p.no, x.state, x.until_us,
                    p.course_tasks, p.course_pass_per_10000, p.course_attempts, p.course_valid_us,
                    p.least_gain_millionths, p.price_per_10000
               from project p
               join schema s on s.id = p.schema_id
               join guideline g on g.id = p.guideline_id
               join member m on m.id = $2
               join person n on n.id = m.person_id
               left join expert_standing x on x.project_id = p.id and x.person_id = coalesce(n.merged_into, n.id)
              where p.id = $1";

/// The project and how this member stands to it. `None` when either does not exist.
pub async fn gate(tx: &mut Tx, project: ProjectId, member: MemberId) -> Result<Option<Gate>, Error> {
    let row = tx.one(SELECT, vals![project, member]).await?;
    row.map(|row| read(project, &row)).transpose()
}

/// Reads what [`SELECT`] gave.
pub(crate) fn read(project: ProjectId, row: &Row) -> Result<Gate, Error> {
    Ok(Gate {
        project,
        client: row.id(0)?,
        state: row.id(1)?,
        schema: row.id(2)?,
        schema_version: row.count(3)?,
        guideline: row.id(4)?,
        guideline_version: row.count(5)?,
        acknowledged: row.int(6)? > 0,
        overlap: row.count(7)?,
        review_per_10000: row.count(8)?,
        gold_per_10000: row.count(9)?,
        lease_us: row.int(10)?,
        return_to_another: row.flag(11)?,
        open_leases_max: row.count(12)?,
        per_hour_max: row.count(13)?,
        copy_allowed: row.flag(14)?,
        pool_version: row.int(15)?,
        person: row.id(16)?,
        facts_version: row.int(17)?,
        name: row.sealed(18)?,
        number: row.int(19)?,
        standing: row.opt_id(20)?.map(|state| Ok::<_, Error>((state, row.opt_at(21)?))).transpose()?,
        course: crate::experts::courses::read_course(row, 22)?,
        least: match row.opt_int(26)? {
            Some(least) => Some(telling::level(telling::least_bits(least, row.opt_int(27)?))),
            None => None,
        },
    })
}

impl Gate {
    /// The project's name, for whom the clearance lets have it.
    pub fn name(&self, tx: &Tx, clearance: &Clearance<'_>) -> Result<Pending<String>, Error> {
        if clearance.client() != self.client {
            return Err(Error::ForeignClearance);
        }
        let name = clearance.pending(tx, "project.name", &self.project.to_string(), self.name.clone())?;
        Ok(name.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// When a lease taken now lapses.
    pub fn lapses_at(&self, now: Micros) -> Micros {
        now.plus(self.lease_us)
    }
}
