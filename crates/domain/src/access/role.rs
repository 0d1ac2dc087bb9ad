//! Roles of members.

use std::{fmt, str::FromStr};

/// What a member is here. One role a member; a person may have several members.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Role {
    /// Runs the installation. Sees no content and cannot grant himself a client.
    Admin,
    /// Runs the work of named clients.
    Operator,
    /// Keeps walls, log and holds, of named clients or of all. Sees no content.
    Custodian,
    /// Judges annotations of named clients.
    Reviewer,
    /// Labels.
    Expert,
    /// A client's own person: progress, log and releases of that client.
    Observer,
}

/// The text names no role.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not a role: admin, operator, custodian, reviewer, expert or observer")]
pub struct NoSuchRole(pub String);

impl Role {
    /// Every role.
    pub const ALL: [Self; 6] =
        [Self::Admin, Self::Operator, Self::Custodian, Self::Reviewer, Self::Expert, Self::Observer];

    /// The word in rows, API and ledger.
    pub fn word(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Operator => "operator",
            Self::Custodian => "custodian",
            Self::Reviewer => "reviewer",
            Self::Expert => "expert",
            Self::Observer => "observer",
        }
    }

    /// Whether a second factor is required at sign-in: of everybody but experts.
    pub fn needs_code(self) -> bool {
        self != Self::Expert
    }

    /// Whether one person may hold both roles. Admin and custodian only where the installation
    /// declared itself a one-person one.
    pub fn may_join(self, other: Self, one_person_installation: bool) -> bool {
        let pair = (self.min(other), self.max(other));
        one_person_installation || pair != (Self::Admin, Self::Custodian)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Role {
    type Err = NoSuchRole;
    fn from_str(text: &str) -> Result<Self, NoSuchRole> {
        Self::ALL
            .into_iter()
            .find(|role| role.word() == text)
            .ok_or_else(|| NoSuchRole(text.chars().take(40).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_keep_their_words() {
        for role in Role::ALL {
            assert_eq!(role.word().parse(), Ok(role));
            assert_eq!(role.needs_code(), role != Role::Expert);
        }
        assert!("owner".parse::<Role>().is_err());
    }

    #[test]
    fn nobody_is_admin_and_custodian() {
        assert!(!Role::Admin.may_join(Role::Custodian, false) && !Role::Custodian.may_join(Role::Admin, false));
        assert!(Role::Admin.may_join(Role::Custodian, true) && Role::Admin.may_join(Role::Operator, false));
    }
}
