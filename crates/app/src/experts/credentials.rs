//! Credentials: facts about a person that somebody else verified, with the evidence and until when they count.

use crate::{
    App, Asker, Error,
    access::{entry, whole},
};
use serde::{Deserialize, Serialize};
use vouchsafe_domain::{
    access::role::Role,
    experts::eligibility::WORD_CHARS_MAX,
    ids::{CredentialId, MemberId, PersonId},
    time::Micros,
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    Tx,
    access::members,
    custody::clearance::by,
    experts::credentials::{self, NewCredential},
};

/// Longest title, in bytes.
const TITLE_BYTES_MAX: usize = 200;
/// Longest evidence, in bytes.
const EVIDENCE_BYTES_MAX: usize = 4_000;

/// What was verified.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyCredential {
    /// What eligibility rules ask for, such as `md`.
    pub kind: String,
    /// As it is called.
    pub title: String,
    /// What was looked at: a register, a document, its number.
    pub evidence: String,
    /// When it ends, RFC 3339; without it never.
    #[serde(default)]
    pub expires_at: Option<String>,
}

/// A credential.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CredentialSent {
    /// Its id.
    pub id: String,
    /// What eligibility rules ask for.
    pub kind: String,
    /// As it is called.
    pub title: String,
    /// What was looked at.
    pub evidence: String,
    /// The account that verified it.
    pub verified_by: String,
    /// The name of that account's person.
    pub verified_by_name: String,
    /// When, RFC 3339.
    pub verified_at: String,
    /// When it ends, RFC 3339.
    pub expires_at: Option<String>,
    /// Whether it counts now.
    pub counts: bool,
}

/// As it lies in its row.
#[derive(Serialize, Deserialize)]
struct Stored {
    title: String,
    evidence: String,
}

/// A person's credentials, in words.
pub(super) async fn held(tx: &mut Tx, person: PersonId, now: Micros) -> Result<Vec<CredentialSent>, Error> {
    let mut sent = Vec::new();
    for found in credentials::of(tx, person).await? {
        let stored: Stored = crate::work::stored::json(&found.body(tx)?)?;
        let verifier = members::get(tx, found.verified_by).await?;
        sent.push(CredentialSent {
            id: found.id.to_string(),
            kind: found.kind,
            title: stored.title,
            evidence: stored.evidence,
            verified_by: found.verified_by.to_string(),
            verified_by_name: verifier.map(|v| v.name).unwrap_or_default(),
            verified_at: found.verified_at.to_string(),
            expires_at: found.expires_at.map(|at| at.to_string()),
            counts: found.expires_at.is_none_or(|at| now < at),
        });
    }
    Ok(sent)
}

fn verifiers_only(asker: &Asker) -> Result<(), Error> {
    whole(asker)?;
    if matches!(asker.role, Role::Admin | Role::Operator) {
        Ok(())
    } else {
        Err(Error::Forbidden("an admin or an operator verifies credentials"))
    }
}

impl App {
    /// Records that the caller verified something about somebody else.
    pub async fn verify_credential(
        &self,
        asker: &Asker,
        member: MemberId,
        new: &VerifyCredential,
    ) -> Result<CredentialId, Error> {
        verifiers_only(asker)?;
        let kind = new.kind.trim().to_lowercase();
        if kind.is_empty() || kind.chars().count() > WORD_CHARS_MAX {
            return Err(Error::invalid("/kind", format!("must have 1 to {WORD_CHARS_MAX} characters")));
        }
        for (path, text, max) in
            [("/title", &new.title, TITLE_BYTES_MAX), ("/evidence", &new.evidence, EVIDENCE_BYTES_MAX)]
        {
            if text.trim().is_empty() || text.len() > max {
                return Err(Error::invalid(path, format!("must have 1 to {max} bytes")));
            }
        }
        let now = self.now();
        let expires_at: Option<Micros> = new
            .expires_at
            .as_deref()
            .map(|text| {
                text.parse().map_err(|_| Error::invalid("/expires_at", "is not a time such as 2027-01-31T00:00:00Z"))
            })
            .transpose()?;
        if expires_at.is_some_and(|at| at <= now) {
            return Err(Error::invalid("/expires_at", "is over already"));
        }
        let id = CredentialId(self.id());
        let body = Stored { title: new.title.trim().into(), evidence: new.evidence.trim().into() };
        let body = serde_json::to_vec(&body).unwrap_or_default();
        let hidden = self.hidden(asker).await?;
        let mut tx = self.store.write("verify_credential").await?;
        let whose = hidden.known(&mut tx, asker, member).await?;
        if whose.person == asker.person {
            return Err(Error::Forbidden("nobody verifies his own credentials"));
        }
        let new = NewCredential {
            id,
            person: whose.person,
            kind: &kind,
            body: &body,
            verified_by: asker.member,
            at: now,
            expires_at,
        };
        credentials::insert(&mut tx, &new).await?;
        let entry = by(entry(self, Act::CredentialVerified), asker)
            .of("credential", id.to_string())
            .of("member", member.to_string());
        tx.commit([entry]).await?;
        Ok(id)
    }

    /// Takes a credential back: it counts no more from now on.
    pub async fn revoke_credential(&self, asker: &Asker, credential: CredentialId) -> Result<(), Error> {
        verifiers_only(asker)?;
        let mut tx = self.store.write("revoke_credential").await?;
        let person = credentials::revoke(&mut tx, credential, self.now()).await?.ok_or(Error::NotFound)?;
        let entry = by(entry(self, Act::CredentialRevoked), asker)
            .of("credential", credential.to_string())
            .of("of_person", person.to_string());
        tx.commit([entry]).await?;
        Ok(())
    }
}
