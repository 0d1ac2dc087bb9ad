//! What an entry about content that left must say.

use vouchsafe_ledger::{act::Kind, entry::Entry};

/// What an entry about content that left says, in its parts `act`, `object` and `person`.
const NAMED: [&[&str]; 3] = [
    &["rule", "wall", "exposure", "route", "purpose", "holds", "sent_before"],
    &["client", "object", "version", "fields", "content", "sealed_bytes"],
    &["person", "member", "role", "door", "device"],
];

/// The first name that an entry lacks though a clearance let content out by it.
pub(super) fn lacking(entry: &Entry) -> Option<&'static str> {
    let [act, object, person] = NAMED;
    // A clearance for a person's eyes names the exposure it rests on.
    if entry.act.kind() != Kind::Disclosure || !entry.act_words().contains_key("exposure") {
        return None;
    }
    let absent = |names: &[&'static str], has: &dyn Fn(&str) -> bool| names.iter().copied().find(|name| !has(name));
    absent(act, &|name| entry.act_words().contains_key(name))
        .or_else(|| absent(object, &|name| entry.object_words().contains_key(name)))
        .or_else(|| absent(person, &|name| entry.actor(name).is_some()))
}
