//! A kind of id is a type, so that a task's id cannot be passed where a project's is meant.
//!
//! Every id shown outside is a random `UUIDv4` in its usual text form, but for those of rows that come with the work
//! ([`in_order`]). Ids are made by `app`'s id source, never here.

use crate::time::Micros;
use std::{fmt, str::FromStr};

/// The text was not an id.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not an id: 36 characters such as 3b9f1c1e-5c1d-4a52-9a3c-0f6f4d2b7a10 are expected")]
pub struct NotAnId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub uuid::Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.0.as_hyphenated().encode_lower(&mut uuid::Uuid::encode_buffer()))
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                if text.len() != 36 { return Err(NotAnId); }
                text.parse().map(Self).map_err(|_| NotAnId)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// A human. Exposure, walls and interests hang on the person.
    PersonId
    /// An account of a person.
    MemberId
    /// An organisation whose data we hold: one compartment.
    ClientId
    /// One body of work of one client.
    ProjectId
    /// A version of a project's schema.
    SchemaId
    /// A version of a project's guideline.
    GuidelineId
    /// Tasks that came together.
    BatchId
    /// One item of a project.
    TaskId
    /// One step of one task given to one member.
    AssignmentId
    /// The submitted answers of an assignment.
    AnnotationId
    /// Accept, fix or return of an annotation.
    ReviewId
    /// A versioned, signed delivery.
    ReleaseId
    /// A client's whole data on its way out.
    DepartureId
    /// A preservation order.
    HoldId
    /// A member's right to work inside a client.
    GrantId
    /// An offer of membership.
    InvitationId
    /// A signed-in browser.
    SessionId
    /// A key for scripts.
    TokenId
    /// A verified fact about a person.
    CredentialId
    /// A version of a client's agreement text.
    AgreementId
    /// An entry of a ledger, before it has an index.
    EntryId
    /// A node of the conflict graph. A client's is its client id.
    OrganisationId
    /// A declared edge of the conflict graph.
    ConflictId
    /// A person's tie to an organisation.
    InterestId
    /// A wall that somebody ordered.
    WallId
    /// An act that waits for a second person.
    RequestId
    /// A case that somebody is asked to look at.
    CaseId
    /// A wish to see who a case is about.
    RevealId
    /// An outside log that was read.
    ImportId
    /// A second look at how an expert stands, asked for by him.
    LookId
}

/// A random id that begins with the time, in milliseconds (`UUIDv7`, RFC 9562): rows written one after the other then lie
/// side by side in their index, which else is written all over by every batch. 62 of its bits and more stay random. For
/// what tells its time anyway, such as an assignment; never for a task, whose neighbours would tell gold.
pub fn in_order(random: uuid::Uuid, at: Micros) -> uuid::Uuid {
    let ms = u128::try_from(at.0 / 1_000).unwrap_or_default() & ((1 << 48) - 1);
    uuid::Uuid::from_u128(ms << 80 | 0x7 << 76 | random.as_u128() & !(u128::MAX << 76))
}

impl From<ClientId> for OrganisationId {
    fn from(client: ClientId) -> Self {
        Self(client.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_in_order_follow_the_time_and_stay_random() {
        let random = uuid::Uuid::from_u128(0x3b9f_1c1e_5c1d_4a52_9a3c_0f6f_4d2b_7a10);
        let id = in_order(random, Micros(1_645_557_742_000_999));
        // The time and the version of the example in RFC 9562, appendix A.6; the rest is the random id's.
        assert_eq!(id.to_string(), "017f22e2-79b0-7a52-9a3c-0f6f4d2b7a10");
        assert!(id < in_order(random, Micros(1_645_557_742_001_000)));
    }

    #[test]
    fn ids_keep_their_text() {
        let text = "3b9f1c1e-5c1d-4a52-9a3c-0f6f4d2b7a10";
        assert_eq!(text.parse::<TaskId>().unwrap().to_string(), text);
        assert_eq!("3b9f1c1e5c1d4a529a3c0f6f4d2b7a10".parse::<TaskId>(), Err(NotAnId));
    }
}
