//! Whom a log means, out of the ways in which logs write people: claims, guests, sessions of a role. What would be another name
//! every time is left out, so that what is kept of people grows with people.

/// Somebody as the engine knows them: the address in lower case where there is one, otherwise the log's stable name.
pub(super) fn person(written: &str) -> String {
    if let Some((role, session)) = session(written) {
        return if session.contains('@') {
            session.to_lowercase()
        } else if made(session) {
            role.to_owned()
        } else {
            written.to_owned()
        };
    }
    let name = bare(written);
    guest(name).unwrap_or_else(|| if name.contains('@') { name.to_lowercase() } else { name.to_owned() })
}

/// Those an act went to: one value may name several. A link is nobody, and everyone who has it is said by the visibility.
pub(super) fn recipients(written: &str) -> impl Iterator<Item = String> + '_ {
    let addressed = written.contains('@');
    let each = written.split(move |one| addressed && matches!(one, ';' | ',')).map(str::trim);
    each.filter(|one| !one.is_empty() && !begins(one, "sharinglinks.")).map(|one| {
        let one = if begins(one, "smtp:") { &one["smtp:".len()..] } else { one };
        person(one.trim_matches(['<', '>', '"', ' ']))
    })
}

/// The role of a session and the name that the session was given.
fn session(written: &str) -> Option<(&str, &str)> {
    if let Some(at) = written.find(":assumed-role/") {
        let name = at + ":assumed-role/".len();
        let end = name + written[name..].find('/')?;
        return Some((&written[..end], &written[end + 1..]));
    }
    written.starts_with("AROA").then(|| written.split_once(':')).flatten()
}

/// Whether a program made the name of a session, a new one each time: an instance, a time, a random number.
fn made(session: &str) -> bool {
    let digits = |word: &str| word.chars().filter(char::is_ascii_digit).count();
    let hex = |word: &str| word.len() >= 8 && word.chars().all(|one| one.is_ascii_hexdigit()) && digits(word) > 0;
    session.split(|one: char| !one.is_ascii_alphanumeric()).any(|word| digits(word) >= 8 || hex(word))
}

/// A name without the claim around it: `i:0#.f|membership|ann@lab.example`, `urn:spo:guest#ann@mail.example`. All who came by a link are
/// one.
fn bare(written: &str) -> &str {
    if begins(written, "urn:spo:") {
        let (kind, name) = written.split_once('#').unwrap_or((written, ""));
        return if name.contains('@') { name } else { kind };
    }
    let claim = written.len() > 3 && written.as_bytes()[1..3] == *b":0";
    if claim { written.rsplit('|').next().unwrap_or(written) } else { written }
}

/// The address of a guest, who is written under the host's domain: `ann_mail.example#EXT#@lab.example` is `ann@mail.example`.
fn guest(name: &str) -> Option<String> {
    let lower = name.to_lowercase();
    let (own, _) = lower.split_once("#ext#@")?;
    let (local, domain) = own.rsplit_once('_')?;
    Some(format!("{local}@{domain}"))
}

fn begins(text: &str, with: &str) -> bool {
    text.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_one_however_a_log_writes_them() {
        for (written, said) in [
            ("Ann@Lab.example", "ann@lab.example"),
            ("i:0#.f|membership|Ann@lab.example", "ann@lab.example"),
            ("ann_bee_mail.example#EXT#@lab.onmicrosoft.example", "ann_bee@mail.example"),
            ("urn:spo:guest#ann@mail.example", "ann@mail.example"),
            ("urn:spo:anon#0a1b2c3d4e5f", "urn:spo:anon"),
            ("arn:aws:sts::1:assumed-role/Sso/Ann@lab.example", "ann@lab.example"),
            ("arn:aws:sts::1:assumed-role/Job/botocore-session-1700000001", "arn:aws:sts::1:assumed-role/Job"),
            ("arn:aws:sts::1:assumed-role/Job/i-0abc1234def56789a", "arn:aws:sts::1:assumed-role/Job"),
            ("arn:aws:sts::1:assumed-role/Job/1f0e9b2a-6f7c-4c8e-9f1d-2b3c4d5e6f70", "arn:aws:sts::1:assumed-role/Job"),
            ("arn:aws:sts::1:assumed-role/Job/ann.bee", "arn:aws:sts::1:assumed-role/Job/ann.bee"),
            ("AROAEXAMPLE:botocore-session-1700000001", "AROAEXAMPLE"),
            ("arn:aws:iam::1:user/bob", "arn:aws:iam::1:user/bob"),
            ("SYSTEM", "SYSTEM"),
            ("", ""),
        ] {
            assert_eq!(person(written), said, "{written}");
        }
    }

    #[test]
    fn a_link_is_no_recipient_and_one_value_may_name_several() {
        let told = |written| recipients(written).collect::<Vec<_>>();
        assert_eq!(told("SharingLinks.0a1b.OrganizationEdit.2c3d"), [""; 0]);
        assert_eq!(told("smtp:x@y.example; Z@y.example"), ["x@y.example", "z@y.example"]);
        assert_eq!(told("Everyone, all of us"), ["Everyone, all of us"]);
    }
}
