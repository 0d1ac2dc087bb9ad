//! Conflicts between organisations, declared by a custodian of the installation, early or late.
//!
//! A late one finds people at work on both sides. In the same transaction their leases end on whichever side is shut to
//! them now, their drafts stay, and the answer names exactly those who were sent something of both.

use super::{
    hidden::Hidden,
    late::{end_shut_leases, lock_leases, of_installation, reason, said, said_to},
};
use crate::{App, Asker, Error};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use vouchsafe_domain::{
    custody::wall::graph::{Dated, Graph},
    ids::{ClientId, ConflictId, OrganisationId, PersonId},
    time::Micros,
};
use vouchsafe_ledger::{act::Act, entry::Entry};
use vouchsafe_store::{
    Tx,
    access::members,
    custody::{
        conflicts::{self, Edge},
        organisations::{self, Kind},
        walls,
    },
};

/// A conflict to be declared: a pair, a class, or a holding.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewConflict {
    /// An organisation; of a holding, the owner.
    #[schema(value_type = String)]
    pub a: OrganisationId,
    /// The other; of a holding, what it owns a part of.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub b: Option<OrganisationId>,
    /// In place of `b`: all that are in this class are in conflict with each other.
    #[serde(default)]
    pub class: Option<String>,
    /// With `b`: the share owned, 0 to 1. From 0.2 on what is owned inherits its owner's conflicts.
    #[serde(default)]
    pub share: Option<f64>,
    /// Why.
    pub reason: String,
}

/// A conflict as a list shows it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ConflictListed {
    /// Its id.
    pub id: String,
    /// `pair`, `class` or `share`.
    pub kind: &'static str,
    /// An organisation.
    pub a: String,
    /// The other.
    pub b: Option<String>,
    /// The class.
    pub class: Option<String>,
    /// The share owned, 0 to 1.
    pub share: Option<f64>,
    /// Why.
    pub reason: String,
    /// By which member.
    pub declared_by: String,
    /// When, RFC 3339.
    pub declared_at: String,
    /// When it ended.
    pub ended_at: Option<String>,
}

/// What declaring did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Declared {
    /// The conflict's id.
    pub id: String,
    /// Leases that ended.
    pub leases_ended: usize,
    /// Everybody who was sent something of, or is tied to, both sides.
    pub exposed_to_both: Vec<ExposedToBoth>,
    /// Clients that were told that the owner of this installation is in conflict with them.
    pub clients_told: Vec<String>,
}

/// One who stands on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ExposedToBoth {
    /// His accounts.
    pub members: Vec<String>,
    /// His name.
    pub name: String,
    /// The sides.
    pub between: [String; 2],
}

impl NewConflict {
    fn edge(&self) -> Result<Edge, Error> {
        match (self.b, self.class.as_deref().map(str::trim), self.share) {
            (Some(b), None, None) if b != self.a => Ok(Edge::Pair(self.a, b)),
            (Some(b), None, Some(share)) if b != self.a && (0.0..=1.0).contains(&share) => {
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be 0 to 1")]
                let per_10000 = (share * 10_000.0).round() as u32;
                Ok(Edge::Share(self.a, b, per_10000))
            }
            (None, Some(class), None) if !class.is_empty() && class.len() <= 100 => {
                Ok(Edge::Class(self.a, class.to_owned()))
            }
            _ => Err(Error::invalid(
                "",
                "takes `b`, or `b` with a `share` of 0 to 1, or a `class`; and no organisation twice",
            )),
        }
    }
}

/// Pairs in conflict among organisations that an edge may concern.
fn pairs(
    graph: &Graph,
    all: &[OrganisationId],
    edge: &Edge,
    now: Micros,
) -> BTreeSet<(OrganisationId, OrganisationId)> {
    let every = || all.iter().copied();
    let ends: Vec<OrganisationId> = match edge {
        Edge::Pair(a, b) | Edge::Share(a, b, _) => vec![*a, *b],
        Edge::Class(a, class) => graph.in_class(class, every(), now).into_iter().chain([*a]).collect(),
    };
    let near: BTreeSet<_> = ends.iter().flat_map(|end| graph.led_by(*end, every(), now)).collect();
    near.iter()
        .flat_map(|one| graph.rivals(*one, every(), now).into_iter().map(|other| (*one.min(&other), other.max(*one))))
        .collect()
}

