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

/// Where logs name the organisation's own domain beside the actor.
const OWN_AT: [&str; 3] = ["organizationname", "ownerDomain", "parameters.DOMAIN_NAME"];

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
        said.split([';', ',', ' ', '<', '>', '"', '[', ']']).any(|word| {
            if word == "all" || word == "*" {
                return true;
            }
            domain(word).is_some_and(|domain| !own.iter().any(|own| inside(&domain, own)))
        })
    }

    /// Whether `said` names a domain that is none of these, regardless of the actor.
    pub(super) fn beside(&self, said: &str) -> bool {
        domain(said).is_some_and(|domain| !self.inside.iter().any(|own| inside(&domain, own)))
    }

    fn own(&self, act: &Act) -> Vec<String> {
        let mut own = self.inside.clone();
        let actor = act.record.actor.as_deref().and_then(domain);
        own.extend(actor.filter(|domain| !private_mailbox(domain)));
        for at in OWN_AT {
            own.extend(Path::new(at).all(&act.event).into_iter().filter_map(text).filter_map(|said| domain(&said)));
        }
        own
    }
}

/// The domain of an address, or the word itself if it looks like a domain.
pub(super) fn domain(word: &str) -> Option<String> {
    let word = word.trim().trim_end_matches('.').to_ascii_lowercase();
    let word = word.strip_prefix("smtp:").or_else(|| word.strip_prefix("mailto:")).unwrap_or(&word);
    let domain = word.rsplit_once('@').map_or(word, |(_, domain)| domain).trim_start_matches('.');
    let plain = domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    (plain && domain.contains('.') && !domain.is_empty()).then(|| domain.to_owned())
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

    #[test]
    fn a_private_mailbox_makes_no_domain_the_organisations_own() {
        assert!(Domains::default().outside("me2@gmail.com", &act("me@gmail.com")));
    }
}
