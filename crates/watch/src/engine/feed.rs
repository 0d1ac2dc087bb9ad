//! Taking in acts.

use super::seen::{Open, did};
use super::{Engine, Who};
use crate::activity::{Activity, Verb, Visibility};
use crate::facts::Whose;
use crate::time::{DAY_US, Day};

/// Hours of work, local, on working days; what is outside them is late.
const WORK_HOURS: std::ops::Range<i64> = 7..19;
/// Outside acts that nothing explains are forgotten after this long.
const STRANGERS_KEPT_US: i64 = 7 * DAY_US;

impl Engine {
    /// Take in one act. Days that it shows to be over are closed first; their scores wait in [`Engine::drain`]. One that is dated far
    /// ahead of all others waits until others are dated like it.
    pub fn feed(&mut self, act: &Activity<'_>) {
        self.state.counts.acts += 1;
        if self.state.told.already(act) {
            self.state.counts.repeated += 1;
            return;
        }
        if act.at_us > self.settings.until_us {
            self.state.counts.ahead += 1;
            return;
        }
        if self.is_ahead(act.at_us) {
            self.wait(act);
            return;
        }
        self.take(act);
        self.in_time();
    }

    /// Take in an act whose date is believed.
    pub(super) fn take(&mut self, act: &Activity<'_>) {
        self.state.first_day.get_or_insert(Day::of(act.at_us, 0).0);
        self.close_before(act.at_us);
        // What was refused took nothing, and went nowhere.
        if act.ok == Some(false) {
            self.state.counts.failed += 1;
            return;
        }
        if act.actor.is_empty() {
            self.state.counts.of_nobody += 1;
            return;
        }
        let name = self.state.names.id(&act.actor);
        let who = match self.state.who.get(&name) {
            Some(who) => *who,
            None => self.newcomer(act),
        };
        if let Who::Ours(person) = who {
            self.follow(person, act);
        }
        let bits = bits(act.verb);
        match who {
            Who::Ours(person) => self.own_act(person, act, bits),
            Who::PrivateOf(person) => {
                if !act.object.is_empty() && bits & (did::OPENED | did::TAKEN) != 0 {
                    let item = self.item(&act.object);
                    self.enter(person, item, act.at_us);
                }
            }
            Who::Outside => {
                if !act.object.is_empty() && bits & (did::OPENED | did::TAKEN) != 0 {
                    let item = self.item(&act.object);
                    let first = self.state.strangers.entry(name).or_default().entry(item).or_insert(act.at_us);
                    *first = act.at_us.min(*first);
                } else {
                    self.state.counts.of_nobody += 1;
                }
            }
        }
    }

    /// Close every day, as at the end of a log.
    pub fn finish(&mut self) {
        self.end_waiting();
        while let Some((&day, _)) = self.state.open.first_key_value() {
            self.close(Day(day));
        }
        self.place_strangers();
        self.settle_late();
    }

    pub(super) fn close_before(&mut self, at_us: i64) {
        if at_us <= self.state.latest_us && self.state.closed_through.is_some() {
            return;
        }
        self.state.latest_us = self.state.latest_us.max(at_us);
        // A day is over everywhere twelve hours after it is over in UTC.
        let over = Day::of(self.state.latest_us - DAY_US / 2 - self.settings.grace_us, 0).0 - 1;
        if self.state.closed_through.is_some_and(|closed| closed >= over) {
            return;
        }
        while let Some((&day, _)) = self.state.open.first_key_value() {
            if day > over {
                break;
            }
            self.close(Day(day));
        }
        self.state.closed_through = Some(over);
    }

    fn own_act(&mut self, person: u32, act: &Activity<'_>, bits: u8) {
        let offset_s = self.state.people[person as usize].offset_s;
        let day = Day::of(act.at_us, offset_s);
        let hour = (act.at_us + i64::from(offset_s) * 1_000_000).rem_euclid(DAY_US) / 3_600_000_000;
        let off = !WORK_HOURS.contains(&hour) || day.is_weekend();
        let item = (bits != 0 && !act.object.is_empty()).then(|| self.item(&act.object));
        let mut sent = act.verb == Verb::Share && act.targets.is_empty() && act.visibility == Visibility::Public;
        let (mut partner, mut dealt) = (false, Vec::new());
        let mut wrote = None;
        let mut met = false;
        for target in &act.targets {
            let whose = self.whose(act, target);
            let stranger = self.stranger(whose, target);
            dealt.extend(stranger);
            match whose {
                Whose::Own => {
                    if act.verb == Verb::Send {
                        wrote = self.state.names.find(target).and_then(|name| match self.state.who.get(&name) {
                            Some(Who::Ours(other)) => Some(*other),
                            _ => None,
                        });
                    }
                }
                Whose::Business => {}
                whose => {
                    met |= whose == Whose::Rival;
                    if act.verb == Verb::Share {
                        let known = stranger.is_some_and(|contact| self.is_partner(contact, day));
                        (sent, partner) = (sent || !known, partner || known);
                        let name = self.state.names.id(target);
                        let by = self.state.let_in.entry(name).or_default();
                        if !by.contains(&person) {
                            by.push(person);
                        }
                    }
                }
            }
        }
        if self.is_closed(day) {
            self.count_late(day);
        }
        let echo = matches!(act.verb, Verb::Create | Verb::Rename) && self.echoes(act);
        let open = self.open(person, day);
        open.last_us = open.last_us.max(act.at_us);
        open.hours[usize::from(off)] += 1;
        open.met_rival |= met;
        for number in dealt {
            if !open.dealt.contains(&number) {
                open.dealt.push(number);
            }
        }
        if let Some(item) = item {
            *open.items.entry(item).or_default() |= item_bits(bits, off, [sent, partner]);
        }
        if let Some(other) = wrote
            && !open.wrote.contains(&other)
        {
            open.wrote.push(other);
        }
        if echo && !open.echoes.iter().any(|title| *title == act.title) && open.echoes.len() < 100 {
            open.echoes.push(act.title.to_string());
        }
        if act.verb == Verb::Send && act.count.unwrap_or(0) > 0 {
            for target in &act.targets {
                let whose = self.whose(act, target);
                if self.stranger(whose, target).is_some_and(|contact| self.is_partner(contact, day)) {
                    self.open(person, day).attached_partner += 1;
                    continue;
                }
                match whose {
                    Whose::Rival => self.open(person, day).attached[1] += 1,
                    Whose::Private | Whose::Unlisted => self.open(person, day).attached[0] += 1,
                    Whose::Own | Whose::Business => {}
                }
            }
        }
    }