/// The organisations that stand in these pairs, in order.
fn ends_of<'a>(pairs: impl IntoIterator<Item = &'a (OrganisationId, OrganisationId)>) -> Vec<OrganisationId> {
    pairs.into_iter().flat_map(|(a, b)| [*a, *b]).collect::<BTreeSet<_>>().into_iter().collect()
}

impl App {
    /// Declares a conflict.
    pub async fn declare_conflict(&self, asker: &Asker, new: &NewConflict) -> Result<Declared, Error> {
        let (edge, why, now) = (new.edge()?, reason("/reason", &new.reason)?, self.now());
        let id = ConflictId(self.id());
        let hidden = self.hidden(asker).await?;
        let mut tx = self.store.write("declare_conflict").await?;
        of_installation(&mut tx, asker).await?;
        let listed = organisations::list(&mut tx).await?;
        let known = |o: OrganisationId| !hidden.organisation(o) && listed.iter().any(|row| row.id == o);
        let (a, b) = edge.ends();
        if !known(a) || b.is_some_and(|b| !known(b)) {
            return Err(Error::NotFound);
        }
        let all: Vec<OrganisationId> = listed.iter().map(|row| row.id).collect();
        // Work before the graph, the graph before persons, as whoever submits does. What is claimed between is not locked
        // beforehand; that costs a second try at worst.
        let mut foreseen = Graph::clone(&*walls::present_graph(&mut tx).await?);
        let known_before = pairs(&foreseen, &all, &edge, now);
        edge.enter(&mut foreseen, Dated { from: Micros(0), until: None });
        let near = ends_of(pairs(&foreseen, &all, &edge, now).difference(&known_before));
        let persons = conflicts::those_near(&mut tx, &near).await?;
        lock_leases(&mut tx, &persons).await?;
        conflicts::change_graph(&mut tx).await?;
        // Read anew, and not remembered: under the new version the graph has this edge.
        let before = pairs(&conflicts::graph(&mut tx).await?, &all, &edge, now);
        conflicts::insert(&mut tx, id, &edge, why, asker.member, now).await?;
        let graph = conflicts::graph(&mut tx).await?;
        let fresh: Vec<_> = pairs(&graph, &all, &edge, now).difference(&before).copied().collect();

        let near = ends_of(&fresh);
        let persons = conflicts::touch_those_near(&mut tx, &near).await?;
        let (mut ended, mut both) = (Vec::new(), Vec::new());
        for person in persons {
            let sides = conflicts::sides(&mut tx, person).await?;
            for (a, b) in &fresh {
                if sides.contains(a) && sides.contains(b) {
                    both.push((person, *a, *b));
                }
            }
            ended.extend(end_shut_leases(self, &mut tx, person).await?);
        }
        let exposed_to_both = named(&mut tx, &both, &hidden).await?;
        let told = self.tell(asker, id, &listed, &fresh);
        let declared = Declared {
            id: id.to_string(),
            leases_ended: ended.iter().filter(|entry| !hidden.ledger(&entry.ledger)).count(),
            exposed_to_both,
            clients_told: told.iter().filter(|(one, _)| !hidden.client(*one)).map(|(one, _)| one.to_string()).collect(),
        };
        let mut entries = self.conflict_entries(asker, id, &edge, Act::ConflictDeclared, &listed);
        if let Some(own) = entries.first_mut() {
            *own = own.clone().of("leases_ended", ended.len()).of("exposed_to_both", both.len());
        }
        entries.extend(ended);
        entries.extend(self.tell_others(asker, id, &edge, Act::ConflictDeclared, &listed, &fresh));
        entries.extend(told.into_iter().map(|(_, entry)| entry));
        tx.commit(entries).await?;
        Ok(declared)
    }

