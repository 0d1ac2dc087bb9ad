//! Whose acts count together.

use crate::read::paths::Path;
use crate::read::sources::Act;

/// Who an act counts as done by. It is the actor, but where AWS tells of a role: whoever puts it on chooses the name of
/// the session, so that many names may be one person. Such sessions count together as far as they come from one network
/// address, since one role serves many people too.
pub(super) fn who(act: &Act) -> String {
    let session = if act.source == "cloudtrail" { role(act) } else { None };
    session.unwrap_or_else(|| act.record.actor.as_deref().unwrap_or_default().to_lowercase())
}

/// Roles whose sessions are named by AWS after the person: those of its sign-in for organisations.
const NAMED_BY_AWS: &str = "AWSReservedSSO_";

fn role(act: &Act) -> Option<String> {
    let said = |path: &str| Path::new(path).text(&act.event);
    let kind = said("userIdentity.type")?;
    if !kind.eq_ignore_ascii_case("AssumedRole") {
        return None;
    }
    // Set once at the first sign-in and kept through every role.
    if let Some(source) = said("userIdentity.sessionContext.sourceIdentity") {
        return Some(source);
    }
    let arn = said("userIdentity.arn").unwrap_or_default();
    let issuer = said("userIdentity.sessionContext.sessionIssuer.arn");
    let role = issuer.or_else(|| arn.rsplit_once('/').map(|(role, _)| role.to_owned()))?;
    let of_a_machine = said("userIdentity.sessionContext.ec2RoleDelivery").is_some();
    if role.contains(NAMED_BY_AWS) || of_a_machine {
        return None;
    }
    Some(format!("{role} {}", act.record.ip.as_deref().unwrap_or_default()))
}
