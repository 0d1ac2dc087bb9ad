//! Closing a day: counts, scores, and what is learned from it.

use super::habit::{BULK, lent};
use super::names::fnv;
use super::pairs::{self, Candidate, ITEMS_LEAST, Paired};
use super::parts::{Part, Parts};
use super::person::{Closed, Someone};
use super::score::{Around, WINDOWS, Window, score};
use super::seen::{Drawn, Open, Seen, did};
use super::{Engine, Scored};
use crate::time::Day;
use std::collections::{HashMap, HashSet};

/// Own takes from this many nats on, somebody is looked at by the pair test.
const PAIR_LEAST: f64 = 1.5;
/// First contact with a rival counts for this long, and only if the log began this long before it.
const RIVAL_DAYS: i32 = 45;
const FIRST_CONTACT_DAYS: i32 = 10;

pub(super) struct Draft {
    pub(super) person: u32,
    pub(super) open: Open,
    seen: Seen,
    fresh: Vec<u32>,
    pub(super) windows: [Window; WINDOWS.len()],
    pub(super) around: Around,
    lent: [f64; 2],
}

/// An approved export.
struct Ticket {
    /// Whose files it covers; anybody's if it does not say.
    client: Option<u32>,
    /// How many more.
    left: u32,
}

impl Ticket {
    fn covers(&self, client: u32) -> bool {
        self.left > 0 && self.client.is_none_or(|of| of == client)
    }
}

impl Engine {
    pub(super) fn close(&mut self, day: Day) {
        self.place_strangers();
        self.settle_late();
        let Some(open) = self.state.open.remove(&day.0) else { return };
        self.set_threshold(day);
        let mut open: Vec<(u32, Open)> = open.into_iter().collect();
        open.sort_by_key(|(person, _)| *person);
        let mut drafts: Vec<Draft> = open
            .into_iter()
            .map(|(person, open)| self.draft(&self.state.people[person as usize], person, day, open))
            .collect();
        let mut lent = vec![([0.0, 0.0], 0_u32); self.state.roles.len()];
        for draft in &drafts {
            let (sums, bulk) = &mut lent[self.state.people[draft.person as usize].role as usize];
            sums[0] += draft.lent[0];
            sums[1] += draft.lent[1];
            *bulk += u32::from(draft.seen.taken() >= BULK);
        }
        for (role, (sums, bulk)) in self.state.roles.iter_mut().zip(lent) {
            role.close(day, sums, bulk);
        }
        for draft in &mut drafts {
            self.peers(&self.state.people[draft.person as usize], draft, day);
        }
        self.deal(&drafts, day);
        let pairs = self.pairs(&drafts, day);
        let scored = drafts.into_iter().filter_map(|draft| self.settle(draft, day, &pairs)).collect();
        self.open_cases(day, scored);
        self.state.closed_through = Some(self.state.closed_through.map_or(day.0, |closed| closed.max(day.0)));
    }

    /// The day in counts, against what the person did before.
    pub(super) fn draft(&self, one: &Someone, person: u32, day: Day, open: Open) -> Draft {
        let Drawn { seen, fresh } = self.draw(one, day, &open, &[]);
        let windows = one.windows(day, &seen, &one.habits);
        let means = self.state.roles[one.role as usize].means(day);
        let lent = lent(&seen);
        let around = Around { means, ..self.known(one, day, open.met_rival) };
        Draft { person, open, seen, fresh, windows, around, lent }
    }

