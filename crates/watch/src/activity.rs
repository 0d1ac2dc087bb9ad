//! One act by somebody on something, whichever log told of it.
//!
//! Readers fill what their log says and leave the rest unsaid; they never guess. Text borrows from the line where it can,
//! so that a reader at full speed copies nothing.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// One act. Two acts in one line of a log are two of these.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Activity<'a> {
    /// When it happened, by the log: microseconds since 1970 UTC.
    pub at_us: i64,
    /// The log's own id of this act, unique in its log; empty if it has none. Two of the same id are one act told twice.
    pub id: Cow<'a, str>,
    /// Who did it: the e-mail address where the log has one, in lower case; otherwise the log's stable name. Empty if
    /// the log does not say.
    pub actor: Cow<'a, str>,
    /// The log's own number of the actor, the same when the address changes; empty if it has none.
    #[serde(default)]
    pub actor_id: Cow<'a, str>,
    /// Whether the log itself calls the actor one of its own. Where it does not, the engine goes by the address.
    pub side: Side,
    /// Which product of the vendor told of it, as the log names it (`drive`, `Exchange`, `s3.amazonaws.com`).
    pub app: Cow<'a, str>,
    /// What the vendor calls the act (`change_user_access`, `FileDownloaded`, `user.session.start`).
    pub action: Cow<'a, str>,
    /// What it comes to, in one vocabulary for all logs.
    pub verb: Verb,
    /// Id of what it was done to; empty if nothing or unsaid.
    pub object: Cow<'a, str>,
    /// What sort of thing the object is, as the log names it (`folder`, `document`); empty if unsaid.
    pub kind: Cow<'a, str>,
    /// What a person would call the object: a title, a subject, a path. Content: never put into an error.
    pub title: Cow<'a, str>,
    /// Whom it went to or was opened to: addresses in lower case, groups, domains.
    pub targets: Vec<Cow<'a, str>>,
    /// Who may open the object after the act, if the log says.
    pub visibility: Visibility,
    /// Address of the network the act came from; empty if unsaid.
    pub ip: Cow<'a, str>,
    /// Whether it succeeded, if the log says.
    pub ok: Option<bool>,
    /// Bytes moved by the act, if the log says.
    pub bytes: Option<u64>,
    /// How many things the act carried (attachments, rows), if the log says.
    pub count: Option<u64>,
    /// Fields that no reader of this version has a place for, kept as they stood. Not written when an act is put aside:
    /// by then they were counted, and nothing is reckoned from them.
    #[serde(skip)]
    pub unknown: Vec<Field<'a>>,
}

impl Activity<'_> {
    /// The same act, holding its own text: for when it outlives its line. Fields without a place are left behind, as when it
    /// is put aside.
    pub fn into_owned(self) -> Activity<'static> {
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        Activity {
            at_us: self.at_us,
            id: owned(self.id),
            actor: owned(self.actor),
            actor_id: owned(self.actor_id),
            side: self.side,
            app: owned(self.app),
            action: owned(self.action),
            verb: self.verb,
            object: owned(self.object),
            kind: owned(self.kind),
            title: owned(self.title),
            targets: self.targets.into_iter().map(owned).collect(),
            visibility: self.visibility,
            ip: owned(self.ip),
            ok: self.ok,
            bytes: self.bytes,
            count: self.count,
            unknown: Vec::new(),
        }
    }
}

/// A field kept as it stood in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field<'a> {
    /// Where it stood, with dots: `events.parameters.storage_usage`.
    pub name: Cow<'a, str>,
    /// Its value as JSON text.
    pub json: Cow<'a, str>,
}

/// Which side of the organisation somebody stands on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Side {
    /// The log does not say.
    #[default]
    Unsaid,
    /// One of the organisation's own.
    Inside,
    /// A guest, a partner, a private account.
    Outside,
}

/// Who may open an object.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Visibility {
    /// The log does not say.
    #[default]
    Unsaid,
    /// Its owner alone.
    Private,
    /// Named people or everyone of the organisation.
    Inside,
    /// Named people outside too.
    Outside,
    /// Whoever has the link, or everyone.
    Public,
}

/// What an act comes to. Near the activities of the Open Cybersecurity Schema Framework, with the ones apart that
/// differ in what leaves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Verb {
    /// Anything the vocabulary has no word for; its own name is in [`Activity::action`].
    #[default]
    Other,
    /// Opened to read.
    View,
    /// Looked at without opening: a thumbnail, a hover card.
    Preview,
    /// Fetched to a device, or synchronised to one.
    Download,
    /// Copied into another object; the object is the one copied.
    CopyFrom,
    /// Made as a copy of another object; the object is the new one.
    Copy,
    /// Printed.
    Print,
    /// Exported in bulk: a mailbox, a workspace, a table, a snapshot.
    Export,
    /// Made, a folder included.
    Create,
    /// Changed.
    Edit,
    /// Brought in from a device.
    Upload,
    /// Moved elsewhere.
    Move,
    /// Given another name.
    Rename,
    /// Deleted or put into the bin.
    Delete,
    /// Opened to somebody: a person, a group, a link.
    Share,
    /// Closed to somebody it was open to.
    Unshare,
    /// A message was sent.
    Send,
    /// Somebody was asked to a meeting or a channel.
    Invite,
    /// Signed in, or tried to: [`Activity::ok`] says which.
    SignIn,
    /// Signed out.
    SignOut,
    /// A right, a role or a membership was given or taken.
    Grant,
    /// A setting, a rule, a key or an application was changed.
    Configure,
}
