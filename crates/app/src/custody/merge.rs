//! Two persons who turn out to be one human: a late edge between their pasts.

use super::{
    conflicts::{ExposedToBoth, named},
    late::{end_shut_leases, lock_leases, of_installation, reason, said},
    undone::Undone,
};
use crate::{App, Asker, Error, access::roles};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use vouchsafe_domain::{
    custody::wall::graph::Graph,
    ids::{MemberId, OrganisationId},
    time::Micros,
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    access::members,
    custody::{
        cases, conflicts, departures, destructions, disclosed, exposures, interests, ordered_walls, requests, reveals,
        walls,
    },
    releases::orders,
};

/// Which two.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMerge {
    /// An account of one.
    #[schema(value_type = String)]
    pub member: MemberId,
    /// An account of the other.
    #[schema(value_type = String)]
    pub same_as: MemberId,
    /// How it is known.
    pub reason: String,
}

/// What merging did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Merged {
    /// All accounts of the one human.
    pub members: Vec<String>,
    /// Leases that ended.
    pub leases_ended: usize,
    /// Organisations in conflict that he stands on both sides of, now that he is one, and did not before.
    pub exposed_to_both: Vec<ExposedToBoth>,
}

impl App {
    /// Counts two persons as one from now on: what either was sent, is tied to or was shut out of holds for both,
    /// what was approved for either is asked for anew, and what both approved together needs a second human again.
    pub async fn merge_persons(&self, asker: &Asker, new: &NewMerge) -> Result<Merged, Error> {
        let (_, now) = (reason("/reason", &new.reason)?, self.now());
        let hidden = self.hidden(asker).await?;
        let mut tx = self.store.write("merge_persons").await?;
        of_installation(&mut tx, asker).await?;
        let from = hidden.known(&mut tx, asker, new.member).await?.person;
        let to = hidden.known(&mut tx, asker, new.same_as).await?.person;
        if from == to {
            return Err(Error::state("same_person", "these accounts are one person's already"));
        }
        let undone = Undone::find(self, &mut tx, (from, to)).await?;
        let persons: Vec<_> =
            undone.persons.iter().copied().chain([from, to]).collect::<BTreeSet<_>>().into_iter().collect();
        lock_leases(&mut tx, &persons).await?;
        // No exposure is written for either while they are joined.
        conflicts::change_graph(&mut tx).await?;
        for person in &persons {
            walls::touch(&mut tx, *person).await?;
        }
        for person in [from, to] {
            requests::end_all(&mut tx, person, now).await?;
        }
        let apart = [conflicts::sides(&mut tx, from).await?, conflicts::sides(&mut tx, to).await?];
        exposures::join(&mut tx, from, to).await?;
        interests::join(&mut tx, from, to).await?;
        ordered_walls::join(&mut tx, from, to).await?;
        disclosed::join(&mut tx, from, to).await?;
        // What takes two persons takes another one than either of them was.
        requests::join(&mut tx, from, to).await?;
        destructions::join(&mut tx, from, to).await?;
        orders::join(&mut tx, from, to).await?;
        departures::join(&mut tx, from, to).await?;
        reveals::join(&mut tx, from, to).await?;
        cases::join(&mut tx, from, to).await?;
        members::merge(&mut tx, from, to).await?;
        roles::of_person(&mut tx, to).await?;
        // What the two approved together was one human's word.
        let undo = undone.undo(self, &mut tx, asker).await?;
        let mut ended = Vec::new();
        for person in persons.into_iter().filter(|person| *person != from) {
            ended.extend(end_shut_leases(self, &mut tx, person).await?);
        }
        let accounts: Vec<_> = members::of_person(&mut tx, to).await?.iter().map(|m| m.member).collect();
        let both = on_both_sides(&conflicts::graph(&mut tx).await?, &apart, now);
        let both: Vec<_> = both.into_iter().map(|(a, b)| (to, a, b)).collect();
        let exposed_to_both = named(&mut tx, &both, &hidden).await?;
        let entry = said(self, Act::PersonsMerged, asker)
            .of("person", from.to_string())
            .of("same_as", to.to_string())
            .of("leases_ended", ended.len())
            .of("exposed_to_both", both.len())
            .of("undone", undo.len());
        let leases_ended = ended.iter().filter(|entry| !hidden.ledger(&entry.ledger)).count();
        tx.commit(std::iter::once(entry).chain(undo).chain(ended)).await?;
        for member in &accounts {
            self.forget_sessions(*member);
        }
        Ok(Merged { members: accounts.iter().map(ToString::to_string).collect(), leases_ended, exposed_to_both })
    }
}

/// Pairs in conflict of which each of two persons stands on one side, and neither alone on both.
fn on_both_sides(
    graph: &Graph,
    [one, other]: &[BTreeSet<OrganisationId>; 2],
    now: Micros,
) -> BTreeSet<(OrganisationId, OrganisationId)> {
    let alone = |a: &OrganisationId, b: &OrganisationId| [one, other].iter().any(|s| s.contains(a) && s.contains(b));
    let pairs = one.iter().flat_map(|a| other.iter().map(move |b| (*a, *b)));
    let fresh = pairs.filter(|(a, b)| !alone(a, b) && graph.conflict(*a, *b, now));
    fresh.map(|(a, b)| (a.min(b), a.max(b))).collect()
}
