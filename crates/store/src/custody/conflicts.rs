//! Edges of the conflict graph. Whoever changes one locks the graph first, so that no new exposure comes between.

use super::{
    own::{open_own, seal_own},
    walls::version::{self, next_version},
};
use crate::{Error, Row, Tx, vals};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use vouchsafe_domain::{
    custody::wall::graph::{Dated, Graph},
    ids::{ConflictId, MemberId, OrganisationId, PersonId},
    time::Micros,
};

/// What stands between organisations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edge {
    /// These two are in conflict.
    Pair(OrganisationId, OrganisationId),
    /// In conflict with whoever else is in the class.
    Class(OrganisationId, String),
    /// The first owns so much of the second, in 1/10,000.
    Share(OrganisationId, OrganisationId, u32),
}

impl Edge {
    /// The word in rows and API.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Pair(..) => "pair",
            Self::Class(..) => "class",
            Self::Share(..) => "share",
        }
    }

    /// Puts it into a graph.
    pub fn enter(&self, graph: &mut Graph, dated: Dated) {
        match self {
            Self::Pair(a, b) => graph.declare(*a, *b, dated),
            Self::Class(a, class) => graph.classify(*a, class, dated),
            Self::Share(owner, of, share) => graph.hold(*owner, *of, *share, dated),
        }
    }

    /// The organisations it names.
    pub fn ends(&self) -> (OrganisationId, Option<OrganisationId>) {
        match self {
            Self::Pair(a, b) | Self::Share(a, b, _) => (*a, Some(*b)),
            Self::Class(a, _) => (*a, None),
        }
    }
}

/// An edge as it was declared.
#[derive(Debug, Clone)]
pub struct Conflict {
    /// Its id.
    pub id: ConflictId,
    /// Between whom.
    pub edge: Edge,
    /// Why, in the words of who declared it.
    pub reason: String,
    /// Who declared it.
    pub declared_by: MemberId,
    /// When.
    pub dated: Dated,
}

#[derive(Serialize, Deserialize)]
struct Body {
    reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    class: Option<String>,
}

/// Locks the graph until the transaction ends and gives it a new version: exposures that are being written are
/// waited for, and no new one is written meanwhile.
pub async fn change_graph(tx: &mut Tx) -> Result<(), Error> {
    let row = tx.one("select wall_version from installation where id = 'one' /*lock installation*/", &[]).await?;
    let version = next_version(row.map_or(Ok(0), |row| row.int(0))?);
    let changed = tx.exec("update installation set wall_version = $1 where id = 'one'", vals![version]).await?;
    if changed == 1 { Ok(()) } else { Err(Error::Missing { table: "installation" }) }
}

/// Declares an edge.
pub async fn insert(
    tx: &mut Tx,
    id: ConflictId,
    edge: &Edge,
    reason: &str,
    by: MemberId,
    at: Micros,
) -> Result<(), Error> {
    let ((a, b), share) = (edge.ends(), if let Edge::Share(_, _, n) = edge { Some(i64::from(*n)) } else { None });
    let class = if let Edge::Class(_, class) = edge { Some(class.clone()) } else { None };
    let body = serde_json::to_string(&Body { reason: reason.into(), class }).unwrap_or_default();
    let body = seal_own(tx, "conflict", &id.to_string(), &body);
    tx.exec(
        "insert into conflict (id, kind, a_id, b_id, share_per_10000, body_sealed, declared_by, declared_us)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        vals![id, edge.word(), a, b, share, body, by, at],
    )
    .await?;
    Ok(())
}

/// Ends an edge. False when there is no live one of this id.
pub async fn end(tx: &mut Tx, id: ConflictId, by: MemberId, at: Micros) -> Result<bool, Error> {
    let changed = tx
        .exec("update conflict set ended_by = $1, ended_us = $2 where id = $3 and ended_us is null", vals![by, at, id])
        .await?;
    Ok(changed == 1)
}

/// An edge that ended stands again. False when it had not ended.
pub async fn revive(tx: &mut Tx, id: ConflictId) -> Result<bool, Error> {
    let sql = "update conflict set ended_by = null, ended_us = null where id = $1 and ended_us is not null";
    Ok(tx.exec(sql, vals![id]).await? == 1)
}

