//! What a token may do of what its owner may.

use std::{fmt, str::FromStr};

/// One kind of thing a token may be used for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Scope {
    /// Whatever its owner may, but for what needs a signed-in browser.
    All,
    /// Read whatever its owner may read; change nothing.
    Read,
    /// Take assignments, answer and review them, sign and acknowledge.
    Work,
    /// Run projects: make and change them, bring tasks in, look at them.
    Operate,
    /// Order, approve, deliver and fetch releases.
    Releases,
    /// Handle clients, grants, keys, holds and logs.
    Custody,
    /// Handle members, invitations and one's own profile.
    Access,
}

/// The text names no scope.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not a scope: all, read, work, operate, releases, custody or access")]
pub struct NoSuchScope(pub String);

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 7] =
        [Self::All, Self::Read, Self::Work, Self::Operate, Self::Releases, Self::Custody, Self::Access];

    /// The word in rows and API.
    pub fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Read => "read",
            Self::Work => "work",
            Self::Operate => "operate",
            Self::Releases => "releases",
            Self::Custody => "custody",
            Self::Access => "access",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Scope {
    type Err = NoSuchScope;
    fn from_str(text: &str) -> Result<Self, NoSuchScope> {
        Self::ALL
            .into_iter()
            .find(|scope| scope.word() == text)
            .ok_or_else(|| NoSuchScope(text.chars().take(40).collect()))
    }
}

/// Whether a token with these scopes may be used where `needed` is asked for. `reads` says that nothing changes there.
pub fn allows(scopes: &[Scope], needed: Scope, reads: bool) -> bool {
    scopes.iter().any(|scope| *scope == Scope::All || *scope == needed || (reads && *scope == Scope::Read))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_keep_their_words_and_open_nothing_else() {
        for scope in Scope::ALL {
            assert_eq!(scope.word().parse(), Ok(scope));
            for needed in Scope::ALL {
                let expected = scope == Scope::All || scope == needed;
                assert_eq!(allows(&[scope], needed, false), expected, "{scope} for {needed}");
                assert_eq!(allows(&[scope], needed, true), expected || scope == Scope::Read);
            }
        }
        assert!("root".parse::<Scope>().is_err() && !allows(&[], Scope::Read, true));
    }
}