    /// Every conflict ever declared that names nobody whom a wall hides from the reader, oldest first.
    pub async fn list_conflicts(&self, asker: &Asker) -> Result<Vec<ConflictListed>, Error> {
        let hidden = self.hidden(asker).await?;
        let mut tx = self.store.write("list_conflicts").await?;
        of_installation(&mut tx, asker).await?;
        let rows = conflicts::list(&mut tx).await?;
        tx.abandon().await?;
        let shown = |row: &conflicts::Conflict| {
            let (a, b) = row.edge.ends();
            !hidden.organisation(a) && !b.is_some_and(|b| hidden.organisation(b))
        };
        Ok(rows.into_iter().filter(shown).map(listed).collect())
    }

    /// One entry for the installation's ledger, and one for each client that the edge names: its own ledger never
    /// says who the other is.
    pub(super) fn conflict_entries(
        &self,
        asker: &Asker,
        id: ConflictId,
        edge: &Edge,
        act: Act,
        listed: &[organisations::Organisation],
    ) -> Vec<Entry> {
        let (a, b) = edge.ends();
        let own = said(self, act, asker)
            .because("kind", edge.word())
            .of("conflict", id.to_string())
            .of("a", a.to_string())
            .of("b", b.map(|b| b.to_string()));
        let own = match edge {
            Edge::Share(_, _, share) => own.of("share_per_10000", *share),
            _ => own,
        };
        let theirs = self.tell_clients(asker, id, act, listed, [Some(a), b].into_iter().flatten());
        std::iter::once(own).chain(theirs).collect()
    }

    /// For the ledgers of those of these organisations that are clients.
    fn tell_clients(
        &self,
        asker: &Asker,
        id: ConflictId,
        act: Act,
        listed: &[organisations::Organisation],
        concerned: impl Iterator<Item = OrganisationId>,
    ) -> Vec<Entry> {
        let is_client = |one: &OrganisationId| listed.iter().any(|row| row.id == *one && row.kind == Kind::Client);
        let told = |one: OrganisationId| said_to(self, ClientId(one.0), act, asker).of("conflict", id.to_string());
        concerned.filter(is_client).map(told).collect()
    }

    /// For the ledger of each client that a declaration or an end concerns though the edge does not name it: one of the same
    /// class, or one that a named one owns a part of. `changed`: the pairs that came into conflict, or no longer are.
    fn tell_others(
        &self,
        asker: &Asker,
        id: ConflictId,
        edge: &Edge,
        act: Act,
        listed: &[organisations::Organisation],
        changed: &[(OrganisationId, OrganisationId)],
    ) -> Vec<Entry> {
        let (a, b) = edge.ends();
        let others = ends_of(changed).into_iter().filter(|one| *one != a && Some(*one) != b);
        self.tell_clients(asker, id, act, listed, others)
    }

    /// Clients that came into conflict with an owner of this installation are told so in their own ledgers.
    fn tell(
        &self,
        asker: &Asker,
        id: ConflictId,
        listed: &[organisations::Organisation],
        fresh: &[(OrganisationId, OrganisationId)],
    ) -> Vec<(ClientId, Entry)> {
        let kind = |o: OrganisationId| listed.iter().find(|row| row.id == o).map(|row| row.kind);
        let both_ways = fresh.iter().flat_map(|(a, b)| [(*a, *b), (*b, *a)]);
        let against = both_ways.filter(|(a, b)| kind(*a) == Some(Kind::Owner) && kind(*b) == Some(Kind::Client));
        let clients: BTreeSet<ClientId> = against.map(|(_, client)| ClientId(client.0)).collect();
        let entry = |client| said_to(self, client, Act::OwnerConflicted, asker).of("conflict", id.to_string());
        clients.into_iter().map(|client| (client, entry(client))).collect()
    }
}

