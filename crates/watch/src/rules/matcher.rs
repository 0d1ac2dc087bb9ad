//! What a rule asks of one field.

use super::domains::Domains;
use crate::read::mapping::glob;
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
                    ("outside", Value::Bool(true)) => Ok(Self::Outside),
                    ("everyone", Value::Bool(true)) => Ok(Self::Everyone),
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
            Self::Everyone => values.iter().any(|value| value == "*" || everyone(value, 0)),
            Self::PublicIp => texts().any(|said| said.parse().is_ok_and(public)),
        }
    }
}

/// Deepest nesting of policies looked into; a policy is four or five deep.
const POLICY_DEPTH_MAX: u32 = 16;

fn everyone(value: &Value, depth: u32) -> bool {
    if depth > POLICY_DEPTH_MAX {
        return false;
    }
    match value {
        Value::String(text) if text.starts_with(['{', '[']) => {
            serde_json::from_str(text).is_ok_and(|policy: Value| everyone(&policy, depth + 1))
        }
        Value::Array(list) => list.iter().any(|item| everyone(item, depth + 1)),
        Value::Object(members) => {
            if members.get("Effect").is_some_and(|effect| effect == "Deny")
                || members.get("Condition").is_some_and(narrow)
            {
                return false;
            }
            members.iter().any(|(name, value)| {
                if name.eq_ignore_ascii_case("principal") { star(value) } else { everyone(value, depth + 1) }
            })
        }
        _ => false,
    }
}

/// What a condition may ask so that a grant to everyone is none: who asks, or from which network or resource. These are the
/// keys by which AWS itself holds a policy for not public.
const NARROWS: [&str; 12] = [
    "aws:principal*",
    "aws:sourcevpc*",
    "aws:sourcearn",
    "aws:sourceaccount",
    "aws:sourceowner",
    "aws:sourceorg*",
    "aws:sourceip",
    "aws:userid",
    "kms:calleraccount",
    "kms:viaservice",
    "s3:dataaccesspoint*",
    "lambda:sourcefunctionarn",
];

/// Whether a condition holds such a key with a value that is not everything, under an operator that asks for likeness.
fn narrow(condition: &Value) -> bool {
    let all = |value: &Value| text(value).is_some_and(|said| matches!(said.as_str(), "*" | "0.0.0.0/0" | "::/0"));
    let anything = |value: &Value| value.as_array().map_or_else(|| all(value), |list| list.iter().any(all));
    condition.as_object().into_iter().flatten().any(|(operator, asked)| {
        let operator = operator.to_ascii_lowercase();
        // Under `…IfExists` whoever does not say so is let in as well.
        !operator.contains("not")
            && !operator.ends_with("ifexists")
            && asked
                .as_object()
                .into_iter()
                .flatten()
                .any(|(key, value)| NARROWS.iter().any(|narrow| glob(narrow, key)) && !anything(value))
    })
}

/// `*`, `{"AWS": "*"}`, `{"AWS": ["*"]}`.
fn star(principal: &Value) -> bool {
    match principal {
        Value::String(text) => text == "*",
        Value::Array(list) => list.iter().any(star),
        Value::Object(members) => members.values().any(star),
        _ => false,
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn policy(condition: &Value) -> Value {
        json!({"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "s3:GetObject", "Condition": condition}]})
    }

    /// What names who asks, or from where, opens nothing to everyone; what merely says how it is asked does.
    #[test]
    fn a_condition_on_who_asks_makes_a_grant_to_everyone_none() {
        for narrow in [
            json!({"StringEquals": {"aws:SourceVpce": "vpce-1"}}),
            json!({"StringLike": {"aws:PrincipalOrgID": ["o-1"]}}),
            json!({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}, "Bool": {"aws:SecureTransport": "true"}}),
        ] {
            assert!(!everyone(&policy(&narrow), 0), "{narrow}");
        }
        for wide in [
            json!({}),
            json!({"Bool": {"aws:SecureTransport": "true"}}),
            json!({"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "0.0.0.0/0"]}}),
            json!({"StringLike": {"aws:PrincipalArn": "*"}}),
            json!({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}),
            json!({"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1"}}),
        ] {
            assert!(everyone(&policy(&wide), 0), "{wide}");
        }
    }
}
