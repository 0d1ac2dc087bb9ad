//! The gate of a client: may this recipient have what it asks for, and by which rule?
//!
//! Deny by default: a rule must let somebody in. Walls computed from exposure and conflicts come
//! on top and can only take away.

use crate::access::role::Role;

/// What is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Need {
    /// Content of a project to label.
    Label,
    /// Others' answers, to review them.
    Review,
    /// Content and settings, to run the work: import, opening a task, schema, guideline.
    Operate,
    /// Names, progress, states and releases: what a client's own person may also have.
    Observe,
    /// The text of the client's agreement, which is read before it is signed.
    Agreement,
    /// That there is work of this client, under its code name: none of its content.
    Know,
    /// Walls, holds, grants: facts about the compartment, none of its content.
    Custody,
}

impl Need {
    /// The word in the ledger: for what it was asked.
    pub fn word(self) -> &'static str {
        match self {
            Self::Label => "label",
            Self::Review => "review",
            Self::Operate => "operate",
            Self::Observe => "observe",
            Self::Agreement => "agreement",
            Self::Know => "know",
            Self::Custody => "custody",
        }
    }

    /// Whether what is given holds the client's content.
    pub fn is_content(self) -> bool {
        !matches!(self, Self::Know | Self::Custody)
    }
}

/// What is known about the one who asks, read in the transaction of the act.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "facts that hold or not, each apart from the others")]
pub struct Facts {
    /// His role.
    pub role: Role,
    /// He was suspended.
    pub suspended: bool,
    /// He has a grant into the client that a second person confirmed and nobody revoked.
    pub granted: bool,
    /// Custodian of the installation: no named clients, hence all.
    pub of_installation: bool,
    /// He meets the eligibility rule of the project that is asked about; true when no project is.
    pub eligible: bool,
    /// The client has an agreement text and he has not signed its newest version.
    pub agreement_due: bool,
    /// Two persons let him in for a while, though no grant does.
    pub glass: bool,
}

/// The rule that let somebody in; its word stands in the ledger.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Rule {
    /// Expert in the pool of the project.
    InPool,
    /// Member with a confirmed grant into the client.
    Granted,
    /// Custodian of the whole installation.
    InstallationCustodian,
    /// Operator for whom two persons broke the glass, for a while.
    BrokenGlass,
    /// Admin, for the running of the installation and never for content.
    Admin,
    /// The server itself; nothing leaves.
    Server,
}

impl Rule {
    /// The word in the ledger.
    pub fn word(self) -> &'static str {
        match self {
            Self::InPool => "in_pool",
            Self::Granted => "granted",
            Self::InstallationCustodian => "installation_custodian",
            Self::BrokenGlass => "break_glass",
            Self::Admin => "admin",
            Self::Server => "server",
        }
    }
}

/// Why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// To this person the client does not exist.
    #[error("there is no such thing here")]
    Unknown,
    /// He may come in once he signed.
    #[error("the client's agreement has not been signed yet")]
    AgreementDue,
}

/// Decides. Pure; the same facts give the same answer.
#[expect(clippy::match_same_arms, reason = "one line a role and its right; joined, nobody could check them")]
pub fn decide(need: Need, facts: &Facts) -> Result<Rule, Denied> {
    if facts.suspended {
        return Err(Denied::Unknown);
    }
    let rule = match (facts.role, need) {
        (Role::Expert, Need::Label | Need::Know) if facts.eligible => Rule::InPool,
        // The pool says who may label; who reviews was named by a grant.
        (Role::Reviewer, Need::Review | Need::Know) if facts.granted => Rule::Granted,
        (Role::Reviewer, Need::Label) if facts.granted && facts.eligible => Rule::Granted,
        (Role::Operator, Need::Operate | Need::Observe | Need::Review | Need::Know) if facts.granted => Rule::Granted,
        (Role::Operator, Need::Operate | Need::Observe) if facts.glass => Rule::BrokenGlass,
        (Role::Observer, Need::Observe | Need::Custody | Need::Know) if facts.granted => Rule::Granted,
        // Whom the client's work is open to.
        (Role::Expert, Need::Agreement) if facts.eligible => Rule::InPool,
        (Role::Reviewer | Role::Operator | Role::Observer, Need::Agreement) if facts.granted => Rule::Granted,
        (Role::Custodian, Need::Custody) if facts.granted => Rule::Granted,
        (Role::Custodian, Need::Custody) if facts.of_installation => Rule::InstallationCustodian,
        (Role::Admin, Need::Custody) => Rule::Admin,
        _ => return Err(Denied::Unknown),
    };
    if need.is_content() && need != Need::Agreement && facts.role != Role::Observer && facts.agreement_due {
        Err(Denied::AgreementDue)
    } else {
        Ok(rule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn facts() -> impl Strategy<Value = Facts> {
        (0_usize..6, any::<[bool; 6]>()).prop_map(
            |(role, [suspended, granted, of_installation, eligible, agreement_due, glass])| Facts {
                role: Role::ALL[role],
                suspended,
                granted,
                of_installation,
                eligible,
                agreement_due,
                glass,
            },
        )
    }

    fn needs() -> impl Strategy<Value = Need> {
        prop::sample::select(vec![
            Need::Label,
            Need::Review,
            Need::Operate,
            Need::Observe,
            Need::Agreement,
            Need::Know,
            Need::Custody,
        ])
    }

    proptest! {
        #[test]
        fn only_the_agreement_is_read_before_it_is_signed(facts in facts(), need in needs()) {
            let due = Facts { agreement_due: true, ..facts };
            if decide(need, &due).is_ok() && facts.role != Role::Observer {
                prop_assert!(matches!(need, Need::Agreement | Need::Know | Need::Custody));
            }
            let signed = Facts { agreement_due: false, ..facts };
            prop_assert_eq!(decide(Need::Agreement, &due), decide(Need::Agreement, &signed));
        }

        #[test]
        fn admins_and_custodians_never_have_content(facts in facts(), need in needs()) {
            if matches!(facts.role, Role::Admin | Role::Custodian) && need.is_content() {
                prop_assert_eq!(decide(need, &facts), Err(Denied::Unknown));
            }
        }

        #[test]
        fn nobody_suspended_has_anything(facts in facts(), need in needs()) {
            prop_assert_eq!(decide(need, &Facts { suspended: true, ..facts }), Err(Denied::Unknown));
        }

        #[test]
        fn without_a_grant_only_pool_installation_and_broken_glass_let_in(facts in facts(), need in needs()) {
            if let Ok(rule) = decide(need, &Facts { granted: false, ..facts }) {
                prop_assert!(matches!(rule, Rule::InPool | Rule::InstallationCustodian | Rule::Admin | Rule::BrokenGlass));
            }
        }
    }
}