/// Every edge ever declared, oldest first, at most 100,000.
pub async fn list(tx: &mut Tx) -> Result<Vec<Conflict>, Error> {
    let rows = tx
        .q(
            "select id, kind, a_id, b_id, share_per_10000, body_sealed, declared_by, declared_us, ended_us
               from conflict order by declared_us, id limit 100000",
            &[],
        )
        .await?;
    rows.iter().map(|row| read(tx, row)).collect()
}

/// One edge, live or ended.
pub async fn get(tx: &mut Tx, id: ConflictId) -> Result<Option<Conflict>, Error> {
    let row = tx
        .one(
            "select id, kind, a_id, b_id, share_per_10000, body_sealed, declared_by, declared_us, ended_us
               from conflict where id = $1",
            vals![id],
        )
        .await?;
    row.map(|row| read(tx, &row)).transpose()
}

fn read(tx: &Tx, row: &Row) -> Result<Conflict, Error> {
    let bad = || Error::Unsealable { table: "conflict" };
    let body = open_own(tx, "conflict", row.text(0)?, &row.sealed(5)?)?;
    let body: Body = serde_json::from_str(&body).map_err(|_| bad())?;
    let a = row.id(2)?;
    let edge = match (row.text(1)?, row.opt_id(3)?, row.opt_int(4)?, body.class) {
        ("pair", Some(b), ..) => Edge::Pair(a, b),
        ("share", Some(b), Some(share), _) => Edge::Share(a, b, u32::try_from(share).map_err(|_| bad())?),
        ("class", _, _, Some(class)) => Edge::Class(a, class),
        _ => return Err(bad()),
    };
    Ok(Conflict {
        id: row.id(0)?,
        edge,
        reason: body.reason,
        declared_by: row.id(6)?,
        dated: Dated { from: row.at(7)?, until: row.opt_at(8)? },
    })
}

/// The graph of all edges.
pub async fn graph(tx: &mut Tx) -> Result<Graph, Error> {
    let mut graph = Graph::default();
    for Conflict { edge, dated, .. } in list(tx).await? {
        // It binds from the moment it is known, also when clocks disagree.
        edge.enter(&mut graph, Dated { from: Micros(0), ..dated });
    }
    Ok(graph)
}

/// Persons who were sent anything of one of these clients, or are tied to one of these organisations, in order.
pub async fn those_near(tx: &mut Tx, near: &[OrganisationId]) -> Result<Vec<PersonId>, Error> {
    let mut persons = BTreeSet::new();
    for organisation in near {
        let rows = tx
            .q(
                "select e.person_id from exposure e where e.client_id = $1
                  union select i.person_id from interest i where i.organisation_id = $1
                  union select i.person_id from interest i
                          join organisation_likeness l on l.declared_id = i.organisation_id
                         where l.known_id = $1 and l.other_us is null
                  order by 1",
                vals![*organisation],
            )
            .await?;
        for row in rows {
            persons.insert(row.id::<PersonId>(0)?);
        }
    }
    Ok(persons.into_iter().collect())
}

/// Whom a person was sent something of, and is or was tied to: all of them, however many.
pub async fn sides(tx: &mut Tx, person: PersonId) -> Result<BTreeSet<OrganisationId>, Error> {
    let rows = tx
        .q(
            "select e.client_id from exposure e where e.person_id = $1
              union select i.organisation_id from interest i where i.person_id = $1
              union select l.known_id from interest i
                      join organisation_likeness l on l.declared_id = i.organisation_id
                     where i.person_id = $1 and l.other_us is null
              order by 1",
            vals![person],
        )
        .await?;
    rows.iter().map(|row| row.id(0)).collect()
}

/// As [`those_near`]; their rows are locked in order, and what was remembered of them is void.
pub async fn touch_those_near(tx: &mut Tx, near: &[OrganisationId]) -> Result<Vec<PersonId>, Error> {
    let persons = those_near(tx, near).await?;
    for person in &persons {
        version::touch(tx, *person).await?;
    }
    Ok(persons)
}
