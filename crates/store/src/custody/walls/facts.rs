//! What walls know of a person, read in one round trip.

use crate::{Error, Row, Tx, custody::exposures::GRAIN_US, vals};
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

/// Reads them.
pub(super) async fn load(tx: &mut Tx, person: PersonId, client: ClientId, now: Micros) -> Result<Facts, Error> {
    let (of_person, and_now, and_client) = (vals![person], vals![person, now], vals![person, client]);
    let [exposures, reserved, interests, walls, approved, leaving, clients, budgets, declared, gaps] = tx
        .q_all([
            ("select client_id, seen_us from exposure where person_id = $1", of_person),
            (
                "select distinct a.client_id from assignment a
                  where a.state in ('leased', 'returned')
                    and a.member_id in (select m.id from member m where m.person_id = $1
                                           or m.person_id in (select n.id from person n where n.merged_into = $1))",
                of_person,
            ),
            ("select organisation_id, until_us from interest where person_id = $1", of_person),
            ("select client_id from wall where person_id = $1 and lifted_us is null", of_person),
            (
                "select kind, member_id, client_id, other_id, amount, decided_us, until_us
                   from custody_request where person_id = $1 and verdict = 'approved' and until_us > $2",
                and_now,
            ),
            ("select last_day_us from person where id = $1 and last_day_us is not null", of_person),
            (
                "select c.id, c.cool_off_us, c.declarations_us,
                        (select count(*) from hold h where h.client_id = c.id and h.released_us is null)
                   from client c
                  where c.id = $2 or c.gap_us is not null
                     or c.id in (select e.client_id from exposure e where e.person_id = $1)",
                and_client,
            ),
            (
                "select b.subject, b.hour_max, b.day_max, b.month_max from take_budget b
                  where b.subject in ('admin', 'operator', 'custodian', 'reviewer', 'expert', 'observer')
                     or b.subject in (select m.id from member m where m.person_id = $1
                                         or m.person_id in (select n.id from person n where n.merged_into = $1))",
                of_person,
            ),
            ("select project_id from declaration where person_id = $1", of_person),
            ("select id from client where gap_us is not null and id <> $1", vals![client]),
        ])
        .await?;
    let mut facts = Facts::default();
    for row in &reserved {
        facts.person.exposures.push(Exposure { client: row.id(0)?, last_sight: None, reserved: true });
    }
    // Whom a client was sent to before its entries were lost nobody knows: whoever asks may have been one of them.
    for row in &gaps {
        facts.person.exposures.push(Exposure { client: row.id(0)?, last_sight: None, reserved: true });
    }
    for row in &exposures {
        let (client, sight) = (row.id(0)?, Some(row.at(1)?.plus(GRAIN_US)));
        match facts.person.exposures.iter_mut().find(|e| e.client == client) {
            Some(exposure) => exposure.last_sight = sight,
            None => facts.person.exposures.push(Exposure { client, last_sight: sight, reserved: false }),
        }
    }
    for row in &interests {
        facts.person.interests.push(Interest { organisation: row.id(0)?, until: row.opt_at(1)? });
    }
    for row in &walls {
        facts.person.ordered.push(row.id(0)?);
    }
    for row in &approved {
        approve(&mut facts, row)?;
    }
    facts.person.leaving = leaving.first().map(|row| row.at(0).map(|last_day| Leaving { last_day })).transpose()?;
    for row in &clients {
        let terms = Terms { cool_off_us: row.int(1)?, held: row.int(3)? > 0 };
        facts.terms.insert(row.id(0)?, terms);
        if row.flag(2)? {
            facts.declarations_asked.insert(row.id(0)?);
        }
    }
    for row in &budgets {
        let budget = Budget { hour: row.count(1)?, day: row.count(2)?, month: row.count(3)? };
        facts.budgets.insert(row.text(0)?.to_owned(), budget);
    }
    for row in &declared {
        facts.declared.insert(row.id(0)?);
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
fn approve(facts: &mut Facts, row: &Row) -> Result<(), Error> {
    let until = row.at(6)?;
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
