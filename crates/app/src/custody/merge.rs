//! Two persons who turn out to be one human: a late edge between their pasts.

use super::{
    late::{end_shut_leases, lock_leases, of_installation, reason, said},
    undone::Undone,
};
use crate::{App, Asker, Error};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use vouchsafe_domain::ids::MemberId;
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    access::members,
    custody::{
        cases, conflicts, departures, destructions, disclosed, exposures, interests, ordered_walls, requests, reveals,
        walls,
    },
    releases::approvals,
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
}

impl App {
    /// Counts two persons as one from now on: what either was sent, is tied to or was shut out of holds for both,
    /// what was approved for either is asked for anew, and what both approved together needs a second human again.
    pub async fn merge_persons(&self, asker: &Asker, new: &NewMerge) -> Result<Merged, Error> {
        let (_, now) = (reason("/reason", &new.reason)?, self.now());
        let mut tx = self.store.write("merge_persons").await?;
        of_installation(&mut tx, asker).await?;
        let from = members::get(&mut tx, new.member).await?.ok_or(Error::NotFound)?.person;
        let to = members::get(&mut tx, new.same_as).await?.ok_or(Error::NotFound)?.person;
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
        exposures::join(&mut tx, from, to).await?;
        interests::join(&mut tx, from, to).await?;
        ordered_walls::join(&mut tx, from, to).await?;
        disclosed::join(&mut tx, from, to).await?;
        // What takes two persons takes another one than either of them was.
        requests::join(&mut tx, from, to).await?;
        destructions::join(&mut tx, from, to).await?;
        approvals::join(&mut tx, from, to).await?;
        departures::join(&mut tx, from, to).await?;
        reveals::join(&mut tx, from, to).await?;
        cases::join(&mut tx, from, to).await?;
        members::merge(&mut tx, from, to).await?;
        // What the two approved together was one human's word.
        let undo = undone.undo(self, &mut tx, asker).await?;
        let mut ended = Vec::new();
        for person in persons.into_iter().filter(|person| *person != from) {
            ended.extend(end_shut_leases(self, &mut tx, person).await?);
        }
        let accounts: Vec<_> = members::of_person(&mut tx, to).await?.iter().map(|m| m.member).collect();
        let entry = said(self, Act::PersonsMerged, asker)
            .of("person", from.to_string())
            .of("same_as", to.to_string())
            .of("leases_ended", ended.len())
            .of("undone", undo.len());
        let leases_ended = ended.len();
        tx.commit(std::iter::once(entry).chain(undo).chain(ended)).await?;
        for member in &accounts {
            self.forget_sessions(*member);
        }
        Ok(Merged { members: accounts.iter().map(ToString::to_string).collect(), leases_ended })
    }
}
