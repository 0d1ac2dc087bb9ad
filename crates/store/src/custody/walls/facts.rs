//! What walls know of a person: four statements, in one round trip with others or by themselves.

use crate::{Error, Row, Tx, Val, custody::exposures::GRAIN_US, dialect::Statement};
use std::collections::{HashMap, HashSet};
use vouchsafe_domain::{
    access::role::Role,
    custody::{
        budget::Budget,
        wall::{
            graph::Dated,
            person::{Exposure, Interest, Leaving, Person, Terms, Waiver},
        },
    },
    ids::{ClientId, MemberId, OrganisationId, PersonId, ProjectId},
    time::Micros,
};

/// Everything a wall, a pass or a budget of one person rests on.
#[derive(Clone, Default)]
pub(crate) struct Facts {
    pub(crate) person: Person,
    pub(crate) terms: HashMap<OrganisationId, Terms>,
    pub(crate) passes: Vec<(MemberId, ClientId, Micros)>,
    pub(crate) declarations_asked: HashSet<ClientId>,
    pub(crate) declared: HashSet<ProjectId>,
    budgets: HashMap<String, Budget>,
    more: Vec<(MemberId, u32, Micros)>,
}

impl Facts {
    /// Whether the exposure to a client was written so lately that a sight now need not be.
    pub(crate) fn fresh(&self, client: ClientId, now: Micros) -> bool {
        let exposure = self.person.exposures.iter().find(|e| e.client == client.into());
        exposure.and_then(|e| e.last_sight).is_some_and(|sight| now < sight)
    }

    pub(crate) fn budget(&self, member: MemberId, role: Role, now: Micros) -> Budget {
        let set = self.budgets.get(&member.to_string()).or_else(|| self.budgets.get(role.word()));
        let mut budget = set.copied().unwrap_or_else(|| Budget::of(role));
        if self.person.leaving.is_some() {
            budget = budget.narrowed();
        }
        let more = self.more.iter().filter(|(m, _, until)| *m == member && now < *until);
        more.fold(budget, |budget, (_, items, _)| budget.plus(*items))
    }
}

/// A person's ties, exposures, reserved work, walls, declarations and last day: `(what, whom, when)`.
const OF_PERSON: &str = "select 0, client_id, seen_us from exposure where person_id = $1
     union all
     select 1, organisation_id, until_us from interest where person_id = $1
     union all
     select 1, l.known_id, i.until_us from interest i
       join organisation_likeness l on l.declared_id = i.organisation_id
      where i.person_id = $1 and l.other_us is null
     union all
     select 2, client_id, null from wall where person_id = $1 and lifted_us is null
     union all
     select 3, project_id, null from declaration where person_id = $1
     union all
     select 4, id, last_day_us from person where id = $1 and last_day_us is not null
     union all
     select 5, a.client_id, null from assignment a
      where a.state in ('leased', 'returned')
        and a.member_id in (select m.id from member m where m.person_id in
                             (select $1 union all select n.id from person n where n.merged_into = $1))";

const APPROVED: &str = "select kind, member_id, client_id, other_id, amount, decided_us, until_us
       from custody_request
      where person_id = $1 and verdict = 'approved'";

const CLIENTS: &str = "select c.id, c.cool_off_us, c.declarations_us,
            (select count(*) from hold h where h.client_id = c.id and h.released_us is null), c.gap_us
       from client c
      where c.id in (select $2 union all select e.client_id from exposure e where e.person_id = $1
                     union all select g.id from client g where g.gap_us is not null)";

const BUDGETS: &str = "select b.subject, b.hour_max, b.day_max, b.month_max
       from take_budget b
      where b.subject in ('admin', 'operator', 'custodian', 'reviewer', 'expert', 'observer')
         or b.subject in (select m.id from member m where m.person_id in
                           (select $1 union all select n.id from person n where n.merged_into = $1))";

