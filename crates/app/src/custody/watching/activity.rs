//! A disclosure of a ledger as the engine knows acts.

use vouchsafe_domain::ids::PersonId;
use vouchsafe_ledger::{
    act::{Act, Kind},
    entry::LedgerOf,
};
use vouchsafe_store::custody::watched::Said;
use vouchsafe_watch::{Activity, Side, Verb};

/// What counts as one item, by the first of these that an entry names.
const ITEMS: [&str; 6] = ["file", "task", "annotation", "review", "guideline", "release"];

/// A disclosure as the engine knows acts. What somebody asked for by name is taken; what the line dealt out is opened.
pub(super) fn activity(ledger: &LedgerOf, said: &Said, person: PersonId) -> Option<Activity<'static>> {
    let act = Act::ALL.iter().find(|act| act.word() == said.act)?;
    if act.kind() != Kind::Disclosure {
        return None;
    }
    let text = |of: &serde_json::Map<String, serde_json::Value>, key: &str| of.get(key)?.as_str().map(str::to_owned);
    let verb = match act {
        Act::TaskSent | Act::ConsensusSent | Act::ReleaseFileSent | Act::BackupWritten => Verb::Download,
        _ => Verb::View,
    };
    let item = ITEMS.iter().find_map(|key| Some(format!("{key}:{}", text(&said.object, key)?)));
    let object = item.map(|item| format!("{}/{item}", ledger.name())).unwrap_or_default();
    Some(Activity {
        at_us: said.at_us,
        id: said.id.to_string().into(),
        actor: person.to_string().into(),
        side: Side::Inside,
        app: "vouchsafe".into(),
        action: said.act.clone().into(),
        verb,
        object: object.into(),
        ok: Some(true),
        ..Activity::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Map, json};

    #[test]
    fn what_was_asked_for_by_name_is_taken_and_what_the_line_dealt_out_is_opened() {
        let verb = |act: Act| {
            let object = json!({"task": "t"}).as_object().cloned().unwrap_or_default();
            let said = Said {
                id: vouchsafe_domain::ids::EntryId(uuid::Uuid::nil()),
                idx: 0,
                at_us: 0,
                act: act.word().into(),
                object,
                person: Map::new(),
            };
            let ledger = LedgerOf::Client("c".into());
            activity(&ledger, &said, PersonId(uuid::Uuid::nil())).map(|found| (found.verb, found.object.into_owned()))
        };
        let of_task = |verb| Some((verb, "c/task:t".to_owned()));
        assert_eq!(verb(Act::TaskSent), of_task(Verb::Download));
        assert_eq!(verb(Act::ConsensusSent), of_task(Verb::Download), "answers without their task are taken as well");
        assert_eq!(verb(Act::AssignmentSent), of_task(Verb::View));
        assert_eq!(verb(Act::ClientChanged), None, "nothing was disclosed");
    }
}
