//! Acts told after their day was closed.
//!
//! They are placed by their own time: the day's counts take them in, and the long memory of the days to come sees them
//! there. What was said of the day stays as it was said; if it would be said differently now, that is told as such, and a
//! day that now reaches the threshold opens a case of its own. What the person and the peers had learned from the day
//! stays as it was.

use super::cases::Amended;
use super::score::{Around, score};
use super::seen::{Seen, did};
use super::{Engine, Scored};
use crate::time::Day;

/// How far back a closed day is scored anew.
const REACH_DAYS: i32 = 28;
/// Smaller changes, in nats, are not told.
const TOLD_NATS: f64 = 0.01;

impl Engine {
    /// Place an act on an item of a closed day.
    pub(super) fn place_late(&mut self, person: u32, day: Day, item: u32, bits: u8) {
        self.state.counts.late += 1;
        let described = self.items[item as usize];
        let one = &self.state.people[person as usize];
        let before = one.items.get(&item).copied().unwrap_or(0);
        let far = described.listed && described.client != u32::MAX && !one.works_for(described.client);
        let mut more = Seen::default();
        let takes = bits & did::TAKEN != 0 && before & did::TAKEN == 0;
        if described.listed && takes {
            more.fresh = u32::from(described.confidential);
            more.fresh_plain = u32::from(!described.confidential);
            more.far = u32::from(far);
            more.late = u32::from(bits & did::TAKEN_LATE != 0);
            more.base = self.base(described.client);
        }
        if described.listed && bits & did::OPENED != 0 && before == 0 {
            more.opened = u32::from(described.confidential);
            more.opened_plain = u32::from(!described.confidential);
            more.opened_far = u32::from(far);
            more.opened_base = self.base(described.client);
        }
        more.went_out(bits, described.confidential || !described.listed);
        more.entered = u32::from(bits & did::ENTERED != 0);
        let one = &mut self.state.people[person as usize];
        *one.items.entry(item).or_default() |= bits & (did::OPENED | did::TAKEN | did::TOUCHED);
        if more == Seen::default() {
            return;
        }
        let at = match one.days.binary_search_by_key(&day.0, |closed| closed.day) {
            Ok(at) => at,
            Err(_) if one.days.back().is_none_or(|last| last.day < day.0 - REACH_DAYS) && !one.days.is_empty() => {
                return;
            }
            Err(at) => {
                let before = one.days.get(at).map_or(one.habits, |next| next.before);
                let means = self.state.roles[one.role as usize].means(day);
                one.days.insert(
                    at,
                    super::person::Closed {
                        day: day.0,
                        seen: Seen { days: 1, ..Seen::default() },
                        before,
                        means,
                        ..Default::default()
                    },
                );
                at
            }
        };
        let closed = &mut one.days[at];
        closed.seen.add(&more);
        if more.fresh > 0 {
            closed.fresh.push(item);
        }
        if bits & (did::SENT | did::ENTERED) != 0 {
            closed.gone.push(item);
        }
        self.score_again(person, day, at);
    }

    fn score_again(&mut self, person: u32, day: Day, at: usize) {
        let latest = Day::of(self.state.latest_us, 0);
        let one = &self.state.people[person as usize];
        if latest.0 - day.0 > REACH_DAYS {
            return;
        }
        let closed = &one.days[at];
        let (said, seen, lent, before, means) =
            (closed.parts.total(), closed.seen, closed.lent, closed.before, closed.means);
        let mut windows = one.windows(day, &seen, &before);
        self.peers_of(one, &mut windows, lent, day);
        let around = Around { means, ..self.known(one, day, false) };
        let (parts, figures) = score(&windows, &around);
        if (parts.total() - said).abs() < TOLD_NATS {
            return;
        }
        let address = self.state.names.of(one.name).to_owned();
        self.state.people[person as usize].days[at].parts = parts;
        let case = self.case_of(person, day);
        self.amended.push(Amended { person: address.clone(), day, said, now: parts.total(), case });
        let scored = Scored { person: address, day, parts, figures, pair: None };
        self.try_open(person, day, scored, self.state.latest_us);
    }
}
