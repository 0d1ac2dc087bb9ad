//! What one person did on one day, as counts.

use super::names::ByNumber;
use serde::{Deserialize, Serialize};

/// What was done to one item, as bits.
pub(crate) mod did {
    /// Opened to read, or previewed.
    pub(crate) const OPENED: u8 = 1;
    /// Downloaded, copied, printed, exported.
    pub(crate) const TAKEN: u8 = 2;
    /// Anything else.
    pub(crate) const TOUCHED: u8 = 4;
    /// Taken outside the usual hours of work.
    pub(crate) const TAKEN_LATE: u8 = 8;
    /// Opened to, or sent to, a private account, a rival or a domain nobody listed.
    pub(crate) const SENT: u8 = 16;
    /// Opened, copied or fetched by a private account of the person.
    pub(crate) const ENTERED: u8 = 32;
    /// Opened to a domain that many deal with.
    pub(crate) const SENT_PARTNER: u8 = 64;
}

/// A day that is still open: what was done to which item, whatever the order.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Open {
    pub(crate) items: ByNumber<u8>,
    /// Titles of new folders and documents that name a client and a class of the catalogue.
    pub(crate) echoes: Vec<String>,
    /// Messages with something attached, by whom they went to: private or unlisted, rival.
    pub(crate) attached: [u32; 2],
    /// The same to domains that many deal with.
    #[serde(default)]
    pub(crate) attached_partner: u32,
    /// Numbers of the unlisted domains dealt with.
    #[serde(default)]
    pub(crate) dealt: Vec<u64>,
    pub(crate) met_rival: bool,
    /// Acts within and outside the usual hours.
    pub(crate) hours: [u32; 2],
    /// Colleagues written to.
    pub(crate) wrote: Vec<u32>,
    pub(crate) last_us: i64,
}

impl Open {
    /// Items sent out, or opened by a private account, by number.
    pub(crate) fn gone(&self) -> Vec<u32> {
        let gone = |(item, bits): (&u32, &u8)| (bits & (did::SENT | did::ENTERED) != 0).then_some(*item);
        let mut items: Vec<u32> = self.items.iter().filter_map(gone).collect();
        items.sort_unstable();
        items
    }
}

/// What a day, or what was told late of it, comes to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Drawn {
    pub(crate) seen: Seen,
    /// Confidential items taken for the first time.
    pub(crate) fresh: Vec<u32>,
}

/// A day in counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Seen {
    /// Confidential items taken for the first time ever, beyond what a ticket covers.
    pub(crate) fresh: u32,
    /// Of them, how many an approved export covers.
    pub(crate) covered: u32,
    /// Other items taken for the first time ever.
    pub(crate) fresh_plain: u32,
    /// Items taken for the first time that belong to a client who is not theirs.
    pub(crate) far: u32,
    /// Items taken for the first time, outside the usual hours.
    pub(crate) late: u32,
    /// Confidential and other items opened for the first time ever, and those of a client who is not theirs.
    pub(crate) opened: u32,
    pub(crate) opened_plain: u32,
    pub(crate) opened_far: u32,
    /// Confidential items that went to a private account, a rival or an unlisted domain.
    pub(crate) sent: u32,
    /// The same, and messages with something attached, to domains that many deal with.
    #[serde(default)]
    pub(crate) sent_partner: u32,
    /// Items that a private account of the person opened.
    pub(crate) entered: u32,
    pub(crate) echoes: u32,
    pub(crate) attached_private: u32,
    pub(crate) attached_rival: u32,
    /// Sum over first-time takes of the share of the client's catalogue that is confidential.
    pub(crate) base: f64,
    /// The same over first-time openings.
    pub(crate) opened_base: f64,
    /// Days in it: 1, or how many were added up.
    pub(crate) days: u32,
}

impl Seen {
    pub(crate) fn taken(&self) -> u32 {
        self.fresh + self.covered + self.fresh_plain
    }

    pub(crate) fn opened_all(&self) -> u32 {
        self.opened + self.opened_plain
    }

    /// Counts an item that went out by what was done to it, if that tells something of it.
    pub(crate) fn went_out(&mut self, bits: u8, tells: bool) {
        self.sent += u32::from(tells && bits & did::SENT != 0);
        self.sent_partner += u32::from(tells && bits & (did::SENT | did::SENT_PARTNER) == did::SENT_PARTNER);
    }

    pub(crate) fn add(&mut self, day: &Seen) {
        self.fresh += day.fresh;
        self.covered += day.covered;
        self.fresh_plain += day.fresh_plain;
        self.far += day.far;
        self.late += day.late;
        self.opened += day.opened;
        self.opened_plain += day.opened_plain;
        self.opened_far += day.opened_far;
        self.sent += day.sent;
        self.sent_partner += day.sent_partner;
        self.entered += day.entered;
        self.echoes += day.echoes;
        self.attached_private += day.attached_private;
        self.attached_rival += day.attached_rival;
        self.base += day.base;
        self.opened_base += day.opened_base;
        self.days += day.days;
    }
}
