//! What a policy of AWS grants, and to whom.

use crate::read::glob::glob;
use crate::read::paths::{Path, text};
use crate::read::sources::Act;
use serde_json::Value;

/// Deepest nesting of policies looked into; a policy is four or five deep.
const POLICY_DEPTH_MAX: u32 = 16;

/// Whether a policy, as an object or as JSON text, grants something to everyone.
pub(super) fn everyone(value: &Value) -> bool {
    granted(value, 0, &NARROWS, &star)
}

/// Whether an account other than that of the act is named: by a number, by an ARN, or as a principal of a policy that does
/// not ask for its own organisation.
pub(super) fn other_account(value: &Value, act: &Act) -> bool {
    let own: Vec<String> = OWN_ACCOUNT.iter().filter_map(|at| Path::new(at).text(&act.event)).collect();
    let other = |said: &str| account(said).is_some_and(|account| !own.iter().any(|own| own == account));
    if own.is_empty() {
        return false;
    }
    if text(value).is_some_and(|said| !said.starts_with(['{', '['])) {
        return text(value).is_some_and(|said| other(&said));
    }
    granted(value, 0, &["aws:principalorg*"], &|principal| named(principal, &other))
}

/// Where an event says in which account it was done, and who did it.
const OWN_ACCOUNT: [&str; 2] = ["recipientAccountId", "userIdentity.accountId"];

/// The account of an ARN, or the number itself.
fn account(said: &str) -> Option<&str> {
    let account = if said.starts_with("arn:") { said.split(':').nth(4)? } else { said };
    (account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit())).then_some(account)
}

/// Whether a principal has an account that `other` takes for another: `{"AWS": "arn:aws:iam::123456789012:root"}`.
fn named(principal: &Value, other: &dyn Fn(&str) -> bool) -> bool {
    match principal {
        Value::String(said) => other(said),
        Value::Array(list) => list.iter().any(|one| named(one, other)),
        Value::Object(members) => members.values().any(|one| named(one, other)),
        _ => false,
    }
}

/// Whether some statement whose condition asks for none of `narrows` grants anything to a principal that `wanted` takes.
fn granted(value: &Value, depth: u32, narrows: &[&str], wanted: &dyn Fn(&Value) -> bool) -> bool {
    if depth > POLICY_DEPTH_MAX {
        return false;
    }
    match value {
        Value::String(text) if text.starts_with(['{', '[']) => {
            serde_json::from_str(text).is_ok_and(|policy: Value| granted(&policy, depth + 1, narrows, wanted))
        }
        Value::Array(list) => list.iter().any(|item| granted(item, depth + 1, narrows, wanted)),
        Value::Object(members) => {
            if members.get("Effect").is_some_and(|effect| effect == "Deny")
                || members.get("Condition").is_some_and(|asked| narrow(asked, narrows))
            {
                return false;
            }
            members.iter().any(|(name, value)| {
                if name.eq_ignore_ascii_case("principal") {
                    wanted(value)
                } else {
                    granted(value, depth + 1, narrows, wanted)
                }
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
fn narrow(condition: &Value, narrows: &[&str]) -> bool {
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
                .any(|(key, value)| narrows.iter().any(|narrow| glob(narrow, key)) && !anything(value))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::sources::Sources;
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
            assert!(!everyone(&policy(&narrow)), "{narrow}");
        }
        for wide in [
            json!({}),
            json!({"Bool": {"aws:SecureTransport": "true"}}),
            json!({"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "0.0.0.0/0"]}}),
            json!({"StringLike": {"aws:PrincipalArn": "*"}}),
            json!({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}),
            json!({"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1"}}),
        ] {
            assert!(everyone(&policy(&wide)), "{wide}");
        }
    }

    #[test]
    fn another_account_is_one_that_the_act_was_not_done_in() {
        let act = Sources::own().unwrap().acts(
            json!({"eventSource": "s3.amazonaws.com", "eventName": "PutBucketPolicy", "recipientAccountId": "111111111111"}),
            None,
        );
        let grant = |principal: Value, condition: Value| {
            let policy = json!({"Statement": [{"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Condition": condition}]});
            [policy.clone(), Value::String(policy.to_string())].map(|policy| other_account(&policy, &act[0]))
        };
        let (none, own) = (json!({}), json!({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}));
        assert_eq!(grant(json!({"AWS": ["arn:aws:iam::222222222222:root"]}), none.clone()), [true, true]);
        assert_eq!(
            grant(json!({"AWS": "222222222222"}), json!({"StringEquals": {"sts:ExternalId": "x"}})),
            [true, true]
        );
        assert_eq!(grant(json!({"AWS": "222222222222"}), own), [false, false]);
        assert_eq!(grant(json!({"AWS": "arn:aws:iam::111111111111:role/Reader"}), none.clone()), [false, false]);
        assert_eq!(grant(json!({"Service": "cloudtrail.amazonaws.com"}), none), [false, false]);
        assert!(other_account(&json!("222222222222"), &act[0]) && !other_account(&json!("111111111111"), &act[0]));
        assert!(!other_account(&json!("all"), &act[0]));
    }
}
