//! Joining by invitation: a link that works once.

use super::{entry, new_secret, password, roles, secret_hash, sessions::Begun, totp, whole};
use crate::{
    App, Asker, Error,
    custody::hidden::Hidden,
    page::{Cursor, Filling, Page},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use vouchsafe_domain::{
    access::{device::Device, role::Role},
    ids::{InvitationId, MemberId, PersonId},
    time::Micros,
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    Tx,
    access::{
        invitations::{self, Listed, NewInvitation, Open},
        members::{self, NewPerson},
    },
    custody::clearance::by,
};

/// How long an invitation stands open.
const OPEN_US: i64 = 7 * Micros::DAY;

/// Whom to invite as what.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Invite {
    /// `admin`, `operator`, `custodian`, `reviewer`, `expert` or `observer`.
    pub role: String,
    /// Address.
    pub email: String,
}

/// An invitation that was made. Its secret is told once.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Invited {
    /// Its id.
    pub id: String,
    /// For the link `/invitation/<secret>`.
    pub secret: String,
}

/// An invitation as a list shows it; its secret was told once and is not kept.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct InvitationListed {
    /// Its id.
    pub id: String,
    /// As what.
    #[schema(value_type = String)]
    pub role: &'static str,
    /// Whom.
    pub email: String,
    /// The account that invited; null at the first start.
    pub by: Option<String>,
    /// `open`, `accepted`, `revoked` or `expired`.
    #[schema(value_type = String)]
    pub state: &'static str,
    /// When it was made, RFC 3339.
    pub created_at: String,
    /// Until when it stands open, RFC 3339.
    pub expires_at: String,
}

/// What the invited sees before he joins.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct InvitationSent {
    /// As what.
    #[schema(value_type = String)]
    pub role: &'static str,
    /// His address.
    pub email: String,
    /// Whether a second factor is needed.
    pub code_required: bool,
    /// `{secret, uri}` for his authenticator, or null.
    pub totp: serde_json::Value,
}

/// How he joins.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Join {
    /// As he wants to be called.
    pub name: String,
    /// At least 12 characters.
    pub password: String,
    /// A code of his authenticator, where one is needed.
    #[serde(default)]
    pub code: Option<String>,
}

/// Whose invitations somebody handles: all of them (`None`) or his own.
fn inviter(asker: &Asker) -> Result<Option<MemberId>, Error> {
    whole(asker)?;
    match asker.role {
        Role::Admin => Ok(None),
        Role::Operator => Ok(Some(asker.member)),
        _ => Err(Error::Forbidden("an admin or an operator invites")),
    }
}

/// Invitations that are not of somebody hidden: as [`invitations::list`] has them.
async fn shown(
    tx: &mut Tx,
    hidden: &Hidden,
    by: Option<MemberId>,
    (after, limit): ((i64, &str), u32),
) -> Result<Vec<Listed>, Error> {
    let mut theirs = BTreeSet::new();
    for member in hidden.members() {
        theirs.extend(members::get(tx, member).await?.map(|one| one.email.to_lowercase()));
    }
    let of_hidden = |one: &Listed| one.accepted_at.is_some() && theirs.contains(&one.email.to_lowercase());
    let mut page = Filling::new(after, limit);
    while let Some((at, id)) = page.next() {
        let rows = invitations::list(tx, by, (at, &id), limit).await?;
        page.take(rows, |one| (one.created_at.0, one.id.to_string()), |one| !of_hidden(one));
    }
    Ok(page.rows())
}

impl App {
    /// Invites somebody. Inviting an address that is known answers as if it were new.
    pub async fn invite(&self, asker: Option<&Asker>, invite: &Invite) -> Result<Invited, Error> {
        let role: Role = invite
            .role
            .parse()
            .map_err(|e: vouchsafe_domain::access::role::NoSuchRole| Error::invalid("/role", e.to_string()))?;
        let email = invite.email.trim();
        if email.len() > 254 || !email.contains('@') || email.chars().any(char::is_whitespace) {
            return Err(Error::invalid("/email", "is not an address"));
        }
        asker.map(whole).transpose()?;
        if asker.is_some_and(|a| a.role != Role::Admin && !(a.role == Role::Operator && role == Role::Expert)) {
            return Err(Error::Forbidden("an admin invites; an operator may invite experts"));
        }
        let (now, id, secret) = (self.now(), InvitationId(self.id()), new_secret());
        let mut factor = [0; totp::SECRET_BYTES];
        vouchsafe_store::seal::random(&mut factor);
        let mut tx = self.store.write("invite").await?;
        let totp = role.needs_code().then_some(factor.as_slice());
        let by_member = asker.map(|a| a.member);
        let new = NewInvitation {
            id,
            secret_hash: secret_hash(&secret),
            role,
            email,
            totp,
            by: by_member,
            at: now,
            expires: now.plus(OPEN_US),
        };
        invitations::insert(&mut tx, &new).await?;
        let made = entry(self, Act::InvitationCreated).of("invitation", id.to_string()).of("role", role.word());
        tx.commit([match asker {
            Some(asker) => by(made, asker),
            None => made.by("job", "first_start"),
        }])
        .await?;
        Ok(Invited { id: id.to_string(), secret })
    }

