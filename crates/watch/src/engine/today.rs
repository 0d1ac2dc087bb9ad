//! Closing a day: counts, scores, and what is learned from it.

use super::habit::{BULK, clipped};
use super::pairs::{self, Candidate, ITEMS_LEAST};
use super::parts::Part;
use super::person::Closed;
use super::score::{Around, WINDOWS, Window, score};
use super::seen::{Open, Seen, did};
use super::{Engine, Scored};
use crate::activity::Activity;
use crate::time::Day;
use std::collections::{HashMap, HashSet};

/// Own takes from this many nats on, somebody is looked at by the pair test.
const PAIR_LEAST: f64 = 1.5;
/// What was said within this many days is not said again in full.
const TOLD_DAYS: i32 = 28;

struct Draft {
    person: u32,
    open: Open,
    seen: Seen,
    fresh: Vec<u32>,
    windows: [Window; WINDOWS.len()],
    around: Around,
    lent: [f64; 2],
}

impl Engine {
    pub(super) fn close(&mut self, day: Day) {
        self.place_strangers();
        let Some(open) = self.state.open.remove(&day.0) else { return };
        self.set_threshold(day);
        let mut open: Vec<(u32, Open)> = open.into_iter().collect();
        open.sort_by_key(|(person, _)| *person);
        let mut drafts: Vec<Draft> = open.into_iter().map(|(person, open)| self.draft(person, day, open)).collect();
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
            self.peers(draft, day);
        }
        let pairs = self.pairs(&drafts, day);
        let scored = drafts.into_iter().filter_map(|draft| self.settle(draft, day, &pairs)).collect();
        self.open_cases(day, scored);
        self.state.closed_through = Some(self.state.closed_through.map_or(day.0, |closed| closed.max(day.0)));
    }

    /// The day in counts, against what the person did before.
    fn draft(&mut self, person: u32, day: Day, open: Open) -> Draft {
        let one = &self.state.people[person as usize];
        let mut seen = Seen { days: 1, ..Seen::default() };
        let mut fresh = Vec::new();
        let mut tickets = self.tickets(person, day);
        let mut items: Vec<(u32, u8)> = open.items.iter().map(|(item, bits)| (*item, *bits)).collect();
        items.sort_unstable();
        for (number, bits) in items {
            let item = self.items[number as usize];
            let before = one.items.get(&number).copied().unwrap_or(0);
            seen.sent += u32::from(bits & did::SENT != 0 && (item.confidential || !item.listed));
            seen.entered += u32::from(bits & did::ENTERED != 0);
            if !item.listed {
                continue;
            }
            let far = item.client != u32::MAX && !one.works_for(item.client);
            if bits & did::TAKEN != 0 && before & did::TAKEN == 0 {
                if item.confidential {
                    fresh.push(number);
                    match tickets.iter_mut().find(|(client, left)| *client == item.client && *left > 0) {
                        Some((_, left)) => {
                            *left -= 1;
                            seen.covered += 1;
                        }
                        None => seen.fresh += 1,
                    }
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
        if open.met_rival {
            self.state.people[person as usize].met_rival = Some(day.0);
        }
        let one = &self.state.people[person as usize];
        let windows = one.windows(day, &seen);
        let means = self.state.roles[one.role as usize].means();
        let lent = [clipped(seen.fresh, means.fresh), clipped(seen.opened_all(), means.opened)];
        let around =
            Around { means, rival: one.met_rival.is_some_and(|met| met > day.0 - 45), ..self.known(person, day) };
        Draft { person, open, seen, fresh, windows, around, lent }
    }

    /// What dated facts say of somebody on `day`, from their date on.
    fn known(&self, person: u32, day: Day) -> Around {
        let mut around = Around::default();
        let email = self.state.names.of(self.state.people[person as usize].name);
        for dated in self.facts.lifecycle.get(email).into_iter().flatten().filter(|dated| dated.day <= day) {
            let days = day.0 - dated.day.0;
            match dated.fact.as_str() {
                "notice" => around.notice |= days <= 60,
                "rival_contact" => around.rival |= days <= 45,
                "hired" | "moved" => around.settling |= days <= 21,
                _ => {}
            }
        }
        around
    }

    /// Files that approved exports of these days still cover, by client.
    fn tickets(&self, person: u32, day: Day) -> Vec<(u32, u32)> {
        let email = self.state.names.of(self.state.people[person as usize].name);
        let facts = self.facts.lifecycle.get(email).into_iter().flatten();
        facts
            .filter(|dated| dated.fact == "approved_export" && (0..=1).contains(&(day.0 - dated.day.0)))
            .filter_map(|dated| {
                Some((self.state.client_names.find(dated.client.as_deref()?)?, dated.files.unwrap_or(u32::MAX)))
            })
            .collect()
    }

    fn peers(&self, draft: &mut Draft, day: Day) {
        let one = &self.state.people[draft.person as usize];
        let role = &self.state.roles[one.role as usize];
        for (window, reach) in draft.windows.iter_mut().zip(WINDOWS) {
            let mut own = draft.lent;
            for closed in one.days.iter().rev().take_while(|closed| closed.day > day.0 - reach) {
                own[0] += closed.lent[0];
                own[1] += closed.lent[1];
            }
            [window.peers_fresh, window.peers_opened] = role.a_head(day.0 - reach, own);
        }
    }

    fn pairs(&self, drafts: &[Draft], day: Day) -> HashMap<u32, (f64, u32)> {
        let mut candidates = Vec::new();
        for draft in drafts {
            let (parts, _, _) = score(&draft.windows, &draft.around);
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
        pairs::test(&candidates, |client| {
            self.clients.get(client as usize).map_or(usize::MAX, |client| client.confidential as usize)
        })
    }

    /// Score the day and learn from it.
    fn settle(&mut self, mut draft: Draft, day: Day, pairs: &HashMap<u32, (f64, u32)>) -> Option<(u32, Scored, i64)> {
        let pair = pairs.get(&draft.person).filter(|(nats, _)| *nats > 0.0);
        draft.around.pair = pair.map_or(0.0, |(nats, _)| *nats);
        let (mut parts, loudest, figures) = score(&draft.windows, &draft.around);
        let pair = pair.map(|(_, other)| self.state.names.of(self.state.people[*other as usize].name).to_owned());
        let one = &mut self.state.people[draft.person as usize];
        let before = one
            .days
            .iter()
            .filter(|closed| closed.day > day.0 - TOLD_DAYS)
            .map(|closed| closed.parts.total())
            .fold(0.0, f64::max);
        let total = parts.total();
        if loudest > 0 && total > 0.0 && before >= total {
            parts.set(Part::Told, -0.4 * total);
        }
        let scored = (parts.total() > 0.0).then(|| Scored {
            person: self.state.names.of(one.name).to_owned(),
            day,
            parts,
            figures,
            pair,
        });
        let mut clients = HashSet::new();
        for (item, bits) in &draft.open.items {
            *one.items.entry(*item).or_default() |= bits & (did::OPENED | did::TAKEN | did::TOUCHED);
            clients.insert(self.items[*item as usize].client);
        }
        for client in clients.into_iter().filter(|client| *client != u32::MAX) {
            *one.client_days.entry(client).or_default() += 1;
        }
        for other in &draft.open.wrote {
            one.wrote.insert(*other, day.0);
        }
        let mut gone: Vec<u32> = draft
            .open
            .items
            .iter()
            .filter(|(_, bits)| *bits & (did::SENT | did::ENTERED) != 0)
            .map(|(item, _)| *item)
            .collect();
        gone.sort_unstable();
        let before = one.habits;
        one.habits.learn(&draft.seen, draft.open.hours, &draft.around.means);
        one.days.push_back(Closed {
            day: day.0,
            seen: draft.seen,
            before,
            means: draft.around.means,
            fresh: draft.fresh,
            gone,
            parts,
            lent: draft.lent,
        });
        one.forget(day);
        let scored = scored?;
        self.scored.push(scored.clone());
        Some((draft.person, scored, draft.open.last_us))
    }

    /// An act of a day that is closed already. What was taken is taken, so it will not count as a first time again.
    pub(super) fn late(&mut self, person: u32, _day: Day, act: &Activity<'_>, bits: u8) {
        self.state.counts.late += 1;
        if bits != 0 && !act.object.is_empty() {
            let item = self.item(&act.object);
            *self.state.people[person as usize].items.entry(item).or_default() |= bits;
        }
    }
}
