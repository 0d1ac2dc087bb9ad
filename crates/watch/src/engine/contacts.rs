//! Whom a company does business with, where nobody said: a domain that many of its people deal with.
//!
//! Used only if the list of domains names nobody but the company itself. Providers of private mailboxes are never business, and
//! one person alone makes nobody a partner. What many deal with weighs less for each of them; it never makes anybody
//! louder, because what is usual for a person is learned from all that went out.

use super::names::fnv;
use super::today::Draft;
use super::{Engine, Whose};
use crate::rules::private_mailbox;
use crate::time::Day;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// At least so many people deal with a partner, and at least this share of all that are known.
const PEOPLE_LEAST: usize = 5;
const PEOPLE_SHARE: usize = 20;
/// A day counts from the third day after it: by then it is closed, in whatever order the acts of one second come.
const SETTLES_DAYS: i32 = 3;
/// A domain that nobody dealt with for so long is forgotten.
const KEPT_DAYS: i32 = 90;

/// Whom people deal with, by a number made from the domain: the names of strangers are not kept.
pub(super) type Contacts = BTreeMap<u64, Contact>;

/// One domain.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Contact {
    /// Who dealt with it, until it counts as business.
    people: Vec<u32>,
    /// The day from which on it counts.
    since: Option<i32>,
    last: i32,
}

/// The number of an address's domain; `None` for a private mailbox, and for what is no address.
pub(super) fn number(address: &str) -> Option<u64> {
    let (_, domain) = address.rsplit_once('@')?;
    (!domain.is_empty() && !private_mailbox(domain)).then(|| fnv(domain))
}

impl Engine {
    /// The number of an unlisted address's domain, if partners are to be learned at all.
    pub(super) fn stranger(&self, whose: Whose, address: &str) -> Option<u64> {
        let unsaid = !self.facts.domains.name_others() && whose == Whose::Unlisted;
        if unsaid { number(address) } else { None }
    }

    /// Whether many dealt with it long enough before `day`.
    pub(super) fn is_partner(&self, contact: u64, day: Day) -> bool {
        let since = self.state.contacts.get(&contact).and_then(|contact| contact.since);
        since.is_some_and(|since| since <= day.0 - SETTLES_DAYS)
    }

    /// Take in whom somebody dealt with on a day, in whatever order days are told.
    pub(super) fn deal_with(&mut self, person: u32, dealt: &[u64], day: Day) {
        let needed = PEOPLE_LEAST.max(self.state.people.len() / PEOPLE_SHARE);
        for number in dealt {
            let contact = self.state.contacts.entry(*number).or_default();
            contact.last = day.0.max(contact.last);
            if contact.since.is_none() && !contact.people.contains(&person) {
                contact.people.push(person);
                if contact.people.len() >= needed {
                    contact.since = Some(contact.last);
                    contact.people = Vec::new();
                }
            }
        }
    }

    /// Take in whom everybody dealt with on a day that closes.
    pub(super) fn deal(&mut self, drafts: &[Draft], day: Day) {
        for draft in drafts {
            self.deal_with(draft.person, &draft.open.dealt, day);
        }
        self.state.contacts.retain(|_, contact| contact.last > day.0 - KEPT_DAYS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::{Activity, Verb};
    use crate::engine::{Scored, Settings};
    use crate::facts::Facts;
    use crate::time::DAY_US;

    /// Twelve people; from day 3 on `many` of them share something with `domain` each day. On day 30 the first shares eight.
    fn told(domain: &str, many: i64) -> Vec<Scored> {
        let mut engine = Engine::new(Facts::default(), Settings::default());
        for day in 0..31 {
            for person in 0..12 {
                let shares =
                    if day == 30 && person == 0 { 8 } else { i64::from(day > 2 && person > 0 && person <= many) };
                for n in 0..shares.max(1) {
                    let outward = n < shares;
                    engine.feed(&Activity {
                        at_us: (20_000 + day) * DAY_US + 36_000_000_000 + person * 1_000_000 + n,
                        actor: format!("p{person}@own.example").into(),
                        verb: if outward { Verb::Share } else { Verb::Edit },
                        object: format!("d{person}-{day}-{n}").into(),
                        targets: if outward { vec![format!("x@{domain}").into()] } else { Vec::new() },
                        ..Activity::default()
                    });
                }
            }
        }
        engine.finish();
        engine.drain()
    }

    fn destination(scored: &[Scored]) -> f64 {
        let last = scored.iter().filter(|one| one.person == "p0@own.example").max_by_key(|one| one.day.0);
        last.map_or(0.0, |one| one.parts.get(crate::engine::parts::Part::Destination))
    }

    #[test]
    fn a_domain_that_many_deal_with_is_a_partner() {
        let (alone, few, many) = (told("lab.example", 0), told("lab.example", 3), told("lab.example", 8));
        assert!(destination(&alone) > 3.0, "{}", destination(&alone));
        assert!((destination(&few) - destination(&alone)).abs() < 1e-9);
        assert!(destination(&many) < 1e-9, "{}", destination(&many));
    }

    #[test]
    fn a_private_mailbox_is_never_a_partner() {
        assert!(destination(&told("gmail.com", 8)) > 3.0);
    }
}
