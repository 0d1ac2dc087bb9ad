//! What a rule asks of one field.

use super::domains::Domains;
use super::policies::{everyone, other_account};
use crate::read::glob::glob;
use crate::read::paths::{Path, says, text};
use crate::read::sources::{Act, look};
use serde_json::Value;
use std::net::IpAddr;

/// A question about the values at one path. A list fits if any of its values does.
#[derive(Debug, Clone)]
pub(super) enum Matcher {
    /// One of these words; `*` is any run of characters; case does not count.
    Words(Vec<String>),
    /// Yes or no, however the log writes it.
    Is(bool),
    /// Nothing is said here.
    Absent,
    /// The field stands in the event, even if it is empty.
    Stands,
    /// The field stands in the event, and nothing is said there.
    Empty,
    /// Something is said here.
    Present,
    /// A number of at least this.
    AtLeast(f64),
    /// None of the values fits.
    Not(Box<Matcher>),
    /// Says something else than the values at another path.
    DiffersFrom(Path),
    /// An address or a domain that is not the organisation's own.
    Outside,
    /// An address whose domain is another than that of the addresses at another path.
    OutsideOf(Path),
    /// An address of the public network.
    PublicIp,
    /// Grants something to everyone: a principal of `*`, alone or in a policy, also one written as JSON text.
    Everyone,
    /// Names an AWS account other than the one the act was done in, by its number or an ARN, alone or as a principal of a
    /// policy, also one written as JSON text.
    OtherAccount,
}

/// What is wrong with a question.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no question: a word, a list of words, true, false, null, or an object of one known key")]
pub struct BadQuestion(pub String);

impl Matcher {
    pub(super) fn parse(value: &Value) -> Result<Self, BadQuestion> {
        let bad = || BadQuestion(value.to_string());
        match value {
            Value::Null => Ok(Self::Absent),
            Value::Bool(yes) => Ok(Self::Is(*yes)),
            Value::String(word) => Ok(Self::Words(vec![word.clone()])),
            Value::Number(number) => Ok(Self::Words(vec![number.to_string()])),
            Value::Array(words) => {
                let words = words.iter().map(|word| text(word).ok_or_else(bad)).collect::<Result<Vec<_>, _>>()?;
                if words.is_empty() { Err(bad()) } else { Ok(Self::Words(words)) }
            }
            Value::Object(members) => {
                let mut members = members.iter();
                let (Some((key, value)), None) = (members.next(), members.next()) else { return Err(bad()) };
                match (key.as_str(), value) {
                    ("present", Value::Bool(true)) => Ok(Self::Present),
                    ("stands", Value::Bool(true)) => Ok(Self::Stands),
                    ("empty", Value::Bool(true)) => Ok(Self::Empty),
                    ("outside", Value::Bool(true)) => Ok(Self::Outside),
                    ("everyone", Value::Bool(true)) => Ok(Self::Everyone),
                    ("other_account", Value::Bool(true)) => Ok(Self::OtherAccount),
                    ("outside_of", Value::String(path)) => Ok(Self::OutsideOf(Path::new(path))),
                    ("public_ip", Value::Bool(true)) => Ok(Self::PublicIp),
                    ("at_least", Value::Number(least)) => Ok(Self::AtLeast(least.as_f64().ok_or_else(bad)?)),
                    ("not", question) => Ok(Self::Not(Box::new(Self::parse(question)?))),
                    ("differs_from", Value::String(path)) => Ok(Self::DiffersFrom(Path::new(path))),
                    _ => Err(bad()),
                }
            }
        }
    }

    pub(super) fn fits(&self, path: &Path, act: &Act, domains: &Domains) -> bool {
        let values = look(path, act);
        self.fits_any(&values, act, domains)
    }

    fn fits_any(&self, values: &[Value], act: &Act, domains: &Domains) -> bool {
        let texts = || values.iter().filter_map(text);
        match self {
            Self::Words(words) => texts().any(|said| words.iter().any(|word| glob(word, said.trim()))),
            Self::Is(yes) => texts().any(|said| truth(&said) == Some(*yes)),
            Self::Absent => !values.iter().any(says),
            Self::Stands => !values.is_empty(),
            Self::Empty => !values.is_empty() && !values.iter().any(says),
            Self::Present => values.iter().any(says),
            Self::AtLeast(least) => texts().any(|said| said.parse::<f64>().is_ok_and(|number| number >= *least)),
            Self::Not(question) => !question.fits_any(values, act, domains),
            Self::DiffersFrom(other) => {
                let others: Vec<String> = look(other, act).iter().filter_map(text).collect();
                !others.is_empty() && texts().any(|said| !others.contains(&said))
            }
            Self::Outside => texts().any(|said| domains.outside(&said, act)),
            Self::OutsideOf(other) => {
                let others: Vec<String> = look(other, act).iter().filter_map(text).collect();
                let inside = Domains::new(others.iter().filter_map(|said| super::domains::domain(said)));
                !inside.inside.is_empty() && texts().any(|said| inside.beside(&said))
            }
            Self::Everyone => values.iter().any(|value| value == "*" || everyone(value)),
            Self::OtherAccount => values.iter().any(|value| other_account(value, act)),
            Self::PublicIp => texts().any(|said| said.parse().is_ok_and(public)),
        }
    }
}

fn truth(said: &str) -> Option<bool> {
    match said.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" | "on" | "enabled" => Some(true),
        "false" | "no" | "0" | "off" | "disabled" => Some(false),
        _ => None,
    }
}

/// Whether an address is of the public network: none of the ranges set apart for private nets, this machine, the link or
/// shared carriers (RFC 1918, 4193, 6598, 3927).
fn public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, ..] = ip.octets();
            !(ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || ip.is_unspecified()
                || (a == 100 && (64..128).contains(&b)))
        }
        IpAddr::V6(ip) => {
            let first = ip.segments()[0];
            !(ip.is_loopback() || ip.is_unspecified() || first & 0xfe00 == 0xfc00 || first & 0xffc0 == 0xfe80)
        }
    }
}