    /// What `open` adds to a day of which the items `fresh` were taken for the first time already.
    pub(super) fn draw(&self, one: &Someone, day: Day, open: &Open, fresh: &[u32]) -> Drawn {
        let mut drawn = Drawn { seen: Seen { days: 1, ..Seen::default() }, fresh: Vec::new() };
        let Drawn { seen, fresh: taken } = &mut drawn;
        let mut tickets = self.tickets(one, day);
        let mut covered = |client| match tickets.iter_mut().find(|ticket| ticket.covers(client)) {
            Some(ticket) => {
                ticket.left -= 1;
                true
            }
            None => false,
        };
        for item in fresh {
            covered(self.items[*item as usize].client);
        }
        let mut items: Vec<(u32, u8)> = open.items.iter().map(|(item, bits)| (*item, *bits)).collect();
        // By client first: numbers follow the order of the log, and shares are added up in this order, to the last bit.
        items.sort_unstable_by_key(|(number, _)| (self.items[*number as usize].client, *number));
        for (number, bits) in items {
            let item = self.items[number as usize];
            let before = one.items.get(&number).copied().unwrap_or(0);
            seen.went_out(bits, item.confidential || !item.listed);
            seen.entered += u32::from(bits & did::ENTERED != 0);
            if !item.listed {
                continue;
            }
            let far = item.client != u32::MAX && !one.works_for(item.client);
            if bits & did::TAKEN != 0 && before & did::TAKEN == 0 {
                if item.confidential {
                    taken.push(number);
                    let covered = covered(item.client);
                    seen.covered += u32::from(covered);
                    seen.fresh += u32::from(!covered);
                } else {
                    seen.fresh_plain += 1;
                }
                seen.far += u32::from(far);
                seen.late += u32::from(bits & did::TAKEN_LATE != 0);
                seen.base += self.base(item.client);
            }
            if bits & did::OPENED != 0 && before == 0 {
                seen.opened += u32::from(item.confidential);
                seen.opened_plain += u32::from(!item.confidential);
                seen.opened_far += u32::from(far);
                seen.opened_base += self.base(item.client);
            }
        }
        seen.echoes = u32::try_from(open.echoes.len()).unwrap_or(u32::MAX);
        [seen.attached_private, seen.attached_rival] = open.attached;
        seen.sent_partner += open.attached_partner;
        drawn
    }

    /// What dated facts say of somebody on `day`, from their date on.
    pub(super) fn known(&self, one: &Someone, day: Day, met: bool) -> Around {
        // A first contact counts only if the log was long enough to have seen an earlier one.
        let begun = self.state.first_day.unwrap_or(day.0) + FIRST_CONTACT_DAYS;
        let first = one.met_rival.or(met.then_some(day.0)).filter(|first| (begun..=day.0).contains(first));
        let mut around = Around { rival: first.is_some_and(|first| day.0 - first <= RIVAL_DAYS), ..Around::default() };
        for dated in self.dated(one).filter(|dated| dated.day <= day) {
            let days = day.0 - dated.day.0;
            match dated.fact.as_str() {
                "notice" => around.notice |= days <= 60,
                "rival_contact" => around.rival |= days <= RIVAL_DAYS,
                "hired" | "moved" => around.settling |= days <= 21,
                _ => {}
            }
        }
        around
    }

    /// Approved exports of these days. Where no catalogue says whose an item is, a client that is named cannot be told from others.
    fn tickets(&self, one: &Someone, day: Day) -> Vec<Ticket> {
        self.dated(one)
            .filter(|dated| dated.fact == "approved_export" && (0..=1).contains(&(day.0 - dated.day.0)))
            .filter_map(|dated| {
                let client = match dated.client.as_deref() {
                    Some(named) if !self.facts.docs.is_empty() => Some(self.state.client_names.find(named)?),
                    _ => None,
                };
                Some(Ticket { client, left: dated.files.unwrap_or(u32::MAX) })
            })
            .collect()
    }

    pub(super) fn peers(&self, one: &Someone, draft: &mut Draft, day: Day) {
        self.peers_of(one, &mut draft.windows, draft.lent, day);
    }

