//! The conflict graph: which organisations must not meet in one head.
//!
//! A conflict comes from a declared pair, from a class that both are in (Brewer and Nash 1989), or from a holding: who
//! owns enough of an organisation brings its own conflicts along. It is symmetric and never transitive (Lin 1989): the
//! rival of my rival is nobody to me.

use crate::{ids::OrganisationId, time::Micros};
use std::collections::{BTreeSet, HashMap};

/// A holding of this much, in 1/10,000, binds: the owned inherits the owner's conflicts.
pub const SHARE_BINDS_PER_10000: u32 = 2_000;

/// From when a fact holds, and until when if it ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Dated {
    /// The moment it was declared.
    pub from: Micros,
    /// The moment it ended.
    pub until: Option<Micros>,
}

impl Dated {
    /// Whether it holds at `now`.
    pub fn holds(self, now: Micros) -> bool {
        self.from <= now && self.until.is_none_or(|until| now < until)
    }
}

/// Organisations and what stands between them.
#[derive(Clone, Default, Debug)]
pub struct Graph {
    pairs: HashMap<(OrganisationId, OrganisationId), Vec<Dated>>,
    classes: HashMap<OrganisationId, Vec<(String, Dated)>>,
    owners: HashMap<OrganisationId, Vec<(OrganisationId, Dated)>>,
}

impl Graph {
    /// Declares a pair in conflict. An organisation is never its own rival.
    pub fn declare(&mut self, a: OrganisationId, b: OrganisationId, dated: Dated) {
        if a != b {
            self.pairs.entry(ordered(a, b)).or_default().push(dated);
        }
    }

    /// Puts an organisation into a class: all that are in it are in conflict with each other.
    pub fn classify(&mut self, organisation: OrganisationId, class: &str, dated: Dated) {
        self.classes.entry(organisation).or_default().push((class.to_owned(), dated));
    }

    /// Declares a holding of `owner` in `of`. Below [`SHARE_BINDS_PER_10000`] it binds nobody.
    pub fn hold(&mut self, owner: OrganisationId, of: OrganisationId, per_10000: u32, dated: Dated) {
        if per_10000 >= SHARE_BINDS_PER_10000 {
            self.owners.entry(of).or_default().push((owner, dated));
        }
    }

    /// Whether two organisations are in conflict at `now`.
    pub fn conflict(&self, a: OrganisationId, b: OrganisationId, now: Micros) -> bool {
        let (left, right) = (self.stands_for(a, now), self.stands_for(b, now));
        a != b && left.iter().any(|l| right.iter().any(|r| self.declared(*l, *r, now)))
    }

    /// Every organisation of `among` that is in conflict with `of` at `now`.
    pub fn rivals(
        &self,
        of: OrganisationId,
        among: impl IntoIterator<Item = OrganisationId>,
        now: Micros,
    ) -> Vec<OrganisationId> {
        among.into_iter().filter(|other| self.conflict(of, *other, now)).collect()
    }

    /// Those of `among` for whom a fact about `of` is a fact about themselves: what it owns enough of, and itself.
    pub fn led_by(
        &self,
        of: OrganisationId,
        among: impl IntoIterator<Item = OrganisationId>,
        now: Micros,
    ) -> Vec<OrganisationId> {
        among.into_iter().filter(|other| self.stands_for(*other, now).contains(&of)).collect()
    }

    /// Those of `among` that are in a class at `now`.
    pub fn in_class(
        &self,
        class: &str,
        among: impl IntoIterator<Item = OrganisationId>,
        now: Micros,
    ) -> Vec<OrganisationId> {
        let member = |o: &OrganisationId| {
            self.classes.get(o).into_iter().flatten().any(|(name, dated)| name == class && dated.holds(now))
        };
        among.into_iter().filter(member).collect()
    }

    /// Whether nothing at all stands between anybody.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty() && self.classes.is_empty()
    }

    fn declared(&self, a: OrganisationId, b: OrganisationId, now: Micros) -> bool {
        let live = |dated: &Dated| dated.holds(now);
        a != b
            && (self.pairs.get(&ordered(a, b)).is_some_and(|all| all.iter().any(live)) || self.share_class(a, b, now))
    }

    fn share_class(&self, a: OrganisationId, b: OrganisationId, now: Micros) -> bool {
        let of = |organisation| self.classes.get(organisation).map_or(&[][..], Vec::as_slice);
        of(&a).iter().any(|(class, dated)| {
            dated.holds(now) && of(&b).iter().any(|(other, dated)| other == class && dated.holds(now))
        })
    }

    /// The organisation itself and whoever owns enough of it, over any number of steps.
    fn stands_for(&self, organisation: OrganisationId, now: Micros) -> BTreeSet<OrganisationId> {
        let (mut all, mut next) = (BTreeSet::from([organisation]), vec![organisation]);
        while let Some(owned) = next.pop() {
            for (owner, dated) in self.owners.get(&owned).into_iter().flatten() {
                if dated.holds(now) && all.insert(*owner) {
                    next.push(*owner);
                }
            }
        }
        all
    }
}

fn ordered(a: OrganisationId, b: OrganisationId) -> (OrganisationId, OrganisationId) {
    if a < b { (a, b) } else { (b, a) }
}
