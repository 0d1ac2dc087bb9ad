//! Whose an address is: the organisation's own, or somebody's outside.

use crate::read::paths::{Path, text};
use crate::read::sources::Act;

/// The domains that count as inside. Empty, each act's own actor decides: whoever shares the actor's domain is inside.
#[derive(Debug, Clone, Default)]
pub struct Domains {
    /// The organisation's own and those it trusts, in lower case.
    pub inside: Vec<String>,
}

/// Providers of private mailboxes: an actor there says nothing about the organisation's own domain.
pub const PRIVATE: [&str; 14] = [
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "yahoo.com",
    "icloud.com",
    "me.com",
    "aol.com",
    "proton.me",
    "protonmail.com",
    "gmx.net",
    "gmx.de",
    "yandex.com",
];

/// Whether a domain is a provider of private mailboxes.
pub(crate) fn private_mailbox(domain: &str) -> bool {
    PRIVATE.contains(&domain)
}

/// Where a log names whose log it is.
const TENANT_AT: &str = "organizationname";
/// Where logs name a domain that is mostly the organisation's own: not asked if somebody said which those are.
const MOSTLY_OWN_AT: [&str; 2] = ["ownerDomain", "parameters.DOMAIN_NAME"];
/// Where programs have their addresses: such an address tells nothing of whose it is, nor of the organisation's own domain.
const MACHINES: &str = "gserviceaccount.com";

impl Domains {
    /// Domains that count as inside.
    pub fn new(inside: impl IntoIterator<Item = String>) -> Self {
        Self {
            inside: inside
                .into_iter()
                .map(|domain| domain.trim().to_ascii_lowercase())
                .filter(|domain| !domain.is_empty())
                .collect(),
        }
    }

    /// Whether any address or domain named in `said` is outside. A word without a domain is nobody's and not outside;
    /// `all` and `*` are everybody.
    pub(super) fn outside(&self, said: &str, act: &Act) -> bool {
        let own = self.own(act);
        if own.is_empty() && actor(act).is_some_and(|domain| inside(&domain, MACHINES)) {
            return false;
        }
        said.split([';', ',', ' ', '<', '>', '"', '[', ']']).any(|word| {
            if word == "all" || word == "*" {
                return true;
            }
            domain(word).is_some_and(|domain| !inside(&domain, MACHINES) && !own.iter().any(|own| inside(&domain, own)))
        })
    }

    /// Whether `said` names a domain that is none of these, regardless of the actor.
    pub(super) fn beside(&self, said: &str) -> bool {
        domain(said).is_some_and(|domain| !self.inside.iter().any(|own| inside(&domain, own)))
    }

    /// What counts as inside. If somebody said what does, the actor's domain adds nothing to it: the actor may be a guest.
    fn own(&self, act: &Act) -> Vec<String> {
        let at = |path: &str| {
            Path::new(path).all(&act.event).into_iter().filter_map(text).filter_map(|said| domain(&said)).collect()
        };
        let mut own: Vec<String> = at(TENANT_AT);
        if self.inside.is_empty() {
            own.extend(MOSTLY_OWN_AT.iter().flat_map(|path| -> Vec<String> { at(path) }));
            own.extend(actor(act).filter(|domain| !private_mailbox(domain) && !inside(domain, MACHINES)));
        }
        own.extend_from_slice(&self.inside);
        own
    }
}

fn actor(act: &Act) -> Option<String> {
    act.record.actor.as_deref().and_then(domain)
}

/// The domain of an address, or the word itself if it looks like a domain.
pub(super) fn domain(word: &str) -> Option<String> {
    let word = word.trim().trim_end_matches('.').to_ascii_lowercase();
    let word = ["smtp:", "mailto:", "domain:"].iter().find_map(|kind| word.strip_prefix(kind)).unwrap_or(&word);
    let domain = word.rsplit_once('@').map_or(word, |(_, domain)| domain).trim_start_matches('.');
    let plain = domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    // The last label of a domain has letters alone: a version, an address of a network or `SharingLinks.<id>` is none.
    let last = domain.rsplit_once('.').map_or("", |(_, last)| last);
    let top = last.len() > 1 && (last.starts_with("xn--") || last.bytes().all(|byte| byte.is_ascii_alphabetic()));
    (plain && top).then(|| domain.to_owned())
}

/// Whether a domain is `own` or lies under it.
fn inside(domain: &str, own: &str) -> bool {
    domain == own || domain.strip_suffix(own).is_some_and(|rest| rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::record::Record;

    fn act(actor: &str) -> Act {
        let record = Record { actor: Some(actor.to_owned()), ..Record::default() };
        Act { source: "m365".to_owned(), event: serde_json::json!({}), record }
    }

    #[test]
    fn an_address_under_the_own_domain_is_inside_and_one_beside_it_is_not() {
        let (domains, by) = (Domains::default(), act("ann@lab.example"));
        assert!(!domains.outside("smtp:bob@lab.example", &by));
        assert!(!domains.outside("bob@mail.lab.example", &by));
        assert!(domains.outside("bob@mylab.example", &by));
        assert!(domains.outside("bob@lab.example; eve@rival.example", &by));
        assert!(!domains.outside("bob", &by));
        assert!(!Domains::new(["Rival.example".to_owned()]).outside("eve@rival.example", &by));
    }

    /// A guest who lets another of theirs in has let somebody outside in.
    #[test]
    fn where_it_is_said_what_is_inside_the_actor_adds_nothing() {
        let domains = Domains::new(["lab.example".to_owned()]);
        assert!(domains.outside("mallory@rival.example", &act("eve@rival.example")));
        assert!(!domains.outside("bob@lab.example", &act("eve@rival.example")));
    }

    #[test]
    fn a_program_that_acts_makes_nobody_an_outsider() {
        let program = act("deployer@project-1.iam.gserviceaccount.com");
        assert!(!Domains::default().outside("bob@lab.example", &program));
        let own = Domains::new(["lab.example".to_owned()]);
        assert!(own.outside("eve@rival.example", &program) && own.outside("domain:rival.example", &program));
        assert!(!own.outside("serviceAccount:x@project-2.iam.gserviceaccount.com", &program));
    }

    #[test]
    fn what_merely_has_dots_is_no_domain() {
        for word in ["SharingLinks.2f0c9d1e-7.OrganizationEdit.5d3a-11", "10.0.0.1", "v1.2", "a.b.c1", "Team."] {
            assert_eq!(domain(word), None, "{word}");
        }
        assert_eq!(domain("lab.xn--p1ai").as_deref(), Some("lab.xn--p1ai"));
    }

    #[test]
    fn a_private_mailbox_makes_no_domain_the_organisations_own() {
        assert!(Domains::default().outside("me2@gmail.com", &act("me@gmail.com")));
    }
}
