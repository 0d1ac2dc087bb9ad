//! On what kind of device somebody acts, as far as a request tells: a class, never more.

/// A class of devices. What a request says of its device is the caller's own word.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Device {
    /// A browser on a desk or lap.
    Desktop,
    /// A browser in a hand.
    Phone,
    /// A browser on a tablet.
    Tablet,
    /// A program with a token.
    Program,
    /// Whoever stands at the server itself.
    Console,
    /// It does not say.
    #[default]
    Unknown,
}

impl Device {
    /// Every class.
    pub const ALL: [Self; 6] = [Self::Desktop, Self::Phone, Self::Tablet, Self::Program, Self::Console, Self::Unknown];

    /// The word in the ledger.
    pub fn word(self) -> &'static str {
        match self {
            Self::Desktop => "desktop",
            Self::Phone => "phone",
            Self::Tablet => "tablet",
            Self::Program => "program",
            Self::Console => "console",
            Self::Unknown => "unknown",
        }
    }

    /// The class that a browser's `User-Agent` names. Whatever is no browser is a program.
    pub fn of_user_agent(agent: Option<&str>) -> Self {
        let Some(agent) = agent else { return Self::Unknown };
        let has = |word: &str| agent.contains(word);
        if !has("Mozilla/") {
            Self::Program
        } else if has("iPad") || has("Tablet") || (has("Android") && !has("Mobile")) {
            Self::Tablet
        } else if has("iPhone") || has("Mobile") {
            Self::Phone
        } else {
            Self::Desktop
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_says_where_it_runs() {
        for (agent, device) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", Device::Desktop),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Mobile/15E148", Device::Phone),
            ("Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537 Chrome/140.0 Mobile Safari/537", Device::Phone),
            ("Mozilla/5.0 (Linux; Android 15; SM-X910) AppleWebKit/537 Chrome/140.0 Safari/537", Device::Tablet),
            ("Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605 Mobile/15E148", Device::Tablet),
            ("python-httpx/0.28", Device::Program),
        ] {
            assert_eq!(Device::of_user_agent(Some(agent)), device, "{agent}");
        }
        assert_eq!(Device::of_user_agent(None), Device::Unknown);
    }

    #[test]
    fn no_two_classes_share_a_word() {
        let words: std::collections::HashSet<_> = Device::ALL.iter().map(|device| device.word()).collect();
        assert_eq!(words.len(), Device::ALL.len());
    }
}
