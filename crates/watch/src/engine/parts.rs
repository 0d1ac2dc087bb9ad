//! The parts of a score. Each has a name, a figure in nats, and words.

use serde::{Deserialize, Serialize};

/// How many parts there are.
pub const PARTS: usize = 14;

/// One named part of a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub enum Part {
    /// More confidential items taken for the first time than usual.
    Volume,
    /// Takes pick out what is confidential.
    Choice,
    /// Takes from clients who are not theirs.
    Foreign,
    /// Takes outside the hours they usually work.
    Hours,
    /// More items opened for the first time than usual.
    Opened,
    /// What is opened is picked out for being confidential.
    OpenedChoice,
    /// Opened items of clients who are not theirs.
    OpenedForeign,
    /// Sent or opened to a private account, a rival or a domain nobody listed.
    Destination,
    /// A private account of theirs opened what was shared to it.
    PrivateAccount,
    /// New folders named after clients and classes of the catalogue.
    Folders,
    /// Together with another person, each took what the other left. In cases alone, not in scores.
    Pair,
    /// A rival was met or notice was given before.
    Context,
    /// Several windows were tried; the price of that.
    Tried,
    /// Said on an earlier day already.
    Told,
}

impl Part {
    /// All of them, in the order of [`Parts`].
    pub const ALL: [Self; PARTS] = [
        Self::Volume,
        Self::Choice,
        Self::Foreign,
        Self::Hours,
        Self::Opened,
        Self::OpenedChoice,
        Self::OpenedForeign,
        Self::Destination,
        Self::PrivateAccount,
        Self::Folders,
        Self::Pair,
        Self::Context,
        Self::Tried,
        Self::Told,
    ];

    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Volume => "volume",
            Self::Choice => "choice",
            Self::Foreign => "foreign",
            Self::Hours => "hours",
            Self::Opened => "opened",
            Self::OpenedChoice => "opened_choice",
            Self::OpenedForeign => "opened_foreign",
            Self::Destination => "destination",
            Self::PrivateAccount => "private_account",
            Self::Folders => "folders",
            Self::Pair => "pair",
            Self::Context => "context",
            Self::Tried => "windows_tried",
            Self::Told => "told_before",
        }
    }
}

/// Parts with their figures, in nats. Those above nought speak for taking, those below against.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Parts([f64; PARTS]);

impl Parts {
    /// One part.
    pub fn get(&self, part: Part) -> f64 {
        self.0[part as usize]
    }

    pub(crate) fn set(&mut self, part: Part, nats: f64) {
        self.0[part as usize] = nats;
    }

    /// The score: the sum of all parts, never below 0.
    pub fn total(&self) -> f64 {
        self.0.iter().sum::<f64>().max(0.0)
    }

    /// The parts as they are printed, in units of which `a_nat` make one nat, and their sum, which is the score: what is printed
    /// adds up.
    #[expect(clippy::cast_possible_truncation, reason = "a rounded figure of some nats")]
    pub fn printed(&self, a_nat: u32) -> (Vec<(Part, i64)>, i64) {
        let rounded = |nats: f64| (nats.clamp(-1e9, 1e9) * f64::from(a_nat)).round() as i64;
        let parts: Vec<(Part, i64)> = self.said().map(|(part, nats)| (part, rounded(nats))).collect();
        let sum = parts.iter().map(|(_, units)| units).sum::<i64>().max(0);
        (parts, sum)
    }

    /// Those that say something, in order.
    pub fn said(&self) -> impl Iterator<Item = (Part, f64)> + '_ {
        Part::ALL.into_iter().map(|part| (part, self.get(part))).filter(|(_, nats)| *nats != 0.0)
    }
}