    /// Whose an address is that an act went to. Where nobody said which domains are the organisation's own, the actor's is. A name that is
    /// neither address nor domain is a group of the log's own, unless the log says that the act went outside.
    fn whose(&self, act: &Activity<'_>, target: &str) -> Whose {
        let Some(asked) = domain(target) else {
            let outward = matches!(act.visibility, Visibility::Outside | Visibility::Public);
            return if outward { Whose::Unlisted } else { Whose::Own };
        };
        if self.facts.domains.own.all().is_empty()
            && let Some(own) = domain(&act.actor)
            && asked.strip_suffix(own).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            && !crate::rules::private_mailbox(own)
        {
            return Whose::Own;
        }
        self.facts.whose(target)
    }

    /// Whether the title of something new names a client and a class of the catalogue.
    fn echoes(&self, act: &Activity<'_>) -> bool {
        !act.title.is_empty()
            && !self.facts.docs.contains_key(&*act.object)
            && self.facts.classes.iter().any(|class| act.title.contains(class.as_str()))
            && self.facts.client_names.iter().any(|client| act.title.contains(client.as_str()))
    }

    /// What is told of a day, in time or late.
    fn open(&mut self, person: u32, day: Day) -> &mut Open {
        let of = if self.is_closed(day) { &mut self.state.late } else { &mut self.state.open };
        of.entry(day.0).or_default().entry(person).or_default()
    }

    fn enter(&mut self, person: u32, item: u32, at_us: i64) {
        let day = Day::of(at_us, self.state.people[person as usize].offset_s);
        if self.is_closed(day) {
            self.count_late(day);
        }
        let open = self.open(person, day);
        open.last_us = open.last_us.max(at_us);
        *open.items.entry(item).or_default() |= did::ENTERED;
    }

    /// Give what outside addresses did to whoever let them in. By now every share of the days to be closed is known, so
    /// it does not matter which of the two was told first.
    pub(super) fn place_strangers(&mut self) {
        let oldest_us = self.state.latest_us - STRANGERS_KEPT_US;
        let mut strangers = std::mem::take(&mut self.state.strangers);
        strangers.retain(|name, items| {
            let Some(by) = self.state.let_in.get(name).cloned() else {
                let before = items.len();
                items.retain(|_, at_us| *at_us > oldest_us);
                self.state.counts.of_nobody += (before - items.len()) as u64;
                return !items.is_empty();
            };
            for (item, at_us) in items {
                for person in &by {
                    self.enter(*person, *item, *at_us);
                }
            }
            false
        });
        self.state.strangers = strangers;
    }
}

/// The domain of an address, or a domain that stands alone, in lower case as logs write it; `None` for what is neither.
fn domain(name: &str) -> Option<&str> {
    if let Some((_, domain)) = name.rsplit_once('@') {
        return Some(domain).filter(|domain| !domain.is_empty());
    }
    let (_, last) = name.rsplit_once('.')?;
    let labels = || {
        name.split('.').all(|label| {
            !label.is_empty() && label.chars().all(|one| one.is_alphanumeric() && !one.is_uppercase() || one == '-')
        })
    };
    (last.chars().count() >= 2 && last.chars().all(char::is_alphabetic) && labels()).then_some(name)
}

fn item_bits(bits: u8, off: bool, [sent, partner]: [bool; 2]) -> u8 {
    let late = if off && bits & did::TAKEN != 0 { did::TAKEN_LATE } else { 0 };
    bits | late | if sent { did::SENT } else { 0 } | if partner { did::SENT_PARTNER } else { 0 }
}

fn bits(verb: Verb) -> u8 {
    match verb {
        Verb::View | Verb::Preview => did::OPENED,
        Verb::Download | Verb::CopyFrom | Verb::Print | Verb::Export => did::TAKEN,
        Verb::Copy | Verb::Create | Verb::Edit | Verb::Upload | Verb::Move | Verb::Rename | Verb::Share => did::TOUCHED,
        _ => 0,
    }
}
