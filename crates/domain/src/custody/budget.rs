//! Take budgets: how much content one member may read within an hour, a day and 30 days before a second person is asked.

use crate::{access::role::Role, time::Micros};

/// Items of content, such as a task sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct Budget {
    /// Within a clock hour.
    pub hour: u32,
    /// Within a day of UTC.
    pub day: u32,
    /// Within a stretch of 30 days.
    pub month: u32,
}

impl Budget {
    /// What a role has until somebody says otherwise. Experts and reviewers read for a living; whoever reads to run the
    /// work needs little, and observers and those without content least.
    pub fn of(role: Role) -> Self {
        match role {
            Role::Expert | Role::Reviewer => Self { hour: 2_000, day: 10_000, month: 150_000 },
            Role::Operator => Self { hour: 500, day: 2_000, month: 20_000 },
            Role::Observer | Role::Custodian | Role::Admin => Self { hour: 200, day: 500, month: 5_000 },
        }
    }

    /// A quarter of it, for who gave notice.
    #[must_use]
    pub fn narrowed(self) -> Self {
        let quarter = |n: u32| n / 4;
        Self { hour: quarter(self.hour), day: quarter(self.day), month: quarter(self.month) }
    }

    /// So many more in each stretch, as a second person approved.
    #[must_use]
    pub fn plus(self, items: u32) -> Self {
        let more = |n: u32| n.saturating_add(items);
        Self { hour: more(self.hour), day: more(self.day), month: more(self.month) }
    }
}

/// The beginnings of the stretches a moment lies in: hour, day, month.
pub fn stretches(now: Micros) -> [Micros; 3] {
    [Micros::HOUR, Micros::DAY, 30 * Micros::DAY].map(|length| Micros(now.0 - now.0.rem_euclid(length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notice_narrows_and_approval_widens() {
        for role in Role::ALL {
            let whole = Budget::of(role);
            assert!(whole.hour <= whole.day && whole.day <= whole.month);
            assert!(whole.narrowed().day < whole.day);
            assert_eq!(whole.plus(50).hour, whole.hour + 50);
        }
    }

    #[test]
    fn a_moment_lies_in_its_stretches() {
        let now = Micros(1_795_390_516_000_000);
        for (start, length) in stretches(now).into_iter().zip([Micros::HOUR, Micros::DAY, 30 * Micros::DAY]) {
            assert!((0..length).contains(&now.since(start)));
        }
    }
}