fn listed(row: conflicts::Conflict) -> ConflictListed {
    let (a, b) = row.edge.ends();
    let (class, share) = match &row.edge {
        Edge::Class(_, class) => (Some(class.clone()), None),
        Edge::Share(_, _, share) => (None, Some(f64::from(*share) / 10_000.0)),
        Edge::Pair(..) => (None, None),
    };
    ConflictListed {
        id: row.id.to_string(),
        kind: row.edge.word(),
        a: a.to_string(),
        b: b.map(|b| b.to_string()),
        class,
        share,
        reason: row.reason,
        declared_by: row.declared_by.to_string(),
        declared_at: row.dated.from.to_string(),
        ended_at: row.dated.until.map(|at| at.to_string()),
    }
}

/// Those who stand on both sides, but where the reader may know of one of the two alone.
pub(super) async fn named(
    tx: &mut Tx,
    both: &[(PersonId, OrganisationId, OrganisationId)],
    hidden: &Hidden,
) -> Result<Vec<ExposedToBoth>, Error> {
    let mut known = BTreeMap::new();
    let mut all = Vec::with_capacity(both.len());
    for (person, a, b) in both.iter().filter(|(_, a, b)| ![a, b].into_iter().any(|one| hidden.organisation(*one))) {
        if !known.contains_key(person) {
            known.insert(*person, members::of_person(tx, *person).await?);
        }
        let accounts = &known[person];
        all.push(ExposedToBoth {
            members: accounts.iter().map(|m| m.member.to_string()).collect(),
            name: accounts.first().map(|m| m.name.clone()).unwrap_or_default(),
            between: [a.to_string(), b.to_string()],
        });
    }
    Ok(all)
}

/// A conflict ends because two persons said so; called by the decision of a request.
pub(super) async fn end(app: &App, tx: &mut Tx, asker: &Asker, id: ConflictId) -> Result<Vec<Entry>, Error> {
    let listed = organisations::list(tx).await?;
    conflicts::change_graph(tx).await?;
    let all = conflicts::list(tx).await?;
    let found = all.into_iter().find(|row| row.id == id).ok_or(Error::NotFound)?;
    let all: Vec<OrganisationId> = listed.iter().map(|row| row.id).collect();
    let before = pairs_near(app, tx, &all, &found.edge).await?;
    if !conflicts::end(tx, id, asker.member, app.now()).await? {
        return Err(Error::state("conflict_over", "this conflict had ended"));
    }
    let after = pairs_near(app, tx, &all, &found.edge).await?;
    let gone: Vec<_> = before.difference(&after).copied().collect();
    // Only a yes is remembered, so no person need be told: whoever was kept out is judged anew anyway.
    let mut entries = app.conflict_entries(asker, id, &found.edge, Act::ConflictEnded, &listed);
    entries.extend(app.tell_others(asker, id, &found.edge, Act::ConflictEnded, &listed, &gone));
    Ok(entries)
}

/// Pairs in conflict among those of all organisations that an edge concerns, as the graph stands in this transaction.
pub(super) async fn pairs_near(
    app: &App,
    tx: &mut Tx,
    all: &[OrganisationId],
    edge: &Edge,
) -> Result<BTreeSet<(OrganisationId, OrganisationId)>, Error> {
    Ok(pairs(&conflicts::graph(tx).await?, all, edge, app.now()))
}

/// Who would be near a conflict if it stood again: whose work is to be locked before it does.
pub(super) async fn near_again(app: &App, tx: &mut Tx, edge: &Edge) -> Result<Vec<PersonId>, Error> {
    let all: Vec<OrganisationId> = organisations::list(tx).await?.iter().map(|row| row.id).collect();
    let mut foreseen = Graph::clone(&*walls::present_graph(tx).await?);
    edge.enter(&mut foreseen, Dated { from: Micros(0), until: None });
    let near = ends_of(&pairs(&foreseen, &all, edge, app.now()));
    Ok(conflicts::those_near(tx, &near).await?)
}
