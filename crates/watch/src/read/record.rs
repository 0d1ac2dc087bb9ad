//! One act as its log wrote it, before it becomes an [`Activity`].

use super::{BadLine, times, who};
use crate::activity::{Activity, Field, Verb, Visibility};
use std::borrow::Cow;

/// One act in the words of its log. What the log does not say is `None`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Record {
    /// The log's own id of the act.
    pub id: Option<String>,
    /// The time as the log wrote it.
    pub ts: Option<String>,
    /// Who: an address where there is one, otherwise the log's stable name.
    pub actor: Option<String>,
    /// Product of the vendor.
    pub app: Option<String>,
    /// The vendor's name of the act.
    pub action: Option<String>,
    /// What the act comes to.
    pub verb: Verb,
    /// What it was done to.
    pub object_id: Option<String>,
    /// What a person would call it.
    pub object_title: Option<String>,
    /// Whom it went to or was opened to.
    pub targets: Vec<String>,
    /// Who may open the object afterwards, in the vendor's word.
    pub visibility: Option<String>,
    /// Network address.
    pub ip: Option<String>,
    /// Whether it succeeded.
    pub ok: Option<bool>,
    /// Bytes moved.
    pub bytes: Option<u64>,
    /// Things carried.
    pub count: Option<u64>,
    /// Fields without a place, as name and JSON text.
    pub unknown: Vec<(String, String)>,
}

impl Record {
    /// The act for the engine. An act without a readable time or without a name has no place on any time-line and is
    /// refused.
    pub fn activity(self) -> Result<Activity<'static>, BadLine> {
        let Some(written) = self.ts else {
            return Err(BadLine { field: Cow::Borrowed("ts"), rule: "an act says when it happened" });
        };
        let Some(at_us) = times::micros(&written) else {
            return Err(BadLine { field: Cow::Borrowed("ts"), rule: "a time is like 2025-05-05T02:50:02.886Z" });
        };
        let Some(action) = self.action else {
            return Err(BadLine { field: Cow::Borrowed("action"), rule: "an act has a name" });
        };
        Ok(Activity {
            at_us,
            id: Cow::Owned(self.id.unwrap_or_default()),
            actor: Cow::Owned(who::person(&self.actor.unwrap_or_default())),
            app: Cow::Owned(self.app.unwrap_or_default()),
            action: Cow::Owned(action),
            verb: self.verb,
            object: Cow::Owned(self.object_id.unwrap_or_default()),
            title: Cow::Owned(self.object_title.unwrap_or_default()),
            targets: self.targets.iter().flat_map(|target| who::recipients(target)).map(Cow::Owned).collect(),
            visibility: self.visibility.as_deref().map_or(Visibility::Unsaid, visibility),
            ip: Cow::Owned(self.ip.unwrap_or_default()),
            ok: self.ok,
            bytes: self.bytes,
            count: self.count,
            unknown: self
                .unknown
                .into_iter()
                .map(|(name, json)| Field { name: Cow::Owned(name), json: Cow::Owned(json) })
                .collect(),
            ..Activity::default()
        })
    }
}

/// The vendors' words for who may open something.
fn visibility(word: &str) -> Visibility {
    match &*word.to_ascii_lowercase() {
        "private" => Visibility::Private,
        "shared_internally"
        | "people_within_domain_with_link"
        | "public_in_the_domain"
        | "internal"
        | "company"
        | "organization"
        | "shared_to_group" => Visibility::Inside,
        "shared_externally" | "external" | "collaborators" => Visibility::Outside,
        "people_with_link" | "public_on_the_web" | "public" | "open" | "anyone" => Visibility::Public,
        _ => Visibility::Unsaid,
    }
}

/// Every verb with its word in mapping files and output.
const WORDS: [(Verb, &str); 22] = [
    (Verb::View, "open"),
    (Verb::Preview, "preview"),
    (Verb::Download, "download"),
    (Verb::CopyFrom, "copy-from"),
    (Verb::Copy, "copy"),
    (Verb::Print, "print"),
    (Verb::Export, "export"),
    (Verb::Create, "create"),
    (Verb::Edit, "update"),
    (Verb::Upload, "upload"),
    (Verb::Move, "move"),
    (Verb::Rename, "rename"),
    (Verb::Delete, "delete"),
    (Verb::Share, "share"),
    (Verb::Unshare, "unshare"),
    (Verb::Send, "send"),
    (Verb::Invite, "invite"),
    (Verb::SignIn, "sign-in"),
    (Verb::SignOut, "sign-out"),
    (Verb::Grant, "grant"),
    (Verb::Configure, "configure"),
    (Verb::Other, "other"),
];

/// The word of a verb in mapping files and in output.
pub fn word(verb: Verb) -> &'static str {
    WORDS.iter().find(|(of, _)| *of == verb).map_or("other", |(_, word)| word)
}

/// The verb of a word.
pub fn verb(word: &str) -> Option<Verb> {
    WORDS.iter().find(|(_, of)| *of == word).map(|(verb, _)| *verb)
}

/// The verb's name among the file hosting activities of the Open Cybersecurity Schema Framework (class 6006, version
/// 1.3), in lower case; `None` if that class has none for it.
pub fn ocsf(verb: Verb) -> Option<&'static str> {
    match verb {
        Verb::CopyFrom | Verb::Copy => Some("copy"),
        Verb::View
        | Verb::Preview
        | Verb::Download
        | Verb::Edit
        | Verb::Upload
        | Verb::Move
        | Verb::Rename
        | Verb::Delete
        | Verb::Share
        | Verb::Unshare => Some(word(verb)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verb_has_one_word_and_comes_back_from_it() {
        for (of, text) in WORDS {
            assert_eq!(verb(text), Some(of));
            assert_eq!(word(of), text);
        }
        assert_eq!(verb("steal"), None);
    }

    #[test]
    fn an_act_without_time_or_name_is_refused_by_field() {
        let named = Record { action: Some("x".into()), ..Record::default() };
        assert_eq!(named.clone().activity().unwrap_err().field, "ts");
        let timed = Record { ts: Some("2025-05-05T02:50:02Z".into()), ..named.clone() };
        assert_eq!(timed.activity().map(|act| act.at_us), Ok(1_746_413_402_000_000));
        let nameless = Record { action: None, ts: Some("2025-05-05".into()), ..named };
        assert_eq!(nameless.activity().unwrap_err().field, "action");
    }
}