/// What is asked for [`Facts`], so that it can go with other statements in one round trip.
pub(crate) struct Asked([Val<'static>; 2]);

/// What [`Asked`] gave.
pub(crate) type Rows = [Vec<Row>; 4];

impl Asked {
    pub(crate) fn about(person: PersonId, client: ClientId) -> Self {
        Self([person.into(), client.into()])
    }

    pub(crate) fn statements(&self) -> [Statement<'_>; 4] {
        let (person, both) = (&self.0[..1], &self.0[..]);
        [(OF_PERSON, person), (APPROVED, person), (CLIENTS, both), (BUDGETS, person)]
    }
}

/// Reads them.
pub(super) async fn load(tx: &mut Tx, person: PersonId, client: ClientId, now: Micros) -> Result<Facts, Error> {
    let rows = tx.q_all(Asked::about(person, client).statements()).await?;
    read(&rows, now)
}

/// What the rows say at this moment.
pub(super) fn read([of_person, approved, clients, budgets]: &Rows, now: Micros) -> Result<Facts, Error> {
    let mut facts = Facts::default();
    let person = &mut facts.person;
    let mut reserved = Vec::new();
    for row in of_person {
        match row.int(0)? {
            0 => {
                let sight = Some(row.at(2)?.plus(GRAIN_US));
                person.exposures.push(Exposure { client: row.id(1)?, last_sight: sight, reserved: false });
            }
            1 => person.interests.push(Interest { organisation: row.id(1)?, until: row.opt_at(2)? }),
            2 => person.ordered.push(row.id(1)?),
            3 => facts.declared.extend([row.id::<ProjectId>(1)?]),
            4 => person.leaving = Some(Leaving { last_day: row.at(2)? }),
            _ => reserved.push(row.id(1)?),
        }
    }
    for row in clients {
        let terms = Terms { cool_off_us: row.int(1)?, held: row.int(3)? > 0 };
        facts.terms.insert(row.id(0)?, terms);
        if row.flag(2)? {
            facts.declarations_asked.insert(row.id(0)?);
        }
        // Whom a client was sent to before its entries were lost nobody knows: whoever asks may have been one of them.
        if row.flag(4)? {
            facts.person.unsure.push(row.id(0)?);
        }
    }
    for client in reserved {
        match facts.person.exposures.iter_mut().find(|e| e.client == client) {
            Some(exposure) => exposure.reserved = true,
            None => facts.person.exposures.push(Exposure { client, last_sight: None, reserved: true }),
        }
    }
    for row in approved {
        // What was decided once and for all has no end, and opens nothing.
        if let Some(until) = row.opt_at(6)?.filter(|until| now < *until) {
            approve(&mut facts, row, until)?;
        }
    }
    for row in budgets {
        let budget = Budget { hour: row.count(1)?, day: row.count(2)?, month: row.count(3)? };
        facts.budgets.insert(row.text(0)?.to_owned(), budget);
    }
    Ok(facts)
}

/// How the content of every client fades.
pub(super) async fn terms_of_all(tx: &mut Tx) -> Result<Vec<(OrganisationId, Terms)>, Error> {
    let rows = tx
        .q(
            "select c.id, c.cool_off_us, (select count(*) from hold h where h.client_id = c.id and h.released_us is null)
               from client c",
            &[],
        )
        .await?;
    rows.iter().map(|row| Ok((row.id(0)?, Terms { cool_off_us: row.int(1)?, held: row.int(2)? > 0 }))).collect()
}

/// One approved request: a waiver, a pass or more to read.
fn approve(facts: &mut Facts, row: &Row, until: Micros) -> Result<(), Error> {
    match row.text(0)? {
        "waiver" => {
            let dated = Dated { from: row.at(5)?, until: Some(until) };
            facts.person.waivers.push(Waiver { a: row.id(2)?, b: row.id(3)?, dated });
        }
        "break_glass" => facts.passes.push((row.id(1)?, row.id(2)?, until)),
        "budget" => facts.more.push((row.id(1)?, row.count(4)?, until)),
        _ => {}
    }
    Ok(())
}