    /// Invitations, oldest first: an admin's list holds all, an operator's his own; neither those by which somebody joined who
    /// works only for clients that are hidden from him.
    pub async fn list_invitations(
        &self,
        asker: &Asker,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<InvitationListed>, Error> {
        let own = inviter(asker)?;
        let cursor = Cursor::parse(after)?;
        let now = self.now();
        let hidden = self.hidden(asker).await?;
        let mut tx = self.store.write("list_invitations").await?;
        let rows = shown(&mut tx, &hidden, own, (cursor.key(), limit + 1)).await?;
        tx.abandon().await?;
        Ok(Page::of(rows, limit, |row| (row.created_at.0, row.id.to_string())).map(|row| InvitationListed {
            id: row.id.to_string(),
            role: row.role.word(),
            state: match (row.accepted_at, row.revoked_at) {
                (Some(_), _) => "accepted",
                (None, Some(_)) => "revoked",
                (None, None) if row.expires_at <= now => "expired",
                (None, None) => "open",
            },
            email: row.email,
            by: row.by.map(|by| by.to_string()),
            created_at: row.created_at.to_string(),
            expires_at: row.expires_at.to_string(),
        }))
    }

    /// Takes an open invitation back: its link no longer works.
    pub async fn revoke_invitation(&self, asker: &Asker, id: InvitationId) -> Result<(), Error> {
        let own = inviter(asker)?;
        let now = self.now();
        let mut tx = self.store.write("revoke_invitation").await?;
        let maker = invitations::maker(&mut tx, id).await?.ok_or(Error::NotFound)?;
        if own.is_some() && maker != own {
            return Err(Error::NotFound);
        }
        if !invitations::revoke(&mut tx, id, now).await? {
            return Err(Error::state("invitation_over", "this invitation was used or taken back before"));
        }
        tx.commit([by(entry(self, Act::InvitationRevoked), asker).of("invitation", id.to_string())]).await?;
        Ok(())
    }

    /// What an open invitation offers.
    pub async fn invitation(&self, secret: &str) -> Result<InvitationSent, Error> {
        let mut tx = self.store.write("invitation").await?;
        let open = invitations::find(&mut tx, &secret_hash(secret), self.now()).await?.ok_or(Error::NotFound)?;
        tx.abandon().await?;
        let factor = open
            .totp
            .as_ref()
            .map(|s| serde_json::json!({"secret": totp::base32(s), "uri": totp::uri(s, &open.email)}));
        Ok(InvitationSent {
            role: open.role.word(),
            email: open.email,
            code_required: open.role.needs_code(),
            totp: factor.unwrap_or_default(),
        })
    }

    /// Why nobody joins whose address has an account. Whoever invited him may be kept from knowing that account, and may have
    /// the link: to him the invitation is as one that never was.
    async fn address_in_use(&self, open: &Open) -> Result<Error, Error> {
        let mut tx = self.store.write("join").await?;
        let inviter = match open.invited_by {
            Some(member) => members::get(&mut tx, member).await?,
            None => None,
        };
        tx.abandon().await?;
        if let Some(members::Listed { member, person, role, .. }) = inviter {
            let asker = Asker { person, member, role, door: "job".into(), only_client: None, device: Device::Unknown };
            let hidden = self.hidden(&asker).await?;
            let mut tx = self.store.write("join").await?;
            let is_hidden = hidden.address(&mut tx, &open.email).await?;
            tx.abandon().await?;
            if is_hidden {
                return Ok(Error::NotFound);
            }
        }
        Ok(Error::state("address_in_use", "this address has an account; sign in with it"))
    }

    /// Joins, and is signed in.
    pub async fn join(&self, secret: &str, join: &Join, device: Device) -> Result<Begun, Error> {
        if join.name.trim().is_empty() || join.name.len() > 200 {
            return Err(Error::invalid("/name", "must have 1 to 200 bytes"));
        }
        if join.password.chars().count() < password::CHARS_MIN || join.password.len() > password::BYTES_MAX {
            return Err(Error::invalid(
                "/password",
                format!(
                    "must have at least {} characters and at most {} bytes",
                    password::CHARS_MIN,
                    password::BYTES_MAX
                ),
            ));
        }
        let hash = password::hash(join.password.clone()).await;
        let now = self.now();
        let mut tx = self.store.write("join").await?;
        let open = invitations::find(&mut tx, &secret_hash(secret), now).await?.ok_or(Error::NotFound)?;
        let step = match (&open.totp, join.code.as_deref()) {
            (Some(factor), Some(code)) => Some(
                totp::check(factor, code, now.0, None)
                    .ok_or_else(|| Error::invalid("/code", "is not the code of this moment"))?,
            ),
            (Some(_), None) => {
                return Err(Error::invalid("/code", "is needed: set your authenticator up with the secret shown"));
            }
            (None, _) => None,
        };
        if members::knows(&mut tx, &open.email).await? {
            tx.abandon().await?;
            return Err(self.address_in_use(&open).await?);
        }
        let (person, member) = (PersonId(self.id()), MemberId(self.id()));
        let new = NewPerson {
            id: person,
            name: join.name.trim(),
            email: &open.email,
            password_hash: Some(&hash),
            totp: open.totp.as_deref(),
            at: now,
        };
        members::insert_person(&mut tx, &new).await?;
        members::insert(&mut tx, member, person, open.role, now).await?;
        // Who comes back after his erasure is the human he was.
        let human = members::get(&mut tx, member).await?.ok_or(Error::NotFound)?.person;
        roles::of_person(&mut tx, human).await?;
        if let Some(step) = step {
            members::used_step(&mut tx, person, step).await?;
        }
        if !invitations::accept(&mut tx, open.id, now).await? {
            return Err(Error::NotFound);
        }
        let asker = Asker {
            person,
            member,
            role: open.role,
            door: format!("invitation:{}", open.id),
            only_client: None,
            device,
        };
        self.begin_with(
            tx,
            asker.clone(),
            vec![by(entry(self, Act::MemberJoined), &asker).of("invitation", open.id.to_string())],
        )
        .await
    }
}
