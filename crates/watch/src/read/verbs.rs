//! What Google's acts come to: one table, for the fast reader as for the mapping.

use super::glob::glob;
use crate::activity::Verb;

/// Names of which a part says what the act comes to, where no name as a whole does.
const BY_PART: [(&str, Verb); 19] = [
    ("*membership_change", Verb::Grant),
    ("*takeout*", Verb::Export),
    ("*export*", Verb::Export),
    ("assign_role", Verb::Grant),
    ("unassign_role", Verb::Grant),
    ("grant_*", Verb::Grant),
    ("revoke_*", Verb::Grant),
    ("add_*", Verb::Configure),
    ("create_*", Verb::Configure),
    ("change_*", Verb::Configure),
    ("delete_*", Verb::Configure),
    ("remove_*", Verb::Configure),
    ("email_forwarding_*", Verb::Configure),
    ("2sv_*", Verb::Configure),
    ("view", Verb::View),
    ("edit", Verb::Edit),
    ("create", Verb::Create),
    ("delete", Verb::Delete),
    ("download", Verb::Download),
];

/// What an act comes to, by the application that told of it and by its name. The usual ones cost a few comparisons.
pub(super) fn google(app: &str, action: &str) -> Verb {
    match action {
        "view" => Verb::View,
        "preview" => Verb::Preview,
        "download" | "sync_item_content" => Verb::Download,
        // What is sent as an attachment is a copy that left the drive.
        "source_copy" | "email_as_attachment" => Verb::CopyFrom,
        "copy" => Verb::Copy,
        "print" => Verb::Print,
        "create" | "create_event" => Verb::Create,
        "edit" | "change_event" => Verb::Edit,
        "upload" => Verb::Upload,
        "move" | "add_to_folder" => Verb::Move,
        "rename" => Verb::Rename,
        "trash" | "delete" | "delete_event" => Verb::Delete,
        "change_user_access"
        | "change_document_visibility"
        | "change_document_access_scope"
        | "change_acl_editors"
        | "change_owner"
        | "change_calendar_acls" => Verb::Share,
        "delivery" => Verb::Send,
        "add_event_guest" => Verb::Invite,
        "login_success" | "login_failure" | "login_verification" => Verb::SignIn,
        "logout" => Verb::SignOut,
        "add_member" => Verb::Grant,
        "authorize" | "revoke" => Verb::Configure,
        other => {
            let known = BY_PART.iter().find(|(part, _)| glob(part, other)).map(|(_, verb)| *verb);
            known.unwrap_or(if app == "admin" { Verb::Configure } else { Verb::Other })
        }
    }
}

/// What the console calls an act in its spreadsheets, beside the words of the name itself.
const CONSOLE: [(&str, &str); 6] = [
    ("user_sharing_permissions_change", "change_user_access"),
    ("link_sharing_visibility_change", "change_document_visibility"),
    ("link_sharing_access_type_change", "change_document_access_scope"),
    ("editor_settings_change", "change_acl_editors"),
    ("owner_change", "change_owner"),
    ("item_content_synced", "sync_item_content"),
];

/// The name of an act in the vendor's programs, from the words in lower case and with underscores that the console has for it.
pub(super) fn of_console(words: String) -> String {
    CONSOLE.iter().find(|(said, _)| *said == words).map_or(words, |(_, name)| (*name).to_owned())
}

/// The same of who may open something: `anyone_with_the_link`, and `anyone_at_` an organisation.
pub(super) fn visibility_of_console(words: String) -> String {
    if ["anyone_with_", "anyone_on_"].iter().any(|start| words.starts_with(start)) {
        "people_with_link".to_owned()
    } else if words.starts_with("anyone_") {
        "people_within_domain_with_link".to_owned()
    } else {
        words
    }
}