    /// What the peers did in each window, a head.
    pub(super) fn peers_of(&self, one: &Someone, windows: &mut [Window; WINDOWS.len()], lent: [f64; 2], day: Day) {
        let role = &self.state.roles[one.role as usize];
        for (window, reach) in windows.iter_mut().zip(WINDOWS) {
            let mut own = lent;
            let past = one.days.iter().rev().skip_while(|closed| closed.day >= day.0);
            for closed in past.take_while(|closed| closed.day > day.0 - reach) {
                own[0] += closed.lent[0];
                own[1] += closed.lent[1];
            }
            [window.peers_fresh, window.peers_opened] = role.a_head(day.0 - reach, day.0, own);
        }
    }

    fn pairs(&self, drafts: &[Draft], day: Day) -> HashMap<u32, Paired> {
        let mut candidates = Vec::new();
        for draft in drafts {
            let (parts, _) = score(&draft.windows, &draft.around);
            let own: f64 = [Part::Volume, Part::Choice, Part::Tried].into_iter().map(|part| parts.get(part)).sum();
            if own < PAIR_LEAST {
                continue;
            }
            let one = &self.state.people[draft.person as usize];
            let mut by_client: HashMap<u32, HashSet<u32>> = HashMap::new();
            let past =
                one.days.iter().rev().take_while(|closed| closed.day > day.0 - 14).flat_map(|closed| &closed.fresh);
            for item in past.chain(&draft.fresh) {
                by_client.entry(self.items[*item as usize].client).or_default().insert(*item);
            }
            by_client.retain(|_, items| items.len() >= ITEMS_LEAST);
            if !by_client.is_empty() {
                let wrote = one.wrote.keys().chain(&draft.open.wrote).copied().collect();
                candidates.push(Candidate { person: draft.person, by_client, wrote });
            }
        }
        pairs::test(&candidates, |client| self.clients.get(client as usize).map(|client| client.confidential as usize))
    }

    /// Score the day and learn from it. What is handed on, to be asked whether it opens a case, says what a pair adds.
    fn settle(&mut self, draft: Draft, day: Day, pairs: &HashMap<u32, Paired>) -> Option<(u32, Scored, i64)> {
        let (parts, figures) = score(&draft.windows, &draft.around);
        let mut one = std::mem::take(&mut self.state.people[draft.person as usize]);
        let person = self.state.names.of(one.name).to_owned();
        let (number, at_us) = (draft.person, draft.open.last_us);
        self.learn(&mut one, draft, day, parts);
        self.state.people[number as usize] = one;
        if parts.total() <= 0.0 {
            return None;
        }
        let mut scored = Scored { person, day, parts, figures, pair: None };
        self.scored.push(scored.clone());
        if let Some(pair) = pairs.get(&number).filter(|pair| pair.nats > 0.0) {
            scored.parts.set(Part::Pair, pair.nats);
            scored.pair = Some(self.state.names.of(self.state.people[pair.other as usize].name).to_owned());
        }
        Some((number, scored, at_us))
    }

    /// Take a scored day into what is kept of somebody.
    pub(super) fn learn(&self, one: &mut Someone, draft: Draft, day: Day, parts: Parts) {
        let clients: HashSet<u32> = draft.open.items.keys().map(|item| self.items[*item as usize].client).collect();
        one.did(&draft.open);
        one.touched(clients);
        for other in &draft.open.wrote {
            one.wrote.insert(*other, day.0);
        }
        if draft.open.met_rival {
            one.met_rival.get_or_insert(day.0);
        }
        let (before, means) = (one.habits, draft.around.means);
        let hours = draft.open.hours;
        if !self.found_true(draft.person, day.0) {
            one.habits.learn(&draft.seen, hours);
        }
        let held = draft.windows.map(|window| window.seen.fresh + window.seen.covered);
        let (seen, fresh, lent) = (draft.seen, draft.fresh, draft.lent);
        one.days.push_back(Closed {
            day: day.0,
            seen,
            before,
            means,
            fresh,
            gone: draft.open.gone(),
            parts,
            held,
            lent,
            hours,
            titles: draft.open.echoes.iter().map(|title| fnv(title)).collect(),
        });
        one.forget(day);
    }
}
